"""Clips in the data folder: pictures of the measured in ``gait/<clip>/``, clips on their way in ``measuring``."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kneewise.storage import read_events
from kneewise.storage.trouble import storage_trouble

if TYPE_CHECKING:
    from kneewise.storage import Record

#: Names of the folders in the data folder: of what is kept, and of clips for as long as they are measured.
GAIT_NAME: Final = "gait"
MEASURING_NAME: Final = "measuring"
_CLIP: Final = re.compile(r"[0-9a-f]{16}")
#: What may lie in a clip's folder: pictures with the face blurred, a slow clip, and the clip itself where it is kept.
PICTURE: Final = re.compile(r"(left|right)-[123]-(contact|middle|toe-off)\.png|slow\.mp4|clip(\.[a-z0-9]{1,8})?")


def is_gait_file(name: str) -> bool:
    """Whether a path below the data folder, with slashes, is one that Kneewise writes for a clip."""
    parts = name.split("/")
    return (
        len(parts) == 3
        and parts[0] == GAIT_NAME
        and _CLIP.fullmatch(parts[1]) is not None
        and PICTURE.fullmatch(parts[2]) is not None
    )


def clip_folder(data: Path, clip_id: str) -> Path:
    """Return where the pictures of a clip lie; it may not be there."""
    return data / GAIT_NAME / clip_id


def pictures_of(data: Path, clip_id: str) -> Sequence[str]:
    """Return the names of a clip's files, sorted."""
    folder = clip_folder(data, clip_id)
    if not (_CLIP.fullmatch(clip_id) and folder.is_dir()):
        return ()
    return sorted(path.name for path in folder.iterdir() if PICTURE.fullmatch(path.name))


def picture_file(data: Path, clip_id: str, name: str) -> Path | None:
    """Return a file of a clip by its name, or ``None``; no name leads out of the clip's folder."""
    return clip_folder(data, clip_id) / name if name in pictures_of(data, clip_id) else None


def put_pictures(data: Path, clip_id: str, made: Path) -> None:
    """Move a folder of pictures to its clip in one step.

    Raises
    ------
    StorageError
        When it cannot be moved.
    """
    target = clip_folder(data, clip_id)
    with storage_trouble("keeping the pictures", data):
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for other in made.iterdir():
            if not PICTURE.fullmatch(other.name):
                other.unlink()
        made.replace(target)


def remove_pictures(data: Path, clip_id: str) -> None:
    """Remove the pictures of a clip, and the clip itself where it was kept."""
    if _CLIP.fullmatch(clip_id):
        with storage_trouble("deleting the pictures", data):
            folder = clip_folder(data, clip_id)
            if folder.exists():
                shutil.rmtree(folder)


def sweep_pictures(record: Record, runner_ids: Sequence[str]) -> None:
    """Remove pictures of clips that none of the runners has, or has deleted."""
    folder = record.data / GAIT_NAME
    if not folder.is_dir():
        return
    named: set[str] = set()
    with record.reading() as connection:
        for runner_id in runner_ids:
            events = read_events(connection, runner_id, "gait_clip", "gait_clip_withdrawn")
            named |= {event.id for event in events} - {event.data.get("withdrawn") for event in events}
    for inner in folder.iterdir():
        if _CLIP.fullmatch(inner.name) and inner.name not in named:
            shutil.rmtree(inner, ignore_errors=True)
