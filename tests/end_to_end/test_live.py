"""A live session in a real browser: fake steps felt and heard, the beat on an audio clock, a connection that breaks."""

from __future__ import annotations

import re
import shutil
import subprocess
import wave
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.clinical import CALM, run_of
from tests.end_to_end.browser import _ARGUMENTS, PHONE, ROOT, assert_accessible, assert_sound, chromium, watched
from tests.end_to_end.server import Served
from tests.planning import events

from kneewise import clock
from kneewise.services.adding import add_activity
from kneewise.services.availability import Wishes
from kneewise.services.gait.trial import log_gait_trial
from kneewise.services.intake import assess_intake
from kneewise.services.live_camera import camera_lacks
from kneewise.services.live_log import LiveTold
from kneewise.services.live_setup import live_setup
from kneewise.services.place import Place, opened
from kneewise.services.planning import make_plan
from kneewise.services.profile import set_profile
from kneewise.storage import append_event, new_event

#: Steps that shake a phone: a jolt at each contact, left and right apart, told every so often by the page's own clock.
_SHAKEN = """([spm, everyMs]) => setInterval(() => {
  const step = performance.now() / 60000 * window.spm;
  const y = 9.8 + (Math.floor(step) % 2 ? 1 : 0.7) * 12 * Math.exp(-8 * (step % 1)) + Math.random() - 0.5;
  dispatchEvent(new DeviceMotionEvent("devicemotion", { accelerationIncludingGravity: { x: 0.3, y, z: 1 } }));
}, everyMs)"""
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


def _trained(place: Place, done: int = 0) -> None:
    """A trial that suits, so many sessions of the course done, and a plan whose next one is today."""
    now = datetime.now(UTC)
    days = [now - timedelta(days=2 * back) for back in range(done, 0, -1)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: [*days, now][0])
        log_gait_trial(place, [160], pain_usual=3.0, pain_at={5: 1.0, 7.5: 1.0}, calf_pain=0.0, acute_calf=False)
        plan = make_plan(place, wishes=Wishes(minutes=dict.fromkeys(range(7), 90.0))).plan
    assert plan is not None
    course = [session for session in plan.sessions if session.kind == "gait_retraining"]
    with opened(place) as (record, owner), record.writing("storing earlier sessions") as connection:
        for each, session in zip(days, course, strict=False):
            told = LiveTold(session_id=session.id, run_s=900, planned_s=900).to_json()
            append_event(
                connection,
                owner.id,
                new_event(owner.id, "live_session", recorded_at=each, local_date=each.date(), data=told),
            )
    make_plan(place, wishes=Wishes(minutes=dict.fromkeys(range(7), 90.0)))
    assert live_setup(place).kind == "session"


def _shake(page: Page, spm: float, every_ms: int = 16) -> None:
    page.evaluate(f"window.spm = {spm}")
    page.evaluate(_SHAKEN, [spm, every_ms])


def _shown(page: Page) -> float:
    return float(page.locator("#live-number").inner_text())


def _tell(page: Page, form: str, **answers: str) -> None:
    for name, answer in answers.items():
        page.locator(f"#{form} [name={name}][value='{answer}']").check(force=True)
    page.locator(f"#{form} [type=submit]").click()


#: An audio clock that is the page's own and notes its beats; a lock of the screen that is lost once; a voice.
_STUBS = """
window.beats = []; window.said = []; window.locks = [];
addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-act=skip]")) window.begunS = performance.now() / 1000;
}, true);
window.AudioContext = class {
  state = "running"; sampleRate = 48000; destination = {};
  get currentTime() { return performance.now() / 1000; }
  resume() { return Promise.resolve(); }
  createBuffer() { return { getChannelData: () => new Float32Array(8) }; }
  createBufferSource() {
    const beat = { connect() {}, start(at) { beat.at = at; beats.push(beat); }, stop() { beat.at = -1; } };
    return beat;
  }
};
Object.defineProperty(navigator, "wakeLock", { value: { request: async () => {
  const lock = { released: false, release: async () => { lock.released = true; } };
  locks.push(lock);
  return lock;
} } });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
speechSynthesis.getVoices = () => [{ localService: true, lang: "en-GB" }];
speechSynthesis.speak = ({ text }) => said.push(text);
"""
#: Who runs with the beat takes more steps than who runs alone.
_WITH, _ALONE = 173.4, 167.7
_FADES = f"""setInterval(() => {{
  window.spm = document.getElementById("live").dataset.feedback === "on" ? {_WITH} : {_ALONE};
}}, 200)"""


