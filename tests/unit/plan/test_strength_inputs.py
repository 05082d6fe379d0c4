"""From the inputs of a plan to strength work: what blocks it, who is young or pregnant, what the log said."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from tests.plan_worlds import CALM, TODAY, check_in, lifted, plan_inputs, triage

from kneewise.domain import SetLog
from kneewise.evidence.knowledge import knowledge
from kneewise.plan.inputs import GaitPractice
from kneewise.plan.strength_inputs import open_modules, strength_need, strength_sessions
from kneewise.plan.strength_progress import Progress

DAYS = [TODAY + timedelta(days=number) for number in range(14)]


def squat(days_ago: int, **more: Any) -> SetLog:
    usual: dict[str, Any] = {
        "sets": 3,
        "reps": 15,
        "pain": 0.0,
        "reps_in_reserve": 3,
    }
    return lifted(TODAY - timedelta(days=days_ago), "k04", **{**usual, **more})


@pytest.mark.parametrize("block", ["everything", "plan", "strength", "weight_bearing"])
def test_triage_blocks_it(block: str) -> None:
    assert strength_sessions(plan_inputs(triage=triage("urgent", block), condition="pfp"), DAYS, phase="build") == ()


@pytest.mark.parametrize("measured", [{"unexplained_swelling": 1.0}, {"fracture_or_bone_stress": 1.0}])
def test_swelling_and_bone_block_it(measured: dict[str, float]) -> None:
    assert strength_sessions(plan_inputs(measured=measured, condition="pfp"), DAYS, phase="build") == ()


def test_an_open_flag_blocks_it() -> None:
    assert strength_sessions(plan_inputs(open_flags=["rf_locked"]), DAYS, phase="build") == ()


def test_ids_are_by_week_and_stay_over_versions() -> None:
    sessions = strength_sessions(plan_inputs(condition="pfp"), DAYS, phase="build")
    assert [session.id for session in sessions[:3]] == [f"strength-2026w48-{number}" for number in (1, 2, 3)]


def test_the_log_moves_the_dose_with_the_mornings_of_the_check_ins() -> None:
    events = [check_in(TODAY - timedelta(days=number), CALM) for number in range(1, 12)]
    log = (squat(6), squat(4))
    need = strength_need(plan_inputs(events=events, strength_log=log, condition="pfp"), phase="build")
    assert need.progress["k04"].steps["range"] == 1
    assert need.done == (TODAY - timedelta(days=6), TODAY - timedelta(days=4))
    hurt = strength_need(plan_inputs(events=events, strength_log=(squat(6), squat(4, pain=7.0)), condition="pfp"))
    assert hurt.progress["k04"].position < 0


def test_bands_lost_form_and_corrections_reach_the_dose() -> None:
    events = [check_in(TODAY - timedelta(days=number), CALM) for number in range(1, 12)]

    def progress(*log: SetLog) -> Progress:
        inputs = plan_inputs(events=events, strength_log=log, condition="pfp")
        return strength_need(inputs, phase="build").progress["k04"]

    untidy = squat(4, form_lost_at_rep=3)
    assert progress(squat(6), untidy).move == "down"
    assert progress(squat(6), untidy, squat(4, id="later", corrects=untidy.id)).move == "up"
    assert progress(squat(6, band="red")).band == "red"


def test_a_logged_band_is_named_in_the_next_session() -> None:
    log = (lifted(TODAY - timedelta(days=3), "h09", sets=3, reps=10, band="green", pain=0.0, reps_in_reserve=3),)
    inputs = plan_inputs(strength_log=log, condition="pfp", equipment=frozenset({"band", "mini_band"}))
    sessions = strength_sessions(inputs, DAYS, phase="build")
    assert [dose.load for dose in sessions[0].exercises if dose.exercise == "h09"] == ["green band"]


def test_modules_follow_the_measures() -> None:
    assert open_modules(plan_inputs(measured={"pain_first_stairs_or_squat": 6.0})) == ("stairs_or_squat_sore",)


def test_the_young_jump_only_when_walking_stairs_and_squat_are_calm() -> None:
    calm = {"pain_walking": 0.0, "pain_stairs": 1.0, "single_leg_squat_pain": 2.0}
    assert strength_need(plan_inputs(age_years=15.0), phase="impact").no_impact
    assert not strength_need(plan_inputs(age_years=15.0, measured=calm), phase="impact").no_impact
    assert not strength_need(plan_inputs(age_years=30.0), phase="impact").no_impact


def test_pregnancy_is_read_from_the_triage() -> None:
    rule = SimpleNamespace(id="pregnant")
    expecting = triage()
    object.__setattr__(expecting, "rules", (rule,))
    assert strength_need(plan_inputs(triage=expecting)).pregnant


def test_gait_retraining_brings_calf_work_and_a_tendon_its_cap() -> None:
    assert "gait_retraining" in strength_need(plan_inputs(gait=GaitPractice(wanted=True))).circumstances
    need = strength_need(plan_inputs(condition="patellar_tendinopathy", tendon_stage=2), phase="tendinopathy")
    assert need.pain_cap == 3
    assert need.on_tendon_stages


def test_every_phase_of_the_knowledge_is_understood() -> None:
    for phase in knowledge().phases:
        sessions = strength_sessions(plan_inputs(condition="pfp"), DAYS, phase=phase)
        assert bool(sessions) == (phase != "triage")
