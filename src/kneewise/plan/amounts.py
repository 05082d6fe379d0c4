"""Times and distances as a runner says them."""

from __future__ import annotations

import math

from kneewise.domain import PlannedSession
from kneewise.units import METRES_PER_KM, SECONDS_PER_HOUR, SECONDS_PER_MINUTE


def duration_words(seconds: float) -> str:
    """Return ``"45 s"``, ``"2 min"``, ``"1 min 30 s"``, ``"1 h 15 min"``."""
    hours, rest = divmod(round(seconds), SECONDS_PER_HOUR)
    minutes, left = divmod(rest, SECONDS_PER_MINUTE)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", f"{left} s" if left else ""]
    return " ".join(part for part in parts if part) or "0 s"


def whole_minutes(seconds: float) -> str:
    """Return a time to the minute: ``"43 min"``."""
    return duration_words(max(round(seconds / SECONDS_PER_MINUTE), 1) * SECONDS_PER_MINUTE)


def distance_words(distance_m: float) -> str:
    """Return ``"400 m"`` or ``"7.5 km"``."""
    if round(distance_m) < METRES_PER_KM:
        return f"{distance_m:.0f} m"
    return f"{distance_m / METRES_PER_KM:.2f}".rstrip("0").rstrip(".") + " km"


def length_s(session: PlannedSession) -> float | None:
    """Return how long a session takes: as planned, else the sum of its steps; ``None`` where a step is open."""
    if session.duration_s is not None:
        return session.duration_s
    steps = [(block.times, step.duration_s) for block in session.blocks for step in block.steps]
    known = [times * duration for times, duration in steps if duration is not None]
    return math.fsum(known) if steps and len(known) == len(steps) else None
