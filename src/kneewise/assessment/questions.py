"""Which questions are asked, in which order, and when.

The order is: the red-flag questions that are always asked; who you are and how it began; the red-flag questions that
depend on that; everything else. A question is asked only when an answer can change something.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from kneewise.evidence.intake import Clause, Option, Question
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.safety import AskWhen, Escalation, RedFlag

#: One tap instead of many: answers with "no" what stands on the safety list and was not answered itself.
SAFETY_NONE = "safety_none"
SAFETY_QUESTIONS_GROUP = "Safety first"

#: Red flags that follow from other answers (triage_rules.toml, fracture rules) or from the record; they are not asked.
DERIVED_FLAGS = frozenset({"rf_ottawa", "rf_no_progress", "rf_severe_pain", "rf_effusion"})

#: Questions that decide which of the red-flag questions are asked, so they come before those.
GATES = ("age_years", "adult_with_you", "pregnancy", "medicines", "onset", "injury_days_ago")

#: Those among them whose answer decides whether a red flag is asked at all: unanswered, they leave that flag open.
FLAG_GATES = frozenset({"age_years", "pregnancy", "medicines", "onset"})

_MAYBE_PREGNANT = ("pregnant", "birth_under_12_weeks", "birth_12_weeks_to_year", "unsure")

_YES_NO_UNSURE = (
    Option(id="yes", text="Yes"),
    Option(id="no", text="No"),
    Option(id="unsure", text="Not sure"),
)


def _situations() -> Mapping[AskWhen, tuple[Clause, ...]]:
    """Each situation as a condition on the answers that come before the dependent red-flag questions."""
    return {
        "always": (),
        "after_injury": (Clause(question="onset", one_of=("injury", "unsure")),),
        "under_18": knowledge().intake_questions["adult_with_you"].asked_when,
        "pregnant_or_after_birth": (Clause(question="pregnancy", one_of=_MAYBE_PREGNANT),),
        "on_blood_thinner": (Clause(question="medicines", one_of=("blood_thinner",)),),
        "weakened_immunity": (Clause(question="medicines", one_of=("immune", "steroid")),),
    }


@cache
def intake_questions() -> tuple[Question, ...]:
    """Return every question in the order of asking, red flags first."""
    records = knowledge().intake_questions
    flags = [flag for flag in knowledge().red_flags.values() if flag.id not in DERIVED_FLAGS]
    always = [question for flag in flags if "always" in flag.asked for question in _flag_questions(flag)]
    dependent = [question for flag in flags if "always" not in flag.asked for question in _flag_questions(flag)]
    gates = [_completed(records[name]) for name in GATES]
    rest = [_completed(record) for name, record in records.items() if name not in GATES and name != SAFETY_NONE]
    return (records[SAFETY_NONE], *always, *gates, *dependent, *rest)


@cache
def safety_list() -> tuple[str, ...]:
    """Return the ids of the safety list: the red-flag questions that everybody is asked, shown before the one tap."""
    return tuple(
        question.id
        for question in intake_questions()
        if question.group == SAFETY_QUESTIONS_GROUP and question.type == "yes_no_unsure" and not question.asked_when
    )


def questions_document() -> list[dict[str, Any]]:
    """Return every question as JSON values, complete enough for any client to draw the intake."""
    return [_document(question) for question in intake_questions()]


def _flag_questions(flag: RedFlag) -> Iterator[Question]:
    clauses = _situations()[flag.asked[0]]
    asked = Question(
        id=flag.id,
        group=SAFETY_QUESTIONS_GROUP,
        type="yes_no_unsure",
        text=flag.question,
        why=flag.why,
        term=flag.clinical,
        changes=("triage",),
        options=_YES_NO_UNSURE,
        asked_when=clauses,
        mark=flag.mark,
        sources=flag.sources,
        certainty=flag.certainty,
        last_reviewed=flag.last_reviewed,
    )
    yield asked
    for escalation in flag.escalations:
        # Weight-bearing is asked among the questions about the injury.
        if escalation.question and escalation.when != "cannot_bear_weight":
            follows = (Clause(question=flag.id, one_of=("yes", "unsure")),)
            name = escalation_question_id(flag, escalation)
            yield replace(asked, id=name, text=escalation.question, asked_when=follows)


def escalation_question_id(flag: RedFlag, escalation: Escalation) -> str:
    """Return the id of the question that follows a red flag answered yes."""
    return f"{flag.id}_{escalation.when}"


def _completed(question: Question) -> Question:
    if question.type == "yes_no_unsure":
        return replace(question, options=_YES_NO_UNSURE)
    if question.options_from == "pain_map":
        zones = knowledge().pain_map.values()
        return replace(
            question, options=tuple(Option(id=zone.id, text=zone.plain, term=zone.clinical) for zone in zones)
        )
    return question


def _document(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "group": question.group,
        "type": question.type,
        "text": question.text,
        "term": question.term,
        "why": question.why,
        "unit": question.unit,
        "low": 0 if question.type == "scale" else question.low,
        "high": 10 if question.type == "scale" else question.high,
        "options": [{"id": option.id, "text": option.text, "term": option.term} for option in question.options],
        "asked_when": [_clause(clause) for clause in question.asked_when],
        "changes": list(question.changes),
        "safe_test": question.safe_test,
        # The list that is shown with the question; its first option answers all of it with "no".
        "shows": list(safety_list()) if question.id == SAFETY_NONE else [],
        # How urgent a yes is: after "emergency" nothing more is asked.
        "level_if_yes": flag.level if (flag := knowledge().red_flags.get(question.id)) else None,
    }


def _clause(clause: Clause) -> dict[str, Any]:
    document: dict[str, Any] = {"question": clause.question}
    if clause.one_of:
        document["one_of"] = list(clause.one_of)
    for key in ("at_least", "at_most"):
        if (bound := getattr(clause, key)) is not None:
            document[key] = bound
    return document
