"""What a file says, before anybody interprets it.

A :class:`Recording` is the output of ``sources``: numbers in the file's own units, under the names of the FIT profile's
record message whatever the format (``speed``, ``enhanced_speed``, ``cadence``, ``heart_rate``, ``stance_time``, ...;
``position_lat`` and ``position_long`` in degrees). Nothing has been cleaned, doubled, smoothed or dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kneewise.domain.issue import Issue

Floats = NDArray[np.float64]

FileFormat = Literal["fit", "tcx", "gpx", "csv"]


@dataclass(frozen=True, slots=True, eq=False)
class Channel:
    """One recorded quantity.

    Attributes
    ----------
    values : ndarray of float64, shape (n,)
        Scale and offset applied, in ``unit``; NaN where the file holds no value (sentinels included).
    unit : str
        Unit as the profile or the developer field declares it: ``"m/s"``, ``"rpm"``, ``"ms"``, ``"mm"``, ``"bpm"``...
    source : str
        ``"watch"`` for native fields, else the developer application's name (``"Stryd"``, ``"RunScribe"``, or
        ``"developer 0"`` where the file does not name it).
    """

    values: Floats
    unit: str
    source: str = "watch"


@dataclass(frozen=True, slots=True)
class DeveloperField:
    """A developer field that a file declares, with how many values it really recorded.

    ``native`` names the record field of the profile that the application says it stands for, if it says so.
    """

    name: str
    unit: str
    application: str
    count: int
    native: str | None = None


@dataclass(frozen=True, slots=True)
class TimerEvent:
    """The watch's timer was started or stopped, POSIX seconds UTC."""

    time_s: float
    kind: Literal["start", "stop"]


@dataclass(frozen=True, slots=True)
class Session:
    """One sport's part of a recording as the device summed it up; ``None`` where the file does not say.

    ``start_s`` is in POSIX seconds UTC; ``elapsed_s`` runs through pauses, ``timer_s`` does not. ``cycles`` is the
    device's own count of strides (one foot).
    """

    sport: str | None
    sub_sport: str | None
    start_s: float | None
    elapsed_s: float | None = None
    timer_s: float | None = None
    distance_m: float | None = None
    ascent_m: float | None = None
    cycles: float | None = None
    mean_cadence: float | None = None


@dataclass(frozen=True, slots=True)
class Lap:
    """One lap as the device summed it up; ``start_s`` in POSIX seconds UTC."""

    start_s: float | None
    elapsed_s: float | None
    timer_s: float | None
    distance_m: float | None


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was saved from a damaged file: records read, bytes that had to be skipped."""

    records: int = 0
    bytes_skipped: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One decoded file (or one member of a chained file), as it was written.

    Attributes
    ----------
    format : {"fit", "tcx", "gpx", "csv"}
    kind : str
        ``"activity"``, or what else the file is: ``"settings"``, ``"monitoring"``, ``"course"``, ``"workout"``...
    time_s : ndarray of float64, shape (n,)
        POSIX seconds, UTC, in file order: values may repeat or decrease; NaN where a record has none.
    channels : mapping of str to Channel
        Every channel has shape (n,).
    utc_offset_s : float or None
        Local minus UTC time as the device believed it (``activity.local_timestamp``); unchecked.
    recovery : Recovery
        Non-zero ``bytes_skipped`` only for damaged files.
    """

    format: FileFormat
    kind: str
    time_s: Floats
    channels: Mapping[str, Channel]
    sessions: tuple[Session, ...] = ()
    laps: tuple[Lap, ...] = ()
    events: tuple[TimerEvent, ...] = ()
    device: str | None = None
    utc_offset_s: float | None = None
    developer_fields: tuple[DeveloperField, ...] = ()
    recovery: Recovery = Recovery()
    title: str | None = None
    issues: tuple[Issue, ...] = field(default=())
