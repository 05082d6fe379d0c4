"""Small histories of made runs, and what a record holds, for tests of import and command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select

from kneewise.storage import open_record, tables
from tests.fit_writer import START, run_writer

DAY_S = 86_400
#: Columns that say when something was stored, or in which order.
_WHEN = {"imported_at", "stored_at", "learned_at", "id"}


def run_bytes(day: int = 0, *, records: int = 400, sport: int = 1) -> bytes:
    """Return a FIT run at 3 m/s with 170 steps a minute, on a day of its own; sport 2 is cycling."""
    return run_writer(records, start=START + day * DAY_S, sport=sport).to_bytes()


def write_runs(folder: Path, days: int, *, records: int = 400) -> Path:
    """Write one run a day into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for day in range(days):
        (folder / f"{day:03d}.fit").write_bytes(run_bytes(day, records=records))
    return folder


def tcx(day: int = 0, *, minutes: int = 10) -> str:
    """Return the same run as :func:`run_bytes` (without cadence), as another program would export it."""
    from datetime import UTC, datetime, timedelta

    start = datetime(1989, 12, 31, tzinfo=UTC) + timedelta(seconds=START + day * DAY_S)
    points = "".join(
        f"<Trackpoint><Time>{start + timedelta(seconds=second):%Y-%m-%dT%H:%M:%SZ}</Time>"
        f"<DistanceMeters>{3 * second}</DistanceMeters></Trackpoint>"
        for second in range(minutes * 60)
    )
    return (
        '<?xml version="1.0"?><TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2">'
        f'<Activities><Activity Sport="Running"><Id>{start:%Y-%m-%dT%H:%M:%SZ}</Id>'
        f'<Lap StartTime="{start:%Y-%m-%dT%H:%M:%SZ}"><TotalTimeSeconds>{minutes * 60}</TotalTimeSeconds>'
        f"<DistanceMeters>{minutes * 180}</DistanceMeters><Track>{points}</Track></Lap></Activity></Activities>"
        "</TrainingCenterDatabase>"
    )


def contents(data: Path) -> dict[str, Any]:
    """Return all that a record holds, without the times of storing: equal for equal records."""
    with open_record(data) as record, record.reading() as connection:
        found: dict[str, Any] = {}
        for table in tables.metadata.sorted_tables:
            left_out = _WHEN if "runner_id" in table.c and table.name != "activity" else _WHEN - {"id"}
            rows = connection.execute(select(table)).mappings()
            found[table.name] = sorted(
                repr({name: value for name, value in row.items() if name not in left_out}) for row in rows
            )
        found["originals"] = list(record.originals)
    return found
