"""Any record of the knowledge files as a card: what is known, how sure, from where; without code for each family.

A card sorts what a record holds by how it may be shown. A number that is only remembered (mark M) or proposed by us
(mark E) keeps that label wherever it goes.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from kneewise.errors import InvalidInputError
from kneewise.evidence.checks import collections
from kneewise.evidence.knowledge import Knowledge, knowledge
from kneewise.evidence.parameters import Parameter, parameters
from kneewise.evidence.records import EVIDENCE_MARKS, Record
from kneewise.evidence.source_list import Source
from kneewise.services.evidence_parts import CERTAINTY_WORDS, MARK_WORDS, Fact, Part, Quantity, Words, parts_of

if TYPE_CHECKING:
    from kneewise.evidence.records import Mark

Status = Literal["evidence", "our own default", "not checked yet"]

#: Families that are no collection of `Knowledge`.
_PARAMETERS = "parameters"
#: Fields that can serve as a card's heading, the best first.
_TITLES = (
    "name", "plain_name", "label", "question", "refuses", "situation", "cited_as", "claim", "topic", "control",
    "citation", "plain", "text", "says", "rule", "population", "why", "tells_apart", "clinical_name",
)  # fmt: skip
_TITLE_LENGTH = 90
_CLOSE = 5


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of record."""

    id: str
    what: str
    records: int

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {"family": self.id, "what": self.what, "records": self.records}


@dataclass(frozen=True, slots=True)
class EvidenceCard:
    """One record, sorted.

    Attributes
    ----------
    certainty : str or None
        Code H, Mo, L, VL or N; ``None`` for what carries none (sources, parameters).
    texts : tuple of Words
        Everything in words, in the record's order.
    quantities : tuple of Quantity
        Every number with its unit, interval and mark.
    facts : tuple of Fact
        Single statements with their own marks.
    sources : tuple of Source
        All that the record or a part of it cites.
    record : Record, Source or Parameter
        The record itself.
    """

    family: str
    id: str
    title: str
    mark: Mark
    certainty: str | None
    last_reviewed: date | None
    texts: tuple[Words, ...]
    quantities: tuple[Quantity, ...]
    facts: tuple[Fact, ...]
    sources: tuple[Source, ...]
    record: Record | Source | Parameter

    @property
    def how_sure(self) -> str:
        """Certainty in words; what is not checked or our own says that instead."""
        if self.certainty is None or self.mark not in EVIDENCE_MARKS:
            return MARK_WORDS[self.mark]
        return CERTAINTY_WORDS[self.certainty]

    def summary(self) -> dict[str, Any]:
        """Return the card's line in a list as JSON values."""
        return {
            "family": self.family,
            "id": self.id,
            "title": self.title,
            "how_sure": self.how_sure,
            "mark": self.mark,
        }

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "family": self.family,
            "id": self.id,
            "title": self.title,
            "certainty": self.certainty,
            "how_sure": self.how_sure,
            "mark": self.mark,
            "verified": self.mark != "M",
            "last_reviewed": None if self.last_reviewed is None else self.last_reviewed.isoformat(),
            "texts": [{"label": words.label, "text": words.text, "items": list(words.items)} for words in self.texts],
            "figures": [_quantity(quantity) for quantity in self.quantities],
            "facts": [_fact(fact) for fact in self.facts],
            "sources": [_source(source) for source in self.sources],
            "record": plain(self.record),
        }


def status_of(mark: Mark) -> Status:
    """Return how something with this mark may be presented."""
    if mark in EVIDENCE_MARKS:
        return "evidence"
    return "our own default" if mark == "E" else "not checked yet"


def families() -> tuple[Family, ...]:
    """Return every family of records with what it holds."""
    found = [
        Family(name, (getattr(Knowledge, name).__doc__ or "").strip(), len(getattr(knowledge(), name)))
        for name in collections()
    ]
    return (*found, Family(_PARAMETERS, "Numbers of the load model, the cleaning and the rules.", len(parameters())))


def list_evidence(family: str) -> tuple[EvidenceCard, ...]:
    """Return all records of one family.

    Raises
    ------
    InvalidInputError
        When there is no such family.
    """
    return tuple(_card(family, record) for record in _records(family).values())


