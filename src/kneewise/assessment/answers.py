"""Answers to the intake, checked against the questions, and what is asked after them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kneewise.assessment.questions import SAFETY_NONE, intake_questions, safety_list
from kneewise.errors import InvalidInputError
from kneewise.evidence.intake import Clause, Question
from kneewise.evidence.parameters import value

Answer = str | float | tuple[str, ...]

#: Options that say "none of the others" and so cannot stand beside another.
_EXCLUSIVE = ("none", "nothing")

_SCALE = (0.0, 10.0)


@dataclass(frozen=True, slots=True)
class Answers:
    """Checked answers by question id; a question that was left out is not in it."""

    given: Mapping[str, Answer]

    def get(self, question: str) -> Answer | None:
        """Return an answer; "none of these fits me" answers what stands on the list and was not answered itself.

        Red flags that depend on an injury, on age, pregnancy or medicines are not on the list: nobody has read them
        when the list is read, so they stay open until they are asked.
        """
        if question in self.given:
            return self.given[question]
        if self.given.get(SAFETY_NONE) == "none_fits" and question in safety_list():
            return "no"
        return None

    def has(self, question: str) -> bool:
        """Whether the question was answered."""
        return self.get(question) is not None

    def holds(self, clause: Clause) -> bool:
        """Whether a clause is true; a question that was not answered makes it false, unless it asks for just that."""
        answer = self.get(clause.question)
        if answer is None or clause.unanswered:
            return clause.unanswered and answer is None
        if clause.one_of:
            return not set(clause.one_of).isdisjoint(answer if isinstance(answer, tuple) else (answer,))
        if not isinstance(answer, float):
            return False
        return (clause.at_least is None or answer >= clause.at_least) and (
            clause.at_most is None or answer <= clause.at_most
        )

    def hold(self, clauses: Iterable[Clause]) -> bool:
        """Whether all clauses are true."""
        return all(self.holds(clause) for clause in clauses)


def asked_questions(answers: Answers) -> tuple[Question, ...]:
    """Return the questions to ask, given the answers so far: those whose answer can still change something."""
    return tuple(question for question in intake_questions() if answers.hold(question.asked_when))


def read_answers(document: Mapping[str, Any]) -> Answers:
    """Check answers given as JSON: ``{"question id": answer, ...}``, or the same under the key ``"answers"``.

    ``null`` means "not answered". A choice is the option's id, several choices a list of ids.

    Raises
    ------
    InvalidInputError
        For an unknown question, an unknown option, a number outside its range, or answers that contradict each other.
    """
    given = document.get("answers", document)
    if not isinstance(given, dict):
        raise InvalidInputError("The answers must be an object of question ids and answers; see 'intake questions'.")
    known = {question.id: question for question in intake_questions()}
    checked: dict[str, Answer] = {}
    for name, raw in given.items():
        if name not in known:
            raise InvalidInputError(f"There is no question '{name}'; see 'kneewise intake questions' for all of them.")
        if raw is not None:
            checked[name] = _checked(known[name], raw)
    answers = Answers(checked)
    _refuse_contradictions(answers)
    return answers


def _checked(question: Question, raw: Any) -> Answer:
    if question.type in ("number", "scale"):
        return _number(question, raw)
    if question.type == "text":
        if not isinstance(raw, str):
            raise InvalidInputError(f"Question '{question.id}' takes text, not {raw!r}; put it in quotes.")
        return _storable(question, raw)
    if question.type == "choices":
        return _options(question, raw)
    options = [option.id for option in question.options]
    if not isinstance(raw, str) or raw not in options:
        raise InvalidInputError(f"Question '{question.id}' takes one of {', '.join(options)}, not {raw!r}.")
    return raw


def _storable(question: Question, text: str) -> str:
    """Leave out what no database keeps (halves of characters, zero bytes); refuse what nobody typed."""
    text = text.encode("utf-8", "replace").decode().replace("\0", "").strip()
    longest = int(value("told.note_characters"))
    if len(text) > longest:
        raise InvalidInputError(
            f"Question '{question.id}' takes up to {longest} characters, not {len(text)}; shorten the text."
        )
    return text


def _number(question: Question, raw: Any) -> float:
    low, high = _SCALE if question.type == "scale" else (question.low, question.high)
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        raise InvalidInputError(f"Question '{question.id}' takes a number, not {raw!r}.")
    if (low is not None and not raw >= low) or (high is not None and not raw <= high):
        unit = f" {question.unit}" if question.unit else ""
        raise InvalidInputError(
            f"Question '{question.id}' takes {low:g} to {high:g}{unit}, not {raw}; check the number."
        )
    return float(raw)


def _options(question: Question, raw: Any) -> tuple[str, ...]:
    options = [option.id for option in question.options]
    if not isinstance(raw, list) or any(item not in options for item in raw):
        raise InvalidInputError(f"Question '{question.id}' takes a list of {', '.join(options)}, not {raw!r}.")
    if len(raw) > 1 and any(item in _EXCLUSIVE for item in raw):
        raise InvalidInputError(f"Question '{question.id}': 'none' and another answer cannot both be true; choose one.")
    return tuple(dict.fromkeys(raw))


def _refuse_contradictions(answers: Answers) -> None:
    worst, usual = answers.get("pain_worst"), answers.get("pain_usual")
    if isinstance(worst, float) and isinstance(usual, float) and usual > worst:
        raise InvalidInputError(
            f"Usual pain ({usual:g}) is above worst pain ({worst:g}) in the same week; correct one of the two."
        )
    if answers.given.get(SAFETY_NONE) == "none_fits":
        raised = [name for name, answer in answers.given.items() if answer == "yes" and name in safety_list()]
        if raised:
            raise InvalidInputError(
                f"'{SAFETY_NONE}' says that no safety question fits, but '{raised[0]}' is answered yes; correct one."
            )
