"""Sentences from lower layers in the reader's language: found whole, with numbers in their holes, or one by one.

The catalogue is ``web/locale/<language>/LC_MESSAGES/told.po``, made by ``scripts/told.py``. It is read when the first
text in that language is made; sentences with holes are found by their first word, so that a page stays quick. Sentences
speak to the runner; ``reported.po`` beside it, English, too, holds those that a report for a clinician says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

from kneewise.language.amounts import day, localised_number
from kneewise.language.names import SOURCE

#: They lie beside the texts of the pages, so that a translator finds all of them in one place.
LOCALE = Path(__file__).parents[1] / "web" / "locale"
_HOLE = re.compile(r"\{(\w+)\}")
_ENTRY = re.compile(r'^msgid ((?:"(?:[^"\\\n]|\\.)*"\n)+)msgstr ((?:"(?:[^"\\\n]|\\.)*"(?:\n|\Z))+)', re.MULTILINE)
_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "t": "\t"}
#: Where one sentence ends and the next begins.
_END = re.compile(r"(?<=[.!?;:])\s+")
_NEW_SENTENCE = re.compile(r"[.!?] +[A-Z]")
_NUMBER = re.compile(r"[-+−]?\d+(?:\.\d+)?")
_INNER_NUMBER = re.compile(r"(?<![\d.:/-])\d+\.\d+(?![\d.:/-])")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SHORT_DAY = re.compile(r"([A-Z][a-z]+) (\d{1,2}) ([A-Z][a-z]+)")
_LONG_DAY = re.compile(r"(\d{1,2}) ([A-Z][a-z]+) (\d{4})")
_SEPARATORS = ("; ", ": ", ", ", " and ", " or ")
_REMEMBERED = 8192
#: How a title ends that was cut short.
_CUT = " …"
#: Lists are names, not sentences: so many signs and parts at most.
_LONGEST_LIST, _MOST_PARTS = 120, 6
#: A sentence with fewer words of its own than this may only hold what is known: it would match too much.
_FEW_WORDS = 4
_PLAIN_WORD = re.compile(r"\b[a-z]{2,}\b")
#: Words that are written small inside a German sentence and large at its start.
_SMALL = frozenset({
    "der", "die", "das", "ein", "eine", "einen", "einem", "einer", "kein", "keine", "keinen", "dein", "deine",
    "deinen", "deiner", "dem", "den", "des", "mit", "ohne", "bei", "nach", "vor", "von", "zu", "in", "im",
    "an", "am", "auf", "über", "unter", "wenn", "weil", "dass", "es", "er", "sie", "du", "ob", "und", "oder",
    "noch", "nicht", "nur", "so", "wie", "hier", "dort", "heute", "gestern", "morgen", "leicht", "locker",
    "mehr", "weniger", "langsam", "schnell",
})  # fmt: skip


def read_entries(text: str) -> Iterator[tuple[str, str]]:
    """Walk through the texts of a catalogue as `scripts/told.py` writes it, with their translations."""
    for entry in _ENTRY.finditer(text):
        source, translation = (_unquoted(group) for group in entry.groups())
        if source:
            yield source, translation


def _unquoted(lines: str) -> str:
    joined = "".join(_STRING.findall(lines))
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found.group(1), found.group(1)), joined) if "\\" in joined else joined


class _Tongue(NamedTuple):
    """A language, spoken to the runner or of the runner."""

    language: str
    reported: bool

    @property
    def is_source(self) -> bool:
        """Whether texts are written in it: what it does not change is known all the same."""
        return self.language == SOURCE


@dataclass(frozen=True)
class _Pattern:
    """A sentence with holes, and its translation."""

    text: str
    translation: str

    def values(self, text: str) -> Iterator[dict[str, str]]:
        """Walk through what its holes may hold: a comma inside a name can be the first one or the last."""
        for expression in self.expressions:
            found = expression.fullmatch(text)
            if found is not None:
                yield found.groupdict()

    @cached_property
    def expressions(self) -> tuple[re.Pattern[str], ...]:
        """What it matches, holding as little and as much as possible."""
        few = len(_HOLE.findall(self.text)) == 1
        return (self._expression(".+?"),) if few else (self._expression(".+?"), self._expression(".+"))

    def _expression(self, held: str) -> re.Pattern[str]:
        """Return a sentence as an expression; a hole that comes again holds the same."""
        seen: set[str] = set()
        expression, end = "", 0
        for hole in _HOLE.finditer(self.text):
            name = hole.group(1)
            expression += re.escape(self.text[end : hole.start()])
            expression += f"(?P={name})" if name in seen else f"(?P<{name}>{held})"
            seen.add(name)
            end = hole.end()
        return re.compile(expression + re.escape(self.text[end:]), re.DOTALL)

    @cached_property
    def is_short(self) -> bool:
        """Whether it has few words of its own."""
        return len(_PLAIN_WORD.findall(_HOLE.sub("", self.text).lower())) < _FEW_WORDS

    @cached_property
    def longest(self) -> str:
        """The longest text of its own: what lacks it cannot match."""
        return max(_HOLE.split(self.text)[::2], key=len)


@dataclass
class _Words:
    """One language's sentences."""

    exact: dict[str, str] = field(default_factory=dict)
    #: Sentences with holes by their first word; under the empty text those that begin with a hole.
    patterns: dict[str, list[_Pattern]] = field(default_factory=dict)

    def fitting(self, text: str) -> Iterator[_Pattern]:
        """Walk through the sentences with holes that may match, those with the most words of their own first."""
        for pattern in (*self.patterns.get(_first_word(text), ()), *self.patterns.get("", ())):
            if pattern.longest in text:
                yield pattern


