"""Findings, tests and interventions: complete against the document, and never more than the evidence says."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from kneewise.evidence.care import Finding, Intervention, Test
from kneewise.evidence.knowledge import knowledge

FINDINGS = tuple(knowledge().findings.values())
TESTS = tuple(knowledge().tests.values())
INTERVENTIONS = tuple(knowledge().interventions.values())

MECHANISMS = {
    "lumbar_inhibits_glutes",
    "cannot_strengthen_inhibited",
    "spinal_misalignment",
    "itb_friction",
    "itb_stretch",
    "cartilage_irritation",
    "quad_tendon_tension",
    "root_cause",
}


def test_all_rows_of_section_4_are_there() -> None:
    assert len(FINDINGS) == 11 + 19 + 12 + 12 + 8
    assert knowledge().findings.keys() >= MECHANISMS


def test_findings_cover_the_chain() -> None:
    areas = {finding.area for finding in FINDINGS}
    assert areas == {
        "training", "terrain", "habits", "shoes", "body", "trunk", "lumbar", "hip", "knee", "foot", "gait",
    }  # fmt: skip


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding.id)
def test_a_contested_finding_shows_both_sides(finding: Finding) -> None:
    assert bool(finding.side_for) == bool(finding.side_against) == finding.contested
    if finding.id in MECHANISMS:
        assert finding.contested
        assert finding.verdict


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding.id)
def test_a_finding_without_support_is_not_marked_present_by_a_threshold(finding: Finding) -> None:
    # Hip strength is the one exception: not a cause, yet a target of training.
    if finding.supports in {"no", "unknown"} and finding.thresholds:
        assert finding.id in {"hip_weakness"}


def test_ratios_that_are_not_to_be_shown() -> None:
    acwr = knowledge().findings["acwr"]
    assert not acwr.display
    assert acwr.measure is None
    assert acwr.thresholds == ()


def test_a_ratio_always_has_a_comparator_or_a_population() -> None:
    for finding in FINDINGS:
        for figure in finding.figures:
            if figure.unit in {"HRR", "HR", "OR", "RR"}:
                assert figure.compared_with or figure.population, finding.id


def test_all_rows_of_the_accuracy_table_are_there() -> None:
    # 32 rows; two of them hold two tests each and are split.
    assert len(TESTS) == 34
    counts = Counter(test.condition for test in TESTS)
    assert counts == {
        "pfp": 12, "meniscal_lesion": 5, "acl": 4, "patellar_tendinopathy": 3, "itbs": 1, "bone_stress_injury": 2,
        "plica": 1, "fracture": 5, "septic_arthritis": 1,
    }  # fmt: skip


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.id)
def test_likelihood_ratios_agree_with_sensitivity_and_specificity(test: Test) -> None:
    numbers = [test.sensitivity, test.specificity, test.lr_positive, test.lr_negative]
    if any(number is None or number.value is None for number in numbers):
        return
    sensitivity, specificity, positive, negative = (number.value for number in numbers if number is not None)
    assert None not in (sensitivity, specificity, positive, negative)
    own = "from the two above"
    if test.lr_positive is not None and own in test.lr_positive.what:
        assert math.isclose(positive or 0, (sensitivity or 0) / (100 - (specificity or 0)), rel_tol=0.03)
    if test.lr_negative is not None and own in test.lr_negative.what:
        expected = (100 - (sensitivity or 0)) / (specificity or 1)
        assert abs((negative or 0) - expected) < 0.011


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.id)
def test_a_ratio_from_remembered_figures_is_itself_unverified(test: Test) -> None:
    for ratio in (test.lr_positive, test.lr_negative):
        if ratio is not None and "from the two above" in ratio.what and ratio.verified:
            assert test.sensitivity is not None
            assert test.specificity is not None
            assert test.sensitivity.verified
            assert test.specificity.verified


def test_a_combination_depends_on_its_parts() -> None:
    assert set(knowledge().tests["two_of_three_pfp"].depends_on) == {"squat_pain", "resisted_contraction_pain"}
    assert knowledge().tests["clarke_sign"].test_use == "do_not_use"


def test_all_rows_of_the_index_of_interventions_are_there() -> None:
    # 34 rows; the row of oral and topical tablets and gels is split.
    assert len(INTERVENTIONS) == 35
    tiers = Counter(intervention.tier for intervention in INTERVENTIONS)
    assert tiers["core"] == 6
    assert tiers["not_recommended"] == 2


def test_no_figure_of_section_5_4_is_left_out() -> None:
    effects = [effect for intervention in INTERVENTIONS for effect in intervention.effects]
    values = {effect.value for effect in effects}
    table = {
        2.6,
        4.0,
        16.5,
        25.2,
        38.8,
        1.48,
        1.87,
        -0.45,
        -0.54,
        -0.01,
        -3.2,
        -2.9,
        1.03,
        -0.57,
        62,
        -0.86,
        -2.02,
        -0.53,
    }
    table |= {-0.706, -23.4, 12.4, 9, -14, -13, 1.73}
    assert table <= values


@pytest.mark.parametrize("intervention", INTERVENTIONS, ids=lambda intervention: intervention.id)
def test_what_a_runner_may_do_alone(intervention: Intervention) -> None:
    if intervention.tier in {"clinician_only", "not_recommended", "caution"}:
        assert not intervention.self_applied
    if intervention.tier == "core":
        assert intervention.self_applied
    if intervention.caution or intervention.tier == "caution":
        assert intervention.correction


@pytest.mark.parametrize("id_", ["manipulation_lumbopelvic", "dry_needling", "acupuncture", "electroacupuncture"])
def test_contested_care_is_for_a_clinician_only_with_both_sides(id_: str) -> None:
    intervention = knowledge().interventions[id_]
    assert intervention.tier == "clinician_only"
    assert intervention.contested
    assert intervention.side_for
    assert intervention.side_against


def test_every_effect_says_against_what() -> None:
    for intervention in INTERVENTIONS:
        for effect in intervention.effects:
            assert effect.compared_with
            ends = [effect.low, effect.value, effect.high]
            known = [end for end in ends if end is not None]
            assert known == sorted(known), (intervention.id, effect.outcome)


def test_a_trial_of_tape_or_insoles_is_kept_only_for_two_points() -> None:
    for id_ in ("taping_patellar", "orthoses_prefab"):
        keep = knowledge().interventions[id_].keep_if
        assert [criterion.value for criterion in keep] == [2]
