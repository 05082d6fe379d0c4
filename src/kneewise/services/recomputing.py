"""Everything computed anew: from the originals after an upgrade, or only the loads after a change of the profile."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from kneewise import clock
from kneewise.domain import Issue, Runner
from kneewise.errors import StorageError
from kneewise.services import loads
from kneewise.services.finishing import finish
from kneewise.services.outcomes import FileReport
from kneewise.services.place import Place, opened
from kneewise.services.processing import Options, Outcome, Source
from kneewise.services.progress import Progress
from kneewise.services.workers import batched, process_batches
from kneewise.storage import (
    NewActivity,
    Record,
    StoredFile,
    delete_of_file,
    each_activity,
    insert_activities,
    load_stream,
    read_activities,
    read_files,
    replace_loads,
    write_files,
)

_LOADS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Recomputation:
    """What was computed anew.

    Attributes
    ----------
    recomputed : int
        Activities with new numbers.
    files : sequence of FileReport
        Originals that could not be used; their activities stay as they were.
    """

    recomputed: int
    files: Sequence[FileReport]
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Return the command's document."""
        totals = {"recomputed": self.recomputed, "failed": len(self.files), "seconds": self.seconds}
        return {"files": [file.to_json() for file in self.files], "totals": totals}


def recompute(place: Place, *, progress: Progress | None = None, workers: int | None = None) -> Recomputation:
    """Read all originals again and replace what was computed from them; typed-in runs follow.

    A kill at any moment leaves some files old and some new, each whole; running it again finishes the work.

    Raises
    ------
    StorageError
        When the record cannot be written or an import is running.
    """
    began = time.monotonic()
    with opened(place) as (record, runner), record.only_import():
        with record.reading() as connection:
            files = {key: file for key, file in read_files(connection, runner.id).items() if file.status == "imported"}
        run = _Run(record, runner, progress)
        run.work(files, workers)
        others = _reload(record, runner, without=run.kept)
        finish(record, runner)
        return Recomputation(run.activities + others, run.trouble, round(time.monotonic() - began, 3))


def recompute_loads(place: Place) -> int:
    """Compute all loads anew from the stored streams, after a change of the profile; return how many."""
    with opened(place) as (record, runner), record.only_import():
        count = _reload(record, runner)
        finish(record, runner)
        return count


class _Run:
    def __init__(self, record: Record, runner: Runner, progress: Progress | None) -> None:
        self.record, self.runner, self.progress = record, runner, progress
        self.trouble: list[FileReport] = []
        self.kept: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.activities = 0
        with record.reading() as connection:
            stored = each_activity(connection, runner.id, with_loads=False)
            self.titles = {item.id: item.activity.title for item in stored if item.activity.title}

    def work(self, files: Mapping[str, StoredFile], workers: int | None) -> None:
        sources = batched(self._sources(files))
        with closing(process_batches(sources, self.runner, Options(), workers=workers)) as done:
            for _, outcomes in done:
                self._store(outcomes, files)

    def _sources(self, files: Mapping[str, StoredFile]) -> Iterator[Source]:
        for sha256, file in files.items():
            if file.options.get("strip_positions"):
                continue  # its original was never kept; its loads follow from the stored stream
            try:
                content = self.record.originals.get(sha256)
            except StorageError as error:
                self._tell(file, Issue("original-missing", file.path, str(error)))
                continue
            self.kept.add(sha256)
            told = {name: file.options.get(name) for name in ("title", "sport", "sub_sport")}
            yield Source(file.path, sha256, content, **told)

    def _store(self, outcomes: Sequence[Outcome], files: Mapping[str, StoredFile]) -> None:
        good = [outcome for outcome in outcomes if outcome.status == "imported"]
        results = [replace(files[outcome.sha256], issues=outcome.issues) for outcome in good]
        with self.record.writing("storing what was computed anew") as connection:
            delete_of_file(connection, self.runner.id, [outcome.sha256 for outcome in good])
            insert_activities(
                connection, self.runner.id, [self._titled(item) for outcome in good for item in outcome.activities]
            )
            write_files(connection, self.runner.id, results, clock.now())
        self.activities += sum(len(outcome.activities) for outcome in good)
        for outcome in outcomes:
            if outcome.status == "imported":
                self._count(outcome.status, outcome.path)
            else:
                self.kept.discard(outcome.sha256)
                self._tell(files[outcome.sha256], *outcome.issues)

    def _titled(self, item: NewActivity) -> NewActivity:
        """Keep a title that an export's table gave; the file itself does not hold it."""
        title = item.summary["title"] or self.titles.get(item.id)
        return replace(item, summary={**item.summary, "title": title})

    def _tell(self, file: StoredFile, *issues: Issue) -> None:
        self.trouble.append(FileReport(file.path, "failed", issues=issues))
        self._count("failed", file.path)

    def _count(self, status: str, path: str) -> None:
        self.counts[status] += 1
        if self.progress is not None:
            self.progress(self.counts.total(), self.counts, path)


def _reload(record: Record, runner: Runner, *, without: Collection[str] = ()) -> int:
    """Compute loads from stored streams, for all activities but those of the given files."""
    with record.reading() as connection:
        stored = each_activity(connection, runner.id, with_loads=False)
        wanted = [item.id for item in stored if item.sha256 not in without]
    for at in range(0, len(wanted), _LOADS_AT_ONCE):
        new: dict[str, dict[str, Any]] = {}
        with record.reading() as connection:
            for item in read_activities(connection, runner.id, ids=wanted[at : at + _LOADS_AT_ONCE]):
                activity = replace(item.activity, stream=load_stream(connection, item.id))
                new[item.id] = loads.pack(activity, runner, typed_in=item.sha256 is None)
        with record.writing("storing loads computed anew") as connection:
            replace_loads(connection, new)
    return len(wanted)
