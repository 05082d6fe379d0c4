"""Stick figures and blurred faces in pictures of a runner: pixels in, pixels out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Floats
from kneewise.motion.keypoints import INDEX

Picture = NDArray[np.uint8]
Part = Literal["left", "right", "trunk"]

#: Lines of the figure; the first of each pair of legs is the runner's left.
_TRUNK: Final = (("left_shoulder", "right_shoulder"), ("left_hip", "right_hip"))
_LEG: Final = (("hip", "knee"), ("knee", "ankle"), ("ankle", "heel"), ("heel", "foot_index"), ("ankle", "foot_index"))
#: Left blue, right orange, trunk white: told apart by any eye.
_COLOURS: Final = {"left": (70, 140, 255), "right": (255, 150, 40), "trunk": (255, 255, 255)}
_ON_FACE: Final = ("nose", "left_eye", "left_ear", "right_eye", "right_ear", "mouth")
_FACE: Final = tuple(place for name, place in INDEX.items() if name.startswith(_ON_FACE))
#: The head is wider than its points, in shares of their spread and of the trunk.
_HEAD_SHARE: Final = 0.3
_BLOCK_SHARE: Final = 0.35
#: Half the width of a line, in shares of the trunk, so that a small runner is not hidden; of the picture without one.
_WIDTH_SHARE, _WIDTH_OF_PICTURE, _LEAST_PX = 0.02, 0.004, 1.2
#: Signs of five columns and seven rows, a bit for each dot, the left column the highest bit of a row.
_SIGNS: Final = {
    "0": (14, 17, 19, 21, 25, 17, 14),
    "1": (4, 12, 4, 4, 4, 4, 14),
    "2": (14, 17, 1, 2, 4, 8, 31),
    "3": (31, 2, 4, 2, 1, 17, 14),
    "4": (2, 6, 10, 18, 31, 2, 2),
    "5": (31, 16, 30, 1, 1, 17, 14),
    "6": (6, 8, 16, 30, 17, 17, 14),
    "7": (31, 1, 2, 4, 8, 8, 8),
    "8": (14, 17, 17, 14, 17, 17, 14),
    "9": (14, 17, 17, 15, 1, 2, 12),
    "°": (6, 9, 9, 6, 0, 0, 0),
}
_COLUMNS: Final = 5
#: A dot of a sign, and how far from its place a label begins, in shares of the trunk.
_DOT_SHARE, _BESIDE_SHARE = 0.014, 0.14
_SHADE: Final = 0.25


@dataclass(frozen=True, slots=True)
class Label:
    """Digits beside a place of the picture, in pixels from its upper left corner, in the colour of a part."""

    text: str
    x: float
    y: float
    part: Part
    to_left: bool = False


def annotated(picture: Picture, points: Floats, *, labels: Sequence[Label] = (), show_face: bool = False) -> Picture:
    """Return a copy of a picture with the stick figure and its labels, and the face made unrecognisable.

    Parameters
    ----------
    picture : ndarray of uint8, shape (rows, columns, 3 or more)
    points : ndarray, shape (33, 2)
        x right, y down, in pixels of this picture; NaN where unknown.
    labels : sequence of Label
    """
    drawn: Picture = np.ascontiguousarray(picture[..., :3]).copy()
    if not show_face:
        _blur_face(drawn, points)
    shoulders, hips = _middles(points)
    trunk = float(np.linalg.norm(shoulders - hips))
    width = max(_LEAST_PX, _WIDTH_SHARE * trunk if np.isfinite(trunk) else _WIDTH_OF_PICTURE * max(drawn.shape[:2]))
    for one, other in _TRUNK:
        _line(drawn, points[INDEX[one]], points[INDEX[other]], width, _COLOURS["trunk"])
    _line(drawn, shoulders, hips, width, _COLOURS["trunk"])
    for side in ("left", "right"):
        for one, other in _LEG:
            start, end = points[INDEX[f"{side}_{one}"]], points[INDEX[f"{side}_{other}"]]
            _line(drawn, start, end, width, _COLOURS[side])
    if np.isfinite(trunk):
        for label in labels:
            _write(drawn, label, trunk)
    return drawn


def _write(picture: Picture, label: Label, trunk: float) -> None:
    """Write a label on a darkened ground."""
    dot = max(1, round(_DOT_SHARE * trunk))
    dots = _dots(label.text).repeat(dot, axis=0).repeat(dot, axis=1)
    rows, columns = dots.shape
    beside = _BESIDE_SHARE * trunk
    left = label.x - beside - columns if label.to_left else label.x + beside
    left = int(np.clip(left, 0, max(picture.shape[1] - columns, 0)))
    top = int(np.clip(label.y - rows / 2, 0, max(picture.shape[0] - rows, 0)))
    here = picture[top : top + rows, left : left + columns]
    cut = dots[: here.shape[0], : here.shape[1]]
    here[:] = (here * _SHADE).astype(np.uint8)
    here[cut] = _COLOURS[label.part]


def _dots(text: str) -> NDArray[np.bool_]:
    """Return the dots of a line of signs with a margin of one dot all around."""
    signs = [
        np.array([[row >> (_COLUMNS - 1 - column) & 1 for column in range(_COLUMNS)] for row in _SIGNS[sign]], bool)
        for sign in text
    ]
    apart = [part for sign in signs for part in (sign, np.zeros((len(sign), 1), bool))]
    return np.pad(np.hstack(apart[:-1]), 1)


def _middles(points: Floats) -> tuple[Floats, Floats]:
    """Return the middles of the shoulders and of the hips."""
    shoulders, hips = (
        (points[INDEX[f"left_{part}"]] + points[INDEX[f"right_{part}"]]) / 2 for part in ("shoulder", "hip")
    )
    return shoulders, hips


def _blur_face(picture: Picture, points: Floats) -> None:
    """Replace the head by a few flat blocks; where no point of it is known, all that lies above the shoulders."""
    shoulders, hips = _middles(points)
    trunk = float(np.linalg.norm(shoulders - hips))
    if not np.isfinite(trunk):
        rows = picture.shape[0]
        _flatten(picture[: rows // 2], max(2, rows // 8))
        return
    face = points[list(_FACE)]
    known = face[np.isfinite(face).all(axis=1)]
    neck = shoulders + (shoulders - hips) * _HEAD_SHARE
    centre = known.mean(axis=0) if len(known) else neck
    low = np.minimum(centre, neck) - _HEAD_SHARE * trunk
    high = np.maximum(centre, neck) + _HEAD_SHARE * trunk
    if len(known):
        low, high = np.minimum(low, known.min(axis=0)), np.maximum(high, known.max(axis=0))
    left, top = np.maximum(low, 0).astype(int)
    right, bottom = np.maximum(high, 0).astype(int)
    _flatten(picture[top:bottom, left:right], max(2, int(_BLOCK_SHARE * _HEAD_SHARE * trunk)))


def _flatten(part: Picture, block: int) -> None:
    for top in range(0, part.shape[0], block):
        for left in range(0, part.shape[1], block):
            here = part[top : top + block, left : left + block]
            here[:] = here.reshape(-1, 3).mean(axis=0)


def _line(picture: Picture, start: Floats, end: Floats, width: float, colour: tuple[int, int, int]) -> None:
    if not (np.isfinite(start).all() and np.isfinite(end).all()):
        return
    low = np.floor(np.minimum(start, end) - width - 1).astype(int).clip(0)
    high = np.ceil(np.maximum(start, end) + width + 1).astype(int).clip(0)
    area = picture[low[1] : high[1], low[0] : high[0]]
    if area.size == 0:
        return
    y, x = np.mgrid[low[1] : low[1] + area.shape[0], low[0] : low[0] + area.shape[1]]
    line = end - start
    length = max(float(line @ line), 1e-9)
    share = np.clip(((x - start[0]) * line[0] + (y - start[1]) * line[1]) / length, 0, 1)
    off = np.hypot(x - start[0] - share * line[0], y - start[1] - share * line[1])
    cover = np.clip(width - off + 0.5, 0, 1)[..., None]
    area[:] = (area + cover * (np.array(colour) - area)).astype(np.uint8)
