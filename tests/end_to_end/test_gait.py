"""Gait in a real browser: a clip from the phone to its numbers, its end in between, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from benchmarks.made_clips import runner_clip
from benchmarks.rendered_runner import Camera
from playwright.sync_api import expect
from tests.end_to_end.browser import Watched, assert_accessible, assert_sound
from tests.made_keypoints import write_points


def test_from_a_file_to_numbers_and_away_again(browser_page: Watched, tmp_path: Path) -> None:
    browser_page.allow("422")
    points, cat = write_points(tmp_path / "side.json", duration_s=6.0), tmp_path / "cat.mp4"
    cat.write_bytes(b"meow" * 100)
    page = browser_page.open("/gait")
    page.locator("#clip").set_input_files(cat)
    expect(page.locator("[data-sent]")).to_contain_text("'cat.mp4' is no video")
    page.locator("#clip").set_input_files(points)
    expect(page.get_by_role("heading", name="side.json")).to_be_visible()
    assert_accessible(page)
    page.locator('input[name="ground"][value="ground"]').check(force=True)
    expect(page.locator("#speed")).to_be_hidden()
    page.locator('input[name="ground"][value="treadmill"]').check(force=True)
    page.locator("#speed").fill("10.8")
    page.get_by_role("button", name="Measure", exact=True).click()
    expect(page.get_by_role("heading", name="How you run: From the side")).to_be_visible()
    expect(page.locator("#group-rhythm")).to_contain_text("Step rate")
    expect(page.locator("#moments svg.stick")).to_have_count(6)
    path = re.sub(r"^https?://[^/]+", "", page.url)
    assert_sound(browser_page, path)
    page.locator("#this-clip summary").click()
    page.get_by_role("button", name="Delete this clip").click()
    expect(page.locator("#clips")).to_contain_text("No clip yet")


def test_the_pages_are_sound(browser_page: Watched) -> None:
    for path in ("/gait", "/gait/guide"):
        assert_sound(browser_page, path)


def test_a_tap_says_who_runs_and_an_ended_clip_is_gone(browser_page: Watched, tmp_path: Path) -> None:
    pytest.importorskip("av", reason="the extra 'video' is not installed")
    clip = runner_clip(tmp_path / "run.mp4", fps=30, duration_s=1.5, camera=Camera(150, 200))
    page = browser_page.open("/gait")
    page.locator("#clip").set_input_files(clip)
    picture = page.locator(".tap-picture")
    expect(picture).to_be_visible()
    picture.click()
    expect(page.locator("[data-tap-mark]")).to_be_visible()
    assert float(page.locator('input[name="tap_x"]').input_value()) == pytest.approx(0.5, abs=0.02)
    page.locator('input[name="place"][value="left"]').check(force=True)
    expect(page.locator("[data-tap-mark]")).to_be_hidden()
    assert_accessible(page)
    page.get_by_role("button", name="Delete this clip, measure nothing").click()
    expect(page.locator(".gait-job-cancelled")).to_contain_text("Nothing of it was kept")
    assert [path for path in (browser_page.served.data / "measuring").rglob("*") if path.is_file()] == []
