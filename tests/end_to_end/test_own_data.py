"""The runner's own data as its user has it: the demo taken out, kept, erased and put back, by commands alone."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kneewise.cli import app


@pytest.fixture
def data(demo: Path, tmp_path: Path) -> Path:
    """Return a copy of the demo, for a test that changes it."""
    return Path(shutil.copytree(demo, tmp_path / "data"))


def call(data: Path, *arguments: object, status: int = 0) -> Any:
    result = CliRunner().invoke(app, ["--data", str(data), *map(str, arguments)])
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output
    return result


def document(data: Path, *arguments: object) -> Any:
    return json.loads(call(data, *arguments, "--json").stdout)


def told(data: Path) -> list[Any]:
    return [document(data, *command) for command in (("state",), ("plan", "show"), ("activities",), ("today",))]


def test_backed_up_erased_and_restored_it_says_the_same(data: Path, tmp_path: Path) -> None:
    before = told(data)
    backup = tmp_path / "backup.zip"
    made = document(data, "backup", backup)
    assert made["runners"] == ["me", "samples"]
    assert made["originals"] == made["counts"]["original"] > 300
    refused = call(data, "erase", status=2)
    assert "add --yes if you mean it" in refused.stderr
    erased = document(data, "erase", "--yes")
    assert erased["counts"] == made["counts"]
    assert not data.exists()
    assert document(data, "restore", backup)["counts"] == made["counts"]
    assert told(data) == before
    held = call(data, "restore", backup, status=1)
    assert "--overwrite" in held.stderr


def test_everything_comes_out(demo: Path, tmp_path: Path) -> None:
    made = document(demo, "export", "all", tmp_path / "out")
    listed = document(demo, "activities")
    with (tmp_path / "out" / "tables" / "activity.csv").open(encoding="utf-8", newline="") as file:
        exported = {row["id"]: row for row in csv.DictReader(file)}
    assert exported.keys() == {run["id"] for run in listed}
    assert all(float(exported[run["id"]]["distance_m"]) == run["distance_m"] for run in listed)
    plans = json.loads((tmp_path / "out" / "told" / "plan.json").read_text(encoding="utf-8"))
    assert plans[-1]["version"] == document(demo, "plan", "show")["version"]
    assert made["streams"] == len(list((tmp_path / "out" / "streams").iterdir())) == len(listed)
    assert "is not empty" in call(demo, "export", "all", tmp_path / "out", status=1).stderr


def test_one_runner_goes_and_the_other_stays(data: Path) -> None:
    samples = document(data, "--runner", "samples", "activities")
    assert document(data, "--runner", "me", "erase", "--yes")["runners"] == ["me"]
    assert document(data, "activities") == samples


def test_where_is_told_in_words(demo: Path) -> None:
    printed = call(demo, "where").stdout
    assert "Nothing is sent" in printed
    assert "Check-ins" in printed
    assert {kind["kind"] for kind in document(demo, "where")["kinds"]} >= {"activities", "originals", "database"}
