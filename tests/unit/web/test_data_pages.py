"""My data and Did it help, without a browser."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.clinical import TODAY, SetNow, diary
from tests.histories import run_bytes
from tests.unit.web.test_importing import sent

from kneewise.services.helped import helped_view
from kneewise.services.own_data.restore import CheckedBackup
from kneewise.web.helped.figures import mornings, shares
from kneewise.web.own_data.view import restore_page, size


def test_what_is_stored_is_the_document_of_the_command(client: TestClient, csrf: str) -> None:
    sent(client, csrf, ("a.fit", run_bytes()))
    found = client.get("/api/data").json()
    assert next(kind["count"] for kind in found["kinds"] if kind["kind"] == "activities") == 1
    assert found["foreign"] == []
    page = client.get("/my-data").text
    assert found["data"] in page
    assert "made runner" not in page


def test_downloads_leave_nothing_behind(client: TestClient, csrf: str, application: FastAPI) -> None:
    for what in ("backup", "export"):
        answer = client.post(f"/my-data/{what}", headers={"x-csrf-token": csrf})
        assert answer.content[:2] == b"PK"
        assert f"kneewise-{what}-" in answer.headers["content-disposition"]
    assert list(application.state.imports.folder.iterdir()) == []


def test_only_the_word_erases(client: TestClient, csrf: str, application: FastAPI) -> None:
    sent(client, csrf, ("a.fit", run_bytes()))
    head = {"x-csrf-token": csrf}
    for word in ("", "yes", "erased"):
        refused = client.post("/my-data/erase", data={"word": word}, headers=head)
        assert refused.status_code == 422
        assert "clear-site-data" not in refused.headers
    done = client.post("/my-data/erase", data={"word": " ERASE "}, headers=head)
    assert done.headers["clear-site-data"] == '"cache", "storage"'
    assert client.get("/api/imports").json() == []
    assert client.get("/api/data").json()["kinds"][1]["count"] == 0
    assert not list(application.state.place.record.originals)
    assert sent(client, csrf, ("a.fit", run_bytes()))["state"] == "done"
    assert application.state.gait.folder.is_dir()  # for the next clip


def test_german_erases_with_its_own_word(client: TestClient, csrf: str) -> None:
    client.cookies.set("kneewise_language", "de")
    assert client.post("/my-data/erase", data={"word": "Löschen"}, headers={"x-csrf-token": csrf}).status_code == 200


def test_a_backup_is_checked_before_it_is_asked_about(client: TestClient, csrf: str) -> None:
    sent(client, csrf, ("a.fit", run_bytes()))
    head = {"x-csrf-token": csrf, "x-file-name": "mine.zip", "accept": "application/json"}
    backup = client.post("/my-data/backup", headers=head).content
    bad = client.post("/my-data/restore", content=backup[:-200], headers=head)
    assert bad.status_code == 422
    assert "mine.zip" in bad.json()["error"]["text"]
    key = client.post("/my-data/restore", content=backup, headers=head).json()["key"]
    asked = client.get(f"/my-data/restore/{key}").text
    assert "1 activity" in asked
    assert "UTC" not in asked
    form = {"key": key}
    assert client.post("/my-data/restore/confirm", data=form, headers=head).status_code == 422
    done = client.post("/my-data/restore/confirm", data={**form, "overwrite": "yes"}, headers=head)
    assert "is back" in done.text
    assert client.post("/my-data/restore/confirm", data=form, headers=head).status_code == 422
    assert client.get("/my-data/restore/nothing", follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    ("zone", "told"),
    [("Asia/Kolkata", "1 Mar 2026, 04:05"), ("America/New_York", "28 Feb 2026, 17:35")],
)
def test_the_time_of_a_backup_is_the_runners(zone: str, told: str) -> None:
    made = CheckedBackup("2026-02-28T22:35:00+00:00", {}, 0)
    assert restore_page("key", made, ZoneInfo(zone), filled=False).made == told


@pytest.mark.parametrize(
    ("count", "words"),
    [(None, ""), (0, "0.0 kB"), (23_200, "23.2 kB"), (9_100_000, "9.1 MB"), (2_000_000_000, "2.0 GB")],
)
def test_sizes(count: int | None, words: str) -> None:
    assert size(count) == words


def test_before_and_after_is_the_document_of_the_command(
    application: FastAPI, client: TestClient, csrf: str, now: SetNow
) -> None:
    diary(application.state.place, 120, better_from=60)
    since = TODAY - timedelta(days=60)
    found = client.get("/api/helped", params={"since": since.isoformat(), "what": "shoes"}).json()
    assert found == helped_view(application.state.place, since, "shoes").to_json()
    page = client.get("/helped", params={"since": since.isoformat(), "what": "shoes"})
    assert page.status_code == 200
    assert "points lower" in page.text
    client.post("/helped", data={"since": since.isoformat(), "what": "shoes"}, headers={"x-csrf-token": csrf})
    assert [each["what"] for each in client.get("/api/helped/changes").json()] == ["shoes"]


@pytest.mark.parametrize("since", ["nonsense", "1990-01-01", "2999-01-01"])
def test_a_day_that_cannot_be_compared_is_a_sentence(client: TestClient, since: str) -> None:
    answer = client.get("/helped", params={"since": since})
    assert answer.status_code == 422
    assert "notice-stop" in answer.text


def test_the_picture_stays_inside_and_never_joins_both_sides(application: FastAPI, now: SetNow) -> None:
    diary(application.state.place, 400, better_from=60)
    since: date = TODAY - timedelta(days=60)
    view = helped_view(application.state.place, since, "shoes")
    shown = mornings(view)
    assert shown.weekly
    assert all(32 <= dot.x <= 472 and 22 <= dot.y <= 182 for dot in shown.dots)
    assert all(dot.after == (dot.x > shown.change_x) for dot in shown.dots)
    assert all(bar.y >= 206 and bar.x + bar.width <= 473 for bar in shown.bars)
    assert shares(view).rows
