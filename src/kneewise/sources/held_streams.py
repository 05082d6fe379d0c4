"""Streams that can be read again: members held in memory or in an unnamed temporary file."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable
from typing import IO, cast

from kneewise.errors import UnsafeArchiveError
from kneewise.sources.detect import HEAD_BYTES

_SPOOL_BYTES = 64 << 20
_BLOCK = 1 << 20


def spooled(stream: IO[bytes], name: str, most: int) -> IO[bytes]:
    """Copy a stream to memory, beyond ``_SPOOL_BYTES`` to an unnamed temporary file."""
    held = cast("IO[bytes]", tempfile.SpooledTemporaryFile(_SPOOL_BYTES))  # noqa: SIM115
    try:
        _copy(stream, held, name, most)
    except BaseException:
        held.close()
        raise
    held.seek(0)
    return held


def _copy(stream: IO[bytes], held: IO[bytes], name: str, most: int) -> None:
    total = 0
    while block := stream.read(_BLOCK):
        total += len(block)
        if total > most:
            raise UnsafeArchiveError(f"{name} is larger than {most >> 20} MiB, the limit; leave it out.")
        held.write(block)


def again(held: IO[bytes]) -> Callable[[], IO[bytes]]:
    """Return an opener that starts the held file from the front; closing what it gives leaves the file open."""

    def reopen() -> IO[bytes]:
        held.seek(0)
        return cast("IO[bytes]", _Borrowed(held))

    return reopen


def head_of(stream: IO[bytes]) -> bytes:
    """Return the first bytes; short reads of streams are made good."""
    head = b""
    while len(head) < HEAD_BYTES and (block := stream.read(HEAD_BYTES - len(head))):
        head += block
    return head


def read_up_to(stream: IO[bytes], most: int, name: str) -> bytes:
    """Return all bytes of a stream; raise beyond ``most``."""
    blocks = []
    total = 0
    while block := stream.read(_BLOCK):
        total += len(block)
        if total > most:
            raise UnsafeArchiveError(
                f"{name} is larger than {most >> 20} MiB, the limit for one recording; leave it out."
            )
        blocks.append(block)
    return blocks[0] if len(blocks) == 1 else b"".join(blocks)


class _Borrowed(io.RawIOBase):
    """A stream over another that stays open."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        data = self._stream.read(len(view))
        view[: len(data)] = data
        return len(data)
