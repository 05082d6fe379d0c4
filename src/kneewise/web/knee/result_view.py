"""What the result of an intake shows: how urgent, why, what the answers look like, what Kneewise does not do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kneewise.assessment.questions import DERIVED_FLAGS
from kneewise.errors import InvalidInputError
from kneewise.evidence.knowledge import knowledge
from kneewise.services.evidence_cards import show_evidence
from kneewise.services.intake import Intake
from kneewise.services.intake_draft import Draft
from kneewise.units import HOURS_PER_DAY
from kneewise.web.amounts import day_long
from kneewise.web.blocked import blocked_words
from kneewise.web.knee.zones import zone_words
from kneewise.web.proof import Proof, proof
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, ngettext, told

_FITS = {
    "strong": message("fits well"),
    "moderate": message("fits partly"),
    "weak": message("fits a little"),
}
#: Levels whose page stops everything else, and the ones that only say when.
_KINDS = {"emergency": "stop", "same_day": "stop", "urgent": "stop", "routine": "caution"}
_DAYS_PER_WEEK = 7
_DAYS_IN_WEEKS = 14


@dataclass(frozen=True, slots=True)
class Cited:
    """A source."""

    citation: str
    link: str | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the level is what it is."""

    text: str
    answer: str
    proof: Proof | None
    sources: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to do."""

    text: str
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class PatternCard:
    """A pattern that the answers fit: what speaks for it and against it."""

    name: str
    term: str
    fit: str
    steps: int
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]
    tells_apart: str
    next: str
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class ResultPage:
    """The result.

    Attributes
    ----------
    kind : {"stop", "caution", "go"}
    when : str
        How soon, in words.
    unanswered : str
        How many safety questions are open; empty where none is.
    go_on : str
        Address of the questions that are left.
    """

    kind: str
    level: str
    label: str
    action: str
    when: str
    day: str
    reasons: tuple[Reason, ...]
    advice: tuple[Advice, ...]
    blocked: tuple[str, ...]
    patterns: tuple[PatternCard, ...]
    refused: tuple[str, ...]
    unanswered: str
    go_on: str
    places: tuple[str, ...]
    plan_href: str


def result_page(intake: Intake, draft: Draft | None, paths: Mapping[str, str]) -> ResultPage:
    """Return the result of the last intake, as it was told on its day."""
    document = intake.told
    level = document["level"]
    advice = {item["text"]: item for item in document["advice"][1:]}
    reasons = {item["text"]: item for item in document["reasons"]}
    open_count = len(document["unanswered"])
    return ResultPage(
        kind=_KINDS.get(level, "go"),
        level=level,
        label=told(document["label"]),
        action=told(document["advice"][0]["text"]),
        when=within_words(level),
        day=day_long(intake.local_date),
        reasons=tuple(_reason(item) for item in reasons.values()),
        advice=tuple(Advice(told(item["text"]), proof(item["rule"])) for item in advice.values()),
        blocked=blocked_words(document["blocks"]),
        patterns=tuple(_pattern(item) for item in document["patterns"]),
        refused=tuple(told(item["text"]) for item in document["refused"]),
        unanswered="" if level == "emergency" or not open_count else _open_words(open_count),
        go_on="/knee/intake" if draft is not None and draft.left else "",
        places=tuple(zone_words(zone) for zone in intake.answers.get("zones", ()) if zone in knowledge().pain_map),
        plan_href="" if "plan" in document["blocks"] else paths.get("plan", ""),
    )


def within_words(level: str) -> str:
    """Return within what time to be seen, in words."""
    figure = knowledge().triage_levels[level].within
    if level == "self_manage":
        return ""
    if not figure.value:
        return _("Now")
    low, high = (bound or 0 for bound in (figure.low, figure.high))
    days = [round(hours / HOURS_PER_DAY) for hours in (low, high or figure.value)]
    if days[1] <= 1:
        return _("Today, within 24 hours")
    if days[1] <= _DAYS_IN_WEEKS:
        return _("Within %(low)s to %(high)s days, the sooner the better", low=days[0], high=days[1])
    weeks = [round(count / _DAYS_PER_WEEK) for count in days]
    return _("Within %(low)s to %(high)s weeks", low=weeks[0], high=weeks[1])


def _open_words(count: int) -> str:
    return ngettext(
        "%(num)s safety question is not answered yet. Answer it, so that nothing is missed.",
        "%(num)s safety questions are not answered yet. Answer them, so that nothing is missed.",
        count,
    )


def _reason(item: Mapping[str, Any]) -> Reason:
    flag = knowledge().red_flags.get(item["rule"])
    asked = item["rule"] not in DERIVED_FLAGS
    return Reason(
        text=told(item["text"]),
        answer="" if flag is None or not asked else _("Your answer to: %(question)s", question=told(flag.question)),
        proof=proof(item["rule"]),
        sources=tuple(cited for name in item["sources"] if (cited := _cited(name)) is not None),
    )


def _cited(source: str) -> Cited | None:
    try:
        [card] = show_evidence(f"sources/{source}")
    except InvalidInputError:
        return None
    return Cited(card.sources[0].citation, card.sources[0].link)


def _pattern(item: Mapping[str, Any]) -> PatternCard:
    name, term = told(item["name"]), item["clinical_name"]
    return PatternCard(
        name=name[:1].upper() + name[1:],
        term="" if term.lower() == item["name"].lower() else term,
        fit=_(_FITS[item["fit"]]),
        steps={"strong": 3, "moderate": 2}.get(item["fit"], 1),
        speaks_for=tuple(told(text) for text in item["for"]),
        speaks_against=tuple(told(text) for text in item["against"]),
        tells_apart=told(item["tells_apart"]),
        next=told(item["next"]),
        proof=proof(item["condition"]),
    )
