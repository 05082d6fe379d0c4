"""The square of the picture that the pose model looks at, and the sampling of it.

Pictures are (rows, columns, 4) arrays of 8-bit red, green, blue and a fourth byte that is not read. x runs to the right
and y down, in pixels of the upright picture. A region may be turned: its own "up" follows the runner's trunk.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Floats
from kneewise.evidence.parameters import value

Picture = NDArray[np.uint8]
_BYTES_PER_PIXEL: Final = 4


@dataclass(frozen=True, slots=True)
class Region:
    """A turned square.

    Attributes
    ----------
    centre_x_px, centre_y_px : float
        Its middle.
    size_px : float
        Length of its side.
    turn_rad : float
        How far it is turned clockwise as seen in the picture; 0 for an upright runner.
    """

    centre_x_px: float
    centre_y_px: float
    size_px: float
    turn_rad: float = 0.0

    def to_picture(self, points: Floats) -> Floats:
        """Return pixels of the picture for points (..., 2) in shares of the region, from its upper left corner."""
        offset = (points - 0.5) * self.size_px
        cos, sin = math.cos(self.turn_rad), math.sin(self.turn_rad)
        x = self.centre_x_px + offset[..., 0] * cos - offset[..., 1] * sin
        y = self.centre_y_px + offset[..., 0] * sin + offset[..., 1] * cos
        return np.stack([x, y], axis=-1)

    def touches(self, picture: Picture) -> bool:
        """Return whether its middle lies in the picture."""
        height, width = picture.shape[:2]
        return bool(0 <= self.centre_x_px <= width and 0 <= self.centre_y_px <= height)


def region_between(middle_px: Floats, edge_px: Floats) -> Region:
    """Return the region around a body from its middle and a point on the circle around it, as BlazePose gives them.

    Parameters
    ----------
    middle_px, edge_px : array of float, shape (2,)
        The middle of the hips, and the point above the head whose distance is the radius of the body.
    """
    x, y = edge_px - middle_px
    turn = math.atan2(y, x) + math.pi / 2
    turn -= 2 * math.pi * math.floor((turn + math.pi) / (2 * math.pi))
    size = 2 * math.hypot(x, y) * value("video.pose.region_scale")
    return Region(float(middle_px[0]), float(middle_px[1]), size, turn)


def region_of_box(left_px: float, top_px: float, right_px: float, bottom_px: float) -> Region:
    """Return the upright region around a box that the runner drew around the whole body."""
    size = max(right_px - left_px, bottom_px - top_px) * value("video.pose.region_scale")
    return Region((left_px + right_px) / 2, (top_px + bottom_px) / 2, size)


def whole_picture(picture: Picture) -> Region:
    """Return the upright square that holds the whole picture in its middle."""
    height, width = picture.shape[:2]
    return Region(width / 2, height / 2, float(max(height, width)))


@cache
def _grid(side: int) -> NDArray[np.float32]:
    return (np.arange(side, dtype=np.float32) / side - 0.5).astype(np.float32)


def sample(picture: Picture, region: Region, side: int, *, black_outside: bool = False) -> NDArray[np.float32]:
    """Cut a region out of a picture with bilinear interpolation.

    Parameters
    ----------
    picture : array of uint8, shape (rows, columns, 4)
        Contiguous.
    side : int
        Pixels of each side of the result.
    black_outside : bool
        Outside the picture is black; else its edge is repeated.

    Returns
    -------
    array of float32, shape (side, side, 3)
        Red, green, blue, 0 to 255.

    Notes
    -----
    Pixel (i, j) of the result stands for the point (j, i) / side of the region and pixel centres lie on whole numbers,
    which is MediaPipe's convention; its models were trained and are read with it.
    """
    height, width = picture.shape[:2]
    grid = _grid(side) * np.float32(region.size_px)
    cos, sin = np.float32(math.cos(region.turn_rad)), np.float32(math.sin(region.turn_rad))
    x = np.float32(region.centre_x_px) + grid[None, :] * cos - grid[:, None] * sin
    y = np.float32(region.centre_y_px) + grid[None, :] * sin + grid[:, None] * cos
    inside = (x > -1) & (x < width) & (y > -1) & (y < height) if black_outside else None
    np.clip(x, 0, width - 1, out=x)
    np.clip(y, 0, height - 1, out=y)
    left, top = x.astype(np.intp), y.astype(np.intp)
    x -= left.astype(np.float32)
    y -= top.astype(np.float32)
    cut = _blend(picture, left, top, x, y)
    if inside is not None:
        cut *= inside[..., None]
    return np.ascontiguousarray(cut[..., :3])


def _blend(
    picture: Picture, left: NDArray[np.intp], top: NDArray[np.intp], dx: NDArray[np.float32], dy: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Mix the four neighbours of every point; a pixel is gathered as one word of four bytes."""
    height, width = picture.shape[:2]
    words = picture.reshape(-1, _BYTES_PER_PIXEL).view(np.uint32).reshape(-1)
    first = top * width + left
    right = (left < width - 1).astype(np.intp)
    below = np.where(top < height - 1, width, 0)

    def taken(index: NDArray[np.intp]) -> NDArray[np.float32]:
        return words.take(index).view(np.uint8).reshape(*index.shape, _BYTES_PER_PIXEL).astype(np.float32)

    dx4, dy4 = dx[..., None], dy[..., None]
    upper = taken(first)
    upper += (taken(first + right) - upper) * dx4
    lower = taken(first + below)
    lower += (taken(first + below + right) - lower) * dx4
    upper += (lower - upper) * dy4
    return upper
