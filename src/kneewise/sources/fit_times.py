"""Times of FIT messages whose header byte carries the last five bits of their time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kneewise.domain.recording import Floats
from kneewise.sources.fit_profile import BASE_TYPES
from kneewise.sources.fit_walk import Definition, Offsets, Walk

_HEADER_HAS_TIME = 0x80
_LOW_BITS = 31


def has_compressed_times(walk: Walk, records: Mapping[Definition, Offsets]) -> bool:
    """Tell whether any of the record messages has its time in the header byte."""
    return any(bool((walk.bytes[offsets] >= _HEADER_HAS_TIME).any()) for offsets in records.values())


def compressed_times(walk: Walk, groups: Mapping[Definition, Offsets], records: Mapping[Definition, Offsets]) -> Floats:
    """Return seconds since the FIT epoch of every record, shape (n,), in file order.

    Each message with a whole time sets the clock, and each compressed one moves it forward, by less than 32 s, to the
    next second that ends in its five bits. A compressed time before the first whole one is unknown (NaN).
    """
    offsets = np.concatenate([*groups.values()])
    whole = np.concatenate([_whole_times(walk, definition, at) for definition, at in groups.items()])
    order = np.argsort(offsets)
    offsets, whole = offsets[order], whole[order]
    headers = walk.bytes[offsets].astype(np.int64)
    is_compressed = headers >= _HEADER_HAS_TIME
    timed = np.flatnonzero(is_compressed | (whole >= 0))
    low = np.where(is_compressed, headers, whole)[timed] & _LOW_BITS
    forward = np.cumsum(np.diff(low, prepend=low[:1]) & _LOW_BITS)
    is_whole = ~is_compressed[timed]
    latest = np.maximum.accumulate(np.where(is_whole, np.arange(timed.size), -1))
    times = np.full(offsets.size, np.nan)
    times[timed] = np.where(latest < 0, np.nan, whole[timed][latest] + forward - forward[latest])
    return times[np.searchsorted(offsets, np.sort(np.concatenate([*records.values()])))]


def _whole_times(walk: Walk, definition: Definition, offsets: Offsets) -> Offsets:
    """Return the time field of each message, -1 where it has none or no value."""
    if definition.time_offset is None:
        return np.full(offsets.size, -1, dtype=np.int64)
    order = ">" if definition.big_endian else "<"
    every = np.ndarray((len(walk.data) - 3,), f"{order}u4", walk.data, 0, (1,))
    times = every[offsets + definition.time_offset].astype(np.int64)
    times[times == BASE_TYPES[6].sentinel] = -1
    return times
