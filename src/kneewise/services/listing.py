"""The runs of a record, each with what it cost the knee."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kneewise.domain import Activity, Estimate, Interval, Issue, Runner, json_number
from kneewise.load import KneeKm, Reference, RunLoad, knee_km, population_reference
from kneewise.services import loads
from kneewise.services.place import Place, opened
from kneewise.storage import StoredActivity, each_activity, read_reference

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from kneewise.storage import Record

#: Activities put into numbers in one vectorised pass: more would not be faster, only larger.
_AT_ONCE = 500
_PLAIN = (
    "moving_s",
    "distance_m",
    "ascent_m",
    "steps",
    "cadence_spm",
    "speed_mps",
    "contact_time_s",
    "vertical_oscillation_m",
    "step_length_m",
)


@dataclass(frozen=True, slots=True, eq=False)
class ListedActivity:
    """An activity as ``kneewise activities`` shows it.

    Attributes
    ----------
    id : str
    activity : Activity
        Without its stream.
    knee_km : KneeKm or None
        ``None`` for what is not running; its value is NaN where too little of the run has a number.
    knee_km_per_km : Estimate or None
        The same per kilometre of the covered running.
    issues : tuple of Issue
        Of the recording and of the load.
    counted_id : str or None
        The activity that counts in its place.
    """

    id: str
    activity: Activity
    knee_km: KneeKm | None
    knee_km_per_km: Estimate | None
    issues: tuple[Issue, ...]
    counted_id: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the entry of the contract."""
        activity = self.activity
        load: dict[str, Any] = {"knee_km": None, "knee_km_band": dict.fromkeys(("b1", "b2", "b4")), "coverage": 0.0}
        if self.knee_km is not None:
            load = self.knee_km.to_json()
        per_km = self.knee_km_per_km
        return {
            "id": self.id,
            "start": activity.start.astimezone(ZoneInfo(activity.timezone)).isoformat(),
            "timezone": activity.timezone,
            "local_date": activity.local_date.isoformat(),
            "sport": activity.sport,
            "sub_sport": activity.sub_sport,
            "device": activity.device,
            **{name: json_number(getattr(activity, name)) for name in _PLAIN},
            **load,
            "knee_km_per_km": None if per_km is None else per_km.to_json(),
            "title": activity.title,
            "treadmill": activity.treadmill,
            "running_s": json_number(activity.running_s),
            "counted_id": self.counted_id,
            "issues": [issue.to_json() for issue in self.issues],
        }


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """Activities with the reference that their knee-km are relative to."""

    activities: Sequence[ListedActivity]
    reference: Reference


@dataclass(frozen=True, slots=True, eq=False)
class DrawnListing:
    """The same, but the activities are drawn one at a time, so that no history is too long for the memory."""

    activities: Iterator[ListedActivity]
    reference: Reference


def list_activities(
    place: Place, *, since: date | None = None, until: date | None = None, duplicates: bool = False
) -> Listing:
    """Return a runner's activities, oldest first.

    Parameters
    ----------
    since, until : date or None
        Local days, both inclusive.
    duplicates : bool
        Also those that are second recordings of a run that is counted already.
    """
    with drawn_activities(place, since=since, until=until, duplicates=duplicates) as drawn:
        return Listing(list(drawn.activities), drawn.reference)


@contextmanager
def drawn_activities(
    place: Place, *, since: date | None = None, until: date | None = None, duplicates: bool = False
) -> Iterator[DrawnListing]:
    """Give a runner's activities one at a time, oldest first, while the record is open.

    Parameters
    ----------
    since, until, duplicates
        As in :func:`list_activities`.
    """
    with opened(place) as (record, runner), record.reading() as connection:
        yield _drawn(connection, runner, since=since, until=until, duplicates=duplicates)


def list_record(
    record: Record, runner: Runner, *, ids: Collection[str], duplicates: bool = False
) -> list[ListedActivity]:
    """Return some activities of an open record."""
    with record.reading() as connection:
        return list(_drawn(connection, runner, ids=ids, duplicates=duplicates).activities)


def list_runner(
    record: Record, runner: Runner, *, since: date | None = None, until: date | None = None
) -> list[ListedActivity]:
    """Return the activities of an open record that count, oldest first; both days inclusive."""
    with record.reading() as connection:
        return list(_drawn(connection, runner, since=since, until=until).activities)


def current_reference(data: dict[str, Any] | None, runner: Runner) -> Reference:
    """Return the stored reference, or the population's where nothing was learned yet."""
    return population_reference(runner.height_m, style=runner.style) if data is None else Reference.from_dict(data)


def _drawn(
    connection: Connection,
    runner: Runner,
    *,
    since: date | None = None,
    until: date | None = None,
    ids: Collection[str] | None = None,
    duplicates: bool = False,
) -> DrawnListing:
    reference = current_reference(read_reference(connection, runner.id), runner)
    stored = each_activity(connection, runner.id, since=since, until=until, ids=ids)
    chosen = (item for item in stored if duplicates or item.counted_id is None)
    return DrawnListing(_in_chunks(chosen, reference), reference)


def _in_chunks(stored: Iterator[StoredActivity], reference: Reference) -> Iterator[ListedActivity]:
    while chunk := list(itertools.islice(stored, _AT_ONCE)):
        yield from listed(chunk, reference)


def listed(stored: Sequence[StoredActivity], reference: Reference) -> list[ListedActivity]:
    """Put a number on stored activities, all of them in one vectorised pass."""
    runs = {item.id: loads.unpack(item.load) for item in stored if item.load is not None and item.activity.is_run}
    numbers = dict(zip(runs, knee_km(list(runs.values()), reference), strict=True))
    return [_one(item, runs.get(item.id), numbers.get(item.id)) for item in stored]


def _one(item: StoredActivity, load: RunLoad | None, number: KneeKm | None) -> ListedActivity:
    issues = list(item.activity.issues)
    if load is not None:
        issues += load.issues
    elif item.load is not None:
        issues += [Issue(**issue) for issue in item.load["issues"]]
    if item.counted_id is not None:
        text = f"This is {item.duplicate_reason}; activity {item.counted_id} counts in its place."
        issues.append(Issue("same-run", item.activity.local_date.isoformat(), text))
    per_km = None
    if number is not None and load is not None and load.distance_m > 0:
        per_km = _scaled(number.value, 1000 / load.distance_m)
    return ListedActivity(item.id, item.activity, number, per_km, tuple(dict.fromkeys(issues)), item.counted_id)


def _scaled(estimate: Estimate, factor: float) -> Estimate:
    others = estimate.others
    return Estimate(
        value=estimate.value * factor,
        low=estimate.low * factor,
        high=estimate.high * factor,
        unit="knee-km/km",
        basis=estimate.basis,
        level=estimate.level,
        others=None if others is None else Interval(others.low * factor, others.high * factor),
    )
