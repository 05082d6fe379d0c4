"""A backup put back: verified to the last byte before anything is changed."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO, Final

from kneewise import clock
from kneewise.domain import Runner
from kneewise.errors import InvalidInputError, StorageError
from kneewise.services.gait.folder import GAIT_NAME, is_gait_file, sweep_pictures
from kneewise.services.own_data.backup import CHUNK, FORMAT, FORMAT_VERSION, MANIFEST_NAME
from kneewise.services.own_data.beside import require_space
from kneewise.services.own_data.folder import DATABASE_NAME, ORIGINALS_NAME, PARTS
from kneewise.services.place import Place, record_of
from kneewise.services.progress import Steps, no_steps
from kneewise.storage import (
    CopiedDatabase,
    Record,
    describe_copy,
    needed_originals,
    read_runner,
    read_runner_ids,
    replace_database,
    row_counts,
    upgrade_copy,
)
from kneewise.storage.jobs import end_all_jobs
from kneewise.storage.tables import HEAD
from kneewise.storage.trouble import storage_trouble

_ORIGINAL: Final = re.compile(rf"{ORIGINALS_NAME}/([0-9a-f]{{2}})/([0-9a-f]{{62}})")
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    KeyError,
    TypeError,
    NotImplementedError,
    RuntimeError,
)
#: What is told of a job that was under way when the backup was taken: its files are not in it.
_PUT_BACK: Final = "The record was put back from a backup meanwhile; begin it again."
#: Larger than any list of files that a runner can have.
_LARGEST_MANIFEST: Final = 1 << 28
_PER_BATCH: Final = 64


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that was put back.

    Attributes
    ----------
    made_at : str
        When it was taken, ISO 8601.
    counts : mapping of str to int
        Rows of each table that the record holds now.
    upgraded : bool
        Whether an older Kneewise had written it.
    """

    path: Path
    made_at: str
    runners: tuple[str, ...]
    counts: Mapping[str, int]
    originals: int
    upgraded: bool

    def to_json(self) -> dict[str, Any]:
        """Return the document of ``kneewise restore``."""
        return {
            "path": str(self.path),
            "made_at": self.made_at,
            "runners": list(self.runners),
            "counts": dict(self.counts),
            "originals": self.originals,
            "upgraded": self.upgraded,
        }


@dataclass(frozen=True, slots=True)
class CheckedBackup:
    """A backup that was read to its last byte and is whole.

    Attributes
    ----------
    made_at : str
        When it was taken, ISO 8601.
    counts : mapping of str to int
        Rows of each table in it.
    originals : int
        Files as they came.
    """

    made_at: str
    counts: Mapping[str, int]
    originals: int


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    size: int
    sha256: str


def restore(
    place: Place, file: str | PathLike[str], *, overwrite: bool = False, progress: Steps | None = None
) -> Restored:
    """Put a backup back.

    Every member is read and compared with its SHA-256 first. Then the files are stored beside those that are there, and
    the database is exchanged in one transaction: whatever fails, what was stored before is still there.

    Parameters
    ----------
    overwrite : bool
        Put it in the place of a record that holds something.
    progress : Steps or None
        Told after each file; raising in it ends the restoring and changes nothing.

    Raises
    ------
    InvalidInputError
        When the file is no backup, is damaged, or the record holds something and ``overwrite`` is not asked for.
    StorageError
        When a newer Kneewise wrote it, the disk is full, or another program is writing.
    """
    told, source = progress or no_steps, Path(file).absolute()
    with record_of(place) as record, record.only_import():
        if not overwrite:
            _must_be_empty(record)
        with _opened(source) as archive:
            document = _manifest(archive, source)
            members = _members(archive, document, source)
            require_space(record.data, 2 * sum(member.size for member in members), "restoring")
            with (
                storage_trouble("restoring", record.data),
                tempfile.TemporaryDirectory(prefix=".restoring-", dir=record.data.parent) as folder,
            ):
                copy = Path(folder) / DATABASE_NAME
                _verify(archive, members, copy, source, told)
                held = _prepared(copy)
                _put_originals(archive, record, members)
                _put_pictures(archive, record, members)
                replace_database(record, copy, lambda _, __: None)
                with record.writing("restoring") as connection:
                    end_all_jobs(connection, "interrupted", _PUT_BACK, now=clock.now())
        _tidy(record, members, source)
        with record.reading() as connection:
            counts = row_counts(connection)
    files = sum(_is_original(member) for member in members)
    return Restored(source, document["made_at"], held.runners, counts, files, held.revision != HEAD)


def check_backup(file: str | PathLike[str]) -> CheckedBackup:
    """Read a backup to its last byte and tell what is in it; nothing is put back.

    Raises
    ------
    InvalidInputError
        When the file is no backup or is damaged.
    StorageError
        When a newer Kneewise wrote it.
    """
    source = Path(file).absolute()
    with _opened(source) as archive:
        document = _manifest(archive, source)
        members = _members(archive, document, source)
        with tempfile.TemporaryDirectory(prefix=".checking-", dir=source.parent) as folder:
            copy = Path(folder) / DATABASE_NAME
            _verify(archive, members, copy, source, no_steps)
            held = describe_copy(copy)
    return CheckedBackup(document["made_at"], held.counts, sum(_is_original(member) for member in members))


def holds_something(place: Place) -> bool:
    """Whether putting a backup back takes the place of something."""
    with record_of(place) as record:
        try:
            _must_be_empty(record)
        except InvalidInputError:
            return True
    return False


def _is_original(member: _Member) -> bool:
    return _ORIGINAL.fullmatch(member.name) is not None


