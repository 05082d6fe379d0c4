"""What every exported column means, read from ``dictionary.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

#: Key under which a table says what it holds.
_OF_TABLE: Final = "_"
#: Columns of the files that hold an activity's seconds.
STREAM_FILE: Final = "stream_file"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an exported table; ``unit`` is empty where it has none."""

    table: str
    name: str
    unit: str
    meaning: str


def columns() -> Iterator[Column]:
    """Yield every column, table by table."""
    for table, entries in _document().items():
        for name, entry in entries.items():
            if name != _OF_TABLE:
                unit, meaning = entry
                yield Column(table, name, unit, meaning)


def table_text(table: str) -> str:
    """Return what a table holds, in words."""
    text: str = _document()[table][_OF_TABLE]
    return text


@lru_cache(maxsize=1)
def _document() -> Mapping[str, Any]:
    text = resources.files("kneewise.services.own_data").joinpath("dictionary.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
