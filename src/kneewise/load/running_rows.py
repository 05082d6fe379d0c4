"""The rows of a run that its load is made of: running, with cadence predicted where none was recorded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Activity, Stream
from kneewise.evidence.parameters import value
from kneewise.load.knee.limits import limits
from kneewise.load.natural_cadence import natural_cadence_spm

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The running rows of an activity, arrays of shape (n,)."""

    seconds: Floats
    speed: NDArray[np.floating]
    cadence: NDArray[np.floating]
    contact: NDArray[np.floating]
    grade: NDArray[np.floating]
    cadence_predicted: Mask
    own_cadence_used: bool
    treadmill: bool


def running_rows(activity: Activity, height_m: float) -> Rows:
    """Return the running rows of an activity; where it has no cadence it is predicted from speed and height."""
    seconds, speed, cadence, contact, grade = _recorded(activity)
    predicted = np.isnan(cadence) & ~np.isnan(speed)
    own = False
    if predicted.any():
        cadence, own = _with_predicted_cadence(seconds, speed, cadence, predicted, height_m)
    return Rows(seconds, speed, cadence, contact, grade, predicted, own, activity.treadmill)


_Columns = tuple[Floats, NDArray[np.floating], NDArray[np.floating], NDArray[np.floating], NDArray[np.floating]]


def _recorded(activity: Activity) -> _Columns:
    if not activity.is_run:
        nothing = np.empty(0)
        return nothing, nothing, nothing, nothing, nothing
    stream = activity.stream
    if stream is None:
        return _one_state(activity)
    used = used_rows(stream)
    names = ("speed_mps", "cadence_spm", "contact_time_s", "grade_deg")
    speed, cadence, contact, grade = (stream.column(name)[used] for name in names)
    return stream.interval_s[used].astype(np.float64), speed, cadence, contact, grade


def used_rows(stream: Stream) -> Mask:
    """Return which rows of a stream the load is made of: running, and standing for some time."""
    used: Mask = stream.running & (stream.interval_s > 0)
    return used


def _one_state(activity: Activity) -> _Columns:
    seconds = activity.running_s or activity.moving_s
    speed, cadence = activity.speed_mps, activity.cadence_spm
    if speed is None and activity.distance_m and seconds:
        speed = activity.distance_m / seconds
    if cadence is None and activity.steps and seconds:
        cadence = activity.steps / seconds * 60
    grade = 0 if activity.treadmill else None
    known = (seconds, speed, cadence, activity.contact_time_s, grade)
    columns = [np.array([np.nan if number is None else float(number)]) for number in known]
    return columns[0], columns[1], columns[2], columns[3], columns[4]


def _with_predicted_cadence(
    seconds: Floats, speed: NDArray[np.floating], cadence: NDArray[np.floating], predicted: Mask, height_m: float
) -> tuple[NDArray[np.floating], bool]:
    natural = natural_cadence_spm(speed, height_m)
    # Walking-like rows would drag the runner's own ratio down.
    bounds = limits()["cadence_spm"]
    known = (cadence >= bounds.reject_low) & (cadence <= bounds.reject_high) & ~np.isnan(speed)
    known_s = float(seconds[known].sum())
    own = known_s >= value("reference.minimum_run_s")
    ratio = float(seconds[known] @ cadence[known]) / float(seconds[known] @ natural[known]) if own else 1.0
    return np.where(predicted, natural * ratio, cadence), own
