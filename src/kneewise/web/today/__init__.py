"""Today: what to do and why, the check-in, and what stands in the way."""
