"""Gait retraining: cadence targets, feedback that fades, and whether it was kept."""
