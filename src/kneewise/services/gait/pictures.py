"""Pictures of a measured clip: key frames, a slow clip and curves, written where the runner asks for them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

import numpy as np

from kneewise.domain import Floats
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.motion.video import Clip, Frame, write_png, write_slow_clip
from kneewise.report.gait_curves import curves_svg
from kneewise.report.gait_drawing import Picture, annotated
from kneewise.services.gait.angles import ShownAngles
from kneewise.services.gait.drawn import MOMENTS, key_rows
from kneewise.services.gait.measuring import GaitResult

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
        Made if it is not there; files of the same names are written anew. All files come at the end, or none.
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
    with _whole_or_nothing(into) as made:
        _draw(found, Clip(path), made, show_face=show_face, progress=progress)
        names = [picture.name for picture in sorted(made.iterdir())]
    return [into / name for name in names]


@contextmanager
def _whole_or_nothing(into: Path) -> Iterator[Path]:
    """Give a folder whose files come into another one together at the end; after an error or Ctrl-C none of them do."""
    was_there = into.is_dir()
    try:
        into.mkdir(parents=True, exist_ok=True)
        made = Path(mkdtemp(prefix=".kneewise-", dir=into))
    except OSError as error:
        raise InvalidInputError(
            f"'{into}' cannot be made a folder to write to ({error.strerror}); choose another."
        ) from error
    try:
        yield made
        for path in made.iterdir():
            path.replace(into / path.name)
    finally:
        shutil.rmtree(made, ignore_errors=True)
        if not was_there and not any(into.iterdir()):
            into.rmdir()


def _draw(
    found: GaitResult, clip: Clip, into: Path, *, show_face: bool, progress: Callable[[float], None] | None
) -> None:
    keys, angles = _key_pictures(found), ShownAngles(found)
    slow_from, slow_to = _slow_part(found)
    last = max([slow_to, *keys])

    def passing() -> Iterator[Picture]:
        """Yield the pictures of the slow clip, and write key pictures on the way: one picture is held at a time."""
        for frame in clip.frames():
            if frame.index > last:
                return
            if progress is not None:
                progress(frame.index / max(last, 1))
            in_slow = slow_from <= frame.index <= slow_to
            if not in_slow and frame.index not in keys:
                continue
            drawn = _drawn(found, frame, angles, show_face=show_face)
            if frame.index in keys:
                write_png(into / f"{keys[frame.index]}.png", _cut(found, frame, drawn, (frame.index, frame.index)))
            if in_slow:
                yield _cut(found, frame, drawn, (slow_from, slow_to))

    write_slow_clip(into / "slow.mp4", passing(), _SLOW_FPS)
    _write_curves(found, into)


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


def _cut(found: GaitResult, frame: Frame, drawn: Picture, span: tuple[int, int]) -> Picture:
    """Return the part of a picture that holds the runner, with some room: what else was filmed is nobody's business.

    ``span`` names the first and the last picture in all of which the runner has to lie inside.
    """
    index = found.keypoints.frame_index
    rows = slice(int(np.abs(index - span[0]).argmin()), int(np.abs(index - span[1]).argmin()) + 1)
    points = found.keypoints.xy_px[rows].reshape(-1, 2) * frame.scale
    known = points[np.isfinite(points).all(axis=1)]
    if not len(known):
        return drawn
    low, high = known.min(axis=0), known.max(axis=0)
    room = value("gait.picture.room") * (high[1] - low[1])
    left, top = np.maximum(low - room, 0).astype(int)
    right, bottom = np.ceil(high + room).astype(int)
    cut = drawn[top:bottom, left:right]
    return np.ascontiguousarray(cut) if cut.size else drawn


def _drawn(found: GaitResult, frame: Frame, angles: ShownAngles, *, show_face: bool) -> Picture:
    row = int(np.abs(found.keypoints.frame_index - frame.index).argmin())
    points: Floats = found.keypoints.xy_px[row]
    labels = angles.labels(row, frame.scale)
    return annotated(frame.picture, points * frame.scale, labels=labels, show_face=show_face)


def _write_curves(found: GaitResult, into: Path) -> None:
    curves = found.gait.steps.curves
    if not curves:
        return
    speed = found.speed_mps
    if speed is None and "speed_mps" in found.gait.metrics:
        speed = found.gait.metrics["speed_mps"].both.value
    (into / "curves.svg").write_text(curves_svg(curves, found.gait.contacts.leg, speed), encoding="utf-8")
