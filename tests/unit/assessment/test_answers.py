"""Answers are checked against the questions, with one sentence for each kind of mistake."""

from __future__ import annotations

from typing import Any

import pytest

from kneewise.assessment import assess, next_questions, read_answers
from kneewise.assessment.questions import safety_list
from kneewise.errors import InvalidInputError


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"no_such_question": 1}, "no question 'no_such_question'"),
        ({"pain_worst": 11}, "takes 0 to 10"),
        ({"pain_worst": -1}, "takes 0 to 10"),
        ({"pain_worst": True}, "takes a number"),
        ({"pain_worst": "much"}, "takes a number"),
        ({"pain_worst": float("nan")}, "takes 0 to 10"),
        ({"onset": "yesterday"}, "takes one of"),
        ({"zones": "ant_diffuse"}, "takes a list"),
        ({"zones": ["moon"]}, "takes a list"),
        ({"provoking": ["none", "squat"]}, "cannot both be true"),
        ({"pain_worst": 3, "pain_usual": 6}, "above worst pain"),
        ({"safety_none": "none_fits", "rf_locked": "yes"}, "correct one"),
        ({"answers": ["zones"]}, "must be an object"),
    ],
)
def test_a_mistake_gets_one_sentence(given: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInputError, match=words) as caught:
        read_answers(given)
    assert str(caught.value).count("\n") == 0


def test_null_means_not_answered() -> None:
    assert read_answers({"answers": {"pain_worst": None}}).get("pain_worst") is None


def test_none_fits_answers_the_list_that_was_shown_and_nothing_else() -> None:
    answers = read_answers({"safety_none": "none_fits"})
    assert all(answers.get(name) == "no" for name in safety_list())
    assert answers.get("injury_pop") is None


@pytest.mark.parametrize(
    ("situation", "flags"),
    [
        ({"onset": "injury"}, {"rf_neurovascular", "rf_open_wound", "rf_rapid_swelling", "rf_giving_way_trauma"}),
        ({"age_years": 15}, {"rf_child_weightbear", "rf_child_fever_limp"}),
        ({"pregnancy": "pregnant"}, {"rf_preg_calf"}),
        ({"medicines": ["blood_thinner"]}, {"rf_anticoag_bleed"}),
        ({"medicines": ["immune"]}, {"rf_immunosuppressed"}),
    ],
)
def test_a_red_flag_that_was_not_on_the_list_is_still_asked(situation: dict[str, Any], flags: set[str]) -> None:
    """Whoever was hurt reads "none of it fits me" before anything about the injury was shown."""
    calm = {"safety_none": "none_fits", "age_years": 30, "pregnancy": "no", "medicines": ["none"], "onset": "gradual"}
    answers = read_answers({**calm, **situation})
    assert flags <= {question.id for question in next_questions(answers)}
    result = assess(answers)
    assert flags <= set(result.triage.unanswered)
    assert "plan" in result.triage.blocks
    assert result.triage.level != "self_manage"


def test_a_note_is_kept_as_far_as_a_database_keeps_it() -> None:
    assert read_answers({"note": " sore \0 \ud800 "}).get("note") == "sore  ?"
    with pytest.raises(InvalidInputError, match="shorten the text"):
        read_answers({"note": "x" * 5000})


def test_a_clause_on_a_question_without_answer_does_not_hold() -> None:
    from kneewise.evidence.intake import Clause

    answers = read_answers({"pain_worst": 5, "zones": ["posterior", "med_below"]})
    assert answers.holds(Clause(question="zones", one_of=("med_below",)))
    assert answers.holds(Clause(question="pain_worst", at_least=5, at_most=5))
    assert not answers.holds(Clause(question="pain_worst", at_least=5.1))
    assert not answers.holds(Clause(question="pain_usual", at_most=10))
