"""For maintainers, not shipped: benchmarks, the course's own pretrained base, synthetic beside real data."""
