"""A pose model of the user's own: the example reads RTMPose's answers and follows one runner through a clip."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kneewise.motion.keypoints import INDEX
from kneewise.motion.region import Region

_FILE = Path(__file__).parents[3] / "examples" / "pose_from_rtmpose.py"


@pytest.fixture(scope="module")
def example() -> Any:
    spec = importlib.util.spec_from_file_location("pose_from_rtmpose", _FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class _Answers:
    """Sees each point of Halpe at a place of the cut that is told, in pixels."""

    def __init__(self, places: NDArray[np.int_], score: float = 0.9) -> None:
        self._places, self._score = places, score
        self.given: NDArray[np.float32] | None = None

    def run(self, names: None, feed: Mapping[str, NDArray[np.float32]], /) -> list[NDArray[np.float32]]:
        self.given = feed["input"]
        rows = np.arange(len(self._places))
        across, down = np.zeros((1, 26, 384), np.float32), np.zeros((1, 26, 512), np.float32)
        across[0, rows, 2 * self._places[:, 0]] = self._score
        down[0, rows, 2 * self._places[:, 1]] = self._score
        return [across, down]


def test_points_come_back_to_where_they_are_in_the_picture(example: Any) -> None:
    places = np.stack([np.linspace(60, 120, 26), np.linspace(20, 230, 26)], axis=1).astype(int)
    answers = _Answers(places)
    picture = np.zeros((512, 768, 4), dtype=np.uint8)
    [sighting] = example.RtmPose(answers).look([picture], Region(400, 256, 512))
    assert answers.given is not None
    assert answers.given.shape == (1, 3, 256, 192)
    assert answers.given[0, :, 0, 0] == pytest.approx(-example.MEAN / example.SPREAD)
    for row, name in enumerate(example.HALPE):
        if name:
            expected = 400 - 256 + 2 * (places[row, 0] + 32), 2 * places[row, 1]
            assert sighting.points_px[INDEX[name], :2] == pytest.approx(expected)
            assert sighting.visibility[INDEX[name]] == pytest.approx(0.9)
    assert sighting.visibility[INDEX["left_thumb"]] == 0
    assert sighting.presence == pytest.approx(0.9)
    assert abs(sighting.next_region.centre_x_px - 388) < 1


def test_nobody_is_no_runner(example: Any) -> None:
    nowhere = np.zeros((26, 2), dtype=int)
    [sighting] = example.RtmPose(_Answers(nowhere, score=0.1)).look(
        [np.zeros((64, 64, 4), np.uint8)], Region(32, 32, 64)
    )
    assert sighting.presence < 0.5
