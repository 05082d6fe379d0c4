"""The FIT reader on files written for the purpose."""

from __future__ import annotations

import numpy as np
import pytest
from tests.fit_writer import EPOCH_S, RECORD, START, FieldSpec, FitWriter, run_writer

from kneewise.domain import TimerEvent
from kneewise.errors import NotAnActivityError, UnreadableFileError
from kneewise.sources import fit, fit_messages
from kneewise.sources.fit import file_kind, read_fit

STRYD = bytes.fromhex("18fb2cf01a4b430dad66988c847421f4")


def test_a_plain_run() -> None:
    (run,) = read_fit(run_writer(600).to_bytes(), "run.fit")
    assert run.format == "fit"
    assert run.kind == "activity"
    assert run.device == "Garmin Forerunner 255"
    np.testing.assert_array_equal(run.time_s, START + EPOCH_S + np.arange(600))
    np.testing.assert_array_equal(run.channels["distance"].values, 3.0 * np.arange(600))
    assert run.channels["distance"].unit == "m"
    np.testing.assert_allclose(run.channels["position_lat"].values[0], 600_000_000 * 180 / 2**31)
    assert set(run.channels["enhanced_speed"].values) == {3.0}
    assert "speed" not in run.channels
    assert run.events == (TimerEvent(START + EPOCH_S, "start"), TimerEvent(START + EPOCH_S + 600, "stop"))
    assert [(s.sport, s.sub_sport, s.elapsed_s) for s in run.sessions] == [("running", "generic", 600.0)]
    assert run.recovery.records == 600
    assert run.recovery.bytes_skipped == 0
    assert run.issues == ()


