"""Trouble is one sentence and the right exit status, never a traceback."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.histories import write_runs
from typer.testing import CliRunner, Result

from kneewise.cli import app
from kneewise.services import importing

Call = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.delenv("KNEEWISE_DEBUG", raising=False)

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(app, ["--data", str(tmp_path / "data"), *map(str, arguments)])

    return run


def _sentence(result: Result, status: int = 1) -> str:
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output
    assert result.stdout == ""
    text = result.stderr.strip()
    assert text.endswith(".")
    assert "\n" not in text
    return text


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + bytes(50), b"good morning", b"\x0e\x20.FIT.FIT.FIT"])
def test_a_file_that_is_no_recording(call: Call, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "photo.fit"
    path.write_bytes(content)
    assert "photo.fit" in _sentence(call("import", path))
    assert "photo.fit" in _sentence(call("inspect", path))


def test_an_empty_folder_and_a_missing_one(call: Call, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "No file was found" in _sentence(call("import", tmp_path / "empty"))
    assert "does not exist" in _sentence(call("import", tmp_path / "missing"))
    assert "There is no file" in _sentence(call("inspect", tmp_path / "missing"))


def test_a_pipe_is_not_waited_for(call: Call, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.fit")
    assert "no regular file" in _sentence(call("inspect", tmp_path / "pipe.fit"))


def test_an_empty_path_is_not_the_current_folder(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_runs(tmp_path / "runs", 1))
    result = call("import", "")
    assert result.exit_code == 2
    assert "empty" in result.stderr
    assert json.loads(call("activities", "--json").stdout) == []


@pytest.mark.parametrize("command", ["activities", "load"])
def test_days_in_the_wrong_order_are_wrong_usage(call: Call, command: str) -> None:
    result = call(command, "--since", "2026-02-01", "--until", "2026-01-01")
    assert result.exit_code == 2
    assert "2026-02-01 is after" in result.stderr


@pytest.mark.parametrize("name", ["../x", "a b", "x" * 65, "-x", "a\nb"])
def test_what_cannot_name_a_runner(call: Call, name: str) -> None:
    assert "cannot name a runner" in _sentence(call(f"--runner={name}", "profile", "set", "--sex", "f"))


def test_an_impossible_birth_year_is_called_that(call: Call) -> None:
    assert "birth year of 3000" in _sentence(call("profile", "set", "--birth-year", 3000))


def test_a_trunk_lean_that_nobody_runs_with(call: Call) -> None:
    given = ("--speed-mps", 3, "--cadence-spm", 170, "--height-m", 1.7, "--mass-kg", 62)
    assert "-90 degrees" in _sentence(call("knee", *given, "--trunk-lean-deg", -90))


def _denied(*_: object, **__: object) -> None:
    raise PermissionError(errno.EACCES, "Permission denied")


def test_a_file_without_permission_is_trouble_and_not_wrong_usage(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_runs(tmp_path / "runs", 1) / "000.fit"
    call("activities")
    monkeypatch.setattr(os, "access", lambda *_, **__: False)  # as the frame of the program would ask
    monkeypatch.setattr(Path, "read_bytes", _denied)
    assert "check its permissions" in _sentence(call("inspect", path))
    assert "check its permissions" in _sentence(call("activities", "add", path))


def test_a_damaged_database_is_left_and_told(call: Call, tmp_path: Path) -> None:
    call("activities")
    (tmp_path / "data" / "kneewise.sqlite").write_bytes(b"no database at all, but long enough to be read" * 100)
    assert "put a backup in its place" in _sentence(call("activities"))


def test_a_batch_with_failures_is_done(call: Call, tmp_path: Path) -> None:
    folder = write_runs(tmp_path / "runs", 1)
    (folder / "bad.fit").write_bytes(b"rubbish")
    result = call("import", folder)
    assert result.exit_code == 0
    assert "1 failed" in result.stdout
    assert "bad.fit" in result.stdout


def test_nothing_but_failures_still_prints_the_document(call: Call, tmp_path: Path) -> None:
    for name in ("a.fit", "b.fit"):
        (tmp_path / name).write_bytes(b"rubbish " + name.encode())
    result = call("import", tmp_path / "a.fit", tmp_path / "b.fit", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["totals"]["failed"] == 2
    assert result.stderr.startswith("None of the 2 files")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nonsense",),
        ("import",),
        ("inspect",),
        ("knee",),
        ("knee", "--speed-mps", "fast"),
        ("activities", "--since", "14.3.2026"),
        ("profile", "set", "--height-m", "tall"),
    ],
)
def test_wrong_usage_is_two(call: Call, arguments: tuple[str, ...]) -> None:
    result = call(*arguments)
    assert result.exit_code == 2
    assert "Usage" in result.output


def test_values_that_cannot_be_right(call: Call) -> None:
    assert "height_m" in _sentence(call("profile", "set", "--height-m", 170))
    assert "Berlin" in _sentence(call("profile", "set", "--timezone", "Berlin"))
    assert _sentence(call("knee", "--speed-mps", -3, "--cadence-spm", 170, "--height-m", 1.7, "--mass-kg", 62))


def test_an_unexpected_error_is_a_sentence_too(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(importing, "finish", broken)
    text = _sentence(call("import", write_runs(tmp_path / "runs", 1)))
    assert "ZeroDivisionError" in text
    assert "KNEEWISE_DEBUG=1" in text
    monkeypatch.setenv("KNEEWISE_DEBUG", "1")
    assert isinstance(call("import", tmp_path / "runs").exception, ZeroDivisionError)


def test_ctrl_c_is_told(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(importing, "finish", stopped)
    assert "go on" in _sentence(call("import", write_runs(tmp_path / "runs", 1)), status=130)


def test_the_data_folder_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    result = CliRunner().invoke(app, ["--data", str(tmp_path / "file"), "activities"])
    assert result.exit_code == 1
    assert str(tmp_path / "file") in result.stderr


@pytest.mark.parametrize(
    "command",
    ["", "profile", "profile set", "profile show", "import", "inspect", "activities", "activities add", "knee", "load"],
)
def test_every_command_has_help(call: Call, command: str) -> None:
    result = call(*command.split(), "--help")
    assert result.exit_code == 0
    assert "Usage" in result.stdout
    assert call(*command.split(), "-h").stdout == result.stdout
