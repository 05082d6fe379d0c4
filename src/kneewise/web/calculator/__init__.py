"""The load calculator: what one steady state of running costs the knee."""
