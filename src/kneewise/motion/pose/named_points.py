"""Keypoints that somebody else's model found: our JSON, or a TRC file as Sports2D, Pose2Sim and OpenSim write it.

Whoever prefers RTMPose, OpenPose or markers brings the points; everything after the pose model is the same.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, Final

import numpy as np

from kneewise.domain import Floats
from kneewise.errors import InvalidInputError, UnreadableFileError
from kneewise.motion.keypoints import INDEX, NAMES
from kneewise.motion.pose.tracking import PoseTrack
from kneewise.motion.video import ClipInfo
from kneewise.motion.video_limits import check_times

#: Other models' words for parts of the body, without the side.
_PARTS: Final = {
    "bigtoe": "foot_index",
    "toe": "foot_index",
    "footindex": "foot_index",
    "calc": "heel",
    **{part: part for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "eye", "ear")},
}
_SIDED: Final = re.compile(r"(left|right|l|r)(?=[a-z])(.+)")
_SIDES: Final = {"l": "left", "r": "right", "left": "left", "right": "right"}
#: TRC units in millimetres; one millimetre takes the place of one pixel.
_MM: Final = {"mm": 1.0, "cm": 10.0, "m": 1000.0}
#: All points of ten minutes at 240 pictures a second; as Python's numbers they take ten times as much.
_MOST_BYTES: Final = 128 << 20
_TRC_NAMES_LINE, _TRC_DATA_LINE = 3, 5


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Points by their own names: time_s (n,), and per name (n, 3) of x, y down, visibility."""

    time_s: Floats
    points: dict[str, Floats]
    width_px: int
    height_px: int
    source: str


def read_named_points(path: str | PathLike[str]) -> PoseTrack:
    """Read keypoints by name.

    Parameters
    ----------
    path : path-like
        ``.trc``, or ``.json`` with ``{"width_px", "height_px", "time_s": [...], "points": {name: [[x, y, visibility],
        ...]}}``: x right, y down in pixels of the upright picture, ``null`` where unknown, one row per time; ``source``
        names the model. Names are Kneewise's own or any of the usual ones ("RBigToe", "LHip", "left_knee").

    Returns
    -------
    PoseTrack
        For :func:`kneewise.motion.cleaning.clean_keypoints`. A TRC file, whose y points up and whose unit is a length,
        is turned over and counted in millimetres instead of pixels.

    Raises
    ------
    InvalidInputError
        When there is no such file.
    UnreadableFileError
        When it is neither, or lacks hips, knees or ankles.
    UnusableClipError
        When it is too short or too slow.
    """
    place = Path(path)
    if not place.is_file():
        raise InvalidInputError(f"There is no file '{place.name}'; check its name and folder.")
    if place.stat().st_size > _MOST_BYTES:
        raise UnreadableFileError(
            f"'{place.name}' is larger than the keypoints of any clip that is measured; cut it to half a minute."
        )
    text = place.read_text(encoding="utf-8", errors="replace")
    try:
        table = _trc(text) if place.suffix.lower() == ".trc" else _json(text)
        return _track(table, place.name)
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise UnreadableFileError(
            f"'{place.name}' does not hold keypoints in a known form ({error}); give a TRC file or Kneewise's JSON."
        ) from error


def keypoint_name(name: str) -> str | None:
    """Return our name for another model's point, ``None`` for a point that we do not use."""
    if name in INDEX:
        return name
    plain = re.sub(r"[^a-z]", "", name.lower())
    if plain == "nose":
        return plain
    sided = _SIDED.fullmatch(plain)
    part = None if sided is None else _PARTS.get(sided[2])
    return None if sided is None or part is None else f"{_SIDES[sided[1]]}_{part}"


def _json(text: str) -> _Table:
    document: dict[str, Any] = json.loads(text)
    points = {
        name: np.array([[np.nan] * 3 if row is None else row for row in rows], dtype=np.float64).reshape(-1, 3)
        for name, rows in document["points"].items()
    }
    time_s = np.array(document["time_s"], dtype=np.float64)
    source = str(document.get("source", "keypoints from a file"))
    return _Table(time_s, points, int(document["width_px"]), int(document["height_px"]), source)


def _trc(text: str) -> _Table:
    lines = text.splitlines()
    header = dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=False))
    unit = _MM[header["Units"].strip().lower()]
    names = [name for name in lines[_TRC_NAMES_LINE].split("\t")[2:] if name.strip()]
    rows = [line.split("\t") for line in lines[_TRC_DATA_LINE:] if line.strip()]
    width = 2 + 3 * len(names)
    values = np.array([[_number(cell) for cell in (row + [""] * width)[:width]] for row in rows])
    points = {}
    lowest, highest = np.nanmin(values[:, 3::3]) * unit, np.nanmax(values[:, 3::3]) * unit
    for place, name in enumerate(names):
        x, y = values[:, 2 + 3 * place] * unit, highest - values[:, 3 + 3 * place] * unit
        points[name] = np.stack([x, y, np.isfinite(x).astype(np.float64)], axis=1)
    across = np.nanmax(values[:, 2::3]) * unit
    return _Table(
        values[:, 1], points, max(1, round(across)), max(1, round(highest - lowest)), "keypoints from a TRC file"
    )


def _number(cell: str) -> float:
    return float(cell) if cell.strip() else np.nan


def _track(table: _Table, name: str) -> PoseTrack:
    n = len(table.time_s)
    points, visibility = np.full((n, len(NAMES), 3), np.nan), np.zeros((n, len(NAMES)))
    for theirs, rows in table.points.items():
        ours = keypoint_name(theirs)
        if ours is not None:
            points[:, INDEX[ours], :2] = rows[:, :2]
            visibility[:, INDEX[ours]] = np.where(np.isfinite(rows[:, 0]), np.nan_to_num(rows[:, 2]), 0)
    needed = [f"{side}_{part}" for side in ("left", "right") for part in ("shoulder", "hip", "knee", "ankle")]
    missing = [part for part in needed if not np.isfinite(points[:, INDEX[part], 0]).any()]
    if missing:
        raise ValueError(f"without {', '.join(missing)}")
    if n < 2 or not (np.diff(table.time_s) > 0).all():
        raise ValueError("times do not rise")
    time_s = table.time_s - table.time_s[0]
    info = ClipInfo(
        name=name,
        container="points",
        codec="points",
        width_px=table.width_px,
        height_px=table.height_px,
        turn_deg=0,
        time_s=time_s,
        told_duration_s=None,
        capture_fps=None,
        issues=check_times(name, time_s, None),
    )
    return PoseTrack(
        info=info,
        frame_index=np.arange(n),
        time_s=time_s,
        points_px=points,
        visibility=visibility,
        presence=np.isfinite(points[:, INDEX["left_hip"], 0]).astype(np.float64),
        region_px=np.full((n, 3), np.nan),
        people=np.zeros(0, dtype=np.intp),
        watch=None,
        backend=table.source,
    )
