"""How the runner runs, from a phone."""
