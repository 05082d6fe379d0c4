"""What the pages of the evidence show."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from kneewise.evidence.records import EVIDENCE_MARKS
from kneewise.services.evidence_cards import EvidenceCard, families, status_of
from kneewise.services.evidence_parts import Fact, Quantity, Words
from kneewise.services.evidence_search import search_evidence
from kneewise.web.amounts import day, number
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, ngettext, told

#: Results on one page.
PAGE = 40
_MOST = 2000
#: Texts shorter than this, or without a space, are codes of the software and stand with the details.
_SENTENCE = 28

#: Where a nested part names another record by its id.
_REFERENCE = re.compile(r" \(other [a-z0-9_]+\)")

#: Certainty codes with a few words for each.
CERTAINTIES = {
    "H": message("high certainty"),
    "Mo": message("moderate certainty"),
    "L": message("low certainty"),
    "VL": message("very low certainty"),
    "N": message("no adequate evidence"),
}
_OWN = message("our own setting")
_UNREAD = message("not checked yet")
_READ = message("read in the source")
#: Families in a runner's words, what runners look for first.
FAMILIES = {
    "claims": message("What people say about knees"),
    "conditions": message("Conditions"),
    "findings": message("Findings along the chain"),
    "interventions": message("What can be done"),
    "exercises": message("Exercises"),
    "pain_rules": message("Pain rules"),
    "load_rules": message("Load rules"),
    "red_flags": message("Red flags"),
    "gait_rules": message("Rules for how you run"),
    "education": message("Short lessons"),
    "prognosis": message("What happened to others"),
    "refusals": message("What Kneewise does not do"),
}
_ICONS = {
    "claims": "info", "conditions": "knee", "findings": "search", "interventions": "check", "exercises": "run",
    "pain_rules": "today", "load_rules": "load", "red_flags": "stop", "gait_rules": "run", "education": "evidence",
    "prognosis": "clock", "refusals": "close",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Badge:
    """How sure, as the badge shows it."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A family to choose."""

    title: str
    count: str
    href: str
    icon: str


@dataclass(frozen=True, slots=True)
class Row:
    """A result."""

    href: str
    title: str
    family: str
    badge: Badge


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The first page of the area."""

    words: str
    family: str
    certainty: str
    family_options: tuple[tuple[str, str], ...]
    certainty_options: tuple[tuple[str, str], ...]
    tiles: tuple[Tile, ...]
    rows: tuple[Row, ...]
    count: str
    more: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its sentences."""

    label: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """A source of a card."""

    citation: str
    link: str | None
    read: str


@dataclass(frozen=True, slots=True)
class CardPage:
    """One record."""

    title: str
    family: str
    family_href: str
    badge: Badge
    how_sure: str
    reviewed: str
    answer: Section | None
    sections: tuple[Section, ...]
    details: tuple[Section, ...]
    figures: tuple[tuple[str, str, str], ...]
    own: tuple[tuple[str, str], ...]
    facts: tuple[Section, ...]
    hidden: str
    sources: tuple[Cited, ...]


def search_page(words: str, family: str, certainty: str, shown: int) -> SearchPage:
    """Return the search with its results; nothing asked shows the families."""
    asked = bool(words.strip() or family or certainty)
    found = search_evidence(words, family or None, certainty or None, also=told) if asked else ()
    found = tuple(sorted(found, key=_order))
    shown = min(max(shown, PAGE), _MOST)
    rest = len(found) - shown
    query = {"q": words, "family": family, "certainty": certainty, "shown": shown + PAGE}
    return SearchPage(
        words=words,
        family=family,
        certainty=certainty,
        family_options=(("", _("All kinds")), *((one.id, family_words(one.id)) for one in families())),
        certainty_options=(("", _("However sure")), *((code, _(text)) for code, text in CERTAINTIES.items())),
        tiles=() if asked else _tiles(),
        rows=tuple(_row(card) for card in found[:shown]),
        count=ngettext("%(num)s record", "%(num)s records", len(found)) if asked else "",
        more=f"/evidence?{urlencode(query)}" if rest > 0 else "",
    )


