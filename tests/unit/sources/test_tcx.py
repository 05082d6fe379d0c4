from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kneewise.domain import TimerEvent
from kneewise.errors import NotAnActivityError, UnreadableFileError
from kneewise.sources import xml
from kneewise.sources.tcx import read_tcx

POINT = (
    "<Trackpoint><Time>2026-03-01T08:00:{second:02d}Z</Time><Position><LatitudeDegrees>50.1</LatitudeDegrees>"
    "<LongitudeDegrees>8.6</LongitudeDegrees></Position><AltitudeMeters>101.5</AltitudeMeters>"
    "<DistanceMeters>{second}</DistanceMeters><HeartRateBpm><Value>{heart}</Value></HeartRateBpm><Extensions>"
    "<ns3:TPX><ns3:Speed>2.9</ns3:Speed><ns3:RunCadence>84</ns3:RunCadence><ns3:Watts>240</ns3:Watts></ns3:TPX>"
    "</Extensions></Trackpoint>"
)
START_S = 1772352000.0


def points(*seconds: int) -> str:
    return "".join(POINT.format(second=second, heart=120 + second) for second in seconds)


def lap(tracks: str) -> str:
    return (
        '<Lap StartTime="2026-03-01T08:00:00Z"><TotalTimeSeconds>30</TotalTimeSeconds>'
        "<DistanceMeters>100</DistanceMeters>"
        f"<AverageHeartRateBpm><Value>199</Value></AverageHeartRateBpm>{tracks}"
        "<Extensions><ns3:LX><ns3:AvgRunCadence>85</ns3:AvgRunCadence></ns3:LX></Extensions></Lap>"
    )


