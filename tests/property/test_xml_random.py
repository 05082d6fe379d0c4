"""Whatever the bytes: a recording or our own error, in bounded time, and no invented numbers."""

from __future__ import annotations

import contextlib
import gzip
import io
import zipfile

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kneewise.domain import Issue, Recording
from kneewise.errors import KneewiseError, UnreadableFileError
from kneewise.sources import read_recordings
from kneewise.sources.archives import ArchiveLimits, payloads_of_bytes
from kneewise.sources.gpx import read_gpx
from kneewise.sources.run_table import read_run_table
from kneewise.sources.strava_export import read_strava_index
from kneewise.sources.tcx import read_tcx

POINTS = 12
TCX = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<TrainingCenterDatabase xmlns="x"><Activities><Activity Sport="Running">'
    '<Id>2026-03-01T08:00:00Z</Id><Lap StartTime="2026-03-01T08:00:00Z"><TotalTimeSeconds>9</TotalTimeSeconds><Track>\n'
    + "".join(
        f"<Trackpoint>\n<Time>2026-03-01T08:00:{n:02d}Z</Time>\n<HeartRateBpm><Value>{100 + n}</Value></HeartRateBpm>\n"
        f"<Extensions><ns3:TPX><ns3:RunCadence>85</ns3:RunCadence></ns3:TPX></Extensions></Trackpoint>"
        for n in range(POINTS)
    )
    + "</Track></Lap></Activity></Activities></TrainingCenterDatabase>"
).encode()
GPX = (
    '<?xml version="1.0"?><gpx creator="x"><trk><name>a</name><trkseg>\n'
    + "".join(
        f'<trkpt lat="50.{n}" lon="8"><ele>1</ele><time>2026-03-01T08:00:{n:02d}Z</time><extensions><a:hr>99</a:hr>'
        "</extensions></trkpt>\n"
        for n in range(POINTS)
    )
    + "</trkseg></trk></gpx>"
).encode()
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

pieces = st.one_of(
    st.binary(max_size=80),
    st.sampled_from([
        b"<Trackpoint>", b"</Trackpoint>", b"<Lap>", b"</Lap>", b"<Track>", b"</Track>", b"<Activity>", b"</Activity>",
        b"<trkpt lat='1' lon='2'>", b"</trkpt>", b"<trkseg>", b"</trkseg>", b"<trk>", b"</trk>", b"</gpx>", b"<gpx>",
        b"&amp;", b"&x;", b"<!--", b"-->", b"<![CDATA[",
        b"]]>", b"<?x ?>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"\x00", b"\xff",
        b"<", b">",
        b"<Time>", b"</Time>", b"<time/>", b"&#0;", b"]]", b"<a b='/>'>",
    ]),
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.sampled_from([0, 0, 1, 8, 64, 400]))
        data[at : at + length] = draw(pieces)
    return bytes(data)


def check(recordings: list[Recording], most: int) -> None:
    assert recordings
    assert sum(len(recording.time_s) for recording in recordings) <= most
    for recording in recordings:
        for channel in recording.channels.values():
            assert channel.values.shape == recording.time_s.shape
            assert not np.isinf(channel.values).any()
        assert recording.recovery.bytes_skipped >= 0


@QUICK
@given(damaged(TCX))
def test_damaged_tcx(data: bytes) -> None:
    with contextlib.suppress(UnreadableFileError):
        check(read_tcx(data, "x.tcx"), POINTS + data.count(b"rackpoint>"))


@QUICK
@given(damaged(GPX))
def test_damaged_gpx(data: bytes) -> None:
    with contextlib.suppress(UnreadableFileError):
        check(read_gpx(data, "x.gpx"), POINTS + data.count(b"trkpt"))


@QUICK
@given(st.integers(0, len(TCX)))
def test_cut_tcx_keeps_each_complete_point(at: int) -> None:
    data = TCX[:at]
    try:
        kept = sum(len(recording.time_s) for recording in read_tcx(data, "x.tcx"))
    except UnreadableFileError:
        kept = 0
    assert kept == data.count(b"</Trackpoint>")


@QUICK
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"<gpx>", b"\x1f\x8b\x08", b"PK\x03\x04", b"<?xml", b"BZh9", b"\xfd7zXZ\x00"]),
)
def test_any_bytes(data: bytes, prefix: bytes) -> None:
    for read in (read_tcx, read_gpx, read_recordings):
        try:
            read(prefix + data, "x")
        except UnreadableFileError:
            continue
    read_strava_index(data)
    with contextlib.suppress(UnreadableFileError):
        read_run_table(b"date,km,duration\n" + data, "x")


def _packed() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.gpx.gz", gzip.compress(GPX, mtime=0))
        archive.writestr("b.tcx", TCX)
    return buffer.getvalue()


PACKED = _packed()


@QUICK
@given(damaged(PACKED))
def test_damaged_archives_never_end_a_walk(data: bytes) -> None:
    issues: list[Issue] = []
    for payload in payloads_of_bytes(data, "x.zip", limits=ArchiveLimits(free_bytes=1 << 16), on_issue=issues.append):
        with contextlib.suppress(KneewiseError):
            payload.read()
