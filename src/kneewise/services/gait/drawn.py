"""The few numbers of a clip that drawings need, kept with its metrics: figures at three moments, and curves.

Pictures can be left out or lost; a stick figure and the curves over stance are drawn from these at any time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from kneewise.domain import Floats
from kneewise.evidence.bands import Band, band_at
from kneewise.motion.keypoints import INDEX
from kneewise.services.gait.measuring import GaitResult

SIDES: Final = ("left", "right")
#: Of a stance, in the order of time.
MOMENTS: Final = ("contact", "middle", "toe-off")
_PARTS: Final = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index")
#: Points that are kept of a figure.
POINTS: Final = ("nose", *(f"{side}_{part}" for side in SIDES for part in _PARTS))
_DIGITS: Final = 3
#: Every how many-th per cent of stance a curve is kept.
_EVERY: Final = 5


def drawn(found: GaitResult) -> dict[str, Any]:
    """Return figures and curves of a clip as JSON values.

    Returns
    -------
    dict
        ``figures``: by leg and moment, points in leg lengths from the middle of the hips, x right and y down; ``None``
        for a point that was not seen. ``curves``: by name, means of each leg over stance in degrees, one value every
        5 %.
    """
    figures: dict[str, dict[str, Any]] = {side: {} for side in SIDES}
    for side, moment, row in key_rows(found):
        figures[side][moment] = _figure(found, row)
    gait = found.gait
    curves = {
        name: {side: _mean(curve[gait.contacts.leg == leg]) for leg, side in enumerate(SIDES)}
        for name, curve in gait.steps.curves.items()
    }
    return {"figures": figures, "curves": curves}


def key_rows(found: GaitResult) -> Iterator[tuple[str, str, int]]:
    """Yield leg, moment and row of the keypoints, of the step of each leg that lies nearest to the clip's middle."""
    contacts, points = found.gait.contacts, found.keypoints
    clock = points.time_s - points.time_s[0]
    for leg, side in enumerate(SIDES):
        rows = np.flatnonzero(contacts.leg == leg)
        row = rows[len(rows) // 2]
        at = (contacts.initial_contact_s[row], contacts.middle_s[row], contacts.toe_off_s[row])
        for moment, time_s in zip(MOMENTS, at, strict=True):
            if np.isfinite(time_s):
                yield side, moment, int(np.abs(clock - time_s).argmin())


def bands_of(curves: dict[str, Any], speed_mps: float | None) -> tuple[dict[str, Any], Band | None]:
    """Return how lab runners move at a speed, for the curves that are known of them, and who they are.

    Returns
    -------
    dict
        By name, ``low`` and ``high``: mean less and plus one standard deviation, over stance.
    Band or None
        Who they are; ``None`` where no curve has a band.
    """
    band = None if speed_mps is None else band_at(speed_mps)
    if band is None:
        return {}, None
    share = np.arange(0, 101, _EVERY)
    found = {}
    for name in curves:
        spread = band.curves.get(name)
        if spread is not None:
            low, high = (
                np.interp(share, band.stance_percent, spread.mean + sign * spread.sd).round(1) for sign in (-1, 1)
            )
            found[name] = {"low": low.tolist(), "high": high.tolist()}
    return found, band if found else None


def _figure(found: GaitResult, row: int) -> dict[str, list[float] | None]:
    points = found.keypoints.xy_px[row]
    middle = (points[INDEX["left_hip"]] + points[INDEX["right_hip"]]) / 2
    told: dict[str, list[float] | None] = {}
    for name in POINTS:
        x, y = ((points[INDEX[name]] - middle) / found.keypoints.leg_px).tolist()
        told[name] = [round(x, _DIGITS), round(y, _DIGITS)] if np.isfinite([x, y]).all() else None
    return told


def _mean(curves: Floats) -> list[float | None]:
    """Return the mean of some steps' curves, thinned; ``None`` where no step has a value."""
    kept = curves[:, ::_EVERY]
    known = np.isfinite(kept)
    total = np.where(known, kept, 0).sum(axis=0)
    count = known.sum(axis=0)
    return [round(float(sum_ / n), 1) if n else None for sum_, n in zip(total, count, strict=True)]
