"""Weeks of the plan that rise well above the usual one: said, never blocked."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, timedelta

from kneewise.domain.plan import Change, PlannedSession
from kneewise.evidence.knowledge import knowledge
from kneewise.load.week_rise import WeekRise, rise_rule, week_rises
from kneewise.plan.inputs import PastRun


def week_warnings(runs: Iterable[PastRun], sessions: Iterable[PlannedSession], today: date) -> tuple[Change, ...]:
    """Return a soft warning for each week from this one on whose knee-km rise above the limit over the usual week.

    Parameters
    ----------
    runs : iterable of PastRun
        What was run; later planned weeks are compared with the planned ones before them too.
    sessions : iterable of PlannedSession
        What lies ahead counts from today on, today's only where nothing was run yet.

    Notes
    -----
    Weeks on the walk-run ladder are left out: they rise from almost nothing, and the rungs themselves are the step.
    """
    done = [run for run in runs if run.local_date <= today]
    ran_today = any(run.local_date == today for run in done)
    ahead = [each for each in sessions if each.local_date >= today + timedelta(days=ran_today) and each.knee_km]
    amounts = [(run.local_date, math.nan if run.knee_km is None else run.knee_km) for run in done]
    amounts += [(each.local_date, each.knee_km.value) for each in ahead if each.knee_km is not None]
    on_ladder = {_monday(each.local_date) for each in ahead if each.stage.rstrip("-") in knowledge().ladder}
    first = _monday(today)
    return tuple(
        _warning(rise) for rise in week_rises(amounts) if rise.monday >= first and rise.monday not in on_ladder
    )


def _warning(rise: WeekRise) -> Change:
    return Change(rule=rise_rule().id, text=rise.text, inputs=rise.inputs())


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
