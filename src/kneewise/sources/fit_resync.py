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

from kneewise.sources.fit_walk import Definition, Offsets, Walk, definition_at

#: Well-formed messages in a row that make a place believable.
_WITNESSES: Final = 12
#: Times may lie this long after the last good one (multi-day pauses happen), and a little before it.
_LATER_S: Final = 30 * 86_400
_EARLIER_S: Final = 3_600
#: Times whose median stands for the last good one: a single one may be damaged itself.
_SAMPLE: Final = 5
#: FIT times below this count from the device's start, not from 1989.
_FIRST_S: Final = 0x1000_0000
_LAST_S: Final = 0xFFFF_FFFE
#: In the year 2050; a stretch of later times is made of other bytes.
_LATEST_S: Final = 1_900_000_000
#: The search looks at this many bytes at first, then at four times as many, and so on.
_WINDOW: Final = 4096
#: A definition message of a data type that a writer may have meant: reserved byte 0, byte order 0 or 1.
_DEFINITION_START: Final = re.compile(rb"[\x40-\x4f\x60-\x6f]\x00[\x00\x01]", re.DOTALL)
_MAGIC: Final = b".FIT"
#: Bytes of the checksum, which end a sequence whose length the header does not say.
_CHECKSUM: Final = 2


class _Trust(NamedTuple):
    """How far the messages since the last known good place can be believed.

    ``sure`` is the number of messages up to the last believable time, ``possible`` up to the first unbelievable one
    after it (or all); ``time_s`` stands for the last believable times, None where no message has one.
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


def walk_with_salvage(data: bytes, start: int, end: int, *, is_doubtful: bool, patience: int) -> Salvage:
    """Walk the messages from ``start`` to ``end``, or to the header of another sequence, around any damage.

    Parameters
    ----------
    data : bytes
    start, end : int
    is_doubtful : bool
        No checksum vouches for the bytes: a walk that found its way through them may still have met damage.
    patience : int
        How many bytes may be walked a second time: it bounds the time that a hostile file can take.
    """
    walk = Walk(data, end)
    skipped, since = 0, 0
    reference: int | None = None
    failed = walk.advance(start)
    while failed < end or is_doubtful:
        if failed < end and _is_header_near(data, failed):
            return Salvage(walk, failed, skipped, patience)
        trust = _trust(walk, since, reference)
        if failed == end and trust.possible == len(walk.marks):
            break
        reference = reference if trust.time_s is None else trust.time_s
        begin = max(start, walk.marks[trust.sure - 1] + 1) if trust.sure else start
        resume = _search(walk, walk.in_force(trust.sure), begin, reference) if patience > 0 else None
        if resume is None:
            break
        walk.forget(trust.sure)
        skipped += max(0, resume - _end_of_last(walk, start))
        patience -= max(0, failed - resume) + 16 * len(walk.history)
        since, start = trust.sure, resume + 1
        failed = walk.advance(resume)
    if failed < end:
        walk.forget(trust.possible)
    return Salvage(walk, end, skipped + max(0, end - failed - _CHECKSUM), patience)


def _is_header_near(data: bytes, at: int) -> bool:
    """Tell whether another sequence starts at ``at`` or after the checksum there."""
    return _MAGIC in (data[at + 8 : at + 12], data[at + 8 + _CHECKSUM : at + 12 + _CHECKSUM])


def _trust(walk: Walk, since: int, reference: int | None) -> _Trust:
    """Judge the messages from number ``since`` on by their times, given the last believed time before them.

    A clock may be set while it runs, so a jump is believed when the times after it stay together; a handful of times
    far from those before and after them are no times, nor are those of a clock that was set and is unset again.
    """
    timed = [(at, _times(walk, d, at)) for d, at in walk.by_definition(since).items() if d.time_offset is not None]
    offsets = np.concatenate([np.empty(0, dtype=np.int64), *(at for at, _ in timed)])
    times = np.concatenate([np.empty(0, dtype=np.int64), *(t for _, t in timed)])
    order = np.argsort(offsets)
    order = order[times[order] <= _LAST_S]
    offsets, times = offsets[order], times[order]
    if not times.size:
        return _Trust(len(walk.marks), len(walk.marks), None)
    if reference is not None:
        offsets, times = np.append(walk.marks[since - 1], offsets), np.append(reference, times)
    starts = np.concatenate([[0], np.flatnonzero(np.abs(np.diff(times)) > _LATER_S) + 1])
    firsts = times[starts]
    is_unset = (firsts < _FIRST_S) & (np.maximum.accumulate(firsts) >= _FIRST_S)
    is_bad = (np.diff(starts, append=times.size) < _WITNESSES) | (firsts > _LATEST_S) | is_unset
    is_bad[0] = False
    bad = int(starts[is_bad][0]) if is_bad.any() else times.size
    sure = bisect_right(walk.marks, int(offsets[bad - 1]))
    possible = bisect_left(walk.marks, int(offsets[bad])) if bad < times.size else len(walk.marks)
    return _Trust(sure, possible, int(np.median(times[max(0, bad - _SAMPLE) : bad])))


def _times(walk: Walk, definition: Definition, offsets: Offsets) -> Offsets:
    """Return the FIT times of the messages at ``offsets``; the definition has a time, and the messages are whole."""
    if definition.time_offset is None:
        return np.empty(0, dtype=np.int64)
    order = ">" if definition.big_endian else "<"
    every = np.ndarray((len(walk.data) - 3,), dtype=f"{order}u4", buffer=walk.data, strides=(1,))
    return every[offsets + definition.time_offset].astype(np.int64)


def _time(walk: Walk, big_endian: bool, at: int) -> int:
    """Return the FIT time at ``at``."""
    return int.from_bytes(walk.data[at : at + 4], "big" if big_endian else "little")


def _end_of_last(walk: Walk, start: int) -> int:
    """Return where the last message ends, ``start`` if there is none."""
    if not walk.marks:
        return start
    return walk.marks[-1] + walk.last_definition().size


def _search(walk: Walk, current: dict[int, Definition], begin: int, reference: int | None) -> int | None:
    """Return the next believable start of a message at or after ``begin``, given the definitions in force."""
    width = _WINDOW
    while begin < walk.end:
        stop = min(begin + width, walk.end)
        for place in _candidates(walk, current, begin, stop, reference):
            if _is_believable(walk, current, place, reference):
                return place
        begin, width = stop, 4 * width
    return None


def _candidates(walk: Walk, current: dict[int, Definition], begin: int, stop: int, reference: int | None) -> list[int]:
    """Return where a message with a plausible time or a definition message might start, in order."""
    first, last = (_FIRST_S, _LATEST_S) if reference is None else (reference - _EARLIER_S, reference + _LATER_S)
    places = [match.start() for match in _DEFINITION_START.finditer(walk.data, begin, stop)]
    for local, definition in current.items():
        if definition.time_offset is not None:
            found = np.flatnonzero(walk.bytes[begin:stop] == local) + begin
            found = found[found + definition.size <= walk.end]
            times = _times(walk, definition, found)
            places += found[(times >= first) & (times <= last)].tolist()
    return sorted(places)


def _is_believable(walk: Walk, current: dict[int, Definition], at: int, reference: int | None) -> bool:
    """Tell whether a dozen well-formed messages with times near each other follow, or fewer to the end."""
    current = dict(current)
    for _ in range(_WITNESSES):
        if at >= walk.end - _CHECKSUM:
            return at in (walk.end, walk.end - _CHECKSUM)
        found = definition_at(walk.data, at, walk.end, {}) if 0x40 <= walk.data[at] < 0x80 else None
        if found is not None:
            if not found[0].is_strict():
                return False
            current[walk.data[at] & 15], at = found
            continue
        definition = _data_definition(walk, current, at)
        if definition is None:
            return False
        if definition.time_offset is not None:
            time_s = _time(walk, definition.big_endian, at + definition.time_offset)
            if reference is not None and time_s <= _LAST_S and abs(time_s - reference) > _LATER_S:
                return False
            reference = time_s if reference is None else reference
        at += definition.size
    return True


def _data_definition(walk: Walk, current: dict[int, Definition], at: int) -> Definition | None:
    """Return the definition of the whole data message at ``at``; None where there can be none."""
    header = walk.data[at]
    local = header if header < 0x80 else (header >> 5) & 3
    definition = current.get(local)
    return definition if definition is not None and at + definition.size <= walk.end else None
