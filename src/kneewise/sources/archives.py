"""Every file in files, folders and archives, one at a time, within stated limits.

Nothing is ever written to disk under a name from an archive; an archive inside another is held in memory or, beyond
a few dozen megabytes, in an unnamed temporary file. What cannot be opened is told through ``on_issue`` and the walk
goes on.
"""

from __future__ import annotations

import contextlib
import io
import os
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast

from kneewise.domain import Issue
from kneewise.errors import KneewiseError, UnreadableFileError, UnsafeArchiveError
from kneewise.sources.broken_zip import local_members
from kneewise.sources.decompression import ArchiveLimits, Budget, Inflated, Metered
from kneewise.sources.detect import COMPRESSED, HEAD_BYTES, Content, content_of
from kneewise.sources.held_streams import again, head_of, read_up_to, spooled
from kneewise.sources.member_names import clutter, order, shown, unsafe

__all__ = ["ArchiveLimits", "Payload", "open_payloads", "payloads_of_bytes"]

OnIssue = Callable[[Issue], None]

#: Enough for the header, the definition and the data of a file_id message.
_FILE_ID_BYTES = 128

_BROKEN = (
    OSError,
    EOFError,
    zlib.error,
    zipfile.BadZipFile,
    tarfile.TarError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
)


@dataclass(frozen=True, slots=True)
class Payload:
    """One file with its outermost compression undone, still where it lies.

    Attributes
    ----------
    path : str
        For messages: ``"export.zip/activities/1.fit.gz"``.
    size : int or None
        Bytes of the file where the file system or the archive tells; unproven, ``None`` for compressed files.
    mtime : float or None
        POSIX seconds of the last change, where known.
    head : bytes
        The first ``HEAD_BYTES`` bytes, gzip, bzip2 or xz undone.
    """

    path: str
    size: int | None
    mtime: float | None
    head: bytes
    _open: Callable[[], IO[bytes]]
    _limits: ArchiveLimits

    @property
    def content(self) -> Content:
        """What the first bytes say that it is."""
        return content_of(self.head)

    @property
    def kind(self) -> str:
        """``"activity"`` for what may hold one, else what it is: ``"monitoring"``, ``"settings"``, ``"photo"``...

        Costs microseconds: thousands of monitoring files are passed over without reading them.
        """
        content = self.content
        if content != "fit":
            return "activity" if content in ("tcx", "gpx") else content
        from kneewise.sources.fit import file_kind

        # Nearly always file_id comes first: the short look is ten times cheaper.
        for length in (_FILE_ID_BYTES, len(self.head)):
            with contextlib.suppress(KneewiseError):
                kind = file_kind(self.head[:length])
                if kind != "unknown":
                    return kind
        return "activity"

    def read(self) -> bytes:
        """Return all bytes, the outermost gzip, bzip2 or xz undone, so that equal runs have equal bytes.

        Only while the walk stands at this payload.

        Raises
        ------
        UnreadableFileError
            When the file or the member is broken.
        UnsafeArchiveError
            When it unpacks beyond the limits.
        """
        try:
            with self._open() as stream:
                return read_up_to(stream, self._limits.max_member_bytes, self.path)
        except _BROKEN as error:
            raise UnreadableFileError(
                f"{self.path} cannot be read ({_words(error)}); copy or download it again."
            ) from error


@dataclass(frozen=True, slots=True)
class _Place:
    """Something that may be a file or an archive: how to open it, again and again, and where it lies."""

    path: str
    open: Callable[[], IO[bytes]]
    packed_bytes: int
    mtime: float | None
    depth: int
    size: int | None = None


@dataclass(frozen=True, slots=True)
class _Walk:
    """What one walk hands down: limits and budget of the outermost archive, and where issues go."""

    limits: ArchiveLimits
    budget: Budget
    on_issue: OnIssue

    def tell(self, code: str, where: str, text: str) -> None:
        """Report one issue."""
        self.on_issue(Issue(code, where, text))


