"""The literature: every source that a number or a statement may cite."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

from kneewise.errors import EvidenceError

_REQUIRED = frozenset({"citation", "mark", "last_reviewed"})
_OPTIONAL = frozenset({"doi", "pmid", "url", "note"})


@dataclass(frozen=True, slots=True)
class Source:
    """One paper, guideline or page.

    Attributes
    ----------
    citation : str
        Authors, title, journal and year, as far as they are known.
    mark : {"V", "V2", "M"}
        How it was read: itself, through another text, or only remembered.
    note : str
        What was not read, or what still has to be checked.
    """

    id: str
    citation: str
    mark: Literal["V", "V2", "M"]
    last_reviewed: date
    doi: str | None = None
    pmid: str | None = None
    url: str | None = None
    note: str = ""

    @property
    def link(self) -> str | None:
        """The address to open, if there is one."""
        if self.doi:
            return f"https://doi.org/{self.doi}"
        return self.url or (f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/" if self.pmid else None)


@cache
def sources() -> Mapping[str, Source]:
    """Return every source by its id, merged from all files of ``evidence/sources``.

    Raises
    ------
    EvidenceError
        When an entry breaks its schema, or an id or a DOI occurs twice.
    """
    folder = files("kneewise.evidence").joinpath("sources")
    texts = {
        entry.name: entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")
    }
    return merge_sources(texts)


def merge_sources(texts: Mapping[str, str]) -> Mapping[str, Source]:
    """Read and merge source files given as ``{file name: TOML text}``."""
    merged: dict[str, Source] = {}
    by_doi: dict[str, str] = {}
    for file_name in sorted(texts):
        for name, entry in tomllib.loads(texts[file_name]).items():
            source = _source(name, entry, f"sources/{file_name}, '{name}'")
            if name in merged:
                raise EvidenceError(f"sources/{file_name}: '{name}' already stands in another file; keep one.")
            if source.doi and (first := by_doi.setdefault(source.doi.lower(), name)) != name:
                raise EvidenceError(f"sources/{file_name}: '{name}' has the DOI of '{first}'; use that id.")
            merged[name] = source
    return MappingProxyType(merged)


def _source(name: str, entry: Mapping[str, Any], where: str) -> Source:
    missing = _REQUIRED - entry.keys()
    unknown = entry.keys() - _REQUIRED - _OPTIONAL
    if missing or unknown:
        raise EvidenceError(f"{where}: missing {sorted(missing)}, unknown {sorted(unknown)}.")
    if entry["mark"] not in ("V", "V2", "M"):
        raise EvidenceError(f"{where}: mark '{entry['mark']}' is not one of ['V', 'V2', 'M'].")
    return Source(id=name, **entry)
