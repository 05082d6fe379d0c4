"""Checks that need more than one file: every id that a record names exists, every source is cited by someone.

Loading a file checks that file alone, so that one question does not cost the reading of all; the tests run these.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from kneewise.evidence.knowledge import Knowledge
from kneewise.evidence.parameters import parameters
from kneewise.evidence.records import Figure, Record, Refers, RunnerText, Statement

__all__ = ["Text", "collections", "problems", "runner_texts", "texts"]


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a record with its annotations and its place, such as ``red_flags.rf_locked.question``."""

    where: str
    value: str
    annotations: tuple[object, ...]


def collections() -> tuple[str, ...]:
    """Return the names of all collections of `Knowledge`."""
    return tuple(name for name, member in vars(Knowledge).items() if isinstance(member, cached_property))


def texts(knowledge: Knowledge) -> Iterator[Text]:
    """Walk through every text of every record."""
    for name in collections():
        for id_, record in getattr(knowledge, name).items():
            if isinstance(record, Record):
                yield from _texts_of(record, f"{name}.{id_}")


def runner_texts(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Return ``(where, text)`` for every text that a runner reads."""
    for text in texts(knowledge):
        if any(isinstance(note, RunnerText) for note in text.annotations):
            yield text.where, text.value


def problems(knowledge: Knowledge) -> list[str]:
    """Return what does not fit together, one sentence each; empty when all is well."""
    return [
        *_dangling(knowledge),
        *_uncited(knowledge),
        *_marks_beyond_their_sources(knowledge),
        *_zones_that_disagree(knowledge),
    ]


def _dangling(knowledge: Knowledge) -> Iterator[str]:
    known = set(collections())
    for text in texts(knowledge):
        for note in text.annotations:
            if not isinstance(note, Refers):
                continue
            if note.to not in known:
                yield f"{text.where} refers to '{note.to}', which Knowledge does not have."
            elif text.value not in getattr(knowledge, note.to):
                yield f"{text.where} names '{text.value}', which is not in {note.to}."
    for parameter in parameters().values():
        for source in parameter.sources:
            if source not in knowledge.sources:
                yield f"parameters.toml, '{parameter.id}', cites '{source}', which is not in sources."


def _uncited(knowledge: Knowledge) -> Iterator[str]:
    cited = {source for parameter in parameters().values() for source in parameter.sources}
    cited |= {text.value for text in texts(knowledge) if Refers("sources") in text.annotations}
    for source in sorted(knowledge.sources.keys() - cited):
        yield f"source '{source}' is cited by nobody."


def _marks_beyond_their_sources(knowledge: Knowledge) -> Iterator[str]:
    """Find what claims to be read (V) though none of its sources was, or second-hand (V2) though all are remembered."""
    for name in collections():
        for id_, record in getattr(knowledge, name).items():
            for part in _parts(record):
                if not isinstance(part, Record | Figure | Statement):
                    continue
                read = {knowledge.sources[source].mark for source in part.sources if source in knowledge.sources}
                if (part.mark == "V" and "V" not in read) or (part.mark == "V2" and read == {"M"}):
                    yield f"{name}.{id_} has mark {part.mark}, but its sources {part.sources} have {sorted(read)}."


def _parts(value: object) -> Iterator[object]:
    """Walk through a record and the dataclasses inside it."""
    if isinstance(value, tuple):
        for item in value:
            yield from _parts(item)
    elif isinstance(value, Mapping):
        yield from _parts(tuple(value.values()))
    elif is_dataclass(value):
        yield value
        for field in fields(value):
            yield from _parts(getattr(value, field.name))


def _zones_that_disagree(knowledge: Knowledge) -> Iterator[str]:
    drawn = {(candidate.condition, zone.id) for zone in knowledge.pain_map.values() for candidate in zone.candidates}
    stated = {(condition.id, zone) for condition in knowledge.conditions.values() for zone in condition.zones}
    for condition, zone in sorted(drawn ^ stated):
        missing = "conditions.toml" if (condition, zone) in drawn else "pain_map.toml"
        yield f"'{condition}' and zone '{zone}' belong together only in one file; add it to {missing}."


def _texts_of(record: object, where: str) -> Iterator[Text]:
    hints = get_type_hints(type(record), include_extras=True)
    for field in fields(record):  # type: ignore[arg-type]
        yield from _texts_in(hints[field.name], getattr(record, field.name), f"{where}.{field.name}", ())


def _texts_in(hint: Any, value: object, where: str, annotations: tuple[object, ...]) -> Iterator[Text]:
    origin = get_origin(hint)
    if origin is Annotated:
        inner, *notes = get_args(hint)
        yield from _texts_in(inner, value, where, (*annotations, *notes))
    elif origin in (Union, types.UnionType):
        (inner,) = (option for option in get_args(hint) if option is not type(None))
        yield from _texts_in(inner, value, where, annotations)
    elif isinstance(value, str):
        yield Text(where, value, annotations)
    elif isinstance(value, tuple):
        for place, item in enumerate(value, start=1):
            yield from _texts_in(get_args(hint)[0], item, f"{where}[{place}]", annotations)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _texts_in(get_args(hint)[1], item, f"{where}.{name}", annotations)
    elif is_dataclass(value):
        yield from _texts_of(value, where)
