"""What a pose model must be able to do to serve Kneewise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from kneewise.domain import Floats
from kneewise.motion.region import Picture, Region


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """One look at one region of one picture.

    Attributes
    ----------
    presence : float
        How sure the model is that a whole person is there, 0 to 1.
    points_px : array of float, shape (33, 3)
        x, y in pixels of the picture; z in pixels, towards the camera negative, from the middle of the hips. NaN for a
        point that the model does not know. Order of :data:`kneewise.motion.keypoints.NAMES`.
    visibility : array of float, shape (33,)
        0 to 1.
    next_region : Region
        Where to look in the neighbouring picture.
    """

    presence: float
    points_px: Floats
    visibility: Floats
    next_region: Region


class PoseBackend(Protocol):
    """A pose model; ours is :class:`kneewise.motion.pose.blazepose.BlazePose`."""

    @property
    def name(self) -> str:
        """Name and version for the basis of every result."""
        ...

    def find(self, picture: Picture, region: Region) -> list[Region]:
        """Return the regions of all persons whom a detector sees in a part of the picture, the surest first."""
        ...

    @property
    def at_once(self) -> int:
        """How many pictures it is given together."""
        ...

    def look(self, pictures: Sequence[Picture], region: Region) -> list[Sighting]:
        """Return the pose of the person in the same region of up to ``at_once`` neighbouring pictures."""
        ...
