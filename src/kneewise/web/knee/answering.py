"""What a page of the intake sends back, read question by question, with a sentence where it cannot be right."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kneewise.evidence.intake import Question
from kneewise.units import METRES_PER_INCH, METRES_PER_KM, METRES_PER_MILE
from kneewise.web.amounts import imperial, number
from kneewise.web.knee.pages import questions
from kneewise.web.wording import gettext as _

#: Hidden in every question: which of them the page showed.
SHOWN = "shown"
#: Steps of a scale, as a form sends them.
STEPS = tuple(str(step) for step in range(11))
_NONE_OF_THEM = frozenset({"none", "nothing"})
_CM_PER_INCH = METRES_PER_INCH * 100


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent.

    Attributes
    ----------
    shown : tuple of str
        Questions that the page showed.
    answers : mapping
        Answers by question as JSON values; ``None`` where the runner left it out.
    typed : mapping
        The same as it was typed, to show again.
    errors : mapping
        A sentence for each question whose answer cannot be right.
    """

    shown: tuple[str, ...]
    answers: Mapping[str, Any]
    typed: Mapping[str, Any]
    errors: Mapping[str, str]


def read_page(fields: Iterable[tuple[str, str]]) -> Sent:
    """Read the fields of a page."""
    given: dict[str, list[str]] = {}
    shown: list[str] = []
    for name, text in fields:
        if name == SHOWN and text in questions():
            shown.append(text)
        elif name in questions():
            given.setdefault(name, []).append(text)
    answers: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name in shown:
        question = questions()[name]
        texts = [text for text in given.get(name, []) if text.strip()]
        try:
            answers[name] = _answer(question, texts)
        except ValueError as error:
            errors[name] = str(error)
    _compare(answers, errors)
    typed = {name: texts if questions()[name].type == "choices" else texts[0] for name, texts in given.items()}
    return Sent(tuple(shown), answers, typed, errors)


def shown_unit(question: Question) -> str:
    """Return the unit of a number as the reader types it."""
    if imperial() and question.unit == "km":
        return _("mi")
    return (_("in") if imperial() and question.unit == "cm" else _unit_words().get(question.unit or "", "")) or ""


def shown_number(question: Question, value: float | None) -> str:
    """Return a number in the reader's units, as it stands in its field."""
    return "" if value is None else f"{value / _scale(question):.4g}"


def _answer(question: Question, texts: Sequence[str]) -> Any:
    if question.type == "choices":
        if len(texts) > 1 and any(text in _NONE_OF_THEM for text in texts):
            raise ValueError(_("'None' and another answer cannot both be true; choose one."))
        if not set(texts) <= set(_allowed(question)):
            raise ValueError(_("Choose from the answers."))
        return list(dict.fromkeys(texts)) or None
    if not texts:
        return None
    if question.type == "number":
        return _number(question, texts[0])
    if question.type == "text":
        return texts[0]
    if texts[0] not in _allowed(question):
        raise ValueError(_("Choose one of the answers."))
    return float(texts[0]) if question.type == "scale" else texts[0]


def _allowed(question: Question) -> Collection[str]:
    if question.type == "scale":
        return STEPS
    return [option.id for option in question.options]


def _number(question: Question, text: str) -> float:
    low, high = (None if bound is None else bound / _scale(question) for bound in (question.low, question.high))
    try:
        found = float(text.replace(",", "."))
    except ValueError as error:
        raise ValueError(_("'%(text)s' is no number.", text=text[:20])) from error
    if not math.isfinite(found) or (low is not None and found < low) or (high is not None and found > high):
        raise ValueError(_("Give a number from %(low)s to %(high)s.", low=number(low), high=number(high)))
    return found * _scale(question)


def _compare(answers: Mapping[str, Any], errors: dict[str, str]) -> None:
    worst, usual = answers.get("pain_worst"), answers.get("pain_usual")
    if worst is not None and usual is not None and usual > worst:
        errors["pain_usual"] = _("Usual pain cannot be above the worst of the same week; correct one of the two.")


def _scale(question: Question) -> float:
    if not imperial():
        return 1.0
    return {"km": METRES_PER_MILE / METRES_PER_KM, "cm": _CM_PER_INCH}.get(question.unit or "", 1.0)


def _unit_words() -> Mapping[str, str]:
    return {
        "years": _("years"),
        "days": _("days"),
        "weeks": _("weeks"),
        "km": _("km"),
        "minutes": _("minutes"),
        "runs": _("runs a week"),
        "months": _("months"),
        "hours": _("hours"),
        "sessions a week": _("a week"),
        "squats": _("squats"),
        "seconds": _("seconds"),
        "cm": _("cm"),
    }
