"""Gait retraining in the plan: only with consent, a response and a calm calf; four a week; a band that watches take."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.plan_worlds import TODAY, course_from, past_runs, plan_inputs, triage
from tests.readability import MAX_GRADE, grade

from kneewise.domain.plan import Plan
from kneewise.plan import build_plan
from kneewise.plan.gait_sessions import gait_sessions, may_retrain, practice_steps
from kneewise.plan.inputs import GaitPractice
from kneewise.plan.step_checks import checks_ahead

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


def test_two_courses_share_no_id_and_issued_names_stay() -> None:
    later = TODAY + timedelta(days=90)

    def ids(begun: date, **more: Any) -> list[str]:
        return [each.id for each in gait_sessions(plan_inputs(gait=replace(GAIT, begun=begun), **more), DAYS)]

    first, second = ids(TODAY), ids(later)
    assert len({*first, *second}) == 16
    plan = build_plan(plan_inputs())
    assert isinstance(plan, Plan)
    short = gait_sessions(plan_inputs(gait=GAIT), DAYS)
    issued = replace(plan, sessions=short)
    assert ids(TODAY, previous=issued) == [each.id for each in short]
    assert ids(later, previous=issued) == second


def test_checks_after_months_ride_on_a_usual_run_until_a_run_has_made_them() -> None:
    done = course_from(TODAY - timedelta(days=80))
    gait = replace(GAIT, sessions_done=done)
    runs = past_runs(*(6, 6, 9) * 6)
    plan = build_plan(plan_inputs(gait=gait, runs=runs))
    assert isinstance(plan, Plan)
    checked = [each for each in plan.sessions if "check of your steps" in each.dose]
    assert len(checked) == 2
    assert checked[0].kind == "run"
    assert ["3 months" in checked[0].why, "6 months" in checked[1].why] == [True, True]
    due = date(2026, 12, 4)
    first = min(each.local_date for each in plan.sessions if each.kind == "run" and each.local_date >= due)
    assert checked[0].local_date == first
    assert [day for day, _ in checks_ahead(plan_inputs(gait=gait, runs=runs))] == [due, date(2027, 3, 4)]
    since = replace(runs[0], local_date=due)
    assert [day for day, _ in checks_ahead(plan_inputs(due, gait=gait, runs=[*runs, since]))] == [date(2027, 3, 4)]
    few = replace(gait, sessions_done=done[:5])
    assert list(checks_ahead(plan_inputs(gait=few, runs=runs))) == []


def test_triage_flags_and_bone_stop_it() -> None:
    assert not may_retrain(plan_inputs(gait=GAIT, triage=triage("urgent", "running")))
    assert not may_retrain(plan_inputs(gait=GAIT, open_flags=["rf_locked"]))
    assert not may_retrain(plan_inputs(gait=GAIT, condition="bone_stress_injury"))


def test_what_was_done_counts_for_the_week_and_the_schedule() -> None:
    done = course_from(TODAY - timedelta(days=3), 3)
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
    inputs = plan_inputs(gait=replace(GAIT, sessions_done=course_from(TODAY - timedelta(days=20), 1)))
    (block,) = practice_steps(inputs, 1800, TODAY)
    assert [step.feedback for step in block.steps] == [True, False]
    assert block.times * sum(step.duration_s or 0 for step in block.steps) == pytest.approx(1800)
    assert practice_steps(inputs, 1800, TODAY + timedelta(days=60)) == ()
    assert practice_steps(plan_inputs(gait=GAIT), 1800, TODAY) == ()
