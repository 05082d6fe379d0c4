"""Files that came in one by one and wait until the import that they belong to begins."""

from __future__ import annotations

import shutil
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from kneewise.storage.trouble import storage_trouble

#: What nobody began to import for so long is removed: its page was closed.
_ABANDONED_S = 3600.0


@dataclass(slots=True)
class _Group:
    files: list[tuple[Path, str]] = field(default_factory=list)
    touched_s: float = 0.0


class ImportTray:
    """Files by group.

    Parameters
    ----------
    folder : Path
        On the disk of the record; what lies there is removed at the next start of the server.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._groups: dict[str, _Group] = {}
        self._lock = threading.Lock()

    def for_another(self) -> ImportTray:
        """Return an empty tray in the same folder: what waits in one is not seen in the other."""
        return ImportTray(self._folder)

    def keep(self, group: str, path: Path, name: str) -> int:
        """Take a file over and return how many of its group wait.

        Parameters
        ----------
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
            target = self._folder / f"waits-{uuid4().hex}" / path.name
            target.parent.mkdir(mode=0o700, parents=True)
            path.replace(target)
        with self._lock:
            self._drop_abandoned()
            waiting = self._groups.setdefault(group, _Group())
            waiting.files.append((target, name))
            waiting.touched_s = time.monotonic()
            return len(waiting.files)

    def take(self, group: str) -> list[tuple[Path, str]]:
        """Return the files of a group and let go of them; none where none came in."""
        with self._lock:
            found = self._groups.pop(group, None)
        return [] if found is None else found.files

    def drop(self, group: str) -> None:
        """Remove the files of a group that is not to be imported."""
        _remove(self.take(group))

    def clear(self) -> None:
        """Remove everything that waits."""
        for group in list(self._groups):
            self.drop(group)

    def _drop_abandoned(self) -> None:
        oldest = time.monotonic() - _ABANDONED_S
        for name in [name for name, group in self._groups.items() if group.touched_s < oldest]:
            _remove(self._groups.pop(name).files)


def _remove(files: list[tuple[Path, str]]) -> None:
    for path, _ in files:
        shutil.rmtree(path.parent, ignore_errors=True)
