"""Every revision, up and down, on either database, with a row in every table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Engine, MetaData, inspect, types
from tests.databases import Databases

from kneewise.storage import engines, open_record, tables
from kneewise.storage.upgrading import configuration, upgrade

_SCRIPTS = ScriptDirectory.from_config(configuration())
#: Each with the one before it, oldest first.
REVISIONS = {
    script.revision: str(script.down_revision or "base") for script in reversed(list(_SCRIPTS.walk_revisions()))
}

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def url(database_kind: str, databases: Databases, tmp_path: Path) -> str:
    """A database without tables."""
    return f"sqlite:///{tmp_path / 'kneewise.sqlite'}" if database_kind == engines.SQLITE else databases.bare()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = engines.make_engine(engines.parsed_url(url))
    yield made
    made.dispose()


def downgrade(engine: Engine, revision: str) -> None:
    with engine.connect() as connection:
        writer = engines.writer(connection)
        with writer.begin():
            settings = configuration()
            settings.attributes["connection"] = writer
            command.downgrade(settings, revision)


def reflected(engine: Engine) -> MetaData:
    found = MetaData()
    found.reflect(engine)
    found.remove(found.tables["alembic_version"])
    return found


def planted(column: Column[Any], sqlite: bool) -> Any:
    by_type: list[tuple[Any, Any]] = [
        (types.JSON, {"told": ["ä", 1.5, None]}),
        (types.Boolean, True),
        (types.DateTime, datetime(2026, 3, 1, 12, tzinfo=None if sqlite else UTC)),
        (types.Date, date(2026, 3, 1)),
        (types.Float, 1.25),
        (types.Integer, 7),
        (types.LargeBinary, b"\0\1\2"),
    ]
    text = "me"[: getattr(column.type, "length", None)]
    return next((value for kind, value in by_type if isinstance(column.type, kind)), text)


def plant(engine: Engine) -> Rows:
    """Put a row into every table that there is, and return all of them."""
    found = reflected(engine)
    with engine.begin() as connection:
        for table in found.sorted_tables:
            row = {column.name: planted(column, engine.dialect.name == engines.SQLITE) for column in table.columns}
            connection.execute(table.insert(), row)
    return held(engine, found.tables.keys())


def held(engine: Engine, names: Any) -> Rows:
    found = reflected(engine)
    with engine.connect() as connection:
        return {
            name: [dict(row) for row in connection.execute(found.tables[name].select()).mappings()] for name in names
        }


def same(now: Rows, before: Rows) -> bool:
    """Whether rows hold what they held; a column that only one of them has is empty in the newer."""
    pairs = [(new, old) for name in now for new, old in zip(now[name], before[name], strict=True)]
    common = all(new[name] == old[name] for new, old in pairs for name in new.keys() & old.keys())
    return common and all(new[name] is None for new, old in pairs for name in new.keys() - old.keys())


@pytest.mark.parametrize("revision", REVISIONS)
def test_what_is_stored_stays_upwards_and_downwards(engine: Engine, url: str, tmp_path: Path, revision: str) -> None:
    upgrade(engine, revision)
    rows = plant(engine)
    assert all(len(each) == 1 for each in rows.values())
    upgrade(engine)
    assert same(held(engine, rows), rows)
    downgrade(engine, revision)
    assert held(engine, rows) == rows
    downgrade(engine, REVISIONS[revision])
    left = set(inspect(engine).get_table_names()) - {"alembic_version"}
    assert left <= set(rows)
    assert same(held(engine, left), rows)
    upgrade(engine)
    with open_record(tmp_path, url) as record, record.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []


def test_there_is_one_line_of_revisions_and_its_end_is_the_one_that_opening_looks_for() -> None:
    assert _SCRIPTS.get_heads() == [tables.HEAD]
