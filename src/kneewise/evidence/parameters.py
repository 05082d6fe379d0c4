"""Physical and engineering numbers with their source, mark, range and unit.

``parameters.toml`` is the only place where the load model and the cleaning keep a coefficient or a threshold. Code asks
for it by its dotted name: ``value("watch.duty_fraction_at_peak")``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from kneewise.errors import EvidenceError

#: V read in the source, V2 read second-hand, D or C computed here from such numbers, E engineering default,
#: M from memory: never shown as evidence.
Mark = Literal["V", "V2", "D", "C", "E", "M"]

_MARKS = frozenset({"V", "V2", "D", "C", "E", "M"})
_REQUIRED = frozenset({"value", "unit", "mark", "low", "high", "sources", "note"})
_OPTIONAL = frozenset({"sd"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number.

    Attributes
    ----------
    value, low, high : float
        The number used, and the range that its sources support.
    unit : str
        ``"1"`` for a pure number.
    mark : {"V", "V2", "D", "C", "E", "M"}
        How the number is known.
    sources : tuple of str
        Identifiers in ``evidence/sources``; empty only for engineering defaults (mark E).
    sd : float or None
        One standard deviation, where error propagation needs it.
    """

    id: str
    value: float
    low: float
    high: float
    unit: str
    mark: Mark
    sources: tuple[str, ...]
    note: str
    sd: float | None = None


@cache
def parameters() -> Mapping[str, Parameter]:
    """Return every parameter by its dotted name.

    Raises
    ------
    EvidenceError
        When an entry lacks a field, has an unknown one, or its value lies outside its own range.
    """
    text = files("kneewise.evidence").joinpath("parameters.toml").read_text(encoding="utf-8")
    return {name: _parameter(name, entry) for name, entry in _leaves(tomllib.loads(text))}


def parameter(name: str) -> Parameter:
    """Return one parameter; an unknown name is a programming error and raises ``KeyError``."""
    return parameters()[name]


def value(name: str) -> float:
    """Return the value of one parameter."""
    return parameters()[name].value


def _leaves(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key, entry in table.items():
        name = f"{prefix}{key}"
        if not isinstance(entry, dict):
            raise EvidenceError(f"parameters.toml: '{name}' stands outside an entry; give it its own table.")
        if "value" in entry:
            yield name, entry
        else:
            yield from _leaves(entry, f"{name}.")


def _parameter(name: str, entry: Mapping[str, Any]) -> Parameter:
    missing = _REQUIRED - entry.keys()
    unknown = entry.keys() - _REQUIRED - _OPTIONAL
    if missing or unknown:
        raise EvidenceError(f"parameters.toml, '{name}': missing {sorted(missing)}, unknown {sorted(unknown)}.")
    if entry["mark"] not in _MARKS:
        raise EvidenceError(f"parameters.toml, '{name}': mark '{entry['mark']}' is not one of {sorted(_MARKS)}.")
    if not entry["low"] <= entry["value"] <= entry["high"]:
        raise EvidenceError(f"parameters.toml, '{name}': value {entry['value']} lies outside its range.")
    if not entry["sources"] and entry["mark"] != "E":
        raise EvidenceError(f"parameters.toml, '{name}': a number with mark {entry['mark']} needs a source.")
    return Parameter(
        id=name,
        value=float(entry["value"]),
        low=float(entry["low"]),
        high=float(entry["high"]),
        unit=entry["unit"],
        mark=entry["mark"],
        sources=tuple(entry["sources"]),
        note=entry["note"],
        sd=None if entry.get("sd") is None else float(entry["sd"]),
    )
