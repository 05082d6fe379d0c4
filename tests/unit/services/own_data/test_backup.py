"""What was backed up comes back as it was; what is no whole backup changes nothing."""

from __future__ import annotations

import errno
import json
import shutil
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from tests.histories import contents
from tests.unit.services.own_data.records import filled

from kneewise.errors import InvalidInputError, KneewiseError, StorageError
from kneewise.services.own_data.backup import back_up
from kneewise.services.own_data.restore import restore
from kneewise.services.place import Place
from kneewise.storage import open_record
from kneewise.storage.originals import Originals
from kneewise.storage.upgrading import upgrade

pytestmark = pytest.mark.usefixtures("each_database")

Members = dict[str, bytes]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Return a backup, and what the record held."""
    folder = tmp_path_factory.mktemp("backup")
    place = filled(folder / "data")
    back_up(place, folder / "backup.zip")
    return folder / "backup.zip", contents(place.data)


def members(backup: Path) -> Members:
    with zipfile.ZipFile(backup) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def forged(target: Path, parts: Members, change: Callable[[dict[str, Any]], object] = lambda _: None) -> Path:
    """Write a backup of these members, its manifest true to them but for ``change``."""
    document = json.loads(parts["manifest.json"])
    document["files"] = [
        {"name": name, "size_bytes": len(content), "sha256": sha256(content).hexdigest()}
        for name, content in parts.items()
        if name != "manifest.json"
    ]
    change(document)
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, json.dumps(document) if name == "manifest.json" else content)
    return target


def test_it_comes_back_as_it_was(made: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    backup, before = made
    restored = restore(Place(tmp_path / "data"), backup)
    assert (restored.runners, restored.originals, restored.upgraded) == (("me",), 2, False)
    assert contents(tmp_path / "data") == before


def test_into_a_record_that_is_open(made: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    backup, before = made
    with open_record(tmp_path / "data") as record:
        restore(Place(tmp_path / "data", record=record), backup)
        with record.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM activity").scalar() == 2
    assert contents(tmp_path / "data") == before


def test_a_record_that_holds_something_is_only_overwritten_when_asked(
    made: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    backup, before = made
    place = filled(tmp_path / "data", runs=3)
    held = contents(place.data)
    with pytest.raises(InvalidInputError, match="holds 3 activities"):
        restore(place, backup)
    assert contents(place.data) == held
    restore(place, backup, overwrite=True)
    assert contents(place.data) == before


def test_a_profile_alone_is_something(made: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    from kneewise.services.profile import set_profile

    set_profile(Place(tmp_path), height_m=1.8)
    with pytest.raises(InvalidInputError, match="was left as it is"):
        restore(Place(tmp_path), made[0])


def test_an_older_record_is_upgraded(made: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    old = tmp_path / "old.sqlite"
    engine = create_engine(f"sqlite:///{old}")
    upgrade(engine, "0001")
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO runner (id, height_m) VALUES ('ana', 1.66)")
    engine.dispose()
    parts = {"manifest.json": members(made[0])["manifest.json"], "kneewise.sqlite": old.read_bytes()}
    restored = restore(Place(tmp_path / "data"), forged(tmp_path / "old.zip", parts))
    assert (restored.runners, restored.upgraded) == (("ana",), True)
    assert contents(tmp_path / "data")["event"] == []


def _with(**more: bytes) -> Callable[[Members], Members]:
    return lambda parts: {**parts, **more}


@pytest.mark.parametrize(
    ("change", "document", "words"),
    [
        (lambda parts: {**parts, "../../evil.txt": b"x"}, None, "damaged"),
        (lambda parts: {**parts, "/etc/evil": b"x"}, None, "damaged"),
        (lambda parts: {**parts, "originals/../../evil": b"x"}, None, "damaged"),
        (lambda parts: {**parts, "web-secret": b"x"}, None, "damaged"),
        (lambda parts: {**parts, "kneewise.sqlite": b"SQLite format 3\0" + bytes(5000)}, None, "damaged"),
        (lambda parts: {**parts, "kneewise.sqlite": b"no database at all"}, None, "damaged"),
        (lambda parts: {name: part for name, part in parts.items() if name != "kneewise.sqlite"}, None, "damaged"),
        (lambda parts: parts, lambda document: document["files"].pop(), "damaged"),
        (lambda parts: parts, lambda document: document["files"][0].update(size_bytes=1), "damaged"),
        (lambda parts: parts, lambda document: document["files"][0].update(sha256="0" * 64), "damaged at"),
        (lambda parts: parts, lambda document: document.pop("files"), "damaged"),
        (lambda parts: parts, lambda document: document.update(format="photos"), "no backup"),
        (lambda parts: parts, lambda document: document.update(version=99), "newer Kneewise"),
    ],
)
def test_what_is_no_whole_backup_changes_nothing(
    made: tuple[Path, dict[str, Any]],
    tmp_path: Path,
    change: Callable[[Members], Members],
    document: Callable[[dict[str, Any]], object] | None,
    words: str,
) -> None:
    place = filled(tmp_path / "data", runs=1)
    held = contents(place.data)
    backup = forged(tmp_path / "bad.zip", change(members(made[0])), document or (lambda _: None))
    with pytest.raises(KneewiseError, match=words):
        restore(place, backup, overwrite=True)
    assert contents(place.data) == held
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.zip", "data", "runs"]


def test_a_database_of_a_newer_kneewise(made: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    parts = members(made[0])
    copy = tmp_path / "newer.sqlite"
    copy.write_bytes(parts["kneewise.sqlite"])
    engine = create_engine(f"sqlite:///{copy}")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    backup = forged(tmp_path / "newer.zip", {**parts, "kneewise.sqlite": copy.read_bytes()})
    with pytest.raises(StorageError, match="newer Kneewise"):
        restore(Place(tmp_path / "data"), backup)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"a photo", None])
def test_no_backup_at_all(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "file.zip"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InvalidInputError, match=r"backup|no file"):
        restore(Place(tmp_path / "data"), file)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.999])
def test_a_flipped_byte_anywhere(made: tuple[Path, dict[str, Any]], tmp_path: Path, share: float) -> None:
    content = bytearray(made[0].read_bytes())
    content[int(share * len(content))] ^= 0x55
    (tmp_path / "bad.zip").write_bytes(content)
    try:
        restore(Place(tmp_path / "data"), tmp_path / "bad.zip")
    except KneewiseError:
        assert contents(tmp_path / "data")["activity"] == []
    else:  # the byte belongs to nothing, such as a time of a member
        assert contents(tmp_path / "data") == made[1]


def test_a_full_disk_leaves_what_was_there(
    made: tuple[Path, dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = filled(tmp_path / "data", runs=1)
    held = contents(place.data)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(Originals, "_write", full)
    with pytest.raises(StorageError, match="disk is full"):
        restore(place, made[0], overwrite=True)
    assert contents(place.data) == held


def test_no_room_is_told_before_anything_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = filled(tmp_path / "data", runs=1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type("Usage", (), {"free": 0})())
    with pytest.raises(StorageError, match="no room for the backup"):
        back_up(place, tmp_path / "backup.zip")
    assert not list(tmp_path.glob("*backup*"))


def test_a_file_is_only_replaced_when_asked(tmp_path: Path) -> None:
    place = filled(tmp_path / "data", runs=1)
    target = tmp_path / "backup.zip"
    target.write_text("last week's")
    with pytest.raises(InvalidInputError, match="is there already"):
        back_up(place, target)
    assert target.read_text() == "last week's"
    assert back_up(place, target, replace=True).files == 1
    with pytest.raises(InvalidInputError, match="is a folder"):
        back_up(place, tmp_path)


def test_stopped_half_way_nothing_is_left(tmp_path: Path) -> None:
    def stop(done: int, total: int, at: str) -> None:
        raise KeyboardInterrupt

    place = filled(tmp_path / "data", runs=1)
    with pytest.raises(KeyboardInterrupt):
        back_up(place, tmp_path / "backup.zip", progress=stop)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "runs"]
    back_up(place, tmp_path / "backup.zip")
    with pytest.raises(KeyboardInterrupt):
        restore(Place(tmp_path / "other"), tmp_path / "backup.zip", progress=stop)
    assert contents(tmp_path / "other")["activity"] == []


def test_a_changed_original_is_told(tmp_path: Path) -> None:
    place = filled(tmp_path / "data", runs=1)
    [file] = [path for path in (place.data / "originals").rglob("*") if path.is_file()]
    file.write_bytes(b"rotten")
    [issue] = back_up(place, tmp_path / "backup.zip").issues
    assert issue.code == "original-changed"
