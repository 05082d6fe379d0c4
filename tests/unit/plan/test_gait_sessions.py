"""Gait retraining in the plan: only with consent, a response and a calm calf; four a week; a band that watches take."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.plan_worlds import TODAY, plan_inputs, triage
from tests.readability import MAX_GRADE, grade

from kneewise.plan.gait_sessions import gait_sessions, may_retrain, practice_steps
from kneewise.plan.inputs import GaitPractice

GAIT = GaitPractice(
    baseline_spm=160.0,
    pain_change=-2.0,
    comfortable=True,
    calf_or_achilles_pain=0.0,
    acute_calf_achilles_plantar=False,
    wanted=True,
)
DAYS = [TODAY + timedelta(days=number) for number in range(28)]


def test_eight_sessions_four_a_week_in_the_plan() -> None:
    sessions = gait_sessions(plan_inputs(gait=GAIT), DAYS)
    assert len(sessions) == 8
    for session in sessions:
        week = [other for other in sessions if 0 <= (session.local_date - other.local_date).days < 7]
        assert len(week) <= 4
        assert session.kind == "gait_retraining"
        assert session.cadence_target_spm is not None
        assert session.cadence_target_spm.high <= 176
        assert session.duration_s == sum(
            block.times * sum(step.duration_s or 0 for step in block.steps) for block in session.blocks
        )
        assert grade(session.why) <= MAX_GRADE
    assert len({session.id for session in sessions}) == 8
    assert sessions[0].blocks[0].steps[0].feedback


@pytest.mark.parametrize(
    "change",
    [
        {"wanted": False}, {"baseline_spm": None}, {"pain_change": None}, {"pain_change": 1.0},
        {"calf_or_achilles_pain": 3.0},
        {"calf_or_achilles_pain": None}, {"acute_calf_achilles_plantar": True}, {"acute_calf_achilles_plantar": None},
        {"pain_change": 0.0, "comfortable": False},
    ],
)  # fmt: skip
def test_without_a_response_or_with_a_sore_calf_there_is_none(change: dict[str, Any]) -> None:
    assert gait_sessions(plan_inputs(gait=replace(GAIT, **change)), DAYS) == ()


def test_triage_flags_and_bone_stop_it() -> None:
    assert not may_retrain(plan_inputs(gait=GAIT, triage=triage("urgent", "running")))
    assert not may_retrain(plan_inputs(gait=GAIT, open_flags=["rf_locked"]))
    assert not may_retrain(plan_inputs(gait=GAIT, condition="bone_stress_injury"))


def test_what_was_done_counts_for_the_week_and_the_schedule() -> None:
    done = tuple(TODAY - timedelta(days=number) for number in (1, 2, 3))
    sessions = gait_sessions(plan_inputs(gait=replace(GAIT, sessions_done=done)), DAYS)
    assert [session.rule for session in sessions] == [f"session_{number}" for number in range(4, 9)]
    assert sessions[1].local_date >= TODAY + timedelta(days=4)


def test_the_trial_s_share_and_the_pain_limit_hold() -> None:
    sessions = gait_sessions(plan_inputs(gait=replace(GAIT, most_pct=5.0)), DAYS, longest_bout_min=4)
    for session in sessions:
        assert all((step.duration_s or 0) <= 240 for block in session.blocks for step in block.steps)
        for block in session.blocks:
            assert sum(step.duration_s or 0 for step in block.steps if step.kind == "run") <= 240 + 1e-6
    assert sessions[-1].dose.endswith("168 steps a minute")


def test_practice_only_in_its_weeks() -> None:
    inputs = plan_inputs(gait=replace(GAIT, sessions_done=(TODAY - timedelta(days=20),)))
    (block,) = practice_steps(inputs, 1800, TODAY)
    assert [step.feedback for step in block.steps] == [True, False]
    assert block.times * sum(step.duration_s or 0 for step in block.steps) == pytest.approx(1800)
    assert practice_steps(inputs, 1800, TODAY + timedelta(days=60)) == ()
    assert practice_steps(plan_inputs(gait=GAIT), 1800, TODAY) == ()
