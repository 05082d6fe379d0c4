"""The pose in one picture, without a clip around it."""

from __future__ import annotations

from kneewise.domain import Floats
from kneewise.errors import UnusableClipError
from kneewise.evidence.parameters import value
from kneewise.motion.pose.backend import PoseBackend
from kneewise.motion.region import Picture, whole_picture

#: How often the model looks again in the region that it has just named.
_LOOKS = 3


def still_pose(picture: Picture, backend: PoseBackend, where: str) -> Floats:
    """Return the keypoints of the largest person in a picture, shape (33, 2), x right and y down in its pixels.

    Parameters
    ----------
    where : str
        Which picture it is, for the message.

    Raises
    ------
    UnusableClipError
        When nobody is seen.
    """
    found = sorted(backend.find(picture, whole_picture(picture)), key=lambda region: -region.size_px)
    for region in found:
        for _ in range(_LOOKS):
            [sighting] = backend.look([picture], region)
            region = sighting.next_region
        if sighting.presence >= value("video.pose.least_presence"):
            return sighting.points_px[:, :2]
    raise UnusableClipError(
        f"Nobody was found in {where}; give a picture of the whole runner standing straight, from the same side."
    )
