"""The words of the app in the reader's language: one gettext catalogue for templates, view models and lower layers.

``gettext`` and ``ngettext`` look up what is written here. ``told`` looks up sentences that come from below - knowledge
files, reasons of a plan, errors. These stand in the catalogue with the context ``told``; where they hold numbers or
names, their place is marked like ``{days}``: *"Rest for {days} days."* translates *"Rest for 3 days."*
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from kneewise.web.preferences import Language, preferences

LOCALE = Path(__file__).with_name("locale")
#: Context of sentences that come from lower layers.
TOLD = "told"
#: Language that all texts are written in.
SOURCE: Language = "en"

_HOLE = re.compile(r"\{(\w+)\}")
_NUMBER = re.compile(r"[-+−]?\d+(?:\.\d+)?")


def message(text: str) -> str:
    """Mark a text for the catalogue that is translated later, where it is shown."""
    return text


def gettext(text: str, /, **values: object) -> str:
    """Return a text in the reader's language, with its ``%(name)s`` filled; a plain percent sign is ``%%``."""
    return str(_catalogue(preferences().language).gettext(text)) % values


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """Return the form for a count; ``%(num)s`` is the count."""
    return str(_catalogue(preferences().language).ngettext(one, many, count)) % {"num": count, **values}


def pgettext(context: str, text: str, /, **values: object) -> str:
    """Return a text that means different things in different places."""
    return str(_catalogue(preferences().language).pgettext(context, text)) % values


def told(text: str | None) -> str:
    """Return a sentence from a lower layer in the reader's language; as it is where nobody translated it."""
    if not text:
        return ""
    language = preferences().language
    return text if language == SOURCE else _told(language, text)


def language_of(text: str | None) -> str | None:
    """Return ``"en"`` where a sentence could not be translated, so that a screen reader speaks it rightly."""
    return SOURCE if text and preferences().language != SOURCE and told(text) == text else None


def raw_catalogue() -> Any:
    """Return the catalogue of this request's reader, for the templates' own ``gettext``."""
    return _catalogue(preferences().language)


@cache
def _catalogue(language: Language) -> Translations:
    path = LOCALE / language / "LC_MESSAGES" / "kneewise.po"
    compiled = io.BytesIO()
    if path.exists():
        with path.open("rb") as file:
            write_mo(compiled, read_po(file, locale=language))
        compiled.seek(0)
        return Translations(compiled)
    return Translations()


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A sentence with holes, and its translation."""

    start: str
    expression: re.Pattern[str]
    translation: str


@cache
def _patterns(language: Language) -> tuple[_Pattern, ...]:
    path = LOCALE / language / "LC_MESSAGES" / "kneewise.po"
    with path.open("rb") as file:
        entries = [
            (str(entry.id), str(entry.string))
            for entry in read_po(file, locale=language)
            if entry.context == TOLD and entry.string and _HOLE.search(str(entry.id))
        ]
    # The sentence with the most words of its own is the best match.
    entries.sort(key=lambda entry: len(_HOLE.sub("", entry[0])), reverse=True)
    return tuple(_pattern(text, translation) for text, translation in entries)


def _pattern(text: str, translation: str) -> _Pattern:
    seen: set[str] = set()
    expression, end = "", 0
    for hole in _HOLE.finditer(text):
        name = hole.group(1)
        expression += re.escape(text[end : hole.start()])
        expression += f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
        seen.add(name)
        end = hole.end()
    expression += re.escape(text[end:])
    return _Pattern(text[: text.index("{")], re.compile(expression, re.DOTALL), translation)


@cache
def _known(language: Language) -> dict[str, str]:
    path = LOCALE / language / "LC_MESSAGES" / "kneewise.po"
    with path.open("rb") as file:
        return {
            str(entry.id): str(entry.string)
            for entry in read_po(file, locale=language)
            if entry.context == TOLD and entry.string
        }


def _told(language: Language, text: str) -> str:
    known = _known(language).get(text)
    if known is not None:
        return known
    for pattern in _patterns(language):
        if text.startswith(pattern.start) and (found := pattern.expression.fullmatch(text)):
            return _filled(language, pattern.translation, found.groupdict())
    return text


def _filled(language: Language, translation: str, values: dict[str, str]) -> str:
    from kneewise.web.amounts import localised_number

    def value(hole: re.Match[str]) -> str:
        text = values[hole.group(1)]
        return localised_number(text) if _NUMBER.fullmatch(text) else _told(language, text)

    return _HOLE.sub(value, translation)
