"""Ladder, phases, tendon stages and the gait schedule add up to what they say."""

from __future__ import annotations

import pytest

from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.progression import Rung

RUNGS = tuple(knowledge().ladder.values())


def test_the_ladder_has_13_rungs_in_order() -> None:
    assert [rung.id for rung in RUNGS] == [f"R{place}" for place in range(13)]
    assert [rung.order for rung in RUNGS] == list(range(13))


@pytest.mark.parametrize("rung", [rung for rung in RUNGS if rung.blocks], ids=lambda rung: rung.id)
def test_the_blocks_of_a_rung_add_up(rung: Rung) -> None:
    assert sum(block.repeats * block.run_min for block in rung.blocks) == rung.run_min
    assert sum(block.repeats * (block.run_min + block.walk_min) for block in rung.blocks) == rung.total_min


def test_running_never_gets_less_up_the_ladder_and_the_longest_bout_grows() -> None:
    runs = [rung.run_min for rung in RUNGS if rung.run_min is not None]
    assert runs == sorted(runs)
    bouts = [max(block.run_min for block in rung.blocks) for rung in RUNGS if rung.blocks]
    assert bouts == sorted(bouts)


def test_every_rung_says_when_to_go_on() -> None:
    for rung in RUNGS:
        assert rung.greens_to_advance or rung.green_days_to_advance


def test_the_last_rung_adds_one_thing_at_a_time_with_downhill_and_stairs_last() -> None:
    assert knowledge().ladder["R12"].adds == ("strides", "intervals", "hills_up", "hills_down", "stairs")


def test_every_other_day_at_most_up_to_rung_8() -> None:
    assert [rung.id for rung in RUNGS if rung.min_gap_h == 48] == [f"R{place}" for place in range(1, 9)]
    rules = knowledge().ladder_rules
    assert rules["spacing"].to_rung == "R8"
    assert rules["spacing"].holds({"hours_since_last_run": 47}) is False
    assert rules["itbs_cap"].number("max_share_of_onset") == 0.80
    assert rules["tendon_entry"].from_rung == "R4"


def test_the_ladder_is_closed_while_a_red_flag_is_open() -> None:
    ready: dict[str, float | None] = {
        "brisk_walk_min": 30,
        "brisk_walk_pain": 2,
        "pain_morning": 1,
        "pain_usual": 1,
        "single_leg_squat_or_step_down_reps": 10,
        "single_leg_squat_or_step_down_pain": 2,
        "open_red_flags": 0,
    }
    rule = knowledge().ladder_rules["prerequisites"]
    assert rule.holds(ready) is True
    for metric, worse in [("open_red_flags", 1.0), ("brisk_walk_pain", 3.0), ("brisk_walk_min", 29.0)]:
        assert rule.holds(ready | {metric: worse}) is False


def test_phases() -> None:
    main = [phase.id for phase in knowledge().phases.values() if not phase.variant]
    assert main == ["triage", "calm", "build", "load", "impact", "maintain"]
    variants = {phase.id for phase in knowledge().phases.values() if phase.variant}
    assert variants == {"adolescent", "tendinopathy", "race_readiness"}
    for phase in knowledge().phases.values():
        assert phase.exit or phase.variant
        for before in phase.after:
            assert knowledge().phases[before].order < phase.order


def test_tendon_stages() -> None:
    stages = knowledge().tendon_stages
    assert list(stages) == ["stage_1", "stage_2", "stage_3", "stage_4", "alongside"]
    assert not any(stage.verified for stage in stages.values() if stage.order <= 4)
    used = {exercise for stage in stages.values() for exercise in stage.exercises}
    for id_ in used:
        exercise = knowledge().exercises[id_]
        if exercise.tendon_stage is not None:
            first = min(stage.order for stage in stages.values() if id_ in stage.exercises)
            assert first == exercise.tendon_stage


def test_the_gait_schedule_is_192_minutes_with_fading_feedback() -> None:
    sessions = [step for step in knowledge().gait_retraining.values() if step.kind == "session"]
    minutes = [step.run_min or 0 for step in sessions]
    assert len(sessions) == 8
    assert sum(minutes) == knowledge().gait_rules["calendar"].number("total_min") == 192
    published = knowledge().gait_rules["calendar"].values["published_total_min"]
    assert published.low is not None
    assert published.high is not None
    assert published.low <= sum(minutes) <= published.high
    shares = [step.feedback_pct or 0 for step in sessions]
    assert shares == sorted(shares, reverse=True)


def test_cadence_never_more_than_10_percent_above_own_baseline() -> None:
    targets = [step.target_pct_high for step in knowledge().gait_retraining.values() if step.target_pct_high]
    cap = knowledge().gait_rules["target"].criteria[0].value
    assert max(targets) == cap == 10


def test_gait_retraining_is_for_responders_and_stops_at_calf_pain() -> None:
    rules = knowledge().gait_rules
    assert rules["select"].holds({"pain_change_in_trial": -1, "comfortable_in_trial": 0}) is True
    assert rules["select"].holds({"pain_change_in_trial": 0, "comfortable_in_trial": 0}) is False
    assert rules["stop"].holds({"pain_change_in_trial": -1, "calf_or_achilles_pain": 3}) is True
    assert rules["contraindicated"].holds({"open_red_flags": 1}) is True


def test_gait_rows() -> None:
    assert len(knowledge().gait_rules) == 13
    assert len(knowledge().gait_protocols) == 10
