"""A pose model for made clips whose pictures carry their true time: whole chains are tested without the real one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from benchmarks.made_clips import write_clip
from benchmarks.made_runner import Running, joints
from benchmarks.rendered_runner import Camera

from kneewise.domain import Floats
from kneewise.motion.keypoints import INDEX, NAMES
from kneewise.motion.pose.backend import Sighting
from kneewise.motion.region import Picture, Region

CAMERA = Camera(180, 240)
#: Side of a square of the code; twelve squares below each other tell the time, in this many ticks a second.
_SQUARE_PX, _BITS, _TICKS = 12, 12, 240


def timed_picture(time_s: float) -> Picture:
    """Return a grey picture (rows, columns, 3) with a bright stripe on top and its time as squares along the left."""
    shot = np.full((CAMERA.height_px, CAMERA.width_px, 3), 90, dtype=np.uint8)
    shot[:_SQUARE_PX] = 255
    number = round(time_s * _TICKS)
    for bit in range(_BITS):
        top = (2 + bit) * _SQUARE_PX
        shot[top : top + _SQUARE_PX, :_SQUARE_PX] = 255 if number >> bit & 1 else 0
    return shot


def timed_clip(
    path: Path, true_s: Floats, stored_s: Floats | None = None, *, quarters: int = 0, **form: object
) -> Path:
    """Write pictures of true times at the times of a file, turned by quarters anticlockwise without a flag."""
    shots = [np.ascontiguousarray(np.rot90(timed_picture(at), quarters)) for at in true_s.tolist()]
    return write_clip(path, shots, true_s if stored_s is None else stored_s, **form)  # type: ignore[arg-type]


class ReadsTime:
    """Tells where a made runner is at the time that a picture carries, whichever way the picture is turned."""

    name = "made"
    at_once = 2

    def __init__(self) -> None:
        self.looks = 0

    def find(self, picture: Picture, region: Region) -> list[Region]:
        """Return the whole picture."""
        return [Region(region.centre_x_px, region.centre_y_px, region.size_px)]

    def look(self, pictures: Sequence[Picture], region: Region) -> list[Sighting]:
        """Return the runner of each picture."""
        self.looks += len(pictures)
        return [self._sighting(picture, region) for picture in pictures]

    def _sighting(self, picture: Picture, region: Region) -> Sighting:
        quarters = next(k for k in range(4) if np.rot90(picture, -k)[2 : _SQUARE_PX - 2, :, 1].mean() > 220)
        body = joints(Running(), np.array([_read_s(np.rot90(picture, -quarters))]))
        points, visibility = np.full((len(NAMES), 3), np.nan), np.zeros(len(NAMES))
        for name, joint in body.items():
            points[INDEX[name], :2] = _turned(CAMERA.project(joint)[0][0], quarters)
            visibility[INDEX[name]] = 1
        return Sighting(1.0, points, visibility, region)


def _read_s(upright: Picture) -> float:
    middles = (2 + np.arange(_BITS)) * _SQUARE_PX + _SQUARE_PX // 2
    lit = upright[middles, _SQUARE_PX // 2, 1] > 128
    return float((lit << np.arange(_BITS)).sum() / _TICKS)


def _turned(point: Floats, quarters: int) -> Floats:
    """Return where a point lies after quarter turns anticlockwise of its picture."""
    width, height = CAMERA.width_px, CAMERA.height_px
    for _ in range(quarters):
        point, width, height = np.array([point[1], width - point[0]]), height, width
    return point
