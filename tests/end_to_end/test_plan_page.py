"""The plan in a real browser: moved by hand and by keys, taken along, told offline, and sound in every look."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
from garmin_fit_sdk import Decoder, Stream
from playwright.sync_api import Browser, Page, expect
from tests.end_to_end.browser import DESKTOP, PHONE, Watched, assert_accessible, assert_sound, watched
from tests.end_to_end.server import Served

from kneewise.services.place import locate, opened
from kneewise.services.planning import show_plan
from kneewise.services.strength_log import read_strength_log


@pytest.fixture
def plan(browser: Browser, serve: Callable[..., Served], demo: Path) -> Iterator[Watched]:
    """A signed-in desktop on the made runner's plan."""
    with watched(browser, serve(data=demo), viewport=DESKTOP) as page:
        yield page


@pytest.fixture
def looks(browser: Browser, seen: Served) -> Iterator[Watched]:
    """The same desktop, for tests that change nothing."""
    with watched(browser, seen, viewport=DESKTOP) as page:
        yield page


def sessions_ahead(data: Path, kind: str) -> list[tuple[str, date]]:
    plan = show_plan(locate(data)).plan
    assert plan is not None
    today = show_plan(locate(data)).gathered.today
    return [(each.id, each.local_date) for each in plan.sessions if each.kind == kind and each.local_date > today]


def movable(page: Watched, data: Path) -> tuple[str, date, dict[str, Any], dict[str, Any]]:
    """Return a run with a day that takes it and a day that does not, both in its week."""
    for name, day in sessions_ahead(data, "run"):
        answer = page.page.request.get(
            f"{page.served.address}/plan/sessions/{name}/move", headers={"Accept": "application/json"}
        )
        days = [one for one in answer.json()["days"] if one["day"] != day.isoformat()]
        free = [one for one in days if one["verdict"] != "refused"]
        refused = [one for one in days if one["verdict"] == "refused" and one["text"]]
        if free and refused:
            return name, day, free[0], refused[0]
    raise AssertionError("no session of the made runner can move")


def day_of(data: Path, name: str) -> date:
    plan = show_plan(locate(data)).plan
    assert plan is not None
    return next(each.local_date for each in plan.sessions if each.id == name)


def drag(page: Page, name: str, day: str, *, drop: bool = True) -> None:
    chip = page.locator(f'[data-session="{name}"]')
    chip.scroll_into_view_if_needed()
    box = chip.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 24, steps=4)
    expect(page.locator(".day[data-says]")).to_have_count(7)
    target = page.locator(f'.day[data-day="{day}"]').bounding_box()
    assert target
    page.mouse.move(target["x"] + target["width"] / 2, target["y"] + 30, steps=6)
    if drop:
        page.mouse.up()


# -------------------------------------------------------------------------------------------------------------- move


def test_a_session_is_dragged_to_a_day_that_takes_it(plan: Watched, demo: Path) -> None:
    name, day, free, refused = movable(plan, demo)
    page = plan.open(f"/plan?week={day}")
    drag(page, name, refused["day"])
    expect(page.locator("#toast")).to_contain_text(refused["text"])
    assert day_of(demo, name) == day
    drag(page, name, free["day"], drop=False)
    expect(page.locator(f'.day[data-day="{refused["day"]}"]')).to_contain_text(refused["text"])
    expect(page.locator(f'.day[data-day="{free["day"]}"]')).to_have_class(r"day day-over")
    assert_accessible(page)
    page.mouse.up()
    expect(page.get_by_role("status").filter(has_text="Moved.")).to_be_visible()
    assert day_of(demo, name) == date.fromisoformat(free["day"])
    expect(page.locator(f'.day[data-day="{free["day"]}"] [data-session="{name}"]')).to_be_visible()
    page.goto(f"{plan.served.address}/plan/history")
    page.locator(".row-link").first.click()
    expect(page.locator("#why-changed")).to_contain_text("You moved")
    expect(page.locator("#beside")).to_contain_text("moved")


