"""What a page of the intake shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kneewise.assessment.questions import SAFETY_NONE, safety_list
from kneewise.evidence.intake import Clause, Question
from kneewise.services.intake_draft import Draft
from kneewise.web.knee.answering import STEPS, shown_number, shown_unit
from kneewise.web.knee.pages import IntakePage, is_asked, pages, preceding, questions, visible
from kneewise.web.knee.zones import DRAWN, UNDRAWN, ZoneSpot, view_words, zone_spots
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, told

_YES_NO_UNSURE = (("yes", message("Yes")), ("no", message("No")), ("unsure", message("Not sure")))
_SCALE_ENDS: Mapping[str, tuple[str, str]] = {
    "sleep_quality": (message("very badly"), message("very well")),
    "confidence": (message("not at all"), message("fully sure")),
    "fear": (message("not at all"), message("very much")),
}
_PAIN_ENDS = (message("no pain"), message("the worst"))
_UNSURE = frozenset({"unsure", "none", "later", "skipped"})


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question.

    Attributes
    ----------
    kind : {"radio", "ticks", "number", "scale", "text", "map"}
    text, why : str
        ``why`` says what the answer is for.
    asked : bool
        Whether it is asked now; the page's script shows it as soon as an answer calls for it.
    when : list of mapping
        Which answers of this page call for it, for the script; empty where none does.
    unknown : str
        Words of "I do not know", where there is no such answer among the choices; empty where there is.
    is_unknown : bool
        Whether that was chosen.
    """

    id: str
    kind: str
    text: str
    why: str
    asked: bool
    when: list[dict[str, Any]]
    choices: tuple[Choice, ...] = ()
    value: str = ""
    unit: str = ""
    ends: tuple[str, str] = ("", "")
    unknown: str = ""
    is_unknown: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class IntakeStep:
    """One page.

    Attributes
    ----------
    number, count : int
        Which of how many pages.
    listed : tuple of str
        The safety list, on the page that asks about it.
    spots, rest : tuple of ZoneSpot
        Places of the drawn knee, and those that are no place on it.
    back : str
        Address of the page before; of the overview at the first.
    may_end : bool
        Whether the result can be looked at before this page is answered.
    """

    id: str
    title: str
    lead: str
    number: int
    count: int
    questions: tuple[AskedQuestion, ...]
    listed: tuple[str, ...]
    spots: tuple[ZoneSpot, ...]
    rest: tuple[ZoneSpot, ...]
    views: tuple[tuple[str, str], ...]
    side: str
    back: str
    action: str
    next_words: str
    may_end: bool
    has_errors: bool


def intake_step(
    page: IntakePage, draft: Draft, *, typed: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None
) -> IntakeStep:
    """Return one page.

    Parameters
    ----------
    typed, errors : mapping or None
        What was sent and cannot be right, by question.
    """
    shown = list(visible(draft))
    before = preceding(page, draft)
    asked = tuple(_question(questions()[name], page, draft, typed or {}, errors or {}) for name in page.questions)
    return IntakeStep(
        id=page.id,
        title=_(page.title),
        lead=_(page.lead) if page.lead else "",
        number=shown.index(page) + 1 if page in shown else 1,
        count=len(shown),
        questions=asked,
        listed=tuple(told(questions()[name].text) for name in safety_list()) if SAFETY_NONE in page.questions else (),
        spots=zone_spots(draft.given.get("zones") or (), DRAWN) if "zones" in page.questions else (),
        rest=zone_spots(draft.given.get("zones") or (), UNDRAWN) if "zones" in page.questions else (),
        views=view_words(),
        side=str(draft.given.get("side") or ""),
        back=f"/knee/intake/{before.id}" if before else "/knee",
        action=f"/knee/intake/{page.id}",
        next_words=_next_words(page),
        may_end=page.further and bool(draft.answers.given),
        has_errors=bool(errors),
    )


def _next_words(page: IntakePage) -> str:
    if page.id == "list":
        return _("What I left open does not fit")
    return _("See what it means") if page is pages()[-1] else _("Continue")


def _question(
    question: Question, page: IntakePage, draft: Draft, typed: Mapping[str, Any], errors: Mapping[str, str]
) -> AskedQuestion:
    given = draft.given.get(question.id)
    kind = _kind(question)
    unknown = _unknown(question)
    return AskedQuestion(
        id=question.id,
        kind=kind,
        text=told(question.text),
        why=told(question.why),
        asked=is_asked(question, draft),
        when=_when(question, page, draft),
        choices=_choices(question, typed.get(question.id, given)),
        value=_value(question, typed.get(question.id), given),
        unit=shown_unit(question) if question.type == "number" else "",
        ends=_ends(question) if kind == "scale" else ("", ""),
        unknown=unknown,
        is_unknown=bool(unknown) and question.id in draft.given and given is None,
        error=errors.get(question.id, ""),
    )


def _kind(question: Question) -> str:
    if question.options_from == "pain_map":
        return "map"
    return {"yes_no_unsure": "radio", "choice": "radio", "choices": "ticks"}.get(question.type, question.type)


def _unknown(question: Question) -> str:
    """Return the words of "I do not know" where the question has no such answer of its own."""
    if question.type == "scale":
        return _("I do not know")
    if question.type == "choice" and question.id != SAFETY_NONE and question.id != "adult_with_you":
        options = {option.id for option in question.options}
        return "" if options & _UNSURE else _("I do not know")
    return ""


def _choices(question: Question, given: Any) -> tuple[Choice, ...]:
    chosen = given if isinstance(given, list | tuple) else (given,)
    if question.type == "yes_no_unsure":
        return tuple(Choice(key, _(words), key in chosen) for key, words in _YES_NO_UNSURE)
    if question.type == "scale":
        steps = [f"{one:g}" if isinstance(one, float) else one for one in chosen]
        return tuple(Choice(step, step, step in steps) for step in STEPS)
    return tuple(Choice(option.id, told(option.text), option.id in chosen) for option in question.options)


def _value(question: Question, typed: Any, given: Any) -> str:
    if isinstance(typed, str):
        return typed
    if question.type == "number":
        return shown_number(question, given)
    return str(given or "") if question.type == "text" else ""


def _ends(question: Question) -> tuple[str, str]:
    low, high = _SCALE_ENDS.get(question.id, _PAIN_ENDS)
    return _(low), _(high)


def _when(question: Question, page: IntakePage, draft: Draft) -> list[dict[str, Any]]:
    """Return what the page's script watches: conditions on answers of this page, where those of others hold."""
    here = [clause for clause in question.asked_when if clause.question in page.questions]
    others = [clause for clause in question.asked_when if clause not in here]
    return [_clause(clause) for clause in here] if draft.answers.hold(others) else []


def _clause(clause: Clause) -> dict[str, Any]:
    return {
        "question": clause.question,
        "one_of": list(clause.one_of),
        "at_least": clause.at_least,
        "at_most": clause.at_most,
    }
