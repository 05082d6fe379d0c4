"""Seconds of a made run as the bytes of a FIT file, quick enough for hundreds of them."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kneewise.sources.fit_names import DEVELOPMENT
from kneewise.sources.fit_profile import ACTIVITY, EVENT, FILE_ID, RECORD, SESSION, TIMESTAMP
from kneewise.units import FIT_EPOCH_S

Floats = NDArray[np.float64]

_LANES = 512
_HEADER = struct.Struct("<BBHI4s")
_HEADER_BYTES = 14
_PROTOCOL, _PROFILE = 0x20, 2195
_SEMICIRCLES = 2**31 / 180

#: Channel -> field number, FIT base type, numpy type, scale, offset.
_CHANNELS: dict[str, tuple[int, int, str, float, float]] = {
    "latitude_deg": (0, 0x85, "<i4", _SEMICIRCLES, 0.0),
    "longitude_deg": (1, 0x85, "<i4", _SEMICIRCLES, 0.0),
    "distance_m": (5, 0x86, "<u4", 100.0, 0.0),
    "speed_mps": (6, 0x84, "<u2", 1000.0, 0.0),
    "altitude_m": (2, 0x84, "<u2", 5.0, 500.0),
    "heart_rate_bpm": (3, 0x02, "u1", 1.0, 0.0),
    "vertical_oscillation_mm": (39, 0x84, "<u2", 10.0, 0.0),
    "contact_time_ms": (41, 0x84, "<u2", 10.0, 0.0),
}
_CADENCE, _FRACTION = (4, 0x02), (53, 0x02)
_ENUM, _STRING, _U2, _U4 = (0x00, "B"), 0x07, (0x84, "H"), (0x86, "I")


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One made run, second by second.

    Attributes
    ----------
    start : datetime
        Aware.
    time_s : ndarray of float64, shape (n,)
        Whole seconds since the start; a step of more than one second is a pause, in which the timer stood.
    columns : mapping of str to ndarray, each of shape (n,)
        By the names of ``_CHANNELS``, and ``cadence_spm``: steps per minute of both feet. NaN is not told.
    """

    start: datetime
    time_s: Floats
    columns: Mapping[str, Floats]
    device: str
    treadmill: bool = False


def fit_bytes(track: Track) -> bytes:
    """Return the file as a watch would have written it."""
    first = round(track.start.timestamp() - FIT_EPOCH_S)
    last = first + int(track.time_s[-1])
    device = track.device.encode() + b"\0"
    body = b"".join(
        (
            _message(
                FILE_ID, {0: (*_ENUM, 4), 1: (*_U2, DEVELOPMENT), 2: (*_U2, 0), 4: (*_U4, first)}, text={8: device}
            ),
            _timer(first, start=True),
            _records(track, first),
            _timer(last, start=False),
            _session(track, first),
            _message(ACTIVITY, {TIMESTAMP: (*_U4, last)}),
        )
    )
    header = _HEADER.pack(_HEADER_BYTES, _PROTOCOL, _PROFILE, len(body), b".FIT")
    content = header + b"\0\0" + body  # zero: a checksum of the header alone is not given
    return content + checksum(content)


def _session(track: Track, first: int) -> bytes:
    elapsed, timer = int(track.time_s[-1]), len(track.time_s) - 1
    metres = track.columns["distance_m"][-1]
    return _message(
        SESSION,
        {
            TIMESTAMP: (*_U4, first + elapsed),
            2: (*_U4, first),
            5: (*_ENUM, 1),
            6: (*_ENUM, int(track.treadmill)),
            7: (*_U4, 1000 * elapsed),
            8: (*_U4, 1000 * timer),
            9: (*_U4, round(100 * metres)),
        },
    )


def _timer(at: int, *, start: bool) -> bytes:
    return _message(EVENT, {TIMESTAMP: (*_U4, at), 0: (*_ENUM, 0), 1: (*_ENUM, 0 if start else 4)})


