"""Did it help: before and after a change, with how sure that is."""
