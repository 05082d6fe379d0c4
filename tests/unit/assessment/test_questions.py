"""The intake: red flags first, nothing asked that changes nothing, complete enough for any client."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import kneewise
from kneewise.assessment import asked_questions, intake_questions, next_questions, questions_document, read_answers
from kneewise.assessment.questions import DERIVED_FLAGS, SAFETY_QUESTIONS_GROUP, safety_list
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


HURT: dict[str, Any] = {
    "safety_none": "none_fits",
    "age_years": 30,
    "pregnancy": "no",
    "medicines": ["none"],
    "onset": "injury",
}


def test_nothing_is_asked_in_an_emergency() -> None:
    assert next_questions(read_answers({"rf_hot_joint_fever": "yes"})) == ()
    assert next_questions(read_answers({**HURT, "rf_neurovascular": "yes"})) == ()


def test_who_must_be_seen_today_is_asked_only_what_could_be_an_emergency() -> None:
    left = {question.id for question in next_questions(read_answers({**HURT, "rf_fall_stumble_fit": "yes"}))}
    assert "rf_neurovascular" in left
    assert not left & {"zones", "goal", "test_squat_pain", "shoe_age_months"}


def test_no_test_is_asked_that_the_answers_so_far_forbid() -> None:
    calm = {**HURT, "onset": "gradual", "tests_now": "yes"}
    tests = {question.id for question in next_questions(read_answers(calm)) if question.safe_test}
    assert {"test_squat_pain", "test_step_down_pain"} <= tests
    for flag in ({"rf_bone_focal": "yes"}, {"rf_bone_focal": "unsure"}, {"pain_worst": 9}):
        given = {**calm, "safety_none": "some_fit", **flag}
        assert not [question.id for question in next_questions(read_answers(given)) if question.safe_test]


def test_a_client_can_show_the_safety_list_and_stop_at_an_emergency() -> None:
    questions = {question["id"]: question for question in questions_document()}
    shown = questions["safety_none"]["shows"]
    assert "rf_hot_joint_fever" in shown
    assert all(questions[name]["type"] == "yes_no_unsure" and not questions[name]["asked_when"] for name in shown)
    assert questions["rf_hot_joint_fever"]["level_if_yes"] == "emergency"
    assert questions["age_years"]["level_if_yes"] is None
    assert questions["age_years"]["shows"] == []


def test_a_typical_runner_is_asked_few_enough_questions_for_four_minutes() -> None:
    """The red-flag list is one tap, and the tests at home are done another day."""
    given = {**HURT, "onset": "gradual", "zones": ["ant_diffuse"], "provoking": ["squat", "stairs_down"]}
    answers = read_answers({**given, "training_change": ["one_long_run"], "tests_now": "later", "goal": "race"})
    typical = [question for question in asked_questions(answers) if question.id not in safety_list()]
    assert len(typical) <= 40, [question.id for question in typical]
    assert [question.id for question in typical if question.safe_test] == ["tests_now"]


#: Answers for which nothing is decided: they stay in the record.
KEPT = {"strength_sessions"}


def test_every_question_that_is_asked_is_read_somewhere() -> None:
    package = Path(kneewise.__file__).parent
    below = [path for path in sorted(package.rglob("*.py")) if "web" not in path.relative_to(package).parts]
    code = "".join(path.read_text(encoding="utf-8") for path in below)  # the app's pages ask, they decide nothing
    files = ("intake", "triage_rules", "patterns")
    rules = "".join((package / "evidence" / f"{name}.toml").read_text(encoding="utf-8") for name in files)
    asked = {question.id for question in intake_questions() if question.group != SAFETY_QUESTIONS_GROUP}
    unread = {name for name in asked if f'"{name}"' not in code and f'question = "{name}"' not in rules}
    assert unread == KEPT
