"""Records to take out, put back and erase: a runner with runs and answers, and a mark wherever there is text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Float, Integer, LargeBinary, insert
from tests.clinical import CALM
from tests.histories import write_runs

from kneewise.services.checking_in import record_check_in
from kneewise.services.importing import import_files
from kneewise.services.intake import assess_intake
from kneewise.services.place import Place
from kneewise.services.profile import set_profile
from kneewise.storage import Record, tables

MARK = "zqxmarkxqz"


def filled(data: Path, runs: int = 2) -> Place:
    """Return a record with runs, answers and a check-in."""
    place = Place(data)
    set_profile(place, height_m=1.7, mass_kg=60.0, timezone="Europe/Berlin")
    import_files([write_runs(data.with_name("runs"), runs)], place=place)
    assess_intake(place, CALM)
    record_check_in(place, pain={"during": 2.0}, note="sore after the stairs")
    return place


def plant(record: Record) -> None:
    """Put the mark into every column of every table that can hold text, and into a file."""
    with record.writing("planting") as connection:
        for table in tables.metadata.sorted_tables:
            connection.execute(insert(table), {column.name: _planted(column) for column in table.columns})
    content = MARK.encode()
    record.originals.put({sha256(content).hexdigest(): content})
    (record.data / "web-secret").write_bytes(content)


def found(data: Path) -> list[str]:
    """Return the files below a folder whose bytes, or whose name, hold the mark."""
    files = [path for path in data.rglob("*") if path.is_file()] if data.exists() else []
    return [str(path) for path in files if MARK.encode() in path.read_bytes() or MARK in path.name]


def _planted(column: Column[Any]) -> Any:
    by_type: list[tuple[Any, Any]] = [
        (JSON, {"text": MARK, "list": [MARK]}),
        (Boolean, False),
        (Date, date(2026, 3, 1)),
        (Float, 1.0),
        (Integer, 4711),
        (LargeBinary, MARK.encode()),
        (tables.Instant, datetime(2026, 3, 1, tzinfo=UTC)),
    ]
    mark = MARK[: getattr(column.type, "length", None)]  # PostgreSQL keeps to the length of a column
    return next((value for kind, value in by_type if isinstance(column.type, kind)), mark)
