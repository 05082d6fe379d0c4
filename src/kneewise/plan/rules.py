"""The load rules in their order: what a single run may be, given the runs so far, and which rule binds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.evidence.rules import LoadRule
from kneewise.plan.inputs import PastRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Longest:
    """The longest run of the window before a day, in each measure; ``None`` where no run has it."""

    distance_m: float | None
    knee_km: float | None
    moving_s: float | None


def load_rule(rule_id: str) -> LoadRule:
    """Return one record of ``load_rules.toml``; an unknown id is a programming error."""
    return knowledge().load_rules[rule_id]


def longest_before(runs: Iterable[PastRun], day: date) -> Longest:
    """Return the longest run of the 30 days before a day; the day itself is left out."""
    first = day - timedelta(days=load_rule("single_run").number("window_days"))
    inside = [run for run in runs if first <= run.local_date < day]
    return Longest(
        distance_m=max((run.distance_m for run in inside if run.distance_m), default=None),
        knee_km=max((run.knee_km for run in inside if run.knee_km), default=None),
        moving_s=max((run.moving_s for run in inside if run.moving_s), default=None),
    )


def largest_allowed_m(longest: Longest, knee_km_per_km: float | None) -> float:
    """Return the longest distance that the single-run rule allows, in metres, for distance and for knee-km alike.

    Parameters
    ----------
    longest : Longest
        Of the 30 days before.
    knee_km_per_km : float or None
        Expected cost of a kilometre of this run; without it only distance is compared.

    Returns
    -------
    float
        Infinite where there is no run to compare with: then the ladder decides.
    """
    ratio = load_rule("single_run").number("max_ratio")
    allowed = math.inf if longest.distance_m is None else ratio * longest.distance_m
    if longest.knee_km is not None and knee_km_per_km:
        allowed = min(allowed, ratio * longest.knee_km / knee_km_per_km * 1000)
    return allowed


def rounded_down_m(distance_m: float) -> float:
    """Round a distance down to what a runner can follow: rounding never adds load."""
    step = value("plan.session.round_m")
    # A hair is added because a product such as 1.1 * 5000 may come out just under its true value.
    return math.floor(round(distance_m / step, 6)) * step


def without_spikes(runs: Sequence[PastRun]) -> list[PastRun]:
    """Return the runs that are no spike: a single run above the rule is nothing to build on.

    A run with no run in the 30 days before it is kept; there is nothing to compare it with.
    """
    kept = []
    ordered = sorted(runs, key=lambda run: run.local_date)
    for run in ordered:
        before = longest_before(ordered, run.local_date)
        if run.distance_m is None or run.distance_m <= largest_allowed_m(before, None):
            kept.append(run)
    return kept


def days_since_last_run(runs: Iterable[PastRun], day: date) -> int | None:
    """Return the days since the last run before a day; ``None`` without any."""
    last = max((run.local_date for run in runs if run.local_date < day), default=None)
    return None if last is None else (day - last).days


def is_layoff(days: int | None) -> bool:
    """Whether so many days without a run call for the ladder; no run at all does."""
    return days is None or load_rule("layoff").holds({"days_since_last_run": float(days)}) is True
