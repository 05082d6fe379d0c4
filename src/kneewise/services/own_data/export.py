"""Everything of one runner in open formats, in a folder that explains itself."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from os import PathLike
from pathlib import Path, PurePosixPath
from typing import Any, Final

import numpy as np

from kneewise.domain import STREAM_COLUMNS, Runner, Stream
from kneewise.services.gait.clips import counted_clips
from kneewise.services.gait.folder import GAIT_NAME, clip_folder, pictures_of
from kneewise.services.local_day import local_today
from kneewise.services.own_data.beside import new_folder
from kneewise.services.own_data.dictionary import STREAM_FILE, columns, table_text
from kneewise.services.place import Place, opened
from kneewise.services.progress import Steps, no_steps
from kneewise.services.state import read_state
from kneewise.storage import Record, each_row, load_stream, read_events, row_counts

#: Digits that keep the resolution of the stored columns and leave out noise of the arithmetic.
_DIGITS: Final = 4
_DIGITS_OF: Final = {"latitude_deg": 7, "longitude_deg": 7}
_SHORT_HASH: Final = 12
_STREAMS: Final = "stream"
_EVENTS: Final = "event"


@dataclass(frozen=True, slots=True)
class ExportedData:
    """An export that was written.

    Attributes
    ----------
    counts : mapping of str to int
        Rows of each table.
    streams, originals : int
        Files of seconds, and files as they came.
    """

    folder: Path
    runner: str
    counts: Mapping[str, int]
    streams: int
    originals: int

    def to_json(self) -> dict[str, Any]:
        """Return the document of ``kneewise export all``."""
        return {
            "path": str(self.folder),
            "runner": self.runner,
            "counts": dict(self.counts),
            "streams": self.streams,
            "originals": self.originals,
        }


def export_all(place: Place, folder: str | PathLike[str], *, progress: Steps | None = None) -> ExportedData:
    """Write all data of one runner in open formats: CSV, JSON lines, and the files as they came.

    Parameters
    ----------
    folder : path-like
        A new or an empty folder; it appears when everything is in it.
    progress : Steps or None
        Told after each activity; raising in it ends the export and leaves nothing.

    Raises
    ------
    InvalidInputError
        When the folder holds something.
    StorageError
        When the disk is full or cannot be written.
    """
    told, target = progress or no_steps, Path(folder).absolute()
    with opened(place) as (record, runner), new_folder(target, "exporting") as partial:
        with record.reading() as connection:
            counts = row_counts(connection, runner.id)
        _tables(record, runner, counts, partial)
        _events(record, runner, partial)
        streams = _streams(record, runner, partial, told, counts[_STREAMS])
        originals = _originals(record, runner, partial)
        _pictures(record, runner, partial)
        state = read_state(record, runner, local_today(runner)).to_json()
        (partial / "state.json").write_text(_json(state, indent=1), encoding="utf-8")
        _explain(partial)
    return ExportedData(target, runner.id, counts, streams, originals)


def _tables(record: Record, runner: Runner, counts: Mapping[str, int], folder: Path) -> None:
    """Write each table twice: as CSV for people and spreadsheets, as JSON lines for programs."""
    (folder / "tables").mkdir()
    for name in counts:
        with (
            record.reading() as connection,
            (folder / "tables" / f"{name}.csv").open("w", encoding="utf-8", newline="") as plain,
            (folder / "tables" / f"{name}.jsonl").open("w", encoding="utf-8") as lines,
        ):
            header = [column.name for column in columns() if column.table == name]
            table = csv.DictWriter(plain, header, extrasaction="ignore")
            table.writeheader()
            for row in each_row(connection, name, runner.id):
                if name == _STREAMS:
                    row["data"] = None
                table.writerow({key: _cell(item) for key, item in row.items()})
                lines.write(_json(row) + "\n")


def _events(record: Record, runner: Runner, folder: Path) -> None:
    """Write what was told and decided once more, by kind and with its content unfolded: plans, check-ins, intakes."""
    (folder / "told").mkdir()
    by_kind: dict[str, list[dict[str, Any]]] = {}
    with record.reading() as connection:
        for row in each_row(connection, _EVENTS, runner.id):
            own = {"id": row["id"], "recorded_at": row["recorded_at"], "local_date": row["local_date"]}
            by_kind.setdefault(row["kind"], []).append({**own, **row["data"]})
    for kind, entries in by_kind.items():
        ordered = sorted(entries, key=lambda entry: (entry["recorded_at"], entry["id"]))
        (folder / "told" / f"{kind}.json").write_text(_json(ordered, indent=1), encoding="utf-8")


def _streams(record: Record, runner: Runner, folder: Path, told: Steps, total: int) -> int:
    (folder / "streams").mkdir()
    with record.reading() as connection:
        names = [row["activity_id"] for row in each_row(connection, _STREAMS, runner.id)]
        for number, name in enumerate(names, start=1):
            stream = load_stream(connection, name)
            if stream is not None:
                with (folder / "streams" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                    csv.writer(file).writerows(_stream_rows(stream))
            told(number, total, name)
    return len(names)


def _stream_rows(stream: Stream) -> Iterator[tuple[Any, ...]]:
    names = ["elapsed_s", "interval_s", "running", *(name for name in STREAM_COLUMNS if name in stream.columns)]
    yield tuple(names)
    listed = [
        _listed(stream.elapsed_s, _DIGITS),
        _listed(stream.interval_s, _DIGITS),
        stream.running.astype(int).tolist(),
        *(_listed(stream.columns[name], _DIGITS_OF.get(name, _DIGITS)) for name in names[3:]),
    ]
    yield from zip(*listed, strict=True)


def _listed(column: np.ndarray[Any, Any], digits: int) -> list[float | None]:
    """Return the values for a table; what is not known is an empty cell."""
    values: list[float | None] = np.round(column.astype(np.float64), digits).tolist()
    if np.isnan(column).any():
        return [None if value != value else value for value in values]
    return values


def _originals(record: Record, runner: Runner, folder: Path) -> int:
    """Copy the files as they came, under the names they had."""
    (folder / "originals").mkdir()
    count = 0
    with record.reading() as connection:
        rows = list(each_row(connection, "file_result", runner.id))
    there = set(record.originals)
    for row in rows:
        if row["sha256"] in there:
            name = PurePosixPath(row["path"].replace("\\", "/")).name
            safe = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in name)[-80:]
            (folder / "originals" / f"{row['sha256'][:_SHORT_HASH]}-{safe}").write_bytes(
                record.originals.get(row["sha256"])
            )
            count += 1
    return count


def _pictures(record: Record, runner: Runner, folder: Path) -> None:
    """Copy the pictures of the runner's clips, a folder for each clip, named by its id in ``told/gait_clip.json``."""
    with record.reading() as connection:
        clips = counted_clips(read_events(connection, runner.id, "gait_clip", "gait_clip_withdrawn"))
    for clip in clips:
        if pictures_of(record.data, clip.id):
            shutil.copytree(clip_folder(record.data, clip.id), folder / GAIT_NAME / clip.id)


