"""The camera in a real browser: a clip rendered from known motion stands for it."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

pytest.importorskip("av", reason="the extra 'video' is not installed")
pytest.importorskip("ai_edge_litert", reason="the extra 'video' is not installed")

import av
from benchmarks.made_clips import write_y4m
from benchmarks.made_runner import Running, joints
from benchmarks.rendered_runner import Camera, Picture, pictures
from playwright.sync_api import Browser, expect
from tests.end_to_end.browser import _ARGUMENTS, assert_accessible, chromium, watched
from tests.end_to_end.server import Served

from kneewise.domain import Floats
from kneewise.evidence.parameters import value
from kneewise.gait.kinematics import inclination_deg, sagittal_knee_flexion_deg
from kneewise.motion.keypoints import legs
from kneewise.motion.pose.blazepose import BlazePose
from kneewise.motion.pose.still import still_pose
from kneewise.motion.pose.weights import LIVE_LANDMARKER
from kneewise.services.live_camera import camera_lacks

FPS, SPM = 30, 160
#: The clip: four strides, which end where they began. A camera that plays them again and again shows one long run.
SHOTS = 4 * 2 * 60 * FPS // SPM
BITS, SIDE = 7, 8
#: How well the pictures' times go together with one cadence, 0 to 1, where that is the one, and where it must be told.
EVEN, WHOLLY_EVEN = 0.8, 0.95
#: What is filmed, and a larger picture for each single point.
FILMED, CAMERA = Camera(320, 240, runner_share=0.8), Camera(640, 480, runner_share=0.8)
pytestmark = pytest.mark.skipif(bool(camera_lacks()), reason="the pose model is not there (run 'make models')")

#: Notes the worker's address and when it answered with a body.
_NOTE = """
window.seen = [];
window.Worker = class extends Worker {
  constructor(url) {
    super(url);
    window.workerAddress = String(url);
    this.addEventListener("message", ({ data }) => data.points && seen.push(data.timeMs / 1000));
  }
};
"""
#: Notes the number that each picture of the camera carries, with when it was taken.
_NOTE_SHOTS = """([bits, side]) => {
  window.shots = [];
  const video = document.querySelector("video");
  const context = new OffscreenCanvas(bits * side, side).getContext("2d", { willReadFrequently: true });
  const note = (now, { captureTime }) => {
    context.drawImage(video, 0, 0, bits * side, side, 0, 0, bits * side, side);
    const { data } = context.getImageData(0, 0, bits * side, side);
    const bright = (bit) => data[4 * ((side >> 1) * bits * side + bit * side + (side >> 1))] > 127;
    const number = Array.from({ length: bits }, (_, bit) => bright(bit) * 2 ** bit).reduce((sum, one) => sum + one);
    shots.push([(captureTime ?? now) / 1000, number]);
    video.requestVideoFrameCallback(note);
  };
  video.requestVideoFrameCallback(note);
}"""
#: The last window is whole.
_FULL = "(seconds) => seen.length && seen.at(-1) - Math.max(seen[0], shots[0]?.[0] ?? Infinity) > seconds"
_SEE = """async (picture) => {
  const data = JSON.parse(document.getElementById("camera-data").textContent);
  const worker = new Worker(workerAddress);
  const answer = (told, moved = []) => new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.kind === "failed" ? reject(data.why) : resolve(data));
    worker.postMessage(told, moved);
  });
  await answer({ kind: "load", models: { ...data.models, accelerator: "wasm" }, settings: data.pose });
  const bytes = Uint8Array.from(atob(picture), (one) => one.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }), { colorSpaceConversion: "none" });
  const { points, visibility } = await answer({ kind: "picture", picture: bitmap, timeMs: 0 }, [bitmap]);
  worker.terminate();
  return [Array.from(points), Array.from(visibility)];
}"""

_NOT_KEPT = """async () => {
  const { late } = await (await fetch("/shell.json")).json();
  const kept = await Promise.all(Object.keys(late).map((one) => caches.match(one)));
  return Object.keys(late).filter((_, place) => !kept[place]);
}"""


def shots() -> Iterator[Picture]:
    """Every picture carries its number, as bright and dark squares in a corner."""
    run = joints(Running(stride_s=2 * 60 / SPM), np.arange(SHOTS) / FPS)
    for number, shot in enumerate(pictures(run, FILMED)):
        for bit in range(BITS):
            shot[:SIDE, bit * SIDE : (bit + 1) * SIDE] = 255 * (number >> bit & 1)
        yield shot


@pytest.fixture(scope="module")
def filming(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser whose camera sees the made runner."""
    clip = write_y4m(tmp_path_factory.mktemp("camera") / "runner.y4m", shots(), FPS)
    fake = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    arguments = [*_ARGUMENTS, *fake, f"--use-file-for-fake-video-capture={clip}"]
    launched = browser.browser_type.launch(executable_path=chromium(), args=arguments)
    yield launched
    launched.close()


