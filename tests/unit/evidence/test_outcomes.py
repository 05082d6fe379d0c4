"""Measures, diary, prognosis and lessons."""

from __future__ import annotations

import math

import pytest

from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.outcomes import Measure

MEASURES = tuple(knowledge().measures.values())
GENERIC = {"nprs_worst", "nprs_usual", "run_pain", "psfs", "groc", "confidence", "weekly_problem"}


def test_all_measures_of_the_document_are_there() -> None:
    documented = {
        "nprs_worst", "nprs_usual", "run_pain", "koos_pf", "koos", "akps", "visa_p", "lefs", "psfs", "groc", "uwri",
        "ostrc", "kos_adls", "tsk_11", "eq_5d",
    }  # fmt: skip
    assert knowledge().measures.keys() == documented | {"confidence", "weekly_problem"}


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.id)
def test_only_our_own_generic_scales_have_words(measure: Measure) -> None:
    assert measure.ships_items == (measure.id in GENERIC)
    assert bool(measure.asks) == (measure.id in GENERIC)
    assert measure.licence


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.id)
def test_the_score_range_follows_from_the_items(measure: Measure) -> None:
    if measure.formula in {"sum_weighted", "visa_p"}:
        assert sum(measure.item_maxima) == measure.range_high
        assert len(measure.item_maxima) == measure.items
    if measure.formula == "sum":
        assert measure.item_high is not None
        assert measure.item_low is not None
        assert measure.item_high * measure.items == measure.range_high
        assert measure.item_low * measure.items == measure.range_low
    if measure.formula == "ostrc":
        assert measure.item_high is not None
        assert measure.item_high * measure.items == measure.range_high
        assert measure.item_options[-1] == measure.item_high
    if measure.formula == "koos":
        assert (measure.range_low, measure.range_high, measure.item_high) == (0, 100, 4)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.id)
def test_the_change_in_use_is_one_of_the_published_ones(measure: Measure) -> None:
    if measure.use_mic is not None:
        ends = {end for figure in measure.mic for end in (figure.low, figure.value, figure.high)}
        assert measure.use_mic in ends


def test_detectable_change_of_the_running_index_follows_from_its_error() -> None:
    uwri = knowledge().measures["uwri"]
    sem = next(figure.value for figure in uwri.figures if figure.unit == "points" and "standard error" in figure.what)
    mdc = uwri.mdc[0].value
    assert sem is not None
    assert mdc is not None
    assert math.isclose(1.96 * math.sqrt(2) * sem, mdc, abs_tol=0.05)


def test_reviews_and_change() -> None:
    rules = knowledge().outcome_rules
    assert len(rules) == 6
    assert [rules["ask_review"].number(name) for name in ("first", "second", "third")] == [2, 6, 12]
    assert rules["meaningful_change"].holds({"abs_change": 5, "mic": 5, "mdc": 4.1}) is True
    assert rules["meaningful_change"].holds({"abs_change": 5, "mic": 5, "mdc": 6}) is False


def test_the_diary_asks_for_sensitive_data_only_with_consent() -> None:
    diary = knowledge().diary
    assert len(diary) == 25
    assert {field.id for field in diary.values() if field.needs_consent} == {"cycle"}
    for field in diary.values():
        if field.kind == "pain":
            assert (field.low, field.high) == (0, 10)


def test_prognosis_has_every_row_and_no_promise() -> None:
    prognosis = knowledge().prognosis
    assert len(prognosis) == 13
    for record in prognosis.values():
        assert record.figures
        assert "will be" not in record.text
        assert "cure" not in record.text


def test_lessons_are_numbered_without_gaps() -> None:
    lessons = [lesson.lesson for lesson in knowledge().education.values() if lesson.topic == "lesson"]
    assert lessons == list(range(1, 9))
    counts = [lesson.topic for lesson in knowledge().education.values()]
    assert counts.count("load_fact") == 5
    assert counts.count("arc") == 3


def test_module_rules_name_lessons_that_exist() -> None:
    known = {lesson.lesson for lesson in knowledge().education.values()}
    for rule in knowledge().module_rules.values():
        assert set(rule.lessons) <= known
