"""One file, as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.histories import run_bytes

from kneewise.errors import InvalidInputError, UnreadableFileError
from kneewise.services.inspecting import inspect_file
from kneewise.services.reading import read

KEYS = {
    "format",
    "kind",
    "sport",
    "sub_sport",
    "device",
    "start",
    "duration_s",
    "moving_s",
    "distance_m",
    "steps",
    "records",
    "channels",
    "developer_fields",
    "recovered",
    "issues",
}


def test_a_run(tmp_path: Path) -> None:
    (tmp_path / "run.fit").write_bytes(run_bytes(records=600))
    document = inspect_file(tmp_path / "run.fit")
    assert set(document) >= KEYS
    json.dumps(document, allow_nan=False)
    assert (document["format"], document["kind"], document["sport"]) == ("fit", "activity", "running")
    assert document["records"] == 600
    assert document["distance_m"] == pytest.approx(1797, abs=5)
    assert document["steps"] == pytest.approx(1700, rel=0.01)
    cadence = document["channels"]["cadence"]
    assert cadence == {"count": 600, "mean": 85.0, "min": 85.0, "max": 85.0, "unit": "rpm", "source": "watch"}
    assert document["start"].endswith("+02:00") or document["start"].endswith("+01:00")


def test_damage_is_counted(tmp_path: Path) -> None:
    data = bytearray(run_bytes(records=600))
    data[len(data) // 2 : len(data) // 2 + 64] = bytes(64)
    (tmp_path / "run.fit").write_bytes(data)
    document = inspect_file(tmp_path / "run.fit")
    assert document["recovered"]["bytes_skipped"] > 0
    assert 590 <= document["records"] < 600


def test_a_good_file_that_is_no_activity(shared_data: Path) -> None:
    document = inspect_file(shared_data / "activities" / "runs" / "not-an-activity-settings.fit")
    assert set(document) >= KEYS
    assert (document["kind"], document["records"], document["channels"]) == ("settings", 0, {})
    assert document["issues"][0]["code"] == "not-an-activity"


def test_what_cannot_be_inspected_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "text.fit").write_text("good morning")
    with pytest.raises(UnreadableFileError):
        inspect_file(tmp_path / "text.fit")
    with pytest.raises(InvalidInputError, match="no file"):
        inspect_file(tmp_path / "missing.fit")
    with pytest.raises(InvalidInputError, match="folder"):
        read(tmp_path)


def test_read_gives_clean_activities(tmp_path: Path) -> None:
    (tmp_path / "run.fit").write_bytes(run_bytes(records=600))
    (activity,) = read(tmp_path / "run.fit")
    assert activity.stream is not None
    assert activity.stream.column("speed_mps").shape == activity.stream.elapsed_s.shape
    assert activity.cadence_spm == pytest.approx(170)


@pytest.mark.parametrize(
    ("name", "records"),
    [
        ("damaged/02_header_crc_zero.fit", 5694),
        ("damaged/07_datasize0_sportslib.fit", 2319),
        ("damaged/25_unexpected_eof.fit", 14),
        ("runs/garmin-fenix6x-trail-stryd.fit", None),
        ("runs/garmin-run.tcx", None),
        ("runs/run.gpx", None),
    ],
)
def test_real_files(shared_data: Path, name: str, records: int | None) -> None:
    document = inspect_file(shared_data / "activities" / name)
    json.dumps(document, allow_nan=False)
    assert document["records"] == records or (records is None and document["records"] > 0)
