"""Today in a real browser: the morning check-in with and without a connection, stored once, whatever happens."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.clinical import CALM, run_of
from tests.end_to_end.browser import DESKTOP, Watched, assert_accessible, assert_sound, watched
from tests.end_to_end.server import Served
from tests.planning import DAYS, FLAGGED, events

from kneewise import clock
from kneewise.services.adding import add_activity
from kneewise.services.checking_in import record_check_in
from kneewise.services.intake import assess_intake
from kneewise.services.place import Place
from kneewise.services.planning import make_plan
from kneewise.services.profile import set_profile

#: Runs of the last weeks: days ago, kilometres.
_RUNS = ((1, 6), (3, 6), (5, 8), (8, 6), (10, 7), (12, 6), (15, 8), (19, 6), (22, 6), (26, 5))
_NO_SERVER = (
    "ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|Failed to load resource|ERR_FAILED"
    # the browser looks for a newer service worker whenever a page is opened
    "|unknown error occurred when fetching the script"
)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A runner with runs up to yesterday, an intake and a plan, made once."""
    place = Place(tmp_path_factory.mktemp("lived") / "data")
    set_profile(place, birth_year=1998, sex="f", height_m=1.7, mass_kg=60.0, timezone="UTC")
    with clock.standing_at(datetime.now(UTC) - timedelta(days=2)):
        assess_intake(place, CALM)
    add_activity(place, [run_of(today() - timedelta(days=back), km) for back, km in _RUNS])
    make_plan(place, wishes=DAYS)
    return place.data


@pytest.fixture
def place(tmp_path: Path, lived: Path) -> Place:
    return Place(Path(shutil.copytree(lived, tmp_path / "data")))


def today() -> date:
    return datetime.now(UTC).date()


def stored(place: Place) -> list[Any]:
    return events(place, "check_in")


@contextmanager
def kept(browser: Browser, served: Served, **context: Any) -> Iterator[Watched]:
    """A phone on whose disk Today is kept."""
    with watched(browser, served, timezone_id="UTC", **context) as page:
        page.allow(_NO_SERVER)
        page.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.open("/")
        page.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        yield page


def morning(page: Page) -> Any:
    return page.get_by_label("How is the knee this morning?").or_(page.get_by_label("This morning"))


def tell(page: Page, answer: int) -> None:
    morning(page).fill(str(answer))
    page.locator("#check-in").get_by_role("button", name="Send").click()


def test_every_page_is_sound(browser: Browser, serve: Callable[..., Served], place: Place) -> None:
    told = record_check_in(place, on=today() - timedelta(days=1), pain={"during": 1.0, "after_60min": 0.0})
    with watched(browser, serve(data=place.data), timezone_id="UTC") as page:
        for path in ("/", f"/?told={told.check_in.id}", "/check-in"):
            assert_sound(page, path)


def test_it_speaks_german(browser: Browser, serve: Callable[..., Served], place: Place) -> None:
    with watched(browser, serve(data=place.data), locale="de-DE") as page:
        page.open("/")
        expect(page.page.get_by_role("button", name="Senden").first).to_be_visible()
        assert_accessible(page.page)


def test_a_new_runner_is_led(browser_page: Watched) -> None:
    page = browser_page.open("/")
    expect(page.get_by_role("heading", name="Who you are")).to_be_visible()
    assert page.locator(".begin > li").count() == 3
    assert_accessible(page)
    page.get_by_role("link", name="Tell: Who you are").click()
    expect(page.get_by_label("Height")).to_be_visible()


def test_a_red_flag_cannot_be_overlooked(browser: Browser, serve: Callable[..., Served], place: Place) -> None:
    assess_intake(place, FLAGGED)
    with watched(browser, serve(data=place.data)) as page:
        page.open("/")
        expect(page.page.get_by_role("alert").first).to_contain_text("No plan for now")
        assert page.page.locator(".session").count() == 0
        assert_accessible(page.page)


def test_morning_check_in_offline_then_online(browser: Browser, serve: Callable[..., Served], place: Place) -> None:
    served = serve(data=place.data)
    with kept(browser, served) as phone:
        page = phone.page
        served.stop()
        page.reload()
        expect(morning(page)).to_be_visible()
        tell(page, 3)
        expect(page.locator(".told-waits")).to_contain_text("3")
        told_by = datetime.now(UTC)
        page.reload()
        expect(page.get_by_text("One entry waits on this device")).to_be_visible()
        expect(morning(page)).to_have_count(0)
        assert stored(place) == []
        served = serve(data=place.data, port=served.port)
        expect(page.get_by_text("Stored for")).to_be_visible()
        expect(page.get_by_text("One entry waits")).to_have_count(0)
        [event] = stored(place)
        assert event.data["next_morning"] == 3
        assert event.local_date == today() - timedelta(days=1)
        assert event.recorded_at <= told_by
        page.reload()
        assert len(stored(place)) == 1


def test_a_lost_reply_stores_once(browser: Browser, serve: Callable[..., Served], place: Place) -> None:
    with watched(browser, serve(data=place.data), timezone_id="UTC", service_workers="block") as phone:
        phone.allow(f"{_NO_SERVER}|registration blocked")
        page = phone.open("/")

        def lose(route: Route) -> None:
            route.fetch()
            route.abort()

        page.route("**/check-in", lose)
        tell(page, 2)
        expect(page.get_by_text("One entry waits")).to_be_visible()
        assert len(stored(place)) == 1
        page.unroute("**/check-in")
        page.reload()
        expect(page.get_by_text("Stored for")).to_be_visible()
        assert len(stored(place)) == 1


