"""What the repository quotes: published lessons, the page of claims, the report of results."""
