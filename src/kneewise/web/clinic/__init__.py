"""The app of a clinic: signing in, sharing, the clinician's list and notes, accounts."""
