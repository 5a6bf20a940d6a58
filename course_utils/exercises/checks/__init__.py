"""What the exercises of each lesson expect, a module a lesson."""
