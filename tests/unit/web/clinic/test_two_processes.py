"""A clinic that is served by two processes: each is an app of its own; what one took in, the other knows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.histories import run_bytes
from tests.unit.web.clinic.conftest import ADDRESS, Clinic, Person

from kneewise.errors import StorageError
from kneewise.services.import_jobs import ImportJobs
from kneewise.services.place import Place
from kneewise.web.app import create_app
from kneewise.web.clinic.door import ClinicDoor
from kneewise.web.options import WebOptions

pytestmark = pytest.mark.usefixtures("each_database")

GROUP = "a" * 32
_WAIT_S = 60


@pytest.fixture
def other(clinic: Clinic) -> Iterator[TestClient]:
    """A browser at the second process, which starts while the first one serves."""
    app = create_app(clinic.place, WebOptions(public_host="clinic.test"), clinic=True)
    with TestClient(app, base_url=ADDRESS, raise_server_exceptions=False) as browser:
        yield browser


def there(person: Person, other: TestClient) -> Person:
    """Return the same browser, whose next request is answered by the second process."""
    other.cookies = person.browser.cookies
    return Person(person.account, other)


def upload(person: Person, name: str, day: int) -> None:
    headers = {"x-file-name": name, "x-import-group": GROUP, "x-csrf-token": person.token()}
    sent = person.browser.post("/import/upload", content=run_bytes(day), headers=headers)
    assert sent.status_code == 200, sent.text


def test_files_that_came_in_at_either_process_are_one_import(clinic: Clinic, other: TestClient) -> None:
    ann, ann_there = clinic.ann, there(clinic.ann, other)
    upload(ann, "one.fit", 1)
    upload(ann_there, "two.fit", 2)
    begun = ann_there.post("/import/begin", {"group": GROUP}).json()
    until = time.monotonic() + _WAIT_S
    while (job := ann.get(f"/api/imports/{begun['id']}").json())["live"] and time.monotonic() < until:
        time.sleep(0.02)
    assert (job["state"], job["totals"]["imported"]) == ("done", 2)
    assert not list(clinic.app.state.imports.folder.glob("waits-*"))


def test_a_session_and_its_end_hold_in_both(clinic: Clinic, other: TestClient) -> None:
    ann, ann_there = clinic.ann, there(clinic.ann, other)
    assert ann_there.get("/").status_code == 200
    ann.post("/sign-out")
    assert ann_there.get("/").headers["location"] == "/sign-in"


def test_while_the_database_is_away_a_process_starts_and_tells_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StorageError("The database is away; try again.")

    monkeypatch.setattr(ImportJobs, "renew_loads", away)
    monkeypatch.setattr(ClinicDoor, "session", away)
    app = create_app(Place(tmp_path / "data"), WebOptions(public_host="clinic.test"), clinic=True)
    with TestClient(app, base_url=ADDRESS, raise_server_exceptions=False) as browser:
        page, program = browser.get("/plan"), browser.get("/api/plan")
    assert (page.status_code, program.status_code) == (503, 503)
    assert "The database is away; try again." in page.text
    assert program.json()["error"]["text"] == "The database is away; try again."
