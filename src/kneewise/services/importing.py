"""Import: files into the record, repeatable and resumable.

Stages, each over a bounded window: walk (files, folders, archives) -> hash (known content is done) -> read, clean,
compute and encode in worker processes -> store a batch in one transaction, after its originals are on the disk -> at
the end find duplicates and learn the reference. A kill at any moment leaves whole batches; identifiers come from the
content, so the next import goes on where the last one stopped and ends in the same state.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kneewise import clock
from kneewise.domain import Issue, Runner
from kneewise.errors import KneewiseError, NotAnActivityError
from kneewise.services.export_tables import ExportTables
from kneewise.services.finishing import finish
from kneewise.services.outcomes import NOT_A_RECORDING, FileReport, ImportReport
from kneewise.services.place import Place, opened
from kneewise.services.processing import Options, Outcome, Source
from kneewise.services.progress import Progress
from kneewise.services.titles import complete_titles
from kneewise.services.workers import batched, process_batches
from kneewise.storage import (
    FileStatus,
    NewActivity,
    Record,
    StoredFile,
    delete_of_file,
    insert_activities,
    read_duplicates,
    read_files,
    read_ids_by_file,
    write_files,
    write_originals,
)

if TYPE_CHECKING:
    from kneewise.sources.archives import Payload


def import_files(
    paths: Sequence[str | PathLike[str]],
    *,
    place: Place,
    strip_positions: bool = False,
    progress: Progress | None = None,
    on_file: Callable[[FileReport], None] | None = None,
    names: Mapping[str, str] | None = None,
    workers: int | None = None,
) -> ImportReport:
    """Import files, folders and archives.

    Parameters
    ----------
    paths : sequence of path-like
        What to import; archives are opened by their content, nested ones too.
    place : Place
        The record to import into.
    strip_positions : bool
        Store neither positions nor the original files that hold them.
    progress : Progress or None
        Called after each file.
    on_file : callable or None
        Called with the report of each file once it is stored or refused. An exception raised in it ends the import
        when all files that were stored together are told; what was stored stays.
    names : mapping of str to str or None
        What to call a path, where it is a temporary file: the runner's name of it goes into reports and the record.
    workers : int or None
        Processes; ``None`` decides by the amount.

    Returns
    -------
    ImportReport
        One entry per file, in the order of walking.

    Raises
    ------
    StorageError
        When the disk is full, the database is locked, or another import is running; everything stored before is intact.
    """
    began = time.monotonic()
    with opened(place) as (record, runner), record.only_import():
        record.originals.sweep()
        run = _Import(record, runner, Options(strip_positions), progress, on_file, names or {})
        run.work([Path(path) for path in paths], workers)
        finish(record, runner)
        return ImportReport(run.reports(), round(time.monotonic() - began, 3))


@dataclass(slots=True)
class _Import:
    record: Record
    runner: Runner
    options: Options
    progress: Progress | None
    on_file: Callable[[FileReport], None] | None
    names: Mapping[str, str]
    files: list[FileReport | None] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    known: dict[str, StoredFile] = field(default_factory=dict)
    #: Positions in ``files`` that wait for the result of their content.
    waiting: dict[str, list[int]] = field(default_factory=dict)
    tables: ExportTables = field(default_factory=ExportTables)
    hints: dict[str, dict[str, str]] = field(default_factory=dict)
    #: Path by which an export's table knows a file, by its SHA-256.
    named: dict[str, str] = field(default_factory=dict)

    def work(self, paths: Sequence[Path], workers: int | None) -> None:
        with self.record.reading() as connection:
            self.known = read_files(connection, self.runner.id)
        sources = batched(self._new_sources(paths))
        with closing(process_batches(sources, self.runner, self.options, workers=workers)) as done:
            for batch, outcomes in done:
                self._store(batch, outcomes)
        seen_at = {key: stored.path for key, stored in self.known.items()} | self.named
        complete_titles(self.record, self.runner, self.tables, seen_at)

    def reports(self) -> list[FileReport]:
        """Return what became of every file, once duplicates have been found."""
        with self.record.reading() as connection:
            ids = read_ids_by_file(connection, self.runner.id)
            counted = read_duplicates(connection, self.runner.id)
        for content, positions in self.waiting.items():
            for position in positions:
                report = self.files[position]
                if report is not None and report.status in {"imported", "duplicate"}:
                    self.files[position] = _completed(report, ids.get(content, []), counted)
        return [report for report in self.files if report is not None]

    def _new_sources(self, paths: Sequence[Path]) -> Iterator[Source]:
        from kneewise.sources.archives import open_payloads

        for found in open_payloads(paths, on_issue=self._note):
            payload = replace(found, path=self._named(found.path)) if self.names else found
            source = None if self._passed_over(payload) else self._read(payload)
            if source is not None and not self._already_there(source):
                self.waiting[source.sha256] = [len(self.files)]
                self.files.append(None)
                yield source

    def _passed_over(self, payload: Payload) -> bool:
        """Report what its first bytes show to be no activity: a photo, one of thousands of monitoring files."""
        from kneewise.sources.detect import RECORDINGS, not_a_recording

        if self.tables.take(payload):
            text = f"{payload.path} is the export's table; names and sports were taken from it."
            self._add(FileReport(payload.path, "skipped", issues=(Issue("export-table", payload.path, text),)))
            return True
        if payload.content not in RECORDINGS:
            error = not_a_recording(payload.content, payload.path)
            status: FileStatus = "skipped" if isinstance(error, NotAnActivityError) else "failed"
            self._add(FileReport(payload.path, status, issues=(Issue(NOT_A_RECORDING, payload.path, str(error)),)))
            return True
        kind = payload.kind
        if kind == "activity":
            return False
        text = f"{payload.path} is a sound {kind} file, not the recording of an activity; nothing to import."
        self._add(FileReport(payload.path, "skipped", issues=(Issue("not-an-activity", payload.path, text),)))
        return True

    def _read(self, payload: Payload) -> Source | None:
        try:
            content = payload.read()
        except (KneewiseError, OSError) as error:
            reason = str(error) if isinstance(error, KneewiseError) else _why(error, payload.path)
            self._note(Issue(code="unreadable-file", where=payload.path, text=reason))
            return None
        key = sha256(content).hexdigest()
        row = self.tables.of_file(payload.path)
        if row is None:
            return Source(payload.path, key, content)
        self.named[key] = payload.path
        told = {"title": row.title, "sport": row.sport, "sub_sport": row.sub_sport}
        self.hints[key] = {name: text for name, text in told.items() if text}
        return Source(payload.path, key, content, **told)

    def _already_there(self, source: Source) -> bool:
        """Report content that this import or an earlier one has dealt with."""
        stored = self.known.get(source.sha256)
        if source.sha256 in self.waiting:
            self.waiting[source.sha256].append(len(self.files))
            self._add(FileReport(source.path, "duplicate"))
            return True
        if stored is None or stored.status != "imported":
            return False  # what an older reader refused gets another chance
        self.waiting[source.sha256] = [len(self.files)]
        self._add(FileReport(source.path, "duplicate", issues=stored.issues))
        if not stored.options.get("strip_positions") and not self.record.originals.path(source.sha256).exists():
            self.record.originals.put({source.sha256: source.content})
        return True

    def _named(self, path: str) -> str:
        """Return the runner's name of a path: that of its temporary file, with the place inside an archive."""
        for temporary, name in self.names.items():
            path = path.replace(temporary, name)
        return path

    def _note(self, issue: Issue) -> None:
        if self.names:
            issue = replace(issue, where=self._named(issue.where), text=self._named(issue.text))
        self._add(FileReport(issue.where, "failed", issues=(issue,)))

    def _add(self, report: FileReport, position: int | None = None) -> None:
        if position is None:
            self.files.append(report)
        else:
            self.files[position] = report
        self.counts[report.status] += 1
        if self.progress is not None:
            self.progress(self.counts.total(), self.counts, report.path)
        if self.on_file is not None:
            self.on_file(report)

    def _store(self, batch: Sequence[Source], outcomes: Sequence[Outcome]) -> None:
        """Store one batch: originals first, so that no row ever names a file that is not there."""
        now = clock.now()
        imported = [outcome for outcome in outcomes if outcome.status == "imported"]
        kept: dict[str, bytes] = {}
        if not self.options.strip_positions:
            wanted = {outcome.sha256 for outcome in imported}
            kept = {source.sha256: source.content for source in batch if source.sha256 in wanted}
        self.record.originals.put(kept)
        formats = {outcome.sha256: outcome.format for outcome in imported}
        changed = [stored for outcome in outcomes if (stored := self._stored(outcome)) is not None]
        with self.record.writing("storing a batch of runs") as connection:
            write_originals(connection, {key: (len(kept[key]), formats[key]) for key in kept}, now)
            delete_of_file(connection, self.runner.id, [outcome.sha256 for outcome in imported])
            new = [self._titled(item) for outcome in imported for item in outcome.activities]
            insert_activities(connection, self.runner.id, new)
            write_files(connection, self.runner.id, changed, now)
        self._tell(outcomes)

    def _tell(self, outcomes: Sequence[Outcome]) -> None:
        """Report a batch; whoever ends the import meanwhile still hears of all that is stored."""
        ended: Exception | None = None
        for outcome in outcomes:
            ids = tuple(item.id for item in outcome.activities)
            report = FileReport(outcome.path, outcome.status, ids, outcome.issues)
            try:
                self._add(report, self.waiting[outcome.sha256][0])
            except Exception as error:
                ended = error
        if ended is not None:
            raise ended

    def _titled(self, item: NewActivity) -> NewActivity:
        title = self.tables.title_at(item.summary["start"])
        return item if title is None else replace(item, summary={**item.summary, "title": title})

    def _stored(self, outcome: Outcome) -> StoredFile | None:
        """Return the row to write, or ``None`` where it would say what is there already."""
        options: dict[str, Any] = {}
        if outcome.status == "imported":
            options = {**self.hints.get(outcome.sha256, {}), **_chosen(self.options)}
        new = StoredFile(outcome.path, outcome.sha256, outcome.status, outcome.issues, options)
        old = self.known.get(outcome.sha256)
        same = old is not None and (old.status, old.options) == (new.status, new.options) and old.status != "imported"
        return None if same else new


def _completed(report: FileReport, ids: Sequence[str], counted: Mapping[str, str]) -> FileReport:
    """Add the activities; a file whose every activity is counted elsewhere is a duplicate, whatever its format."""
    if not ids or not all(item in counted for item in ids):
        return replace(report, activity_ids=tuple(ids))
    issue = Issue("same-run", report.path, f"{report.path} is a run that is there from another file; it counts once.")
    others = tuple(dict.fromkeys(counted[item] for item in ids))
    return replace(report, status="duplicate", activity_ids=others, issues=(*report.issues, issue))


def _chosen(options: Options) -> dict[str, Any]:
    return {"strip_positions": True} if options.strip_positions else {}


def _why(error: OSError, path: str) -> str:
    if isinstance(error, PermissionError):
        return f"No permission to read {path}; change its permissions and import it again."
    return f"{path} could not be read ({error.strerror or error}); check the disk and import it again."
