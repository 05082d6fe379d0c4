"""Signing in: cookies, rotation, expiry, CSRF, too many tries, links that work once, the second step."""

from __future__ import annotations

import asyncio
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest
from tests.clinical import NOW, SetNow
from tests.unit.web.clinic.conftest import ADDRESS, Clinic
from tests.unit.web.clinic.people import PASSWORD, plain

from kneewise.services.clinic import passwords, totp
from kneewise.services.clinic.accounts import invite, invite_known, new_link
from kneewise.services.clinic.keys import stored
from kneewise.services.clinic.sealing import Seal
from kneewise.services.clinic.sign_in import SignIn, network_of
from kneewise.services.place import Place
from kneewise.services.profile import set_profile

pytestmark = pytest.mark.usefixtures("now", "each_database")

COOKIE = "__Host-kneewise"


def test_the_cookie_is_kept_from_scripts_and_other_sites(clinic: Clinic) -> None:
    answer = clinic.sign_in(clinic.browser(), "doc@clinic.test")
    cookie = SimpleCookie(next(each for each in answer.headers.get_list("set-cookie") if COOKIE + "=" in each))[COOKIE]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"], cookie["path"]) == (True, True, "strict", "/")
    assert cookie["domain"] == cookie["max-age"] == ""


def test_only_a_hash_of_the_key_is_stored(clinic: Clinic) -> None:
    key = clinic.doc.browser.cookies[COOKIE]
    with clinic.record.reading() as connection:
        held = connection.exec_driver_sql("SELECT token_hash FROM account_session").scalars().all()
    assert stored(key) in held
    assert key not in held


def test_signing_in_begins_a_new_session_and_ends_the_one_before(clinic: Clinic) -> None:
    browser = clinic.doc.browser
    before = browser.cookies[COOKIE]
    browser.post("/sign-in", data=_form(browser, "doc@clinic.test", PASSWORD), follow_redirects=False)
    assert browser.cookies[COOKIE] != before
    stale = clinic.browser()
    stale.cookies.set(COOKIE, before)
    assert stale.get("/account", follow_redirects=False).headers["location"] == "/sign-in"


def _form(browser: Any, login: str, password: str, code: str = "") -> dict[str, str]:
    token = browser.get("/session.json").json()["csrf"]
    return {"csrf_token": token, "login": login, "password": password, "code": code}


def test_signing_out_ends_it(clinic: Clinic) -> None:
    key = clinic.ann.browser.cookies[COOKIE]
    answer = clinic.ann.post("/sign-out")
    assert "storage" in answer.headers["clear-site-data"]
    stale = clinic.browser()
    stale.cookies.set(COOKIE, key)
    assert stale.get("/account", follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    ("name", "idle", "whole"),
    [("doc", timedelta(minutes=30), timedelta(hours=10)), ("ann", timedelta(days=14), timedelta(days=60))],
)
def test_sessions_end_by_themselves(clinic: Clinic, now: SetNow, name: str, idle: timedelta, whole: timedelta) -> None:
    person = getattr(clinic, name)
    at = NOW
    while at < NOW + whole - idle:  # used all the time, it holds until its end
        at += idle * 0.9
        now(at)
        assert person.get("/account").status_code == 200
    now(NOW + whole)
    assert person.get("/account").status_code == 303
    now(NOW)
    again = clinic.signed_in(f"{name}@clinic.test")
    now(NOW + idle)
    assert again.get("/account", follow_redirects=False).status_code == 303


def test_a_form_of_another_site_does_nothing(clinic: Clinic) -> None:
    data = {"login": "x@clinic.test", "name": "X"}
    without = clinic.doc.browser.post("/clinic/invite", data=data)
    foreign = clinic.doc.post("/clinic/invite", data, headers={"origin": "https://elsewhere.test"})
    mine = clinic.doc.post("/clinic/invite", data, headers={"x-csrf-token": clinic.ann.token()})
    assert [answer.status_code for answer in (without, foreign, mine)] == [403, 403, 403]


def test_signing_in_needs_the_forms_own_token(clinic: Clinic) -> None:
    browser = clinic.browser()
    browser.get("/sign-in")
    data = {"login": "doc@clinic.test", "password": PASSWORD, "csrf_token": "made up"}
    assert browser.post("/sign-in", data=data).status_code == 403


def test_a_form_of_the_record_that_was_open_before_is_refused(clinic: Clinic) -> None:
    token = clinic.doc.token()
    clinic.doc.post(f"/clinic/runners/{clinic.ann.account.id}/open")
    answer = clinic.doc.post("/clinic/close", headers={"x-csrf-token": token})
    assert answer.status_code == 403


