"""Kneewise: what running costs the knee."""
