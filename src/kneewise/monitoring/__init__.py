"""Check-ins become a pain state, and pain and load together become answers about one runner."""
