"""What the runner told, as the report shows it: the complaint, and how every red flag stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from kneewise.assessment.answers import Answer, Answers, asked_questions
from kneewise.assessment.questions import DERIVED_FLAGS, intake_questions, safety_list
from kneewise.assessment.triage import rules_version
from kneewise.evidence.intake import Question
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.safety import RedFlag
from kneewise.report.clinic.complaint import Complaint, FittingPattern, Flag, FlagState, Screening, Test, Told
from kneewise.services.intake import Intake

#: Answers that show a derived flag was looked at: without them it stays open.
_DERIVED_FROM: Mapping[str, str] = {"rf_severe_pain": "pain_worst", "rf_effusion": "swelling"}
_TESTS_SHOWN = 3
#: Never handed on (evidence/clinical.md 9.2); a flag about it only where it was raised.
_KEPT_BACK = frozenset({"pregnancy", "safety_none", "tests_now", "adult_with_you"})
_KEPT_BACK_FLAG = "rf_preg_calf"


def complaint_of(intake: Intake) -> Complaint:
    """Return what was told in an intake, in the order of its questions."""
    answers = _answers_of(intake)
    weeks = answers.get("duration_weeks")
    onset = intake.local_date - timedelta(weeks=weeks) if isinstance(weeks, int | float) else None
    return Complaint(
        answered_on=intake.local_date,
        onset=onset,
        answers=tuple(
            _told(question, answers[question.id])
            for question in intake_questions()
            if question.id in answers and question.id not in _KEPT_BACK and question.type != "yes_no_unsure"
        ),
        patterns=tuple(_pattern(pattern, intake.clinical_tests) for pattern in intake.told["patterns"]),
        examined=tuple(_examined(intake)),
    )


def _examined(intake: Intake) -> Iterator[Test]:
    results = intake.clinical_tests
    for test in knowledge().tests.values():
        if test.id in results:
            ratios = (test.lr_positive, test.lr_negative)
            positive, negative = (figure.value if figure and figure.verified else None for figure in ratios)
            on = intake.examined_on.get(test.id, intake.local_date)
            yield Test(test.id, test.clinical_name, positive, negative, results[test.id], on)


def screening_of(intake: Intake, raised_later: Sequence[str]) -> Screening:
    """Return how every red flag stands.

    Parameters
    ----------
    raised_later : sequence of str
        What check-ins have raised since, in words.
    """
    told = intake.told
    return Screening(
        answered_on=intake.local_date,
        level=told["level"],
        label=told["label"],
        reasons=tuple(reason["text"] for reason in told["reasons"]),
        flags=tuple(_flags(intake)),
        rules_version=intake.rules_version,
        outdated=intake.rules_version != rules_version(),
        later=tuple(raised_later),
    )


def _answers_of(intake: Intake) -> dict[str, Any]:
    return {name: given for name, given in intake.answers.items() if given is not None}


def _told(question: Question, given: Any) -> Told:
    if question.type in ("choice", "choices"):
        chosen = tuple(given) if isinstance(given, list | tuple) else (str(given),)
        texts = {option.id: option.text for option in question.options}
        return Told(question.id, choices=chosen, texts=tuple(texts.get(one, one) for one in chosen))
    if isinstance(given, int | float):
        return Told(question.id, number=float(given), unit=question.unit or "")
    return Told(question.id, words=str(given))


def _pattern(document: Mapping[str, Any], results: Mapping[str, bool]) -> FittingPattern:
    tests = [
        Test(each["id"], each["name"], each["lr_positive"], each["lr_negative"], results.get(each["id"]))
        for each in document.get("tests_to_add", ())
    ]
    return FittingPattern(
        condition=document["condition"],
        name=document["name"],
        clinical_name=document["clinical_name"],
        fit=document["fit"],
        speaks_for=tuple(document["for"]),
        speaks_against=tuple(document["against"]),
        tests=tuple(tests),
    )


def _flags(intake: Intake) -> Iterator[Flag]:
    """Yield every flag; answers that the questions of today no longer read leave what is not certain open."""
    given = {name: _plain(answer) for name, answer in _answers_of(intake).items()}
    answers = intake.checked_answers() or Answers(given)
    asked = {question.id for question in asked_questions(answers)}
    raised = {reason["rule"] for reason in intake.told["reasons"]}
    for flag in knowledge().red_flags.values():
        state = _derived(flag, answers, raised) if flag.id in DERIVED_FLAGS else _answered(flag, answers, asked)
        if flag.id == _KEPT_BACK_FLAG and state not in ("yes", "unsure"):
            continue
        yield Flag(flag.id, flag.clinical, flag.question, flag.level, state)


def _plain(given: Any) -> Answer:
    if isinstance(given, list):
        return tuple(str(each) for each in given)
    return float(given) if isinstance(given, int | float) else str(given)


def _answered(flag: RedFlag, answers: Answers, asked: set[str]) -> FlagState:
    own = answers.given.get(flag.id)
    if own in ("yes", "no", "unsure"):
        return own  # type: ignore[return-value]  # one of the three
    if answers.get(flag.id) == "no" and flag.id in safety_list():
        return "listed_no"
    return "not_answered" if flag.id in asked else "not_asked"


def _derived(flag: RedFlag, answers: Answers, raised: set[str]) -> FlagState:
    if flag.id in raised:
        return "yes"
    source = _DERIVED_FROM.get(flag.id)
    if source is None:
        return "not_asked"
    return "no" if answers.has(source) else "not_answered"


def tests_worth_doing(complaint: Complaint | None) -> tuple[Test, ...]:
    """Return the tests with published ratios that tell most about the best-fitting pattern and were not done."""
    if complaint is None or not complaint.patterns:
        return ()
    known = [test for test in complaint.patterns[0].tests if test.result is None and _strength(test) > 1]
    return tuple(sorted(known, key=_strength, reverse=True)[:_TESTS_SHOWN])


def _strength(test: Test) -> float:
    """Return by how much a test can move the odds, in the better of its two directions."""
    return max(test.lr_positive or 1.0, 1 / test.lr_negative if test.lr_negative else 1.0)


def age_of(intake: Intake | None, birth_year: int | None, today: date) -> int | None:
    """Return the age in years: as it was told, else from the year of birth."""
    told = None if intake is None else intake.answers.get("age_years")
    if isinstance(told, int | float) and intake is not None:
        return int(told) + today.year - intake.local_date.year if birth_year is None else today.year - birth_year
    return None if birth_year is None else today.year - birth_year
