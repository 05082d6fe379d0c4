"""How much a test tries: enough for every day, or all of it with ``make thorough``."""

from __future__ import annotations

import os


def tries(every_day: int, thorough: int) -> int:
    """Return how many cases a test goes through."""
    return thorough if os.environ.get("KNEEWISE_THOROUGH") else every_day
