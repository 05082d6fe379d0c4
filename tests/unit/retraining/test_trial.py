"""Who trains quicker steps: only who responds or is comfortable, with a calm calf, from the own baseline."""

from __future__ import annotations

from typing import Any

import pytest
from tests.readability import MAX_GRADE, grade

from kneewise.errors import InvalidInputError
from kneewise.retraining import Guards, TrialStep, baseline_cadence, calf_says_stop, judge_trial, target_spm

CLEAR = Guards(acute_calf_achilles_plantar=False, bone_stress_injury=False, open_red_flags=0)


def step(above: float, pain: float | None, **more: Any) -> TrialStep:
    return TrialStep(**{"above_pct": above, "pain": pain, "calf_or_achilles_pain": 0.0, **more})


def test_baseline_is_the_mean_of_two_counts_with_their_spread() -> None:
    baseline = baseline_cadence([162, 166])
    assert (baseline.value, baseline.low, baseline.high) == (164, 162, 166)
    assert baseline_cadence([164, 164]).low == 163


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([164], "count 2 times"),
        ([82, 83], "both feet"),
        ([150, 170], "differ too much"),
        ([300, 300], "cannot be right"),
    ],
)
def test_counts_that_cannot_be_used_say_what_to_do(counts: list[float], words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        baseline_cadence(counts)


def test_one_point_less_pain_is_a_response() -> None:
    result = judge_trial(4, [step(5, 3), step(7.5, 2)], CLEAR)
    assert (result.verdict, result.most_pct) == ("train", 7.5)
    assert "2 less" in result.text


def test_comfort_is_enough_where_it_does_not_hurt_more() -> None:
    assert judge_trial(2, [step(5, 2, comfortable=True)], CLEAR).verdict == "train"
    assert judge_trial(2, [step(5, 3, comfortable=True)], CLEAR).verdict == "stop"


def test_less_than_one_point_and_no_comfort_is_no_response() -> None:
    assert judge_trial(4, [step(5, 4), step(7.5, 3.5)], CLEAR).verdict == "no_response"


def test_a_higher_step_that_hurts_more_leaves_the_lower_one() -> None:
    result = judge_trial(4, [step(7.5, 5), step(5, 2)], CLEAR)
    assert (result.verdict, result.most_pct) == ("train", 5)


def test_calf_pain_of_three_stops_whatever_the_knee_says() -> None:
    result = judge_trial(6, [step(5, 1), step(7.5, 0, calf_or_achilles_pain=3.0)], CLEAR)
    assert (result.verdict, result.rule) == ("stop", "stop")
    assert calf_says_stop(3)
    assert not calf_says_stop(2)
    assert not calf_says_stop(None)


@pytest.mark.parametrize(
    "guards",
    [
        Guards(acute_calf_achilles_plantar=True, bone_stress_injury=False, open_red_flags=0),
        Guards(acute_calf_achilles_plantar=False, bone_stress_injury=True, open_red_flags=0),
        Guards(acute_calf_achilles_plantar=False, bone_stress_injury=False, open_red_flags=1),
    ],
)
def test_contraindications_win(guards: Guards) -> None:
    assert judge_trial(8, [step(5, 0)], guards).verdict == "blocked"


def test_missing_answers_never_start_it() -> None:
    assert judge_trial(4, [step(5, None)], CLEAR).verdict == "unanswered"
    assert judge_trial(None, [step(5, 1)], CLEAR).verdict == "unanswered"
    assert judge_trial(4, [step(5, 1, calf_or_achilles_pain=None)], CLEAR).verdict == "unanswered"
    assert judge_trial(4, [step(5, 1)], Guards()).verdict == "unanswered"
    assert judge_trial(4, [], CLEAR).verdict == "unanswered"


def test_a_trial_above_ten_percent_still_trains_ten() -> None:
    assert judge_trial(4, [step(15, 1)], CLEAR).most_pct == 10


def test_targets_are_whole_numbers_from_the_own_baseline() -> None:
    target = target_spm(160, 7.5, 10)
    assert (target.low, target.high) == (172, 176)
    assert target_spm(160, 5, 5).low == 168
    assert target_spm(160, 7.5, 10, most_pct=5).high == 168


def test_texts_are_easy_to_read() -> None:
    results = [
        judge_trial(4, [step(5, 2)], CLEAR),
        judge_trial(4, [step(5, 4, comfortable=True)], CLEAR),
        judge_trial(4, [step(5, 4)], CLEAR),
        judge_trial(4, [step(5, 6)], CLEAR),
        judge_trial(4, [step(5, None)], CLEAR),
        judge_trial(4, [step(5, 2)], Guards()),
        judge_trial(4, [], CLEAR),
    ]
    assert {result.text: grade(result.text) for result in results if grade(result.text) > MAX_GRADE} == {}
    assert results[0].to_json()["inputs"]["pain_change_in_trial"] == -2
