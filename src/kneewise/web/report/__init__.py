"""The report for a clinician: seen before it is taken along."""
