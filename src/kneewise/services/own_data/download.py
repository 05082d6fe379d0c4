"""Export and backup as one file to take along: made on the disk of the record, never in memory."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kneewise import clock
from kneewise.services.local_day import local_day
from kneewise.services.own_data.backup import back_up
from kneewise.services.own_data.export import export_all
from kneewise.services.own_data.folder import UPLOADS_NAME, files_below
from kneewise.services.place import Place, opened
from kneewise.storage.trouble import storage_trouble

_QUICK = 1


@dataclass(frozen=True, slots=True)
class Download:
    """A file that was made to be taken along.

    Attributes
    ----------
    path : Path
        Where it lies until `discard` is called.
    name : str
        What to call it; begins with the runner's day.
    discard : callable
        Removes it.
    """

    path: Path
    name: str
    discard: Callable[[], None]


def backup_to_take(place: Place) -> Download:
    """Return a backup as a file that is removed after it was sent.

    Raises
    ------
    StorageError
        When the disk is full or cannot be written.
    """
    return _made(place, "backup", lambda folder: back_up(place, folder / "backup.zip").path)


def export_to_take(place: Place) -> Download:
    """Return everything of the runner in open formats as one zip archive that is removed after it was sent.

    Raises
    ------
    StorageError
        When the disk is full or cannot be written.
    """

    def make(folder: Path) -> Path:
        exported = export_all(place, folder / "export").folder
        archive = folder / "export.zip"
        with (
            storage_trouble("packing the export", folder),
            zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=_QUICK) as packed,
        ):
            for path in files_below(exported):
                packed.write(path, Path("kneewise") / path.relative_to(exported))
                path.unlink()  # the disk never holds both
        return archive

    return _made(place, "export", make)


def _made(place: Place, what: str, make: Callable[[Path], Path]) -> Download:
    with opened(place) as (_, runner):
        day = local_day(clock.now(), runner)
    parent = place.data / UPLOADS_NAME
    with storage_trouble(f"making the {what}", place.data):
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = tempfile.TemporaryDirectory(prefix=f"{what}-", dir=parent)

    def discard() -> None:
        with suppress(OSError):  # the next start of the server removes what is left
            folder.cleanup()

    try:
        return Download(make(Path(folder.name)), f"kneewise-{what}-{day.isoformat()}.zip", discard)
    except BaseException:
        discard()
        raise
