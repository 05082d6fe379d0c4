"""The exercise library: complete, usable by code, and free of circles."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kneewise.evidence.exercises import Exercise
from kneewise.evidence.knowledge import knowledge

COUNTS = {"h": 15, "k": 19, "c": 4, "t": 4, "m": 7, "p": 8}
EXERCISES = tuple(knowledge().exercises.values())


def _ids(exercise: Exercise) -> str:
    return exercise.id


def test_all_57_exercises_of_the_document_are_there() -> None:
    expected = {f"{letter}{number:02d}" for letter, count in COUNTS.items() for number in range(1, count + 1)}
    assert knowledge().exercises.keys() == expected
    assert len(expected) == 57


@pytest.mark.parametrize("exercise", EXERCISES, ids=_ids)
def test_an_exercise_can_be_shown_and_dosed(exercise: Exercise) -> None:
    assert 2 <= len(exercise.steps) <= 4
    assert exercise.cues
    assert exercise.mistakes
    assert exercise.phases
    assert exercise.everyone or exercise.conditions
    dose = exercise.dose
    assert dose.sets >= 1
    assert 1 <= dose.per_week <= 7
    amounts = [dose.reps, dose.hold_s, dose.work_s, dose.steps, dose.distance_m]
    assert any(amount is not None for amount in amounts)


@pytest.mark.parametrize("exercise", EXERCISES, ids=_ids)
def test_every_exercise_but_a_stretch_says_how_to_make_it_easier(exercise: Exercise) -> None:
    assert exercise.regress_steps or exercise.group == "mobility"
    assert exercise.progress_steps or exercise.group == "mobility"


@pytest.mark.parametrize("exercise", EXERCISES, ids=_ids)
def test_ranges_have_two_ends_in_order(exercise: Exercise) -> None:
    ranges = [exercise.knee_angle_deg, exercise.step_height_cm, exercise.step_height_later_cm]
    for pair in [*ranges, *exercise.knee_angle_later_deg]:
        assert not pair or (len(pair) == 2 and pair[0] <= pair[1])
    for angle in (*exercise.knee_angle_deg, *(end for pair in exercise.knee_angle_later_deg for end in pair)):
        assert 0 <= angle <= 120


@pytest.mark.parametrize("follow", [lambda e: e.progressions, lambda e: e.regressions], ids=["harder", "easier"])
def test_no_exercise_leads_back_to_itself(follow: Callable[[Exercise], tuple[str, ...]]) -> None:
    for start in EXERCISES:
        seen: set[str] = set()
        ahead = list(follow(start))
        while ahead:
            here = ahead.pop()
            assert here != start.id
            if here not in seen:
                seen.add(here)
                ahead.extend(follow(knowledge().exercises[here]))


def test_harder_and_easier_never_name_the_same_exercise() -> None:
    for exercise in EXERCISES:
        assert not set(exercise.progressions) & set(exercise.regressions)


def test_angles_of_the_kneecap_arcs() -> None:
    exercises = knowledge().exercises
    assert exercises["k04"].knee_angle_deg == (0.0, 45.0)
    assert exercises["k07"].knee_angle_deg == (0.0, 45.0)
    assert exercises["k09"].knee_angle_deg == (45.0, 90.0)
    assert exercises["k09"].knee_angle_later_deg[-1] == (0.0, 90.0)
    caution = exercises["k09"].angle_caution
    assert caution is not None
    assert caution.mark == "V"
    assert caution.sources


def test_a_tendon_only_exercise_is_kept_from_sore_kneecaps() -> None:
    exercise = knowledge().exercises["k12"]
    assert exercise.conditions == ("patellar_tendinopathy",)
    assert {"pfp", "itbs"} <= set(exercise.not_for)


def test_no_jump_with_a_bone_injury_and_days_between_jumps() -> None:
    for exercise in EXERCISES:
        if exercise.group == "impact":
            assert "bone_stress_injury" in exercise.not_for
            assert exercise.dose.per_week <= 2
            assert exercise.dose.min_gap_h is not None
            assert exercise.dose.min_gap_h >= 48
            assert not {"calm", "build"} & set(exercise.phases)


def test_the_cap_is_above_2_only_for_tendon_work_calves_and_rollers() -> None:
    above = {exercise.id for exercise in EXERCISES if exercise.pain_cap > 2}
    assert above == {"k10", "k11", "k12", "p04", "p05", "c01", "m06", "m07"}


def test_doses_are_defaults_and_never_presented_as_evidence() -> None:
    assert {exercise.dose.mark for exercise in EXERCISES} == {"E"}


def test_what_must_not_be_done_in_pregnancy() -> None:
    avoid = {exercise.id for exercise in EXERCISES if exercise.pregnancy == "avoid"}
    assert avoid == {"t01"}
    assert knowledge().exercises["k05"].pregnancy == "suits"


def test_common_rules() -> None:
    rules = knowledge().exercise_rules
    assert len(rules) == 17
    assert rules["frequency"].number("strength_per_week") == 3
    assert rules["frequency"].number("strength_gap_h") == 48
    assert rules["progress_order"].options == ("range", "load", "reps_sets", "complexity", "speed")


def test_progress_needs_every_criterion_twice() -> None:
    rule = knowledge().exercise_rules["progress_when"]
    good: dict[str, float | None] = {
        "top_reps_in_all_sets": 1,
        "reps_in_reserve": 2,
        "pain_during": 2,
        "pain_morning": 1,
        "pain_usual": 1,
        "sessions_in_a_row": 2,
    }
    assert rule.holds(good) is True
    assert rule.holds(good | {"sessions_in_a_row": 1}) is False
    assert rule.holds(good | {"pain_morning": None}) is None
