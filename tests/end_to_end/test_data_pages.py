"""My data and Did it help in a real browser, on the made runner."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.end_to_end.browser import Watched, assert_accessible, assert_sound, watched
from tests.end_to_end.server import Served

_MADE_MS = 120_000


@pytest.fixture
def shown(browser: Browser, serve: Callable[..., Served], demo: Path) -> Iterator[Watched]:
    """A signed-in phone on a copy of the made runner's record."""
    with watched(browser, serve(data=demo)) as page:
        yield page


@pytest.fixture(scope="module")
def phone(browser: Browser, seen: Served) -> Iterator[Watched]:
    """The same phone, for tests that change nothing."""
    with watched(browser, seen) as page:
        yield page


@pytest.fixture
def looks(phone: Watched) -> Iterator[Watched]:
    """A new page of that phone."""
    phone.renew()
    yield phone
    phone.check()


def runs(page: Watched) -> int:
    found = page.page.request.get(page.served.address + "/api/data").json()
    return int(next(kind["count"] for kind in found["kinds"] if kind["kind"] == "activities"))


def kept(page: Page) -> list[str]:
    """Return what this browser keeps: names of caches and databases."""
    names: list[str] = page.evaluate(
        "async () => [...await caches.keys(), ...(await indexedDB.databases()).map((one) => one.name)]"
    )
    return names


def downloaded(page: Page, button: str, path: Path) -> Path:
    # The file is made before the answer begins, which takes a busy machine its time.
    with page.expect_download(timeout=_MADE_MS) as started:
        page.get_by_role("button", name=button).click(timeout=_MADE_MS)
    started.value.save_as(path)
    assert re.fullmatch(r"kneewise-(backup|export)-\d{4}-\d{2}-\d{2}\.zip", started.value.suggested_filename)
    return path


def test_every_page_is_sound_and_says_that_the_runner_is_made(looks: Watched) -> None:
    for path in ("/my-data", "/helped", "/import"):
        assert_sound(looks, path)
        expect(looks.page.locator(".made-runner")).to_contain_text("made runner")


def test_exported_backed_up_erased_and_put_back(shown: Watched, tmp_path: Path) -> None:
    shown.allow("422")
    before = runs(shown)
    page = shown.open("/my-data")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    exported = downloaded(page, "Export everything", tmp_path / "export.zip")
    with zipfile.ZipFile(exported) as archive:
        table = io.TextIOWrapper(archive.open("kneewise/tables/activity.csv"), encoding="utf-8")
        assert len(list(csv.DictReader(table))) == before
    backup = downloaded(page, "Download a backup", tmp_path / "backup.zip")

    page.get_by_label("Type erase to say that you mean it").fill("yes")
    page.get_by_role("button", name="Erase everything").click()
    expect(page.locator("#word-hint")).to_contain_text("Nothing was erased")
    assert runs(shown) == before
    page.get_by_label("Type erase to say that you mean it").fill("Erase")
    page.get_by_role("button", name="Erase everything").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Everything is erased")
    assert_accessible(page)
    expect(page.locator(".made-runner")).to_have_count(0)
    page.wait_for_timeout(300)
    assert kept(page) == []
    page.get_by_role("link", name="Begin anew").click()
    expect(page.locator(".begin-next")).to_be_visible()
    assert runs(shown) == 0
    assert [path for path in (shown.served.data / "originals").rglob("*") if path.is_file()] == []

    shown.open("/my-data")
    page.locator("#backup-file").set_input_files(backup)
    expect(page.locator("#whole")).to_contain_text(re.compile(r"\d{3} activities"))
    assert_accessible(page)
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_role("status").filter(has_text="is back")).to_be_visible()
    assert runs(shown) == before
    assert [path for path in (shown.served.data / "uploads").rglob("*") if path.is_file()] == []


def test_a_backup_never_overwrites_unasked_and_a_damaged_one_changes_nothing(shown: Watched, tmp_path: Path) -> None:
    shown.allow("422")
    before = runs(shown)
    page = shown.open("/my-data")
    backup = downloaded(page, "Download a backup", tmp_path / "backup.zip")
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 255
    bad = tmp_path / "bad.zip"
    bad.write_bytes(content)
    page.locator("#backup-file").set_input_files(bad)
    expect(page.locator("#restore-error")).to_contain_text("bad.zip")
    page.locator("#backup-file").set_input_files(backup)
    expect(page.get_by_text("It takes the place of everything")).to_be_visible()
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_role("alert").filter(has_text="overwritten")).to_be_visible()
    page.get_by_label("Overwrite what is here").check()
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_role("status").filter(has_text="is back")).to_be_visible()
    assert runs(shown) == before


def test_everything_is_computed_anew_behind_the_page(shown: Watched) -> None:
    page = shown.open("/my-data")
    page.get_by_role("button", name="Compute anew").click()
    expect(page.locator("#recomputing")).to_contain_text("Everything is computed anew", timeout=60_000)


def test_before_and_after_a_change_with_its_doubt(looks: Watched) -> None:
    page = looks.open("/helped")
    page.get_by_role("link", name=re.compile("other shoes")).click()
    expect(page.locator(".verdict")).to_be_visible()
    expect(page.locator("#answer")).to_contain_text("no proof")
    expect(page.get_by_role("img", name=re.compile("line on the day of the change"))).to_be_visible()
    page.get_by_text("As a table").click()
    page.get_by_text("What this can say").click()
    assert_sound(looks, page.url.removeprefix(looks.served.address))


def test_a_day_of_ones_own_without_data_enough_says_what_is_missing(shown: Watched) -> None:
    shown.allow("422")
    page = shown.open("/helped")
    latest = page.get_by_label("First day with the change").get_attribute("max")
    assert latest is not None
    page.get_by_label("First day with the change").fill(latest)
    page.get_by_label("What you changed").fill("insoles")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".verdict")).to_have_text("Not enough data yet")
    expect(page.locator("#answer")).to_contain_text("are needed")
    page.get_by_role("button", name="Note this change").click()
    expect(page.get_by_role("link", name="insoles")).to_be_visible()
    expect(page.get_by_role("button", name="Note this change")).to_have_count(0)
    shown.open("/helped?since=2001-01-01")
    expect(page.get_by_role("alert").filter(has_text="cannot be compared")).to_be_visible()
