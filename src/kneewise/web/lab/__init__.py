"""Trials of a motion laboratory: files in, the load of every step out, and what is kept of the runner's own knee."""
