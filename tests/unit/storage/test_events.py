"""The log of events: appended, read in the order of telling, never edited."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from kneewise.domain import Runner
from kneewise.storage import (
    Event,
    EventKind,
    Record,
    append_event,
    events,
    new_event,
    open_record,
    read_events,
    read_latest_event,
    write_runner,
)

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
DAY = date(2026, 3, 14)


def event(kind: EventKind = "check_in", *, after_h: float = 0, runner: str = "me", **data: object) -> Event:
    return new_event(runner, kind, recorded_at=NOON + timedelta(hours=after_h), local_date=DAY, data=data)


@pytest.fixture
def record(each_database: object, tmp_path: Path) -> Iterator[Record]:
    with open_record(tmp_path) as record:
        with record.writing("testing") as connection:
            for name in ("me", "you"):
                write_runner(connection, Runner(name))
        yield record


def store(record: Record, *new: Event, runner: str = "me") -> list[bool]:
    with record.writing("testing") as connection:
        return [append_event(connection, runner, item) for item in new]


def test_events_come_back_in_the_order_of_telling(record: Record) -> None:
    late, early = event(after_h=2, during=3.0), event("intake", after_h=1, answers={"onset": "slow"})
    assert store(record, late, early) == [True, True]
    with record.reading() as connection:
        assert read_events(connection, "me") == [early, late]
        assert read_events(connection, "me", "check_in") == [late]
        assert read_events(connection, "me", "measure", "change") == []
        assert read_events(connection, "you") == []


def test_the_same_event_is_stored_once(record: Record) -> None:
    assert store(record, event(during=3.0), event(during=3.0), event(during=4.0)) == [True, False, True]
    with record.reading() as connection:
        assert len(read_events(connection, "me")) == 2


def test_the_latest_of_a_kind(record: Record) -> None:
    store(record, event(during=1.0), event(after_h=5, during=2.0), event("measure", after_h=9))
    with record.reading() as connection:
        latest = read_latest_event(connection, "me", "check_in")
        assert latest is not None
        assert latest.data == {"during": 2.0}
        assert read_latest_event(connection, "me", "intake") is None


def test_the_identifier_depends_on_everything_but_the_zone_it_was_written_in() -> None:
    zone = datetime.fromisoformat("2026-03-14T13:00:00+01:00")
    assert new_event("me", "check_in", recorded_at=zone, local_date=DAY, data={}).id == event().id
    assert len({event().id, event("intake").id, event(after_h=1).id, event(runner="you").id, event(a=1).id}) == 5


def test_a_naive_instant_and_a_number_that_is_none_are_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        new_event("me", "check_in", recorded_at=datetime(2026, 1, 1), local_date=DAY, data={})  # noqa: DTZ001
    with pytest.raises(ValueError, match="JSON"):
        event(during=float("nan"))


def test_nothing_here_edits_or_removes() -> None:
    public = {
        name
        for name, member in vars(events).items()
        if inspect.isfunction(member) and member.__module__ == events.__name__
    }
    assert {name for name in public if not name.startswith("_")} == {
        "append_event",
        "keyed_event",
        "keyed_id",
        "new_event",
        "read_event",
        "read_event_field",
        "read_events",
        "read_latest_event",
    }
    source = inspect.getsource(events)
    assert "update(" not in source
    assert "delete(" not in source


def test_erasing_a_runner_takes_the_log_along_and_leaves_the_others(record: Record) -> None:
    store(record, event(during=1.0))
    store(record, event(runner="you", during=1.0), runner="you")
    with record.writing("erasing") as connection:
        connection.execute(text("DELETE FROM runner WHERE id = 'me'"))
    with record.reading() as connection:
        assert read_events(connection, "me") == []
        assert len(read_events(connection, "you")) == 1
