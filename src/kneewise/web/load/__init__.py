"""Load: what the knee got over the years, the runs behind it, and each run told."""
