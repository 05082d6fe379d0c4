"""The last seven days beside the runner's own usual weeks, in knee-km: a comparison in words, never a risk score.

No ratio is formed: acute-to-chronic ratios do not predict injury and are an artefact of their own scaling
(impellizzeri-2020, impellizzeri-2021). The weeks stand side by side, and the words only say where the last one lies.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any, Literal

from kneewise.domain import json_number
from kneewise.evidence.parameters import value
from kneewise.load.exposure import DatedRun

Place = Literal["below", "within", "above", "not-known"]

_WEEK = timedelta(weeks=1)
_WORDS: dict[Place, str] = {
    "below": "That is less than any of your usual weeks.",
    "within": "That is within your usual weeks.",
    "above": "That is more than any of your usual weeks.",
    "not-known": "Your usual week is not known yet.",
}


@dataclass(frozen=True, slots=True)
class SevenDays:
    """Seven days that end with ``last``; ``coverage`` is the share of their running time that has a number."""

    last: date
    knee_km: float
    runs: int
    coverage: float


@dataclass(frozen=True, slots=True)
class UsualWeek:
    """The last seven days and the usual weeks before them.

    Attributes
    ----------
    now : SevenDays
    usual : tuple of SevenDays
        Weeks before with a run and with enough of it known, the latest first.
    place : {"below", "within", "above", "not-known"}
        Where the last seven days lie among the usual weeks.
    """

    now: SevenDays
    usual: tuple[SevenDays, ...]
    place: Place

    @property
    def middle_knee_km(self) -> float:
        """The usual week: the median; NaN where there are too few weeks."""
        return math.nan if self.place == "not-known" else median(week.knee_km for week in self.usual)

    @property
    def text(self) -> str:
        """The comparison in words."""
        runs = f"{self.now.runs} run{'' if self.now.runs == 1 else 's'}"
        now = f"Last 7 days: {self.now.knee_km:.1f} knee-km in {runs}."
        if self.now.coverage < value("coverage.window_floor"):
            return f"{now} Only {self.now.coverage:.0%} of that running has a number, so it is not compared."
        if self.place == "not-known":
            need = f"{value('exposure.usual_week.least'):.0f}"
            return f"{now} {_WORDS[self.place]} It takes {need} weeks with runs; there are {len(self.usual)}."
        low, high = min(week.knee_km for week in self.usual), max(week.knee_km for week in self.usual)
        weeks = f"{self.middle_knee_km:.1f} (between {low:.1f} and {high:.1f}, {len(self.usual)} weeks)"
        return f"{now} Your usual week: {weeks}. {_WORDS[self.place]}"

    def to_json(self) -> dict[str, Any]:
        """Return the contract's ``load_vs_usual``."""
        known = self.place != "not-known"
        return {
            "last_7_days_knee_km": json_number(self.now.knee_km),
            "runs": self.now.runs,
            "usual_week_knee_km": json_number(self.middle_knee_km),
            "usual_low_knee_km": min(week.knee_km for week in self.usual) if known else None,
            "usual_high_knee_km": max(week.knee_km for week in self.usual) if known else None,
            "weeks": len(self.usual),
            "place": self.place,
            "coverage": self.now.coverage,
            "text": self.text,
        }


def usual_week(runs: Sequence[DatedRun], today: date) -> UsualWeek:
    """Put the seven days up to ``today`` beside the weeks before.

    Parameters
    ----------
    runs : sequence of DatedRun
        The whole history, in any order.
    today : date
        The runner's local day; later runs are left out.
    """
    now = _seven_days(runs, today)
    before = (_seven_days(runs, today - back * _WEEK) for back in range(1, int(value("exposure.usual_week.weeks")) + 1))
    floor = value("coverage.window_floor")
    usual = tuple(week for week in before if week.runs and week.coverage >= floor)
    return UsualWeek(now, usual, _place(now, usual))


def _seven_days(runs: Sequence[DatedRun], last: date) -> SevenDays:
    inside = [run for run in runs if last - _WEEK < run.local_date <= last]
    whole = sum(run.running_s for run in inside)
    known = [run for run in inside if math.isfinite(run.knee_km.value)]
    covered = sum(run.running_s * run.coverage for run in known)
    return SevenDays(
        last, sum(run.knee_km.value for run in known), len(inside), covered / whole if whole > 0 else float(not inside)
    )


def _place(now: SevenDays, usual: Sequence[SevenDays]) -> Place:
    enough = len(usual) >= value("exposure.usual_week.least") and now.coverage >= value("coverage.window_floor")
    if not enough:
        return "not-known"
    if now.knee_km < min(week.knee_km for week in usual):
        return "below"
    return "above" if now.knee_km > max(week.knee_km for week in usual) else "within"
