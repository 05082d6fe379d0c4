"""Activities, files, loads and links come back as they were stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select

from kneewise.domain import Activity, Issue, Runner, Stream
from kneewise.storage import (
    NewActivity,
    Record,
    StoredFile,
    activity_id,
    append_reference,
    delete_of_file,
    encode_stream,
    insert_activities,
    load_stream,
    open_record,
    read_activities,
    read_duplicates,
    read_files,
    read_ids_by_file,
    read_originals,
    read_reference,
    replace_duplicates,
    replace_loads,
    summary,
    tables,
    write_files,
    write_originals,
    write_runner,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
START = datetime(2026, 3, 14, 7, 30, tzinfo=UTC)


@pytest.fixture
def record(each_database: object, tmp_path: Path) -> Iterator[Record]:
    with open_record(tmp_path) as record:
        with record.writing("testing") as connection:
            write_runner(connection, Runner("me"))
            write_runner(connection, Runner("you"))
        yield record


def _activity(day: int = 0, **changes: Any) -> Activity:
    values: dict[str, Any] = {
        "start": START + timedelta(days=day),
        "timezone": "Europe/Berlin",
        "local_date": date(2026, 3, 14) + timedelta(days=day),
        "sport": "running",
        "sub_sport": None,
        "device": "Garmin",
        "elapsed_s": 3600.5,
        "moving_s": 3500.0,
        "running_s": 3400.0,
        "distance_m": 10_000.0,
        "ascent_m": None,
        "descent_m": None,
        "steps": 9800.0,
        "cadence_spm": 168.0,
        "speed_mps": 2.9,
        "contact_time_s": None,
        "vertical_oscillation_m": None,
        "step_length_m": None,
        "treadmill": False,
        "title": "Läufchen",
        "stream": None,
        "issues": (Issue("clock-jump", "record 7", "It jumped."),),
    }
    return Activity(**{**values, **changes})


def _new(activity: Activity, content: str = "c" * 64, part: int = 0, runner: str = "me") -> NewActivity:
    stream = Stream(np.arange(3.0), np.ones(3, np.float32), np.ones(3, np.bool_), {}, {})
    return NewActivity(
        id=activity_id(runner, content, part),
        sha256=content,
        part=part,
        summary=summary(activity),
        rows=3,
        stream=encode_stream(stream),
        load={"steps": 9800, "stress": None},
        worth=12.5,
    )


def test_an_activity_comes_back(record: Record) -> None:
    activity = _activity()
    new = _new(activity)
    with record.writing("testing") as connection:
        insert_activities(connection, "me", [new])
    with record.reading() as connection:
        (stored,) = read_activities(connection, "me")
        stream = load_stream(connection, stored.id)
        assert read_activities(connection, "you") == []
        assert load_stream(connection, "nothing") is None
    assert stored.id == new.id
    assert stored.load == {"steps": 9800, "stress": None}
    assert stored.worth == 12.5
    assert stored.activity.start.tzinfo is UTC
    assert summary(stored.activity) == summary(activity)
    assert stream is not None
    assert len(stream) == 3


def test_unknown_numbers_are_stored_as_unknown(record: Record) -> None:
    with record.writing("testing") as connection:
        insert_activities(connection, "me", [_new(_activity(ascent_m=float("nan"), distance_m=np.float64(5.0)))])
    with record.reading() as connection:
        (stored,) = read_activities(connection, "me")
    assert stored.activity.ascent_m is None
    assert stored.activity.distance_m == 5.0


def test_storing_again_replaces(record: Record) -> None:
    for title in ("first", "second"):
        with record.writing("testing") as connection:
            insert_activities(connection, "me", [_new(_activity(title=title))])
    with record.reading() as connection:
        (stored,) = read_activities(connection, "me")
    assert stored.activity.title == "second"


def test_days_are_inclusive_and_order_is_by_time(record: Record) -> None:
    with record.writing("testing") as connection:
        insert_activities(connection, "me", [_new(_activity(day), "c", day) for day in (3, 1, 2, 0)])
    with record.reading() as connection:
        some = read_activities(connection, "me", since=date(2026, 3, 15), until=date(2026, 3, 16))
    assert [item.activity.local_date.day for item in some] == [15, 16]


def test_identifiers_follow_runner_content_and_part() -> None:
    ids = {activity_id(runner, content, part) for runner in "ab" for content in "xy" for part in (0, 1)}
    assert len(ids) == 8
    assert activity_id("a", "x", 0) == activity_id("a", "x", 0)


def test_deleting_a_file_takes_streams_loads_and_links_along(record: Record) -> None:
    one, other = _new(_activity(), "a" * 64), _new(_activity(1), "b" * 64)
    with record.writing("testing") as connection:
        insert_activities(connection, "me", [one, other])
        replace_duplicates(connection, "me", {one.id: (other.id, "same")})
        assert read_duplicates(connection, "me") == {one.id: other.id}
        assert read_ids_by_file(connection, "me") == {"a" * 64: [one.id], "b" * 64: [other.id]}
        delete_of_file(connection, "me", ["a" * 64])
    with record.reading() as connection:
        assert [item.id for item in read_activities(connection, "me")] == [other.id]
        counts = [
            connection.execute(select(func.count()).select_from(table)).scalar()
            for table in (tables.stream, tables.run_load, tables.duplicate_link)
        ]
    assert counts == [1, 1, 0]


def test_loads_are_replaced(record: Record) -> None:
    new = _new(_activity())
    with record.writing("testing") as connection:
        insert_activities(connection, "me", [new])
        replace_loads(connection, {new.id: {"steps": 1}})
    with record.reading() as connection:
        assert read_activities(connection, "me")[0].load == {"steps": 1}


def test_the_newest_reference_counts_and_older_ones_stay(record: Record) -> None:
    with record.writing("testing") as connection:
        assert read_reference(connection, "me") is None
        append_reference(connection, "me", {"n": 1}, NOW)
        append_reference(connection, "me", {"n": 2}, NOW)
        assert read_reference(connection, "me") == {"n": 2}
        assert connection.execute(select(func.count()).select_from(tables.reference)).scalar() == 2


def test_files_and_originals_come_back(record: Record) -> None:
    file = StoredFile("a.zip/1.fit", "a" * 64, "imported", (Issue("x", "y", "z"),), {"strip_positions": True})
    with record.writing("testing") as connection:
        for _ in range(2):
            write_files(connection, "me", [file], NOW)
            write_originals(connection, {"a" * 64: (12, "fit")}, NOW)
        write_files(connection, "me", [], NOW)
        write_originals(connection, {}, NOW)
    with record.reading() as connection:
        assert read_files(connection, "me") == {"a" * 64: file}
        assert read_files(connection, "you") == {}
        assert read_originals(connection) == {"a" * 64}


def test_a_character_that_means_nothing_is_left_out(record: Record) -> None:
    with record.writing("testing") as connection:
        insert_activities(connection, "me", [_new(_activity(title="a\0b", sport="r\0unning", device="\0"))])
        write_files(connection, "me", [StoredFile("a\0.fit", "a" * 64, "imported")], NOW)
    with record.reading() as connection:
        (stored,) = read_activities(connection, "me")
        assert read_files(connection, "me")["a" * 64].path == "a.fit"
    assert (stored.activity.title, stored.activity.sport, stored.activity.device) == ("ab", "running", "")


def test_words_of_any_length_and_large_files(record: Record) -> None:
    with record.writing("testing") as connection:
        insert_activities(connection, "me", [_new(_activity(sport="x" * 300, sub_sport="y" * 300))])
        write_originals(connection, {"a" * 64: (5_000_000_000, "zip")}, NOW)
    with record.reading() as connection:
        (stored,) = read_activities(connection, "me")
    assert (len(stored.activity.sport), len(stored.activity.sub_sport or "")) == (300, 300)
