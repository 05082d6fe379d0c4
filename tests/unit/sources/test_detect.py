from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from kneewise.errors import NotAnActivityError, UnreadableFileError
from kneewise.sources import read_recordings
from kneewise.sources.detect import content_of

GPX = b'<gpx><trk><trkseg><trkpt lat="1" lon="2"><time>2026-03-01T08:00:00Z</time></trkpt></trkseg></trk></gpx>'


@pytest.mark.parametrize(
    ("head", "content"),
    [
        (b"", "empty"), (bytes(40), "empty"), (b"\x0e\x20\x00\x00\x00\x00\x00\x00.FIT", "fit"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (bytes(257) + b"ustar", "tar"), (b"BZh9", "bz2"),
        (b"\xff\xd8\xff\xe0", "photo"), (b"\x89PNG\r\n", "photo"), (b"\x00\x00\x00\x18ftypmp42", "video"),
        (b"\x00\x05\x16\x07", "resource fork"), (b"\xef\xbb\xbf <?xml version='1.0'?><gpx>", "gpx"),
        (b"<ns:TrainingCenterDatabase>", "tcx"), (b"<?xml version='1.0'?><kml>", "kml"),
        (b"<!DOCTYPE html><html>", "html"),
        (b'{"a": 1}', "json"), (b"[]", "json"), (b"a,b,c\n1,2,3", "csv"), (b"hello", "unknown"),
        (b"<?xml?><x/>", "xml"),
    ],
)  # fmt: skip
def test_content_is_known_by_bytes(head: bytes, content: str) -> None:
    assert content_of(head) == content


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xd8\xff\xe0 JFIF", "run.fit is a photo, not a recording"),
        (b"<html><body>Log in", "run.fit is a web page"),
        (b"<kml></kml>", "run.fit is a KML map"),
        (b"\x00\x05\x16\x07", "run.fit is a side file of macOS"),
        (b"", "run.fit is empty"),
        (b"some words", "run.fit is none of FIT, TCX and GPX"),
    ],
)
def test_each_wrong_file_gets_one_clear_sentence(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableFileError, match=words) as caught:
        read_recordings(data, "run.fit")
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_a_photo_is_skipped_an_empty_file_fails() -> None:
    with pytest.raises(NotAnActivityError):
        read_recordings(b"\xff\xd8\xff\xe0", "run.fit")
    with pytest.raises(UnreadableFileError) as caught:
        read_recordings(b"", "run.fit")
    assert not isinstance(caught.value, NotAnActivityError)


def test_xml_named_fit_and_gzip_within_gzip() -> None:
    assert read_recordings(GPX, "run.fit")[0].format == "gpx"
    assert read_recordings(gzip.compress(gzip.compress(GPX)), "run.fit")[0].format == "gpx"
    assert read_recordings(memoryview(GPX), "run.fit")[0].format == "gpx"


def test_damaged_real_files(shared_data: Path) -> None:
    folder = shared_data / "activities" / "damaged"
    read = {path.name[:2]: path for path in sorted(folder.iterdir())}
    (unzipped,) = read_recordings(read["21"].read_bytes(), "gzip.fit")
    assert len(unzipped.time_s) == 120
    with pytest.raises(NotAnActivityError):
        read_recordings(read["18"].read_bytes(), "fork.fit")
