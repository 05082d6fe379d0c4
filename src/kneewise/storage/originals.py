"""The files as they came, kept by the SHA-256 of their bytes: ``originals/ab/cdef...``."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kneewise.errors import StorageError
from kneewise.storage.trouble import storage_trouble

_PARTIAL = ".partial-"


class Originals:
    """A folder of files named after their content; a file there is whole or absent, never half written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Return where the file with this hash lies or would lie."""
        return self.folder / sha256[:2] / sha256[2:]

    def put(self, contents: Mapping[str, bytes]) -> None:
        """Store files by hash; when this returns, all of them are on the disk.

        Written under temporary names first, flushed together, then renamed: a crash or a full disk in between leaves
        only temporary files, which :meth:`sweep` removes.

        Raises
        ------
        StorageError
            When the disk is full or the folder cannot be written.
        """
        written: list[tuple[Path, str]] = []
        try:
            with storage_trouble("keeping the original files", self.folder):
                for sha256, content in contents.items():
                    if not self.path(sha256).exists():
                        written.append((self._write(content), sha256))
                self._publish(written)
        finally:
            for partial, _ in written:
                with contextlib.suppress(FileNotFoundError):
                    partial.unlink()

    def get(self, sha256: str) -> bytes:
        """Return a file's bytes.

        Raises
        ------
        StorageError
            When it is not there.
        """
        path = self.path(sha256)
        if not path.is_file():
            raise StorageError(
                f"The original {sha256[:12]} is missing from {self.folder}; import its file again to put it back."
            )
        with storage_trouble("reading an original file", path):
            return path.read_bytes()

    def remove(self, hashes: Iterable[str]) -> int:
        """Remove files; return how many there were. Folders that are empty then go too.

        Raises
        ------
        StorageError
            When the folder cannot be written.
        """
        gone = 0
        with storage_trouble("removing original files", self.folder):
            for sha256 in hashes:
                path = self.path(sha256)
                gone += path.exists()
                path.unlink(missing_ok=True)
                with contextlib.suppress(OSError):  # other files are in it
                    path.parent.rmdir()
            with contextlib.suppress(OSError):
                self.folder.rmdir()
        return gone

    def sweep(self) -> None:
        """Remove what an interrupted import left half written."""
        if self.folder.is_dir():
            for partial in self.folder.glob(f"{_PARTIAL}*"):
                with contextlib.suppress(OSError):
                    partial.unlink()

    def __iter__(self) -> Iterator[str]:
        """Return the hashes of all files, sorted."""
        if not self.folder.is_dir():
            return
        for part in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            for path in sorted(part.iterdir()):
                yield part.name + path.name

    def _write(self, content: bytes) -> Path:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=_PARTIAL, dir=self.folder)
        partial = Path(name)
        try:
            with os.fdopen(handle, "wb", buffering=0) as file:
                view = memoryview(content)
                while view:
                    view = view[file.write(view) or 0 :]
        except BaseException:
            with contextlib.suppress(OSError):
                partial.unlink()
            raise
        return partial

    def _publish(self, written: list[tuple[Path, str]]) -> None:
        for partial, _ in written:
            _flush(partial)
        folders = set()
        for partial, sha256 in written:
            target = self.path(sha256)
            target.parent.mkdir(mode=0o700, exist_ok=True)
            partial.replace(target)
            folders.add(target.parent)
        for folder in folders:
            _flush(folder)


def _flush(path: Path) -> None:
    """Wait until a file or folder is on the disk; folders cannot be opened on Windows, where the rename is enough."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