def test_a_chain_longer_than_any_device_makes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million empty files in one took a minute."""
    monkeypatch.setattr(fit, "_MOST_SEQUENCES", 3)
    one = run_writer(60).to_bytes()
    assert len(read_fit(3 * one, "run.fit")) == 3
    with pytest.raises(UnreadableFileError, match=r"run\.fit chains more than 3 FIT files"):
        read_fit(4 * one, "run.fit")


@pytest.mark.parametrize("big_endian", [False, True])
def test_sentinels_are_missing_scales_apply_and_speed_stays_beside_enhanced_speed(big_endian: bool) -> None:
    writer = FitWriter()
    writer.define(
        0,
        RECORD,
        [FieldSpec(253, "uint32"), FieldSpec(2, "uint16"), FieldSpec(6, "uint16"), FieldSpec(73, "uint32")],
        big_endian=big_endian,
    )
    writer.data(0, [START, 2600, 2500, None])
    writer.data(0, [None, None, None, 2750])
    (run,) = read_fit(writer.to_bytes(), "x")
    np.testing.assert_array_equal(run.time_s, [START + EPOCH_S, np.nan])
    np.testing.assert_array_equal(run.channels["altitude"].values, [20.0, np.nan])
    np.testing.assert_array_equal(run.channels["speed"].values, [2.5, np.nan])
    np.testing.assert_array_equal(run.channels["enhanced_speed"].values, [np.nan, 2.75])


def test_records_of_alternating_definitions_stay_in_file_order() -> None:
    writer = FitWriter()
    writer.define(0, RECORD, [FieldSpec(253, "uint32"), FieldSpec(3, "uint8")])
    writer.define(1, RECORD, [FieldSpec(253, "uint32"), FieldSpec(4, "uint8")], big_endian=True)
    for second in range(6):
        writer.data(second % 2, [START + second, 100 + second])
    writer.define(0, RECORD, [FieldSpec(3, "uint8"), FieldSpec(253, "uint32")])
    writer.data(0, [200, START + 100])
    writer.data(1, [START + 101, 107])
    (run,) = read_fit(writer.to_bytes(), "x")
    nan = np.nan
    np.testing.assert_array_equal(run.time_s - START - EPOCH_S, [0, 1, 2, 3, 4, 5, 100, 101])
    np.testing.assert_array_equal(run.channels["heart_rate"].values, [100, nan, 102, nan, 104, nan, 200, nan])
    np.testing.assert_array_equal(run.channels["cadence"].values, [nan, 101, nan, 103, nan, 105, nan, 107])


def test_compressed_times_run_over_every_32_seconds() -> None:
    writer = FitWriter()
    writer.define(0, RECORD, [FieldSpec(3, "uint8")])
    writer.data(0, [99], compressed_time=START)  # before any whole time: unknown
    writer.timer(START, 0)
    for second in range(1, 100):
        writer.data(0, [140], compressed_time=START + second)
    (run,) = read_fit(writer.to_bytes(), "x")
    np.testing.assert_array_equal(run.time_s, [np.nan, *(START + EPOCH_S + np.arange(1.0, 100.0))])


def test_packed_speed_and_distance() -> None:
    writer = FitWriter()
    writer.define(0, RECORD, [FieldSpec(253, "uint32"), FieldSpec(8, "byte", count=3)])
    sixteenths = [0, 48, 4090, 4096 + 20]
    for second, distance in enumerate(sixteenths):
        packed = 312 | (distance % 4096) << 12
        writer.data(0, [START + second, packed.to_bytes(3, "little")])
    writer.data(0, [START + 9, b"\xff\xff\xff"])
    (run,) = read_fit(writer.to_bytes(), "x")
    np.testing.assert_array_equal(run.channels["speed"].values, [3.12] * 4 + [np.nan])
    np.testing.assert_array_equal(run.channels["distance"].values, [*(d / 16 for d in sixteenths), np.nan])


def test_arrays_give_a_channel_for_each_place() -> None:
    writer = FitWriter()
    writer.define(0, RECORD, [FieldSpec(253, "uint32"), FieldSpec(17, "uint8", count=3)])
    writer.data(0, [START, [16, 32, None]])
    (run,) = read_fit(writer.to_bytes(), "x")
    assert {name: c.values.tolist() for name, c in run.channels.items()} == {"speed_1s[0]": [1.0], "speed_1s[1]": [2.0]}


def test_a_field_smaller_than_its_type_is_read_by_its_size() -> None:
    writer = FitWriter()
    writer.define(
        0, RECORD, [FieldSpec(253, "uint32"), FieldSpec(5, "uint32", size=2), FieldSpec(29, "uint32", size=1)]
    )
    writer.data(0, [START, 1234, 77])
    writer.data(0, [START, None, None])
    (run,) = read_fit(writer.to_bytes(), "x")
    np.testing.assert_array_equal(run.channels["distance"].values, [12.34, np.nan])
    np.testing.assert_array_equal(run.channels["accumulated_power"].values, [77, np.nan])


def test_developer_fields_have_names_units_scales_and_their_application() -> None:
    writer = FitWriter()
    writer.file_id()
    writer.developer(0, STRYD)
    writer.developer(1)
    writer.describe(0, 0, "uint16", "Power", "Watts", native=7)
    writer.describe(0, 9, "float32", "Leg Spring Stiffness", "kN/m")
    writer.describe(1, 3, "uint16", "heart_rate", "bpm", scale=10, offset=5)
    writer.describe(1, 4, "uint8", "unused", "")
    fields = [FieldSpec(253, "uint32"), FieldSpec(3, "uint8")]
    developer = [
        FieldSpec(0, "uint16", developer=0),
        FieldSpec(9, "float32", developer=0),
        FieldSpec(3, "uint16", developer=1),
        FieldSpec(4, "uint8", developer=1),
    ]
    writer.define(2, RECORD, [*fields, *developer])
    writer.data(2, [START, 140, 250, 9.5, 1500, None])
    writer.data(2, [START + 1, 141, None, None, None, None])
    (run,) = read_fit(writer.to_bytes(), "x")
    channels = {name: (c.values.tolist()[0], c.unit, c.source) for name, c in run.channels.items()}
    assert channels == {
        "heart_rate": (140.0, "bpm", "watch"),
        "Power": (250.0, "Watts", "Stryd"),
        "Leg Spring Stiffness": (9.5, "kN/m", "Stryd"),
        "heart_rate (developer 1)": (145.0, "bpm", "developer 1"),
    }
    assert [(f.name, f.application, f.count, f.native) for f in run.developer_fields] == [
        ("Power", "Stryd", 1, "power"),
        ("Leg Spring Stiffness", "Stryd", 1, None),
        ("heart_rate", "developer 1", 1, None),
        ("unused", "developer 1", 0, None),
    ]


def test_the_same_developer_name_from_two_applications_gives_two_channels() -> None:
    writer = FitWriter()
    writer.developer(0, STRYD)
    writer.describe(0, 0, "uint16", "Power", "Watts")
    writer.describe(1, 0, "uint16", "Power", "W")
    writer.define(
        2, RECORD, [FieldSpec(253, "uint32"), FieldSpec(0, "uint16", developer=0), FieldSpec(0, "uint16", developer=1)]
    )
    writer.data(2, [START, 250, 260])
    (run,) = read_fit(writer.to_bytes(), "x")
    assert {name: c.source for name, c in run.channels.items()} == {
        "Power": "Stryd",
        "Power (developer 1)": "developer 1",
    }
    assert [f.count for f in run.developer_fields] == [1, 1]


def test_text_that_is_no_utf8_is_kept_with_replacements() -> None:
    writer = FitWriter()
    writer.message(0, {0: ("enum", 4), 1: ("uint16", 294), 8: ("string", b"PACE \xff2")})
    writer.define(0, RECORD, [FieldSpec(253, "uint32")])
    writer.data(0, [START])
    assert read_fit(writer.to_bytes(), "x")[0].device == "COROS PACE \ufffd2"


@pytest.mark.parametrize(
    ("manufacturer", "product", "expected"),
    [(1, 3291, "Garmin Fenix 6X"), (1, 64000, "garmin 64000"), (999, 5, "manufacturer 999 5"), (23, None, "Suunto")],
)
def test_device_names(manufacturer: int, product: int | None, expected: str) -> None:
    writer = FitWriter()
    writer.message(0, {0: ("enum", 4), 1: ("uint16", manufacturer), 2: ("uint16", product)})
    writer.session()
    assert read_fit(writer.to_bytes(), "x")[0].device == expected


def test_sessions_before_the_records_are_kept() -> None:
    writer = FitWriter()
    writer.file_id()
    for number, sport in enumerate((5, 2, 1)):
        writer.session(start=START + 100 * number, elapsed_s=100, sport=sport)
    writer.define(1, RECORD, [FieldSpec(253, "uint32")])
    for second in range(300):
        writer.data(1, [START + second])
    (run,) = read_fit(writer.to_bytes(), "x")
    assert [s.sport for s in run.sessions] == ["swimming", "cycling", "running"]
    assert run.time_s.size == 300


def test_local_time_gives_the_offset() -> None:
    writer = run_writer(10)
    writer.message(34, {253: ("uint32", START), 5: ("uint32", START + 7200)})
    assert read_fit(writer.to_bytes(), "x")[0].utc_offset_s == 7200.0


def test_a_session_without_records_is_an_activity() -> None:
    writer = FitWriter()
    writer.file_id()
    writer.session(elapsed_s=1800)
    (run,) = read_fit(writer.to_bytes(), "x")
    assert run.time_s.shape == (0,)
    assert run.sessions[0].elapsed_s == 1800.0


@pytest.mark.parametrize(
    ("number", "kind"), [(2, "settings"), (32, "monitoring"), (6, "course"), (5, "workout"), (77, "file type 77")]
)
def test_other_kinds_of_file_are_named(number: int, kind: str) -> None:
    writer = FitWriter()
    writer.file_id(kind=number)
    data = writer.to_bytes()
    assert file_kind(data[:100]) == kind
    with pytest.raises(NotAnActivityError, match=f"other.fit is a FIT file of kind {kind}") as caught:
        read_fit(data, "other.fit")
    assert caught.value.kind == kind


def test_the_kind_is_read_from_the_first_bytes() -> None:
    data = run_writer(5000).to_bytes()
    assert file_kind(data) == file_kind(memoryview(data)[:100]) == "activity"
    assert file_kind(FitWriter().to_bytes()) == "unknown"


def test_the_quick_look_at_the_kind_agrees_with_walking(monkeypatch: pytest.MonkeyPatch) -> None:
    heads = []
    for kind in (2, 4, 32, 77, 255):
        for big_endian in (False, True):
            for fields in ([(0, "enum")], [(4, "uint32"), (0, "enum")], [(1, "uint16"), (0, "uint16")], [(1, "enum")]):
                writer = FitWriter()
                writer.define(3, 0, [FieldSpec(number, base) for number, base in fields], big_endian=big_endian)
                writer.data(3, [kind] * len(fields))
                data = writer.to_bytes()
                heads += [data[:size] for size in (16, 20, 24, 28, len(data))]
    quick = [file_kind(head) for head in heads]
    monkeypatch.setattr(fit_messages, "leading_file_type", lambda *_: None)
    assert quick == [file_kind(head) for head in heads]


@pytest.mark.parametrize("data", [b"", b"\0" * 40, b"PK\x03\x04" + bytes(60), b"<?xml version='1.0'?>" * 5])
def test_what_is_no_fit_file_is_refused_with_its_name(data: bytes) -> None:
    with pytest.raises(UnreadableFileError, match=r"photo\.fit is not a FIT file"):
        read_fit(data, "photo.fit")
    with pytest.raises(UnreadableFileError):
        file_kind(data)


def test_an_empty_fit_file_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="without records"):
        read_fit(FitWriter().to_bytes(), "x")
