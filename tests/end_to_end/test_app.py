"""The app in a real browser: evidence, settings, the way in, offline, keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect
from tests.end_to_end.browser import DESKTOP, Watched, assert_accessible, assert_sound, watched
from tests.end_to_end.server import Served


@pytest.fixture(scope="module")
def phone(browser: Browser, seen_empty: Served) -> Iterator[Watched]:
    """A signed-in phone on an empty record."""
    with watched(browser, seen_empty) as page:
        yield page


@pytest.fixture
def looks(phone: Watched) -> Iterator[Watched]:
    """A new page of that phone, for tests that change nothing."""
    phone.renew()
    yield phone
    phone.check()


@pytest.mark.parametrize("path", ["/evidence", "/evidence?q=stairs", "/evidence/claims/a1", "/settings", "/more"])
def test_every_page_is_sound(looks: Watched, path: str) -> None:
    assert_sound(looks, path)


def test_searching_shows_results_without_a_new_page(looks: Watched) -> None:
    page = looks.open("/evidence")
    page.evaluate("window.same = true")
    page.get_by_role("searchbox").fill("stairs")
    expect(page.locator(".row").first).to_be_visible()
    page.get_by_label("Kind").select_option("conditions")
    expect(page).to_have_url(looks.served.address + "/evidence?q=stairs&family=conditions&certainty=")
    assert page.evaluate("window.same") is True
    expect(page.locator(".row-link").first).to_have_attribute("href", re.compile("/evidence/conditions/"))
    page.locator(".row-link").first.click()
    expect(page.get_by_role("heading", name="Sources")).to_be_visible()


def test_choices_stay(browser_page: Watched) -> None:
    page = browser_page.open("/settings")
    page.get_by_label("Dark").check()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.get_by_label("Deutsch").check()
    page.locator("#display").get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Einstellungen")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert_accessible(page)


def test_the_profile_is_kept(browser_page: Watched) -> None:
    page = browser_page.open("/settings")
    page.get_by_label("Height").fill("170")
    page.get_by_label("Mass").fill("62")
    page.get_by_label("Time zone").fill("Europe/Berlin")
    page.locator("#profile").get_by_role("button").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Height")).to_have_value("170")


def test_a_keyboard_reaches_everything(looks: Watched) -> None:
    looks.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    page = looks.open("/settings")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_a_stranger_sees_how_to_get_in(browser: Browser, looks: Watched) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(looks.served.address + "/settings")
    expect(page.get_by_role("heading", level=1)).to_have_text("This browser has no key")
    assert_accessible(page)
    context.close()


def test_a_session_survives_a_restart(browser: Browser, serve: Callable[..., Served]) -> None:
    first = serve()
    with watched(browser, first) as page:
        first.stop()
        serve(port=first.port)
        page.open("/settings")
        expect(page.page.get_by_role("heading", level=1)).to_have_text("Settings")


def test_without_a_connection_a_page_says_so(browser_page: Watched) -> None:
    browser_page.allow("ERR_INTERNET_DISCONNECTED|Failed to load resource")
    page = browser_page.open("/settings")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    browser_page.open("/evidence")
    browser_page.context.set_offline(True)
    page.goto(browser_page.served.address + "/settings")
    expect(page.get_by_text("No connection to Kneewise")).to_be_visible()
    browser_page.context.set_offline(False)
    browser_page.open("/settings")
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")


def test_the_first_page_is_light(browser_page: Watched) -> None:
    page = browser_page.open("/evidence")
    sent = page.evaluate("() => performance.getEntries().reduce((sum, one) => sum + (one.encodedBodySize || 0), 0)")
    assert 10_000 < sent < 150_000
