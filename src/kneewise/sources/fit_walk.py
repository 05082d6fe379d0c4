"""Find the messages of a FIT sequence: one step per message, from header byte to header byte.

A FIT sequence has no index. A message's length follows from the definition that its header byte refers to, so somebody
must go from message to message; this loop is the only part of the reader that does so in Python, and does nothing else.
"""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Iterator
from itertools import count
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kneewise.sources.fit_profile import BASE_TYPES, TIMESTAMP

Offsets = NDArray[np.int64]

#: A step no file can hold: it ends the loop at a header byte without a definition, with no test inside the loop.
UNDEFINED: Final = 1 << 62

_DEFINITION: Final = 0x40
_DEVELOPER: Final = 0x20
_COMPRESSED: Final = 0x80

#: Local message type of every header byte; 16 where the byte starts a definition.
LOCAL_TYPE: Final = np.array(
    [(h >> 5) & 3 if h & _COMPRESSED else 16 if h & _DEFINITION else h & 15 for h in range(256)], dtype=np.uint8
)
#: The header bytes that announce data of each local type: its number, and 32 with a time in them for the first four.
_HEADERS: Final = [
    [local, *(range(_COMPRESSED + 32 * local, _COMPRESSED + 32 * local + 32) if local < 4 else ())]
    for local in range(16)
]

#: Base type bytes that occur: a number, with or without the flag for more than one byte.
_BASES: Final = frozenset(number | flag for number in range(len(BASE_TYPES)) for flag in (0, 0x80))

#: Bytes walked one by one before looking again whether a long run of equal headers has begun.
_BLOCK: Final = 8192


class Layout(NamedTuple):
    """Where one field lies in its message; ``developer`` is the developer data index, None for a native field."""

    number: int
    offset: int
    size: int
    base: int
    developer: int | None


class Definition:
    """What a definition message says about the messages that refer to it.

    Attributes
    ----------
    size : int
        Bytes of one message, header byte included.
    time_offset : int or None
        Where a message holds its time (field 253, four bytes), None where it has none.
    """

    __slots__ = ("_count", "_raw", "big_endian", "global_number", "size", "time_offset")

    def __init__(self, raw: bytes, count: int) -> None:
        self._raw = raw
        self._count = count
        self.big_endian = raw[1] == 1
        self.global_number = int.from_bytes(raw[2:4], "big" if self.big_endian else "little")
        self.size = 1 + sum(raw[6 : 5 + 3 * count : 3]) + sum(raw[7 + 3 * count :: 3])
        self.time_offset = self._find_time()

    def _find_time(self) -> int | None:
        number = self._raw.find(TIMESTAMP, 5, 5 + 3 * self._count)
        while number >= 0 and (number - 5) % 3:
            number = self._raw.find(TIMESTAMP, number + 1, 5 + 3 * self._count)
        return 1 + sum(self._raw[6:number:3]) if number >= 0 and self._raw[number + 1] == 4 else None

    def layout(self) -> Iterator[Layout]:
        """Yield the fields in the order of the message, native before developer."""
        raw, offset = self._raw, 1
        for at in range(5, 5 + 3 * self._count, 3):
            yield Layout(raw[at], offset, raw[at + 1], raw[at + 2], None)
            offset += raw[at + 1]
        for at in range(6 + 3 * self._count, len(raw), 3):
            yield Layout(raw[at], offset, raw[at + 1], 0, raw[at + 2])
            offset += raw[at + 1]

    def is_sound(self) -> bool:
        """Tell whether a writer may have meant this: most base types are known."""
        bases = self._raw[7 : 5 + 3 * self._count : 3]
        return 2 * sum(base in _BASES for base in bases) >= len(bases)

    def is_strict(self) -> bool:
        """Tell whether nothing about it is unusual, so that it is no accident of damaged bytes."""
        plain = self._raw[0] == 0 and self._raw[1] < 2 and self.size > 1
        return plain and all(
            f.base in _BASES and f.size > 0 and f.size % BASE_TYPES[f.base & 31].size == 0 for f in self.layout()
        )


