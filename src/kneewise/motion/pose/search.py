"""Where in a picture people are, for whom the detector's view of the whole picture is too coarse."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from kneewise.domain import Floats
from kneewise.evidence.parameters import value
from kneewise.motion.pose.backend import PoseBackend
from kneewise.motion.region import Picture, Region, whole_picture


def candidates(backend: PoseBackend, picture: Picture, *, thorough: bool) -> list[Region]:
    """Return persons seen in the picture, the largest first; a thorough search looks at parts of it too."""
    found = backend.find(picture, whole_picture(picture))
    return by_size(in_parts(backend, picture) if not found and thorough else found)


def by_size(regions: list[Region]) -> list[Region]:
    """Return regions, the largest first."""
    return sorted(regions, key=lambda region: -region.size_px)


def in_parts(backend: PoseBackend, picture: Picture) -> list[Region]:
    """Return persons seen in parts of the picture, some of them more than once.

    The detector knows faces and upper bodies of a fair size: a runner far away, or seen from behind, is found sooner in
    a part of the picture.
    """
    return [found for part in _parts(picture) for found in backend.find(picture, part)]


def _parts(picture: Picture) -> Iterator[Region]:
    height, width = picture.shape[:2]
    long, short = max(height, width), min(height, width)
    for share in (value("video.pose.search_large_part"), value("video.pose.search_small_part")):
        size = share * short
        for y in _middles(height, size):
            for x in _middles(width, size):
                if size < long:
                    yield Region(x, y, size)


def _middles(length: float, size: float) -> Floats:
    """Return the middles of half-overlapping windows over a length."""
    if length <= size:
        return np.array([length / 2])
    count = math.ceil(2 * (length - size) / size) + 1
    return np.linspace(size / 2, length - size / 2, count)
