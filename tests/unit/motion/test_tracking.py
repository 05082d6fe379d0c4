"""Following one runner: who is followed, what happens when he is lost, and what is given back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from kneewise.errors import UnusableClipError
from kneewise.motion.keypoints import NAMES
from kneewise.motion.pose.backend import Sighting
from kneewise.motion.pose.tracking import RunnerBox, track_pose
from kneewise.motion.region import Picture, Region
from kneewise.motion.video import ClipInfo, Frame

SIZE = 40.0


@dataclass
class MadeClip:
    """Pictures that hold nothing but their own number."""

    n: int = 40
    fps: float = 60.0
    read_again: list[int] = field(default_factory=list)

    @property
    def info(self) -> ClipInfo:
        return ClipInfo("made.mp4", "mov", "h264", 200, 100, 0, np.arange(self.n) / self.fps, None, None)

    def frames(self, *, every: int = 1) -> Iterator[Frame]:
        for index in range(0, self.n, every):
            yield self._frame(index, index)

    def backwards(self, time_s: np.ndarray, before: int, stop: int = 0) -> Iterator[Frame]:
        for place in range(before - 1, stop - 1, -1):
            self.read_again.append(place)
            yield self._frame(place, round(time_s[place] * self.fps))

    def glimpses(self, places: int, before_s: float, later_s: float) -> Iterator[tuple[Frame, Frame]]:
        """As of a file with a single key picture: nothing can be said before it is measured."""
        return iter(())

    def _frame(self, index: int, number: int) -> Frame:
        picture = np.zeros((100, 200, 4), dtype=np.uint8)
        picture[0, 0, 0] = number
        return Frame(index, number / self.fps, picture, 1.0)


@dataclass
class MadeBackend:
    """People who walk along known ways; a look finds whoever stands in the region."""

    ways: list[Callable[[int], float]]
    visible: Callable[[int], bool] = lambda number: True
    detectable: Callable[[int], bool] = lambda number: True
    name: str = "made"
    at_once: int = 2

    def find(self, picture: Picture, region: Region) -> list[Region]:
        number = int(picture[0, 0, 0])
        if not self.visible(number) or not self.detectable(number):
            return []
        return [Region(way(number), 50, SIZE + 10 * place) for place, way in enumerate(self.ways)]

    def look(self, pictures: Sequence[Picture], region: Region) -> list[Sighting]:
        return [self._look(picture, region) for picture in pictures]

    def _look(self, picture: Picture, region: Region) -> Sighting:
        number = int(picture[0, 0, 0])
        near = [way(number) for way in self.ways if abs(way(number) - region.centre_x_px) < SIZE / 2]
        here = bool(near) and self.visible(number)
        x = near[0] if here else region.centre_x_px
        points = np.full((len(NAMES), 3), x)
        return Sighting(1.0 if here else 0.0, points, np.ones(len(NAMES)), Region(x, 50, SIZE))


def track(clip: MadeClip, backend: MadeBackend, **options: Any) -> Any:
    return track_pose(clip, backend, **options)  # type: ignore[arg-type]


def slow(number: int) -> float:
    return 20.0 + 3 * number


def test_one_runner_is_followed_through_the_clip() -> None:
    found = track(MadeClip(), MadeBackend([slow]))
    assert found.found.all()
    np.testing.assert_allclose(found.points_px[:, 0, 0], [slow(i) for i in range(40)])
    assert set(found.people) == {1}


def test_a_runner_seen_late_is_followed_back_to_the_beginning() -> None:
    clip = MadeClip()
    found = track(clip, MadeBackend([slow], detectable=lambda number: number >= 25))
    assert found.found.all()
    assert sorted(clip.read_again) == list(range(25))
    np.testing.assert_allclose(found.points_px[:, 0, 0], [slow(i) for i in range(40)])


def test_a_hidden_runner_stays_missing_and_is_found_again() -> None:
    found = track(MadeClip(), MadeBackend([slow], visible=lambda number: not 10 <= number < 20))
    assert found.found.tolist() == [not 10 <= number < 20 for number in range(40)]
    assert np.isnan(found.points_px[10:20]).all()


def test_the_larger_of_two_is_followed_unless_a_box_says_who() -> None:
    far = MadeBackend([slow, lambda number: 180.0 - number])
    assert track(MadeClip(), far).points_px[0, 0, 0] == 180
    assert track(MadeClip(), far).people.max() == 2
    box = RunnerBox(0.0, 0.0, 0.3, 0.2, 0.7)
    boxed = track(MadeClip(), far, box=box)
    assert boxed.points_px[0, 0, 0] == 20
    assert boxed.box_given


def test_a_box_in_the_middle_works_both_ways() -> None:
    box = RunnerBox(20 / 60, 0.3, 0.3, 0.5, 0.7)
    found = track(MadeClip(), MadeBackend([slow]), box=box)
    assert found.found.all()


def test_a_jump_to_somebody_else_is_no_tracking() -> None:
    jumpy = MadeBackend([lambda number: 30.0 if number < 20 else 48.0], detectable=lambda number: number == 0)
    found = track(MadeClip(), jumpy)
    assert found.found.tolist() == [number < 20 for number in range(40)]


def test_nobody_is_refused_with_advice() -> None:
    with pytest.raises(UnusableClipError, match="show where the runner is"):
        track(MadeClip(), MadeBackend([slow], visible=lambda number: False))


def test_fast_clips_are_thinned_to_what_is_needed() -> None:
    assert len(track(MadeClip(fps=240), MadeBackend([slow])).time_s) == 20
    slowed = track(MadeClip(fps=30), MadeBackend([slow]), slow_motion=8)
    assert slowed.frame_index.tolist() == list(range(0, 40, 2))


def test_progress_rises_to_one_and_can_stop_the_measuring() -> None:
    told: list[float] = []
    track(MadeClip(), MadeBackend([slow]), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1

    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        track(MadeClip(), MadeBackend([slow]), progress=stop)


def test_a_reduced_picture_gives_points_of_the_whole_one() -> None:
    class Half(MadeClip):
        def _frame(self, index: int, number: int) -> Frame:
            frame = super()._frame(index, number)
            return Frame(frame.index, frame.time_s, frame.picture, 0.5)

    assert track(Half(), MadeBackend([slow])).points_px[0, 0, 0] == 40
