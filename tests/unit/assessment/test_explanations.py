"""Patterns: fits in words, ratios for the clinician only, clues that say the same thing once."""

from __future__ import annotations

import math

import pytest

from kneewise.assessment import assess, read_answers
from kneewise.assessment.explanations import explanations
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value


def fits(**answers: object) -> dict[str, str]:
    return {pattern.condition.id: pattern.fit for pattern in explanations(read_answers(answers))}


def test_typical_patellofemoral_pain_comes_first() -> None:
    found = fits(age_years=28, zones=["ant_diffuse"], provoking=["squat", "stairs_down", "sitting"])
    assert next(iter(found)) == "pfp"
    assert found["pfp"] == "strong"


def test_clear_swelling_weakens_it() -> None:
    answers = {"zones": ["ant_diffuse"], "provoking": ["squat", "stairs_down", "sitting"]}
    assert fits(**answers, swelling="clear").get("pfp") != "strong"


def test_squat_pain_counts_once() -> None:
    """A test squat and "squatting brings it on" are one clue: both together weigh no more than the stronger."""
    one = explanations(read_answers({"zones": ["ant_diffuse"], "provoking": ["squat"]}))[0]
    both = explanations(read_answers({"zones": ["ant_diffuse"], "provoking": ["squat"], "test_squat_pain": 4}))[0]
    assert both.likelihood_ratio == pytest.approx(one.likelihood_ratio)


def test_no_pain_in_the_squat_uses_the_published_ratio() -> None:
    painless = explanations(read_answers({"zones": ["ant_diffuse"], "test_squat_pain": 0}))[0]
    published = knowledge().tests["squat_pain"].lr_negative
    assert published is not None
    assert published.value is not None
    assert painless.likelihood_ratio == pytest.approx(value("patterns.anchor.present") * published.value)


def test_the_combined_ratio_stays_within_its_limits() -> None:
    everything = {
        "zones": ["ant_inferior_pole"],
        "pointing": "one_finger",
        "provoking": ["jumping", "fast_running"],
        "test_decline_squat_spot": "stays",
        "run_pattern": "warms_up",
        "age_years": 20,
    }
    best = explanations(read_answers(everything))[0]
    assert best.condition.id == "patellar_tendinopathy"
    assert math.isclose(best.likelihood_ratio, value("patterns.ratio_cap"))


def test_growing_bones_are_not_considered_in_adults() -> None:
    assert "osgood_schlatter" not in fits(age_years=30, zones=["tib_tuberosity"])
    assert "osgood_schlatter" in fits(age_years=13, zones=["tib_tuberosity"], growth=["bump_sore"])


def test_runner_mode_shows_no_number() -> None:
    answers = read_answers({"safety_none": "none_fits", "zones": ["ant_diffuse"], "provoking": ["squat"]})
    runner = assess(answers).patterns[0].to_json()
    assert not any(isinstance(entry, (int, float)) for entry in runner.values())
    clinician = assess(answers).patterns[0].to_json(clinician=True)
    assert clinician["likelihood_ratio"] > 1
    assert {"lachman"} & {test["id"] for test in clinician["tests_to_add"]} == set()


def test_a_clinicians_test_moves_the_fit() -> None:
    answers = read_answers({"zones": ["med_joint_line"], "onset": "gradual"})
    before = {p.condition.id: p.likelihood_ratio for p in explanations(answers)}["meniscal_lesion"]
    test = next(
        test
        for test in knowledge().tests.values()
        if test.condition == "meniscal_lesion" and test.lr_positive and test.lr_positive.verified
    )
    after = {p.condition.id: p.likelihood_ratio for p in explanations(answers, {test.id: True})}["meniscal_lesion"]
    assert after > before
