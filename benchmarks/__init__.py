"""Benchmarks: ours and peers in one run on the same files. Run all: python -m benchmarks."""
