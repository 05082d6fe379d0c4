"""A backup that came in and was checked, until the runner says yes or no."""

from __future__ import annotations

import threading
from pathlib import Path
from uuid import uuid4

from kneewise.storage.trouble import storage_trouble


class WaitingBackup:
    """At most one: the one that came in last.

    Parameters
    ----------
    folder : Path
        On the disk of the record; what lies there is removed at the next start of the server.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._key = ""
        self._path: Path | None = None

    def keep(self, path: Path) -> str:
        """Take a file over and return the key under which it waits."""
        target = self._folder / f"restore-{uuid4().hex}.zip"
        with self._lock, storage_trouble("keeping the backup", self._folder):
            path.replace(target)
            self._drop()
            self._key, self._path = uuid4().hex, target
            return self._key

    def look(self, key: str) -> Path | None:
        """Return the file that waits under a key, or ``None``."""
        with self._lock:
            return self._path if key and key == self._key else None

    def drop(self) -> None:
        """Remove what waits."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        if self._path is not None:
            self._path.unlink(missing_ok=True)
        self._key, self._path = "", None
