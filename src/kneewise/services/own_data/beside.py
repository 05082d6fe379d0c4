"""New files and folders that appear whole or not at all: made beside their place, then renamed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kneewise.errors import InvalidInputError, StorageError
from kneewise.storage.trouble import storage_trouble


@contextmanager
def new_folder(folder: Path, doing: str) -> Iterator[Path]:
    """Give a folder to fill; at the end it stands under its name, after any exception nothing does.

    Raises
    ------
    InvalidInputError
        When something is there already.
    StorageError
        When the disk is full or may not be written.
    """
    folder = folder.absolute()
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise InvalidInputError(f"{folder} is not empty; name a new or an empty folder.")
    with storage_trouble(doing, folder.parent):
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            yield partial
            if folder.exists():
                folder.rmdir()
            partial.replace(folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def new_file(file: Path, doing: str, *, replace: bool) -> Iterator[Path]:
    """Give a file to write; at the end it is on the disk under its name, after any exception nothing is.

    Raises
    ------
    InvalidInputError
        When a file is there already and may not be replaced, or a folder is.
    StorageError
        When the disk is full or may not be written.
    """
    file = file.absolute()
    if file.is_dir():
        raise InvalidInputError(f"{file} is a folder; name a file, such as {file / 'kneewise-backup.zip'}.")
    if file.exists() and not replace:
        raise InvalidInputError(f"{file} is there already; name another file, or ask for it to be replaced.")
    with storage_trouble(doing, file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
        os.close(handle)
        partial = Path(name)
        try:
            yield partial
            with partial.open("rb+") as written:
                os.fsync(written.fileno())
            partial.replace(file)
        finally:
            partial.unlink(missing_ok=True)


def require_space(folder: Path, needed: int, doing: str) -> None:
    """Refuse to begin what the disk cannot hold.

    Raises
    ------
    StorageError
    """
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise StorageError(
            f"The disk has no room for {doing}: {needed / 1e6:.0f} MB are needed in {folder} and {free / 1e6:.0f} MB "
            "are free; free some space and run the command again."
        )
