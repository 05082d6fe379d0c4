"""A few pictures from all over a clip: what nobody could measure is refused before minutes go into measuring it.

The first look only refuses what the whole measurement would refuse too; where it is in doubt the clip is measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Floats, Issue
from kneewise.evidence.parameters import value
from kneewise.motion import judgement
from kneewise.motion.keypoints import INDEX, NAMES
from kneewise.motion.pose.backend import PoseBackend
from kneewise.motion.pose.search import by_size, in_parts
from kneewise.motion.region import Picture, Region, whole_picture
from kneewise.motion.video import Clip, Frame

_WHITE: Final = 255.0
_ANKLES: Final = [INDEX["left_ankle"], INDEX["right_ankle"]]
_HIPS: Final = [INDEX["left_hip"], INDEX["right_hip"]]


@dataclass(frozen=True, slots=True, eq=False)
class FirstLook:
    """What a few places of a clip show.

    Attributes
    ----------
    brightness : array of float, shape (places,)
        0 black to 1 white.
    people : array of int, shape (places,)
        Persons whom the detector sees in the whole picture.
    points_px : array of float, shape (2 * places, 33, 2)
        Of the largest person, in pixels of the upright picture; NaN where nobody was.
    beside : array of float, shape (places, 2)
        Of somebody else who is smaller in the picture: how far to the right of the runner in widths of the picture, and
        how tall in shares of him; NaN where nobody else was seen.
    """

    brightness: Floats
    people: NDArray[np.intp]
    points_px: Floats
    beside: Floats

    @property
    def enough(self) -> bool:
        """Whether there were places enough to judge by them."""
        return len(self.brightness) >= value("video.first_look.least_places")


def first_look(clip: Clip, backend: PoseBackend, before_s: float) -> FirstLook:
    """Look at places of a clip up to a file time."""
    brightness: list[float] = []
    people: list[int] = []
    points: list[Floats] = []
    beside: list[tuple[float, float]] = []
    pairs = clip.glimpses(int(value("video.first_look.places")), before_s, value("video.first_look.later_s"))
    for place, pair in enumerate(pairs):
        picture = pair[0].picture
        found = by_size(backend.find(picture, whole_picture(picture)))
        search = not found or place % int(value("video.first_look.search_every")) == 0
        parts = by_size(in_parts(backend, picture)) if search else []
        seen = _runner(pair, backend, [*found, *parts])
        brightness.append(float(picture[..., 1].mean()) / _WHITE)
        people.append(len(found))
        beside.append(_beside(pair[0], backend, seen[0], [*found, *parts]))
        points.extend(seen / pair[0].scale)
    return FirstLook(
        np.array(brightness),
        np.array(people, dtype=np.intp),
        np.array(points).reshape(-1, len(NAMES), 2),
        np.array(beside).reshape(-1, 2),
    )


def check_first_look(name: str, look: FirstLook, *, box_given: bool) -> None:
    """Refuse a clip that need not be measured as a whole to know that it cannot be.

    Parameters
    ----------
    box_given : bool
        Whether somebody said who is meant: then only the light is judged.

    Raises
    ------
    UnusableClipError
    """
    if not look.enough:
        return
    judgement.check_light(name, float(look.brightness.max()))
    if box_given:
        return
    points = look.points_px[np.isfinite(look.points_px[:, _HIPS + _ANKLES]).all(axis=(1, 2))]
    if not len(points):
        raise judgement.nobody(name)
    if float((look.people > 1).mean()) > value("video.first_look.most_crowded"):
        raise judgement.crowded(name)
    leg_px = _longest_leg_px(points)
    judgement.check_leg(name, leg_px)
    left, right = (points[:, place] for place in _ANKLES)
    across, up = np.ptp(left - right, axis=0) / leg_px
    few = len(points) < value("video.first_look.least_places")
    if not few and across < value("video.judge.least_swing_side") and up < value("video.judge.least_swing_rear"):
        raise judgement.still(name)


def other_person(look: FirstLook) -> tuple[Issue, ...]:
    """Tell that somebody else is in the picture, and who is measured."""
    seen = look.beside[np.isfinite(look.beside[:, 0])]
    if len(seen) < value("video.first_look.least_beside"):
        return ()
    across, size = np.median(seen, axis=0)
    text = (
        f"Somebody else, {size:.0%} as tall in the picture, is {'right' if across > 0 else 'left'} of the runner who "
        "is measured; if that is you, show where you are."
    )
    return (Issue("other-person", "whole clip", text),)


def _runner(pair: tuple[Frame, Frame], backend: PoseBackend, regions: list[Region]) -> Floats:
    """Return the points of the first person who is really there in two pictures, (2, 33, 2)."""
    pictures = [frame.picture for frame in pair]
    for region in regions:
        if not _within(region, pictures[0]):
            continue
        groups = [pictures] if backend.at_once > 1 else [[picture] for picture in pictures]
        sightings = [sighting for group in groups for sighting in backend.look(group, region)]
        there = [sighting.presence >= value("video.pose.least_presence") for sighting in sightings]
        if there[0]:
            seen = np.stack([sighting.points_px[:, :2] for sighting in sightings])
            return np.where(np.array(there)[:, None, None], seen, np.nan)
    return np.full((len(pair), len(NAMES), 2), np.nan)


def _within(region: Region, picture: Picture) -> bool:
    return region.size_px >= 1 and region.touches(picture)


def _beside(frame: Frame, backend: PoseBackend, runner: Floats, regions: list[Region]) -> tuple[float, float]:
    """Return where the largest of other people is and how tall he is."""
    if not np.isfinite(runner).any():
        return np.nan, np.nan
    low, high = np.nanmin(runner, axis=0), np.nanmax(runner, axis=0)
    tall = float(high[1] - low[1])
    around = value("video.first_look.around") * tall
    for region in regions:
        middle = np.array([region.centre_x_px, region.centre_y_px])
        if not _within(region, frame.picture) or not _apart(middle, low - around, high + around):
            continue
        [sighting] = backend.look([frame.picture], region)
        points = sighting.points_px[:, :2]
        hips = points[_HIPS].mean(axis=0)
        if sighting.presence >= value("video.pose.least_presence") and _apart(hips, low - around, high + around):
            across = float(hips[0] - (low[0] + high[0]) / 2) / frame.picture.shape[1]
            return across, float(np.nanmax(points[:, 1]) - np.nanmin(points[:, 1])) / tall
    return np.nan, np.nan


def _apart(point: Floats, low: Floats, high: Floats) -> bool:
    """Return whether a point lies outside a box; whatever does where there is no box."""
    return bool(((point < low) | (point > high)).any())


def _longest_leg_px(points: Floats) -> float:
    lengths = [
        np.linalg.norm(points[:, INDEX[f"{side}_{upper}"]] - points[:, INDEX[f"{side}_{lower}"]], axis=-1)
        for side in ("left", "right")
        for upper, lower in (("hip", "knee"), ("knee", "ankle"))
    ]
    return float(np.nanmax([lengths[0] + lengths[1], lengths[2] + lengths[3]]))
