"""FIT files (Garmin, COROS, Suunto, Stryd, ...) by our own numpy reader.

The method: walk the header bytes once, gather the messages of each definition into a table, view the wanted fields.
Files that are valid by the protocol are never refused, and of damaged ones everything is kept that can be told from
noise.

Notes
-----
Memory stays below ``MEMORY_BYTES_PER_BYTE`` times the file plus 8 MiB for any input (about ten times for real
recordings), and time grows in proportion to the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from kneewise.domain.issue import Issue
from kneewise.domain.recording import Channel, DeveloperField, Recording, Recovery, Session
from kneewise.errors import NotAnActivityError, UnreadableFileError
from kneewise.sources import fit_messages
from kneewise.sources.fit_crc import crc_holds
from kneewise.sources.fit_decode import DeveloperColumn, read_columns
from kneewise.sources.fit_profile import RECORD, RECORD_FIELDS
from kneewise.sources.fit_resync import Salvage, walk_with_salvage
from kneewise.sources.fit_times import compressed_times, has_compressed_times
from kneewise.sources.fit_walk import MessageIndex, Walk
from kneewise.units import FIT_EPOCH_S

#: Memory that reading may take for each byte of the file.
MEMORY_BYTES_PER_BYTE: Final = 128

_MAGIC: Final = b".FIT"
_MAGIC_AT: Final = 8
_SHORT_HEADER: Final = 12
_HEADER: Final = 14
_CHECKSUM: Final = 2
#: Bytes that may be walked a second time, as a multiple of the file.
_PATIENCE: Final = 32
#: FIT files in one; a device chains a few, and each costs time.
_MOST_SEQUENCES: Final = 10_000
#: Bytes in which a file says what it is.
_HEAD: Final = 512


@dataclass(frozen=True, slots=True)
class _Sequence:
    """One FIT sequence of a file, walked."""

    salvage: Salvage
    is_whole: bool
    has_right_checksum: bool | None


def is_fit(data: bytes | memoryview) -> bool:
    """Tell whether the bytes begin like a FIT file."""
    return bytes(data[_MAGIC_AT : _MAGIC_AT + len(_MAGIC)]) == _MAGIC


def file_kind(data: bytes | memoryview) -> str:
    """Classify a FIT file from its first bytes, without decoding it.

    Returns
    -------
    str
        ``"activity"``, ``"monitoring"``, ``"settings"``...; ``"unknown"`` where the first bytes do not say.

    Raises
    ------
    UnreadableFileError
        The bytes are no FIT file.
    """
    head = bytes(data[:_HEAD])
    if not is_fit(head):
        raise _not_fit("the file")
    usual = fit_messages.leading_file_type(head, _header_size(head, 0))
    if usual is not None:
        return usual
    walk = Walk(head, len(head))
    walk.advance(_header_size(head, 0))
    return fit_messages.file_type(MessageIndex(walk)) or "unknown"


def read_fit(data: bytes | memoryview, name: str) -> list[Recording]:
    """Decode every activity in the bytes of a FIT file.

    Parameters
    ----------
    data : bytes or memoryview
    name : str
        What to call the file in messages.

    Returns
    -------
    list of Recording
        One for each chained sequence that holds an activity.

    Raises
    ------
    NotAnActivityError
        The file is something else: settings, monitoring, a course...
    UnreadableFileError
        The bytes are no FIT file, or nothing in them can be read.
    """
    data = bytes(data)
    recordings: list[Recording] = []
    others: list[str] = []
    for sequence in _sequences(data, name):
        index = MessageIndex(sequence.salvage.walk)
        records, kind = index.of(RECORD), fit_messages.file_type(index)
        sessions = fit_messages.sessions(index)
        if kind not in (None, "activity") and not sessions:
            others.append(str(kind))
        elif records or sessions:
            recordings.append(_recording(sequence, index, sessions, name))
    if recordings:
        return recordings
    if others:
        raise NotAnActivityError(f"{name} is a FIT file of kind {others[0]}, not an activity; skip it.", kind=others[0])
    raise UnreadableFileError(f"{name} is a FIT file without records or a session; export it again from the device.")


def _recording(sequence: _Sequence, index: MessageIndex, sessions: tuple[Session, ...], name: str) -> Recording:
    records = index.of(RECORD)
    developer = fit_messages.developer_columns(index)
    time_s, channels = np.empty(0), dict[str, Channel]()
    with np.errstate(invalid="ignore", over="ignore"):
        if records:
            time_s, channels = read_columns(index.walk, records, developer)
    if has_compressed_times(index.walk, records):
        time_s = compressed_times(index.walk, index.groups, records)
    return Recording(
        format="fit",
        kind="activity",
        time_s=time_s + FIT_EPOCH_S,
        channels=channels,
        sessions=sessions,
        laps=fit_messages.laps(index),
        events=fit_messages.timer_events(index),
        device=fit_messages.device(index),
        utc_offset_s=fit_messages.utc_offset_s(index),
        developer_fields=tuple(_developer_fields(developer, channels)),
        recovery=Recovery(records=time_s.size, bytes_skipped=sequence.salvage.skipped),
        issues=tuple(_issues(sequence, time_s.size, name)),
    )


def _developer_fields(
    developer: dict[tuple[int, int], DeveloperColumn], channels: dict[str, Channel]
) -> Iterator[DeveloperField]:
    """Yield each declared field once with how many values its channel holds."""
    for column in dict.fromkeys(developer.values()):
        keys = (column.key, f"{column.key}[0]", f"{column.key} ({column.application})")
        mine = [c for c in map(channels.get, keys) if c is not None and c.source == column.application]
        count = int(np.isfinite(mine[0].values).sum()) if mine else 0
        native = RECORD_FIELDS.get(column.native) if column.native is not None else None
        yield DeveloperField(column.field.name, column.field.unit, column.application, count, native and native.name)


def _issues(sequence: _Sequence, records: int, name: str) -> Iterator[Issue]:
    skipped = sequence.salvage.skipped
    if not sequence.is_whole:
        text = f"The file ends early or the device did not finish it; the {records} records in it are kept."
        yield Issue("fit-unfinished", name, text)
    elif skipped:
        text = f"The file is damaged: {skipped} bytes could not be read; the other {records} records are kept."
        yield Issue("fit-damaged", name, text)
    if sequence.has_right_checksum is False:
        yield Issue(
            "fit-checksum", name, "The file's checksum is wrong; it is read all the same, values may be damaged."
        )


def _sequences(data: bytes, name: str) -> Iterator[_Sequence]:
    """Yield the chained sequences; what lies between and after them is passed over."""
    at = data.find(_MAGIC, 0, _HEAD) - _MAGIC_AT
    if at < 0:
        raise _not_fit(name)
    patience, count = _PATIENCE * len(data), 0
    while at >= 0:
        count += 1
        if count > _MOST_SEQUENCES:
            raise UnreadableFileError(
                f"{name} chains more than {_MOST_SEQUENCES} FIT files, which no device does; export the run again."
            )
        start = at + _header_size(data, at)
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        is_whole = 0 < size <= len(data) - start
        end = start + size if is_whole else len(data)
        has_checksum = is_whole and end + _CHECKSUM <= len(data)
        is_right = crc_holds(np.frombuffer(data, np.uint8)[at : end + _CHECKSUM]) if has_checksum else None
        salvage = walk_with_salvage(data, start, end, is_doubtful=not is_right, patience=patience)
        patience = salvage.patience
        yield _Sequence(salvage, is_whole, is_right if salvage.stop == end else None)
        at = max(data.find(_MAGIC, salvage.stop + _MAGIC_AT) - _MAGIC_AT, -1)


def _header_size(data: bytes, at: int) -> int:
    return data[at] if data[at] >= _SHORT_HEADER else _HEADER


def _not_fit(name: str) -> UnreadableFileError:
    return UnreadableFileError(f"{name} is not a FIT file: its first bytes are not a FIT header; check what it is.")
