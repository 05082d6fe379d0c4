"""Markers whose names were exchanged between the standing and the running trial."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from kneewise.domain import Capture, Floats, Issue
from kneewise.evidence.parameters import value
from kneewise.motion.markers.marker_map import PROXIMAL
from kneewise.motion.markers.rigid import fit_pose
from kneewise.motion.markers.standing import SegmentModel, Standing

#: Frames that are looked at, spread over the trial.
_FRAMES = 100


def corrected_labels(trial: Capture, standing: Standing) -> tuple[tuple[str, ...], list[Issue]]:
    """Return the trial's labels with exchanged names put right, and an issue for each exchange.

    Notes
    -----
    A cluster that is not rigid in the whole trial is tried with two of its names exchanged; the exchange counts when
    it makes the cluster rigid and no other does so as well.
    """
    labels = list(trial.labels)
    issues = []
    for key, model in standing.segments.items():
        used = [name for name in model.markers if name != PROXIMAL and name in labels]
        before = _misfit(trial, labels, model, used) if len(used) > 3 else 0.0
        if before <= value("lab.check.exchanged_residual_m"):
            continue
        tried = {pair: _misfit(trial, _exchanged(labels, *pair), model, used) for pair in combinations(used, 2)}
        first, second = min(tried, key=lambda pair: tried[pair])
        after = min(value("lab.check.exchanged_residual_m"), before * value("lab.check.exchanged_gain"))
        if sum(misfit <= after for misfit in tried.values()) != 1:
            continue
        labels = _exchanged(labels, first, second)
        where = f"{key[1]} {key[0]}" if key[1] else key[0]
        text = f"The names of {first} and {second} ({where}) are exchanged in this trial; they were put right."
        issues.append(Issue("markers-exchanged", trial.name, text))
    return tuple(labels), issues


def _exchanged(labels: list[str], first: str, second: str) -> list[str]:
    other = {first: second, second: first}
    return [other.get(label, label) for label in labels]


def _misfit(trial: Capture, labels: list[str], model: SegmentModel, used: list[str]) -> float:
    """Median residual of a cluster over frames in which all of it was seen."""
    points: Floats = trial.points_m[:, [labels.index(name) for name in used]]
    whole = np.flatnonzero(np.isfinite(points).all(axis=(1, 2)))
    if not len(whole):
        return 0.0
    some = whole[:: max(len(whole) // _FRAMES, 1)]
    local = model.local_m[[model.markers.index(name) for name in used]]
    return float(np.median(fit_pose(local, points[some]).residual_m))
