"""A clip measured, kept, compared: the record gets numbers only, and the runner's own knee follows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from benchmarks.made_clips import runner_clip
from benchmarks.made_runner import Running
from benchmarks.rendered_runner import Camera
from tests.histories import write_runs
from tests.made_keypoints import write_points, write_standing

from kneewise.domain import Estimate
from kneewise.errors import InvalidInputError, UnreadableFileError, UnusableClipError
from kneewise.evidence.parameters import value
from kneewise.motion.pose.weights import DETECTOR, LANDMARKER, weights_folder
from kneewise.services.findings import findings
from kneewise.services.gait.clips import keep_gait
from kneewise.services.gait.compared import compare_clips
from kneewise.services.gait.history import list_clips, withdraw_clip
from kneewise.services.gait.measuring import analyse_video
from kneewise.services.gait.pictures import write_gait_pictures
from kneewise.services.importing import import_files
from kneewise.services.knee_trials import knee_style, list_knee_trials
from kneewise.services.listing import list_activities
from kneewise.services.place import Place
from kneewise.services.profile import set_profile
from kneewise.services.recomputing import recompute_loads


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gait")


@pytest.fixture(scope="module")
def side(folder: Path) -> Path:
    return write_points(folder / "side.json")


@pytest.fixture(scope="module")
def rear(folder: Path) -> Path:
    return write_points(folder / "rear.json", view="rear")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path / "data")
    set_profile(Place(place.data, runner_id="me"), height_m=1.75, mass_kg=68.0, sex="f", timezone="Europe/Berlin")
    import_files([write_runs(tmp_path / "runs", 3)], place=place)
    return place


def test_the_document_is_the_contracts(side: Path) -> None:
    found = analyse_video(side, height_m=1.75, speed_mps=3.0).to_json()
    assert {"view", "fps", "frames", "steps", "events", "metrics", "quality", "issues"} <= found.keys()
    assert found["steps"] == len(found["events"]) >= 18
    assert {"side", "initial_contact_s", "toe_off_s"} <= found["events"][0].keys()
    knee = found["metrics"]["knee_flexion_peak_deg"]
    assert {"left", "right", "both", "asymmetry", "steps", "claim"} == knee.keys()
    assert knee["both"]["others"]["low"] < knee["both"]["low"]


def test_keeping_a_side_view_sets_the_knee_and_shrinks_it(place: Place, side: Path) -> None:
    found = analyse_video(side, height_m=1.75, speed_mps=3.0)
    kept = keep_gait(place, found)
    assert kept.style is not None
    assert kept.style.recomputed == 3
    assert kept.style.after.knee_sd_deg < kept.style.before.knee_sd_deg
    [trial] = list_knee_trials(place)
    assert trial.trial.tier == "video"
    assert trial.trial.peak_force_bw is None
    again = keep_gait(place, found)
    assert again.known
    assert len(list_knee_trials(place)) == 1


def test_a_clip_shrinks_the_watchs_doubt_about_every_run_and_its_end_brings_it_back(place: Place, side: Path) -> None:
    """A clip narrows what the watch predicts of the history and never takes its place."""
    guessed, watch_only = _loads(place), knee_style(place)
    keep_gait(place, analyse_video(side, height_m=1.75, speed_mps=3.0))
    seen = _loads(place)
    assert [one.value for one in seen] != [one.value for one in guessed]
    for before, after in zip(guessed, seen, strict=True):
        assert after.others is not None
        assert before.others is not None
        assert before.others.low < after.others.low < after.value < after.others.high < before.others.high
    [clip] = list_clips(place)
    withdraw_clip(place, clip.id)
    assert recompute_loads(place) == 3
    assert knee_style(place) == watch_only
    assert _loads(place) == guessed


def _loads(place: Place) -> list[Estimate]:
    found = [one.knee_km.value for one in list_activities(place).activities if one.knee_km is not None]
    assert len(found) == 3
    return found


def test_a_standing_picture_counts_for_more(place: Place, side: Path, tmp_path: Path) -> None:
    with pytest.raises(UnusableClipError, match="standing picture"):
        analyse_video(side, speed_mps=3.0, standing=10)
    with pytest.raises(UnusableClipError, match="no straight standing"):
        analyse_video(side, speed_mps=3.0, standing=write_standing(tmp_path / "bent.json", bent_m=0.2))
    told = analyse_video(side, speed_mps=3.0, standing=write_standing(tmp_path / "standing.json"))
    assert told.to_json()["standing"] is True
    assert set(told.to_json()["standing_off_deg"]) == {"knee_flexion", "shank_inclination"}
    kept = keep_gait(place, told)
    assert list_knee_trials(place)[0].trial.knee_sd_deg == value("video.knee_flexion_standing_sd_deg")
    assert kept.style is not None
    plain = Place(place.data, runner_id=None)
    assert knee_style(plain).knee_sd_deg == kept.style.after.knee_sd_deg


def test_a_rear_view_is_kept_for_the_findings_and_leaves_the_knee_alone(place: Place, rear: Path) -> None:
    kept = keep_gait(place, analyse_video(rear))
    assert kept.style is None
    assert [issue.code for issue in kept.issues] == ["knee-not-set"]
    assert "from your video" in str(findings(place).to_json())


def test_without_speed_and_height_the_knee_is_not_set(place: Place, side: Path) -> None:
    kept = keep_gait(place, analyse_video(side))
    assert kept.style is None
    assert "speed is not known" in kept.issues[0].text


def test_a_day_to_come_is_refused(place: Place, side: Path) -> None:
    with pytest.raises(InvalidInputError, match="future"):
        keep_gait(place, analyse_video(side), on=date(2999, 1, 1))


def test_what_was_told_is_checked(side: Path, rear: Path, tmp_path: Path) -> None:
    with pytest.raises(UnusableClipError, match="--direction right"):
        analyse_video(side, direction="left")
    with pytest.raises(InvalidInputError, match="speed of 30"):
        analyse_video(side, speed_mps=30)
    with pytest.raises(InvalidInputError, match="standing picture helps"):
        analyse_video(rear, standing=0)
    with pytest.raises(InvalidInputError, match="no file"):
        analyse_video(tmp_path / "missing.mp4")
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(b"\0\0\0\x18ftypmp42" + b"\0" * 400)
    pytest.importorskip("av", reason="the extra 'video' is not installed")
    with pytest.raises(UnreadableFileError, match="no video"):
        analyse_video(cut)


def test_keypoints_alone_have_no_pictures(side: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="without pictures"):
        write_gait_pictures(analyse_video(side), side, tmp_path / "out")


def test_two_clips_beside_each_other(side: Path, rear: Path, folder: Path) -> None:
    quick = write_points(folder / "quick.json", run=Running(stride_s=120 / 176, contact_s=0.235, reach_m=0.15), fps=60)
    before, after = analyse_video(side, height_m=1.75), analyse_video(quick, height_m=1.75)
    compared = compare_clips(before, after)
    cadence = compared["metrics"]["cadence_spm"]
    assert cadence["verdict"] == "more"
    assert cadence["change"]["value"] == pytest.approx(11, abs=1)
    assert compared["metrics"]["trunk_lean_deg"]["verdict"] == "not told apart"
    assert compared["metrics"]["contact_time_s"]["claim"] == "category"
    assert "other-frame-rate" in {issue["code"] for issue in compared["issues"]}
    same = compare_clips(before, before)
    assert {metric["verdict"] for metric in same["metrics"].values()} == {"not told apart"}
    with pytest.raises(InvalidInputError, match="same side"):
        compare_clips(analyse_video(rear), after)


def test_a_rendered_runner_through_video_and_pose(tmp_path: Path) -> None:
    pytest.importorskip("ai_edge_litert", reason="the extra 'video' is not installed")
    if not all(weights_folder().joinpath(file.name).is_file() for file in (LANDMARKER, DETECTOR)):
        pytest.skip("the pose model is not here; 'make models' puts it in")
    clip = runner_clip(tmp_path / "run.mp4", fps=60, duration_s=3.6, camera=Camera(150, 200))
    found = analyse_video(clip, speed_mps=3.0)
    assert found.gait.metrics["cadence_spm"].both.value == pytest.approx(165, rel=0.03)
    assert found.gait.metrics["knee_flexion_peak_deg"].both.value == pytest.approx(45, abs=12)
    names = {path.name for path in write_gait_pictures(found, clip, tmp_path / "out")}
    assert {"left-1-contact.png", "right-3-toe-off.png", "slow.mp4", "curves.svg"} <= names
