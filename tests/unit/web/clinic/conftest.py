"""A clinic with one of everybody: two runners, two clinicians, an administrator, each in a browser of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.clinical import now
from tests.unit.web.clinic.people import PASSWORD, cheap_passwords, fill

from kneewise.services.clinic.accounts import administrator, invite, take_link
from kneewise.services.place import Place
from kneewise.storage import Record, Role
from kneewise.storage.accounts import Account
from kneewise.storage.kinds import KINDS, Kind
from kneewise.web.app import create_app
from kneewise.web.assets import FOLDER
from kneewise.web.options import WebOptions

__all__ = ["now"]

ADDRESS = "https://clinic.test"
_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
_FORM_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a browser."""

    account: Account
    browser: TestClient

    def get(self, path: str, **more: Any) -> Any:
        return self.browser.get(path, follow_redirects=False, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        headers = {"x-csrf-token": self.token(), **more.pop("headers", {})}
        return self.browser.post(path, data=data, headers=headers, follow_redirects=False, **more)

    def token(self) -> str:
        found: str = self.browser.get("/session.json").json()["csrf"]
        return found


class Clinic:
    """The application and those who use it."""

    def __init__(self, app: FastAPI, place: Place, portal: BlockingPortal | None) -> None:
        self.app = app
        self.place = place
        self.portal = portal
        self.ann = self.invited("ann@clinic.test", "Ann", "runner", by=None)
        self.doc = self.invited("doc@clinic.test", "Dr Doc", "clinician")
        self.other_doc = self.invited("other@clinic.test", "Dr Other", "clinician")
        self.ann = self.shared(self.ann)
        self.ben = self.invited("ben@clinic.test", "Ben", "runner", by=self.other_doc, shares=frozenset(KINDS))
        self.root = self.invited("root@clinic.test", "Root", "administrator")

    @property
    def record(self) -> Record:
        record: Record = self.app.state.place.record
        return record

    def browser(self) -> TestClient:
        browser = TestClient(self.app, base_url=ADDRESS, raise_server_exceptions=False)
        browser.portal = self.portal  # one loop for all, as a server has, and not one for each request
        return browser

    def invited(
        self, login: str, name: str, role: Role, *, by: Person | None = None, shares: frozenset[Kind] = frozenset()
    ) -> Person:
        if role == "administrator":
            made = administrator(self.record, login=login, name=name)
        else:
            made = invite(
                self.record, login=login, name=name, role=role, clinician=None if by is None else by.account.id
            )
        account = take_link(self.record, made.key, "invitation", PASSWORD, shares=shares, timezone="Europe/Berlin")
        assert account is not None
        return Person(account, self.signed_in(login))

    def shared(self, runner: Person, kinds: frozenset[Kind] = frozenset(KINDS)) -> Person:
        from kneewise.services.clinic.sharing import share

        assert runner.account.runner_id is not None
        share(self.record, runner.account.runner_id, self.doc.account.id, kinds)
        return runner

    def signed_in(self, login: str) -> TestClient:
        browser = self.browser()
        assert self.sign_in(browser, login).status_code == 303
        return browser

    def sign_in(self, browser: TestClient, login: str, password: str = PASSWORD, code: str = "") -> Any:
        token = _FORM_TOKEN.search(browser.get("/sign-in").text)
        assert token is not None
        data = {"csrf_token": token[1], "login": login, "password": password, "code": code}
        return browser.post("/sign-in", data=data, follow_redirects=False)

    def place_of(self, person: Person) -> Place:
        return Place(self.place.data, self.place.database, person.account.runner_id, self.record)


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clinic]:
    pytest.importorskip("pwdlib")
    if not (FOLDER / ".vite" / "manifest.json").is_file():
        pytest.skip("the front end is not built (run 'make frontend')")
    cheap_passwords(monkeypatch)
    place = Place(tmp_path / "data")
    app = create_app(place, WebOptions(public_host="clinic.test"), clinic=True)
    with TestClient(app, base_url=ADDRESS) as running:
        yield Clinic(app, place, running.portal)


@pytest.fixture
def filled(clinic: Clinic, now: Any) -> Clinic:
    """The same with runs, answers, plans and notes of both runners."""
    for person in (clinic.ann, clinic.ben):
        fill(clinic.place_of(person), clinic.doc.account)
    return clinic
