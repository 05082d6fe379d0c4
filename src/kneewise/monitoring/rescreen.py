"""When a check-in asks for the safety questions again, and which ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.records import Mark
from kneewise.monitoring.pain_rules import DayPain, counts_at, in_window, pain_rule, pain_rules_of, window_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescreen:
    """One reason to ask the safety questions again.

    Attributes
    ----------
    day : date
        The latest day that gave the reason.
    flags : tuple of str
        Ids of the red flags to ask; all of them where the rule names none.
    """

    rule: str
    text: str
    day: date
    flags: tuple[str, ...]
    mark: Mark
    sources: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return one entry of the contract's ``flags``."""
        return {
            "kind": "ask_again",
            "rule": self.rule,
            "text": self.text,
            "local_date": self.day.isoformat(),
            "ask": list(self.flags),
            "mark": self.mark,
            "sources": list(self.sources),
        }


def rescreens(
    days: Sequence[DayPain], today: date, *, weekly_change: float | None, screened_at: datetime | None
) -> tuple[Rescreen, ...]:
    """Return the reasons to ask the safety questions again, in the order of the rules.

    Parameters
    ----------
    weekly_change : float or None
        Usual morning pain now less that of a week ago, on the scale of 0 to 10.
    screened_at : datetime or None
        When the safety questions were last answered, in UTC; only what was told later asks for them again.
    """
    moved = _moved(days)
    window = window_of(pain_rule("rescreen_worse"))
    fresh = [
        day
        for day in in_window(days, today, window)
        if day.answers is not None and (screened_at is None or day.answers.last_recorded_at > screened_at)
    ]
    if not fresh:
        return ()
    found = []
    over_all = {**counts_at(fresh, today, window), "pain_morning_trend": weekly_change}
    for rule in pain_rules_of("rescreen"):
        holding = [day for day in fresh if rule.holds(_measured(day, moved)) is True]
        last = holding[-1] if holding else (fresh[-1] if rule.holds(over_all) is True else None)
        if last is not None:
            found.append(
                Rescreen(
                    rule=rule.id,
                    text=rule.text,
                    day=last.local_date,
                    flags=rule.action("rescreen_red_flags").of or tuple(knowledge().red_flags),
                    mark=rule.mark,
                    sources=rule.sources,
                )
            )
    return tuple(found)


def _measured(day: DayPain, moved: frozenset[date]) -> Mapping[str, float | None]:
    return {**day.inputs, "place_changed": float(day.local_date in moved)}


def _moved(days: Sequence[DayPain]) -> frozenset[date]:
    """Return the days on which the pain was in a place that the telling before did not name."""
    moved = set()
    before: frozenset[tuple[str, str]] | None = None
    for day in days:
        if day.answers is not None and day.answers.places:
            places = frozenset(day.answers.places)
            if before is not None and not places <= before:
                moved.add(day.local_date)
            before = places
    return frozenset(moved)
