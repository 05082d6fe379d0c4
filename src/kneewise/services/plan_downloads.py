"""The plan as files to take along from the app: the same that ``kneewise export`` writes, in memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from kneewise.domain import Issue
from kneewise.language import SOURCE, Language
from kneewise.services.exporting import CALENDAR_NAME, Exported, export_calendar, export_watch, export_week
from kneewise.services.place import Place

#: Where watches by Garmin look for workouts.
WATCH_FOLDER = "GARMIN/NEWFILES"
_INSTRUCTION = f"""Kneewise workouts for your watch

1. Connect the watch to the computer by USB.
2. Copy the .fit files from this archive into the folder {WATCH_FOLDER} of the watch.
3. Unplug it. The workouts stand under Training, Workouts.
"""


@dataclass(frozen=True, slots=True)
class Download:
    """One file to take along.

    Attributes
    ----------
    name : str
        Name of the file.
    files : int
        How many files of the plan it holds.
    """

    name: str
    media_type: str
    content: bytes
    files: int
    issues: tuple[Issue, ...] = ()


def watch_download(place: Place, *, days: int) -> Download:
    """Return the workouts of the next days as one archive, with the instruction for USB beside them.

    Raises
    ------
    InvalidInputError
        Without a plan, or where the plan may not be followed now.
    """
    exported, contents = _written(lambda folder: export_watch(place, folder, days=days))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _INSTRUCTION)
        for name, content in contents.items():
            archive.writestr(name, content)
    return Download("kneewise-workouts.zip", "application/zip", packed.getvalue(), len(contents), exported.issues)


def calendar_download(place: Place) -> Download:
    """Return the plan as a calendar file.

    Raises
    ------
    InvalidInputError
        Without a plan.
    """
    exported, contents = _written(lambda folder: export_calendar(place, folder))
    return Download(CALENDAR_NAME, "text/calendar", contents[CALENDAR_NAME], 1, exported.issues)


def week_download(place: Place, first_day: date | None = None, *, language: Language = SOURCE) -> Download:
    """Return seven days as one page to print, in a language.

    Raises
    ------
    InvalidInputError
        Without a plan, or where the plan may not be followed now.
    """
    name = "kneewise-week.html"
    exported, contents = _written(
        lambda folder: export_week(place, folder / name, first_day=first_day, language=language)
    )
    return Download(name, "text/html", contents[name], 1, exported.issues)


def _written(export: Callable[[Path], Exported]) -> tuple[Exported, dict[str, bytes]]:
    """Let an export write into a folder of its own and take the files from there."""
    with TemporaryDirectory(prefix="kneewise-") as name:
        exported = export(Path(name))
        return exported, {path.name: path.read_bytes() for path in exported.paths}
