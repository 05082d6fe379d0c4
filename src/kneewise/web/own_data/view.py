"""What the page about the runner's own data shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from kneewise.services.import_jobs import ImportJob
from kneewise.services.own_data.erase import Erased
from kneewise.services.own_data.restore import CheckedBackup, Restored
from kneewise.services.own_data.stored import StoredData, StoredKind
from kneewise.web.amounts import clock_time, day, number
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, ngettext, told

_KILO = 1000
_DATABASE = "database"
#: What somebody types who means it.
ERASE_WORD = message("erase")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of data in words."""

    title: str
    text: str
    count: str
    size: str


@dataclass(frozen=True, slots=True)
class Recomputing:
    """How far computing anew is."""

    live: bool
    text: str
    issues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DataPage:
    """The page.

    Attributes
    ----------
    shared : bool
        Whether it is a clinic's: its files and backups are its own affair.
    told, files : tuple of Kind
        What the runner's record holds, and the files on the disk.
    foreign : tuple of str
        What lies in the folder and is not ours.
    filled : bool
        Whether a backup would take the place of something.
    """

    shared: bool
    where: str
    text: str
    told: tuple[Kind, ...]
    files: tuple[Kind, ...]
    foreign: tuple[str, ...]
    filled: bool
    word: str
    saved: str = ""
    error: str = ""
    erase_error: str = ""
    password_error: str = ""


@dataclass(frozen=True, slots=True)
class RestorePage:
    """A backup that was checked and waits for a yes."""

    key: str
    made: str
    holds: str
    filled: bool
    error: str = ""


@dataclass(frozen=True, slots=True)
class ErasedPage:
    """What was erased."""

    text: str
    left: tuple[str, ...]


def data_page(
    stored: StoredData,
    *,
    filled: bool,
    shared: bool = False,
    saved: str = "",
    error: str = "",
    erase_error: str = "",
    password_error: str = "",
) -> DataPage:
    """Return the page."""
    on_disk = [kind for kind in stored.kinds if kind.where != _where_database(stored)]
    in_record = [kind for kind in stored.kinds if kind not in on_disk and kind.kind != _DATABASE and kind.count]
    database = [kind for kind in stored.kinds if kind.kind == _DATABASE]
    if shared:
        on_disk, in_record = [], [kind for kind in stored.kinds if kind.count]
    return DataPage(
        shared=shared,
        where=str(stored.data),
        text=told(stored.text)
        if shared
        else _(
            "Readable by you alone. Nothing is sent anywhere. Backups and exports that you made lie where you put them."
        ),
        told=tuple(_kind(kind) for kind in in_record),
        files=tuple(_kind(kind) for kind in (*database, *on_disk)),
        foreign=tuple(str(path) for path in stored.foreign),
        filled=filled,
        word=_(ERASE_WORD),
        saved=saved,
        error=error,
        erase_error=erase_error,
        password_error=password_error,
    )


def restore_page(
    key: str, checked: CheckedBackup, zone: tzinfo | None, *, filled: bool, error: str = ""
) -> RestorePage:
    """Return what a backup holds, to be asked about; its time is the runner's, or this machine's without a zone."""
    runs = ngettext("%(num)s activity", "%(num)s activities", checked.counts.get("activity", 0))
    files = ngettext("%(num)s original file", "%(num)s original files", checked.originals)
    answers = ngettext("%(num)s answer of yours", "%(num)s answers of yours", checked.counts.get("event", 0))
    return RestorePage(key, _instant(checked.made_at, zone), f"{runs}, {files}, {answers}", filled, error)


def restored_text(made: Restored, zone: tzinfo | None) -> str:
    """Return what was put back in words."""
    runs = ngettext("%(num)s activity", "%(num)s activities", made.counts.get("activity", 0))
    return _("The backup of %(day)s is back: %(runs)s.", day=_instant(made.made_at, zone), runs=runs)


def erased_page(erased: Erased) -> ErasedPage:
    """Return what was erased in words."""
    runs = ngettext("%(num)s activity", "%(num)s activities", erased.counts.get("activity", 0))
    files = ngettext("%(num)s original file", "%(num)s original files", erased.originals)
    text = _("Erased: %(runs)s, %(files)s, and all answers and plans.", runs=runs, files=files)
    return ErasedPage(text, tuple(str(path) for path in erased.left))


def recomputing(job: ImportJob | None) -> Recomputing | None:
    """Return how far computing anew is; ``None`` where nobody asked for it."""
    if job is None:
        return None
    done = ngettext("%(num)s file done", "%(num)s files done", job.done)
    words = {
        "done": _("Everything is computed anew: %(done)s.", done=done),
        "cancelled": _("Ended by you: %(done)s. Begin again to finish.", done=done),
        "failed": told(job.text),
        "interrupted": told(job.text),
    }
    issues = tuple(told(issue.text) for file in job.files for issue in file.issues) if not job.live else ()
    return Recomputing(job.live, words.get(job.state, done), issues)


def size(size_bytes: int | None) -> str:
    """Return bytes as kB, MB or GB; empty where not known."""
    if size_bytes is None:
        return ""
    amount, unit = float(size_bytes), "B"
    for larger in ("kB", "MB", "GB"):
        amount, unit = amount / _KILO, larger
        if amount < _KILO:
            break
    return f"{number(amount, 1)} {unit}"


def _where_database(stored: StoredData) -> str:
    return next((kind.where for kind in stored.kinds if kind.kind == _DATABASE), "")


def _kind(kind: StoredKind) -> Kind:
    return Kind(told(kind.title), told(kind.text), number(kind.count), size(kind.size_bytes))


def _instant(text: str, zone: tzinfo | None) -> str:
    try:
        at = datetime.fromisoformat(text).astimezone(zone)
    except (ValueError, OverflowError):  # a manifest that was written by hand
        return text[:40]
    return f"{day(at.date())}, {clock_time(at, zone)}"
