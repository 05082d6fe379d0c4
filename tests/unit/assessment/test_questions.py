"""The intake: red flags first, nothing asked that changes nothing, complete enough for any client."""

from __future__ import annotations

from kneewise.assessment import asked_questions, intake_questions, questions_document, read_answers
from kneewise.assessment.questions import DERIVED_FLAGS, SAFETY_QUESTIONS_GROUP
from kneewise.evidence.knowledge import knowledge


def test_ids_are_unique() -> None:
    ids = [question.id for question in intake_questions()]
    assert len(ids) == len(set(ids))


def test_every_red_flag_is_asked_or_derived() -> None:
    asked = {question.id for question in intake_questions()}
    derived = {rule.flag for rule in knowledge().triage_rules.values()} | {"rf_ottawa", "rf_no_progress"}
    assert set(knowledge().red_flags) == (set(knowledge().red_flags) & asked) | DERIVED_FLAGS
    assert derived >= DERIVED_FLAGS


def test_red_flags_come_before_everything_that_does_not_decide_which_of_them_are_asked() -> None:
    groups = [question.group for question in intake_questions()]
    last_flag = max(place for place, group in enumerate(groups) if group == SAFETY_QUESTIONS_GROUP)
    assert set(groups[:last_flag]) <= {SAFETY_QUESTIONS_GROUP, "About you", "Your pain", "The injury"}
    assert intake_questions()[1].group == SAFETY_QUESTIONS_GROUP


def test_conditions_look_back_only() -> None:
    """A question may depend only on questions that come before it, or nobody could ask them in order."""
    seen: set[str] = set()
    for question in intake_questions():
        assert {clause.question for clause in question.asked_when} <= seen, question.id
        seen.add(question.id)


def test_a_question_of_children_is_not_asked_of_adults() -> None:
    asked = {question.id for question in asked_questions(read_answers({"age_years": 40}))}
    assert "rf_child_fever_limp" not in asked
    assert "growth" not in asked
    young = {question.id for question in asked_questions(read_answers({"age_years": 14}))}
    assert {"rf_child_fever_limp", "growth", "adult_with_you"} <= young


def test_the_document_describes_every_choice() -> None:
    for question in questions_document():
        assert question["text"]
        assert question["why"]
        if question["type"] in ("choice", "choices", "yes_no_unsure"):
            assert len(question["options"]) >= 2, question["id"]
        if question["type"] in ("number", "scale"):
            assert question["low"] < question["high"], question["id"]


def test_everything_that_rules_and_patterns_ask_about_is_a_question() -> None:
    known = {question.id: {option.id for option in question.options} for question in intake_questions()}
    clauses = [clause for rule in knowledge().triage_rules.values() for clause in rule.when]
    for pattern in knowledge().patterns.values():
        clauses += [*pattern.only_if, *(clause for feature in pattern.features for clause in feature.when)]
    for question in intake_questions():
        clauses += question.asked_when
    for clause in clauses:
        assert clause.question in known, clause
        assert set(clause.one_of) <= known[clause.question], clause
