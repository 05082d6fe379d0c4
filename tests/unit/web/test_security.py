"""Nobody but the runner's own browser gets in, and nobody sends in the runner's name."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kneewise.errors import StorageError
from kneewise.services.place import Place
from kneewise.web.app import create_app
from kneewise.web.options import WebOptions
from kneewise.web.security import Sessions, StartToken, host_allowed, is_loopback, read_secret

PAGES = ["/", "/evidence", "/evidence/claims/a1", "/settings", "/more", "/api/evidence", "/api/profile", "/nothing"]
FORM = {"height": "170", "mass": "62"}


@pytest.mark.parametrize("path", PAGES)
def test_without_a_session_every_page_is_refused_alike(stranger: TestClient, path: str) -> None:
    answer = stranger.get(path, follow_redirects=False)
    assert answer.status_code == 401
    assert "kneewise serve" in answer.text


@pytest.mark.parametrize("path", ["/sw.js", "/shell.json", "/offline", "/icon.svg", "/app.webmanifest"])
def test_what_a_phone_needs_to_start_is_open(stranger: TestClient, path: str) -> None:
    assert stranger.get(path).status_code == 200


def test_the_start_link_works_once(application: FastAPI, stranger: TestClient) -> None:
    link = {"token": application.state.start_token.text}
    first = stranger.get("/start", params=link, follow_redirects=False)
    assert first.status_code == 303
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert stranger.get("/evidence").status_code == 200
    stranger.cookies.clear()
    assert stranger.get("/start", params=link).status_code == 401
    assert stranger.get("/start", params={"token": "guess"}).status_code == 401


def test_a_wrong_token_does_not_spend_the_right_one() -> None:
    token = StartToken()
    assert not token.spend("")
    assert token.spend(token.text)
    assert not token.spend(token.text)


def test_a_session_survives_a_restart_and_no_other_record_knows_it(tmp_path: Path) -> None:
    secret = read_secret(tmp_path)
    cookie = Sessions(secret, timedelta(days=1)).new()
    assert Sessions(read_secret(tmp_path), timedelta(days=1)).read(cookie)
    assert Sessions(read_secret(tmp_path / "other"), timedelta(days=1)).read(cookie) is None
    assert Sessions(secret, timedelta(days=-1)).read(Sessions(secret, timedelta(days=-1)).new()) is None
    for bad in (None, "", ".", "a.b.c", f"x{cookie}", cookie[:-1], cookie.replace(".", "", 1)):
        assert Sessions(secret, timedelta(days=1)).read(bad) is None


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_the_secret_is_its_owners_alone(tmp_path: Path) -> None:
    read_secret(tmp_path / "data")
    assert (tmp_path / "data" / "web-secret").stat().st_mode & 0o777 == 0o600
    (tmp_path / "data" / "web-secret").write_bytes(b"short")
    with pytest.raises(StorageError, match="damaged"):
        read_secret(tmp_path / "data")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8471", "127.0.0.1.evil.example", "", "192.168.1.5", "a@b"]
)
def test_a_foreign_name_for_this_machine_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/evidence", headers={"host": host})
    assert answer.status_code == 421
    assert answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("header", "served", "allowed"),
    [
        ("localhost:8471", "127.0.0.1", True),
        ("[::1]:8471", "127.0.0.1", True),
        ("127.8.9.1", "127.0.0.1", True),
        ("192.168.1.5:8471", "0.0.0.0", True),
        ("evil.example", "0.0.0.0", False),
        ("runner.example:80", "runner.example", True),
        (None, "0.0.0.0", False),
        ("127.0.0.1:x", "127.0.0.1", False),
    ],
)
def test_hosts(header: str | None, served: str, allowed: bool) -> None:
    assert host_allowed(header, served) is allowed


def test_loopback_is_told_from_the_rest() -> None:
    assert [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "runner.example")] == [
        True,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-csrf-token": "wrong"},
        {"x-csrf-token": b"\xe9\xff"},
    ],
)
def test_a_change_without_the_token_is_refused(client: TestClient, headers: dict[str, str | bytes]) -> None:
    assert client.post("/settings/profile", data=FORM, headers=headers).status_code == 403
    assert client.put("/api/profile", json={"mass_kg": 60}, headers=headers).status_code == 403
    assert client.get("/api/profile").json()["runner"]["mass_kg"] is None


def test_the_token_is_taken_from_header_or_form(client: TestClient, csrf: str) -> None:
    form = client.post("/settings/profile", data={**FORM, "csrf_token": csrf}, follow_redirects=False)
    header = client.put("/api/profile", json={"mass_kg": 61}, headers={"x-csrf-token": csrf})
    assert (form.status_code, header.status_code) == (303, 200)
    assert client.get("/api/profile").json()["runner"]["mass_kg"] == 61


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "http://evil.example"}]
)
def test_a_change_from_another_site_is_refused_even_with_the_token(
    client: TestClient, csrf: str, headers: dict[str, str]
) -> None:
    answer = client.put("/api/profile", json={"mass_kg": 60}, headers={"x-csrf-token": csrf, **headers})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/evidence", "/nothing", "/api/evidence", "/start?token=x"])
def test_every_answer_carries_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_built_files_are_kept_and_checked_by_their_tag(client: TestClient) -> None:
    file = next(name for name in client.get("/shell.json").json()["files"] if "main" in name and name.endswith(".css"))
    answer = client.get(file)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert client.get(file, headers={"if-none-match": answer.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_refused(client: TestClient, csrf: str, chunked: bool) -> None:
    body = b"height=" + b"1" * 30_000
    headers = {"x-csrf-token": csrf, "content-type": "application/x-www-form-urlencoded"}
    content = iter([body[:15_000], body[15_000:]]) if chunked else body
    assert client.post("/settings/profile", content=content, headers=headers).status_code == 413


def test_nothing_stands_inline(client: TestClient) -> None:
    for path in ("/evidence?q=hip", "/evidence/claims/a1", "/settings", "/more", "/nothing"):
        text = client.get(path).text
        assert " style=" not in text
        assert "<style" not in text
        assert " onclick" not in text
        assert "http://" not in text.replace("http://www.w3.org", "")


def test_an_unexpected_error_shows_no_traceback(application: FastAPI, client: TestClient) -> None:
    @application.get("/api/broken")
    def broken() -> None:
        raise RuntimeError("private detail")

    answer = client.get("/api/broken")
    assert answer.status_code == 500
    assert "private detail" not in answer.text
    assert "Traceback" not in answer.text


def test_the_record_is_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    application = create_app(Place(tmp_path), WebOptions())
    monkeypatch.setattr("kneewise.storage.open_record", None)
    with TestClient(application, base_url="http://127.0.0.1") as browser:
        browser.get("/start", params={"token": application.state.start_token.text})
        assert browser.get("/api/profile").status_code == 200
