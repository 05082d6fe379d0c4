"""Expat for track files: fast, no entities, and it goes on after damage.

Names are matched by their local part in lower case, so undeclared and unusual prefixes do no harm. A file is parsed in
one pass; where it is not well-formed, the reader first tries once more with the illegal characters replaced, then goes
on at the next track point, lap or activity after the damage.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar
from xml.parsers import expat

import numpy as np

from kneewise.errors import UnreadableFileError
from kneewise.sources.elements import MAX_DEPTH, ElementReader, TooDeepError

#: Places where a damaged file is taken up again before the rest is given up.
MAX_RESUMPTIONS = 10_000

_PROLOGUE_BYTES = 4096
_LONGEST_POINT_BYTES = 65_536
_WINDOW_BYTES = 1 << 18
#: Unclosed tags that may stand inside a track unseen by the lean handlers; expat keeps about 150 bytes for each.
_UNSEEN_DEPTH = 20_000
_ROOT = re.compile(rb"<\?xml|<(?:[\w.-]+:)?(?:gpx|TrainingCenterDatabase)\b", re.IGNORECASE)
_DECLARATION = re.compile(rb"<\?xml[^>]*>")
_EIGHT_BIT = re.compile(rb"encoding\s*=\s*[\"'](iso-8859-\d+|windows-125\d)[\"']", re.IGNORECASE)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_STRAY_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)")
_LESS, _SLASH = b"</"
_PADDING = b" \t\r\n\x00\xef\xbb\xbf"

#: Bytes whose illegal characters are replaced at once: the pieces of a whole file would take many times its size.
_CURED_AT_ONCE = 1 << 20
#: A text whose cure is longer by such a share was none: binary data, not a recording with some noise in it.
_MOST_GROWTH, _FREE_GROWTH = 1.25, 65_536
#: Signs of a reference before which a window must not end.
_REFERENCE = 6

#: Faults that replacing illegal characters can cure.
_CURABLE = frozenset(
    expat.errors.codes[text]
    for text in (
        expat.errors.XML_ERROR_INVALID_TOKEN,
        expat.errors.XML_ERROR_UNDEFINED_ENTITY,
        expat.errors.XML_ERROR_BAD_CHAR_REF,
        expat.errors.XML_ERROR_UNKNOWN_ENCODING,
        expat.errors.XML_ERROR_INCORRECT_ENCODING,
        expat.errors.XML_ERROR_XML_DECL,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
)

_Reader = TypeVar("_Reader", bound=ElementReader)


@dataclass(slots=True)
class Damage:
    """What was wrong with a file; ``reason`` is expat's words for the first fault, ``None`` for a sound file."""

    reason: str | None = None
    line: int = 0
    bytes_skipped: int = 0
    resumptions: int = 0
    cut_short: bool = False
    characters_replaced: bool = False
    junk_before: int = 0

    @property
    def lossy(self) -> bool:
        """Whether points may be missing."""
        return bool(self.cut_short or self.bytes_skipped or self.resumptions)


@dataclass(frozen=True, slots=True)
class _Fault:
    """Where expat stopped: byte, code and line."""

    at: int
    code: int
    line: int


class _EntityDeclaredError(Exception):
    """The file declares entities."""


def parse(data: bytes, name: str, kind: Callable[..., _Reader]) -> tuple[_Reader, Damage]:
    """Drive a reader over the bytes of one XML file.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        Name for messages.
    kind : callable
        Makes an empty reader; called again when the file has to be read a second time.

    Raises
    ------
    UnreadableFileError
        For declared entities (they can swell a small file to gigabytes) and for elements nested beyond ``MAX_DEPTH``.
    """
    try:
        return _parse(data, kind)
    except _EntityDeclaredError:
        raise UnreadableFileError(
            f"{name} declares XML entities, which no watch does and which can swell a small file to gigabytes; "
            "export the run again."
        ) from None
    except TooDeepError:
        raise UnreadableFileError(
            f"{name} nests more than {MAX_DEPTH} XML elements inside one another, which no recording does; "
            "export the run again."
        ) from None


def _parse(data: bytes, kind: Callable[..., _Reader]) -> tuple[_Reader, Damage]:
    damage = Damage()
    begin = _beginning(data, damage)
    reader = kind(lean=_shallow(data))
    fault = _feed(data, begin, reader)
    if fault is not None and fault.code in _CURABLE and not _finished(reader):
        cured = _replace_illegal_characters(data[begin:])
        if cured is not None:
            data, reader = cured, kind(lean=_shallow(cured))
            damage.reason, damage.line = expat.ErrorString(fault.code), fault.line
            damage.characters_replaced = True
            fault = _feed(data, 0, reader)
    if fault is not None:
        _resume(data, fault, reader, damage)
    return reader, damage


def _finished(reader: ElementReader) -> bool:
    """Whether the root element was opened and closed again: what follows belongs to no recording."""
    return bool(reader.names) and not reader.stack


def _beginning(data: bytes, damage: Damage) -> int:
    """Return where the XML begins; byte order marks and white space before it are no damage."""
    found = _ROOT.search(data[:_PROLOGUE_BYTES])
    if found is None:
        return 0
    if data[: found.start()].strip(_PADDING):
        damage.junk_before = found.start()
    return found.start()


