"""Exposure of a record by local day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from kneewise.domain import Estimate, json_number
from kneewise.evidence.parameters import value
from kneewise.load import DatedRun, Exposure, Reference, daily_exposure
from kneewise.load.history import HistoryRuns
from kneewise.load.knee_km import SUMMED, UNIT, knee_km_bounds
from kneewise.services.listing import ListedActivity, current_reference, drawn_activities
from kneewise.services.local_day import local_day
from kneewise.services.place import Place
from kneewise.storage import read_last_import, read_load_sums, read_reference

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from kneewise.domain import Runner
    from kneewise.storage import Record


def load_exposure(place: Place, *, since: date | None = None, until: date | None = None) -> Exposure:
    """Return what the knee got, by local day and week, from the runs that count.

    Parameters
    ----------
    since, until : date or None
        Local days, both inclusive; the days before ``since`` still count in its 30-day windows.
    """
    with drawn_activities(place, until=until) as drawn:
        runs = dated_runs(drawn.activities)
    return daily_exposure(runs, since=since, until=until)


def dated_runs(activities: Iterable[ListedActivity]) -> list[DatedRun]:
    """Return what exposure needs of those activities that are runs."""
    return [
        DatedRun(
            id=item.id,
            local_date=item.activity.local_date,
            distance_m=item.activity.distance_m,
            running_s=item.activity.running_s,
            knee_km=item.knee_km.value,
            coverage=item.knee_km.coverage,
        )
        for item in activities
        if item.knee_km is not None
    ]


def read_history_runs(connection: Connection, runner: Runner, today: date) -> tuple[HistoryRuns | None, Reference]:
    """Return the runs that count up to a day as columns, ``None`` without one, and what their knee-km are relative to.

    One query and one vectorised pass: ten years are read in the time that a page has.
    """
    sums = read_load_sums(connection, runner.id, SUMMED, sport="running", until=today)
    reference = current_reference(read_reference(connection, runner.id), runner)
    if not sums.ids:
        return None, reference
    runs = HistoryRuns(
        ids=sums.ids,
        day=np.array([day.toordinal() for day in sums.local_dates]),
        distance_m=sums.distance_m,
        running_s=np.nan_to_num(sums.columns["running_s"]),
        cost=knee_km_bounds(sums.columns, reference),
    )
    return runs, reference


def read_dated_runs(record: Record, runner: Runner, today: date) -> list[DatedRun]:
    """Return the runs that count up to a day, the oldest first, as `dated_runs` of them all, without other people."""
    with record.reading() as connection:
        runs, reference = read_history_runs(connection, runner, today)
    return [] if runs is None else dated_history(runs, reference)


def dated_history(runs: HistoryRuns, reference: Reference) -> list[DatedRun]:
    """Return what exposure needs of each run of a history."""
    cost, level = runs.cost, value("interval.level")
    columns = (runs.day, runs.distance_m, runs.running_s, cost.value, cost.low, cost.high, cost.coverage)
    return [
        DatedRun(
            id=name,
            local_date=date.fromordinal(day),
            distance_m=json_number(metres),
            running_s=seconds,
            knee_km=Estimate(middle, low, high, UNIT, reference.basis, level),
            coverage=coverage,
        )
        for name, day, metres, seconds, middle, low, high, coverage in zip(
            runs.ids, *(column.tolist() for column in columns), strict=True
        )
    ]


def last_known_day(record: Record, runner: Runner, runs: Sequence[DatedRun], today: date) -> date | None:
    """Return the last day whose load is known: a day without a run counts as rest up to the last import or run."""
    with record.reading() as connection:
        imported = read_last_import(connection, runner.id)
    days = [run.local_date for run in runs] + ([] if imported is None else [local_day(imported, runner)])
    return min(max(days), today) if days else None
