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
CAMERA = Camera(640, 480, runner_share=0.8)
pytestmark = pytest.mark.skipif(bool(camera_lacks()), reason="the pose model is not there (run 'make models')")

#: Notes the worker's address and when each picture of the camera was taken.
_NOTE = """
window.shots = [];
window.Worker = class extends Worker { constructor(url) { super(url); window.workerAddress = String(url); } };
"""
_NOTE_SHOTS = """() => {
  const video = document.querySelector("video");
  const note = (now, { captureTime, presentedFrames }) => {
    shots.push([captureTime ?? now, presentedFrames]);
    video.requestVideoFrameCallback(note);
  };
  video.requestVideoFrameCallback(note);
}"""
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


def shots() -> Iterator[Picture]:
    """Four strides, which end where they began: a camera that plays them again and again shows one long run."""
    count = 4 * 2 * 60 * FPS // SPM
    yield from pictures(joints(Running(stride_s=2 * 60 / SPM), np.arange(count) / FPS), CAMERA)


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
        here.get_by_role("button", name="Start the camera").click()
        expect(here.locator("[data-camera-pace]")).to_have_text(re.compile(r"^\d+ pictures a second, \d+ ms from"))
        here.evaluate(_NOTE_SHOTS)
        cadence = here.locator("[data-camera-cadence]")
        measured, slow = cadence.get_by_text("steps a minute"), here.get_by_text("Too few pictures a second")
        expect(measured.or_(slow)).to_be_visible()
        if slow.is_visible():
            pytest.skip("this machine is too slow to see ten pictures a second")
        expect(measured).to_be_visible()
        found = float(cadence.inner_text().split()[0])
        assert_accessible(here)
        first, last = here.evaluate("[shots[0], shots.at(-1)]")
        played = (last[1] - first[1]) / (last[0] - first[0]) * 1000
        # A loaded machine plays the file slower than it was filmed, and then its runner has fewer steps a minute; the
        # page shows whole steps.
        assert found == pytest.approx(SPM * played / FPS, abs=2.5)
        here.get_by_role("button", name="Stop the camera").click()
        expect(here.locator("[data-camera-said]")).to_have_text("The camera is off.")
        _agrees_with_python(here.evaluate)


def _agrees_with_python(evaluate: Callable[..., Any]) -> None:
    shot = next(iter(shots()))
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