def test_wrong_name_and_wrong_password_read_the_same(clinic: Clinic) -> None:
    browser = clinic.browser()
    nobody = clinic.sign_in(browser, "nobody@clinic.test")
    wrong = clinic.sign_in(browser, "ann@clinic.test", "wrong wrong wrong")
    assert nobody.status_code == wrong.status_code == 422
    assert plain(nobody.text).replace("nobody@", "ann@") == plain(wrong.text)


def test_too_many_tries_wait_and_lock_out_nobody_else(clinic: Clinic, now: SetNow) -> None:
    door = clinic.app.state.door.sign_in
    outcomes = [door.sign_in("ann@clinic.test", "wrong", "", "203.0.113.7").outcome for _ in range(6)]
    assert outcomes == ["wrong"] * 5 + ["wait"]
    assert door.sign_in("ann@clinic.test", PASSWORD, "", "203.0.113.7").outcome == "wait"
    # Ann at home types the right password and is in; another name from the same address is not held up either.
    assert door.sign_in("ann@clinic.test", PASSWORD, "", "198.51.100.4").outcome == "in"
    assert door.sign_in("ben@clinic.test", PASSWORD, "", "203.0.113.7").outcome == "in"
    now(NOW + timedelta(minutes=16))
    assert door.sign_in("ann@clinic.test", PASSWORD, "", "203.0.113.7").outcome == "in"


def test_many_names_from_one_address_wait(clinic: Clinic) -> None:
    door = clinic.app.state.door.sign_in
    outcomes = [door.sign_in(f"name{number}", "wrong", "", "203.0.113.7").outcome for number in range(31)]
    assert outcomes == ["wrong"] * 30 + ["wait"]


def test_many_addresses_for_one_name_are_slowed_down_and_never_refused(clinic: Clinic) -> None:
    door = clinic.app.state.door.sign_in
    for number in range(30):
        door.sign_in("ann@clinic.test", "wrong", "", f"203.0.113.{number}")
    assert 0 < door.delay_s("ann@clinic.test") <= 3
    assert door.delay_s("ben@clinic.test") == 0
    assert door.sign_in("ann@clinic.test", PASSWORD, "", "198.51.100.4").outcome == "in"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("testclient", "testclient"),
    ],
)
def test_what_counts_as_one_address(address: str, network: str) -> None:
    assert network_of(address) == network


def test_an_invitation_works_once_and_not_for_ever(clinic: Clinic, now: SetNow) -> None:
    made = invite(clinic.record, login="new@clinic.test", name="New", role="clinician")
    browser = clinic.browser()
    assert _take(browser, made.path, "too short").status_code == 422
    assert _take(browser, made.path, PASSWORD).status_code == 303
    assert clinic.browser().get(made.path).status_code == 404
    late = invite(clinic.record, login="late@clinic.test", name="Late", role="clinician")
    newer = new_link(clinic.record, late.account.id)  # in the place of the one before
    assert clinic.browser().get(late.path).status_code == 404
    late = newer
    now(NOW + timedelta(days=7))
    assert clinic.browser().get(late.path).status_code == 404


def _take(browser: Any, path: str, password: str) -> Any:
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path).text)
    assert token is not None
    data = {"csrf_token": token[1], "password": password, "again": password}
    return browser.post(path, data=data, follow_redirects=False)


def test_a_reset_ends_every_session_and_is_told_to_the_runner(clinic: Clinic) -> None:
    answer = clinic.root.post(f"/accounts/{clinic.ann.account.id}/link")
    path = re.search(r">https://clinic.test(/reset/[^<]+)<", answer.text)
    assert path is not None
    assert clinic.ann.get("/account").status_code == 200  # the link alone ends nothing
    assert _take(clinic.browser(), path[1], "another quiet harbour").status_code == 303
    assert clinic.ann.get("/account").status_code == 303
    assert clinic.sign_in(clinic.browser(), "ann@clinic.test").status_code == 422
    browser = clinic.browser()
    assert clinic.sign_in(browser, "ann@clinic.test", "another quiet harbour").status_code == 303
    assert "Root (Administrator)" in plain(browser.get("/my-clinic/log").text)


def test_a_link_ends_the_session_that_the_browser_had(clinic: Clinic) -> None:
    key = clinic.ann.browser.cookies[COOKIE]
    assert _take(clinic.ann.browser, new_link(clinic.record, clinic.doc.account.id).path, PASSWORD).status_code == 303
    stale = clinic.browser()
    stale.cookies.set(COOKIE, key)
    assert stale.get("/account", follow_redirects=False).status_code == 303


def test_a_clinician_makes_no_link_for_who_has_accepted(clinic: Clinic) -> None:
    address = f"/clinic/runners/{clinic.ann.account.id}"
    assert "new invitation link" not in clinic.doc.get(address).text
    assert clinic.doc.post(f"{address}/link").status_code == 422


