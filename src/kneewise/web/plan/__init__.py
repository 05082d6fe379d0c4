"""The plan: calendar, reasons, moves, versions, strength sessions, quicker steps, and files to take along."""
