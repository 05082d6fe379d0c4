"""Import in a real browser: files, folders, an archive; watched, ended, begun again, seen after a reload."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.end_to_end.browser import Watched, assert_accessible, assert_sound, watched
from tests.end_to_end.server import Served
from tests.histories import run_bytes, write_runs

#: Bytes of the member that is no activity: large enough to tell a stream from a copy in memory.
LARGE = 96 * 1024 * 1024
#: Runs enough that a quick machine still imports when the first of them is seen and the button is pressed.
MANY = 1500


def over(page: Page, *, within_s: float = 60) -> None:
    expect(page.locator(".batch").first).to_have_attribute(
        "data-state", re.compile("done|cancelled|failed"), timeout=within_s * 1000
    )


def counted(page: Page, *results: str) -> int:
    """Return how many files have any of these results."""
    batch = page.locator(".batch").first
    shown = (batch.locator(f".count-{result} .figures").inner_text() for result in results)
    return sum(int(figures.replace(",", "")) for figures in shown)


def largest_memory_mb(served: Served) -> float:
    """Return the most memory that the server has held."""
    status = Path(f"/proc/{served.pid}/status")
    if not status.exists():
        pytest.skip("memory is read from /proc")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8"))
    assert found is not None
    return int(found[1]) / 1024


def test_the_page_is_sound(browser: Browser, seen_empty: Served) -> None:
    with watched(browser, seen_empty) as page:
        assert_sound(page, "/import")


def test_from_the_first_start_to_the_first_knee_km(browser_page: Watched, tmp_path: Path) -> None:
    run = tmp_path / "morning.fit"
    run.write_bytes(run_bytes(records=1500))
    page = browser_page.open("/")
    page.get_by_role("link", name=re.compile("Import: Bring your runs|^Import")).first.click()
    page.wait_for_url("**/import")  # with its script
    page.locator("#files").set_input_files(run)
    over(page)
    assert counted(page, "imported", "noted") == 1
    expect(page.locator(".batch-runs")).to_contain_text("1 activity is in your record.")
    expect(page.locator("#import-said")).to_contain_text("The import is over")
    assert_accessible(page)
    browser_page.open("/")
    expect(page.locator("#last-run")).to_contain_text("knee-km")
    expect(page.locator(".begin-done")).to_have_count(1)


def test_a_folder_shows_every_result_failures_first(browser_page: Watched, tmp_path: Path) -> None:
    folder = write_runs(tmp_path / "watch", 24, records=60)
    (folder / "broken.fit").write_bytes(run_bytes(99)[:90])
    (folder / "twice.fit").write_bytes(run_bytes(0, records=60))
    (folder / "notes.txt").write_text("no run", encoding="utf-8")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8" * 500)
    page = browser_page.open("/import")
    page.locator("#folder").set_input_files(folder)
    expect(page.locator("#sent")).to_contain_text("Left out: 1 pictures and films")
    over(page)
    assert counted(page, "duplicate") == 1
    page.get_by_role("link", name="Result of every file").click()
    expect(page.locator(".tabs [aria-current]")).to_contain_text("Could not be read")
    expect(page.locator(".row").first).to_contain_text("watch/")
    assert "upload-" not in page.content()
    page.get_by_role("link", name=re.compile("^Already there")).click()
    expect(page.locator(".row")).to_contain_text("twice.fit")
    assert_accessible(page)


def test_a_dropped_folder_is_walked_through(browser_page: Watched) -> None:
    page = browser_page.open("/import")
    page.evaluate(
        """(bytes) => {
            const file = new File([new Uint8Array(bytes)], "run.fit");
            const leaf = { name: "run.fit", isFile: true, file: (done) => done(file) };
            let given = false;
            const folder = { name: "2024", isFile: false, createReader: () => ({
                readEntries: (done) => { done(given ? [] : [leaf]); given = true; } }) };
            const event = new Event("drop", { bubbles: true });
            event.dataTransfer = { types: ["Files"], files: [], items: [{ webkitGetAsEntry: () => folder }] };
            document.querySelector("[data-drop]").dispatchEvent(event);
        }""",
        list(run_bytes(records=60)),
    )
    over(page)
    expect(page.locator(".batch h2")).to_have_text("2024/run.fit")


def test_a_large_archive_goes_to_the_disk_and_not_into_memory(
    browser: Browser, serve: Callable[..., Served], tmp_path: Path
) -> None:
    archive = tmp_path / "export.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
        for number in range(60):
            packed.writestr(f"activities/{number}.fit", run_bytes(number, records=60))
        with packed.open("media/film.bin", "w", force_zip64=True) as film:
            block = os.urandom(1024 * 1024)
            for _ in range(LARGE // len(block)):
                film.write(block)
    served = serve()
    with watched(browser, served) as page:
        page.open("/import")
        before = largest_memory_mb(served)
        page.page.locator("#files").set_input_files(archive)
        expect(page.page.locator(".batch").first).to_be_visible(timeout=60_000)
        page.page.reload()
        over(page.page, within_s=120)
        assert counted(page.page, "imported", "noted") == 60
        assert largest_memory_mb(served) - before < 64
        left = [path for path in (served.data / "uploads").rglob("*") if path.is_file()]
        assert left == []


def test_an_import_that_was_ended_goes_on_where_it_stopped(browser_page: Watched, tmp_path: Path) -> None:
    browser_page.allow("Failed to load resource|ERR_ABORTED")
    archive = tmp_path / "years.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for number in range(MANY):
            packed.writestr(f"{number}.fit", run_bytes(number, records=60))
    page = browser_page.open("/import")
    page.locator("#files").set_input_files(archive)
    expect(page.locator(".batch-runs")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="End the import").click()
    over(page)
    expect(page.locator(".batch").first).to_have_attribute("data-state", "cancelled")
    stored = counted(page, "imported", "noted")
    assert 0 < stored < MANY
    page.locator("#files").set_input_files(archive)
    expect(page.locator(".batch")).to_have_count(2)
    over(page, within_s=120)
    assert counted(page, "imported", "noted") == MANY - stored
    assert counted(page, "duplicate") == stored


def test_a_look_into_one_file_stores_nothing(browser_page: Watched, tmp_path: Path) -> None:
    browser_page.allow("422")
    run = tmp_path / "morning.fit"
    run.write_bytes(run_bytes())
    page = browser_page.open("/import")
    page.locator("#inspected").set_input_files(run)
    expect(page.locator("#inspected-title")).to_have_text("morning.fit")
    expect(page.locator(".inspected")).to_contain_text("FIT")
    assert_accessible(page)
    bad = tmp_path / "notes.txt"
    bad.write_text("no run", encoding="utf-8")
    page.locator("#inspected").set_input_files(bad)
    expect(page.locator("#inspected-file")).to_contain_text("notes.txt")
    assert page.request.get(browser_page.served.address + "/api/imports").json() == []
