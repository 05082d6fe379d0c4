"""A live session leaves its numbers, the pain and the calf's answer, counts once, and decides the next."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.clinical import CALM, NOW, TODAY, SetNow
from tests.planning import DAYS, FLAGGED, events, ready

from kneewise.errors import InvalidInputError
from kneewise.retraining import PracticeBlock, TrialStep, block_cadence
from kneewise.services.adding import TypedRun, add_activity
from kneewise.services.checking_in import record_check_in
from kneewise.services.gait.trial import log_gait_trial
from kneewise.services.intake import assess_intake
from kneewise.services.live_log import LiveTold
from kneewise.services.live_sessions import log_live_session, log_live_trial
from kneewise.services.live_setup import live_setup
from kneewise.services.place import Place
from kneewise.services.plan_now import plan_now
from kneewise.services.planning import make_plan

BLOCKS = (
    PracticeBlock(from_s=0, to_s=60, on=True, cadence_spm=170),
    PracticeBlock(from_s=60, to_s=120, on=False, cadence_spm=166),
    PracticeBlock(from_s=120, to_s=240, on=True, cadence_spm=173),
)


@pytest.fixture
def place(tmp_path: Path, now: SetNow) -> Place:
    return Place(tmp_path / "data")


@pytest.fixture
def trained(place: Place, now: SetNow) -> Place:
    """A runner whose plan begins with a session of quicker steps, on its day."""
    ready(place)
    log_gait_trial(place, [160], pain_usual=3.0, pain_at={5: 1.0, 7.5: 1.0}, calf_pain=0.0, acute_calf=False)
    make_plan(place, wishes=DAYS)
    now(NOW + (_sessions(place)[0].local_date - TODAY))
    return place


def _sessions(place: Place) -> list[Any]:
    plan = plan_now(place).plan
    assert plan is not None
    return [each for each in plan.sessions if each.kind == "gait_retraining"]


def _told(place: Place, **more: Any) -> LiveTold:
    practice = live_setup(place).practice
    assert practice is not None
    answers: dict[str, Any] = {
        "run_s": practice.run_s,
        "pain_during": 1,
        "calf_or_achilles_pain": 0,
        "blocks": BLOCKS,
        "sources": ["motion"],
    }
    return LiveTold(session_id=practice.id, planned_s=practice.run_s, **{**answers, **more})


def _practised(place: Place) -> int:
    return len(plan_now(place).gathered.inputs.gait.sessions_done)


def test_cadence_of_blocks_by_their_length() -> None:
    found = block_cadence(BLOCKS, on=True, error_spm=1.0)
    assert found is not None
    assert found.value == pytest.approx(172)
    assert (found.high - found.low) / 2 == pytest.approx((1 + 2 / 2) ** 0.5)
    assert block_cadence(BLOCKS[:1], on=False, error_spm=1.0) is None


def test_what_a_session_is_made_from(trained: Place) -> None:
    setup = live_setup(trained)
    practice = setup.practice
    assert setup.kind == "session"
    assert practice is not None
    assert (practice.beat_spm, practice.feedback_share, practice.run_s) == (168, 1.0, 900)
    assert setup.usual_pain == 3.0
    assert live_setup(trained, trial=True).kind == "trial"


def test_it_counts_without_a_run_and_once_with_one(trained: Place) -> None:
    first = _sessions(trained)[0]
    started = NOW + (first.local_date - TODAY) - timedelta(minutes=20)
    logged = log_live_session(trained, _told(trained, started_at=started), key="session-0001")
    assert not logged.repeated
    assert logged.following is not None
    assert logged.following.id != first.id
    assert _practised(trained) == 1
    assert plan_now(trained).state_of(first) == "done"
    assert live_setup(trained).kind == "none"
    for km, moving_s in ((2.5, 900), (2.6, 930)):
        run = TypedRun(date=first.local_date, distance_m=1000 * km, moving_s=moving_s)
        add_activity(trained, [run])
        assert _practised(trained) == 1


def test_sent_twice_it_is_stored_once(trained: Place) -> None:
    told = _told(trained)
    one = log_live_session(trained, told, key="session-0001")
    two = log_live_session(trained, told, key="session-0001")
    assert (one.repeated, two.repeated) == (False, True)
    assert one.session == two.session
    assert [event.kind for event in events(trained, "live_session", "check_in", "self_test")].count("check_in") == 1
    assert len(events(trained, "live_session", "self_test")) == 2
    assert _practised(trained) == 1


@pytest.mark.parametrize(("earlier", "during", "worst"), [(1, 2, 2), (4, 2, 4)])
def test_the_pain_is_a_check_in_and_the_worst_of_the_day_holds(
    trained: Place, earlier: float, during: float, worst: float
) -> None:
    record_check_in(trained, pain={"during": earlier})
    log_live_session(trained, _told(trained, pain_during=during))
    assert plan_now(trained).gathered.folded.pain.latest["during"].value == worst


def test_a_sore_calf_stops_the_course(trained: Place) -> None:
    logged = log_live_session(trained, _told(trained, calf_or_achilles_pain=4))
    assert logged.following is None
    assert "Stop the cue" in logged.text
    assert [each for each in _sessions(trained) if plan_now(trained).state_of(each) == "open"] == []


def test_a_session_broken_off_at_once_is_none(trained: Place) -> None:
    log_live_session(trained, _told(trained, run_s=20.0, ended="pain", blocks=(), sources=()))
    assert _practised(trained) == 0


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"pain_during": 11}, "cannot be right"),
        ({"run_s": float("nan")}, "cannot be right for a session"),
        ({"sources": ()}, "Name what measured"),
        ({"blocks": BLOCKS[::-1]}, "overlap"),
        ({"blocks": (PracticeBlock(from_s=0, to_s=9, on=True, cadence_spm=40),)}, "40 steps a minute"),
        ({"blocks": (PracticeBlock(from_s=9, to_s=9, on=True),)}, "no length"),
    ],
)
def test_what_cannot_be_right_is_refused_whole(trained: Place, wrong: dict[str, Any], words: str) -> None:
    told = LiveTold(**{"session_id": "gait-1", "run_s": 900.0, "planned_s": 900.0, "blocks": BLOCKS,
                          "sources": ("motion",), **wrong})  # fmt: skip
    with pytest.raises(InvalidInputError, match=words):
        log_live_session(trained, told)
    assert events(trained, "live_session", "check_in") == []


def test_a_session_cut_short_comes_again(trained: Place) -> None:
    first = _sessions(trained)[0]
    logged = log_live_session(trained, _told(trained, run_s=400.0, ended="stopped", blocks=(), sources=()))
    assert _practised(trained) == 0
    assert plan_now(trained).state_of(first) == "done"
    assert logged.following is not None
    assert logged.following.rule == first.rule
    assert logged.following.local_date > first.local_date


def test_no_session_without_answers_nor_with_a_red_flag(place: Place) -> None:
    assert (live_setup(place).kind, "safety questions" in live_setup(place).text) == ("none", True)
    assess_intake(place, CALM)
    assert live_setup(place).kind == "trial"
    assess_intake(place, FLAGGED)
    assert live_setup(place).kind == "none"


def test_a_live_trial_tells_every_step_by_itself(place: Place) -> None:
    assess_intake(place, CALM)
    steps = [
        TrialStep(above_pct=5, pain=2, comfortable=True, calf_or_achilles_pain=0),
        TrialStep(above_pct=7.5, pain=5, comfortable=False, calf_or_achilles_pain=1),
    ]
    for _ in range(2):
        told = log_gait_trial(
            place, [160, 161], pain_usual=3.0, told_steps=steps, acute_calf=False, key="live-trial-1"
        )  # fmt: skip
        assert (told.result.verdict, told.result.most_pct) == ("train", 5)
    assert len(events(place, "gait_trial")) == 1


def test_a_calf_that_ends_a_trial_is_not_lost(place: Place) -> None:
    """Told in the middle of a step: how the knee was there, nobody knows."""
    assess_intake(place, CALM)
    steps = [
        TrialStep(above_pct=5, pain=1, comfortable=True, calf_or_achilles_pain=0),
        TrialStep(above_pct=7.5, comfortable=False, calf_or_achilles_pain=6),
    ]
    trial = log_live_trial(place, [160, 161], steps, pain_usual=3.0, pain_during=3.0, acute_calf=False)
    assert trial is not None
    assert trial.result.verdict == "stop"
    assert live_setup(place).kind == "none"


def test_the_worst_pain_of_a_trial_stops_what_comes_after(place: Place) -> None:
    assess_intake(place, CALM)
    for _ in range(2):
        trial = log_live_trial(place, [160, 161], (), pain_usual=8.0, pain_during=8.0, acute_calf=False, key="k" * 16)
    assert trial is not None
    assert len(events(place, "check_in")) == 1
    for again in (False, True):
        setup = live_setup(place, trial=again)
        assert (setup.kind, setup.text[:11]) == ("none", "Stop today.")


def test_a_trial_broken_off_before_the_count_leaves_its_pain(place: Place) -> None:
    assess_intake(place, CALM)
    assert log_live_trial(place, (), (), pain_during=7.0) is None
    assert live_setup(place, trial=True).kind == "none"
    assert events(place, "gait_trial") == []


@pytest.mark.parametrize("counts", [(160, 161), ()])
def test_a_calf_told_before_the_first_quicker_step_is_not_lost(place: Place, counts: tuple[float, ...]) -> None:
    assess_intake(place, CALM)
    for _ in range(2):
        trial = log_live_trial(
            place, counts, (), pain_usual=1.0, calf_or_achilles_pain=6, acute_calf=False, key="k" * 16
        )
    assert (None if trial is None else trial.result.verdict) == ("stop" if counts else None)
    assert len(events(place, "self_test")) == 1
    for again in (False, True):
        setup = live_setup(place, trial=again)
        assert (setup.kind, "Stop" in setup.text) == ("none", True)


@pytest.mark.parametrize(("calf", "kind"), [(None, "session"), (1, "session"), (5, "none")])
def test_a_trial_that_ended_before_its_first_step_replaces_none(trained: Place, calf: float | None, kind: str) -> None:
    """Unless a reason to stop was told in it."""
    log_live_trial(trained, [160, 161], (), pain_usual=1.0, calf_or_achilles_pain=calf, acute_calf=False)
    assert live_setup(trained).kind == kind


def test_a_session_that_no_watch_saw_is_a_run_all_the_same(trained: Place) -> None:
    """On a treadmill nothing else records it: without it the plan would see weeks of rest, and begin anew."""
    before = plan_now(trained).gathered.inputs.runs
    session = log_live_session(trained, _told(trained)).session
    now = plan_now(trained).gathered
    assert now.inputs.runs[:-1] == before
    run = now.inputs.runs[-1]
    assert (run.local_date, run.moving_s, run.knee_km) == (session.local_date, session.told.run_s, None)
    add_activity(trained, [TypedRun(date=session.local_date, distance_m=3000, moving_s=1000)])
    assert len(plan_now(trained).gathered.inputs.runs) == len(before) + 1