#: Where pause and pain lie, with and without a camera that shows all it can, below a message, beside long words.
_REACH = """(camera) => {
  const part = (found) => document.querySelector(found);
  const seen = { "#live-said": true, "[data-act=tap]": true, "#live-camera": camera, "[data-camera-gauge]": camera };
  const shown = Object.keys(seen).filter(part);
  const kept = shown.map((found) => [part(found), part(found).hidden]);
  shown.forEach((found) => { part(found).hidden = !seen[found]; });
  part("#live-said").textContent ||= "You can go on. Stop if it gets worse.";
  part("#live-phase").textContent = "Run with 7.5 % more steps: follow the beat";
  part("#live-cue").textContent = "Shorter, quicker steps, as on hot ground";
  part("#live").scrollIntoView({ block: "start" });
  const ends = ["#live-pause", "[data-act=hurts]", "[data-act=tap]"].map((found) => part(found).getBoundingClientRect())
    .map(({ top, bottom }) => top >= 0 && bottom <= innerHeight);
  kept.forEach(([one, hidden]) => { one.hidden = hidden; });
  return ends;
}"""
_SIZES = (
    (1920, 1080), (1440, 900), (1366, 768), (844, 390), (740, 360), (667, 375), (640, 360), (360, 640), (375, 667),
    (390, 844),
)  # fmt: skip


def _within_reach(page: Page) -> None:
    for width, height in _SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for camera in (False, not camera_lacks()):
            found = page.evaluate(_REACH, camera)
            assert found == [True] * 3, f"pause, pain or the tap lies below the edge at {width} x {height}"


def _heard(page: Page) -> list[float]:
    """Return the times of the beats that sounded so far, in seconds of the page's clock."""
    found: list[float] = page.evaluate(
        "beats.map(({ at }) => at).filter((at) => at > 0 && at < performance.now() / 1000)"
    )
    return found


def test_a_session_fades_is_interrupted_and_ends_without_a_connection(
    browser: Browser, serve: Callable[..., Served], runner: Place
) -> None:
    """Session 6: half of 28 minutes with the beat; hurt, asleep, reloaded offline, sent once."""
    _trained(runner, done=5)
    with watched(browser, serve(data=runner.data), has_touch=True, timezone_id="UTC") as watching:
        watching.allow("ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch")
        page = watching.page
        page.add_init_script(_STUBS)
        assert_sound(watching, "/live")
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        if not camera_lacks():
            page.get_by_role("button", name="Keep them here").click()
            expect(page.locator("[data-ready-said]")).to_contain_text("Ready without a connection")
        page.clock.install()
        page = watching.open("/live")
        page.get_by_role("button", name="Begin").click()
        page.get_by_role("button", name="I am warm").click()
        begun_s = page.evaluate("begunS")
        _shake(page, _ALONE, 40)
        page.evaluate(_FADES)
        for _ in range(12):
            page.clock.run_for(25_000)
            shown = page.locator("#live-number").inner_text()
            silent = page.locator("#live").get_attribute("data-feedback") == "off"
            assert shown == "•" if silent else shown in ("–", *map(str, range(167, 175)))
        assert (
            page.evaluate("parseFloat(getComputedStyle(document.getElementById('live-number')).fontSize)") > 0.2 * 390
        )
        assert_accessible(page)
        _within_reach(page)
        # The phone turns its screen off and on: the lock is asked for again.
        page.evaluate("locks[0].released = true; document.dispatchEvent(new Event('visibilitychange'))")
        assert page.evaluate("locks.map(({ released }) => released)") == [True, False]
        page.get_by_role("button", name="It hurts").click()
        _tell(page, "live-hurts", where="knee", hurt="1")
        expect(page.locator("#live-said")).to_contain_text("You can go on")
        cues = page.evaluate("said")
        page.clock.run_for(19_000)
        expect(page.locator("#live-said")).to_be_visible()
        page.clock.run_for(2_000)
        expect(page.locator("#live-said")).to_be_hidden()
        early = _heard(page)
        run_s = _kept(page)["runS"]
        page.clock.fast_forward(600_000)  # a closed lid
        page.clock.run_for(300)
        expect(page.locator("#live-said")).to_contain_text("asleep for 10:")
        expect(page.locator("#live-phase")).to_have_text("Pause")
        assert _kept(page)["runS"] == pytest.approx(run_s, abs=1)
        watching.context.set_offline(True)
        page.reload()
        page.get_by_role("button", name="Go on").click()
        _shake(page, _ALONE, 40)
        page.evaluate(_FADES)
        page.clock.run_for(1_000 * (1_690 - run_s))
        heard = len(early) + len(_heard(page))
        expect(page.locator("#live-ask-after [name=pain][value='1']")).to_be_checked()
        _tell(page, "live-ask-after", pain="1", calf="0")
        expect(page.locator("#live-after")).to_contain_text("Kept on this device")
        assert page.evaluate("Object.keys(localStorage)") == []
        assert page.evaluate("locks.every(({ released }) => released)")
        watching.context.set_offline(False)
        page.clock.run_for(5_000)
        expect(page.locator("#outbox-bar")).to_contain_text("everything that waited is stored")
    *_, event = stored = events(runner, "live_session")
    assert len(stored) == 5 + 1
    blocks = event.data["blocks"]
    assert event.data["sources"] == ["motion"]
    assert event.data["run_s"] == pytest.approx(1680)
    assert event.data["pain_during"] == 1
    assert len(events(runner, "check_in")) == 1
    _faded(blocks, heard)
    _silent(blocks, [at - begun_s for at in early], cues)


