"""Runs without a watch: typed in one by one, or as a CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time
from math import isfinite, radians, sin
from os import PathLike
from pathlib import Path
from zoneinfo import ZoneInfo

from kneewise.activities.distance import speed_limit
from kneewise.activities.duplicates import fingerprint
from kneewise.domain import Activity, Issue, Runner
from kneewise.errors import InvalidInputError
from kneewise.services import loads
from kneewise.services.finishing import finish
from kneewise.services.listing import ListedActivity, list_record
from kneewise.services.loads import steady_stream
from kneewise.services.place import Place, opened
from kneewise.services.reading import file_bytes
from kneewise.sources import run_table
from kneewise.sources.run_table import TERRAINS, read_run_table
from kneewise.storage import NewActivity, activity_id, decode_stream, encode_stream, insert_activities, summary

#: As of recordings: what lies beyond is a slip of the finger.
_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(2099, 12, 31)
_SUB_SPORTS = {"road": "street", "trail": "trail", "track": "track", "treadmill": "treadmill"}
_IN_TABLES = frozenset(field.name for field in fields(run_table.TypedRun))


@dataclass(frozen=True, slots=True)
class TypedRun:
    """A run as its runner remembers it.

    Attributes
    ----------
    date : date
        Local day.
    distance_m, moving_s, speed_mps : float or None
        Two of the three are enough.
    treadmill : bool
        On a belt: the slope is ``grade_deg``, or level.
    grade_deg : float or None
        Slope of the belt or mean slope of the road, degrees, positive uphill.
    cadence_spm : float or None
        Steps per minute of both feet; predicted from the speed where unknown.
    terrain : {"road", "trail", "track", "treadmill"} or None
    start : time or None
        Local time of day; noon where unknown.
    """

    date: date
    distance_m: float | None = None
    moving_s: float | None = None
    speed_mps: float | None = None
    treadmill: bool = False
    grade_deg: float | None = None
    cadence_spm: float | None = None
    terrain: str | None = None
    start: time | None = None
    title: str | None = None


def add_activity(place: Place, runs: Sequence[TypedRun]) -> list[ListedActivity]:
    """Store runs that were not recorded and return them as listed.

    The same run typed in again is stored once; two equal runs in one call are two runs.

    Raises
    ------
    InvalidInputError
        When a run lacks what is needed or holds what cannot be right; nothing is stored then.
    """
    with opened(place) as (record, runner):
        new = _new(runs, runner)
        with record.writing("storing the runs") as connection:
            insert_activities(connection, runner.id, new)
        finish(record, runner)
        return list_record(record, runner, ids=[item.id for item in new], duplicates=True)


def read_csv(path: str | PathLike[str]) -> tuple[list[TypedRun], tuple[Issue, ...]]:
    """Read typed-in runs from a table; see :func:`kneewise.sources.run_table.read_run_table` for its columns.

    Returns
    -------
    runs, issues
        One issue for each line or column that was left out.

    Raises
    ------
    InvalidInputError, UnreadableFileError
        When there is no such file, no header, or no line that is a run.
    """
    path = Path(path)
    table = read_run_table(file_bytes(path), path.name)
    if not table.runs:
        trouble = next(
            (issue.text for issue in table.issues if issue.code == "bad-line"), "It has no line below its header."
        )
        raise InvalidInputError(f"{path} holds no run to add. {trouble}")
    shared = [field.name for field in fields(TypedRun) if field.name in _IN_TABLES]
    return [TypedRun(**{name: getattr(run, name) for name in shared}) for run in table.runs], table.issues


def _completed(run: TypedRun, where: str) -> tuple[float, float, float]:
    """Return distance, time and speed, each from the other two where it was not told."""
    distance, moving, speed = run.distance_m, run.moving_s, run.speed_mps
    for name in ("distance_m", "moving_s", "speed_mps", "cadence_spm"):
        value = getattr(run, name)
        if value is not None and not (isfinite(value) and value > 0):
            raise InvalidInputError(f"{where}: a {name} of {value:g} cannot be right; it must be above 0.")
    if run.terrain is not None and run.terrain not in TERRAINS:
        raise InvalidInputError(f"{where}: terrain '{run.terrain}' is not known; choose one of {', '.join(TERRAINS)}.")
    if run.grade_deg is not None and not isfinite(run.grade_deg):
        raise InvalidInputError(f"{where}: the slope must be a number of degrees.")
    if distance is None and moving is not None and speed is not None:
        distance = moving * speed
    if moving is None and distance is not None and speed is not None:
        moving = distance / speed
    if distance is None or moving is None:
        raise InvalidInputError(f"{where}: tell two of distance, moving time and speed.")
    mean = distance / moving if speed is None else speed
    if max(mean, distance / moving) > speed_limit("running"):
        raise InvalidInputError(f"{where}: {distance:g} m in {moving:g} s cannot be right; nobody runs that fast.")
    return distance, moving, mean


def _check_day(day: date) -> None:
    if not _FIRST_DAY <= day <= _LAST_DAY:
        raise InvalidInputError(f"{day} cannot be right; give a day from {_FIRST_DAY} to {_LAST_DAY}.")


def _new(runs: Sequence[TypedRun], runner: Runner) -> list[NewActivity]:
    seen: Counter[str] = Counter()
    new = []
    for run in runs:
        _check_day(run.date)
    for run in runs:
        content = "typed " + " ".join(f"{field.name}={getattr(run, field.name)}" for field in fields(run))
        new.append(_new_activity(_activity(run, runner), runner, content, seen[content]))
        seen[content] += 1
    return new


def _new_activity(activity: Activity, runner: Runner, content: str, part: int) -> NewActivity:
    stream = None if activity.stream is None else encode_stream(activity.stream)
    if stream is not None:
        activity = replace(activity, stream=decode_stream(stream))  # so that recomputing finds the same number
    return NewActivity(
        id=activity_id(runner.id, content, part),
        sha256=None,
        part=part,
        summary=summary(activity),
        rows=0 if activity.stream is None else len(activity.stream),
        stream=stream,
        load=loads.pack(activity, runner, typed_in=True),
        worth=fingerprint(activity, content).worth,
    )


def _activity(run: TypedRun, runner: Runner) -> Activity:
    where = run.date.isoformat()
    distance, moving, speed = _completed(run, where)
    zone = runner.timezone or "UTC"
    start = datetime.combine(run.date, run.start or time(12), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    treadmill = run.treadmill or run.terrain == "treadmill"
    climb = None if run.grade_deg is None else distance * sin(radians(run.grade_deg))
    issues = [Issue("typed-in", where, "Typed in, not recorded: one steady speed is assumed over the whole run.")]
    if run.start is None:
        issues.append(Issue("start-assumed", where, "The time of day is not known; noon is assumed."))
    activity = Activity(
        start=start,
        timezone=zone,
        local_date=run.date,
        sport="running",
        sub_sport="treadmill" if treadmill else _SUB_SPORTS.get(run.terrain or ""),
        device=None,
        elapsed_s=moving,
        moving_s=moving,
        running_s=moving,
        distance_m=distance,
        ascent_m=None if climb is None or treadmill else max(climb, 0.0),
        descent_m=None if climb is None or treadmill else max(-climb, 0.0),
        steps=None if run.cadence_spm is None else run.cadence_spm * moving / 60,
        cadence_spm=run.cadence_spm,
        speed_mps=speed,
        contact_time_s=None,
        vertical_oscillation_m=None,
        step_length_m=None if run.cadence_spm is None else speed * 60 / run.cadence_spm,
        treadmill=treadmill,
        title=run.title,
        stream=None,
        issues=tuple(issues),
    )
    return activity if run.grade_deg is None else replace(activity, stream=steady_stream(activity, run.grade_deg))
