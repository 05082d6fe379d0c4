"""The literature: every source that a number or a statement may cite."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from textwrap import shorten
from types import MappingProxyType
from typing import Any, Literal

from kneewise.errors import EvidenceError

#: Surname and initials; what follows a comma is another author.
_AUTHOR = re.compile(
    r"(?P<author>(?:[a-z'’]+ ){0,3}[^\W\d_a-z][\w'’-]*[^\W\d_A-Z][\w'’-]*(?: [^\W\d_a-z][\w'’-]+){0,2}) "
    r"[A-Z][A-Z-]{0,3}(?P<others>,)?(?=[,. ])"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ASIDE = re.compile(r"\([^)]*\)")
_TITLE_END = re.compile(r"[:(.,;]")
_SHORT = 48
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
    def short(self) -> str:
        """As a text cites it: ``Nijs et al. 2006``; the beginning of its title where no author is named."""
        named = _AUTHOR.match(self.citation)
        # What stands in brackets behind a title is about others.
        told = self.citation if named is not None else _ASIDE.sub("", self.citation)
        year = (_YEAR.findall(told) or [""])[-1]
        if named is None:
            said = shorten(_TITLE_END.split(self.citation, maxsplit=1)[0], _SHORT, placeholder="…")
        else:
            said = f"{named['author']} et al." if named["others"] else named["author"]
        return said if year in said else f"{said} {year}"

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
