from __future__ import annotations

from pathlib import Path

import pytest

from kneewise.errors import NotAnActivityError, UnreadableFileError
from kneewise.sources.gpx import read_gpx
from kneewise.sources.sports import sport_of

START_S = 1772352000.0


def points(*seconds: int, extension: str = "<gpxtpx:hr>140</gpxtpx:hr><gpxtpx:cad>85</gpxtpx:cad>") -> str:
    return "".join(
        f'<trkpt lat="50.1" lon="8.{second:02d}"><ele>100</ele><time>2026-03-01T08:00:{second:02d}Z</time>'
        f"<extensions><gpxtpx:TrackPointExtension>{extension}</gpxtpx:TrackPointExtension></extensions></trkpt>"
        for second in seconds
    )


def document(*segments: str, head: str = "<name>Park</name><type>running</type>") -> bytes:
    body = "".join(f"<trkseg>{segment}</trkseg>" for segment in segments)
    return (
        '<?xml version="1.0"?><gpx version="1.1" creator="Garmin Connect"><metadata><name>File</name><author><name>Me'
        f"</name></author></metadata><trk>{head}{body}</trk></gpx>"
    ).encode()


def test_points_become_channels_under_the_names_of_fit() -> None:
    (recording,) = read_gpx(document(points(0, 1)), "run.gpx")
    assert recording.time_s.tolist() == [START_S, START_S + 1]
    assert {name: channel.values[1] for name, channel in recording.channels.items()} == {
        "position_lat": 50.1, "position_long": 8.01, "altitude": 100, "heart_rate": 140, "cadence": 85,
    }  # fmt: skip
    assert (recording.title, recording.device, recording.sessions[0].sport) == ("Park", "Garmin Connect", "running")
    assert recording.events == ()


@pytest.mark.parametrize(
    ("extension", "field", "number"),
    [
        ("<gpxdata:cadence>86</gpxdata:cadence>", "cadence", 86),
        ("<gpxdata:distance>12,5</gpxdata:distance>", "distance", 12.5),
        ("<power>250</power>", "power", 250),
        ("<pwr:PowerInWatts>251</pwr:PowerInWatts>", "power", 251),
        ("<x:GroundContactTime>231</x:GroundContactTime>", "stance_time", 231),
        ("<x:VerticalOscillation>84</x:VerticalOscillation>", "vertical_oscillation", 84),
    ],
)
def test_extensions_under_any_prefix(extension: str, field: str, number: float) -> None:
    (recording,) = read_gpx(document(points(0, extension=extension)), "run.gpx")
    assert recording.channels[field].values.tolist() == [number]


def test_name_of_the_file_stands_in_for_the_name_of_the_track() -> None:
    (recording,) = read_gpx(document(points(0), head=""), "run.gpx")
    assert recording.title == "File"
    assert recording.sessions[0].sport is None


def test_segments_are_pauses() -> None:
    (recording,) = read_gpx(document(points(0, 1), points(30, 31)), "run.gpx")
    assert [(event.time_s - START_S, event.kind) for event in recording.events] == [
        (0, "start"), (1, "stop"), (30, "start"), (31, "stop"),
    ]  # fmt: skip


def test_tracks_are_recordings() -> None:
    two = document(points(0)).replace(b"</trk>", b"</trk><trk><trkseg>" + points(9, 10).encode() + b"</trkseg></trk>")
    assert [len(recording.time_s) for recording in read_gpx(two, "two.gpx")] == [1, 2]


def test_route_without_times_is_no_activity() -> None:
    with pytest.raises(NotAnActivityError, match="planned route") as caught:
        read_gpx(document('<trkpt lat="1" lon="2"><ele>3</ele></trkpt>'), "plan.gpx")
    assert caught.value.kind == "course"
    with pytest.raises(NotAnActivityError):
        read_gpx(b"<gpx><rte><rtept lat='1' lon='2'/></rte></gpx>", "plan.gpx")


def test_empty_gpx_is_unreadable() -> None:
    with pytest.raises(UnreadableFileError, match="without any track"):
        read_gpx(b"<gpx></gpx>", "empty.gpx")


def test_damage_in_a_point_costs_only_that_point() -> None:
    whole = document(points(*range(10)), points(*range(20, 25)))
    (recording,) = read_gpx(whole.replace(b'lon="8.05"><ele>', b'lon="8.05><ele>'), "run.gpx")
    assert len(recording.time_s) == 14
    assert recording.recovery.records == 14
    assert len(recording.events) == 4


def test_files_in_utf_16() -> None:
    text = document(points(0, 1)).decode().replace("?>", ' encoding="UTF-16"?>')
    (recording,) = read_gpx(text.encode("utf-16"), "run.gpx")
    assert len(recording.time_s) == 2


def test_real_file(shared_data: Path) -> None:
    (recording,) = read_gpx((shared_data / "activities" / "runs" / "run.gpx").read_bytes(), "run.gpx")
    assert len(recording.time_s) == 46
    assert recording.title == "Boulder Running"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9", ("running", None)), ("trail_running", ("running", "trail")), ("Laufen", ("running", None)),
        ("TreadmillRunning", ("running", "treadmill")), ("Course à pied", ("running", None)),
        ("Ride", ("cycling", None)), ("E-Bike Ride", ("cycling", None)), ("Nordic Ski", ("generic", None)),
        ("Wanderung", ("hiking", None)), ("Walk", ("walking", None)), ("", (None, None)), (None, (None, None)),
    ],
)  # fmt: skip
def test_sports_by_the_words_of_apps(text: str | None, expected: tuple[str | None, str | None]) -> None:
    assert sport_of(text) == expected
