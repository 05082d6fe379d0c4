"""Garmin's account export: what ``*_summarizedActivities.json`` says of each activity.

The recordings lie in ``DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_*.zip`` (formerly under
``DI-Connect-Fitness``), thousands of monitoring and sleep files among them; ``Payload.kind`` passes those over by their
``file_id``. The files do not carry the activities' names, so that they are joined by start time.

No real export is public: the layout is that of several open-source readers of it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kneewise.sources.sports import sport_of

#: Seconds that the start in the summary may differ from that in the file; both come from the same watch.
_SAME_START_S = 2
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class GarminRow:
    """What Garmin Connect says of one activity; ``start_s`` in POSIX seconds UTC, ``None`` where it says nothing."""

    start_s: float
    title: str | None
    sport: str | None
    sub_sport: str | None


def is_garmin_export(path: str) -> bool:
    """Whether a path lies in a Garmin account export."""
    return "DI_CONNECT/" in path.replace("\\", "/")


def is_summary(path: str) -> bool:
    """Whether a path is one of the export's tables of activities."""
    return "summarizedactivities" in path.lower() and path.lower().endswith(".json")


def read_garmin_index(data: bytes) -> Mapping[int, GarminRow]:
    """Return what a table of activities says, by whole second of start; empty where it is no such table.

    Parameters
    ----------
    data : bytes
        The whole JSON document.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return {round(row.start_s): row for row in _rows(document)}


def row_at(index: Mapping[int, GarminRow], start_s: float) -> GarminRow | None:
    """Return the activity that began at an instant (POSIX seconds UTC), a second or two aside."""
    if not math.isfinite(start_s):
        return None
    second = round(start_s)
    nearest = sorted(range(second - _SAME_START_S, second + _SAME_START_S + 1), key=lambda s: abs(s - start_s))
    return next((index[candidate] for candidate in nearest if candidate in index), None)


def _rows(document: Any) -> Iterator[GarminRow]:
    chunks = document if isinstance(document, list) else [document]
    for chunk in chunks:
        entries = chunk.get("summarizedActivitiesExport", [chunk]) if isinstance(chunk, dict) else []
        for entry in entries if isinstance(entries, list) else []:
            row = _row(entry) if isinstance(entry, dict) else None
            if row is not None:
                yield row


def _row(entry: dict[str, Any]) -> GarminRow | None:
    start_ms = entry.get("beginTimestamp", entry.get("startTimeGmt"))
    if isinstance(start_ms, bool) or not isinstance(start_ms, int | float) or not math.isfinite(start_ms):
        return None
    name, kind = entry.get("name"), entry.get("activityType")
    title = name.strip()[:_LONGEST_TITLE] if isinstance(name, str) else ""
    sport, sub_sport = sport_of(kind if isinstance(kind, str) else None)
    return GarminRow(start_ms / 1000, title or None, sport, sub_sport)
