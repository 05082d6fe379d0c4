"""Triage: each red flag leads at least to its level, unsure to the next one, and open questions never to self-care."""

from __future__ import annotations

import pytest

from kneewise.assessment import assess, read_answers
from kneewise.assessment.questions import DERIVED_FLAGS
from kneewise.assessment.triage import rules_version, triage
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.safety import TRIAGE_ORDER

ASKED_FLAGS = sorted(set(knowledge().red_flags) - DERIVED_FLAGS)
HEALTHY = {
    "safety_none": "none_fits",
    "age_years": 30,
    "pregnancy": "no",
    "medicines": ["none"],
    "onset": "gradual",
    "zones": ["ant_diffuse"],
}


def level(**answers: object) -> str:
    return triage(read_answers({**HEALTHY, **answers})).level


def test_no_red_flag_allows_self_care_and_says_so() -> None:
    result = triage(read_answers(HEALTHY))
    assert result.level == "self_manage"
    assert [reason.rule for reason in result.reasons] == ["no_red_flag"]


@pytest.mark.parametrize("flag", ASKED_FLAGS)
def test_yes_leads_at_least_to_the_flags_level(flag: str) -> None:
    result = triage(read_answers({**HEALTHY, "safety_none": "some_fit", flag: "yes"}))
    expected = knowledge().red_flags[flag].level
    assert TRIAGE_ORDER.index(result.level) <= TRIAGE_ORDER.index(expected)
    assert set(knowledge().red_flags[flag].blocks) <= set(result.blocks)
    assert flag in {reason.rule for reason in result.reasons}


@pytest.mark.parametrize("flag", ASKED_FLAGS)
def test_unsure_leads_to_the_next_lower_level_with_a_prompt(flag: str) -> None:
    result = assess(read_answers({**HEALTHY, flag: "unsure"}))
    assert result.triage.level == knowledge().red_flags[flag].unsure_level
    assert knowledge().red_flags[flag].unsure in {advice.text for advice in result.advice}


def test_open_safety_questions_never_allow_self_care() -> None:
    answers = {name: answer for name, answer in HEALTHY.items() if name != "safety_none"}
    result = triage(read_answers(answers))
    assert result.level == "routine"
    assert "rf_locked" in result.unanswered
    assert "plan" in result.blocks


@pytest.mark.parametrize("item", ["injury_cannot_walk_4_steps", "injury_cannot_bend_90", "injury_kneecap_bone_tender"])
def test_an_ottawa_item_in_the_first_week_is_seen_today(item: str) -> None:
    assert level(onset="injury", injury_days_ago=7, **{item: "yes"}) == "same_day"


def test_after_the_first_week_an_ottawa_item_is_still_seen_within_days() -> None:
    assert level(onset="injury", injury_days_ago=8, injury_cannot_bend_90="yes") == "urgent"


def test_the_age_item_counts_only_after_an_injury() -> None:
    assert level(onset="injury", injury_days_ago=1, age_years=55) == "same_day"
    assert level(onset="injury", injury_days_ago=1, age_years=54) == "routine"
    assert level(onset="gradual", age_years=55) == "self_manage"


def test_an_escalation_raises_the_level() -> None:
    swelled = {"safety_none": "some_fit", "rf_rapid_swelling": "yes", "onset": "injury"}
    assert level(**swelled) == "urgent"
    assert level(**swelled, injury_cannot_walk_4_steps="yes") == "same_day"


def test_severe_pain_is_at_or_over_8() -> None:
    assert level(pain_worst=7) == "self_manage"
    assert level(pain_worst=8) == "urgent"


def test_nothing_is_explained_at_an_emergency() -> None:
    result = assess(read_answers({**HEALTHY, "safety_none": "some_fit", "rf_deformity": "yes"}))
    assert result.patterns == ()
    assert "everything" in result.triage.blocks


def test_a_child_alone_gets_no_plan() -> None:
    result = assess(read_answers({**HEALTHY, "age_years": 15, "adult_with_you": "no"}))
    assert "no_child_auto" in {refusal.id for refusal in result.refused}
    assert "plan" in result.triage.blocks


def test_the_version_names_the_rules() -> None:
    assert triage(read_answers(HEALTHY)).version == rules_version()
    assert len(rules_version()) == 12


def test_unsure_stops_what_its_own_advice_forbids() -> None:
    result = assess(read_answers({**HEALTHY, "zones": ["bone_focal"], "pointing": "one_finger"}))
    assert result.triage.level == "routine"
    assert {"running", "impact", "self_tests"} <= set(result.triage.blocks)


def test_an_ottawa_item_left_out_keeps_a_fresh_injury_open() -> None:
    hurt = {**HEALTHY, "onset": "injury", "injury_days_ago": 1}
    assert "injury_cannot_bend_90" in triage(read_answers(hurt)).unanswered
    assert "plan" in triage(read_answers(hurt)).blocks
    assert "injury_cannot_bend_90" not in triage(read_answers({**hurt, "injury_days_ago": 8})).unanswered


def test_nobody_in_an_emergency_is_sent_back_to_the_questions() -> None:
    rules = {reason.rule for reason in triage(read_answers({"rf_hot_joint_fever": "yes"})).reasons}
    assert rules == {"rf_hot_joint_fever"}


@pytest.mark.parametrize(
    "answers",
    [
        {"medicines": ["fluoroquinolone"], "zones": ["ant_inferior_pole"], "provoking": ["jumping"]},
        {
            "pregnancy": "pregnant",
            "zones": ["lat_epicondyle"],
            "pointing": "one_finger",
            "run_pattern": "fixed_distance",
        },
        {
            "pain_worst": 9,
            "zones": ["ant_diffuse"],
            "provoking": ["squat", "stairs_down", "sitting"],
            "pointing": "palm",
        },
    ],
)
def test_a_pattern_does_not_call_for_what_is_blocked(answers: dict[str, object]) -> None:
    """A tendon to be left alone and "load the tendon step by step" stood on one page."""
    shown = assess(read_answers({**HEALTHY, **answers})).to_json()["patterns"]
    assert shown
    assert not [
        pattern for pattern in shown if any(word in pattern["next"] for word in ("Load the", "Run ", "strength"))
    ]


def test_the_two_runs_that_are_compared_are_told_apart() -> None:
    runs = {"planned_run_km": 14, "longest_run_last_30_days_km": 10, "trigger_run_km": 25, "longest_run_km": 10}
    texts = " ".join(advice.text for advice in assess(read_answers({**HEALTHY, **runs})).advice)
    assert "The run you plan is 30% to 100% longer" in texts
    assert "The run at which it began was more than 100% longer" in texts


def test_pain_of_over_four_months_is_told_and_blocks_nothing() -> None:
    result = assess(read_answers({**HEALTHY, "duration_weeks": 18}))
    assert (result.triage.level, result.triage.blocks) == ("self_manage", ())
    assert any("four months" in reason.text for reason in result.triage.reasons)
    assert not [r for r in triage(read_answers({**HEALTHY, "duration_weeks": 17})).reasons if r.rule == "long_standing"]
