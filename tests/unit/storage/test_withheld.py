"""What a reader may not read is in no query, whoever asks and however."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import Executable, func, select, text, union_all
from tests.clinical import NOW, TODAY

from kneewise.domain import Runner
from kneewise.storage import EventKind, Record, append_event, new_event, open_record, read_events, write_runner
from kneewise.storage.kinds import KIND_OF_EVENT, KINDS, KINDS_OF_TABLE, Kind
from kneewise.storage.runners import append_reference, read_reference
from kneewise.storage.tables import activity, event, metadata, original, reference, run_load
from kneewise.storage.withheld import WithheldError, reads_plain, with_plain

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """A record with one event of every kind."""
    found = open_record(tmp_path / "data")
    with found.writing("making it") as connection:
        write_runner(connection, Runner(id="me"))
        for kind in get_args(EventKind):
            append_event(connection, "me", new_event("me", kind, recorded_at=NOW, local_date=TODAY, data={}))
    return found


def test_every_event_and_every_table_belongs_to_kinds() -> None:
    assert set(KIND_OF_EVENT) == set(get_args(EventKind))
    assert set(KINDS_OF_TABLE) == set(metadata.tables)


@pytest.mark.parametrize("kind", KINDS)
def test_events_of_a_kind_that_is_withheld_are_not_there(record: Record, kind: Kind) -> None:
    with record.without({kind}).reading() as connection:
        found = {each.kind for each in read_events(connection, "me")}
        counted = connection.execute(select(event.c.kind, func.count()).group_by(event.c.kind)).all()
    assert found == {name for name, each in KIND_OF_EVENT.items() if each != kind}
    assert {row[0] for row in counted} == found
    with record.reading() as connection:
        assert len(read_events(connection, "me")) == len(KIND_OF_EVENT)


def test_rows_of_a_table_that_is_withheld_are_not_there_at_any_depth(record: Record) -> None:
    with record.writing("filling") as connection:
        connection.execute(original.insert(), {"sha256": "a" * 64, "size_bytes": 1, "format": "fit", "stored_at": NOW})
    deep = select(event.c.id).where(select(original.c.sha256).exists())
    with record.reading() as connection:
        assert connection.execute(select(func.count()).select_from(original)).scalar() == 1
        assert connection.execute(deep).all()
    with record.without({"runs"}).reading() as connection:
        assert connection.execute(select(func.count()).select_from(original)).scalar() == 0
        assert connection.execute(deep).all() == []


def test_what_cannot_be_restricted_is_not_run(record: Record) -> None:
    hidden = select(activity.c.id).where(activity.c.id.in_(select(event.c.id)))
    aliased = select(event.alias("other").c.id)
    refused: list[Executable] = [
        text("SELECT id FROM event"),
        union_all(select(event.c.id), select(event.c.id)),
        hidden,
        aliased,
    ]
    refused += [select(run_load.c.data), select(reference.c.data)]
    with record.without({"video"}).reading() as connection:
        for statement in refused:
            with pytest.raises(WithheldError):
                connection.execute(statement)


def test_a_view_is_kept_and_follows_the_record(record: Record) -> None:
    view = record.without({"video"})
    assert view is record.without(frozenset({"video"}))
    assert view is record.without({"runs"}).without({"video"})
    assert record.without(()) is record
    assert view.state() == record.state()
    with record.writing("telling") as connection:
        append_event(connection, "me", new_event("me", "check_in", recorded_at=NOW, local_date=TODAY, data={"a": 1}))
    with view.reading() as connection:
        assert len(read_events(connection, "me", "check_in")) == 2


def test_what_a_trial_has_set_is_read_without_it(record: Record) -> None:
    set_ = {"force": 4.0, "flat": {"a": 1, "b": 2}, "style": {"x": 1}}
    plain = {"force": 5.0, "flat": {"a": 1, "b": 3}, "style": None}
    for data, expected in ((with_plain(set_, plain), plain), (set_, None), (plain, plain)):
        with record.writing("learning") as connection:
            append_reference(connection, "me", data, NOW)
        with record.reading() as connection:
            assert read_reference(connection, "me") == {name: data[name] for name in plain}
        with record.without({"video"}).reading() as connection:
            assert read_reference(connection, "me") == expected
            assert connection.execute(reads_plain(select(reference.c.id))).all()
