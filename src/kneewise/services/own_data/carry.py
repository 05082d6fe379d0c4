"""A whole record carried into another database: SQLite into PostgreSQL, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kneewise.domain import Issue
from kneewise.errors import InvalidInputError
from kneewise.services.place import Place, record_of
from kneewise.services.progress import Steps, no_steps
from kneewise.storage import Record, open_record, read_originals, row_counts
from kneewise.storage.carrying import RowWatch, TableSum, carry_rows, must_equal, table_sums
from kneewise.storage.engines import file_of, parsed_url, shown

_SENT: Final = "sent"
_VERIFIED: Final = "verified"


@dataclass(frozen=True, slots=True)
class Carried:
    """A record that was carried.

    Attributes
    ----------
    source, target : str
        Where it lay and where it lies now, without passwords; the source is as it was.
    tables : mapping of str to TableSum
        What each table holds, the same on both sides.
    originals_folder : Path
        The files as they came, which belong to either database and stay where they are.
    originals : int
        How many of them the record names.
    issues : tuple of Issue
        Those that are not in the folder.
    """

    source: str
    target: str
    tables: Mapping[str, TableSum]
    originals_folder: Path
    originals: int
    issues: tuple[Issue, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the document of ``kneewise move``."""
        return {
            "from": self.source,
            "to": self.target,
            "tables": {name: {"rows": sums.rows, "sha256": sums.sha256} for name, sums in self.tables.items()},
            "originals": {"path": str(self.originals_folder), "count": self.originals},
            "issues": [issue.to_json() for issue in self.issues],
        }


def carry_record(place: Place, to: str, *, progress: Steps | None = None) -> Carried:
    """Carry everything that a record holds, of all its runners, into an empty database.

    All rows are written in one transaction and read back in it; only when every table has the rows and the hashes that
    were sent does it count. Until then, and after any failure, the target is empty. Nobody can write to the source
    meanwhile, and nothing in it is changed.

    Parameters
    ----------
    to : str
        URL of the other database.
    progress : Steps or None
        Told after each batch; raising in it ends the carrying and leaves the target empty.

    Raises
    ------
    InvalidInputError
        When the target holds something, is the source itself, or no URL of a database that Kneewise works with.
    StorageError
        When a database cannot be reached, an import is running, or a table did not arrive as it was.
    """
    told = progress or no_steps
    url = parsed_url(to)
    file = file_of(url)
    new_file = file is not None and not file.exists()
    with record_of(place) as source, source.only_import():
        if url == source.engine.url or (file is not None and file == file_of(source.engine.url)):
            raise InvalidInputError(f"The record lies in {shown(url)} already; name another database with --to.")
        whole = False
        try:
            with open_record(source.data, to) as target:
                _must_be_empty(target)
                sums = _carried(source, target, told)
                whole = True
        finally:
            if new_file and not whole and file is not None:
                _remove(file)
        with source.reading() as connection:
            named = read_originals(connection)
        missing = tuple(_missing(sha256) for sha256 in sorted(named - set(source.originals)))
        at = shown(source.engine.url)
        return Carried(at, shown(url), sums, source.originals.folder, len(named), missing)


def _carried(source: Record, target: Record, told: Steps) -> dict[str, TableSum]:
    with source.writing("moving the record") as reading, target.writing("moving the record") as writing:
        sums = carry_rows(reading, writing, _watch(told, _SENT))
        must_equal(sums, table_sums(writing, _watch(told, _VERIFIED)), target.where)
    return sums


def _watch(told: Steps, doing: str) -> RowWatch:
    """Count two passes over all rows as one job: sending, then verifying."""

    def watch(done: int, total: int, table: str) -> None:
        told(done + (total if doing == _VERIFIED else 0), 2 * total, f"{table} {doing}")

    return watch


def _must_be_empty(target: Record) -> None:
    with target.reading() as connection:
        held = sum(row_counts(connection).values())
    if held:
        raise InvalidInputError(
            f"The database {target.where} holds a record already ({held} rows) and was left as it is; name an empty "
            "one, or erase it first with 'kneewise --database URL erase'."
        )


def _missing(sha256: str) -> Issue:
    text = "It is not in the folder of originals; import its file again to put it back."
    return Issue("original-missing", sha256, text)


def _remove(file: Path) -> None:
    for path in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        path.unlink(missing_ok=True)