def _explain(folder: Path) -> None:
    """Write what the folder holds, and what every column means."""
    with (folder / "dictionary.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("table", "column", "unit", "meaning"))
        table.writerows((column.table, column.name, column.unit, column.meaning) for column in columns())
    names = dict.fromkeys(column.table for column in columns() if column.table != STREAM_FILE)
    listed = "\n".join(f"- `{name}`: {table_text(name)}" for name in names)
    (folder / "README.md").write_text(_README.format(tables=listed), encoding="utf-8")


_README: Final = """# Your Kneewise data

Everything that Kneewise holds of you, in open formats. Text is UTF-8, numbers have a decimal point, units are SI and
stand in `dictionary.csv`, instants are ISO 8601 in UTC. An empty cell or `null` is not known.

- `dictionary.csv`: table, column, unit and meaning of every column.
- `tables/`: every table as CSV and as JSON lines.
- `told/`: what you told and what was decided, by kind: check-ins, intakes, scores, every version of the plan.
- `streams/`: the seconds of each activity, one CSV file each, named by the activity's id.
- `originals/`: the files as they came, each with the first {{digits}} signs of its SHA-256 before its name.
- `gait/`: pictures of your clips, where there are any, and clips that you kept.
- `state.json`: what the record said on the day of the export.

## Tables

{tables}
""".replace("{{digits}}", str(_SHORT_HASH))


def _cell(item: Any) -> Any:
    if isinstance(item, dict | list):
        return _json(item)
    if isinstance(item, bool):
        return int(item)
    return _plain(item) if isinstance(item, datetime | date) else item


def _json(document: Any, *, indent: int | None = None) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=indent, default=_plain)


def _plain(item: Any) -> str:
    if isinstance(item, datetime):
        return item.astimezone(UTC).isoformat()
    if isinstance(item, date):
        return item.isoformat()
    raise TypeError(f"{type(item).__name__} has no open form")
