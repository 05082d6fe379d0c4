"""Up after two full green sessions, down by the rules, and never up on missing answers."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from operator import le
from typing import Any

import pytest
from tests.unit.plan.strength_cases import START, calm_mornings, log

from kneewise.evidence.knowledge import knowledge
from kneewise.plan.strength_amount import amount
from kneewise.plan.strength_progress import Morning, Progress, progress_of


def fold(*changes: dict[str, Any], exercise: str = "k04", **more: Any) -> Progress:
    logs = [log(place, exercise, **change) for place, change in enumerate(changes)]
    given = {"cap": 2.0, "mornings": calm_mornings(), **more}
    return progress_of(logs, **given)[exercise]


def test_two_full_green_sessions_go_one_step_up_in_range_first() -> None:
    assert fold({}).position == 0
    state = fold({}, {})
    assert (state.position, state.steps["range"], state.move) == (1, 1, "up")
    assert amount(knowledge().exercises["k04"], state.steps).knee_angle_deg == (0, 60)


def test_then_load_and_at_last_the_next_exercise() -> None:
    assert fold(*[{}] * 4).steps["load"] == 1
    assert not fold(*[{}] * 4).mastered
    assert fold(*[{}] * 6).mastered


@pytest.mark.parametrize(
    "change",
    [
        {"pain": None}, {"pain": 3.0}, {"reps_in_reserve": 1}, {"reps_in_reserve": None}, {"reps": 11}, {"sets": 2},
        {"form_lost_at_rep": 9},
    ],
)  # fmt: skip
def test_one_missing_or_poor_answer_keeps_it_where_it_is(change: dict[str, Any]) -> None:
    assert fold({}, change).position == 0


def test_without_the_next_morning_nothing_goes_up() -> None:
    assert fold({}, {}, mornings={}).position == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (({"pain": 6.0},), "hurt too much"),
        (({"pain": 3.0}, {"pain": 4.0}), "two times"),
        (({"form_lost_at_rep": 5},), "untidy"),
    ],
)
def test_goes_down_by_the_rules_and_says_why(changes: tuple[dict[str, Any], ...], words: str) -> None:
    state = fold(*changes)
    assert (state.position, state.move) == (-1, "down")
    assert words in state.why


def test_a_morning_two_points_worse_goes_down() -> None:
    state = fold({}, mornings={START: Morning(pain=3, usual=1)})
    assert (state.position, state.move) == (-1, "down")


def test_a_step_down_is_repeated_three_times_before_greens_count() -> None:
    up_again = [fold({"pain": 6.0}, *[{}] * count).position for count in range(6)]
    assert up_again == [-1, -1, -1, -1, -1, 0]


def test_range_goes_first_on_the_way_down() -> None:
    state = fold(*[{}] * 4, {"pain": 6.0})
    assert (state.steps["range"], state.steps["load"]) == (0, 1)


def test_below_the_first_dose_an_easier_way_then_a_set_less() -> None:
    squat = knowledge().exercises["k04"]
    state = fold({"pain": 6.0})
    first = amount(squat, state.steps, state.easier)
    assert first.knee_angle_deg == pytest.approx((0, 30))
    assert "Hold on to something." in first.notes
    state = fold({"pain": 6.0}, {"pain": 6.0})
    assert amount(squat, state.steps, state.easier).sets == 2


def test_a_knee_extension_keeps_its_bent_end_when_made_easier() -> None:
    assert amount(knowledge().exercises["k09"], {}, 1).knee_angle_deg == pytest.approx((60, 90))


def test_tendon_work_is_green_up_to_three_and_a_kneecap_exercise_is_not() -> None:
    assert fold({"pain": 3.0}, {"pain": 3.0}, exercise="k10", cap=3.0).move == "up"
    assert fold({"pain": 3.0}, {"pain": 3.0}, exercise="k10", cap=2.0).move == "down"


def test_tendon_stage_two_gets_heavier_with_fewer_repetitions() -> None:
    press = knowledge().exercises["k08"]
    reps = [amount(press, {"load": steps}, tendon_stage=2).reps for steps in range(4)]
    assert reps == [15, 12, 9, 6]
    assert amount(press, {}, tendon_stage=2).sets == 4
    assert amount(press, {}).reps == 10


def test_a_correction_replaces_what_it_corrects() -> None:
    wrong = log(0, pain=8.0)
    right = log(0, id="new", corrects=wrong.id)
    assert progress_of([wrong, right], cap=2, mornings=calm_mornings())["k04"].position == 0


def test_two_entries_of_one_day_are_one_session_and_the_worse_pain_counts() -> None:
    logs = [log(0), log(0, id="b", pain=7.0, recorded_at=log(0).recorded_at + timedelta(hours=1))]
    state = progress_of(logs, cap=2, mornings=calm_mornings())["k04"]
    assert (state.sessions, state.move) == (1, "down")


def test_an_unknown_exercise_in_the_log_is_left_out() -> None:
    assert progress_of([log(0, "z99")], cap=2) == {}


COLOURS = {"green": 1.0, "amber": 3.0, "red": 6.0}
WORSE = {"green": ("amber", "silent"), "amber": ("red",), "red": (), "silent": ()}


def positions(length: int, colours: dict[str, float | None]) -> dict[tuple[str, ...], tuple[int, ...]]:
    """Return where every row of so many sessions ends: steps of each kind, steps below, and mastery."""
    found = {}
    for row in product(colours, repeat=length):
        state = fold(*({"pain": colours[colour]} for colour in row), exercise="k14")
        found[row] = (state.position, *state.steps.values(), -state.easier, int(state.mastered))
    return found


@pytest.mark.parametrize(("length", "colours"), [(7, COLOURS), (5, {**COLOURS, "silent": None})])
def test_no_row_of_sessions_ends_further_on_when_one_of_them_hurt_more(
    length: int, colours: dict[str, float | None]
) -> None:
    """Every row there is, each against the same row with one session worse; by transitivity, all pairs."""
    ends = positions(length, colours)
    for row, end in ends.items():
        for place, colour in enumerate(row):
            for worse in WORSE[colour]:
                if worse in colours:
                    other = ends[(*row[:place], worse, *row[place + 1 :])]
                    assert all(map(le, other, end)), (row, place, worse)
