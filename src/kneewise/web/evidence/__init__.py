"""Evidence: what is known, how sure, from where."""
