"""Originals are whole or absent."""

from __future__ import annotations

import errno
import os
import stat
from hashlib import sha256
from pathlib import Path

import pytest

from kneewise.errors import StorageError
from kneewise.storage.originals import Originals


def _named(*contents: bytes) -> dict[str, bytes]:
    return {sha256(content).hexdigest(): content for content in contents}


def test_put_and_get(tmp_path: Path) -> None:
    originals, files = Originals(tmp_path / "originals"), _named(b"one", b"two", b"")
    originals.put(files)
    assert {key: originals.get(key) for key in files} == files
    assert sorted(originals) == sorted(files)
    key = next(iter(files))
    assert originals.path(key) == tmp_path / "originals" / key[:2] / key[2:]


def test_only_the_owner_may_look(tmp_path: Path) -> None:
    originals = Originals(tmp_path / "originals")
    originals.put(_named(b"one"))
    for folder in (originals.folder, *originals.folder.iterdir()):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (key,) = originals
    assert stat.S_IMODE(originals.path(key).stat().st_mode) == 0o600


def test_putting_again_changes_nothing(tmp_path: Path) -> None:
    originals, files = Originals(tmp_path / "originals"), _named(b"one")
    originals.put(files)
    (key,) = files
    before = originals.path(key).stat().st_mtime_ns
    originals.put(files)
    assert originals.path(key).stat().st_mtime_ns == before


def test_a_missing_original_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="import its file again"):
        Originals(tmp_path / "originals").get("0" * 64)


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    originals = Originals(tmp_path / "originals")
    originals.put(_named(b"before"))

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="disk is full"):
        originals.put(_named(b"one", b"two"))
    assert list(originals) == list(_named(b"before"))
    assert not list(originals.folder.glob(".partial-*"))


def test_sweep_removes_what_a_kill_left(tmp_path: Path) -> None:
    originals = Originals(tmp_path / "originals")
    originals.put(_named(b"one"))
    (originals.folder / ".partial-abc").write_bytes(b"half")
    originals.sweep()
    assert not list(originals.folder.glob(".partial-*"))
    assert list(originals) == list(_named(b"one"))
