"""The generic reader of knowledge files: one TOML table becomes one frozen dataclass, or a clear error.

A knowledge file is a list of tables; the name of a table is the record's ``id``. Plain values at the top of the file
(``last_reviewed = 2026-11-22``) are inherited by every record of it. Inside a record, the four words of provenance -
``mark``, ``sources``, ``certainty``, ``last_reviewed`` - are inherited by every figure and statement that does not
state its own.

A dataclass says what it needs by its annotations. ``Plain`` marks text that a runner reads: tests hold it to a reading
level. ``Annotated[str, Refers("conditions")]`` marks the id of another record: tests look it up.
"""

from __future__ import annotations

import tomllib
import types
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from kneewise.errors import EvidenceError
from kneewise.evidence.parameters import Mark

__all__ = [
    "Certainty",
    "Figure",
    "Mark",
    "Plain",
    "Record",
    "Refers",
    "RunnerText",
    "SourceId",
    "Statement",
    "read_records",
    "record_from_table",
    "records_from_text",
    "shown",
]

#: H high, Mo moderate, L low, VL very low, N no adequate evidence found.
Certainty = Literal["H", "Mo", "L", "VL", "N"]

#: Marks that are evidence; E is a default proposed here, M is memory: neither is ever presented as evidence.
EVIDENCE_MARKS = frozenset({"V", "V2", "D", "C"})
#: Marks that may stand without a source.
UNSOURCED_MARKS = frozenset({"E", "M"})

_PROVENANCE = ("mark", "sources", "certainty", "last_reviewed")


@dataclass(frozen=True, slots=True)
class Refers:
    """Annotation: the text is the id of a record in the collection ``to`` of `Knowledge`."""

    to: str


@dataclass(frozen=True, slots=True)
class RunnerText:
    """Annotation: a runner reads this text."""