def _kept(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("JSON.parse(Object.values(localStorage)[0]).state")
    return found


def _faded(blocks: list[dict[str, Any]], heard: int) -> None:
    """Feedback for half of the time, in blocks nobody foresees, each measured by itself, with its beats."""
    on_s = [block["to_s"] - block["from_s"] for block in blocks if block["on"]]
    assert sum(on_s) == pytest.approx(0.5 * 1680)
    assert len(on_s) > 10
    assert max(on_s) - min(on_s) > 20
    assert heard == pytest.approx(sum(on_s) * 172 / 60, abs=len(on_s) + 5)
    for on, spm in ((True, _WITH), (False, _ALONE)):
        measured = [block["cadence_spm"] for block in blocks if block["on"] is on and block["cadence_spm"]]
        assert len(measured) > len(blocks) / 3
        assert max(abs(one - spm) for one in measured) <= 1


def _silent(blocks: list[dict[str, Any]], beats: list[float], cues: list[str]) -> None:
    """In the first five minutes: beats where there is feedback, none elsewhere; one cue at each beginning of it."""
    first = [block for block in blocks if block["to_s"] < 295]
    for block in first:
        inside = [at for at in beats if block["from_s"] + 0.4 < at < block["to_s"] - 0.1]
        wanted = (block["to_s"] - block["from_s"] - 0.5) * 172 / 60
        assert len(inside) == (pytest.approx(wanted, abs=2) if block["on"] else 0)
    assert cues[0] == "Quick, light steps."
    assert len(cues) in (sum(block["on"] for block in blocks if block["from_s"] < 300) + extra for extra in (0, 1, 2))


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
        _shake(page, 160, 40)
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
        expect(page.locator("#live-after")).to_have_text(
            "Stored. Quicker steps suit you. Make a plan; it holds the sessions."
        )
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


def test_the_beat_is_exact_and_does_not_drift(browser: Browser, tmp_path: Path) -> None:
    bundler = ROOT / "frontend" / "node_modules" / ".bin" / "rolldown"
    if not bundler.is_file() or shutil.which("node") is None:
        pytest.skip("the front end's packages or Node are not installed (run 'make frontend')")
    source = ROOT / "frontend" / "src" / "live" / "metronome.ts"
    subprocess.run([bundler, source, "-f", "iife", "-n", "Live", "-d", tmp_path], check=True, capture_output=True)
    spm, seconds = 177, 180
    page = browser.new_page()
    onsets = page.evaluate(_BEAT, [(tmp_path / "metronome.js").read_text(encoding="utf-8"), spm, seconds])
    page.close()
    assert len(onsets) == pytest.approx(seconds * spm / 60, abs=1)
    error_ms, drift_ms = _off(onsets, spm)
    assert (error_ms < 2, abs(drift_ms) < 1) == (True, True)
    # The measurement sees what it is for: a tempo off by 0.01 drifts, one late beat is late.
    assert abs(_off(onsets, spm + 0.01)[1]) > 1
    assert _off([*onsets[:100], onsets[100] + 0.003, *onsets[101:]], spm)[0] > 2


def _off(onsets: list[float], spm: float) -> tuple[float, float]:
    """Return how far beats are from their places at most, in ms, and by how many ms a minute they drift."""
    beats = np.arange(len(onsets))
    errors_ms = 1000 * (np.array(onsets) - onsets[0] - beats * 60 / spm)
    return float(np.abs(errors_ms).max()), float(np.polyfit(beats / spm, errors_ms, 1)[0])
