"""The knee in a real browser: red flag, keyboard alone, the drawn knee, and nothing lost by a reload."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page, expect
from tests.clinical import CALM
from tests.end_to_end.browser import DESKTOP, Watched, assert_sound

#: The whole way of a typical runner to a result, in key presses; a number that is typed counts as one.
MOST_ACTIONS = 40


def answered(page: Page, name: str, value: str) -> None:
    page.locator(f'[name="{name}"][value="{value}"]').check()


def go_on(page: Page) -> None:
    page.locator(".intake-actions .button").first.click()


def told(page: Page, data: dict[str, Any]) -> Any:
    """Answer through the API, as the page's own scripts could."""
    script = """async (data) => (await fetch("/api/intake", {method: "POST", body: JSON.stringify(data),
        headers: {"Content-Type": "application/json",
                  "X-CSRF-Token": document.querySelector("meta[name=csrf-token]").content}})).json()"""
    return page.evaluate(script, data)


def test_a_red_flag_leads_to_a_page_that_nobody_overlooks(browser_page: Watched) -> None:
    page = browser_page.open("/knee")
    page.get_by_role("link", name="Begin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Safety first")
    answered(page, "safety_none", "some_fit")
    go_on(page)
    answered(page, "rf_hot_joint_fever", "yes")
    go_on(page)
    stop = page.get_by_role("alert", name="Call for help or go to the emergency department now")
    expect(stop).to_be_visible()
    expect(stop).to_contain_text("Now")
    expect(page.get_by_text("everything but getting help")).to_be_visible()
    expect(page.get_by_text("Couderc M")).to_be_attached()
    assert page.locator(".pattern").count() == 0
    assert page.evaluate("(async () => (await (await fetch('/api/state')).json()).blocks)()")[0] == "everything"
    assert_sound(browser_page, "/knee/result")


def test_an_urgent_flag_stops_first_and_lets_the_questions_go_on(browser_page: Watched) -> None:
    page = browser_page.open("/knee/intake")
    answered(page, "safety_none", "some_fit")
    go_on(page)
    answered(page, "rf_bone_focal", "unsure")
    answered(page, "rf_locked", "yes")
    go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("Within 1 to 14 days")
    page.get_by_role("link", name="Go on with the questions").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("About you")


def test_a_typical_runner_with_the_keyboard_alone(browser_page: Watched) -> None:
    page = browser_page.page
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    browser_page.open("/knee/intake")
    keys = Keys(page)
    # From the heading the list is read; the first stop of the form is its question.
    page.locator("h1").evaluate("(one) => { one.tabIndex = -1; one.focus(); }")
    keys.press("Tab", "1", "Enter")
    keys.at("About you").type("34").press("Tab", "1", "Tab", "1", "Tab", "1", "Enter")
    keys.at("Where it hurts").press("ArrowDown", "Space", *["Tab"] * 4, "1", "Tab", "2", "Enter")
    keys.at("How much it hurts").press("4", "Tab", "2", "Tab", "1", "Tab").type("6").press("Enter")
    keys.at("How the pain behaves").press("3", "Tab", "1", "Tab", "4", "6", "Enter")
    keys.at("What comes with it")
    page.get_by_role("button", name="See what it means now").press("Enter")
    keys.count += 1
    expect(page.get_by_role("heading", level=1)).to_have_text("You can start on your own")
    expect(page.locator(".pattern h3").first).to_be_visible()
    assert keys.count <= MOST_ACTIONS, keys.count


class Keys:
    """Key presses, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def at(self, title: str) -> Keys:
        """Wait for a page, and for its script to put the focus on the first question: no hand is quicker than that."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        expect(self.page.locator("form[data-intake] :focus")).to_have_count(1)
        return self

    def press(self, *keys: str) -> Keys:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)
        self.count += len(keys)
        return self

    def type(self, text: str) -> Keys:
        """Type a number; it counts as one action."""
        self.page.keyboard.type(text)
        self.count += 1
        return self


