"""``kneewise gait`` on what is no clip of one runner: one sentence, exit status 1, no number, nothing left behind."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from benchmarks.made_scenes import WALKING, cat, cycling, sitting, two_runners
from benchmarks.rendered_runner import Camera, painted
from tests.made_keypoints import write_points
from tests.unit.cli.calling import Call, call, sentence

from kneewise.domain import Floats
from kneewise.motion.pose.weights import DETECTOR, LANDMARKER, weights_folder
from kneewise.report.gait_drawing import annotated

pytest.importorskip("av", reason="the extra 'video' is not installed")

import av
from benchmarks.made_clips import runner_clip, write_clip
from tests.made_pose import ReadsTime, timed_clip

__all__ = ["call"]

INTERRUPTED = 130
Refuse = Callable[..., str]


@pytest.fixture
def refuse(call: Call, tmp_path: Path) -> Refuse:
    """Return a function that gives the one sentence about a clip, and holds that nothing new lies anywhere."""

    def run(clip: Path, *options: object, status: int = 1) -> str:
        before = sorted(tmp_path.rglob("*"))
        text = sentence(call("gait", clip, "--out", tmp_path / "out", *options), status)
        assert sorted(tmp_path.rglob("*")) == before
        return text

    return run


def black(path: Path, *, width: int = 64, height: int = 64, count: int = 30, fps: int = 30) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.full((height * 3 // 2, width), 16, np.uint8), format="yuv420p")
        for number in range(count):
            frame.pts, frame.time_base = number, Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def sound(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=16_000, layout="mono")
        for number in range(20):
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            silence.sample_rate, silence.pts = 16_000, 1024 * number
            container.mux(stream.encode(silence))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("empty.mp4", b"", "no video that can be read"),
        ("letter.mp4", b"Dear coach,\nhere is my clip.\n", "no video that can be read"),
        ("noise.mov", np.random.default_rng(1).bytes(50_000), "no video that can be read"),
    ],
)
def test_what_is_no_video(refuse: Refuse, tmp_path: Path, name: str, data: bytes, told: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert told in refuse(path)


@pytest.mark.parametrize("part", [slice(0, 20_000), slice(500, None), slice(0, -1500)])
def test_a_truncated_file(refuse: Refuse, tmp_path: Path, part: slice) -> None:
    whole = runner_clip(tmp_path / "whole.mp4", camera=Camera(150, 200), duration_s=1.0)
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole.read_bytes()[part])
    assert "copy it from the phone again" in refuse(cut)


def test_sound_alone(refuse: Refuse, tmp_path: Path) -> None:
    assert "holds no pictures" in refuse(sound(tmp_path / "voice.mp4"))


def test_as_wide_as_eight_k(refuse: Refuse, tmp_path: Path) -> None:
    clip = black(tmp_path / "large.mp4", width=7680, height=480, count=2)
    assert "7680 x 480 pixels" in refuse(clip)


def test_two_hours(refuse: Refuse, tmp_path: Path) -> None:
    """A picture a second: two hours by the header, which is enough to refuse them."""
    assert "lasts 120 minutes" in refuse(black(tmp_path / "film.mp4", count=7200, fps=1))


def test_two_hours_of_which_the_header_says_nothing(refuse: Refuse, tmp_path: Path) -> None:
    """A stream that was cut off has no duration; reading ends where it is too long."""
    whole = black(tmp_path / "film.mkv", count=7200, fps=1)
    stream = tmp_path / "stream.mkv"
    data = whole.read_bytes()
    at = data.index(b"\x44\x89\x88")
    stream.write_bytes(data[:at] + b"\xec\x89" + data[at + 2 :])  # the element Duration becomes one to pass over
    assert "lasts more than 15 minutes" in refuse(stream)


def test_two_steps(refuse: Refuse, tmp_path: Path) -> None:
    assert "ten strides" in refuse(runner_clip(tmp_path / "short.mp4", camera=Camera(150, 200), duration_s=0.4))


@pytest.mark.parametrize("moves", [sitting, cycling])
def test_somebody_who_does_not_run(
    refuse: Refuse, tmp_path: Path, moves: Callable[[Floats], dict[str, Floats]]
) -> None:
    told = refuse(write_points(tmp_path / "still.json", moves=moves))
    assert "hardly move" in told or "hips stay at one height" in told


@pytest.mark.parametrize("factor", [1, 2])
def test_somebody_who_walks_whatever_is_told_of_slow_motion(refuse: Refuse, tmp_path: Path, factor: int) -> None:
    clip = write_points(tmp_path / "walk.json", run=WALKING, duration_s=12)
    assert "walking" in (told := refuse(clip, "--slow-motion", factor)) or "no running" in told


@pytest.fixture
def weights() -> None:
    pytest.importorskip("ai_edge_litert", reason="the extra 'video' is not installed")
    if not all(weights_folder().joinpath(file.name).is_file() for file in (LANDMARKER, DETECTOR)):
        pytest.skip("the pose model is not here; 'make models' puts it in")


@pytest.mark.usefixtures("weights")
def test_the_real_model_on_a_black_clip(refuse: Refuse, tmp_path: Path) -> None:
    assert "No runner was found" in refuse(black(tmp_path / "black.mp4", width=160, height=120, count=31))


@pytest.mark.usefixtures("weights")
def test_the_real_model_on_a_cat(refuse: Refuse, tmp_path: Path) -> None:
    time_s = np.arange(31) / 30
    clip = write_clip(tmp_path / "cat.mp4", painted(cat(time_s), Camera(320, 180)), time_s)
    assert "runner" in refuse(clip, "--box", "0,0.1,0.1,0.9,0.95")


@pytest.mark.usefixtures("weights")
def test_the_real_model_on_two_runners(refuse: Refuse, tmp_path: Path) -> None:
    time_s = np.arange(31) / 30
    clip = write_clip(tmp_path / "two.mp4", painted(two_runners(time_s), Camera(640, 360)), time_s)
    assert "more than one person" in refuse(clip)


class Ends(ReadsTime):
    """A model during whose work something happens."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__()
        self._happens = happens

    def look(self, *given: object) -> list:  # type: ignore[type-arg]
        if self.looks > 40:
            self._happens()
        return super().look(*given)  # type: ignore[arg-type]


def interrupt() -> None:
    raise KeyboardInterrupt


@pytest.fixture(params=["Ctrl-C", "SIGTERM"])
def end(request: pytest.FixtureRequest) -> Callable[[], object]:
    if request.param == "SIGTERM" and threading.current_thread() is not threading.main_thread():
        pytest.skip("signals reach the main thread only")
    return interrupt if request.param == "Ctrl-C" else (lambda: signal.raise_signal(signal.SIGTERM))


def test_an_end_while_measuring(
    refuse: Refuse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: Callable[[], object]
) -> None:
    monkeypatch.setattr("kneewise.services.gait.measuring.blazepose", lambda: Ends(end))
    clip = timed_clip(tmp_path / "run.mp4", np.arange(0, 2, 1 / 60))
    assert "Stopped" in refuse(clip, status=INTERRUPTED)


def test_an_end_while_drawing(
    refuse: Refuse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: Callable[[], object]
) -> None:
    left = iter(range(5))

    def drawn(*given: object, **options: object) -> object:
        if next(left, None) is None:
            end()
        return annotated(*given, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("kneewise.services.gait.measuring.blazepose", ReadsTime)
    monkeypatch.setattr("kneewise.services.gait.pictures.annotated", drawn)
    clip = timed_clip(tmp_path / "run.mp4", np.arange(0, 4.6, 1 / 60))
    assert "Stopped" in refuse(clip, status=INTERRUPTED)