def open_payloads(
    paths: Iterable[str | Path], *, limits: ArchiveLimits | None = None, on_issue: OnIssue
) -> Iterator[Payload]:
    """Walk files, folders and archives inside one another.

    Parameters
    ----------
    paths : iterable of str or Path
        What the user named; in this order, the content of folders and zip archives sorted by name with the tables of
        an export first, that of tar archives as it comes.
    limits : ArchiveLimits, optional
        What may be unpacked at most.
    on_issue : callable
        Told of everything that cannot be opened; the walk itself raises nothing.

    Yields
    ------
    Payload
        Valid until the next one is asked for.
    """
    chosen = limits or ArchiveLimits()
    for path in paths:
        yield from _walk_path(Path(path), str(path), chosen, on_issue)


def payloads_of_bytes(
    data: bytes, name: str, *, limits: ArchiveLimits | None = None, on_issue: OnIssue
) -> Iterator[Payload]:
    """Walk one file that is already in memory, as :func:`open_payloads` does."""
    chosen = limits or ArchiveLimits()
    walk = _Walk(chosen, Budget(chosen, len(data), name), on_issue)
    yield from _guarded(_Place(name, lambda: io.BytesIO(data), len(data), None, 0, len(data)), walk)


def _walk_path(path: Path, where: str, limits: ArchiveLimits, on_issue: OnIssue) -> Iterator[Payload]:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            # The slash keeps the order of a folder that of the same folder zipped.
            entries = sorted(os.scandir(path), key=lambda e: order(e.name + "/" if e.is_dir() else e.name))
        elif not stat.S_ISREG(status.st_mode):
            on_issue(Issue("not-a-file", where, f"{where} is no regular file and was left out."))
            return
    except FileNotFoundError:
        on_issue(Issue("not-found", where, f"{where} does not exist; check the path."))
        return
    except (OSError, ValueError) as error:
        on_issue(Issue("not-readable", where, f"{where} may not be read ({_words(error)}); check its permissions."))
        return
    if stat.S_ISREG(status.st_mode):
        walk = _Walk(limits, Budget(limits, status.st_size, where), on_issue)
        place = _Place(where, lambda: path.open("rb"), status.st_size, status.st_mtime, 0, status.st_size)
        yield from _guarded(place, walk)
        return
    for entry in entries:
        inner = f"{where.rstrip('/')}/{entry.name}"
        if clutter(entry.name):
            continue
        if entry.is_symlink() and entry.is_dir():
            on_issue(Issue("link-not-followed", inner, f"{inner} is a link to a folder and was not followed."))
            continue
        yield from _walk_path(Path(entry.path), inner, limits, on_issue)


def _guarded(place: _Place, walk: _Walk) -> Iterator[Payload]:
    """Walk one place; whatever goes wrong in it is told and ends only it."""
    try:
        yield from _walk_place(place, walk)
    except UnsafeArchiveError as error:
        if walk.budget.spent is not None and place.depth:
            # The whole archive is over its limits: told once, where it began.
            raise
        walk.tell("over-limits", place.path, str(error))
    except PermissionError as error:
        text = f"{place.path} may not be read ({_words(error)}); check its permissions."
        walk.tell("not-readable", place.path, text)
    except _BROKEN as error:
        walk.tell("not-readable", place.path, f"{place.path} cannot be read ({_words(error)}); copy it again.")


def _walk_place(place: _Place, walk: _Walk) -> Iterator[Payload]:
    with place.open() as stream:
        head = head_of(stream)
    content = content_of(head)
    if content in COMPRESSED or content in ("zip", "tar"):
        if place.depth >= walk.limits.max_depth:
            walk.tell(
                "too-deep",
                place.path,
                f"{place.path} lies in more than {walk.limits.max_depth} archives inside one another; unpack it first.",
            )
        elif content == "zip":
            yield from _walk_zip(place, walk)
        elif content == "tar":
            yield from _walk_tar(place, walk)
        else:
            yield from _walk_place(_unpacked(place, content, walk), walk)
        return
    yield Payload(place.path, place.size, place.mtime, head, place.open, walk.limits)


def _unpacked(place: _Place, kind: str, walk: _Walk) -> _Place:
    """Return the place with one compression undone."""

    def reopen() -> IO[bytes]:
        inner = Inflated(place.open(), kind)
        metered = Metered(
            cast("IO[bytes]", inner),
            place.path,
            walk.budget,
            lambda: inner.packed_bytes,
            walk.limits.max_container_bytes,
        )
        return io.BufferedReader(metered, HEAD_BYTES)

    return replace(place, open=reopen, depth=place.depth + 1, size=None)


