"""The report in a browser: it comes by itself, is sound on phone and desktop, and the file is two pages on paper."""

from __future__ import annotations

import io
from pathlib import Path

from playwright.sync_api import Browser, expect
from pypdf import PdfReader
from tests.end_to_end.browser import DESKTOP, assert_accessible, assert_sound, watched
from tests.end_to_end.server import Served

from kneewise.services.place import Place
from kneewise.services.report.writing import write_report


def test_the_report_is_seen_and_taken_along(browser: Browser, seen: Served, tmp_path: Path) -> None:
    with watched(browser, seen, viewport=DESKTOP) as runner:
        assert_sound(runner, "/report")
        page = runner.open("/report?language=de")
        expect(page.locator(".r-part-questions")).to_be_visible()
        assert_accessible(page)
        with page.expect_download() as taken:
            page.locator("a[download]", has_text="FHIR").click()
        assert taken.value.suggested_filename.endswith(".fhir.json")
    # The same file that stands in the app, printed by the browser.
    for language in ("en", "de"):
        [path] = write_report(Place(seen.data), [tmp_path / f"{language}.html"], language=language).paths
        sheet = browser.new_page()
        sheet.goto(path.as_uri())
        if language == "de":
            assert_accessible(sheet)
        printed = sheet.pdf(prefer_css_page_size=True, print_background=True)
        sheet.close()
        assert len(PdfReader(io.BytesIO(printed)).pages) == 2


def test_an_empty_record_is_sound(browser: Browser, seen_empty: Served) -> None:
    with watched(browser, seen_empty, viewport=DESKTOP) as runner:
        page = runner.open("/report?language=en")
        expect(page.get_by_text("Nothing to report yet")).to_be_visible()
        assert_accessible(page)
