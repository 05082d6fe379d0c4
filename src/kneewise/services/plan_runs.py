"""The runs that a plan looks at: the last half-year, the time of the plan, and of older ones only the days."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kneewise.domain import Plan
from kneewise.evidence.parameters import value
from kneewise.load import Reference
from kneewise.plan.inputs import PastRun
from kneewise.services.exposure import dated_runs
from kneewise.services.listing import ListedActivity, current_reference, listed
from kneewise.storage import StoredActivity, read_activities, read_load_sums, read_reference

if TYPE_CHECKING:
    from kneewise.domain import Runner
    from kneewise.storage import Record


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanRuns:
    """The activities that count.

    Attributes
    ----------
    days : sequence of date
        Local day of every run up to today, the oldest first; ten years of numbers say nothing more to a plan.
    stored, listed : sequence
        Those of late, which a plan looks at, and with them at least one run before its time and one with a number,
        where there are any: so whatever asks how far the record reaches back, or for the last number, is answered as
        by the whole record.
    """

    days: Sequence[date]
    stored: Sequence[StoredActivity]
    listed: Sequence[ListedActivity]
    reference: Reference

    @property
    def running(self) -> list[ListedActivity]:
        """The runs among them."""
        return [item for item in self.listed if item.activity.is_run]


def read_plan_runs(record: Record, runner: Runner, today: date, plans: Sequence[Plan]) -> PlanRuns:
    """Read the runs that a plan looks at.

    Parameters
    ----------
    plans : sequence of Plan
        Every version that was issued.
    """
    with record.reading() as connection:
        days = read_load_sums(connection, runner.id, (), sport="running", until=today).local_dates
        reference = current_reference(read_reference(connection, runner.id), runner)
    first = min(since(today, plans), today - timedelta(weeks=value("recent_history.weeks")))
    before = max((day for day in days if day <= first), default=None)
    stored = read_counted(record, runner, today, before)
    found = listed(stored, reference)
    if before is not None and not any(math.isfinite(run.knee_km.value) for run in dated_runs(found)):
        stored = read_counted(record, runner, today)
        found = listed(stored, reference)
    return PlanRuns(days=days, stored=stored, listed=found, reference=reference)


def read_counted(record: Record, runner: Runner, today: date, first: date | None = None) -> list[StoredActivity]:
    """Return the activities that count up to today, the oldest first; from a day on, or all."""
    with record.reading() as connection:
        stored = read_activities(connection, runner.id, since=first, until=today)
    return [item for item in stored if item.counted_id is None]


def since(today: date, plans: Sequence[Plan]) -> date:
    """Return the first day whose runs a plan looks at: older ones say nothing of what the knee is used to."""
    begin = min((plan.start for plan in plans), default=today)
    return min(begin, today) - timedelta(days=value("told.history_days"))


def past_runs(activities: Sequence[ListedActivity], first: date) -> list[PastRun]:
    """Return the runs from a day on as a plan takes them in."""
    return [
        PastRun(
            local_date=run.local_date,
            distance_m=run.distance_m,
            moving_s=item.activity.moving_s,
            knee_km=run.knee_km.value if math.isfinite(run.knee_km.value) else None,
            coverage=run.coverage,
        )
        for item in activities
        if item.activity.local_date >= first
        for run in dated_runs([item])
    ]
