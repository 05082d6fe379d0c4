"""Pain rules, load rules and the criteria they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

import pytest

from kneewise.evidence.checks import collections
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.records import records_from_text
from kneewise.evidence.rules import Criterion, Rule

GREEN: Mapping[str, float | None] = {
    "red_flag": 0,
    "new_swelling": 0,
    "limp": 0,
    "pain_before": 1,
    "pain_during": 2,
    "pain_60min": 1,
    "pain_morning": 1,
    "pain_usual": 1,
    "pain_cap": 2,
}


def _criteria(item: object, where: str) -> Iterator[tuple[str, Criterion]]:
    if isinstance(item, Criterion):
        yield where, item
    elif is_dataclass(item):
        for field in fields(item):
            yield from _criteria(getattr(item, field.name), f"{where}.{field.name}")
    elif isinstance(item, tuple):
        for place, inner in enumerate(item):
            yield from _criteria(inner, f"{where}[{place}]")
    elif isinstance(item, Mapping):
        for name, inner in item.items():
            yield from _criteria(inner, f"{where}.{name}")


ALL_CRITERIA = [found for name in collections() for found in _criteria(getattr(knowledge(), name), name)]


def test_there_are_criteria_in_every_family_of_rules() -> None:
    families = {where.split(".")[0] for where, _ in ALL_CRITERIA}
    assert {"pain_rules", "load_rules", "ladder_rules", "phases", "gait_rules", "findings", "module_rules"} <= families


@pytest.mark.parametrize(("where", "criterion"), ALL_CRITERIA, ids=[where for where, _ in ALL_CRITERIA])
def test_every_threshold_has_a_source_or_says_that_it_is_a_default(where: str, criterion: Criterion) -> None:
    assert criterion.sources or criterion.mark in {"E", "M"}
    assert criterion.unit == knowledge().metrics[criterion.metric].unit


def test_no_metric_is_defined_in_vain() -> None:
    used = {criterion.metric for _, criterion in ALL_CRITERIA}
    used |= {criterion.reference for _, criterion in ALL_CRITERIA if criterion.reference}
    used |= {finding.measure for finding in knowledge().findings.values() if finding.measure}
    used |= {test.measure for test in knowledge().tests.values() if test.measure}
    assert knowledge().metrics.keys() == used


def test_a_criterion_compares_with_a_reference_and_keeps_the_unknown_unknown() -> None:
    worse = knowledge().pain_rules["amber_reduce"].criteria[0]
    assert worse.holds({"pain_morning": 3, "pain_usual": 1}) is True
    assert worse.holds({"pain_morning": 2, "pain_usual": 1}) is False
    assert worse.holds({"pain_morning": 3}) is None
    assert worse.holds({"pain_usual": 1}) is None


@pytest.mark.parametrize(
    ("op", "below", "equal", "above"),
    [("<", 1, 0, 0), ("<=", 1, 1, 0), ("==", 0, 1, 0), (">=", 0, 1, 1), (">", 0, 0, 1)],
)
def test_operators(op: str, below: int, equal: int, above: int) -> None:
    text = f"""
    [it]
    text = "Words."
    sources = []
    mark = "E"
    certainty = "N"
    last_reviewed = 2026-11-22
    criteria = [{{ metric = "pain_during", op = "{op}", value = 2, unit = "0-10" }}]
    """
    rule = records_from_text(text, "made.toml", Rule)["it"]
    assert [rule.holds({"pain_during": pain}) for pain in (1, 2, 3)] == [bool(below), bool(equal), bool(above)]


def test_the_pain_rules_of_the_document_are_there() -> None:
    kinds = [rule.kind for rule in knowledge().pain_rules.values()]
    assert kinds.count("rule_set") == 6
    assert kinds.count("cap") == 3
    assert kinds.count("decision") == 4
    assert kinds.count("modifier") == 2  # the second, what lies within the error of an answer, is ours
    assert kinds.count("escalation") == 2
    assert kinds.count("flare") == 1
    assert kinds.count("soreness") == 5


def test_caps() -> None:
    rules = knowledge().pain_rules
    caps = {
        condition: rule.number("cap") for rule in rules.values() if rule.kind == "cap" for condition in rule.conditions
    }
    assert caps == {
        "pfp": 2,
        "itbs": 2,
        "knee_oa": 2,
        "patellar_tendinopathy": 3,
        "quadriceps_tendinopathy": 3,
        "bone_stress_injury": 0,
    }


def test_green_and_red_answers() -> None:
    rules = knowledge().pain_rules
    assert rules["green"].holds(GREEN) is True
    assert rules["red"].holds(GREEN) is False
    for sign in ("red_flag", "new_swelling", "limp"):
        assert rules["red"].holds({**GREEN, sign: 1}) is True
    assert rules["red"].holds({**GREEN, "pain_during": 6}) is True
    assert rules["red"].holds({**GREEN, "pain_during": 5}) is False
    assert rules["green"].holds({**GREEN, "pain_during": 3}) is False
    assert rules["green"].holds({**GREEN, "pain_morning": 2}) is False


def test_an_unknown_answer_is_never_green_and_a_known_red_sign_is_red_all_the_same() -> None:
    rules = knowledge().pain_rules
    assert rules["green"].holds({**GREEN, "pain_60min": None}) is None
    assert rules["red"].holds({"limp": 1}) is True


def test_red_is_asked_before_missing_and_missing_before_green() -> None:
    steps = sorted(
        (rule for rule in knowledge().pain_rules.values() if rule.kind == "decision"), key=lambda rule: rule.order or 0
    )
    assert [step.id for step in steps] == ["red", "missing", "green", "amber"]


@pytest.mark.parametrize(
    ("ambers", "reds", "back", "referred"), [(2, 1, 0, 0), (3, 0, 1, 0), (0, 2, 1, 0), (0, 3, 1, 1)]
)
def test_escalation_within_14_days(ambers: int, reds: int, back: int, referred: int) -> None:
    rules = knowledge().pain_rules
    counts = {"amber_count": float(ambers), "red_count": float(reds)}
    assert rules["step_back"].holds(counts) is bool(back)
    assert rules["refer"].holds(counts) is bool(referred)
    assert {criterion.window_days for criterion in rules["step_back"].criteria} == {14}


def test_a_bad_morning_makes_the_next_session_a_fifth_smaller() -> None:
    action = knowledge().pain_rules["amber_reduce"].action("reduce_next")
    assert (action.value, action.unit) == (20, "%")
    with pytest.raises(KeyError):
        knowledge().pain_rules["amber_reduce"].action("unknown")


def test_the_load_rules_keep_their_order() -> None:
    rules = [rule for rule in knowledge().load_rules.values() if rule.kind == "rule"]
    assert [rule.order for rule in rules] == [1, 2, 3, 4, 5, 6, 7]
    assert knowledge().load_rules["single_run"].number("max_ratio") == 1.10
    assert knowledge().load_rules["single_run"].number("window_days") == 30


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        (0.5, "reference"),
        (1.10, "reference"),
        (1.11, "small"),
        (1.30, "small"),
        (1.40, "moderate"),
        (2.0, "moderate"),
        (2.1, "large"),
    ],
)
def test_exactly_one_spike_class_holds(ratio: float, expected: str) -> None:
    classes = [rule for rule in knowledge().load_rules.values() if rule.kind == "spike_class"]
    holding = [rule.clinical for rule in classes if rule.holds({"planned_distance_ratio_30d": ratio})]
    assert holding == [expected]


def test_the_middle_spike_class_is_lower_than_the_small_one_as_published() -> None:
    rules = knowledge().load_rules
    rates = [rules[f"spike_{name}"].number("hrr") for name in ("small", "moderate", "large")]
    assert rates == [1.64, 1.52, 2.28]
    assert all(rules[f"spike_{name}"].values["hrr"].compared_with for name in ("small", "moderate", "large"))


def test_a_range_is_not_a_number() -> None:
    with pytest.raises(KeyError, match="range"):
        knowledge().load_rules["speed"].number("slower")


def test_modules_and_adherence() -> None:
    assert len(knowledge().module_rules) == 11
    assert len(knowledge().adherence) == 8
    assert (
        knowledge()
        .adherence["plan_size"]
        .holds({"exercises_per_session": 5, "minutes_per_session": 25, "sessions_per_week": 3})
    )
    assert knowledge().adherence["shrink_plan"].holds({"done_over_planned": 0.49})
