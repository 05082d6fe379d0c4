"""Undo gzip, bzip2 and xz as a stream, keep what a cut file still holds, and stop at the stated limits."""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any, Final

from kneewise.errors import UnsafeArchiveError

_BLOCK = 1 << 18
_MIB = 1 << 20
_GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What an import unpacks at most; generous for an account export of 2 GB with 100,000 files.

    Attributes
    ----------
    max_member_bytes : int
        Unpacked size of one recording.
    max_container_bytes : int
        Unpacked size of one archive inside another.
    max_total_bytes : int
        Unpacked size of everything in one archive, archives inside it included.
    max_ratio : float
        Unpacked over packed size, of a member and of the whole archive, beyond the first ``free_bytes``.
    max_members : int
        Members of one archive, those of archives inside it included.
    max_depth : int
        Archives and compressed files inside one another.
    """

    max_member_bytes: int = 256 * _MIB
    max_container_bytes: int = 8 * _GIB
    max_total_bytes: int = 64 * _GIB
    max_ratio: float = 200.0
    free_bytes: int = 16 * _MIB
    max_members: int = 1_000_000
    max_depth: int = 5


@dataclass(slots=True)
class Budget:
    """What one archive on the command line has used of its limits."""

    limits: ArchiveLimits
    packed_bytes: int
    name: str
    unpacked_bytes: int = 0
    members: int = 0
    spent: UnsafeArchiveError | None = field(default=None)

    def charge(self, count: int) -> None:
        """Count unpacked bytes; raise once the whole archive is beyond its limits, and ever after."""
        if self.spent is not None:
            raise self.spent
        self.unpacked_bytes += count
        limits = self.limits
        allowed = min(limits.max_total_bytes, limits.free_bytes + int(limits.max_ratio * self.packed_bytes))
        if self.unpacked_bytes > allowed:
            self.spent = UnsafeArchiveError(
                f"{self.name} unpacks to more than {_size(allowed)}, the limit for an archive of its size; "
                "unpack it yourself and import the folder if you trust it."
            )
            raise self.spent

    def count_member(self) -> None:
        """Count one member of an archive."""
        self.members += 1
        if self.members > self.limits.max_members:
            self.spent = UnsafeArchiveError(
                f"{self.name} holds more than {self.limits.max_members} files; import it in parts."
            )
            raise self.spent


class Metered(io.RawIOBase):
    """A stream that counts what it gives and stops at the limits; declared sizes are not believed."""

    def __init__(
        self, stream: IO[bytes], name: str, budget: Budget, packed_bytes: Callable[[], int], most: int
    ) -> None:
        self._stream, self._name, self._budget = stream, name, budget
        self._packed_bytes, self._most = packed_bytes, most
        self._given = 0

    def readable(self) -> bool:
        """Return true."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer."""
        view = memoryview(buffer)
        data = self._stream.read(min(len(view), _BLOCK))
        self._count(len(data))
        view[: len(data)] = data
        return len(data)

    def _count(self, count: int) -> None:
        self._given += count
        self._budget.charge(count)
        limits = self._budget.limits
        if self._given > self._most:
            raise UnsafeArchiveError(
                f"{self._name} unpacks to more than {_size(self._most)}, the limit for one file; leave it out."
            )
        if self._given > limits.free_bytes + limits.max_ratio * self._packed_bytes():
            raise UnsafeArchiveError(
                f"{self._name} unpacks to more than {limits.max_ratio:.0f} times its size, "
                "as only an archive bomb does; leave it out."
            )

    def close(self) -> None:
        """Close the stream beneath as well."""
        self._stream.close()
        super().close()


class Inflated(io.RawIOBase):
    """Unpacked bytes of a gzip, bzip2 or xz stream.

    A stream that breaks off or is damaged ends where it can no longer be read: ``broken`` tells. Bytes after the end
    that are no further stream are ignored.
    """

    def __init__(self, packed: IO[bytes], kind: str) -> None:
        self._packed, self._kind = packed, kind
        self._machine = _DECOMPRESSORS[kind]()
        self._pending = b""
        self._begun = False
        self._ended = False
        self.broken = False
        self.packed_bytes = 0

    def readable(self) -> bool:
        """Return true."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer."""
        view = memoryview(buffer)
        while not self._ended:
            data = self._step(len(view))
            if data:
                view[: len(data)] = data
                return len(data)
        return 0

    def close(self) -> None:
        """Close the stream beneath as well."""
        self._packed.close()
        super().close()

    def _step(self, most: int) -> bytes:
        """Unpack some bytes; an empty result says nothing unless ``_ended``."""
        if self._machine.eof and not self._next_stream():
            self._ended = True
            return b""
        if not self._pending and self._needs_input():
            self._pending = self._packed.read(_BLOCK)
            self.packed_bytes += len(self._pending)
            if not self._pending:
                self.broken = self._begun
                self._ended = True
                return b""
        try:
            data: bytes = self._machine.decompress(self._pending, most)
        except (zlib.error, OSError, lzma.LZMAError, EOFError, ValueError):
            self.broken = self._ended = True
            return b""
        self._begun = True
        self._pending = self._machine.unconsumed_tail if self._kind == "gzip" else b""
        return data

    def _needs_input(self) -> bool:
        return self._kind == "gzip" or bool(self._machine.needs_input)

    def _next_stream(self) -> bool:
        """Begin the next stream of a file with several; false when what follows is none."""
        rest = self._machine.unused_data or self._pending
        if len(rest) < _LONGEST_MAGIC:
            more = self._packed.read(_BLOCK)
            self.packed_bytes += len(more)
            rest += more
        if not rest.startswith(_STREAM_MAGIC[self._kind]):
            return False
        self._machine, self._pending, self._begun = _DECOMPRESSORS[self._kind](), rest, False
        return True


def _gzip() -> Any:
    return zlib.decompressobj(wbits=31)


_DECOMPRESSORS: Final[dict[str, Callable[[], Any]]] = {
    "gzip": _gzip,
    "bz2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(memlimit=256 * _MIB),
}
_STREAM_MAGIC = {"gzip": b"\x1f\x8b\x08", "bz2": b"BZh", "xz": b"\xfd7zXZ\x00"}
_LONGEST_MAGIC = 6


def _size(count: int) -> str:
    if count >= _GIB:
        return f"{count / _GIB:.0f} GiB"
    return f"{count / _MIB:.0f} MiB" if count >= _MIB else f"{count} bytes"
