"""The weeks of a plan: what was planned, what was done, and how much it cost the knee."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from kneewise.domain import Estimate, Plan
from kneewise.services.plan_now import PlanNow
from kneewise.units import DAYS_PER_WEEK

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PlanWeek:
    """One week, Monday to Sunday.

    Attributes
    ----------
    planned, done : Estimate or None
        Knee-km of the runs planned, and of all runs recorded; ``None`` where there is nothing to add up, and for what
        was done in weeks to come.
    sessions, sessions_done : int
        Planned sessions up to today, and how many of them took place.
    """

    monday: date
    planned: Estimate | None
    done: Estimate | None
    sessions: int
    sessions_done: int


def plan_weeks(now: PlanNow, plan: Plan) -> tuple[PlanWeek, ...]:
    """Return every week that a plan touches.

    Notes
    -----
    Bounds are added as they are: what makes one run's number uncertain makes the next one uncertain in the same way.
    """
    first = plan.start - timedelta(days=plan.start.weekday())
    count = (plan.end - first).days // DAYS_PER_WEEK + 1
    return tuple(_week(now, plan, first + timedelta(weeks=number)) for number in range(count))


def _week(now: PlanNow, plan: Plan, monday: date) -> PlanWeek:
    days = [monday + number * _DAY for number in range(DAYS_PER_WEEK)]
    sessions = [session for day in days for session in plan.on(day)]
    runs = [run for run in now.gathered.folded.runs if days[0] <= run.local_date <= days[-1]]
    over = [state for each in sessions if (state := now.state_of(each)) in ("done", "missed")]
    return PlanWeek(
        monday=monday,
        planned=_sum(each.knee_km for each in sessions if each.knee_km is not None),
        done=None if monday > now.today else _sum(run.knee_km for run in runs),
        sessions=len(over),
        sessions_done=over.count("done"),
    )


def _sum(costs: Iterable[Estimate]) -> Estimate | None:
    known = [cost for cost in costs if math.isfinite(cost.value)]
    if not known:
        return None
    return Estimate(
        value=sum(cost.value for cost in known),
        low=sum(cost.low for cost in known),
        high=sum(cost.high for cost in known),
        unit=known[0].unit,
        basis=known[0].basis,
        level=known[0].level,
    )