def test_steps_in_front_of_the_camera(filming: Browser, serve: Callable[..., Served]) -> None:
    """From pictures to numbers; then the same picture gives the same points as in Python."""
    with watched(filming, serve()) as page:
        page.allow("No available adapters")  # the browser's own remark where there is no graphics processor
        page.page.add_init_script(_NOTE)
        here = page.open("/gait/live")
        assert_accessible(here)
        here.wait_for_function("() => navigator.serviceWorker.controller !== null")
        here.get_by_role("button", name="Start the camera").click()
        expect(here.locator("[data-camera-pace]")).to_have_text(re.compile(r"^\d+ pictures a second, \d+ ms from"))
        here.evaluate(_NOTE_SHOTS, [BITS, SIDE])
        window_s = value("live.window_s")
        here.wait_for_function(_FULL, arg=window_s + 1, timeout=90_000)
        told = here.locator("[data-camera-cadence]").evaluate("(said) => [said.value, seen, shots]")
        _cadence_is_right(told, window_s)
        assert_accessible(here)
        here.get_by_role("button", name="Stop the camera").click()
        expect(here.locator("[data-camera-said]")).to_have_text("The camera is off.")
        # What was used once needs no connection: the worker, its program and the networks.
        assert here.evaluate(_NOT_KEPT) == []
        page.allow("ERR_INTERNET_DISCONNECTED")
        page.context.set_offline(True)
        _agrees_with_python(here.evaluate)


def _cadence_is_right(found: tuple[str, list[float], list[list[float]]], window_s: float) -> None:
    """Within one step a minute of what the camera played, or untold for a reason.

    A loaded machine plays the file slower than it was filmed, or not evenly: the numbers in its pictures say how.
    """
    told, seen, taken = found
    times, numbers = np.array(taken)[np.array(taken)[:, 0] > taken[-1][0] - window_s].T
    steps = np.unwrap(numbers, period=SHOTS) * SPM / 60 / FPS
    tried_spm = np.arange(60, 240, 0.05)
    together = np.abs(np.exp(2j * np.pi * (steps - tried_spm[:, None] / 60 * times)).mean(axis=1))
    played_spm, even = tried_spm[together.argmax()], float(together.max()) * (np.diff(times).max() < 1)
    slowest, quickest = value("live.slowest_spm"), value("live.quickest_spm")
    if told and even > EVEN:
        assert float(told) == pytest.approx(played_spm, abs=1)
    elif even > WHOLLY_EVEN and slowest + 5 < played_spm < quickest - 5:
        pace = sum(time > seen[-1] - window_s for time in seen) / window_s
        assert pace < 1.1 * 2 * quickest / 60, f"no cadence is told from {pace:.1f} pictures a second"


def _agrees_with_python(evaluate: Callable[..., Any]) -> None:
    shot = next(pictures(joints(Running(), np.zeros(1)), CAMERA))
    points, visibility = evaluate(_SEE, base64.b64encode(_png(shot)).decode())
    seen = np.array(points).reshape(-1, 3)[:, :2]
    opaque = np.full((*shot.shape[:2], 1), 255, dtype=np.uint8)
    picture = np.ascontiguousarray(np.concatenate([shot, opaque], axis=2))
    here = still_pose(picture, BlazePose(at_once=1, model=LIVE_LANDMARKER), "the picture")
    visible = np.array(visibility) >= value("video.clean.least_visibility")
    assert visible.sum() > 20
    assert np.linalg.norm(seen - here, axis=1)[visible].max() <= 1
    np.testing.assert_allclose(_angles(seen), _angles(here), atol=0.5)


def _angles(points: Floats) -> Floats:
    """Shin and knee of both legs."""
    hip, knee, ankle = (points[np.array(legs(part))[:, 0]] * np.array([1, -1]) for part in ("hip", "knee", "ankle"))
    return np.concatenate([inclination_deg(ankle, knee), sagittal_knee_flexion_deg(hip, knee, ankle)])


def _png(shot: Picture) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="image2pipe") as container:
        stream = container.add_stream("png", rate=1)
        stream.height, stream.width = shot.shape[:2]
        stream.pix_fmt = "rgb24"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(shot), format="rgb24")))
        container.mux(stream.encode(None))
    return file.getvalue()
