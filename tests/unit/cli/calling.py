"""Calling the program in this process, in a record of the test's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from kneewise.cli import app

Call = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Return a function that runs one command, with ``input`` as its standard input."""
    monkeypatch.delenv("KNEEWISE_DEBUG", raising=False)

    def run(*arguments: object, input: str | None = None) -> Result:  # noqa: A002
        return CliRunner().invoke(app, ["--data", str(tmp_path / "data"), *map(str, arguments)], input=input)

    return run


def document(result: Result) -> Any:
    """Return the one JSON document that a command printed."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def sentence(result: Result, status: int = 1) -> str:
    """Return the one sentence with which a command refused."""
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output
    assert result.stdout == ""
    text = result.stderr.strip()
    assert "\n" not in text
    assert text.endswith(".")
    return text


def text(result: Result) -> str:
    """Return what a command printed for people."""
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result.stdout
