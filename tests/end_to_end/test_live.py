"""A live session in a real browser: fake steps felt and heard, the beat on an audio clock, a connection that breaks."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import wave
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.clinical import CALM, run_of
from tests.end_to_end.browser import _ARGUMENTS, ROOT, assert_accessible, assert_sound, chromium, watched
from tests.end_to_end.server import Served
from tests.planning import events

from kneewise.services.adding import add_activity
from kneewise.services.availability import Wishes
from kneewise.services.gait.trial import log_gait_trial
from kneewise.services.intake import assess_intake
from kneewise.services.live_sessions import live_setup
from kneewise.services.place import Place
from kneewise.services.planning import make_plan
from kneewise.services.profile import set_profile

#: Steps that shake a phone: a jolt at each contact, left and right apart, every 16 ms of the page's own clock.
_SHAKEN = """(spm) => setInterval(() => {
  const step = performance.now() / 60000 * window.spm;
  const y = 9.8 + (Math.floor(step) % 2 ? 1 : 0.7) * 12 * Math.exp(-8 * (step % 1)) + Math.random() - 0.5;
  dispatchEvent(new DeviceMotionEvent("devicemotion", { accelerationIncludingGravity: { x: 0.3, y, z: 1 } }));
}, 16)"""
RATE = 48_000


@pytest.fixture
def runner(tmp_path: Path) -> Place:
    """A runner with calm answers and four weeks of runs, by the real clock: the browser has no other."""
    place = Place(tmp_path / "runner")
    today = datetime.now(UTC).date()
    set_profile(place, birth_year=1998, sex="f", height_m=1.7, mass_kg=60.0, timezone="UTC")
    assess_intake(place, CALM)
    add_activity(place, [run_of(today - timedelta(days=back), 6) for back in range(2, 30, 3)])
    return place


def _trained(place: Place) -> None:
    log_gait_trial(place, [160], pain_usual=3.0, pain_at={5: 1.0, 7.5: 1.0}, calf_pain=0.0, acute_calf=False)
    make_plan(place, wishes=Wishes(minutes=dict.fromkeys(range(7), 90.0)))
    assert live_setup(place).kind == "session"


def _shake(page: Page, spm: float) -> None:
    page.evaluate(f"window.spm = {spm}")
    page.evaluate(_SHAKEN, spm)


def _shown(page: Page) -> float:
    return float(page.locator("#live-number").inner_text())


def _tell(page: Page, form: str, **answers: str) -> None:
    for name, answer in answers.items():
        page.locator(f"#{form} [name={name}][value='{answer}']").check(force=True)
    page.locator(f"#{form} [type=submit]").click()


def test_a_session_felt_paused_reloaded_and_sent_after_a_lost_connection(
    browser: Browser, serve: Callable[..., Served], runner: Place
) -> None:
    _trained(runner)
    with watched(browser, serve(data=runner.data), has_touch=True, timezone_id="UTC") as watching:
        watching.allow("ERR_INTERNET_DISCONNECTED|Failed to fetch")
        page = watching.page
        assert_sound(watching, "/live")
        page.set_viewport_size({"width": 390, "height": 844})
        page.clock.install()
        page = watching.open("/live")
        page.get_by_role("button", name="Begin").click()
        page.get_by_role("button", name="I am warm").click()
        _shake(page, 168)
        page.clock.run_for(30_000)
        expect(page.locator("#live-phase")).to_have_text("With the beat")
        for spm in (161.3, 174.6):
            page.evaluate(f"window.spm = {spm}")
            page.clock.run_for(22_000)
            assert abs(_shown(page) - spm) <= 1
        assert_accessible(page)
        page.get_by_role("button", name="It hurts").click()
        _tell(page, "live-hurts", where="knee", hurt="1")
        expect(page.locator("#live-said")).to_contain_text("You can go on")
        page.clock.run_for(60_000)
        before = json.loads(page.evaluate("sessionStorage['kneewise-live']"))
        page.reload()
        page.get_by_role("button", name="Go on").click()
        watching.context.set_offline(True)
        _shake(page, 170)
        page.clock.fast_forward(1_000)
        page.clock.run_for(30_000)
        page.get_by_role("button", name="End it here").click()
        _tell(page, "live-ask-after", pain="1", calf="0")
        expect(page.locator("#live-after")).to_contain_text("Kept on this device")
        assert page.evaluate("sessionStorage['kneewise-live'] ?? null") is None
        watching.context.set_offline(False)
        page.clock.run_for(5_000)
        expect(page.locator("#outbox-bar")).to_contain_text("everything that waited is stored")
    (event,) = events(runner, "live_session")
    assert event.data["sources"] == ["motion"]
    assert event.data["run_s"] >= before["runS"] + 30
    assert [block["on"] for block in event.data["blocks"]] == [True]
    assert abs(event.data["blocks"][0]["cadence_spm"] - 169) < 3
    assert event.data["pain_during"] == 1
    assert len(events(runner, "check_in")) == 1


def test_a_trial_says_at_once_whether_quicker_steps_help(
    browser: Browser, serve: Callable[..., Served], runner: Place
) -> None:
    with watched(browser, serve(data=runner.data), has_touch=True, timezone_id="UTC") as watching:
        page = watching.page
        page.clock.install()
        watching.open("/plan/steps")
        page.get_by_role("link", name="Try it now").click()
        page.get_by_role("button", name="Begin").wait_for()
        page.locator("[name=acute_calf][value=no]").check(force=True)
        page.get_by_role("button", name="Begin").click()
        page.get_by_role("button", name="I am warm").click()
        _shake(page, 160)
        page.clock.run_for(180_000)
        counts = [float(field.input_value()) for field in page.locator("[name=count]").all()]
        assert counts == pytest.approx([160, 160], abs=1)
        _tell(page, "live-ask-usual", pain="3")
        expect(page.locator("#live-aim")).to_have_text("Aim 168")
        page.clock.run_for(121_000)
        _tell(page, "live-ask-step", pain="2", calf="0", comfortable="yes")
        expect(page.locator("#live-aim")).to_have_text("Aim 172")
        page.clock.run_for(121_000)
        _tell(page, "live-ask-step", pain="5", calf="1", comfortable="no")
        expect(page.locator("#live-verdict")).to_contain_text("up to 5\u00a0% more")
        expect(page.locator("#live-after")).to_have_text("Stored.")
    (event,) = events(runner, "gait_trial")
    assert (event.data["result"]["verdict"], event.data["result"]["most_pct"]) == ("train", 5)


def _strikes(path: Path, spm: float, seconds: int) -> Path:
    """Write the sound of steps on a treadmill: thuds, left louder than right, in hum and noise, beside a beat."""
    time_s = np.arange(seconds * RATE) / RATE
    step = time_s * spm / 60
    since_s = (step % 1) * 60 / spm
    loud = np.where(step.astype(int) % 2, 0.5, 0.3)
    thud = loud * np.sin(2 * np.pi * 90 * since_s) * np.exp(-35 * since_s)
    beat = 0.25 * np.cos(2 * np.pi * 1000 * time_s) * ((time_s * 190 / 60) % 1 < 0.06)
    noise = np.random.default_rng(1).uniform(-0.05, 0.05, time_s.size)
    sound = thud + 0.02 * np.sin(2 * np.pi * 50 * time_s) + beat + noise
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((30_000 * np.clip(sound, -1, 1)).astype("<i2").tobytes())
    return path


def _shorter_window(route: Route) -> None:
    answer = route.fetch()
    text, found = re.subn(r'"window_s": 20(\.0)?\b', '"window_s": 6', answer.text())
    assert found == 1
    route.fulfill(response=answer, body=text)


def test_steps_are_heard_through_noise_and_a_beat(
    browser: Browser, serve: Callable[..., Served], runner: Place, tmp_path: Path
) -> None:
    """A browser of its own, whose microphone is a file; a window of 6 s instead of 20 s, for it plays in real time."""
    _trained(runner)
    sound = _strikes(tmp_path / "steps.wav", 166.0, 20)
    arguments = [
        *_ARGUMENTS, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={sound}", "--autoplay-policy=no-user-gesture-required",
    ]  # fmt: skip
    launched = browser.browser_type.launch(executable_path=chromium(), args=arguments)
    with watched(launched, serve(data=runner.data), timezone_id="UTC", service_workers="block") as watching:
        watching.allow("Service Worker registration blocked")
        watching.context.route("**/live", _shorter_window)
        page = watching.open("/live")
        page.locator("[name=microphone]").check()
        page.get_by_role("button", name="Begin").click()
        page.get_by_role("button", name="I am warm").click()
        expect(page.locator("#live-number")).to_have_text(re.compile(r"^16[567]$"))
        expect(page.locator("#live-sources-said")).to_contain_text("Microphone, ±2")
    launched.close()


#: The metronome on an audio clock that runs as fast as it can, booked once a second as the page does; when beats begin.
_BEAT = """async ([source, perMinute, seconds]) => {
  const { Metronome } = new Function(`${source}; return Live;`)();
  const clock = new OfflineAudioContext(1, 48000 * seconds, 48000);
  const metronome = new Metronome(clock);
  for (let at = 1; at < seconds; at++) clock.suspend(at).then(() => { metronome.book(); clock.resume(); });
  metronome.start(perMinute);
  const sound = (await clock.startRendering()).getChannelData(0);
  metronome.stop();
  const onsets = [];
  for (let place = 0, quiet = 48000; place < sound.length; place++) {
    if (Math.abs(sound[place]) < 0.01) { quiet++; continue; }
    if (quiet > 2400) onsets.push(place / 48000);
    quiet = 0;
  }
  return onsets;
}"""


@pytest.mark.parametrize("spm", [168, 177])
def test_the_beat_is_exact_and_does_not_drift(browser: Browser, tmp_path: Path, spm: int) -> None:
    bundler = ROOT / "frontend" / "node_modules" / ".bin" / "rolldown"
    if not bundler.is_file() or shutil.which("node") is None:
        pytest.skip("the front end's packages or Node are not installed (run 'make frontend')")
    source = ROOT / "frontend" / "src" / "live" / "metronome.ts"
    subprocess.run([bundler, source, "-f", "iife", "-n", "Live", "-d", tmp_path], check=True, capture_output=True)
    seconds = 180
    page = browser.new_page()
    onsets = page.evaluate(_BEAT, [(tmp_path / "metronome.js").read_text(encoding="utf-8"), spm, seconds])
    page.close()
    errors_ms = [1000 * (onset - onsets[0] - beat * 60 / spm) for beat, onset in enumerate(onsets)]
    assert len(onsets) == pytest.approx(seconds * spm / 60, abs=1)
    assert max(map(abs, errors_ms)) < 2
    assert abs(errors_ms[-1]) / (seconds / 60) < 1
