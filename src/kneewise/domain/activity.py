"""A clean run: one sport, SI units, one canonical table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from kneewise.domain.issue import Issue

#: Columns that a stream may hold, all float32 with NaN for "not known".
STREAM_COLUMNS: tuple[str, ...] = (
    "speed_mps",
    "cadence_spm",
    "distance_m",
    "altitude_m",
    "grade_deg",
    "contact_time_s",
    "vertical_oscillation_m",
    "step_length_m",
    "contact_balance_percent",
    "power_w",
    "heart_rate_bpm",
    "latitude_deg",
    "longitude_deg",
)


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """Canonical table of one activity.

    Attributes
    ----------
    elapsed_s : ndarray of float64, shape (n,)
        Seconds since the activity's ``start``; strictly increasing.
    interval_s : ndarray of float32, shape (n,)
        Time that each row stands for, pauses and gaps excluded: integrate with it, never count rows.
    running : ndarray of bool, shape (n,)
        True where the runner ran; false while walking or standing.
    columns : mapping of str to ndarray of float32, shape (n,)
        Names from :data:`STREAM_COLUMNS`; only those that the file holds. Latitude and longitude are float64.
    sources : mapping of str to str
        Which source each column was taken from: ``"watch"``, ``"Stryd"``, ``"derived from position"``...
    """

    elapsed_s: NDArray[np.float64]
    interval_s: NDArray[np.float32]
    running: NDArray[np.bool_]
    columns: Mapping[str, NDArray[np.floating]]
    sources: Mapping[str, str]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.elapsed_s)

    def column(self, name: str) -> NDArray[np.floating]:
        """Return a column, all NaN where the activity does not have it."""
        found = self.columns.get(name)
        return np.full(len(self), np.nan, dtype=np.float32) if found is None else found


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """One activity of one sport with its times, sums and means; unknown is ``None``.

    ``start`` is aware, in UTC; ``timezone`` an IANA zone; ``local_date`` the runner's calendar day. Means
    (``cadence_spm``, ``speed_mps``, ``contact_time_s``, ...) are time-weighted over running only, ``cadence_spm`` in
    steps per minute of both feet. ``moving_s`` is the time walked or run, ``running_s`` the time run. ``steps`` counts
    both feet. ``stream`` is ``None`` for runs that were typed in.
    """

    start: datetime
    timezone: str
    local_date: date
    sport: str
    sub_sport: str | None
    device: str | None
    elapsed_s: float
    moving_s: float
    running_s: float
    distance_m: float | None
    ascent_m: float | None
    descent_m: float | None
    steps: float | None
    cadence_spm: float | None
    speed_mps: float | None
    contact_time_s: float | None
    vertical_oscillation_m: float | None
    step_length_m: float | None
    treadmill: bool
    title: str | None
    stream: Stream | None
    issues: tuple[Issue, ...] = ()

    @property
    def is_run(self) -> bool:
        """Whether the knee load of running applies to this activity."""
        return self.sport == "running"
