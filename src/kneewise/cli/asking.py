"""Asking the intake's questions one by one on a terminal; what the answers so far make needless is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from kneewise.cli.paragraphs import bullets, heading, wrapped
from kneewise.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kneewise.evidence.intake import Question

_SHORT = {"y": "yes", "n": "no", "u": "unsure", "?": "unsure"}
_SAFETY_NONE = "safety_none"


def ask_intake() -> dict[str, Any]:
    """Ask until every question that can change something is answered or skipped; return the answers.

    An empty answer skips a question. Each answer is checked at once, and asked again where it cannot be right.
    """
    from kneewise.assessment import next_questions, read_answers

    answers: dict[str, Any] = {}
    seen: set[str] = set()
    group = None
    _say(wrapped("Press Enter to skip a question; type 'unsure' where you do not know."))
    while True:
        checked = read_answers({"answers": answers})
        left = [question for question in next_questions(checked) if question.id not in seen]
        if not left:
            return answers
        question = left[0]
        seen.add(question.id)
        if question.group != group:
            group = question.group
            _say(heading(group))
        if question.id == _SAFETY_NONE:
            _show_safety_list()
        given = _ask(question, answers)
        if given is not None:
            answers[question.id] = given


def _say(lines: Sequence[str]) -> None:
    """Print on standard error: standard output is for the result."""
    typer.echo("\n".join(lines), err=True)


def _typed() -> str:
    try:
        typed: str = typer.prompt(">", default="", show_default=False, prompt_suffix=" ", err=True)
    except typer.Abort as error:
        raise InvalidInputError(
            "The questions were not answered to the end, so nothing was stored; run 'kneewise intake' again, or give "
            "a file of answers."
        ) from error
    return typed.strip()


def _show_safety_list() -> None:
    from kneewise.assessment import intake_questions
    from kneewise.assessment.questions import safety_list

    _say(bullets(question.text for question in intake_questions() if question.id in safety_list()))


def _ask(question: Question, answers: dict[str, Any]) -> Any:
    from kneewise.assessment import read_answers

    _say(["", *_shown(question)])
    while True:
        typed = _typed()
        if not typed:
            return None
        try:
            given = _meant(question, typed)
            read_answers({"answers": {**answers, question.id: given}})
        except InvalidInputError as error:
            _say(wrapped(str(error)))
        else:
            return given


def _shown(question: Question) -> list[str]:
    lines = wrapped(question.text)
    if question.type == "yes_no_unsure":
        return [*lines, "  yes / no / unsure"]
    if question.type in ("choice", "choices"):
        several = " (several with commas)" if question.type == "choices" else ""
        options = [f"{place}  {option.text}" for place, option in enumerate(question.options, start=1)]
        return [
            *lines,
            *(line for option in options for line in wrapped(option, indent=2, hanging=3)),
            f"  Type the number{several}.",
        ]
    return [*lines, *([f"  in {question.unit}"] if question.unit else [])]


def _meant(question: Question, typed: str) -> Any:
    """Turn what was typed into an answer; numbers stand for options, y and n for yes and no."""
    if question.type in ("number", "scale"):
        try:
            return float(typed.replace(",", "."))
        except ValueError as error:
            raise InvalidInputError(f"'{typed}' is not a number; type a number or press Enter to skip.") from error
    if question.type == "text":
        return typed
    words = [_option(question, word.strip()) for word in typed.split(",") if word.strip()]
    if question.type == "choices":
        return words
    if len(words) != 1:
        raise InvalidInputError("Choose one answer; type its number.")
    return words[0]


def _option(question: Question, word: str) -> str:
    if question.type == "yes_no_unsure":
        return _SHORT.get(word.lower(), word.lower())
    if word.isdigit():
        place = int(word)
        if not 1 <= place <= len(question.options):
            raise InvalidInputError(f"There is no answer {place}; type a number from 1 to {len(question.options)}.")
        return question.options[place - 1].id
    return word