def _walk_zip(place: _Place, walk: _Walk) -> Iterator[Payload]:
    with _seekable(place, walk) as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except _BROKEN as error:
            walk.tell(
                "broken-archive",
                place.path,
                f"{place.path} is a damaged zip archive ({_words(error)}); the members that are whole are read. "
                "Download it again.",
            )
            yield from _walk_broken_zip(stream, place, walk)
            return
        with archive:
            for info in sorted(archive.infolist(), key=lambda i: order(i.filename)):
                yield from _walk_member(archive, info, place, walk)


def _walk_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: _Place, walk: _Walk) -> Iterator[Payload]:
    walk.budget.count_member()
    where = f"{place.path}/{shown(info.filename)}"
    if info.is_dir() or clutter(info.filename):
        return
    if unsafe(info.filename) or stat.S_ISLNK(info.external_attr >> 16):
        _refuse(where, walk)
        return
    if info.flag_bits & 1:
        walk.tell("encrypted", where, f"{where} is protected by a password; unpack it yourself and import the folder.")
        return
    packed = min(info.compress_size, place.packed_bytes)
    member = _Place(where, lambda: archive.open(info), packed, _zip_time(info), place.depth + 1, info.file_size)
    yield from _guarded(_metered(member, walk), walk)


def _walk_broken_zip(stream: IO[bytes], place: _Place, walk: _Walk) -> Iterator[Payload]:
    for member in local_members(stream):
        walk.budget.count_member()
        where = f"{place.path}/{shown(member.name)}"
        if member.name.endswith("/") or clutter(member.name):
            continue
        if unsafe(member.name):
            _refuse(where, walk)
            continue
        inner = _Place(where, member.open, member.packed_bytes, None, place.depth + 1)
        yield from _guarded(_metered(inner, walk), walk)


def _walk_tar(place: _Place, walk: _Walk) -> Iterator[Payload]:
    """Walk a tar archive from front to back; each member is held in memory while it is looked at."""
    with place.open() as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
        for info in archive:
            # tarfile keeps every header it has seen; a stream of a million members would fill the memory.
            archive.members = []  # type: ignore[attr-defined]
            walk.budget.count_member()
            where = f"{place.path}/{shown(info.name)}"
            if info.isdir() or clutter(info.name):
                continue
            if unsafe(info.name) or not info.isreg():
                _refuse(where, walk)
                continue
            source = archive.extractfile(info)
            if source is None:
                continue
            # Counted although it is not packed: a sparse member swells while it is read.
            most = walk.limits.max_container_bytes
            counted = Metered(source, where, walk.budget, lambda: place.packed_bytes, most)
            try:
                held = spooled(cast("IO[bytes]", counted), where, most)
            except UnsafeArchiveError as error:
                if walk.budget.spent is not None:
                    raise
                walk.tell("over-limits", where, str(error))
                continue
            with held:
                member = _Place(where, again(held), info.size, float(info.mtime), place.depth + 1, info.size)
                yield from _guarded(member, walk)


def _metered(place: _Place, walk: _Walk) -> _Place:
    """Return the place with what it unpacks counted."""

    def reopen() -> IO[bytes]:
        metered = Metered(
            place.open(), place.path, walk.budget, lambda: place.packed_bytes, walk.limits.max_container_bytes
        )
        return io.BufferedReader(metered, HEAD_BYTES)

    return replace(place, open=reopen)


@contextlib.contextmanager
def _seekable(place: _Place, walk: _Walk) -> Iterator[IO[bytes]]:
    """Open a place so that zipfile can move about in it."""
    with place.open() as stream:
        if isinstance(stream, io.BytesIO) or (isinstance(stream, io.BufferedReader) and stream.seekable()):
            yield stream
            return
        with spooled(stream, place.path, walk.limits.max_container_bytes) as held:
            yield held


def _refuse(where: str, walk: _Walk) -> None:
    walk.tell(
        "unsafe-name",
        where,
        f"{where} is a link, a device or a name that leads out of its archive; it was not opened.",
    )


def _zip_time(info: zipfile.ZipInfo) -> float | None:
    try:
        return datetime(*info.date_time, tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _words(error: BaseException) -> str:
    """Return what a library said, without paths and without a full stop."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return (text or type(error).__name__).strip().rstrip(".")
