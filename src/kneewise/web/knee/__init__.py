"""The knee: how it is now, the intake, the findings along the chain, scores and tests."""
