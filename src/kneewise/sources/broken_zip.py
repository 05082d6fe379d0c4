"""Members of a zip archive whose end, and with it the table of contents, is lost."""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_SIGNATURE = b"PK\x03\x04"
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _SIZES_FOLLOW, _UTF8 = 0x1, 0x8, 0x800
_SIZE_IN_EXTRA = 0xFFFFFFFF
_BLOCK = 1 << 18


@dataclass(frozen=True, slots=True)
class LocalMember:
    """One member found by its own header."""

    name: str
    packed_bytes: int
    open: Callable[[], IO[bytes]]


def local_members(stream: IO[bytes]) -> Iterator[LocalMember]:
    """Yield the members whose data is whole, in file order; encrypted ones and other methods are passed over.

    Parameters
    ----------
    stream : binary file
        The archive, seekable; moved about between the members.
    """
    end = stream.seek(0, os.SEEK_END)
    at: int | None = _find(stream, 0, end)
    while at is not None:
        stream.seek(at)
        header = stream.read(_LOCAL.size)
        if len(header) < _LOCAL.size:
            return
        _, _, flags, method, _, _, _, packed, _, name_length, extra_length = _LOCAL.unpack(header)
        name = stream.read(name_length).decode("utf-8" if flags & _UTF8 else "cp437", "replace")
        data_at = at + _LOCAL.size + name_length + extra_length
        if flags & _SIZES_FOLLOW or packed == _SIZE_IN_EXTRA:
            found = _deflated_length(stream, data_at) if method == _DEFLATED else None
        else:
            found = packed if data_at + packed <= end else None
        if found is not None and method in (_STORED, _DEFLATED) and not flags & _ENCRYPTED:
            yield LocalMember(name, found, _opener(stream, data_at, found, deflated=method == _DEFLATED))
        at = _find(stream, data_at + (found or 0), end)


def _find(stream: IO[bytes], begin: int, end: int) -> int | None:
    """Return where the next local header begins."""
    at = begin
    while at < end:
        stream.seek(at)
        block = stream.read(_BLOCK + len(_SIGNATURE) - 1)
        found = block.find(_SIGNATURE)
        if found >= 0:
            return at + found
        at += _BLOCK
    return None


def _deflated_length(stream: IO[bytes], data_at: int) -> int | None:
    """Return the packed length of deflated data that states none; ``None`` when it breaks off."""
    machine = zlib.decompressobj(-15)
    stream.seek(data_at)
    length = 0
    while not machine.eof:
        block = machine.unconsumed_tail
        if not block:
            block = stream.read(_BLOCK)
            length += len(block)
            if not block:
                return None
        try:
            machine.decompress(block, _BLOCK)
        except zlib.error:
            return None
    return length - len(machine.unused_data)


def _opener(stream: IO[bytes], data_at: int, packed: int, *, deflated: bool) -> Callable[[], IO[bytes]]:
    def reopen() -> IO[bytes]:
        return io.BufferedReader(_Member(stream, data_at, packed, deflated=deflated), _BLOCK)

    return reopen


class _Member(io.RawIOBase):
    """Unpacked bytes of one member."""

    def __init__(self, stream: IO[bytes], data_at: int, packed: int, *, deflated: bool) -> None:
        self._stream, self._at, self._left = stream, data_at, packed
        self._machine = zlib.decompressobj(-15) if deflated else None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        while True:
            tail = self._machine.unconsumed_tail if self._machine else b""
            block = tail or self._packed(len(view))
            if not block:
                return 0
            data = self._machine.decompress(block, len(view)) if self._machine else block
            if data:
                view[: len(data)] = data
                return len(data)

    def _packed(self, most: int) -> bytes:
        self._stream.seek(self._at)
        block = self._stream.read(min(self._left, most))
        self._at += len(block)
        self._left -= len(block)
        return block