Plain = Annotated[str, RunnerText()]
SourceId = Annotated[str, Refers("sources")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What every record of a knowledge file carries.

    Attributes
    ----------
    sources : tuple of str
        Ids in ``evidence/sources``; empty only with mark E or M.
    mark : {"V", "V2", "D", "C", "E", "M"}
        How the record as a whole is known; a figure or statement in it may have its own.
    certainty : {"H", "Mo", "L", "VL", "N"}
        How sure the evidence makes us.
    """

    id: str
    sources: tuple[SourceId, ...]
    mark: Mark
    certainty: Certainty
    last_reviewed: date

    @property
    def verified(self) -> bool:
        """False for what is only remembered."""
        return self.mark != "M"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number from the literature, or one default of our own.

    Attributes
    ----------
    what : str
        A few words: what the number counts.
    value, low, high : float or None
        The number and its interval; a range without a centre has no value.
    compared_with : str
        The comparator of a ratio or a difference; empty for anything else.
    population : str
        Whom it was measured in, where that matters.
    """

    what: str
    unit: str
    mark: Mark
    sources: tuple[SourceId, ...]
    last_reviewed: date
    value: float | None = None
    low: float | None = None
    high: float | None = None
    compared_with: str = ""
    population: str = ""

    @property
    def verified(self) -> bool:
        """False for a number that is only remembered."""
        return self.mark != "M"

    @property
    def is_evidence(self) -> bool:
        """Whether the number may be presented as evidence: read or computed, with a source."""
        return self.mark in EVIDENCE_MARKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One fact in words, with what it rests on; ``topic`` says what it is about."""

    topic: str
    text: str
    mark: Mark
    sources: tuple[SourceId, ...]
    last_reviewed: date

    @property
    def verified(self) -> bool:
        """False for what is only remembered."""
        return self.mark != "M"

    @property
    def is_evidence(self) -> bool:
        """Whether the fact may be presented as evidence."""
        return self.mark in EVIDENCE_MARKS


F = TypeVar("F", Figure, Statement)
R = TypeVar("R", bound=Record)


def shown(items: Iterable[F]) -> tuple[F, ...]:
    """Return what may be shown as evidence; what is remembered (M) or proposed here (E) never passes."""
    return tuple(item for item in items if item.is_evidence)


def read_records(file_name: str, kind: type[R]) -> Mapping[str, R]:
    """Read one knowledge file of the package.

    Parameters
    ----------
    file_name : str
        Name inside ``kneewise/evidence``, such as ``"conditions.toml"``.
    kind : type
        The dataclass of its records.

    Raises
    ------
    EvidenceError
        When a record lacks a key, has an unknown one, or a value of the wrong kind.
    """
    text = files("kneewise.evidence").joinpath(file_name).read_text(encoding="utf-8")
    return records_from_text(text, file_name, kind)


def records_from_text(text: str, file_name: str, kind: type[R]) -> Mapping[str, R]:
    """Read the records of one TOML text; see `read_records`."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise EvidenceError(f"{file_name}: not valid TOML ({error}); correct the file.") from error
    defaults = {key: entry for key, entry in tables.items() if not isinstance(entry, dict)}
    strange = defaults.keys() - set(_PROVENANCE)
    if strange:
        raise EvidenceError(f"{file_name}: {sorted(strange)} stand outside a record; move them into one.")
    records = {}
    for name, table in tables.items():
        if isinstance(table, dict):
            records[name] = record_from_table(table, f"{file_name}, '{name}'", kind, id_=name, defaults=defaults)
    return types.MappingProxyType(records)


def record_from_table(
    table: Mapping[str, Any], where: str, kind: type[R], *, id_: str, defaults: Mapping[str, Any] | None = None
) -> R:
    """Build one record from its table; ``defaults`` are the provenance values of the file."""
    if "id" in table:
        raise EvidenceError(f"{where}: the table's name is the id; drop the key 'id'.")
    record: R = _read_dataclass(kind, {"id": id_, **table}, where, defaults or {})
    return record


def _read_dataclass(kind: Any, table: Mapping[str, Any], where: str, inherited: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    given = {key: inherited[key] for key in _PROVENANCE if key in hints and key in inherited} | dict(table)
    unknown = given.keys() - hints.keys()
    missing = _required(kind) - given.keys()
    if unknown or missing:
        raise EvidenceError(f"{where}: missing {sorted(missing)}, unknown {sorted(unknown)}.")
    passed_on = {**inherited, **{key: given[key] for key in _PROVENANCE if key in given}}
    read = {key: _read(hints[key], entry, f"{where}, key '{key}'", passed_on) for key, entry in given.items()}
    _check_provenance(read, where)
    if kind is Figure:
        _check_figure(read, where)
    return kind(**read)


def _check_provenance(read: Mapping[str, Any], where: str) -> None:
    if "mark" in read and not read["sources"] and read["mark"] not in UNSOURCED_MARKS:
        raise EvidenceError(f"{where}: mark {read['mark']} needs a source; name one or mark it E or M.")


def _check_figure(read: Mapping[str, Any], where: str) -> None:
    low, value, high = read.get("low"), read.get("value"), read.get("high")
    numbers = [number for number in (low, value, high) if number is not None]
    if not numbers:
        raise EvidenceError(f"{where}: a figure needs a value or a range; give one.")
    if numbers != sorted(numbers):
        raise EvidenceError(f"{where}: low {low}, value {value}, high {high} are not in order; correct them.")


def _read(hint: Any, entry: Any, where: str, inherited: Mapping[str, Any]) -> Any:
    origin = get_origin(hint)
    if origin is Annotated:
        return _read(get_args(hint)[0], entry, where, inherited)
    if origin in (Union, types.UnionType):
        (inner,) = (option for option in get_args(hint) if option is not type(None))
        return _read(inner, entry, where, inherited)
    if origin is Literal:
        return _one_of(get_args(hint), entry, where)
    if origin is tuple:
        return _read_tuple(get_args(hint)[0], entry, where, inherited)
    if is_dataclass(hint) or origin is not None:
        return _read_table(hint, entry, where, inherited)
    return _read_plain(hint, entry, where)


def _one_of(options: tuple[Any, ...], entry: Any, where: str) -> Any:
    if entry not in options:
        raise EvidenceError(f"{where}: '{entry}' is not one of {list(options)}.")
    return entry


def _read_tuple(hint: Any, entry: Any, where: str, inherited: Mapping[str, Any]) -> tuple[Any, ...]:
    if not isinstance(entry, list):
        raise EvidenceError(f"{where}: a list is needed, not '{entry}'.")
    return tuple(_read(hint, item, f"{where}, item {place}", inherited) for place, item in enumerate(entry, start=1))


def _read_table(hint: Any, entry: Any, where: str, inherited: Mapping[str, Any]) -> Any:
    if not isinstance(entry, dict):
        raise EvidenceError(f"{where}: a table is needed, not '{entry}'.")
    if isinstance(hint, type):
        return _read_dataclass(hint, entry, where, inherited)
    value_hint = get_args(hint)[1]
    read = {name: _read(value_hint, item, f"{where}, '{name}'", inherited) for name, item in entry.items()}
    return types.MappingProxyType(read)


def _read_plain(hint: Any, entry: Any, where: str) -> Any:
    if hint is float and isinstance(entry, int) and not isinstance(entry, bool):
        return float(entry)
    # A datetime is a date and a bool is an int for isinstance; neither is what a knowledge file means.
    if type(entry) is not hint:
        raise EvidenceError(f"{where}: '{entry}' is not of kind {hint.__name__}.")
    if hint is str and not entry.strip():
        raise EvidenceError(f"{where}: the text is empty; write it or drop the key.")
    return entry


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind, include_extras=True)


@cache
def _required(kind: Any) -> frozenset[str]:
    return frozenset(
        field.name for field in fields(kind) if field.default is MISSING and field.default_factory is MISSING
    )