def _first_word(text: str) -> str:
    word = text.partition(" ")[0]
    return "" if "{" in word else word


@cache
def _words(tongue: _Tongue) -> _Words:
    words = _Words()
    for name in ("told", "reported") if tongue.reported else ("told",):
        path = LOCALE / tongue.language / "LC_MESSAGES" / f"{name}.po"
        entries = read_entries(path.read_text(encoding="utf-8")) if path.exists() else ()
        # Some are written with the blank before them; they come without it.
        words.exact.update((text.strip(), translation.strip()) for text, translation in entries if translation)
    for text, translation in words.exact.items():
        if _HOLE.search(text) and not ("}{" in text and _Pattern(text, translation).is_short):
            words.patterns.setdefault(_first_word(text), []).append(_Pattern(text, translation))
    for patterns in words.patterns.values():
        patterns.sort(key=lambda pattern: len(_HOLE.sub("", pattern.text)), reverse=True)
    return words


#: What came out of a translation: it is not translated again, and it is not English.
_told: dict[str, None] = {}


def translated(language: str, text: str, *, reported: bool = False) -> str:
    """Return a text in a language; what nobody translated, and what is translated already, stays as it is.

    Parameters
    ----------
    reported : bool
        Said of the runner to somebody else, not to the runner.
    """
    if text in _told:
        return text
    tongue = _Tongue(language, reported)
    found = _translated(tongue, text)
    if found != text and not tongue.is_source:
        # Views begin a line with it.
        _told.update({found: None, found[:1].upper() + found[1:]: None})
        while len(_told) > _REMEMBERED:
            del _told[next(iter(_told))]
    return found


def is_translated(text: str) -> bool:
    """Whether a text came out of a translation."""
    return text in _told


@lru_cache(maxsize=_REMEMBERED)
def _translated(tongue: _Tongue, text: str) -> str:
    text = text.strip()
    whole = _whole(tongue, text)
    if whole is not None:
        return whole
    other = _other_form(tongue, text)
    if other is not None:
        return other
    pieces = _END.split(text)
    return _of_pieces(tongue, pieces) if len(pieces) > 1 else _small(tongue, text)


def _whole(tongue: _Tongue, text: str) -> str | None:
    words = _words(tongue)
    known = words.exact.get(text)
    if known is not None:
        return known
    for pattern in words.fitting(text):
        for values in pattern.values(text):
            if (filled := _filled(tongue, pattern, values)) is not None:
                return filled
    return None


def _filled(tongue: _Tongue, pattern: _Pattern, values: Mapping[str, str]) -> str | None:
    """Return the translation with its holes filled; ``None`` where a hole would swallow an unknown sentence."""
    told = {name: _inside(_translated(tongue, value), value) for name, value in values.items()}
    if tongue.is_source:
        whole = (value for name, value in values.items() if not pattern.text.endswith(f"{{{name}}}"))
        return None if any(map(_NEW_SENTENCE.search, whole)) else _held(pattern, told)
    unknown = [value for name, value in values.items() if told[name] == value.strip()]
    if any(_NEW_SENTENCE.search(value) or (pattern.is_short and _PLAIN_WORD.search(value)) for value in unknown):
        return None
    if any(_NEW_SENTENCE.search(value) and not _is_known(tongue, value) for value in values.values()):
        return None
    return _held(pattern, told)


def _held(pattern: _Pattern, told: Mapping[str, str]) -> str:
    return _HOLE.sub(lambda hole: told[hole.group(1)], pattern.translation)


def _is_known(tongue: _Tongue, text: str) -> bool:
    """Whether every sentence of a text has a translation: else a hole has swallowed half a sentence too much."""
    if text.strip() in _words(tongue).exact:
        return True
    pieces = _END.split(text.strip())
    return all(_translated(tongue, piece) != piece and _is_said(tongue, piece) for piece in pieces)


