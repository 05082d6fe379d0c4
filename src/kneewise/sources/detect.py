"""What bytes are, by their content; names and extensions are never asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

from kneewise.errors import NotAnActivityError, UnreadableFileError

#: Bytes from the beginning of a file that are enough to know what it is.
HEAD_BYTES = 4096

Content = Literal[
    "fit", "tcx", "gpx", "gzip", "bz2", "xz", "zip", "tar", "empty", "photo", "video", "resource fork", "kml", "html",
    "json", "csv", "pdf", "xml", "7z", "rar", "sqlite", "unknown",
]  # fmt: skip

#: Formats that hold a recording, and those that hold other files.
RECORDINGS: Final = frozenset({"fit", "tcx", "gpx"})
COMPRESSED: Final = frozenset({"gzip", "bz2", "xz"})
ARCHIVES: Final = frozenset({"zip", "tar"})

_MAGIC: tuple[tuple[int, bytes, Content], ...] = (
    (8, b".FIT", "fit"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"BZh", "bz2"),
    (0, b"\xfd7zXZ\x00", "xz"),
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
    (0, b"PK\x07\x08PK\x03\x04", "zip"),
    (257, b"ustar", "tar"),
    (0, b"\xff\xd8\xff", "photo"),
    (0, b"\x89PNG", "photo"),
    (0, b"GIF8", "photo"),
    (8, b"WEBP", "photo"),
    (4, b"ftypheic", "photo"),
    (4, b"ftypmif1", "photo"),
    (4, b"ftyp", "video"),
    (0, b"\x1aE\xdf\xa3", "video"),
    (0, b"\x00\x05\x16\x07", "resource fork"),
    (0, b"\x00\x05\x16\x00", "resource fork"),
    (0, b"%PDF", "pdf"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"Rar!", "rar"),
    (0, b"SQLite format 3", "sqlite"),
)
_XML_ROOTS: tuple[tuple[re.Pattern[bytes], Content], ...] = (
    (re.compile(rb"<(?:[\w.-]+:)?TrainingCenterDatabase\b", re.IGNORECASE), "tcx"),
    (re.compile(rb"<(?:[\w.-]+:)?gpx\b", re.IGNORECASE), "gpx"),
    (re.compile(rb"<(?:[\w.-]+:)?kml\b", re.IGNORECASE), "kml"),
    (re.compile(rb"<!doctype html|<html\b|<head\b|<body\b", re.IGNORECASE), "html"),
    (re.compile(rb"<\?xml", re.IGNORECASE), "xml"),
)
_DESCRIPTION: Mapping[str, tuple[str, str]] = {
    "photo": ("is a photo, not a recording", "nothing to import"),
    "video": ("is a video, not a recording", "nothing to import"),
    "resource fork": ("is a side file of macOS, not a recording", "nothing to import"),
    "kml": ("is a KML map, which holds no heart rate, cadence or pauses", "export the run as FIT, TCX or GPX"),
    "html": ("is a web page, not a recording (the download may have asked for a login)", "download the file again"),
    "json": ("is a JSON document, not a recording", "nothing to import"),
    "csv": ("is a table, not a recording", "add runs from a table with 'kneewise activities add FILE.csv'"),
    "pdf": ("is a PDF document, not a recording", "nothing to import"),
    "xml": ("is an XML document, but neither TCX nor GPX", "export the run as FIT, TCX or GPX"),
    "7z": ("is a 7z archive, which cannot be opened here", "unpack it and import the folder"),
    "rar": ("is a RAR archive, which cannot be opened here", "unpack it and import the folder"),
    "sqlite": ("is a database, not a recording", "nothing to import"),
}


def content_of(head: bytes) -> Content:
    """Return what a file is from its first bytes (``HEAD_BYTES`` of them, or all there are)."""
    if not head:
        return "empty"
    for offset, magic, content in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return content
    return _text_content(head)


def _text_content(head: bytes) -> Content:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "replace").encode("utf-8", "replace")
    for root, content in _XML_ROOTS:
        if root.search(head):
            return content
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    if not text:
        return "empty"
    if re.match(rb"[\[{]\s*[\"\[{\]}\d-]", text):
        return "json"
    first_line = text.split(b"\n", 1)[0]
    if b"\x00" not in text and max(first_line.count(mark) for mark in (b",", b";", b"\t")) > 1:
        return "csv"
    return "unknown"


def not_a_recording(content: Content, name: str) -> UnreadableFileError:
    """Return the error for a file that holds no recording: what it is and what to do next."""
    if content == "empty":
        return UnreadableFileError(f"{name} is empty or holds nothing but zeros; copy it from the watch again.")
    if content in _DESCRIPTION:
        what, advice = _DESCRIPTION[content]
        return NotAnActivityError(f"{name} {what}; {advice}.", kind=content)
    return UnreadableFileError(f"{name} is none of FIT, TCX and GPX; export the run in one of these formats.")
