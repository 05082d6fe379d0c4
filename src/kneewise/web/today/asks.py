"""The questions of a check-in: only those due, each with its slider, and what a form sends back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kneewise.domain import MOMENTS, SIGNS, Moment, Sign
from kneewise.errors import InvalidInputError
from kneewise.services.checking_in import Telling
from kneewise.services.today import Ask
from kneewise.web.amounts import day_long
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, told

#: Where a form says that it replaces what was told before.
REPLACE = "replace"
_NOTE = "note"
_ANSWERS = {"yes": True, "no": False}
_MOMENTS: Mapping[Moment, str] = {
    "before": message("Before the run"),
    "during": message("During the run, the worst"),
    "after_60min": message("An hour after the run"),
    "next_morning": message("The morning after"),
    "stairs": message("On stairs"),
}
_SIGNS: Mapping[Sign, str] = {
    "swelling": message("The knee is newly swollen"),
    "limp": message("I limp"),
    "night_pain": message("It hurts at night"),
}


@dataclass(frozen=True, slots=True)
class Slider:
    """One question from 0 to 10; ``name`` tells the day and the moment."""

    name: str
    label: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """One question of yes or no."""

    name: str
    label: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions about one day; without a title where the question says it all."""

    title: str
    sliders: tuple[Slider, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """Questions that are sent together.

    Attributes
    ----------
    id : str
    groups : tuple of Group
        The oldest day first.
    ticks : tuple of Tick
        Signs of the first day.
    """

    id: str
    groups: tuple[Group, ...]
    ticks: tuple[Tick, ...]


def form_of(asks: Sequence[Ask], name: str) -> Form | None:
    """Return the questions of one moment of the day as one form; ``None`` where nothing is asked."""
    if not asks:
        return None
    groups = tuple(_group(told(ask.text), tuple(_sliders(ask))) for ask in asks)
    return Form(name, groups, _ticks(asks[0].local_date.isoformat()))


def form_without_days(name: str) -> Form:
    """Return questions for a day that nobody foresaw; the page fills in ``{today}`` and ``{yesterday}``."""
    morning = Group("", (Slider("{yesterday}.next_morning", _("How is the knee this morning?")),))
    stairs = Group("", (Slider("{today}.stairs", _("How are stairs?")),))
    return Form(name, (morning, stairs), _ticks("{today}"))


def whole_form(day: date, today: date, told: Mapping[str, object]) -> Form:
    """Return every question about one day, with what was answered.

    Parameters
    ----------
    told : mapping
        Answers by moment and by sign.
    """
    moments = [moment for moment in MOMENTS if moment != "next_morning" or day < today]
    sliders = tuple(Slider(f"{day}.{moment}", moment_words(moment), _number(told.get(moment))) for moment in moments)
    ticks = tuple(Tick(f"{day}.{sign}", _(_SIGNS[sign]), _yes_or_no(told.get(sign))) for sign in SIGNS)
    return Form("whole", (Group("", sliders),), ticks)


def moment_words(moment: Moment) -> str:
    """Return what a moment of pain is called."""
    return _(_MOMENTS[moment])


def sign_words(sign: Sign) -> str:
    """Return what a sign is called."""
    return _(_SIGNS[sign])


def read_form(fields: Iterable[tuple[str, str]]) -> list[Telling]:
    """Return what a form told, one telling for each day, the oldest first.

    Raises
    ------
    InvalidInputError
        For a field that is no question, or an answer that cannot be read.
    """
    pain: dict[date, dict[Moment, float | None]] = {}
    signs: dict[date, dict[Sign, bool | None]] = {}
    notes: dict[date, str] = {}
    again = False
    for name, text in fields:
        if name == REPLACE:
            again = text == "yes"
            continue
        day, question = _parsed(name)
        moment = next((one for one in MOMENTS if one == question), None)
        sign = next((one for one in SIGNS if one == question), None)
        if moment is not None:
            pain.setdefault(day, {})[moment] = _pain(text)
        elif sign is not None:
            signs.setdefault(day, {})[sign] = _ANSWERS.get(text)
        elif question == _NOTE:
            notes[day] = text
        else:
            raise InvalidInputError(_("'%(name)s' is no question of a check-in.", name=name[:40]))
    return [
        Telling(on=day, pain=pain.get(day, {}), signs=signs.get(day, {}), note=notes.get(day) or None, replace=again)
        for day in sorted({*pain, *signs, *notes})
    ]


def _group(title: str, sliders: tuple[Slider, ...]) -> Group:
    """Return questions under their title; a single one is the title."""
    if len(sliders) > 1:
        return Group(title, sliders)
    return Group("", (replace(sliders[0], label=title),))


def _sliders(ask: Ask) -> Iterable[Slider]:
    for moment in ask.moments:
        label = _("This morning") if moment == "next_morning" else moment_words(moment)
        yield Slider(f"{ask.local_date}.{moment}", label)


def _ticks(day: str) -> tuple[Tick, ...]:
    return tuple(Tick(f"{day}.{sign}", _(_SIGNS[sign])) for sign in SIGNS)


def _parsed(name: str) -> tuple[date, str]:
    day, _dot, question = name.partition(".")
    try:
        return date.fromisoformat(day), question
    except ValueError as error:
        raise InvalidInputError(_("'%(name)s' is no question of a check-in.", name=name[:40])) from error


def _pain(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        return float(text)
    except ValueError as error:
        raise InvalidInputError(_("'%(text)s' is no number from 0 to 10.", text=text[:20])) from error


def _number(answer: object) -> str | None:
    return f"{answer:g}" if isinstance(answer, int | float) else None


def _yes_or_no(answer: object) -> str:
    return {True: "yes", False: "no"}.get(answer, "") if isinstance(answer, bool) else ""


def title_of(day: date) -> str:
    """Return the heading of a day's check-in."""
    return _("Check-in of %(day)s", day=day_long(day))
