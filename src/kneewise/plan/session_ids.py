"""Ids of sessions: the same session keeps its id over versions, also when it moves within its week."""

from __future__ import annotations

from datetime import date

from kneewise.domain.plan import Plan, PlannedSession


class SessionIds:
    """Hands out ids such as ``run-2026w48-2``: the second run of that week, wherever it moves."""

    def __init__(self, previous: Plan | None, days: dict[str, tuple[date, ...]]) -> None:
        self._given: dict[tuple[str, date], str] = {}
        for prefix, wanted in days.items():
            self._name(prefix, wanted, previous)

    def of(self, day: date, prefix: str) -> str:
        """Return the id of the session of one kind on a day."""
        return self._given[prefix, day]

    def _name(self, prefix: str, days: tuple[date, ...], previous: Plan | None) -> None:
        issued = {session.local_date: session.id for session in _of_prefix(previous, prefix)}
        for day in days:
            if day in issued:
                self._given[prefix, day] = issued[day]
        past = [name for day, name in issued.items() if days and day < days[0]]
        taken = {*self._given.values(), *past}
        for day in days:
            if (prefix, day) in self._given:
                continue
            name = _first_free(_moved(issued, day, days, taken), prefix, day, taken)
            self._given[prefix, day] = name
            taken.add(name)


def _of_prefix(plan: Plan | None, prefix: str) -> list[PlannedSession]:
    return [] if plan is None else [session for session in plan.sessions if session.id.startswith(f"{prefix}-")]


def _moved(issued: dict[date, str], day: date, days: tuple[date, ...], taken: set[str]) -> list[str]:
    """Return ids of issued sessions of the same week that lost their day, the nearest first."""
    week = day.isocalendar()[:2]
    homeless = [other for other in issued if other not in days and other.isocalendar()[:2] == week]
    nearest = sorted(homeless, key=lambda other: (abs((other - day).days), other))
    return [issued[other] for other in nearest if issued[other] not in taken]


def _first_free(moved: list[str], prefix: str, day: date, taken: set[str]) -> str:
    if moved:
        return moved[0]
    year, week, _ = day.isocalendar()
    number = 1
    while (name := f"{prefix}-{year}w{week:02d}-{number}") in taken:
        number += 1
    return name