@pytest.mark.parametrize("password", ["short", "ann@clinic.test", "aaaaaaaaaaaaaaaa", "kneewise-kneewise", "x" * 201])
def test_passwords_that_are_easy_to_guess(clinic: Clinic, password: str) -> None:
    made = new_link(clinic.record, clinic.ann.account.id)
    assert _take(clinic.browser(), made.path, password).status_code == 422


def test_a_closed_account_is_out_at_once(clinic: Clinic) -> None:
    assert clinic.root.post(f"/accounts/{clinic.doc.account.id}/close").status_code == 303
    assert clinic.doc.get("/clinic").status_code == 303
    assert clinic.sign_in(clinic.browser(), "doc@clinic.test").status_code == 422
    assert clinic.root.post(f"/accounts/{clinic.doc.account.id}/reopen").status_code == 303
    assert clinic.sign_in(clinic.browser(), "doc@clinic.test").status_code == 303


def test_the_last_administrator_stays(clinic: Clinic) -> None:
    assert "last administrator" in clinic.root.post(f"/accounts/{clinic.root.account.id}/close").text


def _set_up(clinic: Clinic) -> str:
    """Give the clinician a second step; return the app's key."""
    page = clinic.doc.get("/account").text
    assert '<svg viewBox="0 0' in page  # the same key for a camera
    found = re.search(r'name="secret" value="([^"]+)"', page)
    assert found is not None
    secret = "".join(found[1].split())
    typed = {"secret": secret, "code": totp.code_at(secret, totp.step_at(NOW)), "now": PASSWORD}
    for wrong in ({"code": "000000"}, {"now": "wrong"}, {"secret": "short"}):
        assert clinic.doc.post("/account/second-step", {**typed, **wrong}).status_code == 422
    assert clinic.doc.post("/account/second-step", typed).status_code == 303
    return secret


def _fresh(secret: str, now: SetNow) -> str:
    now(NOW + timedelta(seconds=60))
    return totp.code_at(secret, totp.step_at(NOW + timedelta(seconds=60)))


def test_the_second_step(clinic: Clinic, now: SetNow) -> None:
    elsewhere = clinic.signed_in("doc@clinic.test")
    secret = _set_up(clinic)
    assert elsewhere.get("/account", follow_redirects=False).status_code == 303
    code = totp.code_at(secret, totp.step_at(NOW))
    assert clinic.sign_in(clinic.browser(), "doc@clinic.test").status_code == 422
    assert clinic.sign_in(clinic.browser(), "doc@clinic.test", code=code).status_code == 422  # used already
    fresh = _fresh(secret, now)
    assert clinic.sign_in(clinic.browser(), "doc@clinic.test", code=fresh).status_code == 303
    assert clinic.doc.post("/account/second-step/end", {"code": fresh}).status_code == 422  # used already
    now(NOW + timedelta(seconds=120))
    code = totp.code_at(secret, totp.step_at(NOW + timedelta(seconds=120)))
    assert clinic.doc.post("/account/second-step/end", {"code": code}).status_code == 303
    assert clinic.sign_in(clinic.browser(), "doc@clinic.test").status_code == 303


def test_codes_are_not_found_by_trying(clinic: Clinic, now: SetNow) -> None:
    secret = _set_up(clinic)
    door = clinic.app.state.door.sign_in
    outcomes = [
        door.sign_in("doc@clinic.test", PASSWORD, "000000", f"203.0.113.{number}").outcome for number in range(11)
    ]
    assert outcomes == ["code"] * 10 + ["wait"]
    fresh = _fresh(secret, now)
    assert clinic.doc.post("/account/second-step/end", {"code": fresh}).status_code == 422
    # Who does not know the password takes none of these tries away, and nobody else waits.
    assert door.sign_in("ann@clinic.test", PASSWORD, "", "203.0.113.7").outcome == "in"
    now(NOW + timedelta(minutes=16))
    late = totp.code_at(secret, totp.step_at(NOW + timedelta(minutes=16)))
    assert door.sign_in("doc@clinic.test", PASSWORD, late, "203.0.113.7").outcome == "in"


def test_a_server_without_the_key_of_second_steps_lets_nobody_in_and_says_so(clinic: Clinic, now: SetNow) -> None:
    fresh = _fresh(_set_up(clinic), now)
    clinic.app.state.door.sign_in.second._seal = Seal(bytes(32))
    answer = clinic.sign_in(clinic.browser(), "doc@clinic.test", code=fresh)
    assert answer.status_code == 422
    assert "ask the clinic for a new link" in plain(answer.text)
    made = new_link(clinic.record, clinic.doc.account.id)
    assert _take(clinic.browser(), made.path, PASSWORD).status_code == 303
    assert clinic.sign_in(clinic.browser(), "doc@clinic.test").status_code == 303