class Walk:
    """The walk over one sequence: offsets of the messages found so far, and the definitions in force.

    Attributes
    ----------
    marks : array of int64
        Offset of every data message, increasing.
    history : list of (int, int, Definition)
        Number of marks before it, local type and content of every definition met.
    """

    def __init__(self, data: bytes, end: int) -> None:
        self.data = data
        self.bytes = np.frombuffer(data, dtype=np.uint8)
        self.end = end
        self.marks = array("q")
        self.history: list[tuple[int, int, Definition]] = []
        self._steps = [UNDEFINED] * 256
        self._known: dict[bytes, Definition] = {}

    def advance(self, at: int) -> int:
        """Walk from ``at`` to the end, or to the first message that cannot be understood; return where that is."""
        while at < self.end:
            if self._stride(at) == self.end:
                break
            at = self.marks.pop()
            following = self.define(at)
            if following is None:
                return at
            at = following
        return self.end

    def _stride(self, at: int) -> int:
        """Mark data messages until one leads past the end or has no definition; return where it leads."""
        data, steps, end, mark = self.data, self._steps, self.end, self.marks.append
        while at < end:
            at = self._run(at)
            stop = min(end, at + _BLOCK)
            while at < stop:
                mark(at)
                at += steps[data[at]]
        return at

    def _run(self, at: int) -> int:
        """Mark in bulk the messages that share the header byte at ``at``: all are of one size, so numpy can look."""
        header = self.data[at]
        size = self._steps[header]
        if at + 2 * size >= self.end or not header == self.data[at + size] == self.data[at + 2 * size]:
            return at
        headers = self.bytes[at : at + (self.end - at) // size * size : size]
        length, chunk = 0, 64
        while length < len(headers):
            others = np.flatnonzero(headers[length : length + chunk] != header)
            if others.size:
                length += int(others[0])
                break
            length = min(length + chunk, len(headers))
            chunk *= 4
        self.marks.frombytes(np.arange(at, at + length * size, size, dtype=np.int64).tobytes())
        return at + length * size

    def define(self, at: int) -> int | None:
        """Take in the definition message at ``at`` and return where it ends; None if there is no sound one."""
        found = definition_at(self.data, at, self.end, self._known)
        if found is None:
            return None
        definition, following = found
        local = self.data[at] & 15
        self.history.append((len(self.marks), local, definition))
        self._set(local, definition)
        return following

    def _set(self, local: int, definition: Definition) -> None:
        for header in _HEADERS[local]:
            self._steps[header] = definition.size

    def forget(self, count: int) -> None:
        """Drop all but the first ``count`` messages, and the definitions met after them unless they look deliberate."""
        del self.marks[count:]
        self.history = [entry for entry in self.history if _is_met_by(entry, count)]
        self._steps = [UNDEFINED] * 256
        for local, definition in self.in_force(count).items():
            self._set(local, definition)

    def in_force(self, count: int) -> dict[int, Definition]:
        """Return by local type the definitions that hold after the first ``count`` messages."""
        return {
            local: definition for met, local, definition in self.history if _is_met_by((met, local, definition), count)
        }

    def last_definition(self) -> Definition:
        """Return the definition that the last message refers to: of its local type, the last one met before it."""
        number = len(self.marks) - 1
        of_message = LOCAL_TYPE[self.data[self.marks[number]]].item()
        return next(
            definition for met, local, definition in reversed(self.history) if local == of_message and met <= number
        )

    def by_definition(self, since: int = 0) -> dict[Definition, Offsets]:
        """Return the offsets of the messages from number ``since`` on, increasing, by the definition they refer to."""
        marks = np.frombuffer(self.marks, dtype=np.int64)[since:].copy()
        local_types = LOCAL_TYPE[self.bytes[marks]]
        found: dict[Definition, list[Offsets]] = {}
        for local in np.unique(local_types):
            numbers = np.flatnonzero(local_types == local)
            entries = [(number - since, definition) for number, at, definition in self.history if at == local]
            cuts = np.searchsorted(numbers, [number for number, _ in entries]).tolist()
            for (_, definition), first, last in zip(entries, cuts, [*cuts[1:], numbers.size], strict=True):
                if last > first:
                    found.setdefault(definition, []).append(marks[numbers[first:last]])
        return {
            definition: parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts))
            for definition, parts in found.items()
        }


def _is_met_by(entry: tuple[int, int, Definition], count: int) -> bool:
    """Tell whether a definition was met before message number ``count``, or right after it by no accident."""
    met, _, definition = entry
    return met < count or (met == count and definition.is_strict())


class MessageIndex:
    """The messages of a walk by global message number, each group with the definition that its messages refer to."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.groups = walk.by_definition()

    def of(self, global_number: int) -> dict[Definition, Offsets]:
        """Return the offsets of one kind of message by definition."""
        return {d: offsets for d, offsets in self.groups.items() if d.global_number == global_number}

    def ordered(self, global_number: int) -> Iterator[tuple[int, Definition]]:
        """Yield offset and definition of one kind of message, in file order."""
        groups = self.of(global_number).items()
        merged = heapq.merge(*map(_tagged, count(), groups))
        return ((at, definition) for at, _, definition in merged)


def _tagged(number: int, group: tuple[Definition, Offsets]) -> Iterator[tuple[int, int, Definition]]:
    definition, offsets = group
    return ((int(at), number, definition) for at in offsets)


def definition_at(data: bytes, at: int, end: int, known: dict[bytes, Definition]) -> tuple[Definition, int] | None:
    """Return the definition message at ``at`` and where it ends; None if there is no sound one before ``end``."""
    header = data[at]
    if header & _COMPRESSED or not header & _DEFINITION or at + 6 > end:
        return None
    count = data[at + 5]
    following = at + 6 + 3 * count
    if header & _DEVELOPER:
        if following >= end:
            return None
        following += 1 + 3 * data[following]
    if following > end:
        return None
    raw = data[at + 1 : following]
    definition = known.get(raw)
    if definition is None:
        definition = Definition(raw, count)
        if not definition.is_sound():
            return None
        known[raw] = definition
    return definition, following
