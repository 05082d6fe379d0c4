"""A clinic: accounts and sign-in, what runners share, who needs attention, notes, examinations and proposals."""
