"""Reading files without a record."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from kneewise.domain import Activity, Recording
from kneewise.errors import InvalidInputError, UnreadableFileError


def read(path: str | PathLike[str], *, timezone: str | None = None) -> list[Activity]:
    """Return the clean activities of one file.

    Parameters
    ----------
    path : path-like
        FIT, TCX or GPX, also gzipped; recognised by content.
    timezone : str or None
        IANA zone for files that do not tell where they were recorded.

    Returns
    -------
    list of Activity
        One per session (a triathlon has several), SI units; see :class:`kneewise.Stream` for the table of each.

    Raises
    ------
    InvalidInputError
        When there is no such file.
    UnreadableFileError
        When it is no recording; ``NotAnActivityError`` when it is a good file that holds no activity.

    Examples
    --------
    >>> [run] = kneewise.read("morning.fit")  # doctest: +SKIP
    >>> run.cadence_spm, run.stream.column("speed_mps").shape  # doctest: +SKIP
    """
    from kneewise.activities import clean

    recordings = read_raw(Path(path))
    return [activity for recording in recordings for activity in clean(recording, default_timezone=timezone)]


def read_raw(path: Path) -> list[Recording]:
    """Return the recordings of one file as they were written.

    Raises
    ------
    InvalidInputError, UnreadableFileError
        As :func:`read`.
    """
    from kneewise.sources import read_recordings

    return read_recordings(file_bytes(path), path.name)


def file_bytes(path: Path) -> bytes:
    """Return a file's content.

    Raises
    ------
    InvalidInputError
        When there is no such file, or it is a folder.
    UnreadableFileError
        When it may not be read.
    """
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe without a writer is waited for for ever
            raise InvalidInputError(f"{path} is no regular file; name a FIT, TCX or GPX file.")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InvalidInputError(f"There is no file {path}; check the name.") from error
    except IsADirectoryError as error:
        raise InvalidInputError(f"{path} is a folder; name one file, or use 'kneewise import' for folders.") from error
    except OSError as error:
        raise UnreadableFileError(
            f"{path} could not be read ({error.strerror or error}); check its permissions and the disk."
        ) from error
