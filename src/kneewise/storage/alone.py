"""Locks between the processes that serve one record; the system lets go of them when a process ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
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


@contextmanager
def joined(path: Path) -> Iterator[tuple[IO[bytes], bool]]:
    """Join the processes that work on something; who comes next waits until the block is over.

    Gives the lock file, by which this process is known to be there until it is closed, and whether nobody else is: what
    a process finds that is alone has been left behind by a lost one.
    """
    with path.with_suffix(".door.lock").open("a+b") as door, ExitStack() as unless_joined:
        lock_file(door.fileno(), wait=True)
        file = unless_joined.enter_context(path.open("a+b"))
        alone = lock_file(file.fileno())
        lock_file(file.fileno(), shared=True)
        yield file, alone
        unless_joined.pop_all()