def _shallow(data: bytes) -> bool:
    """Whether the lean handlers, which do not see start tags, are safe from tags nested without end.

    Outside comments, CDATA and declarations every ``<`` begins a tag and every ``</`` ends one.
    """
    if b"<!" in data:
        return False
    every = np.frombuffer(data, dtype=np.uint8)
    depth = 0
    for begin in range(0, len(data), _WINDOW_BYTES):
        # One byte more, for a "</" across two windows.
        window = every[begin : begin + _WINDOW_BYTES + 1]
        less = window[:-1] == _LESS
        depth += int(np.count_nonzero(less)) - 2 * int(np.count_nonzero(less & (window[1:] == _SLASH)))
        if depth > _UNSEEN_DEPTH:
            return False
    return True


def _feed(data: bytes, begin: int, reader: ElementReader, opened: bytes = b"") -> _Fault | None:
    """Parse from ``begin`` to the end; return where it stopped, ``None`` when it went through."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(opened, False)
        reader.attach(parser)
        parser.Parse(memoryview(data)[begin:], True)
    except expat.ExpatError as error:
        return _Fault(begin + parser.ErrorByteIndex - len(opened), error.code, error.lineno)
    return None


def _refuse_entity(*_: object) -> None:
    raise _EntityDeclaredError


def _resume(data: bytes, fault: _Fault, reader: ElementReader, damage: Damage) -> None:
    """Go on at the next point, lap or activity after each fault until the file ends."""
    if _finished(reader) and not data[fault.at :].strip(_PADDING):
        return
    if damage.reason is None:
        damage.reason, damage.line = expat.ErrorString(fault.code), fault.line
    names = "|".join(reversed(reader.levels))
    tags = re.compile(rf"<(?:[\w.-]+:)?({names})(?=[\s/>])".encode(), re.IGNORECASE)
    following: _Fault | None = fault
    while following is not None:
        if _finished(reader):
            damage.bytes_skipped += len(data[following.at :].strip(_PADDING))
            return
        lost_from = _start_of_damage(data, following.at, reader)
        found = tags.search(data, following.at + 1)
        if found is None or damage.resumptions >= MAX_RESUMPTIONS:
            damage.cut_short = True
            damage.bytes_skipped += len(data) - lost_from
            _close_down_to(reader, reader.levels[0])
            return
        damage.bytes_skipped += found.start() - lost_from
        damage.resumptions += 1
        _close_down_to(reader, found[1].decode().lower())
        opened = "".join(f"<{name}>" for name in reader.stack).encode()
        following = _feed(data, found.start(), reader, opened)


def _start_of_damage(data: bytes, at: int, reader: ElementReader) -> int:
    """Return the first byte of the point that is open at ``at``, or ``at``."""
    point = re.compile(rf"<(/?)(?:[\w.-]+:)?{reader.levels[-1]}[\s>]".encode(), re.IGNORECASE)
    begin = max(0, at - _LONGEST_POINT_BYTES)
    tags = list(point.finditer(data, begin, at))
    return tags[-1].start() if tags and not tags[-1][1] else at


def _close_down_to(reader: ElementReader, level: str) -> None:
    """Close the open elements that cannot contain ``level``; what damage cut short is dropped."""
    reader.drop_leaves()
    inner = set(reader.levels[reader.levels.index(level) :])
    outermost = next((i for i, name in enumerate(reader.stack) if reader.names[name] in inner), len(reader.stack))
    while len(reader.stack) > outermost:
        if reader.names[reader.stack[-1]] in reader.levels[:-1]:
            reader.end(reader.stack[-1])
        else:
            reader.stack.pop()


def _replace_illegal_characters(data: bytes) -> bytes | None:
    """Return the file as UTF-8 with illegal characters and stray ampersands made harmless.

    ``None`` if UTF-16, and if so much of it is illegal that it was no text.

    Illegal characters become U+FFFD, not blanks, so that a number in which one stood stays unreadable.
    """
    if b"\x00" in data[:4] or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None
    declaration = _DECLARATION.match(data)
    declared = _EIGHT_BIT.search(declaration[0]) if declaration else None
    encoding = declared[1].decode().lower() if declared else "utf-8"
    at = declaration.end() if declaration else 0
    most = _MOST_GROWTH * len(data) + _FREE_GROWTH
    cured = bytearray()
    for text in _windows(memoryview(data)[at:], encoding):
        cured += _STRAY_AMPERSAND.sub("&amp;", _ILLEGAL.sub("\ufffd", text)).encode("utf-8", "replace")
        if len(cured) > most:
            return None
    return bytes(cured)


def _windows(data: memoryview, encoding: str) -> Iterator[str]:
    """Yield a text in pieces none of which ends within a character or a reference."""
    try:
        decoder = codecs.getincrementaldecoder(encoding)("replace")
    except LookupError:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest = ""
    for at in range(0, len(data), _CURED_AT_ONCE):
        text = rest + decoder.decode(bytes(data[at : at + _CURED_AT_ONCE]))
        cut = text.rfind("&", max(len(text) - _REFERENCE, 0))
        rest = "" if cut < 0 else text[cut:]
        yield text if cut < 0 else text[:cut]
    yield rest + decoder.decode(b"", True)
