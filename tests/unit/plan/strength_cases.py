"""Made logs and needs for the tests of strength work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from kneewise.domain.strength_log import SetLog
from kneewise.plan.strength_need import StrengthNeed
from kneewise.plan.strength_progress import Morning

START = date(2026, 11, 2)
DAYS = tuple(START + timedelta(days=place) for place in range(28))


def log(place: int, exercise: str = "k04", **changes: Any) -> SetLog:
    """Return the log of one good session; sessions lie two days apart."""
    day = START + timedelta(days=2 * place)
    good: dict[str, Any] = {
        "id": f"{exercise}-{place}",
        "recorded_at": datetime.combine(day, time(18), UTC),
        "local_date": day,
        "exercise": exercise,
        "sets": 5,
        "reps": 25,
        "hold_s": 60.0,
        "pain": 1.0,
        "reps_in_reserve": 3,
    }
    return SetLog(**{**good, **changes})


def calm_mornings(count: int = 60) -> dict[date, Morning]:
    """Return mornings as usual after each day."""
    return {START + timedelta(days=place): Morning(pain=1, usual=1) for place in range(count)}


def need(**changes: Any) -> StrengthNeed:
    """Return the need of a runner with kneecap pain and nothing at home."""
    usual: dict[str, Any] = {"phase": "build", "conditions": ("pfp",), "irritability": "low", "pain_cap": 2.0}
    return StrengthNeed(**{**usual, **changes})


def names(sessions: Sequence[Any]) -> set[str]:
    """Return the ids of all exercises of some sessions."""
    return {exercise.exercise for session in sessions for exercise in session.exercises}
