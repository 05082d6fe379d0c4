"""Files that came in one by one and wait until the import that they belong to begins."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from kneewise.storage.trouble import storage_trouble

#: What nobody began to import for so long is removed: its page was closed.
_ABANDONED_S = 3600.0
_NAME = "name"
_WAITS, _TAKEN = "waits-", "taken-"


class ImportTray:
    """The files of one runner by group, on the disk: another process of the server may take what this one kept.

    Parameters
    ----------
    folder : Path
        On the disk of the record; what lies there is removed when the server starts anew.
    runner_id : str or None
        Whose; what waits in one runner's tray is not seen in another's.
    """

    def __init__(self, folder: Path, runner_id: str | None) -> None:
        self._folder = folder
        # Identifiers may hold signs that no folder can be called.
        self._mine = f"{_WAITS}{hashlib.sha256((runner_id or '').encode()).hexdigest()[:32]}-"

    def keep(self, group: str, path: Path, name: str) -> int:
        """Take a file over and return how many of its group wait.

        Parameters
        ----------
        group : str
            Letters and digits.
        path : Path
            On the same disk; it is moved.
        name : str
            What the runner calls it.

        Raises
        ------
        StorageError
            When it cannot be moved.
        """
        with storage_trouble("keeping an upload", self._folder):
            waiting = self._folder / f"{self._mine}{group}"
            with suppress(FileNotFoundError):
                os.utime(waiting)  # somebody still sends it: no process may take it for abandoned any more
            self._drop_abandoned()
            # In the order in which they came, whoever took them in.
            place = waiting / f"{time.time_ns():020d}-{uuid4().hex}"
            place.mkdir(mode=0o700, parents=True)
            (place / _NAME).write_text(name, encoding="utf-8")
            path.replace(place / path.name)
            return sum(1 for _ in waiting.iterdir())

    @contextmanager
    def taken(self, group: str) -> Iterator[list[tuple[Path, str]]]:
        """Give the files of a group, none where none came in; what is not moved away is gone afterwards."""
        waiting, taken = self._folder / f"{self._mine}{group}", self._folder / f"{_TAKEN}{uuid4().hex}"
        try:
            os.utime(waiting)  # in hand it is not abandoned, however long it waited
            waiting.rename(taken)
        except FileNotFoundError:
            yield []
            return
        try:
            yield [(_file(place), (place / _NAME).read_text(encoding="utf-8")) for place in sorted(taken.iterdir())]
        finally:
            shutil.rmtree(taken, ignore_errors=True)

    def drop(self, group: str) -> None:
        """Remove the files of a group that is not to be imported."""
        with self.taken(group):
            pass

    def clear(self) -> None:
        """Remove everything that waits."""
        for waiting in self._folder.glob(f"{self._mine}*"):
            shutil.rmtree(waiting, ignore_errors=True)

    def _drop_abandoned(self) -> None:
        """Remove what nobody comes for, of all runners: also what a lost process had in hand."""
        oldest = time.time() - _ABANDONED_S
        for left in (*self._folder.glob(f"{_WAITS}*"), *self._folder.glob(f"{_TAKEN}*")):
            with suppress(FileNotFoundError):  # the other process of the server took it meanwhile
                if left.stat().st_mtime < oldest:
                    shutil.rmtree(left, ignore_errors=True)


def _file(place: Path) -> Path:
    return next(path for path in place.iterdir() if path.name != _NAME)
