"""The calculator and a lab trial in a real browser: numbers changed, files chosen, measured, looked at and kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.end_to_end.browser import Watched, assert_accessible, assert_sound
from tests.lab_trials import MASS_KG, running, standing, write


def test_a_step_and_a_trial(browser_page: Watched, tmp_path: Path) -> None:
    pytest.importorskip("ezc3d", reason="the extra 'lab' is not installed")
    page = browser_page.open("/calculator")
    page.get_by_label("Height").fill("178")
    page.get_by_label("Pace or speed").fill("5:00")
    page.get_by_role("button", name="Work it out").click()
    answer = page.get_by_role("region", name="What it costs")
    expect(answer).to_contain_text("At 5:00 min/km")
    assert_accessible(page)
    assert_sound(browser_page, "/calculator?speed=5:00&cadence=170&height=178&mass=70")

    page = browser_page.open("/settings")
    page.get_by_label("Height").fill("170")
    page.locator('form[action="/settings/profile"] button').click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page = browser_page.open("/lab")
    files = {"trial": write(tmp_path / "run.c3d", running(20.0)), "static": write(tmp_path / "still.c3d", standing())}
    for role, path in files.items():
        page.locator(f"#file-{role}").set_input_files(path)
    page.get_by_label("Mass on that day").fill(f"{MASS_KG:g}")
    page.get_by_role("button", name="Measure", exact=True).click()
    page.get_by_role("button", name="Keep this trial").click(timeout=60_000)
    expect(page.locator("#trial")).to_contain_text("Your knee bends", timeout=60_000)
    assert_accessible(page)
    assert_sound(browser_page, "/lab")
    expect(page.locator("#kept")).to_contain_text("run.c3d")
