"""Gait from keypoints: a made runner whose every event is known, a walker, too few steps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from benchmarks.made_runner import Running, events, knee_flexion_deg
from tests.unit.motion.conftest import KEYPOINTS, track_of_made_runner

from kneewise.errors import UnreadableFileError, UnusableClipError
from kneewise.evidence.parameters import parameters
from kneewise.gait.certainty import CLAIMS, KINDS, claim_of
from kneewise.gait.difference import as_seen
from kneewise.gait.filmed_body import filmed_body
from kneewise.gait.filmed_contacts import find_filmed_contacts, possible_contacts
from kneewise.gait.filmed_gait import FilmedGait, measure_gait, strike_of
from kneewise.gait.standing import StandingLegs, offset_of, standing_legs
from kneewise.motion.cleaning import clean_keypoints
from kneewise.motion.keypoints import Keypoints
from kneewise.motion.pose import named_points
from kneewise.motion.pose.named_points import read_named_points


def keypoints(view: str = "side", height_m: float | None = 1.75, run: Running | None = None) -> Keypoints:
    track = track_of_made_runner(view=view, run=run, duration_s=8.0, fps=120, noise_px=2.0)
    return clean_keypoints(track, height_m=height_m)


@pytest.fixture(scope="module")
def side() -> FilmedGait:
    return measure_gait(keypoints(), speed_mps=3.0)


@pytest.fixture(scope="module")
def rear() -> FilmedGait:
    return measure_gait(keypoints("rear"))


def test_contacts_lie_where_the_made_runner_lands(side: FilmedGait) -> None:
    """The made foot already moves with the belt before it lands, a real one does not: it is found 35 ms early."""
    for leg, name in enumerate(("left", "right")):
        landed, _ = events(Running(), 8.0)[name]
        found = side.contacts.initial_contact_s[side.contacts.leg == leg]
        off = found - landed[np.abs(found[:, None] - landed).argmin(axis=1)]
        assert np.abs(off).max() < 0.045
        assert side.contacts.steps_of(leg) >= 9
    assert (np.diff(side.contacts.leg) != 0).all()


def test_one_contact_at_a_wrong_time_does_not_change_the_cadence() -> None:
    """A picture in which the legs were taken for each other makes one step short and the next one long."""
    start = np.arange(12) * 60 / 164
    start[5] -= 0.134
    found = possible_contacts(start, start + 0.25, start + 0.125, np.arange(12) % 2)
    steps = found.step_time_s[np.isfinite(found.step_time_s)]
    assert len(steps) == 9
    np.testing.assert_allclose(60 / steps, 164)


def test_numbers_of_a_made_runner(side: FilmedGait) -> None:
    both = {name: metric.both for name, metric in side.metrics.items()}
    assert both["cadence_spm"].value == pytest.approx(165, rel=0.005)
    assert both["contact_time_s"].value == pytest.approx(0.25, abs=0.04)
    assert both["trunk_lean_deg"].value == pytest.approx(7.0, abs=0.6)
    assert both["step_length_m"].value == pytest.approx(3 * 60 / 165, rel=0.01)
    truth = knee_flexion_deg(Running(), np.arange(0, 0.25, 0.005)).max()
    assert both["knee_flexion_peak_deg"].value == pytest.approx(truth, abs=3)
    assert both["duty_factor"].value == pytest.approx(both["contact_time_s"].value * 165 / 120, rel=0.02)
    assert "speed_mps" not in both
    assert side.strike == {"left": "midfoot", "right": "midfoot"} or set(side.strike.values()) == {"rearfoot"}


def test_speed_comes_from_the_foot_under_the_pelvis_and_the_height() -> None:
    found = measure_gait(keypoints()).metrics
    assert found["speed_mps"].both.value == pytest.approx(3.0, rel=0.1)
    assert "speed_mps" not in measure_gait(keypoints(height_m=None)).metrics


def test_a_rear_view_tells_the_frontal_plane_and_no_contact_time(rear: FilmedGait) -> None:
    assert "contact_time_s" not in rear.metrics
    assert rear.metrics["cadence_spm"].both.value == pytest.approx(165, rel=0.005)
    assert rear.metrics["step_width_m"].both.value == pytest.approx(0.09, abs=0.02)
    assert rear.metrics["pelvic_drop_peak_deg"].both.value == pytest.approx(1.5, abs=1.0)
    assert rear.metrics["knee_alignment_deg"].claim == "trend only"


def test_a_leaning_camera_does_not_change_the_pelvis(rear: FilmedGait) -> None:
    level = keypoints("rear")
    turn = np.radians(4.0)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    leaning = measure_gait(replace(level, xy_px=level.xy_px @ matrix))
    for name in ("pelvic_drop_peak_deg", "hip_adduction_peak_deg", "trunk_side_lean_deg"):
        assert leaning.metrics[name].both.value == pytest.approx(rear.metrics[name].both.value, abs=0.4)


def test_a_mirrored_clip_exchanges_the_legs() -> None:
    here = keypoints()
    mirrored = replace(here, xy_px=here.xy_px * np.array([-1, 1]), facing=-here.facing)
    one, other = measure_gait(here), measure_gait(mirrored)
    for name, metric in one.metrics.items():
        assert other.metrics[name].left.value == pytest.approx(metric.left.value)


def test_intervals_hold_their_value_and_the_wide_one_holds_the_narrow_one(side: FilmedGait, rear: FilmedGait) -> None:
    for metric in [*side.metrics.values(), *rear.metrics.values()]:
        for estimate in (metric.left, metric.right, metric.both, metric.asymmetry):
            assert estimate.others is not None
            assert estimate.others.low <= estimate.low < estimate.value < estimate.high <= estimate.others.high
        assert abs(metric.asymmetry.value - (metric.left.value - metric.right.value)) < 1e-9


def test_times_of_contact_that_no_lab_runner_had_are_less_sure(side: FilmedGait) -> None:
    slow = measure_gait(keypoints(run=Running(contact_s=0.31, stride_s=0.78)))
    assert {"outside-checked-range"} == {issue.code for issue in slow.issues} - {issue.code for issue in side.issues}
    for name in ("contact_time_s", "duty_factor", "knee_flexion_peak_deg"):
        wide, usual = (found.metrics[name].both.others for found in (slow, side))
        assert wide is not None
        assert usual is not None
        ratio = (wide.high - wide.low) / (usual.high - usual.low)
        assert (ratio > 1.5) == (name != "knee_flexion_peak_deg")


def test_the_far_leg_is_less_sure(side: FilmedGait) -> None:
    knee = side.metrics["knee_flexion_peak_deg"]
    assert side.body.near == 1
    assert knee.left.high - knee.left.low > knee.right.high - knee.right.low


@pytest.mark.parametrize("name", KINDS)
def test_a_slower_camera_never_claims_more(name: str) -> None:
    claims = [CLAIMS.index(claim_of(name, fps, 10)) for fps in (240, 120, 60, 30)]
    assert claims == sorted(claims)
    assert CLAIMS.index(claim_of(name, 120, 4)) >= CLAIMS.index(claim_of(name, 120, 10))
    assert any(f"gait.error.{view}_leg.{name}" in parameters() for view in ("side", "rear"))


def test_what_thirty_pictures_a_second_may_say() -> None:
    assert claim_of("cadence_spm", 30, 10) == "firm"
    assert claim_of("knee_flexion_ic_deg", 30, 10) == "trend only"
    assert claim_of("knee_flexion_ic_deg", 60, 10) == "category"
    assert claim_of("knee_flexion_ic_deg", 120, 10) == "value with band"


def test_a_walker_is_refused() -> None:
    run = keypoints()
    walker = replace(run, xy_px=_slowed_swing(run))
    with pytest.raises(UnusableClipError, match="walking"):
        measure_gait(walker)


def _slowed_swing(run: Keypoints) -> np.ndarray:
    """Stretch time while a foot stands, so that each foot is down for more than half of the stride."""
    stride = 2 * 60 / 165
    t = run.time_s
    xy = run.xy_px.copy()
    for part in ("hip", "knee", "ankle", "heel", "foot_index"):
        for lag, name in ((0.0, "left"), (0.5, "right")):
            phase = (t / stride - lag) % 1
            warped = np.where(phase < 0.62, phase * 0.34 / 0.62, 0.34 + (phase - 0.62) * 0.66 / 0.38)
            path = run.of(f"{name}_{part}")
            at = (np.floor(t / stride - lag) + lag + warped) * stride
            place = _names().index(f"{name}_{part}")
            xy[:, place] = np.stack([np.interp(at, t, column) for column in path.T], axis=1)
    return xy


def _names() -> tuple[str, ...]:
    from kneewise.motion.keypoints import NAMES

    return NAMES


def test_a_clip_of_few_steps_is_refused_or_marked() -> None:
    run = keypoints()
    with pytest.raises(UnusableClipError, match=r"Only (1 whole step|[02] whole steps) of"):
        measure_gait(_part(run, 1.8))
    few = measure_gait(_part(run, 4.0))
    assert "few-steps" in {issue.code for issue in few.issues}
    assert few.metrics["knee_flexion_peak_deg"].claim == "category"


def _part(run: Keypoints, seconds: float) -> Keypoints:
    n = int(seconds * run.fps)
    return replace(
        run,
        time_s=run.time_s[:n],
        frame_index=run.frame_index[:n],
        xy_px=run.xy_px[:n],
        visibility=run.visibility[:n],
    )


def test_a_foot_out_of_the_picture_gives_no_steps_of_that_leg() -> None:
    run = keypoints()
    xy = run.xy_px.copy()
    xy[:, [_names().index(f"left_{part}") for part in ("ankle", "heel", "foot_index")]] = np.nan
    with pytest.raises(UnusableClipError, match="Only 0 whole steps"):
        measure_gait(replace(run, xy_px=xy))


def test_a_standing_picture_takes_out_what_it_can_tell_from_posture(side: FilmedGait) -> None:
    legs = StandingLegs(15, 1, {"knee_flexion": (6.0, -4.0), "shank_inclination": (-3.2, -3.2)})
    straight = measure_gait(keypoints(), speed_mps=3.0, standing=legs)
    before, after = side.metrics["knee_flexion_peak_deg"], straight.metrics["knee_flexion_peak_deg"]
    left, right = straight.standing["knee_flexion"]
    assert after.left.value == pytest.approx(before.left.value - left)
    assert after.right.value == pytest.approx(before.right.value - right)
    assert 0.8 * 10 < left - right < 10, "people stand alike on both legs: the difference is the model's"
    assert 0 < (left + right) / 2 < 0.5 * (1.0 + 4.0), (
        "how far both knees bend in standing is the runner's for the most"
    )
    assert straight.standing["shank_inclination"] == pytest.approx((0.0, 0.0))
    wide, narrow = (metric.asymmetry.others for metric in (before, after))
    assert wide is not None
    assert narrow is not None
    assert narrow.high - narrow.low < wide.high - wide.low
    assert after.left.high - after.left.low == pytest.approx(before.left.high - before.left.low), "clips as seen"
    back = as_seen(straight.metrics, straight.standing)["knee_flexion_peak_deg"]
    assert back.both.value == pytest.approx(before.both.value)
    photo = offset_of(replace(legs, pictures=1), "knee_flexion")
    assert photo.off_deg[0] < left
    assert photo.variance["leg"] > offset_of(legs, "knee_flexion").variance["leg"]
    with pytest.raises(UnusableClipError, match="facing left, the clip running to the right"):
        measure_gait(keypoints(), standing=replace(legs, facing=-1))


def standing_points(**parts: tuple[float, float]) -> np.ndarray:
    """Two pictures of somebody who faces right with straight legs; parts of both legs can be put elsewhere."""
    straight = {
        "shoulder": (100.0, 0.0),
        "hip": (100.0, 100.0),
        "knee": (100.0, 200.0),
        "ankle": (100.0, 300.0),
        "heel": (90.0, 310.0),
        "foot_index": (130.0, 310.0),
        **parts,
    }
    points = np.full((2, 33, 2), np.nan)
    for part, place in straight.items():
        for side in ("left", "right"):
            points[:, _names().index(f"{side}_{part}")] = place
    return points


def test_the_legs_of_a_standing_picture() -> None:
    points = standing_points()
    points[:, _names().index("right_ankle")] = (90, 300)
    legs = standing_legs(points)
    assert (legs.pictures, legs.facing) == (2, 1)
    assert legs.angles_deg["knee_flexion"] == pytest.approx((0, np.degrees(np.arctan2(10, 100))))
    assert StandingLegs.from_json(legs.to_json()) == legs


def test_a_standing_picture_of_something_else_is_refused() -> None:
    wrong = {
        "no straight standing": [
            standing_points(knee=(150, 190)),
            standing_points(shoulder=(190, 40)),
            standing_points(knee=(180, 130), ankle=(180, 230)),
        ],
        "somebody who moves": [np.concatenate([standing_points(), standing_points() + 60])],
        "from the front, from behind": [standing_points()],
    }
    [front] = wrong["from the front, from behind"]
    front[:, _names().index("left_shoulder")] = (60, 0)
    front[:, _names().index("left_hip")] = (75, 100)
    for words, pictures in wrong.items():
        for points in pictures:
            with pytest.raises(UnusableClipError, match=words):
                standing_legs(points)


def test_categories_of_foot_strike() -> None:
    assert [strike_of(angle) for angle in (15.0, 4.0, -6.0)] == ["rearfoot", "midfoot", "forefoot"]


#: Labelled by eye in ``side-slow-motion.json``, picture by picture, 120 true pictures a second.
_LABELLED = {"initial_contact_s": (91, 128, 166, 203, 241), "toe_off_s": (111, 148, 186, 224, 261)}


@pytest.mark.parametrize(("event", "pictures"), [("initial_contact_s", 2.5), ("toe_off_s", 4.0)])
def test_events_of_a_real_runner_in_slow_motion(event: str, pictures: float) -> None:
    """The last step's swing ends after the clip; toe-off comes about 3 pictures early in so fast a runner."""
    real = clean_keypoints(read_named_points(KEYPOINTS / "side-slow-motion.json"), slow_motion=4)
    contacts = find_filmed_contacts(filmed_body(real))
    frames = np.interp(getattr(contacts, event), real.time_s - real.time_s[0], real.frame_index)
    assert len(frames) == 5
    assert np.abs(frames - _LABELLED[event]).max() < pictures
    assert contacts.rejected == 0


def test_a_real_clip_of_two_whole_steps_of_a_leg_is_refused() -> None:
    """By eye it has three of the right and two of the left foot."""
    real = clean_keypoints(read_named_points(KEYPOINTS / "side-slow-motion.json"), slow_motion=4)
    with pytest.raises(UnusableClipError, match="Only 2 whole steps"):
        measure_gait(real)


def test_a_real_runner_from_behind_at_thirty_pictures_a_second() -> None:
    real = measure_gait(clean_keypoints(read_named_points(KEYPOINTS / "rear.json")))
    assert real.metrics["cadence_spm"].both.value == pytest.approx(165, abs=4)
    assert {metric.claim for name, metric in real.metrics.items() if name.endswith("_deg")} == {"trend only"}


def test_keypoints_made_to_fill_the_memory_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / "deep.json"
    deep.write_text("[" * 100_000)
    with pytest.raises(UnreadableFileError, match=r"'deep.json' does not hold keypoints in a known form"):
        read_named_points(deep)
    monkeypatch.setattr(named_points, "_MOST_BYTES", 1000)
    with pytest.raises(UnreadableFileError, match=r"'deep.json' is larger than the keypoints of any clip"):
        read_named_points(deep)
