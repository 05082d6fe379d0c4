"""My data: what is stored where, taken out, kept safe, put back, erased."""
