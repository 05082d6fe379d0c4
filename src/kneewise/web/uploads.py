"""Files that come in: streamed to the disk under a name of our own, never into memory, never by the sender's name."""

from __future__ import annotations

import os
import tempfile
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from starlette.requests import Request

_NAME_LENGTH = 120
_FOLDERS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Upload:
    """One file that came in.

    Attributes
    ----------
    path : Path
        Where it lies, for as long as the route holds it.
    label : str
        The sender's name of it, for showing only.
    size : int
        Bytes.
    """

    path: Path
    label: str
    size: int


@asynccontextmanager
async def received(request: Request, folder: Path, name: str) -> AsyncIterator[Upload]:
    """Give a request's whole body as a file; it is deleted afterwards.

    The gate has limited the body already (`Area.uploads` and ``upload_limit_bytes``).

    Parameters
    ----------
    folder : Path
        On the disk of the record, where there is room; made where it is missing.
    name : str
        What the sender calls the file. Only its ending reaches the disk, because some readers look at it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, path = tempfile.mkstemp(prefix="upload-", suffix=ending(name), dir=folder)
    size = 0
    try:
        with os.fdopen(handle, "wb") as file:
            async for chunk in request.stream():
                size += len(chunk)
                file.write(chunk)
        yield Upload(Path(path), label(name), size)
    finally:
        Path(path).unlink(missing_ok=True)


def announced(request: Request) -> int:
    """Return how many bytes a request says that it brings; 0 where it does not say."""
    length = request.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0


def ending(name: str) -> str:
    """Return the endings of a name, such as ``.fit.gz``, of plain letters and digits only."""
    endings = [one for one in PurePosixPath(label(name)).suffixes[-2:] if one[1:].isascii() and one[1:].isalnum()]
    return "".join(endings).lower()[:16]


def way(name: str) -> str:
    """Return a name with its folders for showing: ``"2024/march/run.fit"``; never a path of this machine."""
    parts = [label(part) for part in name.replace("\\", "/").split("/")]
    return "/".join([part for part in parts if part.strip(". ")][-_FOLDERS_SHOWN:])


def label(name: str) -> str:
    """Return a name for showing: its last part, without signs that cannot be seen."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")[:_NAME_LENGTH]
