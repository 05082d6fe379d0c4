"""One runner through a whole clip: where to look next, forwards and, over gaps, backwards in time.

Every picture is looked at once in the region that a picture just before suggests; nothing is smoothed. Where the
runner was not found going forwards (he walks in, turns, is hidden), the gap is entered again from its end.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Floats, Issue
from kneewise.evidence.parameters import value
from kneewise.motion.judgement import nobody
from kneewise.motion.keypoints import NAMES
from kneewise.motion.pose.backend import PoseBackend, Sighting
from kneewise.motion.pose.first_look import check_first_look, first_look, other_person
from kneewise.motion.pose.search import candidates
from kneewise.motion.region import Picture, Region, region_of_box, whole_picture
from kneewise.motion.video import Clip, ClipInfo, Frame
from kneewise.motion.video_quality import PictureWatch, PictureWatcher

#: Called with the share of the clip that is done; it may raise to stop the measuring.
Progress = Callable[[float], None]
_Seen = tuple[Sighting, Region]
#: How often the model looks again in the region that it has just named, until the region settles.
_SETTLING_LOOKS: Final = 2


@dataclass(frozen=True, slots=True)
class RunnerBox:
    """The runner's own answer to "where are you?": a box around the whole body in one picture.

    Attributes
    ----------
    time_s : float
        File time of the picture.
    left, top, right, bottom : float
        In shares of the upright picture, 0 to 1 from its upper left corner.
    """

    time_s: float
    left: float
    top: float
    right: float
    bottom: float

    def region(self, picture: Picture) -> Region:
        """Return the region to look at first."""
        height, width = picture.shape[:2]
        return region_of_box(self.left * width, self.top * height, self.right * width, self.bottom * height)


@dataclass(frozen=True, slots=True, eq=False)
class PoseTrack:
    """Raw keypoints of one runner, as the model gave them.

    Attributes
    ----------
    info : ClipInfo
    frame_index : array of int, shape (n,)
        Numbers of the measured pictures in the clip.
    time_s : array of float, shape (n,)
        File time of each measured picture; slow motion is not yet taken out.
    points_px : array of float, shape (n, 33, 3)
        x, y, z in pixels of the upright picture; NaN where the runner was not found.
    visibility : array of float, shape (n, 33)
    presence : array of float, shape (n,)
        0 to 1; 0 where the runner was not found.
    region_px : array of float, shape (n, 3)
        Middle x, y and size of the region that was looked at; NaN where there was none.
    people : array of int
        Persons seen by the detector in sampled pictures.
    watch : PictureWatch or None
        Light, sharpness and motion of the camera; None for keypoints that came without pictures.
    """

    info: ClipInfo
    frame_index: NDArray[np.intp]
    time_s: Floats
    points_px: Floats
    visibility: Floats
    presence: Floats
    region_px: Floats
    people: NDArray[np.intp]
    watch: PictureWatch | None
    backend: str
    box_given: bool = False
    issues: tuple[Issue, ...] = ()

    @property
    def found(self) -> NDArray[np.bool_]:
        """Where the runner was found."""
        return self.presence >= value("video.pose.least_presence")


def track_pose(
    clip: Clip,
    backend: PoseBackend,
    *,
    box: RunnerBox | None = None,
    slow_motion: float = 1.0,
    progress: Progress | None = None,
) -> PoseTrack:
    """Follow one runner through a clip.

    Parameters
    ----------
    box : RunnerBox or None
        Where the runner is; without it the largest person that the detector sees is followed.
    slow_motion : float
        How many times slower than life the clip plays; pictures beyond 120 a second of true time are skipped.
    progress : callable or None
        Called about once per measured picture with the share done; an exception from it ends the measuring, and nothing
        is left behind.

    Raises
    ------
    UnusableClipError
        When nobody is found, or a first look all over the clip shows already that it cannot be measured.
    """
    every = _every(clip.info, slow_motion)
    most = int(value("video.limits.measured_frames"))
    look = first_look(clip, backend, float(clip.info.time_s[: most * every][-1]))
    check_first_look(clip.info.name, look, box_given=box is not None)
    others = () if box is not None else other_person(look)
    follower = _Follower(clip, backend, box)
    total = min(most, len(clip.info.time_s) // every)
    frames = itertools.islice(clip.frames(every=every), most)
    while together := list(itertools.islice(frames, backend.at_once)):
        follower.forward(together)
        if progress is not None:
            progress(min(1.0, len(follower.rows) / max(total, 1)))
    follower.fill_gaps_backwards()
    track = follower.track()
    return replace(track, issues=(*track.issues, *others))


def _every(info: ClipInfo, slow_motion: float) -> int:
    """Return every how many-th picture is measured."""
    return max(1, int(info.fps * slow_motion / value("video.pose.rate_hz") + 0.5))


class _Follower:
    """The state of following: what was seen in each measured picture, and where to look next."""

    def __init__(self, clip: Clip, backend: PoseBackend, box: RunnerBox | None) -> None:
        self.rows: list[tuple[int, float]] = []
        self._clip = clip
        self._backend = backend
        self._box = box
        self._seen: list[tuple[Sighting, Region, float] | None] = []
        self._people: list[int] = []
        self._next: Region | None = None
        self._watcher = PictureWatcher()
        self._sampled_s = -math.inf
        self._searched_s = -math.inf
        self._boxed = False

    def forward(self, frames: Sequence[Frame]) -> None:
        """Look at the next pictures, all of them in the region that the one before them named."""
        region = self._next
        together = [None] * len(frames) if region is None else self._look([frame.picture for frame in frames], region)
        for frame, seen in zip(frames, together, strict=True):
            self.rows.append((frame.index, frame.time_s))
            if seen is None and self._next is not None and self._next is not region:
                [seen] = self._look([frame.picture], self._next)
            if seen is None:
                seen = self._enter(frame)
            self._next = None if seen is None else seen[0].next_region
            self._seen.append(None if seen is None else (*seen, frame.scale))
            self._watch(frame, seen)

    def _watch(self, frame: Frame, seen: _Seen | None) -> None:
        self._watcher.follow(frame)
        if frame.time_s - self._sampled_s >= value("video.pose.people_every_s"):
            self._sampled_s = frame.time_s
            self._people.append(len(self._backend.find(frame.picture, whole_picture(frame.picture))))
            self._watcher.add(frame, None if seen is None else seen[1])

    def fill_gaps_backwards(self) -> None:
        """Enter every gap again from its end."""
        times = np.array([time for _, time in self.rows])
        for first, last in _gaps([seen is not None for seen in self._seen]):
            after = self._seen[last]
            if after is None:
                continue
            region = after[0].next_region
            for frame in self._clip.backwards(times, last, first):
                [seen] = self._look([frame.picture], region)
                if seen is None:
                    break
                self._seen[frame.index] = (*seen, frame.scale)
                region = seen[0].next_region

    def _look(self, pictures: Sequence[Picture], region: Region) -> list[_Seen | None]:
        """Look at a region; ``None`` where nobody is there or the answer has jumped to somebody else."""
        if not region.size_px >= 1 or not region.touches(pictures[0]):
            return [None] * len(pictures)
        return [_accepted(sighting, region) for sighting in self._backend.look(pictures, region)]

    def _enter(self, frame: Frame) -> _Seen | None:
        """Find the runner anew: in the box at its time, else the largest person whom the detector sees."""
        if self._box is not None:
            if self._boxed or frame.time_s < self._box.time_s:
                return None
            self._boxed = True
            return self._settled(frame.picture, self._box.region(frame.picture))
        thorough = frame.time_s - self._searched_s >= value("video.pose.search_every_s")
        if thorough:
            self._searched_s = frame.time_s
        for region in candidates(self._backend, frame.picture, thorough=thorough):
            seen = self._settled(frame.picture, region)
            if seen is not None:
                return seen
        return None

    def _settled(self, picture: Picture, region: Region) -> _Seen | None:
        """Look until the region that the model names is the one that it was given."""
        [seen] = self._look([picture], region)
        for _ in range(_SETTLING_LOOKS):
            if seen is not None:
                [seen] = self._look([picture], seen[0].next_region)
        return seen

    def track(self) -> PoseTrack:
        """Return what was seen."""
        if not any(self._seen):
            raise nobody(self._clip.info.name)
        n = len(self.rows)
        points, visibility = np.full((n, len(NAMES), 3), np.nan), np.zeros((n, len(NAMES)))
        presence, regions = np.zeros(n), np.full((n, 3), np.nan)
        for row, seen in enumerate(self._seen):
            if seen is None:
                continue
            sighting, region, scale = seen
            points[row], visibility[row] = sighting.points_px / scale, sighting.visibility
            presence[row] = sighting.presence
            regions[row] = np.array([region.centre_x_px, region.centre_y_px, region.size_px]) / scale
        return PoseTrack(
            info=self._clip.info,
            frame_index=np.array([index for index, _ in self.rows], dtype=np.intp),
            time_s=np.array([time for _, time in self.rows]),
            points_px=points,
            visibility=visibility,
            presence=presence,
            region_px=regions,
            people=np.array(self._people, dtype=np.intp),
            watch=self._watcher.result(),
            backend=self._backend.name,
            box_given=self._box is not None,
            issues=(*self._clip.info.issues, *self._limited()),
        )

    def _limited(self) -> tuple[Issue, ...]:
        if len(self.rows) < int(value("video.limits.measured_frames")):
            return ()
        at_s = self.rows[-1][1]
        text = f"Only the first {at_s:.0f} s of the file were measured; that is enough for every number."
        return (Issue("clip-limited", f"after {at_s:.0f} s", text),)


def _accepted(sighting: Sighting, region: Region) -> _Seen | None:
    there = sighting.next_region
    moved = math.hypot(there.centre_x_px - region.centre_x_px, there.centre_y_px - region.centre_y_px)
    near = moved <= value("video.pose.jump_sizes") * region.size_px
    return (sighting, region) if near and sighting.presence >= value("video.pose.least_presence") else None


def _gaps(found: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield first row and end of every stretch without the runner that is followed by one with him."""
    first = None
    for row, here in enumerate(found):
        if not here and first is None:
            first = row
        elif here and first is not None:
            yield first, row
            first = None
