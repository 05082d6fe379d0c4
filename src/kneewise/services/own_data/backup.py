"""A backup: one file that holds everything, taken while the record is in use.

A zip archive: ``kneewise.sqlite`` (a copy made at one instant), ``originals/ab/cdef...`` (files as they came, by
SHA-256) and ``manifest.json``, which names every other member with its size and SHA-256.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from os import PathLike
from pathlib import Path
from typing import Any, Final

from kneewise import clock
from kneewise.domain import Issue
from kneewise.services.gait.folder import GAIT_NAME, is_gait_file
from kneewise.services.own_data.beside import new_file, require_space
from kneewise.services.own_data.folder import DATABASE_NAME, ORIGINALS_NAME, PARTS, files_below, size_of
from kneewise.services.place import Place, record_of
from kneewise.services.progress import Steps, no_steps
from kneewise.storage import CopiedDatabase, Record, copy_database, database_bytes, describe_copy

FORMAT: Final = "kneewise-backup"
FORMAT_VERSION: Final = 1
MANIFEST_NAME: Final = "manifest.json"
#: Bytes that are read and written at a time.
CHUNK: Final = 1 << 20
#: Quick rather than small: watch files hardly shrink further.
_LEVEL: Final = 1
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written.

    Attributes
    ----------
    counts : mapping of str to int
        Rows of each table.
    files : int
        Originals in it.
    issues : tuple of Issue
        Originals whose bytes are not what they were.
    """

    path: Path
    size_bytes: int
    runners: tuple[str, ...]
    counts: Mapping[str, int]
    files: int
    issues: tuple[Issue, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the document of ``kneewise backup``."""
        return {
            "path": str(self.path),
            "size_bytes": self.size_bytes,
            "runners": list(self.runners),
            "counts": dict(self.counts),
            "originals": self.files,
            "issues": [issue.to_json() for issue in self.issues],
        }


def back_up(place: Place, file: str | PathLike[str], *, replace: bool = False, progress: Steps | None = None) -> Backup:
    """Write everything that the record holds, of all its runners, into one file.

    The record may be in use: the database is copied as it is at one instant, and the file stands under its name only
    when it is whole and on the disk.

    Parameters
    ----------
    file : path-like
        The zip archive to write.
    replace : bool
        Put it in the place of a file of that name.
    progress : Steps or None
        Told after each file; raising in it ends the backup and leaves nothing.

    Raises
    ------
    InvalidInputError
        When the file is there already and may not be replaced.
    StorageError
        When the disk is full or cannot be written.
    """
    told = progress or no_steps
    target = Path(file).absolute()
    with record_of(place) as record, new_file(target, "writing the backup", replace=replace) as partial:
        require_space(partial.parent, 2 * _size(record), "the backup")
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=partial.parent) as folder:
            copy = Path(folder) / DATABASE_NAME
            copy_database(record, copy, lambda _, __: told(0, 1, "the database"))
            written = _write(record, copy, partial, told)
    return Backup(target, target.stat().st_size, *written)


def _size(record: Record) -> int:
    with record.reading() as connection:
        elsewhere = database_bytes(connection)
    return size_of(record.data / DATABASE_NAME) if elsewhere is None else elsewhere


def _write(
    record: Record, copy: Path, partial: Path, told: Steps
) -> tuple[tuple[str, ...], Mapping[str, int], int, tuple[Issue, ...]]:
    # The originals are listed after the database was copied: a file is stored before any row names it.
    held, members = describe_copy(copy), [(DATABASE_NAME, copy)]
    for name, part in PARTS.items():
        if part.kept and name != DATABASE_NAME:
            found = [(path.relative_to(record.data).as_posix(), path) for path in _kept(record.data / name)]
            members += [one for one in found if name != GAIT_NAME or is_gait_file(one[0])]
    listed: list[dict[str, Any]] = []
    issues: list[Issue] = []
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for number, (name, path) in enumerate(members, start=1):
            size, digest = _add(archive, name, path)
            listed.append({"name": name, "size_bytes": size, "sha256": digest})
            if name.startswith(f"{ORIGINALS_NAME}/") and digest != path.parent.name + path.name:
                text = "Its bytes are not those that were imported. It is kept as it is; import the file again."
                issues.append(Issue("original-changed", name, text))
            told(number, len(members), name)
        manifest = _manifest(listed, held)
        archive.writestr(_info(MANIFEST_NAME), json.dumps(manifest, indent=1))
    originals = sum(each["name"].startswith(f"{ORIGINALS_NAME}/") for each in listed)
    return held.runners, held.counts, originals, tuple(issues)


def _kept(path: Path) -> list[Path]:
    """Return the files of a part; what an import has only half written begins with a dot."""
    return [file for file in files_below(path) if not file.name.startswith(".")]


def _manifest(files: list[dict[str, Any]], held: CopiedDatabase) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "made_at": clock.now().isoformat(),
        "kneewise": version("kneewise"),
        "schema": held.revision,
        "runners": list(held.runners),
        "counts": dict(held.counts),
        "files": files,
    }


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> tuple[int, str]:
    """Add a file chunk by chunk; return its size and SHA-256."""
    digest, size = sha256(), 0
    with path.open("rb") as source, archive.open(_info(name), "w", force_zip64=True) as member:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            member.write(chunk)
    return size, digest.hexdigest()


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _LONG_AGO)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info
