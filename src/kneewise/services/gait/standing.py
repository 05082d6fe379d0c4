"""The runner standing straight before the phone: a photograph or a short clip becomes the angles of both legs."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.gait.standing import StandingLegs, standing_legs
from kneewise.motion.pose.named_points import read_named_points
from kneewise.motion.pose.still import still_pose
from kneewise.motion.region import Picture
from kneewise.motion.video import Clip, read_picture

if TYPE_CHECKING:
    from kneewise.motion.pose.backend import PoseBackend

_PHOTOGRAPHS: Final = (".jpg", ".jpeg", ".png", ".webp")
#: Photographs whose tiles the video library takes for a clip.
_TILED: Final = (".heic", ".heif", ".avif")
#: Endings of files that hold keypoints instead of pictures.
_POINTS: Final = (".json", ".trc")


def read_standing(file: str | PathLike[str], model: PoseBackend | None = None, *, name: str = "") -> StandingLegs:
    """Return both legs of a runner who stands straight.

    Parameters
    ----------
    file : path-like
        A photograph, a clip of some seconds, or keypoints of one.
    model : PoseBackend or None
        BlazePose by default.
    name : str
        What the runner calls the file, for messages; its own name where empty.

    Raises
    ------
    UnusableClipError
        When it shows nobody, or no straight standing from the side.
    InvalidInputError, UnreadableFileError, MissingLibraryError, MissingModelError
    """
    path = Path(file)
    called = name or path.name
    if path.suffix.lower() in _POINTS:
        points = read_named_points(path).points_px[..., :2]
        return standing_legs(points[_some(len(points))])
    if path.suffix.lower() in _TILED:
        raise InvalidInputError(f"'{called}' is a photo in a form that cannot be read; give it as JPEG or PNG.")
    photograph = path.suffix.lower() in _PHOTOGRAPHS
    pictures = iter([read_picture(path)]) if photograph else _pictures(path, called)
    backend = model or blazepose()
    return standing_legs(np.stack([still_pose(picture, backend, f"'{called}'") for picture in pictures]))


def standing_in_picture(picture: Picture, model: PoseBackend | None, where: str) -> StandingLegs:
    """Return both legs of the runner in one picture.

    Raises
    ------
    UnusableClipError, MissingLibraryError, MissingModelError
    """
    return standing_legs(still_pose(picture, model or blazepose(), where)[None])


def blazepose() -> PoseBackend:
    """Return the model that comes with Kneewise.

    Raises
    ------
    MissingLibraryError, MissingModelError
    """
    from kneewise.motion.pose.blazepose import BlazePose

    return BlazePose()


def _pictures(path: Path, name: str) -> Iterator[Picture]:
    clip = Clip(path)
    times = clip.info.time_s
    if float(times[-1]) > value("gait.standing.longest_s"):
        raise InvalidInputError(
            f"'{name}' lasts {float(times[-1]):.0f} seconds; two seconds of standing still are enough, or a photo."
        )
    wanted = set(_some(len(times)))
    yield from (frame.picture for frame in clip.frames() if frame.index in wanted)


def _some(count: int) -> list[int]:
    """Return places spread over the whole, no more than help."""
    most = int(value("gait.standing.most_pictures"))
    places: list[int] = np.unique(np.linspace(0, count - 1, min(most, count)).astype(int)).tolist()
    return places
