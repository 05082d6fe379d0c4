"""The errors that Kneewise raises on purpose.

::

    KneewiseError
    |-- UnreadableFileError      bytes that are no recording we can read
    |   `-- NotAnActivityError   a good file, but not a recording of an activity (settings, monitoring, a photo)
    |-- UnsafeArchiveError       an archive over the stated limits, or with names that leave it
    |-- InvalidInputError        a value from the user that cannot be right
    |   `-- AlreadyToldError     an answer that is in the record already; only a correction replaces it
    |-- NotAllowedError          a reader who may not see or change this
    |-- EvidenceError            a knowledge file that breaks its schema
    |-- NotBuiltError            a checkout in which the app's pages are not built
    |-- MissingLibraryError      an optional library that is not installed
    |-- MissingModelError        the files of the pose model are not in this installation
    |-- UnusableClipError        a sound video that cannot be measured, with how to film it better
    `-- StorageError             the record could not be opened or written
        `-- ImportRunningError   another import is at work on the same record; later it will do

Every message is one sentence that says what happened, where, and what to do next.
"""

from __future__ import annotations


class KneewiseError(Exception):
    """Base of all errors whose message is meant for the user."""


class UnreadableFileError(KneewiseError):
    """The bytes are no recording that can be read."""


class NotAnActivityError(UnreadableFileError):
    """The file is sound but holds no activity; an import skips it."""

    def __init__(self, message: str, *, kind: str) -> None:
        super().__init__(message)
        self.kind = kind

    def __reduce__(self) -> tuple[object, ...]:
        """Keep ``kind`` when the error travels between processes."""
        return (_not_an_activity, (self.args[0], self.kind))


def _not_an_activity(message: str, kind: str) -> NotAnActivityError:
    return NotAnActivityError(message, kind=kind)


class UnsafeArchiveError(KneewiseError):
    """An archive that would unpack beyond the stated limits or outside its folder."""


class InvalidInputError(KneewiseError):
    """A value that the user gave cannot be right."""


class AlreadyToldError(InvalidInputError):
    """An answer is in the record already; a correction replaces it."""


class NotAllowedError(KneewiseError):
    """Who asks may not see or change this."""


class EvidenceError(KneewiseError):
    """A knowledge file breaks its schema."""


class MissingLibraryError(KneewiseError):
    """A library of an optional extra is needed and not installed."""


class MissingModelError(KneewiseError):
    """The files of the pose model are not in this installation, or are not the right ones."""


class UnusableClipError(KneewiseError):
    """A video that can be read but not measured; the message says why and how to film it better."""


class NotBuiltError(KneewiseError):
    """The app's pages are not built in this checkout."""


class StorageError(KneewiseError):
    """The record could not be opened, read or written."""


class ImportRunningError(StorageError):
    """Another import is at work on the record; the same will do once it has ended."""
