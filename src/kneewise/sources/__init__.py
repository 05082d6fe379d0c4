"""Bytes to raw records, nothing else: what a file says, before anybody interprets it."""

from __future__ import annotations

from kneewise.domain import Issue, Recording
from kneewise.errors import KneewiseError, NotAnActivityError, UnreadableFileError

__all__ = ["read_recordings"]


def read_recordings(data: bytes | memoryview, name: str) -> list[Recording]:
    """Decode one file, whatever its name.

    Parameters
    ----------
    data : bytes or memoryview
        The whole file: FIT, TCX or GPX, as it is, compressed with gzip, bzip2 or xz, or in a zip or tar archive.
    name : str
        Name of the file, for messages.

    Returns
    -------
    list of Recording
        At least one; a chained FIT file, a TCX with several activities or an archive give more.

    Raises
    ------
    NotAnActivityError
        When the file is sound but something else: settings, a planned route, a photo.
    UnreadableFileError
        When nothing can be read from it.
    UnsafeArchiveError
        When it unpacks beyond the limits of :class:`kneewise.sources.archives.ArchiveLimits`.
    """
    from kneewise.sources.detect import ARCHIVES, COMPRESSED, HEAD_BYTES, content_of

    content = content_of(bytes(data[:HEAD_BYTES]))
    if content in COMPRESSED or content in ARCHIVES:
        return _read_packed(bytes(data), name)
    return _read_plain(data, name)


def _read_plain(data: bytes | memoryview, name: str) -> list[Recording]:
    from kneewise.sources.detect import HEAD_BYTES, content_of, not_a_recording

    content = content_of(bytes(data[:HEAD_BYTES]))
    # Each reader is imported when its format turns up: a cold start pays for one.
    if content == "fit":
        from kneewise.sources.fit import read_fit

        return read_fit(data, name)
    if content == "tcx":
        from kneewise.sources.tcx import read_tcx

        return read_tcx(data, name)
    if content == "gpx":
        from kneewise.sources.gpx import read_gpx

        return read_gpx(data, name)
    raise not_a_recording(content, name)


def _read_packed(data: bytes, name: str) -> list[Recording]:
    """Read everything that is a recording inside an archive; the first trouble is raised if nothing is."""
    from kneewise.sources.archives import payloads_of_bytes

    issues: list[Issue] = []
    recordings: list[Recording] = []
    trouble: KneewiseError | None = None
    for payload in payloads_of_bytes(data, name, on_issue=issues.append):
        try:
            recordings += _read_plain(payload.read(), payload.path)
        except KneewiseError as error:
            if trouble is None or isinstance(trouble, NotAnActivityError):
                trouble = error
    if recordings:
        return recordings
    if issues:
        raise UnreadableFileError(issues[0].text)
    raise trouble or UnreadableFileError(f"{name} is an archive without files; export it again.")
