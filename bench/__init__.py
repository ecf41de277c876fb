"""Benchmarks of the project and of other programs for the same work; see `make bench`."""
