"""Fixtures of the command line."""

from __future__ import annotations

from tests.clinical import now

__all__ = ["now"]
