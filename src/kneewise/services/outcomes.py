"""What an import says about each file and about the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kneewise.domain import Issue

if TYPE_CHECKING:
    from kneewise.storage import FileStatus

STATUSES: tuple[FileStatus, ...] = ("imported", "duplicate", "skipped", "failed")


#: Code of the issue of a file that is no watch file at all: a photo, a web page.
NOT_A_RECORDING = "not-a-recording"


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file of an import.

    Attributes
    ----------
    path : str
        As the runner would find it, archives included: ``"export.zip/activities/1.fit.gz"``.
    status : {"imported", "duplicate", "skipped", "failed"}
        ``"duplicate"``: the same bytes were imported before; ``"skipped"``: a good file that is no activity.
    activity_ids : tuple of str
        Activities that the record holds because of this file.
    """

    path: str
    status: FileStatus
    activity_ids: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the entry of the contract's ``files``."""
        return {
            "path": self.path,
            "status": self.status,
            "activity_ids": list(self.activity_ids),
            "issues": [issue.to_json() for issue in self.issues],
        }


@dataclass(frozen=True, slots=True)
class ImportReport:
    """One import: every file in the order of walking, and how long it took."""

    files: Sequence[FileReport]
    seconds: float

    def count(self, status: FileStatus) -> int:
        """Return how many files have a status."""
        return sum(1 for file in self.files if file.status == status)

    @property
    def nothing_read(self) -> bool:
        """Whether no file at all could be read as a watch file."""
        return all(
            file.status == "failed" or any(issue.code == NOT_A_RECORDING for issue in file.issues)
            for file in self.files
        )

    def to_json(self) -> dict[str, Any]:
        """Return the document of the contract."""
        counts = Counter(file.status for file in self.files)
        totals: dict[str, Any] = {status: counts[status] for status in STATUSES}
        return {"files": [file.to_json() for file in self.files], "totals": {**totals, "seconds": self.seconds}}
