"""What a first look refuses, and what it leaves to the whole measurement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from benchmarks.made_runner import Running, joints
from benchmarks.made_scenes import sitting
from benchmarks.rendered_runner import Camera

from kneewise.domain import Floats
from kneewise.errors import UnusableClipError
from kneewise.motion.keypoints import INDEX, NAMES
from kneewise.motion.pose.backend import Sighting
from kneewise.motion.pose.first_look import FirstLook, check_first_look, first_look, other_person
from kneewise.motion.region import Picture, Region
from kneewise.motion.video import Frame

CAMERA = Camera(640, 480)
STRIDE_S = Running().stride_s


@dataclass
class Scattered:
    """Pictures that hold nothing but the number of their place."""

    places: int = 12
    light: int = 120

    def glimpses(self, places: int, before_s: float, later_s: float) -> Iterator[tuple[Frame, Frame]]:
        """Key pictures in step with the runner, the worst case."""
        for place in range(min(places, self.places)):
            yield self._frame(2 * place, place * STRIDE_S), self._frame(2 * place + 1, place * STRIDE_S + later_s)

    def _frame(self, number: int, time_s: float) -> Frame:
        picture = np.full((480, 640, 4), self.light, dtype=np.uint8)
        picture[0, 0, 0] = number
        return Frame(number, time_s, picture, 1.0)


@dataclass
class Scene:
    """Bodies in metres, each with a shift; the detector sees those on its list in the whole picture, all in parts."""

    moves: Callable[[Floats], dict[str, Floats]] | None
    shifts_m: Sequence[tuple[float, float, float]] = ((0.0, 0.0, 0.0),)
    seen_at_once: int = 1
    name: str = "made"
    at_once: int = 2

    def find(self, picture: Picture, region: Region) -> list[Region]:
        whole = region.size_px >= 640
        bodies = [] if self.moves is None else self._bodies(picture)
        return [self._around(body) for body in (bodies[: self.seen_at_once] if whole else bodies)]

    def look(self, pictures: Sequence[Picture], region: Region) -> list[Sighting]:
        return [self._look(picture, region) for picture in pictures]

    def _look(self, picture: Picture, region: Region) -> Sighting:
        for body in self._bodies(picture):
            around = self._around(body)
            if abs(around.centre_x_px - region.centre_x_px) < 5 and abs(around.size_px / region.size_px - 1) < 0.3:
                return Sighting(1.0, body, np.ones(len(NAMES)), around)
        return Sighting(0.0, np.full((len(NAMES), 3), 0.0), np.zeros(len(NAMES)), region)

    def _bodies(self, picture: Picture) -> list[Floats]:
        number = int(picture[0, 0, 0])
        time_s = np.array([number // 2 * STRIDE_S + number % 2 * 0.15])
        assert self.moves is not None
        found = []
        for shift in self.shifts_m:
            points = np.full((len(NAMES), 3), np.nan)
            for name, joint in self.moves(time_s).items():
                points[INDEX[name], :2] = CAMERA.project(joint[0] + np.array(shift))[0]
            found.append(points)
        return found

    def _around(self, body: Floats) -> Region:
        hips = body[[INDEX["left_hip"], INDEX["right_hip"]], :2].mean(axis=0)
        return Region(hips[0], hips[1], 1.25 * float(np.ptp(body[np.isfinite(body[:, 1]), 1])))


def running(time_s: Floats) -> dict[str, Floats]:
    return joints(Running(), time_s)


def looked(scene: Scene, clip: Scattered | None = None) -> FirstLook:
    return first_look(clip or Scattered(), scene, 60.0)  # type: ignore[arg-type]


def test_a_runner_passes_even_where_key_pictures_keep_step_with_him() -> None:
    look = looked(Scene(running))
    check_first_look("a.mp4", look, box_given=False)
    assert other_person(look) == ()


@pytest.mark.parametrize(
    ("scene", "light", "told"),
    [
        (Scene(running), 2, "too dark"),
        (Scene(None), 120, "No runner was found"),
        (Scene(sitting), 120, "hardly move"),
        (Scene(running, [(0.0, 40.0, 0.0)]), 120, "too small"),
        (Scene(running, [(-0.5, 0.0, 0.0), (0.5, 0.3, 0.0)], seen_at_once=2), 120, "more than one person"),
    ],
)
def test_what_cannot_be_measured_is_refused_by_few_pictures(scene: Scene, light: int, told: str) -> None:
    with pytest.raises(UnusableClipError, match=told):
        check_first_look("a.mp4", looked(scene, Scattered(light=light)), box_given=False)
    if "dark" not in told:
        check_first_look("a.mp4", looked(scene), box_given=True)


def test_few_places_refuse_nothing() -> None:
    check_first_look("a.mp4", looked(Scene(None), Scattered(places=5)), box_given=False)


def test_a_second_runner_far_away_is_told() -> None:
    [issue] = other_person(looked(Scene(running, [(0.0, 0.0, 0.0), (4.0, 9.0, 0.0)])))
    assert issue.code == "other-person"
    assert "right of the runner" in issue.text
    assert "31% as tall" in issue.text
