"""Find the way back into a damaged FIT sequence.

After damage the walk runs on over bytes that are no messages until it meets one that cannot be. The messages since the
last plausible time are then dropped, and the search is for the next place where a known definition yields a plausible
time, or a definition message stands, and a dozen well-formed messages follow.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import Final, NamedTuple

import numpy as np

from kneewise.sources.fit_walk import LOCAL_TYPE, Definition, Offsets, Walk, definition_at

#: Well-formed messages in a row that make a place believable.
_WITNESSES: Final = 12
#: Times may lie this long after the last good one (multi-day pauses happen), and a little before it.
_LATER_S: Final = 30 * 86_400
_EARLIER_S: Final = 60
#: FIT times below this count from the device's start, not from 1989.
_FIRST_S: Final = 0x1000_0000
_LAST_S: Final = 0xFFFF_FFFE
#: Messages at the start of a stretch whose median time stands for it.
_SAMPLE: Final = 512
#: The search looks at this many bytes at first, then at four times as many, and so on.
_WINDOW: Final = 4096
#: A definition message of a data type that a writer may have meant: reserved byte 0, byte order 0 or 1.
_DEFINITION_START: Final = re.compile(rb"[\x40-\x4f\x60-\x6f]\x00[\x00\x01]", re.DOTALL)
#: Bytes of the checksum, which end a sequence whose length the header does not say.
_CHECKSUM: Final = 2


class _Trust(NamedTuple):
    """How much of the messages since the last known good place can be believed.

    ``sure`` is the number of messages up to the last plausible time, ``possible`` up to the first implausible one after
    it; ``time_s`` is that last plausible time, None where no message had one.
    """

    sure: int
    possible: int
    time_s: int | None


class Salvage(NamedTuple):
    """A walk to the end of a sequence.

    ``stop`` is where it ended, ``skipped`` counts the bytes on its way that belong to no message, ``patience`` is what
    it left of the bytes that may be walked again.
    """

    walk: Walk
    stop: int
    skipped: int
    patience: int


def walk_with_salvage(data: bytes, start: int, end: int, patience: int) -> Salvage:
    """Walk the messages from ``start`` to ``end``, or to the header of another sequence, around any damage.

    ``patience`` is how many bytes may be walked a second time: it bounds the time that a hostile file can take.
    """
    walk = Walk(data, end)
    skipped, since, reference = 0, 0, None
    failed = walk.advance(start)
    while failed < end:
        if b".FIT" in (data[failed + 8 : failed + 12], data[failed + 10 : failed + 14]):
            return Salvage(walk, failed, skipped, patience)
        trust = _trust(walk, since, reference)
        reference = trust.time_s or reference
        begin = walk.marks[trust.sure - 1] + 1 if trust.sure else start
        stretch = walk.marks[trust.sure : trust.possible], list(walk.history)
        walk.forget(trust.sure)
        last = _end_of_last(walk, start)
        resume = _search(walk, max(begin, start + (since > 0)), reference) if patience > 0 else None
        if resume is None:
            walk.marks.extend(stretch[0])
            walk.history = stretch[1]
            lost = end - failed if end - failed > _CHECKSUM else 0
            return Salvage(walk, end, skipped + lost, patience)
        skipped += max(0, resume - last)
        since, start = trust.sure, resume
        patience -= max(0, failed - resume) + 16 * len(walk.history)
        failed = walk.advance(resume)
    return Salvage(walk, end, skipped, patience)


def _trust(walk: Walk, since: int, reference: int | None) -> _Trust:
    """Judge the messages from number ``since`` on by their times, given the last time before them."""
    timed = [(at, _times(walk, d, at)) for d, at in walk.by_definition(since).items() if d.time_offset is not None]
    if not timed:
        return _Trust(len(walk.marks), len(walk.marks), None)
    offsets = np.concatenate([at for at, _ in timed])
    order = np.argsort(offsets)
    offsets, times = offsets[order], np.concatenate([t for _, t in timed])[order]
    centre = int(np.median(times[:_SAMPLE])) if reference is None else reference
    plausible = np.flatnonzero(np.abs(times - centre) <= _LATER_S)
    last = int(plausible[-1]) if plausible.size else -1
    sure = bisect_right(walk.marks, int(offsets[last])) if plausible.size else since
    possible = bisect_left(walk.marks, int(offsets[last + 1])) if last + 1 < offsets.size else len(walk.marks)
    return _Trust(sure, possible, int(times[last]) if plausible.size else None)


def _times(walk: Walk, definition: Definition, offsets: Offsets) -> Offsets:
    """Return the FIT times of the messages at ``offsets``; the definition has a time, and the messages are whole."""
    if definition.time_offset is None:
        return np.empty(0, dtype=np.int64)
    order = ">" if definition.big_endian else "<"
    every = np.ndarray((len(walk.data) - 3,), dtype=f"{order}u4", buffer=walk.data, strides=(1,))
    return every[offsets + definition.time_offset].astype(np.int64)


def _end_of_last(walk: Walk, start: int) -> int:
    """Return where the last message ends, ``start`` if there is none."""
    if not walk.marks:
        return start
    at = walk.marks[-1]
    definition = walk.current[LOCAL_TYPE[walk.data[at]]]
    return at + (definition.size if definition else 1)


def _search(walk: Walk, begin: int, reference: int | None) -> int | None:
    """Return the next believable start of a message at or after ``begin``."""
    width = _WINDOW
    while begin < walk.end:
        stop = min(begin + width, walk.end)
        for place in _candidates(walk, begin, stop, reference):
            if _is_believable(walk, place, reference):
                return place
        begin, width = stop, 4 * width
    return None


def _candidates(walk: Walk, begin: int, stop: int, reference: int | None) -> list[int]:
    """Return where a message with a plausible time or a definition message might start, in order."""
    first, last = (_FIRST_S, _LAST_S) if reference is None else (reference - _EARLIER_S, reference + _LATER_S)
    places = [match.start() for match in _DEFINITION_START.finditer(walk.data, begin, stop)]
    for local, definition in enumerate(walk.current):
        if definition is not None and definition.time_offset is not None:
            found = np.flatnonzero(walk.bytes[begin:stop] == local) + begin
            found = found[found + definition.size <= walk.end]
            times = _times(walk, definition, found)
            places += found[(times >= first) & (times <= last)].tolist()
    return sorted(places)


def _is_believable(walk: Walk, at: int, reference: int | None) -> bool:
    """Tell whether a dozen well-formed messages with times near each other follow, or fewer to the end."""
    current = list(walk.current)
    for _ in range(_WITNESSES):
        if walk.end - at in (0, _CHECKSUM):
            return True
        found = definition_at(walk.data, at, walk.end, {})
        if found is not None:
            if not found[0].is_strict():
                return False
            current[walk.data[at] & 15], at = found
            continue
        definition = _data_definition(walk, current, at)
        if definition is None:
            return False
        if definition.time_offset is not None:
            time_s = int(_times(walk, definition, np.array([at]))[0])
            if reference is not None and time_s <= _LAST_S and abs(time_s - reference) > _LATER_S:
                return False
            reference = time_s if reference is None else reference
        at += definition.size
    return True


def _data_definition(walk: Walk, current: list[Definition | None], at: int) -> Definition | None:
    """Return the definition of the whole data message at ``at``; None where there can be none."""
    header = walk.data[at] if at < walk.end else 0x40
    if 0x10 <= header < 0x80:
        return None
    definition = current[LOCAL_TYPE[header]]
    return definition if definition is not None and at + definition.size <= walk.end else None
