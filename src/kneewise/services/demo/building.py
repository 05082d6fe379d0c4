"""Building the demo's record, beside the runner's own and never in it, anew for every day."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kneewise import clock
from kneewise.errors import InvalidInputError, StorageError
from kneewise.services.demo.living import tell_story
from kneewise.services.demo.story import story
from kneewise.services.place import DEFAULT_RUNNER, Place
from kneewise.storage import open_record
from kneewise.storage.trouble import storage_trouble

#: Lies in the folder of a demo and says so.
MARK_NAME = "demo.json"
#: A build that was killed leaves its folder; one this old is nobody's any more.
_ABANDONED_S = 600

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class DemoMark:
    """What the folder of a demo says of itself.

    Attributes
    ----------
    today : date
        Day in the made runner's zone that the story leads up to.
    files : frozenset of str
        SHA-256 of every original that was made or shipped; any other is the visitor's own.
    """

    today: date
    files: frozenset[str]


@dataclass(frozen=True, slots=True)
class PreparedDemo:
    """A demo that is ready.

    Attributes
    ----------
    place : Place
        Its record; the made runner is the one that is shown.
    built : bool
        Whether it was built now.
    note : str
        Why a demo of an earlier day was left as it is; empty otherwise.
    """

    place: Place
    today: date
    built: bool
    runs: int
    seconds: float
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the document of ``kneewise demo --no-serve``."""
        return {
            "data": str(self.place.data),
            "made": True,
            "local_date": self.today.isoformat(),
            "built": self.built,
            "runs": self.runs,
            "seconds": self.seconds,
            "note": self.note or None,
        }


def demo_folder(own: Place) -> Path:
    """Return the demo's folder beside the runner's own data."""
    return own.data.with_name(f"{own.data.name}-demo")


def read_demo(place: Place) -> DemoMark | None:
    """Return what a folder says of itself as a demo, or ``None`` where the record is a real one.

    A clinic may be served from a demo's folder: of its runners only the made one is made up.
    """
    if place.runner_id not in (None, DEFAULT_RUNNER):
        return None
    try:
        document = json.loads((place.data / MARK_NAME).read_text(encoding="utf-8"))
        return DemoMark(date.fromisoformat(document["today"]), frozenset(document["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def prepare_demo(folder: Path, *, tell: Told | None = None) -> PreparedDemo:
    """Build the demo where it is missing or of an earlier day, and return it.

    Parameters
    ----------
    folder : Path
        The demo's own folder; made where it is missing.
    tell : callable or None
        Told in words what is being done.

    Raises
    ------
    InvalidInputError
        When the folder holds anything that is not a demo; it is left as it is.
    StorageError
        When the folder cannot be written, or another build is running.
    """
    began = time.monotonic()
    folder = folder.absolute()
    today = clock.now().astimezone(ZoneInfo(story()["zone"])).date()
    place = Place(folder)
    with storage_trouble("looking for the demo", folder):
        empty = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    mark = read_demo(place)
    if mark is None and not empty:
        raise InvalidInputError(
            f"{folder} holds something that is not the demo, and was left as it is; name an empty folder with --data."
        )
    note = "" if mark is None or mark.today == today else _why_kept(place, mark)
    if mark is not None and (mark.today == today or note):
        return PreparedDemo(place, mark.today, False, len(mark.files), _since(began), note)
    with _workshop(folder) as fresh:
        files = tell_story(fresh, today, tell or _silent)
        document = {"made": True, "today": today.isoformat(), "seconds": _since(began), "files": sorted(files)}
        (fresh / MARK_NAME).write_text(json.dumps(document), encoding="utf-8")
        _put_in_place(fresh, folder)
    return PreparedDemo(place, today, True, len(files), _since(began))


def _why_kept(place: Place, mark: DemoMark) -> str:
    """Return why an old demo must not be built anew: a visitor's own files lie in it."""
    with open_record(place.data) as record:
        own = sum(1 for each in record.originals if each not in mark.files)
    if not own:
        return ""
    files = "a file" if own == 1 else f"{own} files"
    return (
        f"You brought {files} of your own into this demo, so it was left as it is and still shows {mark.today}. "
        "Import them into your own record, then erase the demo to see a new one."
    )


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """Give a folder beside the demo's to build in; what is left there at the end is thrown away."""
    fresh = folder.with_name(f".{folder.name}-building")
    with storage_trouble("building the demo", folder.parent):
        folder.parent.mkdir(parents=True, exist_ok=True)
        if fresh.exists() and time.time() - fresh.stat().st_mtime > _ABANDONED_S:
            shutil.rmtree(fresh)
        try:
            fresh.mkdir(mode=0o700)
        except FileExistsError as error:
            raise StorageError(
                f"Another demo is being built in {fresh}; wait until it is ready and run the command again."
            ) from error
    try:
        with storage_trouble("building the demo", folder.parent):
            yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _put_in_place(fresh: Path, folder: Path) -> None:
    """Exchange an old demo for the new one; a failure leaves the old one."""
    old = fresh.with_name(f"{fresh.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.replace(old)
    try:
        fresh.replace(folder)
    except OSError:
        if old.exists():
            old.replace(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _since(began: float) -> float:
    return round(time.monotonic() - began, 3)


def _silent(_: str) -> None:
    """Tell nobody."""
