"""Pictures of a measured clip: key frames, a slow clip and curves, written where the runner asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from os import PathLike
from pathlib import Path
from typing import Final

import numpy as np

from kneewise.domain import Floats
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.motion.video import Clip, Frame, write_png, write_slow_clip
from kneewise.report.gait_curves import curves_svg
from kneewise.report.gait_drawing import Picture, annotated
from kneewise.services.gait import GaitResult
from kneewise.services.gait_drawn import MOMENTS, key_rows

#: Pictures a second of the slow clip.
_SLOW_FPS: Final = 15


def write_gait_pictures(
    found: GaitResult,
    video: str | PathLike[str],
    folder: str | PathLike[str],
    *,
    show_face: bool = False,
    progress: Callable[[float], None] | None = None,
) -> list[Path]:
    """Write contact, middle of stance and toe-off of each leg, a slow clip of some strides, and curves over stance.

    Parameters
    ----------
    video : path-like
        The clip that was measured.
    folder : path-like
        Made if it is not there; files of the same names are written anew.
    show_face : bool
        Leave the face as it is; by default it is made unrecognisable.

    Returns
    -------
    list of Path

    Raises
    ------
    InvalidInputError
        When keypoints were measured, which have no pictures, or the folder cannot be made.
    """
    path, into = Path(video), Path(folder)
    if path.suffix.lower() in (".json", ".trc"):
        raise InvalidInputError(f"'{path.name}' holds keypoints without pictures; give the clip itself for --out.")
    try:
        into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInputError(f"'{into}' cannot be made a folder ({error.strerror}); choose another.") from error
    written = []
    keys = _key_pictures(found)
    slow_from, slow_to = _slow_part(found)
    slow: list[Picture] = []
    last = max([slow_to, *keys])
    for frame in Clip(path).frames():
        if frame.index > last:
            break
        if progress is not None:
            progress(frame.index / max(last, 1))
        drawn = None
        if frame.index in keys or slow_from <= frame.index <= slow_to:
            drawn = _drawn(found, frame, show_face=show_face)
        if drawn is not None and frame.index in keys:
            written.append(into / f"{keys[frame.index]}.png")
            write_png(written[-1], drawn)
        if drawn is not None and slow_from <= frame.index <= slow_to:
            slow.append(drawn)
    if slow:
        written.append(into / "slow.mp4")
        write_slow_clip(written[-1], slow, _SLOW_FPS)
    return [*written, *_curves(found, into)]


def _key_pictures(found: GaitResult) -> dict[int, str]:
    """Return file names by picture number."""
    frames = found.keypoints.frame_index
    return {int(frames[row]): f"{side}-{1 + MOMENTS.index(moment)}-{moment}" for side, moment, row in key_rows(found)}


def _slow_part(found: GaitResult) -> tuple[int, int]:
    """Return first and last picture of the strides in the middle of the clip."""
    points = found.keypoints
    middle, reach = len(points.time_s) // 2, int(value("gait.picture.slow_s") * points.fps / 2)
    first, last = max(0, middle - reach), min(len(points.time_s) - 1, middle + reach)
    return int(points.frame_index[first]), int(points.frame_index[last])


def _drawn(found: GaitResult, frame: Frame, *, show_face: bool) -> Picture:
    points: Floats = found.keypoints.xy_px[np.abs(found.keypoints.frame_index - frame.index).argmin()]
    return annotated(frame.picture, points * frame.scale, show_face=show_face)


def _curves(found: GaitResult, into: Path) -> Iterator[Path]:
    curves = found.gait.steps.curves
    if not curves:
        return
    speed = found.speed_mps
    if speed is None and "speed_mps" in found.gait.metrics:
        speed = found.gait.metrics["speed_mps"].both.value
    path = into / "curves.svg"
    path.write_text(curves_svg(curves, found.gait.contacts.leg, speed), encoding="utf-8")
    yield path
