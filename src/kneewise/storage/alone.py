"""A lock that a process holds for as long as it lives."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from kneewise.storage.engines import lock_file


def held_alone(path: Path) -> IO[bytes] | None:
    """Return the lock file, held until it is closed or the process ends, or ``None`` where another process holds it."""
    file = path.open("a+b")
    if lock_file(file.fileno()):
        return file
    file.close()
    return None
