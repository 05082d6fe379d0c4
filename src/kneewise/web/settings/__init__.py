"""Settings: language, units, light and dark, and who runs."""
