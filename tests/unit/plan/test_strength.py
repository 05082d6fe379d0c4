"""Which exercises, how many, on which days: the choices that a physiotherapist would look at first."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise, product
from typing import Any

import pytest
from tests.readability import MAX_GRADE, grade
from tests.unit.plan.strength_cases import DAYS, START, calm_mornings, log, names, need

from kneewise.evidence.knowledge import knowledge
from kneewise.plan.strength import is_daily, plan_strength
from kneewise.plan.strength_choice import allowed, choose, usable
from kneewise.plan.strength_dose import dosed, duration_s, fitted
from kneewise.plan.strength_need import PHASES
from kneewise.plan.strength_progress import progress_of

LIBRARY = knowledge().exercises
GYM = frozenset({"machine", "band", "mini_band", "dumbbell", "weight", "bench", "box", "step", "cable", "strap"})


def chosen(**changes: Any) -> list[str]:
    return [item.exercise.id for item in choose(need(**changes))]


def test_a_first_plan_is_hip_and_knee_without_any_equipment() -> None:
    groups = [LIBRARY[name].group for name in chosen(phase="calm")]
    assert groups[:2] == ["hip", "knee"]
    assert len(groups) == 5


def test_an_easily_upset_knee_gets_holds_and_shallow_bends_in_every_phase() -> None:
    for phase in PHASES:
        for name in chosen(phase=phase, irritability="high", equipment=GYM):
            exercise = LIBRARY[name]
            assert exercise.group != "impact"
            assert exercise.group != "knee" or max(exercise.knee_angle_deg) <= 60
    assert "k03" in chosen(irritability="high")


def test_sore_stairs_start_at_the_hip_with_the_exercises_of_the_module() -> None:
    names_ = chosen(phase="calm", modules=("stairs_or_squat_sore",))
    assert LIBRARY[names_[0]].group == "hip"
    assert {"k01", "k03", "k10"} & set(names_)
    why = {item.exercise.id: item.why for item in choose(need(phase="calm", modules=("stairs_or_squat_sore",)))}
    assert any("Stairs or squats hurt" in text for text in why.values())


def test_outer_knee_pain_gets_more_hip() -> None:
    groups = [LIBRARY[name].group for name in chosen(conditions=("itbs",))]
    assert groups.count("hip") == 3


def test_weak_single_leg_gets_the_knee_first_and_no_jumps() -> None:
    names_ = chosen(phase="impact", modules=("weak_single_leg",))
    assert LIBRARY[names_[0]].group == "knee"
    assert "impact" not in {LIBRARY[name].group for name in names_}


def test_gait_retraining_always_trains_the_calf() -> None:
    for phase in PHASES:
        sessions = plan_strength(need(phase=phase, minutes=6, circumstances=frozenset({"gait_retraining"})), DAYS)
        assert sessions
        assert all({"c01", "c02", "c03"} & names([session]) for session in sessions)


def test_missing_equipment_is_replaced_and_said() -> None:
    (hip,) = [item for item in choose(need(conditions=("itbs",))) if item.instead_of == "h08"][:1]
    assert hip.exercise.id == "h02"
    assert "other equipment" in hip.why


def test_a_calf_raise_needs_no_step_and_a_dumbbell_is_a_weight() -> None:
    assert usable(LIBRARY["c01"], {"none"})
    assert not usable(LIBRARY["h07"], {"bench"})
    assert usable(LIBRARY["h07"], {"bench", "dumbbell"})
    assert not usable(LIBRARY["k13"], {"none"})


@pytest.mark.parametrize("condition", ["bone_stress_injury", "fracture"])
def test_a_bone_problem_gets_nothing(condition: str) -> None:
    assert plan_strength(need(conditions=("pfp", condition)), DAYS) == ()
    assert plan_strength(need(blocked=True), DAYS) == ()


def test_pregnancy_leaves_out_the_back_the_plank_and_balance() -> None:
    for phase in PHASES:
        found = names(plan_strength(need(phase=phase, pregnant=True, equipment=GYM), DAYS))
        assert found
        assert all(LIBRARY[name].pregnancy in (None, "suits") for name in found)
        assert not found & {"h15", "k17", "k12"}
        assert not {name for name in found if LIBRARY[name].group == "impact"}


def test_the_young_start_home_exercise_in_week_five() -> None:
    sessions = plan_strength(
        need(phase="calm", age_years=14, irritability="high"), DAYS + tuple(d + timedelta(28) for d in DAYS)
    )
    assert min(session.local_date for session in sessions) == START + timedelta(days=28)


def test_tendon_stages_replace_the_usual_knee_work() -> None:
    tendon = {"conditions": ("patellar_tendinopathy",), "pain_cap": 3.0, "equipment": GYM}
    assert chosen(tendon_stage=1, **tendon)[0] in ("k10", "k11")
    assert chosen(tendon_stage=2, **tendon)[0] == "k08"
    third = chosen(tendon_stage=3, **tendon)
    assert {"p04", "p05"} & set(third)
    assert not [name for name in chosen(tendon_stage=2, **tendon) if LIBRARY[name].group == "impact"]


def test_a_sore_tendon_holds_each_day_between() -> None:
    sessions = plan_strength(need(conditions=("patellar_tendinopathy",), tendon_stage=1, pain_cap=3.0), DAYS[:7])
    assert [session.local_date for session in sessions] == list(DAYS[:7])
    assert [is_daily(session) for session in sessions] == [False, True, False, True, False, True, True]


def test_an_antibiotic_that_harms_tendons_stops_tendon_work() -> None:
    sessions = plan_strength(
        need(tendon_stage=2, conditions=("patellar_tendinopathy",), no_tendon_loading=True, equipment=GYM), DAYS
    )
    assert not {name for name in names(sessions) if LIBRARY[name].tendon_stage is not None}


def test_jumps_keep_their_own_days() -> None:
    sessions = plan_strength(need(conditions=("patellar_tendinopathy",), tendon_stage=3, pain_cap=3.0), DAYS)
    jumps = [session.local_date for session in sessions if "p04" in names([session])]
    assert len(jumps) >= 4
    assert all((later - earlier).days >= 3 for earlier, later in pairwise(jumps))


def test_a_flare_rests_the_knee_and_keeps_the_hip() -> None:
    sessions = plan_strength(need(flare=True, factor=0.7, rest_until=START + timedelta(days=1)), DAYS[:8])
    first = [LIBRARY[name] for name in names(sessions[:1])]
    assert {exercise.group for exercise in first} >= {"hip"}
    assert all(exercise.group != "knee" or exercise.dose.isometric for exercise in first)
    assert all(exercise.sets <= 4 for session in sessions for exercise in session.exercises)


def test_less_done_than_half_makes_it_smaller() -> None:
    small = plan_strength(need(adherence=0.3), DAYS[:7])
    assert len(small) == 2
    assert all(len(session.exercises) <= 3 for session in small)
    assert "smaller" in small[0].why


def test_maintaining_is_once_or_twice_a_week() -> None:
    assert len(plan_strength(need(phase="maintain"), DAYS[:7])) == 2


def test_a_day_of_the_log_keeps_the_next_one_free() -> None:
    sessions = plan_strength(need(done=(START - timedelta(days=1),)), DAYS[:3])
    assert sessions[0].local_date == START + timedelta(days=1)


def test_mastered_goes_on_and_too_hard_goes_back() -> None:
    mornings = calm_mornings()
    mastered = progress_of([log(place) for place in range(6)], cap=2, mornings=mornings)
    assert "k06" in chosen(progress=mastered, equipment=frozenset({"dumbbell"}))
    assert "k04" in chosen(progress=mastered)
    beaten = progress_of([log(place, "h05", pain=8.0) for place in range(3)], cap=2, mornings=mornings)
    assert "h05" in chosen()
    assert "h05" not in chosen(progress=beaten)


def test_the_dose_carries_range_cap_load_and_reason() -> None:
    (session, *_) = plan_strength(need(phase="calm", progress=progress_of([log(0, load_kg=6.0)], cap=2)), DAYS)
    squat = next(exercise for exercise in session.exercises if exercise.exercise == "k04")
    assert squat.knee_angle_deg is not None
    assert squat.knee_angle_deg.high == 45
    assert squat.pain_cap == 2
    assert "between 0 and 45 degrees" in squat.text
    assert squat.load == "6 kg"
    assert "thighs" in squat.why


def test_the_condition_lowers_the_pain_cap_and_never_raises_it() -> None:
    for session in plan_strength(need(pain_cap=1.0), DAYS):
        assert all(exercise.pain_cap <= 1 for exercise in session.exercises)


def test_shorter_time_first_costs_sets_then_exercises() -> None:
    items = [dosed(item, need()) for item in choose(need())]
    all_of_it = fitted(items, 3600)
    less = fitted(items, duration_s(all_of_it) - 60)
    assert len(less) == len(all_of_it)
    assert sum(item.amount.sets for item in less) < sum(item.amount.sets for item in all_of_it)
    assert len(fitted(items, 600)) < len(items)
    assert fitted(items, 10) == ()


def test_the_side_that_rests_while_the_other_works_needs_no_more_rest() -> None:
    one_side = dosed(choose(need(phase="calm"))[0], need()).amount
    assert one_side.per_side
    assert one_side.duration_s == pytest.approx(3 * 2 * 12 * 4 + 2 * max(60 - 48, 0))


@pytest.mark.parametrize(
    ("phase", "condition"), list(product(PHASES, ["pfp", "itbs", "knee_oa", "patellar_tendinopathy", None]))
)
def test_every_text_is_easy_to_read(phase: str, condition: str | None) -> None:
    conditions = (condition,) if condition else ()
    stage = 2 if condition == "patellar_tendinopathy" else None
    for more in ({}, {"irritability": "high"}, {"adherence": 0.1, "equipment": GYM}):
        for session in plan_strength(need(phase=phase, conditions=conditions, tendon_stage=stage, **more), DAYS[:7]):
            texts = [
                session.why,
                session.dose,
                *(e.text for e in session.exercises),
                *(e.why for e in session.exercises),
            ]
            assert {text: grade(text) for text in texts if grade(text) > MAX_GRADE} == {}


def test_nothing_of_the_library_is_out_of_reach() -> None:
    """Every exercise but stretches and rollers, which are for comfort, is given to somebody."""
    given: set[str] = set()
    tendon: list[dict[str, Any]] = [
        {"conditions": (name,), "tendon_stage": stage, "pain_cap": 3.0}
        for name in ("patellar_tendinopathy", "quadriceps_tendinopathy")
        for stage in (1, 2, 3, 4)
    ]
    for more in [{"conditions": (name,)} for name in ("pfp", "itbs", "knee_oa")] + tendon:
        for phase in PHASES:
            for exercise in LIBRARY.values():
                whole = need(
                    phase=phase, irritability="low", equipment=GYM | {"decline_board", "roller"},
                    circumstances=frozenset({"gait_retraining", "foot_pronation"}),
                    measured={"level_run_green_min": 25.0},
                    **more,
                )  # fmt: skip
                if allowed(exercise, whole):
                    given.add(exercise.id)
                if allowed(exercise, need(phase=phase, irritability="high", **more)):
                    given.add(exercise.id)
    assert set(LIBRARY) - given == set()
