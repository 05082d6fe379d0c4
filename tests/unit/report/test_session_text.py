"""Words of a session."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest
from tests.sample_week import LONG_RUN, PRACTICE, REST, SESSIONS, WALK_RUN

from kneewise.domain import Estimate, ExerciseDose, Interval, Repeat, RunStep
from kneewise.plan.amounts import distance_words, duration_words, length_s, whole_minutes
from kneewise.report.session_text import (
    cadence_words,
    cost_words,
    exercise_amount,
    exercise_notes,
    headline,
    in_order,
    sentence,
    step_lines,
    without_links,
)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (45, "45 s"),
        (59.6, "1 min"),
        (90, "1 min 30 s"),
        (120, "2 min"),
        (3600, "1 h"),
        (4500, "1 h 15 min"),
        (0, "0 s"),
    ],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words


def test_whole_minutes() -> None:
    assert [whole_minutes(seconds) for seconds in (10, 89, 91, 3650)] == ["1 min", "1 min", "2 min", "1 h 1 min"]


@pytest.mark.parametrize(
    ("metres", "words"), [(400, "400 m"), (999.6, "1 km"), (1000, "1 km"), (7500, "7.5 km"), (21097.5, "21.1 km")]
)
def test_distances(metres: float, words: str) -> None:
    assert distance_words(metres) == words


def test_length_is_the_plans_else_the_sum_of_its_steps() -> None:
    assert length_s(WALK_RUN) == 1800
    assert length_s(replace(WALK_RUN, duration_s=None)) == 300 + 5 * 240 + 300
    assert length_s(replace(WALK_RUN, duration_s=None, blocks=(Repeat(times=2, steps=(RunStep(kind="run"),)),))) is None
    assert length_s(LONG_RUN) is None


def test_headlines() -> None:
    assert headline(replace(REST, duration_s=60)) == "Rest day"
    assert headline(replace(LONG_RUN, distance_m=None)) == "Run"
    assert [headline(session) for session in (WALK_RUN, LONG_RUN)] == ["Walk-run, 30 min", "Run, 6 km"]


def test_steps_say_where_the_cues_are() -> None:
    assert step_lines(PRACTICE) == (
        "Run 7 min 30 s with cues",
        "Run 5 min without cues",
        "Run 7 min 30 s with cues",
    )
    assert step_lines(WALK_RUN)[1] == "5 times: run 3 min (Easy: you can talk), walk 1 min"


def test_a_step_that_says_nothing_new_is_not_told_twice() -> None:
    block = Repeat(times=1, steps=(RunStep(kind="walk", duration_s=60, text="Walk."),))
    assert step_lines(replace(LONG_RUN, blocks=(block,))) == ("Walk 1 min",)


def test_an_open_step() -> None:
    assert step_lines(replace(LONG_RUN, blocks=(Repeat(times=1, steps=(RunStep(kind="cool_down"),)),))) == (
        "Cool down until you press lap",
    )


def test_cadence_and_cost() -> None:
    assert cadence_words(Interval(170, 170.2)) == "170 steps a minute"
    nan = float("nan")
    assert cost_words(None) == cost_words(Estimate(nan, nan, nan, "knee-km", "")) == ""
    assert cost_words(Estimate(5.12, nan, nan, "knee-km", "")) == "5.1 knee-km"


@pytest.mark.parametrize(
    ("dose", "words"),
    [
        (ExerciseDose(exercise="a", name="A", sets=3, pain_cap=3, reps=10), "3 × 10"),
        (ExerciseDose(exercise="a", name="A", sets=3, pain_cap=3, reps=10, per_side=True), "3 × 10 each side"),
        (ExerciseDose(exercise="a", name="A", sets=4, pain_cap=3, hold_s=45), "4 × 45 s"),
        (ExerciseDose(exercise="a", name="A", sets=2, pain_cap=3, reps=12, hold_s=2), "2 × 12, hold 2 s"),
        (ExerciseDose(exercise="a", name="A", sets=2, pain_cap=3), "2 sets"),
        (ExerciseDose(exercise="a", name="A", sets=1, pain_cap=3), "1 set"),
    ],
)
def test_amounts_of_exercises(dose: ExerciseDose, words: str) -> None:
    assert exercise_amount(dose) == words


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("3 sets of 12 each side. Sit tall.", "Sit tall."),
        ("1 set of 8, 2.5 seconds each.", ""),
        ("4 times 45 seconds each side. Breathe.", "Breathe."),
        ("3 times 20 m. Look ahead.", "3 times 20 m. Look ahead."),
        ("3 sets of 12 steps each side.", "3 sets of 12 steps each side."),
        ("Sit tall.", "Sit tall."),
    ],
)
def test_notes_leave_out_what_the_amount_says(text: str, left: str) -> None:
    assert exercise_notes(ExerciseDose(exercise="a", name="A", sets=3, pain_cap=3, text=text)) == left


def test_order_of_a_day() -> None:
    late = replace(LONG_RUN, id="a", start_time=time(18, 0))
    early = replace(LONG_RUN, id="b", start_time=time(7, 0))
    whole_day = replace(LONG_RUN, id="0")
    assert in_order([whole_day, late, early]) == [early, late, whole_day]
    assert in_order(reversed(SESSIONS)) == list(SESSIONS)


def test_sentences_and_links() -> None:
    assert [sentence(text) for text in ("", "a", "b. ", "c!")] == ["", "a.", "b.", "c!"]
    assert without_links("see https://x.y/z now") == "see now"
    assert without_links("5 km/h, a/b and e.g. this") == "5 km/h, a/b and e.g. this"
