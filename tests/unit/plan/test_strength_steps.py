"""The kind of every step of every exercise, written down by hand from the library's words."""

from __future__ import annotations

import pytest

from kneewise.evidence.knowledge import knowledge
from kneewise.plan.strength_steps import STEP_TYPES, reps_needed_for_load, steps_of, type_of

#: r range, l load, s reps and sets, c complexity, v speed, n next exercise; in the order of the library.
TYPES = {
    "h01": "s l n", "h02": "l n", "h03": "l s", "h04": "c n", "h05": "s l n", "h06": "l n", "h07": "l", "h08": "l c",
    "h09": "l r", "h10": "r l", "h11": "l", "h12": "c c", "h13": "v l", "h14": "l n", "h15": "l v", "k01": "n",
    "k02": "l", "k03": "s r", "k04": "r l n", "k05": "r c", "k06": "l r", "k07": "n r", "k08": "l", "k09": "r r",
    "k10": "l", "k11": "l r", "k12": "s l", "k13": "r l", "k14": "r v", "k15": "l c", "k16": "c l", "k17": "r",
    "k18": "c", "k19": "l", "c01": "n", "c02": "l s", "c03": "l", "c04": "c c", "t01": "s c", "t02": "s l",
    "t03": "v l", "t04": "l", "m01": "s", "m02": "", "m03": "", "m04": "", "m05": "", "m06": "", "m07": "",
    "p01": "s n", "p02": "s", "p03": "r", "p04": "c", "p05": "r", "p06": "c v", "p07": "s", "p08": "s s",
}  # fmt: skip
LETTER = {"range": "r", "load": "l", "reps_sets": "s", "complexity": "c", "speed": "v", None: "n"}


@pytest.mark.parametrize("name", list(knowledge().exercises))
def test_every_step_has_the_kind_that_a_reader_gives_it(name: str) -> None:
    found = [LETTER[type_of(text)] for text in knowledge().exercises[name].progress_steps]
    assert " ".join(found) == TYPES[name]


def test_kinds_stand_in_the_order_of_the_rules() -> None:
    assert tuple(STEP_TYPES) == knowledge().exercise_rules["progress_order"].options
    assert list(steps_of("k04")) == list(STEP_TYPES)


def test_a_mini_squat_first_goes_deeper() -> None:
    (deeper,) = steps_of("k04")["range"]
    assert deeper.knee_angle_deg == (0, 60)


def test_both_wider_ranges_of_the_leg_press_are_steps() -> None:
    assert [step.knee_angle_deg for step in steps_of("k07")["range"]] == [(0, 60), (0, 90)]


def test_numbers_come_from_the_words() -> None:
    (sets,) = steps_of("h01")["reps_sets"]
    assert (sets.sets, sets.reps) == (3, 20)
    (hold,) = steps_of("k03")["reps_sets"]
    assert hold.hold_s == 45
    (times,) = steps_of("p07")["reps_sets"]
    assert (times.sets, times.work_s) == (6, 20)


def test_a_longer_hold_without_a_sentence_is_made_from_the_number() -> None:
    (longer,) = steps_of("h12")["reps_sets"]
    assert longer.hold_s == 45


def test_the_hip_thrust_needs_twelve_before_more_weight() -> None:
    assert reps_needed_for_load(knowledge().exercises["h07"]) == 12
    assert reps_needed_for_load(knowledge().exercises["h05"]) is None
