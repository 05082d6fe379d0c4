"""How many pictures a second the browser measures: the live model on WebAssembly, fed with pictures of a made runner.

``python -m benchmarks.live_pose`` starts the app and a Chromium whose camera plays a rendered clip of 60 pictures a
second, and prints how quick each look was and how many there were.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright
from tests.end_to_end.browser import _ARGUMENTS, chromium
from tests.end_to_end.server import Served

from benchmarks.made_clips import write_y4m
from benchmarks.made_runner import Running, joints
from benchmarks.rendered_runner import Camera, pictures

_FPS, _SECONDS, _STRIDE_S = 60, 20, 0.75
_GOAL_FPS = 12
#: What the worker answers is noted beside the page that it answers to.
_NOTE = """
window.looks = [];
window.Worker = class extends Worker {
  constructor(url) {
    super(url);
    this.addEventListener("message", ({ data }) => {
      if (data.kind === "seen") looks.push([performance.now(), data.tookMs]);
    });
  }
};
"""


def main() -> None:
    """Print latency and pace."""
    with tempfile.TemporaryDirectory() as folder:
        time_s = np.arange(round(4 * _STRIDE_S * _FPS)) / _FPS
        shots = pictures(joints(Running(stride_s=_STRIDE_S), time_s), Camera(640, 480, runner_share=0.8))
        clip = write_y4m(Path(folder) / "camera.y4m", shots, _FPS)
        served = Served(Path(folder) / "data")
        try:
            looks = _looks(served, clip)
        finally:
            served.stop()
    took_ms = [look for _, look in looks]
    fps = (len(looks) - 1) / (looks[-1][0] - looks[0][0]) * 1000
    print(f"{fps:.1f} pictures a second over {_SECONDS} s (goal: {_GOAL_FPS})")
    print(f"one look: median {median(took_ms):.0f} ms, nine of ten below {quantiles(took_ms, n=10)[-1]:.0f} ms")


def _looks(served: Served, clip: Path) -> list[Any]:
    fake = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    with sync_playwright() as playwright:
        arguments = [*_ARGUMENTS, *fake, f"--use-file-for-fake-video-capture={clip}"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        page = browser.new_page()
        page.add_init_script(_NOTE)
        page.goto(served.link)
        page.goto(f"{served.address}/gait/live")
        page.locator("[data-camera-switch]").click()
        page.get_by_text("pictures a second, ").wait_for()
        page.evaluate("looks.length = 0")
        page.wait_for_timeout(_SECONDS * 1000)
        looks: list[Any] = page.evaluate("looks")
        browser.close()
    return looks


if __name__ == "__main__":
    main()
