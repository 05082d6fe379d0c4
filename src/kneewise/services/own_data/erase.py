"""Erasing: everything that Kneewise knows, or everything of one runner, without a trace in its files."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from kneewise.errors import InvalidInputError
from kneewise.services.gait.folder import MEASURING_NAME, sweep_pictures
from kneewise.services.own_data.folder import DATABASE_NAME, ORIGINALS_NAME, PARTS, UPLOADS_NAME, foreign_entries
from kneewise.services.place import Place, record_of
from kneewise.storage import Record, empty_database, needed_originals, read_runner_ids, row_counts, used_by_others
from kneewise.storage.jobs import KINDS, read_jobs
from kneewise.storage.trouble import storage_trouble

#: What a server calls a job's folder; a backup that was put back may name anything.
_OF_A_JOB: Final = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased.

    Attributes
    ----------
    runners : tuple of str
        Whose data it was.
    counts : mapping of str to int
        Rows of each table.
    originals : int
        Files as they came.
    left : tuple of Path
        What lies in the data folder and is not ours; it was not touched.
    """

    data: Path
    runners: tuple[str, ...]
    counts: Mapping[str, int]
    originals: int
    left: tuple[Path, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the document of ``kneewise erase``."""
        return {
            "data": str(self.data),
            "runners": list(self.runners),
            "counts": dict(self.counts),
            "originals": self.originals,
            "left": [str(path) for path in self.left],
        }


def erase(place: Place) -> Erased:
    """Erase the record: every row, every file, every trace of them in the database file.

    Where the place names a runner, only what is that runner's goes: a file that another runner of the record imported
    too stays. Backups and exports lie elsewhere and are not touched.

    Raises
    ------
    InvalidInputError
        When there is no such runner.
    StorageError
        When another program is using the record; what is deleted stays deleted, and running it again ends the job.
    """
    with record_of(place) as record, record.only_import():
        here = record.lies_here
        erased = _everything(record) if place.runner_id is None else _runner(record, place.runner_id)
    # A program that keeps the record open goes on with an empty one; otherwise nothing of it needs to stay.
    if place.runner_id is None and place.record is None and here:
        _remove_files(place.data)
    return replace(erased, left=tuple(foreign_entries(place.data)))


def _everything(record: Record) -> Erased:
    with record.reading() as connection:
        runners, counts = read_runner_ids(connection), row_counts(connection)
    record.originals.sweep()
    gone = record.originals.remove(list(record.originals))
    empty_database(record)
    for name in PARTS:
        if not name.startswith((DATABASE_NAME, ORIGINALS_NAME)) and not name.endswith(".lock"):
            with storage_trouble("erasing", record.data):
                _remove(record.data / name)
    return Erased(record.data, tuple(runners), counts, gone)


def _runner(record: Record, runner_id: str) -> Erased:
    with record.reading() as connection:
        known, counts = read_runner_ids(connection), row_counts(connection, runner_id)
    if runner_id not in known:
        raise InvalidInputError(f"There is no runner '{runner_id}' in {record.data}; nothing was erased.")
    _remove_of_jobs(record, runner_id)
    empty_database(record, runner_id)
    with record.reading() as connection:
        sweep_pictures(record, read_runner_ids(connection))
    record.originals.sweep()
    gone = record.originals.remove(set(record.originals) - needed_originals(record))
    return Erased(record.data, (runner_id,), counts, gone)


def _remove_of_jobs(record: Record, runner_id: str) -> None:
    """Remove what lies there for the runner's jobs, as far as no server has cleared it up."""
    with record.reading() as connection:
        named = [str(job.data.get("folder")) for job in read_jobs(connection, KINDS, runner_id=runner_id)]
    with storage_trouble("erasing", record.data):
        for folder in filter(_OF_A_JOB.fullmatch, named):
            _remove(record.data / UPLOADS_NAME / folder)
            _remove(record.data / MEASURING_NAME / folder)


def _remove_files(data: Path) -> None:
    """Remove the empty database and the folder, as far as nobody else keeps them open or put something there."""
    if used_by_others(data / DATABASE_NAME):
        return
    with storage_trouble("erasing", data):
        for name in PARTS:
            if name != ORIGINALS_NAME:
                _remove(data / name)
        with contextlib.suppress(OSError):  # what is not ours is in it
            data.rmdir()


def _remove(path: Path) -> None:
    """Remove a file, or a folder of our own with everything in it; what is not there is fine."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
