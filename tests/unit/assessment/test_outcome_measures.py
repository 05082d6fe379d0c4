"""Scores of outcome measures, their missing items, and which change people notice."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from tests.readability import assert_readable

from kneewise.assessment.outcome_measures import (
    Item,
    Score,
    licence_text,
    measure_document,
    measures_document,
    score,
    score_total,
)
from kneewise.assessment.outcome_trends import Change, change, success, trend
from kneewise.errors import InvalidInputError
from kneewise.evidence.knowledge import knowledge

START, LATER = date(2026, 1, 5), date(2026, 2, 16)
AKPS_BEST = [5, 5, 5, 10, 5, 10, 10, 10, 10, 10, 10, 5, 5]


def changed(measure: str, before: list[Item], after: list[Item]) -> Change:
    return change(score(measure, before), score(measure, after))


# ---------------------------------------- formulas


@pytest.mark.parametrize(
    ("measure", "items", "expected"),
    [
        ("nprs_worst", [6], 6),
        ("nprs_usual", [2.5], 2.5),
        ("run_pain", [3, 5], 5),
        ("koos_pf", [0] * 11, 100),
        ("koos_pf", [4] * 11, 0),
        ("koos_pf", [1] * 11, 75),
        ("akps", AKPS_BEST, 100),
        ("akps", [0] * 13, 0),
        ("visa_p", [10] * 7 + [30], 100),
        ("visa_p", [10] * 6 + [7, 14], 81),
        ("visa_p", [10] * 6 + [7, [None, 14, None]], 81),
        ("lefs", [4] * 20, 80),
        ("lefs", [3] * 18 + [None, None], 60),
        ("psfs", [2, 4, 6], 4),
        ("uwri", [4] * 9, 36),
        ("ostrc", [8, 17, 8, 0], 33),
        ("ostrc", [25, 25, 25, 25], 100),
        ("ostrc", [0, None, None, None], 0),
        ("tsk_11", [1] * 11, 11),
        ("tsk_11", [4] * 11, 44),
        ("groc", [-3], -3),
        ("confidence", [7], 7),
        ("weekly_problem", [2], 2),
    ],
)
def test_scores_worked_by_hand(measure: str, items: list[Item], expected: float) -> None:
    assert score(measure, items).value == pytest.approx(expected)


def test_every_measure_that_is_scored_is_scored_above() -> None:
    marks: list[pytest.Mark] = test_scores_worked_by_hand.pytestmark  # type: ignore[attr-defined]
    tried = {row[0] for row in marks[0].args[1]}
    scored = {record.id for record in knowledge().measures.values() if record.formula != "not_shipped"}
    assert tried == scored - {"koos"}


@pytest.mark.parametrize(
    ("subscale", "count"),
    [("pain", 9), ("symptoms", 7), ("daily_life", 17), ("sport", 5), ("quality_of_life", 4), ("short_function", 4)],
)
def test_koos_is_scored_by_subscale(subscale: str, count: int) -> None:
    result = score("koos", [1] * count, subscale=subscale)
    assert (result.value, result.items, result.subscale) == (75, count, subscale)


def test_the_koos_subscales_hold_the_whole_form() -> None:
    counts = measure_document(knowledge().measures["koos"])["subscales"]
    assert sum(count for name, count in counts.items() if not name.startswith("short_")) == 42
    assert sum(count for name, count in counts.items() if name.startswith("short_")) == 12


def test_a_rating_of_change_is_read_in_words() -> None:
    assert [score("groc", [item]).text for item in (-3, 0, 2)] == ["Very much worse.", "The same.", "Much better."]
    assert score("weekly_problem", [3]).text == "I could not run."


def test_a_substantial_problem_is_told_from_a_small_one() -> None:
    assert score("ostrc", [8, 8, 8, 25]).substantial is False
    assert score("ostrc", [8, 17, 8, 0]).substantial is True
    assert score("ostrc", [25, 8, 8, 8]).substantial is True
    assert score("ostrc", [0, None, None, None]).substantial is False
    assert score("ostrc", [8, 8, None, 8]).substantial is None
    assert score("nprs_worst", [9]).substantial is None


# ---------------------------------------- missing items


@pytest.mark.parametrize(
    ("measure", "items", "scored"),
    [
        ("koos_pf", [1] * 6 + [None] * 5, True),
        ("koos_pf", [1] * 5 + [None] * 6, False),
        ("lefs", [2] * 18 + [None] * 2, True),
        ("lefs", [2] * 17 + [None] * 3, False),
        ("akps", [None, *AKPS_BEST[1:]], False),
        ("visa_p", [10] * 7 + [[None, None, None]], False),
        ("uwri", [1] * 8 + [None], False),
        ("tsk_11", [1] * 10 + [None], False),
        ("run_pain", [None, 4], True),
        ("run_pain", [None, None], False),
        ("psfs", [None, None, 4], True),
        ("nprs_worst", [None], False),
        ("ostrc", [8, None, 0, 0], False),
        ("ostrc", [None, 0, 0, 0], False),
    ],
)
def test_missing_items_follow_the_rule_of_the_form(measure: str, items: list[Item], scored: bool) -> None:
    result = score(measure, items)
    assert (result.value is not None) == scored
    if not scored:
        assert "missing" in result.text
        assert any("missing" in note for note in result.notes)


def test_half_of_a_small_subscale_is_enough() -> None:
    assert score("koos", [1, 1, None, None], subscale="quality_of_life").value == 75
    assert score("koos", [1, None, None, None], subscale="quality_of_life").value is None


def test_a_rule_that_is_only_remembered_says_so() -> None:
    assert any("memory" in note for note in score("akps", AKPS_BEST).notes)
    assert any("memory" in note for note in score("koos_pf", [1] * 10 + [None]).notes)
    assert not any("memory" in note for note in score("koos_pf", [1] * 11).notes)


# ---------------------------------------- what cannot be right


@pytest.mark.parametrize(
    ("measure", "items", "words"),
    [
        ("nope", [1], "no measure 'nope'"),
        ("kos_adls", [1] * 14, "enter the total"),
        ("eq_5d", [1] * 5, "enter the total"),
        ("akps", [1] * 12, "has 13 items, but 12"),
        ("akps", [6] + [0] * 12, "item 1 takes 0 to 5, not 6"),
        ("nprs_worst", [11], "takes 0 to 10"),
        ("nprs_worst", [-1], "takes 0 to 10"),
        ("nprs_worst", [True], "takes a number"),
        ("nprs_worst", ["7"], "takes a number"),
        ("nprs_worst", [float("nan")], "takes a number"),
        ("nprs_worst", [[1, None]], "not a list"),
        ("lefs", [1.5] * 20, "whole numbers"),
        ("groc", [0.5], "whole numbers"),
        ("tsk_11", [0] * 11, "takes 1 to 4"),
        ("visa_p", [10] * 6 + [5, 14], "takes one of 0, 4, 7, 10"),
        ("visa_p", [10] * 7 + [[7, 14, None]], "only one"),
        ("visa_p", [10] * 7 + [31], "takes 0 to 30"),
        ("ostrc", [9, 0, 0, 0], "takes one of 0, 8, 17, 25"),
        ("ostrc", [0, 17, 0, 0], "no problem"),
        ("koos", [1] * 42, "by subscale"),
        ("psfs", [5] * 6, "has 5 items"),
        ("psfs", [], "has 5 items"),
    ],
)
def test_bad_input_is_one_sentence(measure: str, items: list[Any], words: str) -> None:
    with pytest.raises(InvalidInputError, match=words) as refused:
        score(measure, items)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(("measure", "subscale"), [("koos", "knees"), ("akps", "pain")])
def test_an_unknown_subscale_is_refused(measure: str, subscale: str) -> None:
    with pytest.raises(InvalidInputError, match="has no subscale"):
        score(measure, [1], subscale=subscale)


def test_a_total_from_elsewhere_is_kept_inside_its_range() -> None:
    assert score_total("kos_adls", 70).value == 70
    with pytest.raises(InvalidInputError, match="runs from 0 to 100"):
        score_total("kos_adls", 101)
    with pytest.raises(InvalidInputError, match="no range"):
        score_total("eq_5d", 1)


# ---------------------------------------- licences


def test_no_licensed_item_text_and_a_clear_message() -> None:
    for record in knowledge().measures.values():
        document = measure_document(record)
        if record.ships_items:
            assert document["asks"], record.id
            assert "our own" in document["licence_text"]
        else:
            assert document["asks"] is None, record.id
            assert document["options"] == []
            assert "not part of Kneewise" in document["licence_text"]
            assert "licensed copy" in licence_text(record)


def test_a_licensed_score_carries_the_message() -> None:
    assert any("not part of Kneewise" in note for note in score("koos_pf", [1] * 11).notes)
    assert score("nprs_worst", [4]).notes == ()


def test_the_list_is_complete_and_plain_json() -> None:
    document = measures_document()
    assert [entry["measure"] for entry in document] == list(knowledge().measures)
    json.dumps([*document, score("visa_p", [10] * 7 + [30]).to_json()], allow_nan=False)


# ---------------------------------------- change


@pytest.mark.parametrize(
    ("measure", "before", "after", "direction", "meaningful", "words"),
    [
        ("nprs_worst", [7], [5], "better", True, "2 points better: a change that people notice"),
        ("nprs_worst", [5], [7], "worse", True, "2 points worse: a change that people notice"),
        ("nprs_worst", [7], [6], "better", False, "1 point better. A small change. It could be chance"),
        ("nprs_worst", [7], [7], "same", False, "No change since the start"),
        ("koos_pf", [2] * 11, [1] * 11, "better", True, "25 points better: a change that people notice"),
        ("koos_pf", [2] * 11, [1] * 6 + [2] * 5, "better", False, "It could be chance"),
        ("akps", [2] * 13, [2] * 12 + [5], "better", False, "3 points better. A small change"),
        ("akps", [2] * 13, [3] * 13, "better", False, "big enough to notice, but it could be chance"),
        ("akps", [2] * 13, [4] * 13, "better", True, "26 points better: a change"),
        ("tsk_11", [3] * 11, [2] * 11, "better", True, "11 points better"),
        ("confidence", [3], [8], "better", None, "No figure says"),
    ],
)
def test_change_against_what_matters_and_what_is_chance(
    measure: str, before: list[Item], after: list[Item], direction: str, meaningful: bool | None, words: str
) -> None:
    found = changed(measure, before, after)
    assert (found.direction, found.meaningful) == (direction, meaningful)
    assert words in found.text


def test_a_limit_that_is_only_remembered_is_marked() -> None:
    remembered = changed("tsk_11", [3] * 11, [2] * 11)
    assert not remembered.verified
    assert "memory" in remembered.text
    figure = remembered.to_json()["minimal_important_change"]
    assert (figure["mark"], figure["verified"]) == ("M", False)
    read = changed("uwri", [1] * 9, [2] * 9)
    assert read.verified
    assert "memory" not in read.text


def test_the_figure_that_was_read_stands_for_the_change_that_is_used() -> None:
    figure = changed("nprs_worst", [7], [4]).smallest_that_matters
    assert figure is not None
    assert (figure.value, figure.sources) == (2, ("crossley-2004",))


def test_the_detectable_change_is_that_of_one_person() -> None:
    figure = changed("koos_pf", [2] * 11, [1] * 11).smallest_detectable
    assert figure is not None
    assert figure.value == 16


def test_own_activities_are_compared_on_those_scored_both_times() -> None:
    start = score("psfs", {"stairs": 2, "run 5 km": 4, "squat": 0})
    later = score("psfs", {"run 5 km": 8, "stairs": 4, "dance": 10})
    assert change(start, later).change == pytest.approx(3)
    with pytest.raises(InvalidInputError, match="same activities"):
        change(start, score("psfs", {"swim": 3}))
    with pytest.raises(InvalidInputError, match="different numbers"):
        change(score("psfs", [1, 2, 3]), score("psfs", [1, 2]))


def test_two_measures_or_a_score_without_value_cannot_be_compared() -> None:
    with pytest.raises(InvalidInputError, match="two of one measure"):
        change(score("nprs_worst", [3]), score("nprs_usual", [3]))
    with pytest.raises(InvalidInputError, match="two of one measure"):
        change(score("koos", [1] * 9, subscale="pain"), score("koos", [1] * 5, subscale="sport"))
    with pytest.raises(InvalidInputError, match="without a value"):
        change(score("nprs_worst", [3]), score("nprs_worst", [None]))


# ---------------------------------------- trend


def test_a_trend_starts_at_the_first_score_with_a_value() -> None:
    dated = [(LATER, score("nprs_worst", [3])), (START, score("nprs_worst", [None]))]
    middle = (date(2026, 1, 20), score("nprs_worst", [6]))
    found = trend([*dated, middle])
    assert [point.on for point in found.points] == [START, middle[0], LATER]
    assert [point.since_start is None for point in found.points] == [True, True, False]
    assert found.latest is not None
    assert found.latest.improvement == 3
    json.dumps(found.to_json(), allow_nan=False)


def test_one_score_is_a_start() -> None:
    assert trend([(START, score("akps", AKPS_BEST))]).text.startswith("This is your start")


def test_ratings_of_change_are_not_subtracted() -> None:
    found = trend([(START, score("groc", [0])), (LATER, score("groc", [2]))])
    assert found.latest is None
    assert found.text == "Much better."


def test_bad_trends_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="no score"):
        trend([])
    with pytest.raises(InvalidInputError, match="two scores for 2026-01-05"):
        trend([(START, score("groc", [0])), (START, score("groc", [1]))])
    with pytest.raises(InvalidInputError, match="one measure"):
        trend([(START, score("nprs_worst", [0])), (LATER, score("nprs_usual", [1]))])


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        ({"groc": 2, "activity_goal_met": 1}, True),
        ({"worst_pain_drop": 2, "activity_goal_met": 1}, True),
        ({"groc": 1, "worst_pain_drop": 1, "activity_goal_met": 1}, False),
        ({"groc": 3, "activity_goal_met": 0}, False),
        ({"groc": 3}, None),
        ({"groc": 1, "activity_goal_met": 1}, None),
    ],
)
def test_success_by_the_stated_rule(measured: dict[str, float], expected: bool | None) -> None:
    assert success(measured) is expected


# ---------------------------------------- words


def test_what_a_runner_reads_is_easy() -> None:
    scores: list[Score] = [
        score("nprs_worst", [4]),
        score("nprs_worst", [None]),
        score("koos_pf", [1] * 6 + [None] * 5),
        score("lefs", [1] * 17 + [None] * 3),
        score("ostrc", [8, None, 0, 0]),
    ]
    texts = [(item.measure, text) for item in scores for text in (item.text, *item.notes)]
    changes = [
        changed("nprs_worst", [7], [5]),
        changed("nprs_worst", [7], [6]),
        changed("akps", [2] * 13, [3] * 13),
        changed("confidence", [3], [8]),
    ]
    assert_readable([*texts, *(("change", item.text) for item in changes)])
    assert_readable([("licence", licence_text(record)) for record in knowledge().measures.values()])