def card_page(card: EvidenceCard) -> CardPage:
    """Return one record; what is only remembered is counted and not shown."""
    answer = next((words for words in card.texts if words.label == "What Kneewise says"), None)
    rest = [words for words in card.texts if words is not answer and words.text != card.title]
    figures = [quantity for quantity in card.quantities if status_of(quantity.mark) == "evidence"]
    own = [quantity for quantity in card.quantities if quantity.mark == "E"]
    facts = [fact for fact in card.facts if fact.mark != "M"]
    return CardPage(
        title=_title(card),
        family=family_words(card.family),
        family_href=f"/evidence?{urlencode({'family': card.family})}",
        badge=badge(card),
        how_sure=told(card.how_sure.partition(": ")[2]),
        reviewed=_("Last reviewed %(day)s", day=day(card.last_reviewed)) if card.last_reviewed else "",
        answer=_section(answer) if answer else None,
        sections=tuple(_section(words) for words in rest if _is_sentence(words)),
        details=tuple(_section(words) for words in rest if not _is_sentence(words)),
        figures=tuple((told(one.what), _amount(one), told(one.population)) for one in figures),
        own=tuple((told(one.what), _amount(one)) for one in own),
        facts=tuple(_fact(fact) for fact in facts),
        hidden=_hidden(card),
        sources=tuple(
            Cited(one.citation, one.link, _("not read again yet") if one.mark == "M" else "") for one in card.sources
        ),
    )


def badge(card: EvidenceCard) -> Badge:
    """Return how sure a record makes us, in two or three words."""
    if card.mark == "E":
        return Badge("own", _(_OWN))
    if card.mark not in EVIDENCE_MARKS:
        return Badge("unread", _(_UNREAD))
    if card.certainty is None:
        return Badge("read", _(_READ))
    return Badge(card.certainty, _(CERTAINTIES[card.certainty]))


def family_words(family: str) -> str:
    """Return a family's name for reading."""
    return _(FAMILIES[family]) if family in FAMILIES else told(family.replace("_", " ").capitalize())


def _tiles() -> tuple[Tile, ...]:
    counted = {family.id: family.records for family in families()}
    return tuple(
        Tile(
            _(title),
            ngettext("%(num)s record", "%(num)s records", counted[family]),
            f"/evidence?{urlencode({'family': family})}",
            _ICONS[family],
        )
        for family, title in FAMILIES.items()
    )


def _order(card: EvidenceCard) -> int:
    """Return what runners look for first, the numbers of the model last."""
    known = list(FAMILIES)
    return known.index(card.family) if card.family in FAMILIES else len(known)


def _title(card: EvidenceCard) -> str:
    text = told(card.title)
    return text[:1].upper() + text[1:]


def _row(card: EvidenceCard) -> Row:
    return Row(f"/evidence/{card.family}/{card.id}", _title(card), family_words(card.family), badge(card))


def _section(words: Words) -> Section:
    return Section(told(words.label), tuple(told(_REFERENCE.sub("", item)) for item in words.items))


def _fact(fact: Fact) -> Section:
    suffix = f" ({_('our own view')})" if fact.mark == "E" else ""
    return Section(told(fact.topic.capitalize()), (told(fact.text) + suffix,))


def _is_sentence(words: Words) -> bool:
    return any(" " in item and len(item) >= _SENTENCE for item in words.items)


def _amount(quantity: Quantity) -> str:
    """Return the number with the reader's signs, against what it is compared with."""
    text = quantity.text
    if quantity.value is not None and quantity.low is None:
        text = text.replace(f"{quantity.value:g}", number(quantity.value, _decimals(quantity.value)), 1)
    against = _("against %(what)s", what=told(quantity.compared_with)) if quantity.compared_with else ""
    return f"{text}, {against}" if against else text


def _decimals(value: float) -> int:
    return len(f"{value:g}".partition(".")[2])


def _hidden(card: EvidenceCard) -> str:
    marks = [*(one.mark for one in card.quantities), *(one.mark for one in card.facts)]
    count = marks.count("M")
    if not count:
        return ""
    return ngettext(
        "%(num)s statement is not shown, because it is not checked yet.",
        "%(num)s statements are not shown, because they are not checked yet.",
        count,
    )
