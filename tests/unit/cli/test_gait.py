"""``kneewise gait``."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.made_runner import Running
from tests.made_keypoints import write_points
from tests.unit.cli.calling import Call, call, document, sentence

__all__ = ["call"]


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_points(tmp_path_factory.mktemp("gait") / "side.json")


def test_json_is_the_contracts(call: Call, side: Path) -> None:
    found = document(call("gait", side, "--view", "side", "--speed-mps", 3, "--direction", "right", "--json"))
    assert found["view"] == "side"
    assert found["metrics"]["cadence_spm"]["both"]["value"] == pytest.approx(165, rel=0.01)


def test_words_tell_each_leg_the_doubt_and_what_may_be_said(call: Call, side: Path) -> None:
    result = call("gait", side, "--height-m", 1.75)
    assert result.exit_code == 0, result.output
    for words in ("left", "value with band", "firm", "First to the ground", "120 pictures a second", "Left and right"):
        assert words in result.stdout
    assert "category: midfoot" in result.stdout


def test_a_category_from_behind_is_told_in_words(call: Call, tmp_path: Path) -> None:
    told = call("gait", write_points(tmp_path / "rear.json", view="rear"), "--height-m", 1.75).stdout
    said = {row.split(",")[0]: row.rpartition("category: ")[2] for row in told.splitlines() if "category:" in row}
    assert said["step width"] == "more than most"
    assert said["hip adduction"] == "less than or as most"
    assert said["side lean of the trunk"] == "how most run is not known"


def test_a_comparison_in_words(call: Call, side: Path, tmp_path: Path) -> None:
    quick = write_points(tmp_path / "quick.json", run=Running(stride_s=120 / 176, contact_s=0.235))
    result = call("gait", quick, "--compare", side)
    assert result.exit_code == 0, result.output
    assert "against side.json" in result.stdout
    assert "not told apart" in result.stdout


def test_keeping_tells_what_changed(call: Call, side: Path) -> None:
    call("profile", "set", "--height-m", 1.75, "--mass-kg", 70)
    result = call("gait", side, "--speed-mps", 3, "--keep")
    assert result.exit_code == 0, result.output
    assert "Kept: the numbers, not the clip." in result.stdout


def test_what_cannot_be_used_gives_one_sentence(call: Call, side: Path, tmp_path: Path) -> None:
    assert "no file" in sentence(call("gait", tmp_path / "missing.mp4"))
    assert "choose the other view" in sentence(call("gait", side, "--view", "rear"))
    short = write_points(tmp_path / "short.json", duration_s=1.9)
    assert "ten strides" in sentence(call("gait", short))


def test_wrong_usage(call: Call, side: Path) -> None:
    for options in (("--view", "above"), ("--box", "1,2,3"), ("--box", "0,0.9,0.1,0.2,0.8"), ("--direction", "up")):
        assert call("gait", side, *options).exit_code == 2
