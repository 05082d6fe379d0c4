"""Real video files of made pictures: any codec, uneven times, and the flag by which phones turn lying pictures."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from benchmarks.made_runner import Running, joints
from benchmarks.rendered_runner import Camera, pictures
from kneewise.domain import Floats

#: Clock of the written files: ticks a second.
_CLOCK = 90_000
_OPTIONS = {
    "libx264": {"preset": "ultrafast", "crf": "20"},
    "libx265": {"preset": "ultrafast", "log-level": "error"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
}
#: Of codecs whose usual rate is too low to tell legs apart.
_BITS_PER_S = {"mpeg4": 6_000_000, "mjpeg": 20_000_000, "libvpx-vp9": 4_000_000}
#: A quarter turn clockwise in the 16.16 fixed-point matrix of an MP4 track header.
_ONE = 1 << 16
_MATRICES = {90: (0, _ONE, 0, -_ONE, 0, 0), 180: (-_ONE, 0, 0, 0, -_ONE, 0), 270: (0, -_ONE, 0, _ONE, 0, 0)}
_MATRIX_AT = 44


def write_clip(
    path: Path,
    shots: Iterable[NDArray[np.uint8]],
    time_s: Floats,
    *,
    codec: str = "libx264",
    turned_deg: int = 0,
    noted_fps: float | None = None,
) -> Path:
    """Write pictures (rows, columns, 3) at their times and return the path.

    Parameters
    ----------
    turned_deg : int
        The pictures are stored lying and a flag says by how many degrees clockwise a player turns them: 90, 180 or 270.
        Only MP4 and MOV hold the flag.
    noted_fps : float or None
        The rate of filming as Android phones note it beside slow motion.
    """
    rate = round(1 / float(np.median(np.diff(time_s))))
    even = np.allclose(np.diff(time_s), 1 / rate, atol=1e-4)
    clock = Fraction(1, rate if even else _CLOCK)
    with av.open(str(path), "w", options={"movflags": "use_metadata_tags"} if noted_fps else {}) as container:
        if noted_fps:
            container.metadata["com.android.capture.fps"] = f"{noted_fps:f}"
        stream: Any = container.add_stream(codec, rate=rate, options=_OPTIONS.get(codec, {}))
        stream.bit_rate = _BITS_PER_S.get(codec, 0)
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for number, (at_s, shot) in enumerate(zip(time_s, shots, strict=True)):
            stored = np.ascontiguousarray(np.rot90(shot, turned_deg // 90))
            if number == 0:
                stream.height, stream.width = stored.shape[:2]
                stream.codec_context.time_base = clock
            frame = av.VideoFrame.from_ndarray(stored, format="rgb24")
            frame.pts, frame.time_base = round(float(at_s) / clock), clock
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    if turned_deg:
        path.write_bytes(_flagged(path.read_bytes(), turned_deg))
    return path


def write_y4m(path: Path, shots: Iterable[NDArray[np.uint8]], fps: int) -> Path:
    """Write pictures as uncompressed YUV4MPEG2, which Chromium plays as a camera, again and again.

    The browser takes it as ``--use-fake-device-for-media-stream --use-file-for-fake-video-capture=FILE.y4m``.
    """
    with path.open("wb") as file:
        for number, shot in enumerate(shots):
            if number == 0:
                file.write(f"YUV4MPEG2 W{shot.shape[1]} H{shot.shape[0]} F{fps}:1 Ip A1:1 C420jpeg\n".encode())
            planes = av.VideoFrame.from_ndarray(np.ascontiguousarray(shot), format="rgb24").to_ndarray(format="yuv420p")
            file.write(b"FRAME\n" + planes.tobytes())
    return path


def runner_clip(
    path: Path,
    *,
    run: Running | None = None,
    camera: Camera | None = None,
    fps: float = 60,
    duration_s: float = 2.0,
    slow_motion: float = 1.0,
    jitter: float = 0.0,
    codec: str = "libx264",
    turned_deg: int = 0,
) -> Path:
    """Write a clip of a made runner.

    Parameters
    ----------
    fps, duration_s : float
        Of true time.
    slow_motion : float
        How many times slower than life the file plays.
    jitter : float
        Uneven times: standard deviation of a picture's time in shares of the usual gap.
    """
    n = int(duration_s * fps)
    times = np.arange(n) / fps
    if jitter:
        times = np.sort(times + np.random.default_rng(3).normal(0, jitter / fps, n).clip(-0.4 / fps, 0.4 / fps))
        times -= times[0]
    body = joints(run or Running(), times)
    shots = pictures(body, camera or Camera())
    return write_clip(path, shots, times * slow_motion, codec=codec, turned_deg=turned_deg)


def _flagged(data: bytes, turned_deg: int) -> bytes:
    """Put the turning matrix into the first track header of an MP4."""
    at = data.index(b"tkhd")
    at += _MATRIX_AT + (12 if data[at + 4] == 1 else 0)
    a, b, _, c, d, _ = _MATRICES[turned_deg]
    rows = np.array([a, b, 0, c, d, 0, 0, 0, 1 << 30], dtype=">i4").tobytes()
    return data[:at] + rows + data[at + len(rows) :]
