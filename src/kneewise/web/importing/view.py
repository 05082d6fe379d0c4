"""What the import page shows of the imports of the last day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from kneewise.services.import_jobs import ImportJob, State
from kneewise.services.outcomes import STATUSES, FileReport
from kneewise.web.amounts import number
from kneewise.web.importing.exports import Maker, makers
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, ngettext, told

_GIGABYTE = 1e9
#: Rows of one page of results.
PER_PAGE = 50
#: Failures that stand on the card itself.
_SHOWN_FAILURES = 3
#: Failures first: they are what needs a hand.
_ORDER = ("failed", "noted", "imported", "duplicate", "skipped")
_STATES: dict[State, str] = {
    "waiting": message("Waits for the import before it"),
    "running": message("Under way"),
    "done": message("Done"),
    "cancelled": message("Ended by you. What was stored stays; import again to go on."),
    "failed": message("Did not work"),
    "interrupted": message("Was cut off. What was stored stays; import again to go on."),
}
_GROUPS = {
    "failed": message("Could not be read"),
    "noted": message("Imported, with a note"),
    "imported": message("Imported"),
    "duplicate": message("Already there"),
    "skipped": message("No activity in it"),
}


@dataclass(frozen=True, slots=True)
class Count:
    """How many files have a result."""

    key: str
    words: str
    shown: str
    some: bool
    href: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """The result of one file."""

    path: str
    words: str
    kind: str
    issues: tuple[str, ...]
    href: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Files that were chosen together.

    Attributes
    ----------
    state : str
        ``"running"`` as long as one of its jobs goes on.
    at : str
        The file just done, while it is under way.
    runs_text : str
        How many runs came out of it; empty before the first.
    """

    id: str
    title: str
    state: str
    state_words: str
    live: bool
    done: str
    at: str
    counts: tuple[Count, ...]
    failures: tuple[FileRow, ...]
    runs_text: str
    run_href: str
    text: str
    results_href: str


@dataclass(frozen=True, slots=True)
class ImportPage:
    """The page.

    Attributes
    ----------
    limits : str
        What one file may weigh at most.
    demo : bool
        Whether this is the record of the made runner.
    """

    batches: tuple[Batch, ...]
    makers: tuple[Maker, ...]
    limits: str
    demo: bool

    @property
    def live(self) -> bool:
        """Whether anything goes on."""
        return any(batch.live for batch in self.batches)


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """One page of the results of some files.

    Attributes
    ----------
    before, after : str
        Addresses of the pages beside this one; empty where there is none.
    """

    batch: Batch
    chosen: Count
    rows: tuple[FileRow, ...]
    place: str
    before: str
    after: str


def import_page(
    jobs: Sequence[ImportJob], areas: Collection[str], *, limit_bytes: int, free_bytes: int, demo: bool
) -> ImportPage:
    """Return the page: the latest files first.

    Parameters
    ----------
    areas : collection of str
        Ids of the areas that this app has.
    limit_bytes, free_bytes : int
        What one upload may weigh, and the room on the disk.
    """
    limits = _(
        "One file may have up to %(limit)s GB; an archive may hold any number of files. The disk has %(free)s GB free.",
        limit=number(limit_bytes // _GIGABYTE),
        free=number(free_bytes / _GIGABYTE, 1),
    )
    return ImportPage(batches(jobs, areas), makers(), limits, demo)


def batches(jobs: Sequence[ImportJob], areas: Collection[str]) -> tuple[Batch, ...]:
    """Return the imports, those begun last first."""
    groups: dict[str, list[ImportJob]] = {}
    for job in jobs:
        if job.kind == "import":
            groups.setdefault(job.group, []).append(job)
    return tuple(batch(group, areas) for group in reversed(groups.values()))


def batch(jobs: Sequence[ImportJob], areas: Collection[str]) -> Batch:
    """Return files that were chosen together."""
    files = [file for job in jobs for file in list(job.files)]
    live = any(job.live for job in jobs)
    state = _state(jobs)
    tally = Counter(_kind(file) for file in files)
    runs = sum(len(file.activity_ids) for file in files if file.status == "imported")
    first = next((job.first_activity for job in jobs if job.usable), None)
    where = f"/import/results/{jobs[0].group}"
    return Batch(
        id=jobs[0].group,
        title=_title([name for job in jobs for name in job.names]),
        state=state,
        state_words=_(_STATES[state]),
        live=live,
        done=ngettext("%(num)s file looked at", "%(num)s files looked at", sum(job.done for job in jobs)),
        at=files[-1].path if live and files else "",
        counts=tuple(_count(key, tally[key], where) for key in _ORDER),
        failures=tuple(_row(file, areas) for file in files if file.status == "failed")[:_SHOWN_FAILURES],
        runs_text=ngettext("%(num)s activity is in your record.", "%(num)s activities are in your record.", runs)
        if runs
        else "",
        run_href=f"/runs/{first}" if first and "load" in areas else "",
        text=" ".join(told(job.text) for job in jobs if job.text),
        results_href=where,
    )


def results_page(jobs: Sequence[ImportJob], areas: Collection[str], *, status: str, page: int) -> ResultsPage | None:
    """Return one page of results; ``None`` where there is no such page.

    Parameters
    ----------
    status : str
        ``"failed"``, ``"noted"``, ``"imported"``, ``"duplicate"`` or ``"skipped"``; the first that has files where
        empty.
    page : int
        From 1.
    """
    shown = batch(jobs, areas)
    chosen = next((count for count in shown.counts if (count.key == status if status else count.some)), None)
    if chosen is None:
        return None if status else ResultsPage(shown, shown.counts[0], (), "", "", "")
    files = [file for job in jobs for file in list(job.files) if _kind(file) == chosen.key]
    pages = max(-(-len(files) // PER_PAGE), 1)
    if not 1 <= page <= pages:
        return None
    return ResultsPage(
        batch=shown,
        chosen=chosen,
        rows=tuple(_row(file, areas) for file in files[(page - 1) * PER_PAGE : page * PER_PAGE]),
        place=_("Page %(page)s of %(pages)s", page=number(page), pages=number(pages)) if pages > 1 else "",
        before=f"{chosen.href}&page={page - 1}" if page > 1 else "",
        after=f"{chosen.href}&page={page + 1}" if page < pages else "",
    )


def _state(jobs: Sequence[ImportJob]) -> State:
    states = [job.state for job in jobs]
    order: tuple[State, ...] = ("running", "waiting", "failed", "interrupted", "cancelled")
    return next((state for state in order if state in states), "done")


def _title(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    return _("%(name)s and %(count)s more", name=names[0], count=number(len(names) - 1))


def _kind(file: FileReport) -> str:
    assert file.status in STATUSES
    return "noted" if file.status == "imported" and file.issues else file.status


def _count(key: str, count: int, where: str) -> Count:
    return Count(key, _(_GROUPS[key]), number(count), count > 0, f"{where}?status={key}")


def _row(file: FileReport, areas: Collection[str]) -> FileRow:
    linked = file.activity_ids and "load" in areas
    return FileRow(
        path=file.path,
        words=_(_GROUPS[_kind(file)]),
        kind=_kind(file),
        issues=tuple(_texts(file)),
        href=f"/runs/{file.activity_ids[0]}" if linked else "",
    )


def _texts(file: FileReport) -> Iterator[str]:
    if file.status == "duplicate" and not file.issues:
        yield _("The same file was imported before; it counts once.")
    for issue in dict.fromkeys(file.issues):
        yield told(issue.text)
