"""What lies in a data folder beside the database, and which of it a backup keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kneewise.services.gait.folder import GAIT_NAME, MEASURING_NAME

DATABASE_NAME: Final = "kneewise.sqlite"
ORIGINALS_NAME: Final = "originals"
UPLOADS_NAME: Final = "uploads"


@dataclass(frozen=True, slots=True)
class FolderPart:
    """One entry of the folder.

    Attributes
    ----------
    text : str
        What it is, in words.
    kept : bool
        Whether a backup holds it; what is not kept can be made again.
    """

    text: str
    kept: bool = False


#: Everything that Kneewise writes into a data folder; what is not named here is not ours and stays untouched.
PARTS: Final[Mapping[str, FolderPart]] = {
    DATABASE_NAME: FolderPart("is the database", kept=True),
    f"{DATABASE_NAME}-wal": FolderPart("the database's log"),
    f"{DATABASE_NAME}-shm": FolderPart("the database's log"),
    f"{DATABASE_NAME}-journal": FolderPart("the database's log"),
    ORIGINALS_NAME: FolderPart("your files as they came", kept=True),
    "import.lock": FolderPart("keeps two imports apart"),
    UPLOADS_NAME: FolderPart("holds files on their way in and out"),
    f"{UPLOADS_NAME}.lock": FolderPart("says which servers there are"),
    f"{UPLOADS_NAME}.door.lock": FolderPart("lets servers in one by one"),
    GAIT_NAME: FolderPart("holds pictures of your clips, faces blurred, and clips that you keep", kept=True),
    MEASURING_NAME: FolderPart("holds a clip until it is measured"),
    f"{MEASURING_NAME}.lock": FolderPart("says which servers there are"),
    f"{MEASURING_NAME}.door.lock": FolderPart("lets servers in one by one"),
    "summaries.lock": FolderPart("keeps two servers of a clinic apart"),
    "web-secret": FolderPart("keeps your browser signed in"),
    "second-step-key": FolderPart("opens the keys of second steps in a clinic; keep a copy apart from the backups"),
    "demo.json": FolderPart("says that this is the demo", kept=True),
}


def foreign_entries(data: Path) -> list[Path]:
    """Return what lies in the folder and is not ours, sorted."""
    return sorted(path for path in data.iterdir() if path.name not in PARTS) if data.is_dir() else []


def files_below(path: Path) -> Iterator[Path]:
    """Yield the regular files of a file or folder, sorted; links are not followed."""
    if path.is_symlink() or not path.exists():
        return
    if path.is_file():
        yield path
        return
    for inner in sorted(path.iterdir()):
        yield from files_below(inner)


def size_of(path: Path) -> int:
    """Return the bytes of a file or of all files in a folder."""
    return sum(file.stat().st_size for file in files_below(path))
