"""Files that come in: streamed to the disk under a name of our own, never into memory, never by the sender's name."""

from __future__ import annotations

import os
import tempfile
import time
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import Request

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_NAME_LENGTH = 120
_FOLDERS_SHOWN = 6
_FIELD_BYTES = 10_000
_BAD_REQUEST = 400
_PREFIX = "upload-"
#: A file to which nothing was added for so long was left behind by a process that was killed.
_LEFT_S = 3600.0


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
    handle, path = _made(folder, name)
    size = 0
    try:
        with os.fdopen(handle, "wb") as file:
            async for chunk in request.stream():
                size += len(chunk)
                file.write(chunk)
        yield Upload(path, label(name), size)
    finally:
        path.unlink(missing_ok=True)


@asynccontextmanager
async def received_form(request: Request, folder: Path) -> AsyncIterator[tuple[dict[str, str], Upload | None]]:
    """Give the fields of a form with a file, and its file; it is deleted afterwards.

    For browsers without JavaScript: the file streams to the disk of the record as it does with `received`.

    Parameters
    ----------
    folder : Path
        On the disk of the record; made where it is missing.

    Raises
    ------
    HTTPException
        When the body is no form with a file.
    """
    sink = _FormSink(folder)
    try:
        boundary = parse_options_header(request.headers.get("content-type"))[1].get(b"boundary", b"")
        parser = MultipartParser(boundary, sink.callbacks)
        async for chunk in request.stream():
            parser.write(chunk)
        parser.finalize()
        yield sink.fields, sink.upload()
    except FormParserError as error:
        raise HTTPException(_BAD_REQUEST) from error
    finally:
        sink.close()


class _FormSink:
    """Takes the parts of a form as they come; fields into memory, the first file that is chosen to the disk."""

    def __init__(self, folder: Path) -> None:
        self.fields: dict[str, str] = {}
        self._folder = folder
        self._head: dict[bytes, bytes] = {}
        self._key = b""
        self._text = b""
        self._path: Path | None = None
        self._file: BinaryIO | None = None
        self._taken: Upload | None = None

    @property
    def callbacks(self) -> MultipartCallbacks:
        """What the parser calls."""
        return {
            "on_part_begin": self._head.clear,
            "on_header_field": self._on_key,
            "on_header_value": self._on_value,
            "on_headers_finished": self._begin,
            "on_part_data": self._data,
            "on_part_end": self._end,
        }

    def upload(self) -> Upload | None:
        """Return the file; ``None`` where none was chosen."""
        return self._taken

    def close(self) -> None:
        """Delete the file."""
        if self._file is not None:
            self._file.close()
        for path in (self._path, None if self._taken is None else self._taken.path):
            if path is not None:
                path.unlink(missing_ok=True)

    def _on_key(self, data: bytes, start: int, end: int) -> None:
        self._key = data[start:end].lower()

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._head[self._key] = self._head.get(self._key, b"") + data[start:end]

    def _begin(self) -> None:
        _, told = parse_options_header(self._head.get(b"content-disposition", b""))
        self._field = told.get(b"name", b"").decode("utf-8", "replace")
        self._name = told[b"filename"].decode("utf-8", "replace") if b"filename" in told else None
        self._text = b""
        if self._name and self._taken is None:
            handle, self._path = _made(self._folder, self._name)
            self._file = os.fdopen(handle, "wb")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None:
            self._file.write(data[start:end])
        elif self._name is None and len(self._text) < _FIELD_BYTES:
            self._text += data[start:end]

    def _end(self) -> None:
        if self._file is not None and self._path is not None:
            size = self._file.tell()
            self._file.close()
            self._file = None
            self._taken = Upload(self._path, label(self._name or ""), size)
        elif self._name is None:
            self.fields[self._field] = self._text.decode("utf-8", "replace")


def _made(folder: Path, name: str) -> tuple[int, Path]:
    """Return a new file, open, for what comes in under a name; those that a lost process left are removed before."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    oldest = time.time() - _LEFT_S
    for left in folder.glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError):  # another request was done with it meanwhile
            if left.stat().st_mtime < oldest:
                left.unlink()
    handle, path = tempfile.mkstemp(prefix=_PREFIX, suffix=ending(name), dir=folder)
    return handle, Path(path)


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
