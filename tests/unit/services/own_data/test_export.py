"""Everything comes out in open formats, and every column is explained."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import get_args

import pytest
from tests.unit.services.own_data.records import filled

from kneewise.domain import STREAM_COLUMNS
from kneewise.errors import InvalidInputError
from kneewise.services.own_data.dictionary import STREAM_FILE, columns, table_text
from kneewise.services.own_data.export import export_all
from kneewise.services.own_data.stored import EVENT_TITLES, what_is_stored
from kneewise.storage import EventKind, load_stream, open_record, tables

pytestmark = pytest.mark.usefixtures("each_database")


def test_every_column_is_explained() -> None:
    explained = {(column.table, column.name) for column in columns()}
    stored = {(table.name, column.name) for table in tables.metadata.sorted_tables for column in table.columns}
    streamed = {(STREAM_FILE, name) for name in ("elapsed_s", "interval_s", "running", *STREAM_COLUMNS)}
    assert explained == stored | streamed
    assert all(column.meaning.endswith(".") for column in columns())
    assert all(table_text(table.name).endswith(".") for table in tables.metadata.sorted_tables)


def test_every_kind_of_event_has_a_title() -> None:
    assert set(EVENT_TITLES) == set(get_args(EventKind))


def test_all_of_it_comes_out(tmp_path: Path) -> None:
    place = filled(tmp_path / "data")
    made = export_all(place, tmp_path / "out")
    assert (made.counts["activity"], made.streams, made.originals) == (2, 2, 2)
    for table in tables.metadata.sorted_tables:
        with (tmp_path / "out" / "tables" / f"{table.name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        lines = (tmp_path / "out" / "tables" / f"{table.name}.jsonl").read_text(encoding="utf-8").splitlines()
        assert len(rows) == len(lines) == made.counts[table.name]
        assert all(set(json.loads(line)) == set(table.columns.keys()) for line in lines)
    [check_in] = json.loads((tmp_path / "out" / "told" / "check_in.json").read_text(encoding="utf-8"))
    assert (check_in["during"], check_in["note"]) == (2.0, "sore after the stairs")
    assert {path.read_bytes() for path in (tmp_path / "out" / "originals").iterdir()} == {
        path.read_bytes() for path in (tmp_path / "runs").iterdir()
    }
    assert json.loads((tmp_path / "out" / "state.json").read_text(encoding="utf-8"))["intake"]["level"]


def test_a_stream_reads_back(tmp_path: Path) -> None:
    place = filled(tmp_path / "data", runs=1)
    export_all(place, tmp_path / "out")
    [file] = (tmp_path / "out" / "streams").iterdir()
    with file.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    with open_record(place.data) as record, record.reading() as connection:
        stream = load_stream(connection, file.stem)
    assert stream is not None
    assert len(rows) == len(stream)
    told = [float(row["speed_mps"]) for row in rows if row["speed_mps"]]
    assert told == pytest.approx([speed for speed in stream.column("speed_mps").tolist() if speed == speed], abs=1e-4)


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    place = filled(tmp_path / "data", runs=1)
    with pytest.raises(InvalidInputError, match="not empty"):
        export_all(place, tmp_path)


def test_stopped_half_way_nothing_is_left(tmp_path: Path) -> None:
    def stop(done: int, total: int, at: str) -> None:
        raise KeyboardInterrupt

    place = filled(tmp_path / "data", runs=1)
    with pytest.raises(KeyboardInterrupt):
        export_all(place, tmp_path / "out", progress=stop)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "runs"]


def test_what_is_stored_is_told_in_words(tmp_path: Path) -> None:
    place = filled(tmp_path / "data")
    (place.data / "letter.txt").write_text("dear me")
    stored = what_is_stored(place)
    counts = {kind.kind: kind.count for kind in stored.kinds}
    assert {"activities": 2, "streams": 2, "check_in": 1, "intake": 1, "originals": 2}.items() <= counts.items()
    sizes = {kind.kind: kind.size_bytes for kind in stored.kinds}
    assert sizes["originals"] == sum(path.stat().st_size for path in (tmp_path / "runs").iterdir())
    assert (sizes["database"] or 0) > 0
    assert stored.foreign == (place.data / "letter.txt",)
    assert json.dumps(stored.to_json())