def test_a_password_is_not_found_by_trying_from_an_open_browser(clinic: Clinic) -> None:
    new = {"new": "another quiet harbour", "again": "another quiet harbour"}
    for _ in range(5):
        assert "another one" in clinic.doc.post("/account/password", {"old": "wrong", **new}).text
    assert "Too many tries" in clinic.doc.post("/account/password", {"old": PASSWORD, **new}).text
    elsewhere = clinic.signed_in("ann@clinic.test")
    assert clinic.ann.post("/account/password", {"old": PASSWORD, **new}).status_code == 303
    assert clinic.ann.get("/account").status_code == 200
    assert elsewhere.get("/account", follow_redirects=False).status_code == 303


def test_signing_out_everywhere_else(clinic: Clinic) -> None:
    elsewhere = clinic.signed_in("doc@clinic.test")
    assert clinic.doc.post("/account/sessions/end").status_code == 303
    assert clinic.doc.get("/account").status_code == 200
    assert elsewhere.get("/account", follow_redirects=False).status_code == 303


def test_a_key_that_a_stranger_chose_is_no_session(clinic: Clinic) -> None:
    browser = clinic.browser()
    browser.cookies.set(COOKIE, "k" * 43)
    answer = clinic.sign_in(browser, "doc@clinic.test")
    assert answer.status_code == 303
    keys = {SimpleCookie(each)[COOKIE].value for each in answer.headers.get_list("set-cookie") if COOKIE + "=" in each}
    assert "k" * 43 not in keys
    stranger = clinic.browser()
    stranger.cookies.set(COOKIE, "k" * 43)
    assert stranger.get("/account", follow_redirects=False).headers["location"] == "/sign-in"


def test_headers(clinic: Clinic) -> None:
    headers = clinic.browser().get("/sign-in").headers
    assert headers["strict-transport-security"].startswith("max-age=")
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


def test_a_foreign_host_name_is_refused(clinic: Clinic) -> None:
    assert clinic.browser().get("/sign-in", headers={"host": "elsewhere.test"}).status_code == 421


def test_local_mode_knows_nothing_of_it(clinic: Clinic) -> None:
    assert clinic.browser().get(f"/start?token={clinic.app.state.start_token.text}").status_code in (303, 404, 200)
    assert clinic.browser().get("/load", follow_redirects=False).headers["location"] == "/sign-in"


def test_a_crowd_that_signs_in_takes_no_thread_from_pages(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    go, inside, most = threading.Event(), [0], [0]

    def slow(*_: object) -> SignIn:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        assert go.wait(60)
        inside[0] -= 1
        return SignIn("wrong")

    monkeypatch.setattr(clinic.app.state.door.sign_in, "sign_in", slow)

    async def crowd() -> list[int]:
        transport = httpx.ASGITransport(clinic.app)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, timeout=60) as browser:
            token = re.search(r'name="csrf_token" value="([^"]+)"', (await browser.get("/sign-in")).text)
            assert token is not None
            data = {"csrf_token": token[1], "login": "ann@clinic.test", "password": "wrong"}
            waiting = [asyncio.create_task(browser.post("/sign-in", data=data)) for _ in range(50)]
            while not inside[0]:
                await asyncio.sleep(0)
            for _ in range(5):
                assert (await asyncio.wait_for(browser.get("/sign-in"), 60)).status_code == 200
            go.set()
            return [answer.status_code for answer in await asyncio.gather(*waiting)]

    with ThreadPoolExecutor(1) as apart:  # this thread may have a loop of its own: that of a browser
        assert apart.submit(asyncio.run, crowd()).result() == [422] * 50
    assert most[0] <= passwords.AT_ONCE


def test_an_older_and_dearer_hash_is_renewed_when_it_is_used() -> None:
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    older = PasswordHash((Argon2Hasher(),)).hash("violet tractor umbrella")
    right, renewed = passwords.matches("violet tractor umbrella", older)
    assert right
    assert renewed is not None
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in renewed
    assert passwords.matches("violet tractor umbrella", renewed) == (True, None)


def test_only_the_made_runner_of_a_demos_folder_is_told_to_be_made(clinic: Clinic) -> None:
    (clinic.place.data / "demo.json").write_text('{"today": "2026-03-01", "files": []}', encoding="utf-8")
    set_profile(Place(clinic.place.data, runner_id="me"), mass_kg=60.0)  # the folder's own runner
    known = invite_known(
        clinic.record, login="made@clinic.test", name="Made", runner_id="me", clinician="doc@clinic.test"
    )
    made = clinic.browser()
    _take(made, known.path, PASSWORD)
    pages = {path: clinic.doc.get(path).text for path in ("/clinic", "/account", f"/clinic/runners/{known.account.id}")}
    pages["made"], pages["ann"] = made.get("/").text, clinic.ann.get("/").text
    told = {path for path, text in pages.items() if "This is a made runner" in text}
    assert told == {"made", f"/clinic/runners/{known.account.id}"}
