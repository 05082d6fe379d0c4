"""Weeks that rise well above the usual one, and single runs above their rule: said, never blocked."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, timedelta

from kneewise.domain.plan import Change, PlannedSession
from kneewise.evidence.knowledge import knowledge
from kneewise.load.week_rise import WeekRise, rise_rule, week_rises
from kneewise.plan.amounts import distance_words
from kneewise.plan.inputs import PastRun
from kneewise.plan.rules import largest_allowed_m, longest_before

#: Load rule of single runs.
SPIKE_RULE = "single_run"
_PER_CENT = 100


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


def spike_notes(runs: Iterable[PastRun], first: date, last: date) -> tuple[Change, ...]:
    """Return a note for each run of some days that was longer than the rule for single runs allows, in order."""
    known = sorted(runs, key=lambda run: run.local_date)
    notes = []
    for run in known:
        longest = longest_before(known, run.local_date)
        spiked = run.distance_m and longest.distance_m and run.distance_m > largest_allowed_m(longest, None)
        if first <= run.local_date <= last and spiked:
            notes.append(_spike_note(run.local_date, run.distance_m or 0.0, longest.distance_m or 0.0))
    return tuple(notes)


def _spike_note(day: date, distance_m: float, longest_m: float) -> Change:
    more_pct = round((distance_m / longest_m - 1) * _PER_CENT)
    text = (
        f"You ran {distance_words(distance_m)} on {day:%a} {day.day} {day:%b}. That is {more_pct} % longer than your "
        "longest run of the 30 days before. The plan does not build on it."
    )
    inputs = {"ran_on": day.isoformat(), "distance_m": round(distance_m), "longest_30d_m": round(longest_m)}
    return Change(rule=SPIKE_RULE, text=text, inputs=inputs)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
