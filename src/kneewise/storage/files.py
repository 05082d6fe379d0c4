"""One result per imported file, by the SHA-256 of its content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, delete, func, insert, select

from kneewise.domain import Issue
from kneewise.storage import tables
from kneewise.storage.activities import shared_issue, without_nul

FileStatus = Literal["imported", "duplicate", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What came of one file.

    Attributes
    ----------
    path : str
        Where it was first seen, archives included: ``"export.zip/activities/1.fit.gz"``.
    sha256 : str
        Of its bytes as they lay there.
    options : mapping
        Options of the import that changed what was stored, such as ``{"strip_positions": true}``.
    """

    path: str
    sha256: str
    status: FileStatus
    issues: tuple[Issue, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


def read_files(connection: Connection, runner_id: str) -> dict[str, StoredFile]:
    """Return all file results of a runner by SHA-256, in the order of their path."""
    table = tables.file_result
    query = select(table).where(table.c.runner_id == runner_id)
    rows = connection.execute(query).mappings().all()
    # Sorted here: each database has an order of its own for letters.
    return {
        row["sha256"]: StoredFile(
            path=row["path"],
            sha256=row["sha256"],
            status=row["status"],
            issues=tuple(shared_issue(**issue) for issue in row["issues"]),
            options=row["options"],
        )
        for row in sorted(rows, key=lambda row: row["path"])
    }


def read_last_import(connection: Connection, runner_id: str) -> datetime | None:
    """Return when a file was last imported, or ``None`` before the first."""
    table = tables.file_result
    query = select(func.max(table.c.imported_at)).where(table.c.runner_id == runner_id)
    latest: datetime | None = connection.execute(query).scalar()
    return latest


def read_imported_since(connection: Connection, runner_id: str, at: datetime) -> frozenset[str]:
    """Return the paths of the files that were imported at an instant or later."""
    table = tables.file_result
    query = select(table.c.path).where(
        table.c.runner_id == runner_id, table.c.status == "imported", table.c.imported_at >= at
    )
    return frozenset(connection.execute(query).scalars())


def write_files(connection: Connection, runner_id: str, files: Sequence[StoredFile], at: datetime) -> None:
    """Store file results, in place of those with the same content."""
    table = tables.file_result
    if not files:
        return
    connection.execute(
        delete(table).where(table.c.runner_id == runner_id, table.c.sha256.in_([item.sha256 for item in files]))
    )
    connection.execute(
        insert(table),
        [
            {
                "runner_id": runner_id,
                "path": without_nul(item.path),
                "sha256": item.sha256,
                "status": item.status,
                "issues": [issue.to_json() for issue in item.issues],
                "options": dict(item.options),
                "imported_at": at,
            }
            for item in files
        ],
    )


def write_originals(connection: Connection, originals: Mapping[str, tuple[int, str]], at: datetime) -> None:
    """Note the originals that were kept: ``{sha256: (size in bytes, format)}``."""
    table = tables.original
    known = set(connection.execute(select(table.c.sha256).where(table.c.sha256.in_(list(originals)))).scalars())
    new = [
        {"sha256": content, "size_bytes": size, "format": kind, "stored_at": at}
        for content, (size, kind) in originals.items()
        if content not in known
    ]
    if new:
        connection.execute(insert(table), new)


def read_originals(connection: Connection) -> set[str]:
    """Return the SHA-256 of all originals that were kept."""
    return set(connection.execute(select(tables.original.c.sha256)).scalars())