def test_what_the_server_refuses_is_put_right(browser: Browser, serve: Callable[..., Served], place: Place) -> None:
    yesterday = today() - timedelta(days=1)
    with kept(browser, serve(data=place.data)) as phone:
        page = phone.page
        phone.context.set_offline(True)
        tell(page, 4)
        expect(page.get_by_text("One entry waits")).to_be_visible()
        page.goto(f"{phone.served.address}/")
        page.get_by_label("stairs").fill("2")
        page.locator("#check-in").get_by_role("button", name="Send").click()
        expect(page.get_by_text("2 entries wait")).to_be_visible()
        record_check_in(place, on=yesterday, pain={"next_morning": 1.0})
        phone.context.set_offline(False)
        page.wait_for_url("**/?told=*")  # what was stored is shown: a tap before that would meet a page that is leaving
        refused = page.locator("#outbox-bar").get_by_text("This was told before")
        expect(refused).to_be_visible()
        assert {event.data.get("stairs") for event in stored(place)} == {2, None}
        page.get_by_role("link", name="Put it right").first.click()
        expect(page.get_by_label("The morning after")).to_have_value("4")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Stored for")).to_be_visible()
        expect(page.locator("#outbox-bar")).to_be_hidden()
        last = stored(place)[-1]
        assert (last.data["next_morning"], last.data["corrects"] is not None) == (4, True)


def test_the_keyboard_is_enough(browser: Browser, serve: Callable[..., Served], place: Place) -> None:
    with watched(browser, serve(data=place.data), viewport=DESKTOP, timezone_id="UTC") as desktop:
        page = desktop.open("/")
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.dataset.name?.endsWith('next_morning')"):
                break
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        for _ in range(10):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.type") == "submit":
                break
        page.keyboard.press("Enter")
        expect(page.get_by_text("Stored for")).to_be_visible()
        assert stored(place)[0].data["next_morning"] == 3


def test_an_empty_form_is_not_sent(browser: Browser, serve: Callable[..., Served], place: Place) -> None:
    with watched(browser, serve(data=place.data), timezone_id="UTC") as phone:
        page = phone.open("/")
        page.locator("#check-in").get_by_role("button", name="Send").click()
        expect(page.get_by_text("Nothing is told yet")).to_be_visible()
        page.get_by_role("button", name="No pain at all").first.click()
        page.locator("#check-in").get_by_role("button", name="Send").click()
        expect(page.get_by_text("Stored for").first).to_be_visible()
        assert {event.data["next_morning"] for event in stored(place) if event.data["next_morning"] is not None} == {0}


def test_a_page_kept_yesterday_asks_for_this_morning(
    browser: Browser, serve: Callable[..., Served], place: Place
) -> None:
    with kept(browser, serve(data=place.data)) as phone:
        page = phone.page
        phone.context.set_offline(True)
        for days, question in (
            (1, f"{today() + timedelta(days=1)}.stairs"),
            (12, f"{today() + timedelta(days=12)}.stairs"),
        ):
            page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=days))
            page.reload()
            expect(page.get_by_text("No connection. This")).to_be_visible()
            named = page.locator("#today [data-slider] input").evaluate_all("all => all.map(one => one.dataset.name)")
            assert question in named or f"{today() + timedelta(days=days)}.during" in named
        assert_accessible(page)


def test_a_new_version_takes_over_whole(browser: Browser, serve: Callable[..., Served], place: Place) -> None:
    with kept(browser, serve(data=place.data)) as phone:
        page = phone.page
        assert page.evaluate("caches.keys()") != []
        page.evaluate("navigator.serviceWorker.register('/sw.js?build=next', { scope: '/' }).then(() => true)")
        page.wait_for_function(
            "async () => { const all = await caches.keys(); "
            "return all.length === 2 && all.every((name) => name.endsWith('-next')); }"
        )
        phone.context.set_offline(True)
        page.goto(f"{phone.served.address}/")
        expect(morning(page)).to_be_visible()
        assert page.evaluate("getComputedStyle(document.querySelector('.card')).borderRadius") != "0px"


def test_another_record_never_gets_what_was_told_to_this_one(
    browser: Browser, serve: Callable[..., Served], place: Place, lived: Path, tmp_path: Path
) -> None:
    other = Place(Path(shutil.copytree(lived, tmp_path / "other")))
    served = serve(data=place.data)
    with kept(browser, served) as phone:
        page = phone.page
        served.stop()
        tell(page, 5)
        expect(page.get_by_text("One entry waits")).to_be_visible()
        page.goto("about:blank")  # the page would answer the new server before we do
        second = serve(data=other.data, port=served.port)
        page.goto(second.link)
        expect(page.get_by_text("belong to another record")).to_be_visible()
        assert stored(other) == []


def test_from_the_first_start_to_the_first_knee_km(browser_page: Watched) -> None:
    page = browser_page.open("/")
    page.get_by_role("link", name="Tell: Who you are").click()
    page.get_by_label("Height").fill("170")
    page.get_by_label("Mass").fill("62")
    page.get_by_label("Time zone").fill("UTC")
    page.locator("#profile").get_by_role("button").click()
    browser_page.open("/runs/add")
    page.get_by_label("Day").first.fill(today().isoformat())
    page.get_by_label("Distance").fill("8")
    page.get_by_label("Time run").fill("48:00")
    page.get_by_role("button", name="Add the run").click()
    browser_page.open("/")
    expect(page.get_by_text("1 run is in.")).to_be_visible()
    expect(page.locator("#last-run .estimate-value")).to_contain_text("knee-km")