def show_evidence(name: str) -> tuple[EvidenceCard, ...]:
    """Return every record with an id; ``family/id`` narrows it to one family.

    Raises
    ------
    InvalidInputError
        When there is none, naming the ids that come close.
    """
    family, _, record_id = name.rpartition("/")
    searched = [family] if family else [found.id for found in families()]
    cards = tuple(_card(place, _records(place)[record_id]) for place in searched if record_id in _records(place))
    if not cards:
        raise InvalidInputError(f"There is no record '{name}'{_close_to(record_id, searched)}.")
    return cards


def _records(family: str) -> Mapping[str, Any]:
    if family == _PARAMETERS:
        return parameters()
    if family not in collections():
        raise InvalidInputError(f"There is no family '{family}'; see 'kneewise evidence list' for all of them.")
    records: Mapping[str, Any] = getattr(knowledge(), family)
    return records


def _close_to(record_id: str, searched: list[str]) -> str:
    known = dict.fromkeys(name for family in searched for name in _records(family))
    close = difflib.get_close_matches(record_id, known, n=_CLOSE)
    close += [name for name in known if record_id and record_id.lower() in name and name not in close][:_CLOSE]
    if close:
        return f"; did you mean {', '.join(close[:_CLOSE])}"
    return "; see 'kneewise evidence list' for the families and 'kneewise evidence list FAMILY' for their records"


def _card(family: str, record: Record | Source | Parameter) -> EvidenceCard:
    if isinstance(record, Source):
        return _of_source(record)
    if isinstance(record, Parameter):
        return _of_parameter(record)
    parts = tuple(parts_of(record))
    return EvidenceCard(
        family=family,
        id=record.id,
        title=_title(record),
        mark=record.mark,
        certainty=record.certainty,
        last_reviewed=record.last_reviewed,
        texts=tuple(part for part in parts if isinstance(part, Words)),
        quantities=tuple(part for part in parts if isinstance(part, Quantity)),
        facts=tuple(part for part in parts if isinstance(part, Fact)),
        sources=_cited(record.sources, parts),
        record=record,
    )


def _of_source(source: Source) -> EvidenceCard:
    texts = [Words("Citation", (source.citation,)), *([Words("Note", (source.note,))] if source.note else [])]
    title = _shortened(source.citation)
    return EvidenceCard(
        "sources", source.id, title, source.mark, None, source.last_reviewed, tuple(texts), (), (), (source,), source
    )


def _of_parameter(parameter: Parameter) -> EvidenceCard:
    low, high = (None, None) if parameter.low == parameter.high else (parameter.low, parameter.high)
    number = Quantity("value", parameter.value, low, high, parameter.unit, parameter.mark, parameter.sources)
    return EvidenceCard(
        family=_PARAMETERS,
        id=parameter.id,
        title=_shortened(parameter.note) or parameter.id,
        mark=parameter.mark,
        certainty=None,
        last_reviewed=None,
        texts=(Words("Note", (parameter.note,)),) if parameter.note else (),
        quantities=(number,),
        facts=(),
        sources=_cited(parameter.sources, ()),
        record=parameter,
    )


def _title(record: Record) -> str:
    found = next((text for name in _TITLES if (text := getattr(record, name, None)) and isinstance(text, str)), None)
    return record.id if found is None else _shortened(found)


def _shortened(text: str) -> str:
    return text if len(text) <= _TITLE_LENGTH else f"{text[: _TITLE_LENGTH - 1].rsplit(' ', 1)[0].rstrip(',;:')} …"


def _cited(own: tuple[str, ...], parts: tuple[Part, ...]) -> tuple[Source, ...]:
    names = dict.fromkeys((*own, *(name for part in parts for name in part.sources)))
    return tuple(knowledge().sources[name] for name in names)


def _quantity(quantity: Quantity) -> dict[str, Any]:
    return {
        "what": quantity.what,
        "value": quantity.value,
        "low": quantity.low,
        "high": quantity.high,
        "unit": quantity.unit,
        "text": quantity.text,
        "compared_with": quantity.compared_with or None,
        "population": quantity.population or None,
        "mark": quantity.mark,
        "status": status_of(quantity.mark),
        "sources": list(quantity.sources),
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "topic": fact.topic,
        "text": fact.text,
        "mark": fact.mark,
        "status": status_of(fact.mark),
        "sources": list(fact.sources),
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "id": source.id,
        "citation": source.citation,
        "link": source.link,
        "how_read": MARK_WORDS[source.mark],
        "note": source.note or None,
    }


def plain(value: Any) -> Any:
    """Return JSON values of a record's content."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def cards() -> Iterator[EvidenceCard]:
    """Walk through every card of every family."""
    for family in families():
        yield from list_evidence(family.id)
