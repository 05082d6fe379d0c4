"""Processes that work on the same: each open file counts like a process of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kneewise.storage.alone import held_alone, joined

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs locks that several may hold")


def test_alone_is_only_who_finds_nobody(tmp_path: Path) -> None:
    path = tmp_path / "jobs.lock"
    with joined(path) as (first, alone):
        assert alone
    with joined(path) as (second, alone):
        assert not alone
    first.close()
    with joined(path) as (third, alone):
        assert not alone, "the second is still at work"
    second.close()
    third.close()
    with joined(path) as (fourth, alone):
        assert alone
    fourth.close()


def test_who_fails_at_the_start_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "jobs.lock"
    with pytest.raises(ValueError, match="no start"), joined(path):
        raise ValueError("no start")
    with joined(path) as (file, alone):
        assert alone
    file.close()


def test_one_holds_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "turn.lock"
    held = held_alone(path)
    assert held is not None
    assert held_alone(path) is None
    held.close()
    again = held_alone(path)
    assert again is not None
    again.close()
