"""Import: files, folders and whole exports into the record, watched while it runs."""