def test_a_session_is_moved_by_keys_alone(plan: Watched, demo: Path) -> None:
    name, day, free, refused = movable(plan, demo)
    page = plan.open(f"/plan?week={day}")
    handle = page.locator(f'[data-session="{name}"] [data-move]')
    handle.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-verdict] button").first).to_be_focused()
    expect(page.locator("#move-live")).to_contain_text("can take it")
    refused_day = page.locator(f'.day[data-day="{refused["day"]}"]')
    expect(refused_day).to_contain_text(refused["text"])
    expect(refused_day.locator("[data-verdict] button")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(handle).to_be_focused()
    expect(page.locator("#move-live")).to_contain_text("stays where it is")
    page.keyboard.press("Enter")
    button = page.locator(f'.day[data-day="{free["day"]}"] [data-verdict] button')
    expect(button).to_be_visible()
    for _ in range(8):
        if button.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Moved.")).to_be_visible()
    assert day_of(demo, name) == date.fromisoformat(free["day"])


def test_a_finger_drags_by_the_handle(browser: Browser, serve: Callable[..., Served], demo: Path) -> None:
    with watched(browser, serve(data=demo), viewport=PHONE, has_touch=True) as plan:
        name, day, free, _refused = movable(plan, demo)
        page = plan.open(f"/plan?week={day}")
        handle = page.locator(f'[data-session="{name}"] [data-move]')
        handle.scroll_into_view_if_needed()
        # Chromium's own touch events, as a finger makes them.
        touch = page.context.new_cdp_session(page)
        box = handle.bounding_box()
        assert box
        x, y = box["x"] + 20, box["y"] + 20
        send(touch, "touchStart", x, y)
        send(touch, "touchMove", x, y + 12)
        expect(page.locator(".day[data-says]")).to_have_count(7)
        page.locator(f'.day[data-day="{free["day"]}"]').scroll_into_view_if_needed()
        target = page.locator(f'.day[data-day="{free["day"]}"]').bounding_box()
        assert target
        send(touch, "touchMove", target["x"] + 100, target["y"] + 20)
        target = page.locator(f'.day[data-day="{free["day"]}"]').bounding_box()
        assert target
        send(touch, "touchMove", target["x"] + 100, target["y"] + 20)
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        expect(page.get_by_role("status").filter(has_text="Moved.")).to_be_visible()
        assert day_of(demo, name) == date.fromisoformat(free["day"])


def send(touch: Any, kind: str, x: float, y: float) -> None:
    touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})


def test_without_scripts_a_session_moves_by_forms(browser: Browser, serve: Callable[..., Served], demo: Path) -> None:
    with watched(browser, serve(data=demo), java_script_enabled=False) as plan:
        plan.allow("status of 422")
        name, day, free, refused = movable(plan, demo)
        page = plan.open(f"/plan?week={day}")
        page.locator(f'[data-session="{name}"] [data-move]').click()
        expect(page.get_by_text(refused["text"]).first).to_be_visible()
        page.get_by_role("textbox", name="Day").fill(refused["day"])
        page.get_by_role("button", name="Move it to this day").click()
        expect(page.get_by_role("alert")).to_contain_text(refused["text"])
        page.get_by_role("button", name=f"Move it here: {free['long']}").click()
        expect(page.get_by_text("Moved.")).to_be_visible()
        assert day_of(demo, name) == date.fromisoformat(free["day"])


# -------------------------------------------------------------------------------------------------------- take along


def test_files_for_watch_and_calendar_read_back(looks: Watched) -> None:
    demo, page = looks.served.data, looks.open("/plan")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="For the watch").click()
    archive = zipfile.ZipFile(io.BytesIO(waiting.value.path().read_bytes()))
    assert "GARMIN/NEWFILES" in archive.read("README.txt").decode()
    workouts = [name for name in archive.namelist() if name.endswith(".fit")]
    ahead = show_plan(locate(demo)).gathered.today + timedelta(days=13)
    runs = [day for kind in ("run", "walk_run", "gait_retraining") for _, day in sessions_ahead(demo, kind)]
    assert len(workouts) == sum(day <= ahead for day in runs) > 0
    for name in workouts:
        messages, errors = Decoder(Stream.from_byte_array(bytearray(archive.read(name)))).read()
        assert errors == []
        assert messages["workout_step_mesgs"]
    with page.expect_download() as waiting:
        page.get_by_role("link", name="For the calendar").click()
    calendar = icalendar.Calendar.from_ical(waiting.value.path().read_bytes())
    assert len(calendar.walk("VEVENT")) > 20
    with page.expect_download() as waiting:
        looks.open("/plan/week-sheet").get_by_role("link", name="As a file").click()
    assert b"<!doctype html>" in waiting.value.path().read_bytes()


