"""Third-party storage errors become our own, at one boundary."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from kneewise.errors import StorageError

#: What PostgreSQL's driver says where there is no connection, or none any more.
_AWAY = (
    "connection failed",
    "connection is bad",
    "connection refused",
    "connection is lost",
    "server closed the connection",
    "terminating",
)
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def storage_trouble(doing: str, place: object) -> Iterator[None]:
    """Turn trouble with disk or database into one sentence.

    Parameters
    ----------
    doing : str
        What was going on, as a gerund: ``"storing a batch of runs"``.
    place : object
        Folder, file or database it went on in.
    """
    try:
        yield
    except OSError as error:
        raise StorageError(_about_disk(error, doing, place)) from error
    except SQLAlchemyError as error:
        raise StorageError(_about_database(error, doing, place)) from error


def _about_disk(error: OSError, doing: str, place: object) -> str:
    if error.errno in _FULL:
        return _full(doing, place)
    if isinstance(error, PermissionError):
        return f"No permission for {doing} in {place}; change the folder's permissions or choose another with --data."
    detail = error.strerror or str(error)
    return f"The disk failed while {doing} in {place} ({detail}); check the disk and run the command again."


def _about_database(error: SQLAlchemyError, doing: str, place: object) -> str:
    text = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    lowered = text.lower()
    if "disk is full" in lowered or "disk i/o error" in lowered or "no space left" in lowered:
        return _full(doing, place)
    if "locked" in lowered or "lock timeout" in lowered:
        return f"Another Kneewise is writing to {place}; wait until it has finished and run the command again."
    if "readonly" in lowered or "unable to open" in lowered:
        return f"The database in {place} cannot be opened for writing; check its permissions or choose another folder."
    if any(words in lowered for words in _AWAY):
        return (
            f"The database {place} cannot be reached ({text.strip().splitlines()[0]}); check that its server runs, and "
            "name, user and password in the URL."
        )
    if "malformed" in lowered or "not a database" in lowered:
        return (
            f"The database in {place} is damaged and was left as it is; move it away, put a backup in its place or "
            "import your files again."
        )
    first = text.strip().splitlines()[0] if text.strip() else type(error).__name__
    return f"The database failed while {doing} in {place} ({first}); nothing of this step was stored."


def _full(doing: str, place: object) -> str:
    where = place if not isinstance(place, Path) else str(place)
    return (
        f"The disk is full: {doing} in {where} stopped; everything stored before is intact. "
        "Free some space and run the same command again."
    )
