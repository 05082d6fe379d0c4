"""What the person detector's raw output means: anchors, boxes, scores, and one detection per person.

The detector is a single-shot network: every cell of three grids proposes a face box with four alignment points,
relative to its own anchor. Settings are MediaPipe's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Floats
from kneewise.evidence.parameters import value

#: Side of the detector's picture in pixels.
SIDE: Final = 224
#: Cell sizes in pixels of the network's grids, and how many anchors each cell has.
_GRIDS: Final = ((8, 2), (16, 2), (32, 6))
_POINTS_FROM: Final = 4
#: Scores are clipped before the logistic function, as the model's graph does.
_LOGIT_LIMIT: Final = 100.0


@dataclass(frozen=True, slots=True)
class Detection:
    """One person seen by the detector.

    Attributes
    ----------
    score : float
        0 to 1.
    box : array of float, shape (4,)
        The face: left, top, right, bottom in shares of the detector's picture.
    points : array of float, shape (4, 2)
        Middle of the hips, a point on the circle around the body, middle of the shoulders, a point on the circle around
        the upper body.
    """

    score: float
    box: Floats
    points: Floats


@cache
def anchors() -> Floats:
    """Return the centres of all anchors in shares of the picture, shape (2254, 2): x, y."""
    grids = []
    for stride, per_cell in _GRIDS:
        cells = SIDE // stride
        middle = (np.arange(cells) + 0.5) / cells
        y, x = np.meshgrid(middle, middle, indexing="ij")
        grids.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), per_cell, axis=0))
    return np.concatenate(grids)


def decode(boxes: NDArray[np.float32], logits: NDArray[np.float32]) -> list[Detection]:
    """Turn the network's output into one detection per person, the surest first.

    Parameters
    ----------
    boxes : array of float32, shape (2254, 12)
        Middle x, y, width, height and four points, in pixels relative to the anchor.
    logits : array of float32, shape (2254,)
        One score per anchor.
    """
    score = 1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -_LOGIT_LIMIT, _LOGIT_LIMIT)))
    kept = np.flatnonzero(score >= value("video.pose.detector_score"))
    kept = kept[np.argsort(-score[kept], kind="stable")]
    raw = boxes[kept].astype(np.float64) / SIDE
    centre = anchors()[kept]
    middle, half = raw[:, :2] + centre, raw[:, 2:_POINTS_FROM] / 2
    corners = np.concatenate([middle - half, middle + half], axis=1)
    points = raw[:, _POINTS_FROM:].reshape(len(kept), 4, 2) + centre[:, None, :]
    return _one_per_person(score[kept], corners, points)


def _one_per_person(score: Floats, corners: Floats, points: Floats) -> list[Detection]:
    """Suppress overlapping proposals by their score-weighted mean (MediaPipe's WEIGHTED non-maximum suppression)."""
    found = []
    left = np.arange(len(score))
    while len(left):
        near = _overlap(corners[left[0]], corners[left]) > value("video.pose.detector_overlap")
        near[0] = True
        group = left[near]
        weight = score[group] / score[group].sum()
        box = weight @ corners[group]
        mean_points = np.tensordot(weight, points[group], axes=1)
        found.append(Detection(float(score[group[0]]), box, mean_points))
        left = left[~near]
    return found


def _overlap(box: Floats, others: Floats) -> Floats:
    """Intersection over union of one box with many."""
    upper = np.maximum(box[:2], others[:, :2])
    lower = np.minimum(box[2:], others[:, 2:])
    both = np.clip(lower - upper, 0, None).prod(axis=1)
    area = np.clip(box[2:] - box[:2], 0, None).prod()
    areas = np.clip(others[:, 2:] - others[:, :2], 0, None).prod(axis=1)
    union = area + areas - both
    overlap: Floats = np.divide(both, union, out=np.zeros_like(both), where=union > 0)
    return overlap