def test_the_knee_is_pointed_at_by_hand_and_by_arrow_keys(browser_page: Watched) -> None:
    page = browser_page.open("/knee/intake/place")
    page.locator(".spot-ant_diffuse").click()
    chosen = page.get_by_role("checkbox", name="Round or behind the kneecap")
    expect(chosen).to_be_checked()
    expect(page.locator(".zone-ant_diffuse")).to_contain_class("chosen pointed")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("checkbox", name="Top edge of the kneecap")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox", name="Top edge of the kneecap")).to_be_checked()
    page.locator(".zone-posterior").click()
    expect(page.get_by_role("checkbox", name="Back of the knee")).to_be_checked()
    answered(page, "side", "left")
    expect(page.locator(".knee")).to_have_attribute("data-side", "left")
    assert_sound(browser_page, "/knee/intake/place")


def test_a_reload_keeps_every_answer(browser_page: Watched) -> None:
    page = browser_page.open("/knee/intake/you")
    page.locator('[name="age_years"]').fill("41")
    answered(page, "pregnancy", "no")
    answered(page, "onset", "injury")
    days = page.locator('[name="injury_days_ago"]')
    expect(days).to_be_visible()
    # Of the answers before it one may still be on its way to be kept.
    with page.expect_response(lambda answer: "injury_days_ago=3" in (answer.request.post_data or "")):
        days.fill("3")
    expect(page.get_by_text("Kept on this machine.")).to_be_visible()
    page.reload()
    expect(page.locator('[name="age_years"]')).to_have_value("41")
    expect(page.locator('[name="onset"][value="injury"]')).to_be_checked()
    expect(days).to_have_value("3")
    assert_sound(browser_page, "/knee/intake/behaviour")


def test_without_scripts_the_questions_are_answered_all_the_same(browser_page: Watched) -> None:
    state = browser_page.context.storage_state()
    context = browser_page.context.browser.new_context(storage_state=state, java_script_enabled=False)  # type: ignore[union-attr]
    page = context.new_page()
    page.goto(browser_page.served.address + "/knee/intake")
    answered(page, "safety_none", "none_fits")
    go_on(page)
    page.locator('[name="age_years"]').fill("34")
    answered(page, "onset", "gradual")
    answered(page, "medicines", "none")
    go_on(page)
    # The question that the age has called for stands on the same page now.
    assert page.url.endswith("#q-pregnancy")
    answered(page, "pregnancy", "no")
    go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Where it hurts")
    page.locator(".zone-ant_diffuse").click()
    expect(page.locator("#zone-ant_diffuse")).to_be_checked()
    context.close()


def test_body_and_list_point_at_each_other(browser_page: Watched) -> None:
    page = browser_page.open("/knee")
    told(page, {"answers": {**json.loads(json.dumps(CALM)), "provoking": ["stairs_down", "sitting"], "desk_hours": 8}})
    browser_page.open("/knee/findings")
    node = page.locator(".node-habits")
    node.hover()
    expect(page.locator("#area-habits")).to_have_class("area area-is-found pointed")
    node.press("Enter")
    expect(page.locator("#area-habits")).to_be_in_viewport()
    badge = page.locator("#area-terrain .badge").first
    expect(badge).to_have_attribute("href", "/evidence/findings/downhill_stairs")
    assert_sound(browser_page, "/knee/findings")
    page.locator("details summary").evaluate_all("(all) => all.forEach((one) => one.click())")


def test_scores_and_tests_are_told_and_shown(browser_page: Watched) -> None:
    page = browser_page.open("/knee/measures/psfs")
    page.get_by_label("What your knee makes hard").nth(0).fill("stairs")
    page.get_by_label("What your knee makes hard").nth(1).fill("a film")
    page.get_by_label("What your knee makes hard").nth(2).fill("10 km")
    for place in range(3):
        answered(page, f"item{place}", str(4 + place))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Stored.")).to_be_visible()
    browser_page.open("/knee/tests")
    page.locator('[name="side_plank_s"]').fill("35")
    answered(page, "reported_tightness", "1")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("35 seconds")).to_be_visible()
    for path in ("/knee", "/knee/measures/koos_pf"):
        assert_sound(browser_page, path)