def _is_said(tongue: _Tongue, text: str) -> bool:
    """Whether the words of a text are translated, not its numbers alone; some are the same in both: ``1 Nm/kg``."""
    if tongue.is_source or not _PLAIN_WORD.search(text) or _translated(tongue, text) != _numbers(tongue, text):
        return True
    return _whole(tongue, text) is not None


def _inside(translation: str, text: str) -> str:
    """Return a translation as it is written where its text began with a small letter."""
    first = translation.partition(" ")[0]
    if text[:1].islower() and first.lower() in _SMALL:
        return translation[0].lower() + translation[1:]
    return translation


def _of_pieces(tongue: _Tongue, pieces: list[str]) -> str:
    """Return sentences that were joined: as many as possible that are known together, then the rest."""
    done, at = [], 0
    while at < len(pieces):
        for end in range(len(pieces), at, -1):
            part = " ".join(pieces[at:end])
            whole = _whole(tongue, part)
            if whole is not None or end == at + 1:
                done.append(_small(tongue, part) if whole is None else whole)
                at = end
                break
    return " ".join(done)


def _small(tongue: _Tongue, text: str) -> str:
    """Return what is no sentence of its own: numbers, days, lists, a sentence without its point or large letter."""
    if _NUMBER.fullmatch(text):
        return _number(tongue, text)
    day = _day(tongue, text)
    if day is not None:
        return day
    return _other_form(tongue, text) or _list(tongue, text)


def _other_form(tongue: _Tongue, text: str) -> str | None:
    """Return what is known with a point, with another first letter, or as the beginning of a text cut short."""
    known = _words(tongue).exact
    if text.endswith(_CUT):
        start = text.removesuffix(_CUT)
        whole = next((told for whole, told in known.items() if whole.startswith(start)), None)
        return None if whole is None else whole[: len(text)].rsplit(" ", 1)[0].rstrip(",;:") + _CUT
    bare = text.rstrip(".;:")
    for form in (f"{bare}.", bare, bare[:1].upper() + bare[1:], f"{bare[:1].upper()}{bare[1:]}.", _small_start(bare)):
        if form in known:
            found = known[form].removesuffix(".")
            found = found[:1].upper() + found[1:] if text[:1].isupper() else _inside(found, text)
            return found + text[len(bare) :]
    return None


def _small_start(text: str) -> str:
    return text[:1].lower() + text[1:]


def _list(tongue: _Tongue, text: str) -> str:
    """Return two parts that are each known, themselves perhaps lists; half a list would be half a language."""
    if len(text) < _LONGEST_LIST and sum(text.count(separator) for separator in _SEPARATORS) < _MOST_PARTS:
        for separator in _SEPARATORS:
            for found in re.finditer(re.escape(separator), text):
                parts = text[: found.start()], text[found.end() :]
                told = [_translated(tongue, part) for part in parts]
                if all(_is_said(tongue, part) for part in parts):
                    between = f" {_words(tongue).exact.get(separator.strip(), separator.strip())} "
                    return (between if separator.strip().isalpha() else separator).join(
                        _inside(new, old) for new, old in zip(told, parts, strict=True)
                    )
    return _numbers(tongue, text)


def _numbers(tongue: _Tongue, text: str) -> str:
    """Return a text with the numbers in it written as the language writes them."""
    if tongue.is_source:
        return text.strip()
    return _INNER_NUMBER.sub(lambda found: _number(tongue, found.group()), text.strip())


def _number(tongue: _Tongue, text: str) -> str:
    sign = text[0] if text[0] in "+−" else ""
    return text if tongue.is_source else sign + localised_number(tongue.language, text.lstrip("+−"))


def _day(tongue: _Tongue, text: str) -> str | None:
    """Return a day that the code wrote: ``2026-11-22``, ``Monday 2026-11-23``, ``Mon 23 Nov``, ``28 February 2027``."""
    before, _, last = text.rpartition(" ")
    if _ISO_DAY.fullmatch(last):
        try:
            written = day(tongue.language, date.fromisoformat(last))
        except ValueError:
            return None
        return f"{_translated(tongue, before)}, {written}" if before else written
    known = _words(tongue).exact
    found = _LONG_DAY.fullmatch(text)
    if found is not None:
        number, month, year = found.groups()
        return f"{number}. {known[month]} {year}" if month in known else None
    found = _SHORT_DAY.fullmatch(text)
    if found is None:
        return None
    weekday, number, month = found.groups()
    return f"{known[weekday]}, {number}. {known[month]}" if weekday in known and month in known else None
