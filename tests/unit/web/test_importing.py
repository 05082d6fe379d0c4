"""The import's pages and documents, without a browser."""

from __future__ import annotations

import gzip
import time
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.histories import run_bytes

from kneewise import clock
from kneewise.domain import Issue
from kneewise.services import inspecting
from kneewise.services.import_jobs import ImportJob
from kneewise.services.outcomes import FileReport
from kneewise.web.importing.view import PER_PAGE, batch, results_page

GROUP = "a" * 32
WAIT_S = 60


def sent(client: TestClient, csrf: str, *files: tuple[str, bytes], strip: bool = False) -> dict[str, Any]:
    """Send files as the page does, and wait until they are imported."""
    for name, content in files:
        head = {"x-csrf-token": csrf, "x-file-name": name, "x-import-group": GROUP}
        assert client.post("/import/upload", content=content, headers=head).status_code == 200
    form = {"group": GROUP, "strip_positions": str(strip).lower()}
    begun = client.post("/import/begin", data=form, headers={"x-csrf-token": csrf}).json()
    until = time.monotonic() + WAIT_S
    while (found := client.get(f"/api/imports/{begun['id']}").json())["live"] and time.monotonic() < until:
        time.sleep(0.02)
    document: dict[str, Any] = found
    return document


def made(files: list[FileReport], state: Any = "done") -> ImportJob:
    return ImportJob("1", ("export.zip",), clock.now(), GROUP, state=state, files=files, done=len(files))


def test_files_become_runs_and_the_api_tells_as_the_command_does(client: TestClient, csrf: str) -> None:
    found = sent(client, csrf, ("2024/a.fit", run_bytes()), ("2024/b.fit", run_bytes()), ("c.fit", b"broken" * 50))
    assert found["state"] == "done"
    assert {file["path"]: file["status"] for file in found["files"]} == {
        "2024/a.fit": "imported",
        "2024/b.fit": "duplicate",
        "c.fit": "failed",
    }
    assert client.get("/api/imports").json()[0]["totals"]["imported"] == 1
    page = client.get("/import").text
    assert f'href="/runs/{found["first_activity"]}"' in page
    assert "every 1s" not in page
    assert "c.fit" in client.get(f"/import/results/{GROUP}").text
    assert "2024/b.fit" in client.get(f"/import/results/{GROUP}?status=duplicate").text


def test_positions_can_be_left_out(client: TestClient, csrf: str, application: FastAPI) -> None:
    sent(client, csrf, ("a.fit", run_bytes()), strip=True)
    assert list(application.state.place.record.originals) == []


def test_nothing_to_begin_and_an_unknown_group_are_no_failures(client: TestClient, csrf: str) -> None:
    answer = client.post(
        "/import/begin", data={"group": GROUP}, headers={"x-csrf-token": csrf, "accept": "application/json"}
    )
    assert (answer.status_code, answer.json()["error"]["text"]) == (422, "No file came in; choose the files to import.")
    assert client.get(f"/import/results/{GROUP}").status_code == 404
    assert client.get("/api/imports/nothing").status_code == 404
    assert client.delete("/api/imports/nothing", headers={"x-csrf-token": csrf}).status_code == 404


def test_a_look_into_a_file_names_it_as_its_owner_does(client: TestClient, csrf: str) -> None:
    head = {"x-csrf-token": csrf, "x-file-name": "Morgenlauf%20%C3%BC.fit"}
    answer = client.post("/import/inspect", content=run_bytes(), headers=head)
    assert "Morgenlauf ü.fit" in answer.text
    assert "<html" not in answer.text
    bad = client.post("/import/inspect", content=b"<b>no</b>", headers={**head, "accept": "application/json"})
    assert bad.status_code == 422
    assert "upload-" not in bad.text
    assert client.get("/api/imports").json() == []


def test_a_look_into_a_file_made_to_fill_the_memory(
    client: TestClient, csrf: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = {"x-csrf-token": csrf, "x-file-name": "run.gpx.gz", "accept": "application/json"}
    noise = b"<gpx><trk><name>" + b"\x01" * 200_000
    answer = client.post("/import/inspect", content=gzip.compress(noise, 1), headers=head)
    assert (answer.status_code, "run.gpx.gz is a GPX file without any track" in answer.text) == (422, True)
    monkeypatch.setattr(inspecting, "LARGE_BYTES", 1)  # in a process of its own
    answer = client.post("/import/inspect", content=gzip.compress(noise + bytes(30 << 20)), headers=head)
    assert (answer.status_code, "run.gpx.gz unpacks to more than" in answer.text) == (422, True)


def test_failures_come_first_and_thousands_of_rows_come_in_pages() -> None:
    bad = FileReport("z.fit", "failed", issues=(Issue("x", "z.fit", "Cut short."),))
    job = made([FileReport(f"{number}.fit", "imported", ("id",)) for number in range(1234)] + [bad])
    shown = batch([job], {"load"})
    assert [count.key for count in shown.counts if count.some] == ["failed", "imported"]
    assert [row.path for row in shown.failures] == ["z.fit"]
    first = results_page([job], {"load"}, status="", page=1)
    assert first is not None
    assert [row.issues for row in first.rows] == [("Cut short.",)]
    last = results_page([job], {"load"}, status="imported", page=25)
    assert last is not None
    assert (len(last.rows), last.after) == (1234 % PER_PAGE, "")
    assert results_page([job], {"load"}, status="imported", page=26) is None
    assert results_page([job], {"load"}, status="nonsense", page=1) is None


def test_parts_of_one_choice_are_one_import_that_runs_until_the_last_ends() -> None:
    parts = [made([FileReport("a.fit", "imported", ("id",))]), made([], "running")]
    shown = batch(parts, ())
    assert (shown.live, shown.state, shown.run_href) == (True, "running", "")
    assert shown.runs_text
