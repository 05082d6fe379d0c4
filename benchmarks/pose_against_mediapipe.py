"""Frames a second from file to clean keypoints, and agreement with MediaPipe's own IMAGE mode on the same pictures.

Run: python -m benchmarks.pose_against_mediapipe [CLIP ...]
Without clips a rendered runner is measured. MediaPipe is optional (extra ``peers``). On a shared machine times on the
clock say little: the processor's work on a picture, and how many pictures two free cores can do at most, are told too.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.made_clips import runner_clip
from benchmarks.mediapipe_bundle import write_bundle
from benchmarks.rendered_runner import Camera
from kneewise.domain import Floats
from kneewise.errors import KneewiseError
from kneewise.gait.filmed_gait import measure_gait
from kneewise.motion.cleaning import clean_keypoints
from kneewise.motion.keypoints import INDEX
from kneewise.motion.pose.blazepose import BlazePose
from kneewise.motion.pose.tracking import PoseTrack, track_pose
from kneewise.motion.video import Clip

#: Frames a second that the pipeline must reach on two cores, and how much faster than MediaPipe it must be.
LIMIT_FPS, LIMIT_RATIO = 28.0, 2.0
CORES = 2
#: Percentile of the times of pictures that stands for a machine with nothing else to do.
UNDISTURBED = 10
AGAIN = 6
JOINTS = ("shoulder", "hip", "knee", "ankle", "heel", "foot_index")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            model = BlazePose()
        except KneewiseError as missing:
            print(missing)
            return
        clips = [Path(name) for name in sys.argv[1:]] or [_made(Path(folder))]
        peer = _peer(Path(folder))
        for path in clips:
            _measure(path, model, peer)
        if peer is not None:
            peer.close()


def _made(folder: Path) -> Path:
    return runner_clip(folder / "rendered.mp4", camera=Camera(540, 960), fps=120, duration_s=1.5)


def _measure(path: Path, model: BlazePose, peer: Any) -> None:
    clip = Clip(path)
    told = [time.perf_counter()]
    worked = time.process_time()
    track = track_pose(clip, model, progress=lambda _: told.append(time.perf_counter()))
    tracked_s = time.perf_counter() - told[0]
    work_s = (time.process_time() - worked) / len(track.time_s)
    # Told once for every group of pictures that is looked at together.
    undisturbed_s = float(np.percentile(np.diff(told), UNDISTURBED)) / model.at_once
    took_s = []
    for _ in range(AGAIN):
        start = time.perf_counter()
        try:
            measure_gait(clean_keypoints(track))
            outcome = "measured"
        except KneewiseError as refused:
            outcome = str(refused)
        took_s.append(time.perf_counter() - start)
    fps = len(track.time_s) / tracked_s
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{path.name}: {len(track.time_s)} frames, {clip.info.width_px} x {clip.info.height_px}, {clip.info.codec}")
    print(f"  decode and pose {fps:.1f} frames/s (limit {LIMIT_FPS:.0f}), undisturbed {1 / undisturbed_s:.1f}")
    print(f"  work {1000 * work_s:.1f} ms a picture: {CORES / work_s:.1f} frames/s on {CORES} free cores at most")
    # The first time with what it loads; benchmarks.keypoints_to_metrics tells both for a clip of ten seconds.
    print(f"  cleaning and gait {took_s[0]:.3f} s the first time, then {np.median(took_s[1:]):.3f} s; {outcome}")
    print(f"  memory of the process so far {memory_mb:.0f} MB")
    if peer is not None:
        _compare(clip, track, peer, 1 / undisturbed_s)


def _peer(folder: Path) -> Any:
    try:
        from mediapipe.tasks.python import BaseOptions, vision
    except ImportError:
        print("mediapipe is not installed; no comparison")
        return None
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(write_bundle(folder / "heavy.task"))),
        running_mode=vision.RunningMode.IMAGE,
    )
    return vision.PoseLandmarker.create_from_options(options)


def _compare(clip: Clip, track: PoseTrack, peer: Any, fps: float) -> None:
    import mediapipe

    theirs = np.full((len(track.time_s), len(INDEX), 2), np.nan)
    spent: list[float] = []
    work: list[float] = []
    for frame in clip.frames():
        start, worked = time.perf_counter(), time.process_time()
        pixels = np.ascontiguousarray(frame.picture[..., :3])
        found = peer.detect(mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=pixels)).pose_landmarks
        if found:
            spent.append(time.perf_counter() - start)
            work.append(time.process_time() - worked)
        if found and frame.index < len(theirs):
            theirs[frame.index] = [[p.x * clip.info.width_px, p.y * clip.info.height_px] for p in found[0]]
    # Only pictures in which it found somebody: without a person the large model does not run.
    peer_fps = 1 / float(np.percentile(spent, UNDISTURBED))
    print(f"  MediaPipe IMAGE {1 / np.mean(spent):.1f} frames/s without decoding, undisturbed {peer_fps:.1f}")
    print(f"  its work {1000 * np.mean(work):.1f} ms a picture")
    print(f"  undisturbed ratio {fps / peer_fps:.2f} (limit {LIMIT_RATIO})")
    off = np.linalg.norm(track.points_px[..., :2] - theirs, axis=-1)
    print(
        f"  MediaPipe found {np.isfinite(off[:, 0]).mean():.0%}, ours {track.found.mean():.0%}; median distance in px:"
    )
    print("   ", ", ".join(f"{part} {_median(off, part):.1f}" for part in JOINTS))


def _median(off: Floats, part: str) -> float:
    return float(np.nanmedian(off[:, [INDEX[f"left_{part}"], INDEX[f"right_{part}"]]]))


if __name__ == "__main__":
    main()