def _message(number: int, values: Mapping[int, tuple[int, str, int]], text: Mapping[int, bytes] | None = None) -> bytes:
    """Return a definition and one message of it, as local type 0."""
    texts = text or {}
    fields = [bytes((key, struct.calcsize(code), base)) for key, (base, code, _) in values.items()]
    fields += [bytes((key, len(content), _STRING)) for key, content in texts.items()]
    definition = bytes((0x40, 0, 0)) + number.to_bytes(2, "little") + bytes((len(fields),)) + b"".join(fields)
    content = b"".join(struct.pack(f"<{code}", value) for _, code, value in values.values())
    return definition + b"\0" + content + b"".join(texts.values())


def _records(track: Track, first: int) -> bytes:
    """Return all seconds, with the timer stopped and started where there is a pause."""
    names = [name for name in _CHANNELS if name in track.columns]
    cadence = track.columns.get("cadence_spm")
    fields = [(TIMESTAMP, _U4[0], "<u4"), *(_CHANNELS[name][:3] for name in names)]
    if cadence is not None:
        fields += [(*_CADENCE, "u1"), (*_FRACTION, "u1")]
    table = np.empty(len(track.time_s), dtype=[("header", "u1"), *((str(number), kind) for number, _, kind in fields)])
    table["header"] = 1
    table[str(TIMESTAMP)] = first + track.time_s
    for name in names:
        number, _, kind, scale, offset = _CHANNELS[name]
        raw = np.rint((track.columns[name] + offset) * scale)
        table[str(number)] = np.where(np.isnan(raw), np.iinfo(kind).max, raw)  # the largest number means no value
    if cadence is not None:
        strides = np.rint(cadence) / 2  # a watch counts the strides of one foot, and half ones as a fraction
        table[str(_CADENCE[0])] = strides.astype(int)
        table[str(_FRACTION[0])] = np.where(strides % 1 > 0, 64, 0)
    layout = b"".join(bytes((number, np.dtype(kind).itemsize, base)) for number, base, kind in fields)
    definition = bytes((0x41, 0, 0)) + RECORD.to_bytes(2, "little") + bytes((len(fields),)) + layout
    parts = [definition]
    pauses = np.flatnonzero(np.diff(track.time_s) > 1) + 1
    for begin, end in zip((0, *pauses), (*pauses, len(table)), strict=True):
        if begin:
            stopped, started = first + int(track.time_s[begin - 1]), first + int(track.time_s[begin])
            parts += [_timer(stopped, start=False), _timer(started, start=True)]
        parts.append(table[begin:end].tobytes())
    return b"".join(parts)


def checksum(content: bytes) -> bytes:
    """Return the FIT checksum of bytes: many lanes at once, and what a lane becomes while the next one passes."""
    data = np.frombuffer(content, np.uint8)
    length = -(-data.size // _LANES)
    padded = np.zeros(length * _LANES, np.uint8)
    padded[padded.size - data.size :] = data  # leading zeros do not count
    table = _crc_table()
    state = np.zeros(_LANES + 16, np.uint16)
    state[_LANES:] = 1 << np.arange(16)
    rows = np.zeros((length, _LANES + 16), np.uint8)
    rows[:, :_LANES] = padded.reshape(_LANES, length).T
    for row in rows:
        state = (state >> 8) ^ table[(state ^ row) & 0xFF]
    basis = state[_LANES:].tolist()
    whole = 0
    for lane in state[:_LANES].tolist():
        moved = 0
        for bit in range(16):
            if whole >> bit & 1:
                moved ^= basis[bit]
        whole = moved ^ lane
    return int(whole).to_bytes(2, "little")


@lru_cache(maxsize=1)
def _crc_table() -> NDArray[np.uint16]:
    table = np.arange(256, dtype=np.uint16)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ 0xA001, table >> 1).astype(np.uint16)
    return table
