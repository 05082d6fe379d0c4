"""Exposure of a record by local day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kneewise.load import DatedRun, Exposure, daily_exposure
from kneewise.services.listing import ListedActivity, drawn_activities
from kneewise.services.place import Place


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