def _must_be_empty(record: Record) -> None:
    with record.reading() as connection:
        counts = row_counts(connection)
        profiles = [read_runner(connection, name) for name in read_runner_ids(connection)]
    told = any(profile is not None and profile != Runner(id=profile.id) for profile in profiles)
    if told or any(count for name, count in counts.items() if name != "runner") or any(True for _ in record.originals):
        raise InvalidInputError(
            f"The record in {record.where} holds {counts['activity']} activities and {counts['event']} answers, and "
            "was left as it is; back it up first, then ask for it to be overwritten with --overwrite."
        )


def _opened(source: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(source)
    except FileNotFoundError as error:
        raise InvalidInputError(f"There is no file {source}; name the file that 'kneewise backup' wrote.") from error
    except (zipfile.BadZipFile, IsADirectoryError) as error:
        raise InvalidInputError(
            f"{source} is no backup of Kneewise, or is cut short; name the file that 'kneewise backup' wrote."
        ) from error
    except OSError as error:
        raise InvalidInputError(f"{source} cannot be read ({error.strerror}); check its permissions.") from error


def _manifest(archive: zipfile.ZipFile, source: Path) -> dict[str, Any]:
    try:
        if archive.getinfo(MANIFEST_NAME).file_size > _LARGEST_MANIFEST:
            raise _damaged(source)
        document = json.loads(archive.read(MANIFEST_NAME))
        if document["format"] != FORMAT:
            raise KeyError(FORMAT)
        newer, _ = document["version"] > FORMAT_VERSION, str(document["made_at"])
    except _DAMAGE as error:
        raise InvalidInputError(
            f"{source} is no backup of Kneewise; name the file that 'kneewise backup' wrote."
        ) from error
    if newer:
        raise StorageError(f"{source} was written by a newer Kneewise; upgrade Kneewise to restore it.")
    checked: dict[str, Any] = document
    return checked


def _members(archive: zipfile.ZipFile, document: Mapping[str, Any], source: Path) -> list[_Member]:
    """Return the members in their order; a name that a backup does not give is refused, and so is a size that lies."""
    try:
        listed = [
            _Member(str(each["name"]), int(each["size_bytes"]), str(each["sha256"])) for each in document["files"]
        ]
        sizes = {info.filename: info.file_size for info in archive.infolist()}
    except _DAMAGE as error:
        raise _damaged(source) from error
    names = [member.name for member in listed]
    whole = len(names) == len(set(names)) == len(archive.infolist()) - 1 and DATABASE_NAME in names
    if not whole or any(not _is_ours(member.name) or sizes.get(member.name) != member.size for member in listed):
        raise _damaged(source)
    return listed


def _is_ours(name: str) -> bool:
    """Whether a backup gives such a name: no path of anybody's choice ever reaches the disk."""
    if _ORIGINAL.fullmatch(name) is not None or is_gait_file(name):
        return True
    return name in PARTS and PARTS[name].kept and name not in (ORIGINALS_NAME, GAIT_NAME)


def _verify(archive: zipfile.ZipFile, members: Sequence[_Member], copy: Path, source: Path, told: Steps) -> None:
    """Read every member once, compare it with its hash, and unpack the database alone."""
    for number, member in enumerate(members, start=1):
        digest = sha256()
        try:
            with archive.open(member.name) as file, _sink(copy if member.name == DATABASE_NAME else None) as target:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
                    target.write(chunk)
        except _DAMAGE as error:
            raise _damaged(source, member.name) from error
        if digest.hexdigest() != member.sha256:
            raise _damaged(source, member.name)
        told(number, len(members), member.name)


def _sink(path: Path | None) -> BinaryIO:
    """Return where a member's bytes go: into a file, or nowhere where only its hash is wanted."""
    return Path(path or os.devnull).open("wb")


def _prepared(copy: Path) -> CopiedDatabase:
    """Check the unpacked database and bring it to the newest revision; tell what it was before."""
    held = describe_copy(copy)
    if held.revision != HEAD:
        upgrade_copy(copy)
    return held


def _put_originals(archive: zipfile.ZipFile, record: Record, members: Sequence[_Member]) -> None:
    batch: dict[str, bytes] = {}
    for member in members:
        found = _ORIGINAL.fullmatch(member.name)
        if found is not None:
            batch[found[1] + found[2]] = archive.read(member.name)
        if len(batch) >= _PER_BATCH:
            record.originals.put(batch)
            batch = {}
    record.originals.put(batch)


def _put_pictures(archive: zipfile.ZipFile, record: Record, members: Sequence[_Member]) -> None:
    """Put pictures of clips beside those that are there; a clip's folder is named by what is in it."""
    for member in members:
        if is_gait_file(member.name):
            target = record.data / member.name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with archive.open(member.name) as file, target.open("wb") as copy:
                shutil.copyfileobj(file, copy, CHUNK)


def _tidy(record: Record, members: Sequence[_Member], source: Path) -> None:
    """Remove what belonged to the record that was overwritten alone."""
    named = {found[1] + found[2] for member in members if (found := _ORIGINAL.fullmatch(member.name))}
    record.originals.remove(set(record.originals) - named - needed_originals(record))
    with record.reading() as connection:
        runners = read_runner_ids(connection)
    sweep_pictures(record, runners)
    with zipfile.ZipFile(source) as archive, storage_trouble("restoring", record.data):
        plain = {member.name for member in members if "/" not in member.name and member.name != DATABASE_NAME}
        for name, part in PARTS.items():
            if part.kept and name not in (DATABASE_NAME, ORIGINALS_NAME, GAIT_NAME):
                (record.data / name).unlink(missing_ok=True)
            if name in plain:
                (record.data / name).write_bytes(archive.read(name))


def _damaged(source: Path, where: str = "") -> InvalidInputError:
    part = f" at {where}" if where else ""
    return InvalidInputError(f"The backup {source} is damaged{part}, and nothing was changed; use another backup.")
