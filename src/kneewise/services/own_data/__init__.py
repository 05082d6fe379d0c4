"""The runner's own data as a whole: what is stored where, taken out, kept safe, put back, erased."""