# ---------------------------------------------------------------------------------------------------------- strength


def test_strength_is_told_offline_and_stored_once(plan: Watched, demo: Path) -> None:
    plan.allow("ERR_INTERNET_DISCONNECTED|Failed to load resource")
    name, _day = sessions_ahead(demo, "strength")[0]
    place = locate(demo)
    with opened(place) as (record, runner):
        before = len(read_strength_log(record, runner))
    page = plan.open(f"/plan/sessions/{name}")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    first, second = (page.locator(".exercise").nth(place) for place in range(2))
    tell(first, reps="12")
    expect(first.locator("[data-logged]")).to_contain_text("3 × 12")
    plan.context.set_offline(True)
    tell(second, reps="8")
    expect(second.locator("[data-logged]")).to_contain_text("Kept on this device")
    with opened(place) as (record, runner):
        assert len(read_strength_log(record, runner)) == before + 1
    plan.context.set_offline(False)
    expect(second.locator("[data-logged]")).to_contain_text("× 8")
    page.reload()
    expect(second.locator("[data-logged]")).to_contain_text("× 8")
    with opened(place) as (record, runner):
        logs = read_strength_log(record, runner)
    assert len(logs) == before + 2
    assert {log.reps for log in logs[-2:]} == {12, 8}
    assert all(log.pain == 1 and log.reps_in_reserve == 3 for log in logs[-2:])
    tell(second, reps="9")
    expect(second.locator("[data-logged]")).to_contain_text("× 9")
    with opened(place) as (record, runner):
        assert len(read_strength_log(record, runner)) == before + 2


def tell(exercise: Any, *, reps: str) -> None:
    log = exercise.locator("[data-log]")
    log.locator("summary").click()
    log.get_by_label("Sets").fill("3")
    log.get_by_label("Repetitions, the weakest set").fill(reps)
    log.get_by_label("Repetitions left in you").fill("3")
    slider = log.get_by_label("Worst pain during it")
    slider.focus()
    slider.press("ArrowRight")
    log.get_by_role("button", name="Save").click()


def test_the_timer_leads_by_the_clock(looks: Watched) -> None:
    name, _day = sessions_ahead(looks.served.data, "strength")[0]
    page = looks.page
    page.clock.install()
    looks.open(f"/plan/sessions/{name}")
    page.locator(".exercise").first.get_by_role("button", name="Timer").click()
    expect(page.locator("#timer-phase")).to_have_text("Get ready")
    page.clock.run_for(6_000)
    expect(page.locator("#timer-phase")).to_have_text("Down")
    expect(page.locator("#timer-set")).to_contain_text("Set 1 of")
    page.locator("#timer-pause").click()
    page.clock.fast_forward(60_000)
    expect(page.locator("#timer-phase")).to_have_text("Down")
    assert_accessible(page)
    page.locator("#timer-pause").click()
    page.clock.fast_forward(3_600_000)
    page.clock.run_for(300)
    expect(page.locator("#timer-phase")).to_have_text("Done")
    page.keyboard.press("Escape")
    expect(page.locator("#timer")).to_be_hidden()


# ------------------------------------------------------------------------------------------------------------- pages


def test_every_page_of_the_plan_is_sound(looks: Watched) -> None:
    run, day = sessions_ahead(looks.served.data, "run")[0]
    strength, _day = sessions_ahead(looks.served.data, "strength")[0]
    for path in (
        f"/plan?week={day}",
        "/plan/month",
        "/plan/new",
        "/plan/history",
        "/plan/history/2",
        "/plan/steps",
        "/plan/week-sheet",
        f"/plan/sessions/{run}",
        f"/plan/sessions/{run}/move",
        f"/plan/sessions/{strength}",
    ):
        assert_sound(looks, path)
