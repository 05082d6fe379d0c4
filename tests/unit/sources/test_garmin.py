from __future__ import annotations

import json

import pytest

from kneewise.sources.garmin_export import is_garmin_export, is_summary, read_garmin_index, row_at

DOCUMENT = [
    {
        "summarizedActivitiesExport": [
            {"activityId": 1, "name": "Morning Run", "activityType": "trail_running", "beginTimestamp": 1700000000000},
            {"activityId": 2, "name": None, "activityType": "cycling", "beginTimestamp": 1700090000500},
            {"activityId": 3, "name": "no start"},
        ]
    }
]


def test_rows_are_found_by_start() -> None:
    index = read_garmin_index(json.dumps(DOCUMENT).encode())
    row = row_at(index, 1700000001.0)
    assert row is not None
    assert (row.title, row.sport, row.sub_sport) == ("Morning Run", "running", "trail")
    assert row_at(index, 1700000010.0) is None
    assert row_at(index, float("nan")) is None
    assert len(index) == 2


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b"[1, null]", b'[{"summarizedActivitiesExport": 5}]', b"[" * 99999]
)
def test_other_documents_are_harmless(data: bytes) -> None:
    assert read_garmin_index(data) == {}


def test_layout() -> None:
    assert is_garmin_export("x.zip/DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip/1.fit")
    assert is_summary("DI_CONNECT/DI-Connect-Fitness/me_0_summarizedActivities.json")
    assert not is_summary("DI_CONNECT/DI-Connect-Fitness/me_gear.json")