def document(laps: str, sport: str = "Running", prologue: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    return (
        f"{prologue}<TrainingCenterDatabase><Activities><Activity Sport='{sport}'><Id>2026-03-01T08:00:00Z</Id>"
        f"<Notes>Park</Notes>{laps}<Creator><Name>Forerunner 255</Name></Creator></Activity></Activities>"
        "<Author><Name>Connect Api</Name></Author></TrainingCenterDatabase>"
    ).encode()


def test_points_become_channels_under_the_names_of_fit() -> None:
    (recording,) = read_tcx(document(lap(f"<Track>{points(0, 1, 2)}</Track>")), "run.tcx")
    assert recording.format == "tcx"
    assert recording.time_s.tolist() == [START_S, START_S + 1, START_S + 2]
    assert {name: channel.values[2] for name, channel in recording.channels.items()} == {
        "position_lat": 50.1, "position_long": 8.6, "altitude": 101.5, "distance": 2, "heart_rate": 122,
        "speed": 2.9, "cadence": 84, "power": 240,
    }  # fmt: skip
    assert recording.channels["cadence"].unit == "rpm"
    assert (recording.device, recording.title, recording.utc_offset_s) == ("Forerunner 255", "Park", None)
    assert recording.issues == ()
    assert recording.recovery.bytes_skipped == 0


def test_laps_and_session_are_the_devices_own_sums() -> None:
    (recording,) = read_tcx(document(lap(f"<Track>{points(0, 1)}</Track>") * 2), "run.tcx")
    (session,) = recording.sessions
    assert (session.sport, session.start_s, session.timer_s, session.distance_m) == ("running", START_S, 60, 200)
    assert session.mean_cadence == 85
    assert [recorded.timer_s for recorded in recording.laps] == [30, 30]
    assert recording.events == (), "a new lap is no pause"


def test_two_tracks_in_one_lap_are_a_pause() -> None:
    (recording,) = read_tcx(document(lap(f"<Track>{points(0, 1)}</Track><Track>{points(20, 21)}</Track>")), "run.tcx")
    assert recording.events == (
        TimerEvent(START_S, "start"), TimerEvent(START_S + 1, "stop"),
        TimerEvent(START_S + 20, "start"), TimerEvent(START_S + 21, "stop"),
    )  # fmt: skip


def test_missing_values_are_missing_and_lap_means_do_not_leak_into_points() -> None:
    bare = "<Trackpoint><Time>2026-03-01T08:00:00Z</Time></Trackpoint>"
    (recording,) = read_tcx(document(lap(f"<Track>{bare}{points(1)}</Track>")), "run.tcx")
    assert np.isnan(recording.channels["heart_rate"].values).tolist() == [True, False]


def test_empty_leaf_does_not_take_the_text_before_it() -> None:
    text = points(1).replace("<Value>121</Value>", "<Value></Value>")
    (recording,) = read_tcx(document(lap(f"<Track>{text}</Track>")), "run.tcx")
    assert "heart_rate" not in recording.channels


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\n  \t", b"\x00\x00"])
def test_byte_order_marks_and_blanks_before_the_xml_are_no_trouble(before: bytes) -> None:
    (recording,) = read_tcx(before + document(lap(f"<Track>{points(0, 1)}</Track>")), "run.tcx")
    assert len(recording.time_s) == 2
    assert recording.issues == ()


def test_junk_before_the_xml_is_told() -> None:
    (recording,) = read_tcx(b"HTTP/1.1 200\r\n" + document(lap(f"<Track>{points(0)}</Track>")), "run.tcx")
    assert [issue.code for issue in recording.issues] == ["leading-bytes"]


def test_padding_after_the_end_is_no_damage() -> None:
    (recording,) = read_tcx(document(lap(f"<Track>{points(0)}</Track>")) + b"\x00" * 99, "run.tcx")
    assert recording.issues == ()


def test_naive_times_are_utc_with_an_issue_and_offsets_are_honoured() -> None:
    whole = document(lap(f"<Track>{points(0, 1)}</Track>"))
    (naive,) = read_tcx(whole.replace(b"Z</Time>", b"</Time>"), "run.tcx")
    assert naive.time_s[0] == START_S
    assert [issue.code for issue in naive.issues] == ["time-without-zone"]
    (shifted,) = read_tcx(whole.replace(b"Z</Time>", b".250+02:00</Time>"), "run.tcx")
    assert shifted.time_s[0] == START_S - 7200 + 0.25


def test_entities_are_refused() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    with pytest.raises(UnreadableFileError, match=r"bomb\.tcx declares XML entities"):
        read_tcx(document(lap(f"<Track>{points(0)}</Track>"), prologue=bomb), "bomb.tcx")


@pytest.mark.parametrize("inside", [False, True], ids=["before the track", "inside the track"])
@pytest.mark.parametrize("hide", ["", "<!-- -->"], ids=["plain", "with a comment"])
def test_endless_nesting_is_refused_or_survived(inside: bool, hide: str) -> None:
    deep = hide + "<a>" * 100_000
    whole = document(lap(f"<Track>{points(0)}{deep if inside else ''}</Track>") + ("" if inside else deep))
    with pytest.raises(UnreadableFileError, match="nests more than"):
        read_tcx(whole, "deep.tcx")


def test_cut_file_keeps_every_complete_point() -> None:
    whole = document(lap(f"<Track>{points(*range(30))}</Track>"))
    cut = whole[: whole.index(b"08:00:20Z") + 60]
    (recording,) = read_tcx(cut, "run.tcx")
    assert len(recording.time_s) == 20
    assert recording.recovery.records == 20
    assert recording.recovery.bytes_skipped == len(cut) - cut.rindex(b"<Trackpoint>")
    assert [issue.code for issue in recording.issues] == ["damaged-file"]


def test_damage_in_the_middle_costs_only_the_points_it_hits() -> None:
    whole = bytearray(document(lap(f"<Track>{points(*range(30))}</Track>") + lap(f"<Track>{points(40, 41)}</Track>")))
    at = whole.index(b"08:00:15Z")
    whole[at - 10 : at + 54] = bytes(64)
    (recording,) = read_tcx(bytes(whole), "run.tcx")
    assert len(recording.time_s) == 31
    assert np.isfinite(recording.time_s).all()
    assert len(recording.laps) == 2
    assert recording.device == "Forerunner 255"


def test_stray_ampersands_and_other_illegal_characters_cost_nothing() -> None:
    whole = document(lap(f"<Track>{points(0, 1)}</Track>")).replace(b"Park", b"Salt & Pepper \x07 caf\xe9")
    (recording,) = read_tcx(whole, "run.tcx")
    assert len(recording.time_s) == 2
    assert recording.title == "Salt & Pepper \ufffd caf\ufffd"
    assert [issue.code for issue in recording.issues] == ["illegal-characters"]
    assert recording.recovery.records == 0


def test_illegal_characters_are_replaced_piece_by_piece_and_not_in_what_is_no_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A megabyte of noise in a packed track file took gigabytes: its pieces were all held at once."""
    noisy = "<a>Salt & Pepper &amp; \x07 caf\u00e9 \u65e5 &lt; && &am".encode() + b"\xe9</a>"
    whole = xml._replace_illegal_characters(noisy)
    assert whole is not None
    assert whole.decode().count("&amp;") == 5
    for at_once in range(1, 9):
        monkeypatch.setattr(xml, "_CURED_AT_ONCE", at_once)
        assert xml._replace_illegal_characters(noisy) == whole
    assert xml._replace_illegal_characters(b"<gpx>" + b"\xe9\x01" * 100_000) is None


def test_courses_are_no_activity() -> None:
    track = f"<Track>{points(0)}</Track>"
    course = f"<TrainingCenterDatabase><Courses><Course>{track}</Course></Courses></TrainingCenterDatabase>"
    with pytest.raises(NotAnActivityError) as caught:
        read_tcx(course.replace("ns3:", "").encode(), "plan.tcx")
    assert caught.value.kind == "course"


def test_treadmill_without_points_keeps_its_laps() -> None:
    (recording,) = read_tcx(document(lap("")), "run.tcx")
    assert len(recording.time_s) == 0
    assert recording.sessions[0].distance_m == 100


def test_several_activities_are_several_recordings() -> None:
    one = document(lap(f"<Track>{points(0)}</Track>")).decode()
    begin, end = one.index("<Activity "), one.index("</Activities>")
    recordings = read_tcx((one[:end] + one[begin:end].replace("Running", "Biking") + one[end:]).encode(), "two.tcx")
    assert [recording.sessions[0].sport for recording in recordings] == ["running", "cycling"]


@pytest.mark.parametrize(
    ("name", "records", "distance_m", "laps"), [("run.tcx", 49, 158.71, 4), ("garmin-run.tcx", 384, 4689.24, 3)]
)
def test_real_files(shared_data: Path, name: str, records: int, distance_m: float, laps: int) -> None:
    (recording,) = read_tcx((shared_data / "activities" / "runs" / name).read_bytes(), name)
    assert len(recording.time_s) == records
    assert recording.sessions[0].distance_m == pytest.approx(distance_m, abs=0.01)
    assert len(recording.laps) == laps
