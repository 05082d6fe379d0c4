"""Files that come in: on the disk and gone again, under a name of our own, within the limit, with the token."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kneewise.services.import_tray import ImportTray
from kneewise.services.place import Place
from kneewise.web.app import create_app
from kneewise.web.options import WebOptions
from kneewise.web.uploads import ending, label, way

GROUP = "0" * 32
LIMIT = 50_000


@pytest.fixture
def application(tmp_path: Path, each_database: object) -> FastAPI:
    return create_app(Place(tmp_path / "data"), WebOptions(body_limit_bytes=20_000, upload_limit_bytes=LIMIT))


def headers(csrf: str, name: str = "run.fit") -> dict[str, str]:
    return {"x-csrf-token": csrf, "x-file-name": name, "x-import-group": GROUP, "accept": "application/json"}


def stored(application: FastAPI) -> list[Path]:
    folder: Path = application.state.imports.folder
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "shown", "end", "whole"),
    [
        ("morning.fit", "morning.fit", ".fit", "morning.fit"),
        ("../../etc/passwd", "passwd", "", "etc/passwd"),
        ("C:\\runs\\a.fit.gz", "a.fit.gz", ".fit.gz", "C:/runs/a.fit.gz"),
        ("/a/./b/../run.FIT", "run.FIT", ".fit", "a/b/run.FIT"),
        ("a\x00b\u202egnp.fit", "abgnp.fit", ".fit", "abgnp.fit"),
        ("x.f\u0456t", "x.f\u0456t", "", "x.f\u0456t"),
        ("..", "..", "", ""),
    ],
)
def test_names_are_for_showing_only(name: str, shown: str, end: str, whole: str) -> None:
    assert (label(name), ending(name), way(name)) == (shown, end, whole)


def test_a_name_full_of_folders_stays_in_ours(client: TestClient, csrf: str, application: FastAPI) -> None:
    sent = client.post("/import/upload", content=b"x" * 100, headers=headers(csrf, "..%2F..%2F..%2Fevil.fit"))
    assert sent.json() == {"waiting": 1, "size_bytes": 100}
    assert all("evil" not in str(path) for path in stored(application))
    with ImportTray(application.state.imports.folder, None).taken(GROUP) as files:
        [(path, name)] = files
        assert (path.read_bytes(), name) == (b"x" * 100, "evil.fit")
    assert stored(application) == []


def test_what_waits_can_be_dropped(client: TestClient, csrf: str, application: FastAPI) -> None:
    client.post("/import/upload", content=b"x", headers=headers(csrf))
    client.post("/import/cancel", data={"group": GROUP}, headers={"x-csrf-token": csrf})
    assert stored(application) == []


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("path", ["/import/upload", "/import/inspect", "/my-data/restore"])
def test_over_the_limit_nothing_stays(
    client: TestClient, csrf: str, application: FastAPI, path: str, chunked: bool
) -> None:
    content = iter([b"x" * 30_000, b"x" * 30_000]) if chunked else b"x" * 60_000
    answer = client.post(path, content=content, headers=headers(csrf))
    assert answer.status_code == 413
    assert "Nothing was stored" in answer.json()["error"]["text"]
    assert stored(application) == []


@pytest.mark.parametrize("path", ["/import/upload", "/import/inspect", "/my-data/restore"])
def test_without_the_token_nothing_is_read(client: TestClient, application: FastAPI, path: str) -> None:
    answer = client.post(path, content=b"x" * 1000, headers=headers(""))
    assert answer.status_code == 403
    assert stored(application) == []


@pytest.mark.parametrize("path", ["/import/begin", "/import/cancel", "/my-data/erase", "/my-data/backup", "/helped"])
def test_no_form_works_without_the_token(client: TestClient, path: str) -> None:
    assert client.post(path, data={"group": GROUP, "word": "erase"}).status_code == 403


def test_an_upload_goes_through_beyond_the_limit_of_other_bodies(client: TestClient, csrf: str) -> None:
    assert client.post("/import/upload", content=b"x" * 40_000, headers=headers(csrf)).status_code == 200
    assert client.post("/import/begin", content=b"x" * 40_000, headers=headers(csrf)).status_code == 413


def test_a_full_disk_is_a_sentence(
    client: TestClient, csrf: str, application: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shutil import _ntuple_diskusage

    monkeypatch.setattr("shutil.disk_usage", lambda _: _ntuple_diskusage(100, 90, 10))
    answer = client.post("/import/upload", content=b"x" * 100, headers=headers(csrf))
    assert answer.status_code == 503
    assert "no room" in answer.json()["error"]["text"]
    assert stored(application) == []


@pytest.fixture
def group_of_files(client: TestClient, csrf: str) -> str:
    client.post("/import/upload", content=b"x", headers=headers(csrf))
    return GROUP


def test_leftovers_go_with_the_next_start(application: FastAPI, group_of_files: str, tmp_path: Path) -> None:
    assert stored(application)
    application.state.imports.close()
    again = create_app(Place(tmp_path / "data"), WebOptions())
    with TestClient(again, base_url="http://127.0.0.1"):
        assert stored(again) == []


def test_a_group_that_took_long_stays_whole_and_what_nobody_comes_for_goes(tmp_path: Path) -> None:
    ann, ben, cleo = (ImportTray(tmp_path, name) for name in ("ann", "ben", "cleo"))
    for number, tray in enumerate((ann, ben, cleo)):
        (tmp_path / f"{number}.fit").write_bytes(b"x")
        tray.keep(GROUP, tmp_path / f"{number}.fit", "run.fit")
    (tmp_path / "taken-lost").mkdir()
    for waiting in tmp_path.iterdir():
        os.utime(waiting, (0, 0))
    with cleo.taken(GROUP) as in_hand:
        (tmp_path / "late.fit").write_bytes(b"y")
        assert ann.keep(GROUP, tmp_path / "late.fit", "late.fit") == 2
        assert in_hand[0][0].read_bytes() == b"x"
    with ben.taken(GROUP) as none, ann.taken(GROUP) as files:
        assert (none, [name for _, name in files]) == ([], ["run.fit", "late.fit"])
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_half_received_goes_with_the_next_upload(
    client: TestClient, csrf: str, application: FastAPI
) -> None:
    lost, coming = (application.state.imports.folder / name for name in ("upload-lost.fit", "upload-coming.fit"))
    for path in (lost, coming):
        path.write_bytes(b"half")
    os.utime(lost, (0, 0))
    client.post("/import/inspect", content=b"x", headers=headers(csrf))
    assert stored(application) == [coming]
