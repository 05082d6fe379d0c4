"""The report for a clinician: gathered from the record, and written in any of its forms."""
