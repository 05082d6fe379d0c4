"""Load and runs in a real browser: the chart by hand and by keyboard, the slider, the list, a typed-in run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect
from tests.end_to_end.browser import DESKTOP, PHONE, Watched, assert_accessible, assert_sound, watched
from tests.end_to_end.server import Served

RUN = re.compile(r"/runs/[0-9a-f]{12}$")
LIST = re.compile(r"/runs\?since=\d{4}-\d\d-\d\d&until=\d{4}-\d\d-\d\d$")


@pytest.fixture(scope="module")
def desk(browser: Browser, seen: Served) -> Iterator[Watched]:
    """A browser on the made runner's record, as wide as a desk."""
    with watched(browser, seen, viewport=DESKTOP) as page:
        yield page


@pytest.fixture
def runner(desk: Watched) -> Iterator[Watched]:
    """A new page of that browser: nothing in here is written."""
    desk.renew()
    yield desk
    desk.check()


def chart(watched_page: Watched, by: str = "week") -> Page:
    page = watched_page.open(f"/load?by={by}")
    expect(page.locator("#history")).to_have_attribute("data-state", "ready")
    return page


def one_run(watched_page: Watched) -> Page:
    page = watched_page.open("/runs?until=2026-06-30")
    page.locator(".row-link", has_text="long").first.click()
    expect(page.locator("#along")).to_have_attribute("data-state", "ready")
    return page


def test_pages_are_sound(runner: Watched) -> None:
    address = one_run(runner).url.removeprefix(runner.served.address)
    for path in ("/load", "/load?by=day", "/runs", "/runs/add", address, f"{address}?way=true"):
        assert_sound(runner, path)


def test_an_empty_record_is_sound(browser: Browser, seen_empty: Served) -> None:
    with watched(browser, seen_empty) as page:
        for path in ("/load", "/runs"):
            assert_sound(page, path)


def test_a_click_on_a_bar_opens_what_is_behind_it(runner: Watched) -> None:
    page = chart(runner)
    over = page.locator("#history-load .u-over")
    over.scroll_into_view_if_needed()
    before = page.locator("#history-readout").inner_text()
    box = over.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] - 20)
    expect(page.locator("#history-readout")).not_to_have_text(before)
    page.mouse.down()
    page.mouse.up()
    expect(page).to_have_url(LIST)
    page.locator(".row-link").first.click()
    expect(page).to_have_url(RUN)


def test_the_keyboard_walks_along_the_bars_and_opens_a_run(runner: Watched) -> None:
    page = chart(runner, "day")
    readout = page.locator("#history-readout")
    page.locator("#history").focus()
    page.keyboard.press("Home")
    first = readout.inner_text()
    page.keyboard.press("ArrowRight")
    assert readout.inner_text() != first
    page.keyboard.press("End")
    while "no run" in readout.inner_text():
        page.keyboard.press("ArrowLeft")
    expect(readout).to_contain_text("knee-km")
    page.keyboard.press("Enter")
    expect(page).to_have_url(RUN)


def test_ranges_zoom_and_days_change_the_chart_and_the_table(runner: Watched) -> None:
    page = chart(runner)
    page.get_by_role("button", name="All", exact=True).click()
    expect(page.get_by_role("button", name="All", exact=True)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Closer").click()
    expect(page.get_by_role("button", name="All", exact=True)).to_have_attribute("aria-pressed", "false")
    page.get_by_role("radio", name="Months").check(force=True)
    expect(page.locator("#table caption")).to_contain_text("Months")
    page.locator("#history").focus()
    page.keyboard.press("End")
    expect(page.locator("#history-readout")).to_contain_text(re.compile(r"^[A-Z][a-z]+ 20\d\d:"))
    page.locator("#table").get_by_role("link", name="Earlier").click()
    expect(page.locator("#table")).to_contain_text("Page 2 of")
    assert_accessible(page)


def test_a_finger_chooses_first_and_opens_second(browser: Browser, seen: Served) -> None:
    with watched(browser, seen, viewport=PHONE, has_touch=True) as phone:
        page = chart(phone)
        page.locator("#history-load").scroll_into_view_if_needed()
        box = page.locator("#history-load .u-over").bounding_box()
        assert box is not None
        at = (box["x"] + box["width"] * 0.4, box["y"] + box["height"] - 20)
        page.touchscreen.tap(*at)
        expect(page.locator("#history-readout").get_by_role("link")).to_be_visible()
        expect(page).to_have_url(re.compile("/load"))
        page.touchscreen.tap(*at)
        expect(page).to_have_url(LIST)


def test_drawing_takes_less_than_a_tenth_of_a_second(runner: Watched) -> None:
    """Of the page's own processor time, the least of three: other programs and the clock have no part in it."""
    page = chart(runner, "day")
    metrics = page.context.new_cdp_session(page)
    metrics.send("Performance.enable", {"timeDomain": "threadTicks"})

    def took(work: Callable[[], object]) -> float:
        before = _spent_s(metrics)
        work()
        return _spent_s(metrics) - before

    def draw_all() -> None:
        page.get_by_role("button", name="All", exact=True).click()
        page.wait_for_function("() => performance.getEntriesByName('history-range').length > 0")
        page.evaluate("performance.clearMeasures('history-range')")

    assert min(took(draw_all) for _ in range(3)) < 0.1
    assert min(took(lambda: chart(runner, "day")) for _ in range(3)) < 0.3  # with all of the page around the chart


def _spent_s(metrics: CDPSession) -> float:
    found = metrics.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in found if each["name"] == "TaskDuration"))


def test_the_slider_tells_what_another_cadence_would_have_cost(runner: Watched) -> None:
    page = one_run(runner)
    slider, text = page.locator("#cadence"), page.locator("#cadence-text")
    expect(text).to_have_text("As you ran it.")
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#cadence-change")).to_have_text("+5 %")
    expect(text).to_contain_text("% less")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^\+5 %, \d+ steps a minute, [\d.]+ knee-km$"))
    page.keyboard.press("End")
    expect(text).to_contain_text("not studied")


def test_one_line_moves_through_all_charts_of_a_run(runner: Watched) -> None:
    page = one_run(runner)
    page.locator("#along").focus()
    page.keyboard.press("Home")
    page.keyboard.press("PageDown")
    expect(page.locator("#along-readout")).to_contain_text("knee-km per km")
    expect(page.locator('[data-of="cadence_spm"]')).to_have_text(re.compile(r"^\d+$"))
    before = page.locator("#along-readout").inner_text()
    page.locator("#along .u-over").first.hover()
    expect(page.locator("#along-readout")).not_to_have_text(before)


def test_the_way_is_shown_on_request(runner: Watched) -> None:
    page = one_run(runner)
    expect(page.locator(".way svg")).to_have_count(0)
    page.get_by_role("link", name="Show the way").click()
    expect(page.locator(".way svg")).to_be_visible()
    assert_accessible(page)


def test_a_run_without_a_watch(browser_page: Watched) -> None:
    page = browser_page.open("/runs/add")
    page.get_by_label("Day", exact=True).fill("2026-10-01")
    page.get_by_label("Distance").fill("8")
    page.get_by_label("Time run").fill("45:00")
    page.get_by_role("button", name="Add the run").click()
    expect(page).to_have_url(RUN)
    expect(page.locator("#quality")).to_contain_text("Typed in")
    page.goto(browser_page.served.address + "/load")
    expect(page.locator("#history")).to_have_attribute("data-state", "ready")
