"""How easily the knee is upset: how little provokes it, how strong it gets and how long it stays.

The worst day of the last week decides. The limits are defaults of ours (mark E) built from the pain rules' own limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from kneewise.evidence.records import Mark
from kneewise.monitoring.pain_rules import DayPain, in_window, pain_rule, pain_rules_of

Level = Literal["low", "moderate", "high"]

_LEVELS: dict[str, Level] = {
    "irritability_high": "high",
    "irritability_moderate": "moderate",
    "irritability_low": "low",
}
UNKNOWN = "There are not enough answers this week to say how easily your knee is upset."


@dataclass(frozen=True, slots=True, kw_only=True)
class Irritability:
    """How easily the knee is upset; ``level`` is ``None`` where the last week's answers do not say.

    Attributes
    ----------
    day : date or None
        The day that decided.
    """

    level: Level | None
    text: str
    rule: str | None = None
    mark: Mark | None = None
    sources: tuple[str, ...] = ()
    day: date | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the ``irritability`` object of the contract's ``state``."""
        return {
            "level": self.level,
            "text": self.text,
            "local_date": None if self.day is None else self.day.isoformat(),
            "rule": self.rule,
            "mark": self.mark,
            "sources": list(self.sources),
        }


def irritability(days: Sequence[DayPain], today: date) -> Irritability:
    """Return how easily the knee is upset, from the worst day of the window of usual pain."""
    told = [day for day in in_window(days, today, pain_rule("usual_pain").number("window_days")) if day.answers]
    for rule in pain_rules_of("irritability"):
        for day in reversed(told):
            if rule.holds(day.inputs) if rule.match != "otherwise" else _is_calm(day):
                return Irritability(
                    level=_LEVELS[rule.id],
                    text=rule.text,
                    rule=rule.id,
                    mark=rule.mark,
                    sources=rule.sources,
                    day=day.local_date,
                )
    return Irritability(level=None, text=UNKNOWN)


def _is_calm(day: DayPain) -> bool:
    """Whether the day says that load was taken well; missing answers do not."""
    return day.colour == "green"
