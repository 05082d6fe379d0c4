"""A flare: from the first red session until a green one. First rest, then a smaller start at the level before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from kneewise.evidence.records import Mark
from kneewise.evidence.rules import Action
from kneewise.monitoring.pain_rules import DayPain, pain_rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Flare:
    """The plan of the present flare.

    Attributes
    ----------
    since : date
        The first red day since the last green session.
    last_red : date
        The latest red day.
    phase : {"rest", "restart"}
        Rest with walking and other sports, then a smaller start.
    rest_until : date
        Last day of rest: the longer end of the range after the latest red day.
    restart_low_pct, restart_high_pct : float
        Volume to start again with, in percent of the level before the flare.
    text : str
        The plan in words.
    """

    since: date
    last_red: date
    phase: Literal["rest", "restart"]
    rest_until: date
    restart_low_pct: float
    restart_high_pct: float
    text: str
    rule: str
    mark: Mark
    sources: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the ``flare`` object of the contract's ``state``."""
        return {
            "active": True,
            "since": self.since.isoformat(),
            "phase": self.phase,
            "rest_until": self.rest_until.isoformat(),
            "restart_percent": {"low": self.restart_low_pct, "high": self.restart_high_pct},
            "text": self.text,
            "rule": self.rule,
            "mark": self.mark,
            "sources": list(self.sources),
        }


def find_flare(days: Sequence[DayPain], today: date) -> Flare | None:
    """Return the present flare, or ``None``: a red day that no green session has followed yet."""
    reds = [day.local_date for day in since_last_green(days) if day.colour == "red"]
    if not reds:
        return None
    rule = pain_rule("flare")
    rest_until = reds[-1] + timedelta(hours=high_end(rule.action("relative_rest")))
    restart = rule.action("restart")
    return Flare(
        since=reds[0],
        last_red=reds[-1],
        phase="rest" if today <= rest_until else "restart",
        rest_until=rest_until,
        restart_low_pct=amount(restart),
        restart_high_pct=high_end(restart),
        text=rule.text,
        rule=rule.id,
        mark=rule.mark,
        sources=rule.sources,
    )


def since_last_green(days: Sequence[DayPain]) -> tuple[DayPain, ...]:
    """Return the days after the last green session."""
    last = max((place for place, day in enumerate(days) if day.colour == "green"), default=-1)
    return tuple(days[last + 1 :])


def amount(action: Action) -> float:
    """Return how much an action says; one without an amount is an error of the knowledge files."""
    if action.value is None:
        raise KeyError(f"action '{action.kind}' has no value")
    return action.value


def high_end(action: Action) -> float:
    """Return the upper end of an action's range, or its amount where there is no range."""
    return amount(action) if action.high is None else action.high
