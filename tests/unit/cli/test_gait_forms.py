"""``kneewise gait`` on one run in the forms in which phones hand it on: the same rhythm and contact, or a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.unit.cli.calling import Call, call, document, sentence
from typer.testing import CliRunner

from kneewise.cli import app

pytest.importorskip("av", reason="the extra 'video' is not installed")

from tests.made_pose import ReadsTime, timed_clip

__all__ = ["call"]

#: What may differ between forms of one run: share of cadence, seconds of contact, degrees of the knee's peak.
CADENCE_SHARE, CONTACT_S, KNEE_DEG = 0.005, 0.015, 1.5
TRUE_S = np.arange(0, 4.6, 1 / 60)
FILMED_S = np.arange(0, 4.6, 1 / 240)


@pytest.fixture(scope="module", autouse=True)
def model() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kneewise.services.gait.measuring.blazepose", ReadsTime)
        yield


@pytest.fixture(scope="module")
def plain(model: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what is measured in the plain form, once for all."""
    folder = tmp_path_factory.mktemp("plain")
    clip = timed_clip(folder / "plain.mp4", TRUE_S)
    found: dict[str, Any] = document(CliRunner().invoke(app, ["--data", str(folder), "gait", str(clip), "--json"]))
    return found


def measured(call: Call, path: Path, *options: object) -> dict[str, Any]:
    found: dict[str, Any] = document(call("gait", path, *options, "--json"))
    return found


def assert_same(found: dict[str, Any], plain: dict[str, Any]) -> None:
    cadence, contact = (
        [clip["metrics"][name] for clip in (found, plain)] for name in ("cadence_spm", "contact_time_s")
    )
    assert cadence[0]["both"]["value"] == pytest.approx(cadence[1]["both"]["value"], rel=CADENCE_SHARE)
    for side in ("left", "right"):
        assert contact[0][side]["value"] == pytest.approx(contact[1][side]["value"], abs=CONTACT_S)
    knee = [clip["metrics"]["knee_flexion_peak_deg"]["both"]["value"] for clip in (found, plain)]
    assert knee[0] == pytest.approx(knee[1], abs=KNEE_DEG)


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_lying_pictures_with_a_flag(call: Call, tmp_path: Path, plain: dict[str, Any], turned: int) -> None:
    found = measured(call, timed_clip(tmp_path / "turned.mp4", TRUE_S, turned_deg=turned))
    assert_same(found, plain)
    assert found["steps"] == plain["steps"]


def test_uneven_times(call: Call, tmp_path: Path, plain: dict[str, Any]) -> None:
    """Any third of the pictures of a fast camera."""
    kept = np.random.default_rng(4).random(len(FILMED_S)) < 0.3
    assert_same(measured(call, timed_clip(tmp_path / "uneven.mp4", FILMED_S[kept])), plain)


def test_slow_motion_tagged_with_its_own_rate(call: Call, tmp_path: Path, plain: dict[str, Any]) -> None:
    assert_same(measured(call, timed_clip(tmp_path / "tagged.mp4", FILMED_S)), plain)


def test_slow_motion_stretched(call: Call, tmp_path: Path, plain: dict[str, Any]) -> None:
    """240 pictures a second at 30: measured with the factor, refused with the likely factor without it."""
    clip = timed_clip(tmp_path / "slow.mp4", FILMED_S, 8 * FILMED_S)
    assert_same(measured(call, clip, "--slow-motion", 8), plain)
    assert "likely 8" in sentence(call("gait", clip))


def test_slow_motion_noted_by_the_phone(call: Call, tmp_path: Path, plain: dict[str, Any]) -> None:
    clip = timed_clip(tmp_path / "noted.mp4", FILMED_S, 8 * FILMED_S, noted_fps=240)
    found = measured(call, clip)
    assert found["slow_motion"] == pytest.approx(8, rel=0.01)
    assert_same(found, plain)


def test_normal_then_slow_then_normal(call: Call, tmp_path: Path, plain: dict[str, Any]) -> None:
    slow = (FILMED_S >= 0.6) & (FILMED_S < 4.0)
    kept = slow | (np.arange(len(FILMED_S)) % 8 == 0)
    true_s = FILMED_S[kept]
    stored_s = np.concatenate([[0.0], np.cumsum(np.where(slow[kept][1:], 8, 1) * np.diff(true_s))])
    assert_same(measured(call, timed_clip(tmp_path / "ramp.mp4", true_s, stored_s), "--slow-motion", 8), plain)


@pytest.mark.parametrize(
    ("quarters", "turn"), [(1, "a quarter clockwise"), (2, "half a turn"), (3, "a quarter anticlockwise")]
)
def test_lying_pictures_without_a_flag_are_refused(call: Call, tmp_path: Path, quarters: int, turn: str) -> None:
    clip = timed_clip(tmp_path / "lies.mp4", TRUE_S, quarters=quarters)
    assert f"turn the clip by {turn}" in sentence(call("gait", clip))
