"""What one file holds, stored nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from os import PathLike
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from kneewise.domain import Activity, Floats, Issue, Recording, json_number
from kneewise.errors import InvalidInputError, NotAnActivityError, UnreadableFileError
from kneewise.services.reading import file_bytes
from kneewise.services.workers import LARGE_BYTES, confined


def inspect_file(path: str | PathLike[str], *, timezone: str | None = None) -> dict[str, Any]:
    """Decode one file and return what it holds.

    Parameters
    ----------
    path : path-like
        FIT, TCX or GPX, also gzipped.
    timezone : str or None
        IANA zone for files that do not tell where they were recorded.

    Returns
    -------
    dict
        The document of the contract. ``records`` and ``channels`` are raw, as the file says; ``duration_s``,
        ``moving_s``, ``distance_m`` and ``steps`` come from the cleaning, summed over all activities of the file. A
        good file that is no activity has its ``kind``, no records and an issue.

    Raises
    ------
    InvalidInputError, UnreadableFileError
        When there is no such file or it is no recording.
    """
    from kneewise.activities import clean
    from kneewise.sources import read_recordings
    from kneewise.sources.detect import HEAD_BYTES, RECORDINGS, content_of

    path = Path(path)
    refuse_too_large(path)
    content = file_bytes(path)
    try:
        recordings = read_recordings(content, path.name)
    except NotAnActivityError as error:
        found = content_of(content[:HEAD_BYTES])
        if found not in RECORDINGS:
            raise
        return _no_activity(error, path, found)
    activities = [activity for recording in recordings for activity in clean(recording, default_timezone=timezone)]
    return _document(recordings, activities)


def inspect_apart(path: Path) -> dict[str, Any]:
    """Return what `inspect_file` returns; what may take much memory is read in a process of its own.

    Raises
    ------
    InvalidInputError, UnreadableFileError
        Also where reading ended the process.
    """
    if not _may_be_large(path):
        return inspect_file(path)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=confined) as pool:
        try:
            return pool.submit(inspect_file, path).result()
        except (BrokenProcessPool, MemoryError) as error:
            raise UnreadableFileError(
                f"Reading {path.name} takes more memory than one file may; export the run again."
            ) from error


def _may_be_large(path: Path) -> bool:
    """Whether reading may meet many bytes: a packed file holds as many times its size as the limits allow."""
    from kneewise.sources.decompression import ArchiveLimits
    from kneewise.sources.detect import ARCHIVES, COMPRESSED, HEAD_BYTES, content_of

    with path.open("rb") as file:
        packed = content_of(file.read(HEAD_BYTES)) in COMPRESSED | ARCHIVES
    return path.stat().st_size * (ArchiveLimits().max_ratio if packed else 1) > LARGE_BYTES


def refuse_too_large(path: Path) -> None:
    """Refuse what would fill the memory and is no single recording anyway.

    Raises
    ------
    InvalidInputError
    """
    from kneewise.sources.decompression import ArchiveLimits

    most = ArchiveLimits().max_member_bytes
    if path.is_file() and path.stat().st_size > most:
        raise InvalidInputError(
            f"{path.name} is larger than {most // 1_000_000} MB, which no single recording is; import it instead."
        )


def _document(recordings: Sequence[Recording], activities: Sequence[Activity]) -> dict[str, Any]:
    main = max(activities, key=lambda activity: activity.elapsed_s, default=None)
    told = [*(recording.issues for recording in recordings), *(activity.issues for activity in activities)]
    issues = dict.fromkeys(issue for some in told for issue in some)
    return {
        "format": recordings[0].format,
        "kind": recordings[0].kind,
        "sport": None if main is None else main.sport,
        "sub_sport": None if main is None else main.sub_sport,
        "device": next((recording.device for recording in recordings if recording.device), None),
        "start": None if not activities else local_start(activities[0]),
        "duration_s": _total([activity.elapsed_s for activity in activities]),
        "moving_s": _total([activity.moving_s for activity in activities]),
        "distance_m": _total([activity.distance_m for activity in activities]),
        "steps": _total([activity.steps for activity in activities]),
        "records": sum(len(recording.time_s) for recording in recordings),
        "channels": _channels(recordings),
        "developer_fields": [
            {"name": field.name, "unit": field.unit, "application": field.application, "count": field.count}
            for recording in recordings
            for field in recording.developer_fields
        ],
        "recovered": {
            "records": sum(recording.recovery.records for recording in recordings),
            "bytes_skipped": sum(recording.recovery.bytes_skipped for recording in recordings),
        },
        "activities": [_part(activity) for activity in activities],
        "issues": [issue.to_json() for issue in issues],
    }


def local_start(activity: Activity) -> str:
    """Return the start in ISO 8601 with the offset of the activity's own zone."""
    return activity.start.astimezone(ZoneInfo(activity.timezone)).isoformat()


def _part(activity: Activity) -> dict[str, Any]:
    return {
        "sport": activity.sport,
        "sub_sport": activity.sub_sport,
        "start": local_start(activity),
        "duration_s": json_number(activity.elapsed_s),
        "moving_s": json_number(activity.moving_s),
        "distance_m": json_number(activity.distance_m),
        "steps": json_number(activity.steps),
        "sources": {} if activity.stream is None else dict(activity.stream.sources),
    }


def _total(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return json_number(sum(known)) if known else None


def _channels(recordings: Sequence[Recording]) -> dict[str, dict[str, Any]]:
    names = dict.fromkeys(name for recording in recordings for name in recording.channels)
    return {name: _channel(name, recordings) for name in names}


def _channel(name: str, recordings: Sequence[Recording]) -> dict[str, Any]:
    found = [recording.channels[name] for recording in recordings if name in recording.channels]
    values: Floats = np.concatenate([channel.values for channel in found])
    values = values[np.isfinite(values)]
    known = len(values) > 0
    return {
        "count": len(values),
        "mean": json_number(float(values.mean())) if known else None,
        "min": json_number(float(values.min())) if known else None,
        "max": json_number(float(values.max())) if known else None,
        "unit": found[0].unit,
        "source": found[0].source,
    }


def _no_activity(error: NotAnActivityError, path: Path, found: str) -> dict[str, Any]:
    nothing = dict.fromkeys(
        ("sport", "sub_sport", "device", "start", "duration_s", "moving_s", "distance_m", "steps"), None
    )
    return {
        "format": found,
        "kind": error.kind,
        **nothing,
        "records": 0,
        "channels": {},
        "developer_fields": [],
        "recovered": {"records": 0, "bytes_skipped": 0},
        "activities": [],
        "issues": [Issue(code="not-an-activity", where=path.name, text=str(error)).to_json()],
    }
