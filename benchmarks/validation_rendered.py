"""Lab runners as rendered figures in real video files, through pose and gait, beside the lab's numbers.

Run ``python -m benchmarks.validation_rendered [FOLDER]`` with the folder of the raw files to write
docs/validation-rendered.md (about a quarter of an hour on two free cores; needs the pose model, ``make models``).
A clip that is refused is a row of the page; the page is written whole or not at all.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from benchmarks.lab_runner import LabRunner
from benchmarks.made_clips import write_clip
from benchmarks.made_runner import Running, joints, knee_flexion_deg
from benchmarks.rbds import Person, people
from benchmarks.rendered_runner import Camera, Picture, pictures
from benchmarks.virtual_clips import DATA, ROOT, SAME_S, Trial
from benchmarks.virtual_standing import standing_points
from kneewise.domain import Floats
from kneewise.errors import UnusableClipError
from kneewise.gait.filmed_gait import FilmedGait, measure_gait
from kneewise.load.knee.lab import measure
from kneewise.motion.cleaning import clean_keypoints
from kneewise.motion.keypoints import INDEX
from kneewise.motion.markers import choose_map, stand
from kneewise.motion.pose.blazepose import BlazePose
from kneewise.motion.pose.tracking import PoseTrack, track_pose
from kneewise.motion.video import Clip
from kneewise.services.gait.measuring import GaitResult, analyse_video
from kneewise.sources.c3d import read_capture

PAGE = ROOT / "docs" / "validation-rendered.md"
#: Every sixth runner, and how long he is filmed from this second of the trial.
EVERY, SPEED_MPS, START_S, SIDE_S, FORM_S = 6, 3.5, 2.0, 6.0, 6.0
LARGE, SMALL = Camera(900, 800), Camera(640, 560)
PARTS = ("hip", "knee", "ankle", "heel", "foot_index")
LEGS = ("left", "right")
SHOWN = {
    "side": (
        "cadence_spm", "contact_time_s", "duty_factor", "knee_flexion_ic_deg", "knee_flexion_peak_deg",
        "shank_inclination_ic_deg", "foot_inclination_ic_deg", "ankle_dorsiflexion_peak_deg", "trunk_lean_deg",
        "foot_ahead_of_hip_leg", "vertical_oscillation_leg",
    ),
    "rear": (
        "cadence_spm", "pelvic_drop_peak_deg", "hip_adduction_peak_deg", "step_width_leg", "vertical_oscillation_leg",
    ),
}  # fmt: skip
#: A form must not change these by more: shares of cadence, seconds of contact.
CADENCE_SHARE, CONTACT_S = 0.005, 0.015
MOST_MB = 1200
_WATCH = """
import resource, subprocess, sys, time
start = time.perf_counter()
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(status, time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


@dataclass(frozen=True, eq=False)
class Shot:
    """One rendered clip of a lab runner, measured.

    Attributes
    ----------
    off : dict
        Of every leg point, ``(found, 2)``: model less projection, ahead and up, in leg lengths.
    rows : dict
        By metric, one ``(video, lab, low, high)`` per leg on the steps that both have; the interval is the one against
        a laboratory.
    """

    trial: Trial
    found_share: float
    swapped_share: float
    off: dict[str, Floats]
    rows: dict[str, list[tuple[float, float, float, float]]]
    contact_off_s: Floats


@dataclass(frozen=True)
class Form:
    """One way in which the same run comes as a file."""

    words: str
    name: str = "clip.mp4"
    codec: str = "libx264"
    fps: float = 60
    slow: float = 1
    told: float | None = None
    turned_deg: int = 0
    jitter: float = 0
    noted_fps: float | None = None
    quarters: int = 0
    ramp: bool = False


FORMS = (
    Form("MP4, H.264, upright, 60 a second"),
    *(Form(f"lying, flag of {turned} degrees", turned_deg=turned) for turned in (90, 180, 270)),
    Form("uneven times", jitter=0.25),
    Form("MP4, HEVC", codec="libx265"),
    Form("WebM, VP9", "clip.webm", "libvpx-vp9"),
    Form("MOV, Motion JPEG", "clip.mov", "mjpeg"),
    Form("AVI, MPEG-4", "clip.avi", "mpeg4"),
    Form("30 a second", fps=30),
    Form("120 a second", fps=120),
    Form("slow motion, tagged with its 240 a second", fps=240),
    Form("240 stretched to 30, factor told", fps=240, slow=8, told=8),
    Form("240 stretched to 30, noted by the phone", fps=240, slow=8, noted_fps=240),
    Form("normal, slow, normal, factor told", fps=240, slow=8, told=8, ramp=True),
    Form("240 stretched to 30, not told", fps=240, slow=8),
    Form("lying, no flag", quarters=1),
    Form("upside down, no flag", quarters=2),
)


def trial_of(folder: Path, person: Person, speed_mps: float) -> Trial:
    """Return one trial through the lab tier."""
    standing = read_capture(folder / f"{person.prefix}static.c3d")
    run = read_capture(folder / f"{person.prefix}runT{10 * speed_mps:.0f}.c3d")
    model = stand(standing, choose_map(standing.labels, standing.name))
    lab = measure(run, model, person.mass_kg, sex=person.sex)
    return Trial(person, speed_mps, lab.body, lab.contacts, lab.steps, standing_points(standing, model))


def film(trial: Trial, camera: Camera, fps: float, folder: Path, model: BlazePose) -> Shot | str:
    """Render a trial, measure the file, and put points and numbers beside the truth; or return why it was refused."""
    times = START_S + np.arange(int(SIDE_S * fps)) / fps
    body = LabRunner(trial.body).joints(times)
    path = write_clip(folder / f"{camera.view}.mp4", pictures(body, camera), times - START_S)
    try:
        track = track_pose(Clip(path), model)
        keypoints = clean_keypoints(track, height_m=trial.person.height_m)
        gait = measure_gait(keypoints)
    except UnusableClipError as refused:
        return f"number {trial.person.number}: {_sentence(refused)}"
    truth = {name: camera.project(points)[0] for name, points in body.items()}
    rows, contact_off_s = _beside(trial, gait, gait.contacts.initial_contact_s + keypoints.time_s[0] + START_S)
    return Shot(
        trial, float(track.found.mean()), keypoints.quality.swapped_share, _off(track, truth), rows, contact_off_s
    )


def _off(track: PoseTrack, truth: dict[str, Floats]) -> dict[str, Floats]:
    leg_px = float(
        np.percentile(np.linalg.norm(truth["right_hip"] - truth["right_knee"], axis=1), 90)
        + np.percentile(np.linalg.norm(truth["right_knee"] - truth["right_ankle"], axis=1), 90)
    )
    rows = np.flatnonzero(track.found)
    at = track.frame_index[rows]
    names = {side: [f"{side}_{part}" for part in PARTS] for side in LEGS}

    def apart(seen: list[str], there: list[str]) -> Floats:
        """Distance of points as the model names them from where others are, (found, points, 2)."""
        places = [INDEX[name] for name in seen]
        return np.asarray(track.points_px[rows][:, places, :2] - np.stack([truth[name][at] for name in there], axis=1))

    both = names["left"] + names["right"]
    as_is, exchanged = (
        np.linalg.norm(apart(both, there), axis=-1).sum(axis=1) for there in (both, both[5:] + both[:5])
    )
    off = apart(both, both)[as_is <= exchanged] * np.array([1, -1]) / leg_px
    return {name: off[:, place] for place, name in enumerate(both)}


def _beside(
    trial: Trial, gait: FilmedGait, start_s: Floats
) -> tuple[dict[str, list[tuple[float, float, float, float]]], Floats]:
    lab, truth = trial.contacts, trial.truth()
    apart = np.abs(start_s[:, None] - lab.initial_contact_s) + 9 * (gait.contacts.leg[:, None] != lab.leg)
    match = apart.argmin(axis=1)
    same = apart[np.arange(len(match)), match] < SAME_S
    rows: dict[str, list[tuple[float, float, float, float]]] = {}
    for name, metric in gait.metrics.items():
        for leg, side in enumerate(LEGS):
            used = same & (gait.contacts.leg == leg)
            if name not in truth or not used.any():
                continue
            told = getattr(metric, side)
            rows.setdefault(name, []).append(
                (told.value, float(np.nanmean(truth[name][match[used]])), told.others.low, told.others.high)
            )
    return rows, (start_s - lab.initial_contact_s[match])[same]


def form_clip(form: Form, folder: Path) -> Path:
    """Write one form of the run."""
    n = int(FORM_S * form.fps)
    times = np.arange(n) / form.fps
    if form.jitter:
        times = np.sort(times + np.random.default_rng(3).uniform(-form.jitter, form.jitter, n) / form.fps)
    stored = times * form.slow
    if form.ramp:
        # Half a second before and after plays as in life, with every eighth picture.
        slow = (times >= 0.5) & (times < FORM_S - 0.5)
        kept = slow | (np.arange(n) % int(form.slow) == 0)
        times, slow = times[kept], slow[kept]
        stored = np.concatenate([[0], np.cumsum(np.where(slow[1:], form.slow, 1) * np.diff(times))])
    shots: Iterator[Picture] = pictures(joints(Running(), times), SMALL)
    if form.quarters:
        shots = (np.ascontiguousarray(np.rot90(shot, form.quarters)) for shot in shots)
    return write_clip(
        folder / form.name, shots, stored - stored[0], codec=form.codec, turned_deg=form.turned_deg,
        noted_fps=form.noted_fps,
    )  # fmt: skip


def page(folder: Path, made: Path) -> Iterator[str]:
    """Yield the lines of the page."""
    yield from _opening()
    model, persons = BlazePose(), people(folder)
    yield from _forms(made, model)
    trials = [trial_of(folder, person, SPEED_MPS) for person in persons[::EVERY]]
    measured = {}
    for view, fps in (("side", 120.0), ("rear", 60.0)):
        camera = replace(LARGE, view=view)
        taken = [film(trial, camera, fps, made, model) for trial in trials]
        measured[view] = shots = [shot for shot in taken if isinstance(shot, Shot)]
        if shots:
            yield from _points(shots, view)
            yield from _numbers(shots, view, fps)
        yield from _refused([shot for shot in taken if isinstance(shot, str)], view)
    yield from _memory(made)
    yield from _meaning(measured)


def _opening() -> Iterator[str]:
    yield "# Validation: a rendered runner"
    yield ""
    yield "Written by `python -m benchmarks.validation_rendered` (`make validate-rendered`). Lab runners of Fukuchi,"
    yield "Fukuchi & Duarte 2017 (PeerJ 5:e3298, CC BY 4.0) move a shaded figure of tapered limbs: hips, knees, ankles"
    yield "and feet as measured, trunk, head and arms made to fit. It is drawn in front of a wall and a belt by numpy,"
    yield "written as a real video file, and goes through reading, pose, cleaning and gait like a runner's clip."
    yield ""
    yield "**What this is not.** The figure is no human being: a pose model that was trained on photographs may put its"
    yield "points elsewhere on it than on a person, and there is no blur, no loose cloth, no clutter. What it tests is"
    yield "the way from a file to numbers; how large the model's errors are on people it cannot tell."
    yield ""


def _forms(made: Path, model: BlazePose) -> Iterator[str]:
    yield "## One run in many forms"
    yield ""
    yield f"{FORM_S:g} s of a made runner with 165 steps a minute and 0.250 s of contact, {SMALL.width_px} x"
    yield f"{SMALL.height_px}, all drawn from the same trajectories. A form must change cadence by less than 0.5 % and"
    yield "contact time by less than 15 ms."
    yield ""
    yield "| form | measured at | cadence | contact, left / right | peak knee, left / right | as the first |"
    yield "| --- | --- | --- | --- | --- | --- |"
    first = None
    for form in FORMS:
        path = form_clip(form, made)
        try:
            found = analyse_video(path, slow_motion=form.told, backend=model)
        except UnusableClipError as refused:
            yield f"| {form.words} | refused | {_sentence(refused)} | | | |"
            continue
        first = found if first is None else first
        yield f"| {form.words} | {found.keypoints.fps:.0f}/s | {_form_numbers(found)} | {_as_first(found, first)} |"
    knee = knee_flexion_deg(Running(), np.arange(0, Running().contact_s, 1 / 240)).max()
    yield f"| *as it was made* | | 165.0 | 0.250 / 0.250 | {knee:.1f} / {knee:.1f} | |"
    yield ""


def _sentence(refused: UnusableClipError) -> str:
    return f'"{str(refused).split(";")[0]}; ..."'


def _form_numbers(found: GaitResult) -> str:
    metrics = found.gait.metrics
    cadence, contact, knee = (metrics[n] for n in ("cadence_spm", "contact_time_s", "knee_flexion_peak_deg"))
    return (
        f"{cadence.both.value:.1f} | {contact.left.value:.3f} / {contact.right.value:.3f} | "
        f"{knee.left.value:.1f} / {knee.right.value:.1f}"
    )


def _as_first(found: GaitResult, first: GaitResult) -> str:
    pairs = [
        (clip.gait.metrics["cadence_spm"].both.value, clip.gait.metrics["contact_time_s"]) for clip in (found, first)
    ]
    cadence = abs(pairs[0][0] / pairs[1][0] - 1)
    contact = max(abs(getattr(pairs[0][1], side).value - getattr(pairs[1][1], side).value) for side in LEGS)
    verdict = "yes" if cadence < CADENCE_SHARE and contact < CONTACT_S else "**no**"
    return f"{verdict} ({cadence:.2%}, {1000 * contact:.0f} ms)"


def _points(shots: list[Shot], view: str) -> Iterator[str]:
    found = float(np.mean([shot.found_share for shot in shots]))
    yield f"## Where the model puts its points, {'from the side' if view == 'side' else 'from behind'}"
    yield ""
    swapped = float(np.mean([shot.swapped_share for shot in shots]))
    yield f"{len(shots)} runners; the figure was found in {found:.1%} of the pictures, its legs were exchanged and"
    yield f"mended in {swapped:.1%}. Model less projection in percent of the leg, where the legs were not exchanged:"
    yield "middle error of both directions together, then bias ahead (from behind: to the right) and up."
    yield ""
    heads = ("near leg", "far leg") if view == "side" else ("right leg", "left leg")
    yield f"| point | {heads[0]}: error, bias | {heads[1]}: error, bias |"
    yield "| --- | --- | --- |"
    for part in PARTS:
        cells = []
        for side in ("right", "left"):
            off = 100 * np.concatenate([shot.off[f"{side}_{part}"] for shot in shots])
            ahead, up = np.median(off, axis=0)
            cells.append(f"{np.median(np.linalg.norm(off, axis=1)):.1f}, {ahead:+.1f} and {up:+.1f}")
        yield f"| {part.replace('foot_index', 'toe')} | {cells[0]} | {cells[1]} |"
    yield ""


def _numbers(shots: list[Shot], view: str, fps: float) -> Iterator[str]:
    yield f"## Numbers {'from the side' if view == 'side' else 'from behind'} at {fps:.0f} pictures a second"
    yield ""
    steps = sum(len(shot.contact_off_s) for shot in shots)
    start_ms = 1000 * np.concatenate([shot.contact_off_s for shot in shots])
    yield f"Mean of a leg beside the laboratory's on the same {steps} steps. *Held*: intervals against a laboratory"
    yield f"(claimed: 90 %). Initial contact: bias {start_ms.mean():+.1f} ms, RMSE {_rms(start_ms):.1f} ms."
    yield ""
    yield "| metric | bias | RMSE | held |"
    yield "| --- | --- | --- | --- |"
    for name in SHOWN[view]:
        table = np.array([leg for shot in shots for leg in shot.rows.get(name, [])])
        if not len(table):
            continue
        off, digits = table[:, 0] - table[:, 1], 1 if name.endswith(("_deg", "_spm")) else 3
        held = float(((table[:, 2] <= table[:, 1]) & (table[:, 1] <= table[:, 3])).mean())
        yield f"| `{name}` | {np.nanmean(off):+.{digits}f} | {_rms(off):.{digits}f} | {held:.0%} of {len(table)} |"
    yield ""


def _refused(told: list[str], view: str) -> Iterator[str]:
    if told:
        yield f"Refused {'from the side' if view == 'side' else 'from behind'}, {len(told)} of the lab runners:"
        yield ""
        yield from (f"* {sentence}" for sentence in told)
        yield ""


def _rms(off: Floats) -> float:
    return float(np.sqrt(np.nanmean(off**2)))


def _memory(made: Path) -> Iterator[str]:
    """Measure time and memory of the command on 10 s of 1080p at 120 pictures a second, in a process of its own."""
    fps, steps_per_min = 120, 2 * 60 * 120 / 87
    run = Running(stride_s=2 * 60 / steps_per_min)
    stride = list(pictures(joints(run, np.arange(87) / fps), Camera(1080, 1920, runner_share=0.65)))
    path = write_clip(made / "large.mp4", islice(cycle(stride), 10 * fps), np.arange(10 * fps) / fps)
    del stride
    command = ["-m", "kneewise", "gait", str(path), "--json"]
    status, spent_s, peak_mb = _watched(command)
    _, _, drawn_mb = _watched([*command, "--out", str(made / "out")])
    yield "## Time and memory"
    yield ""
    yield "`kneewise gait` on 10 s of 1080 x 1920 at 120 pictures a second, whole process with its start, exit status"
    yield f"{status}: {spent_s:.0f} s (target 45 s on two free cores), at most {peak_mb:.0f} MB, with `--out`"
    yield f"{drawn_mb:.0f} MB (target 1,200 MB: {'met' if drawn_mb < MOST_MB else '**not met**'})."
    yield ""


def _watched(command: list[str]) -> tuple[int, float, float]:
    """Return exit status, seconds and largest memory in MB of a Python command, started by a process of small memory.

    A process begins with the memory of the one that starts it, and the system counts that as its own.
    """
    watch = [sys.executable, "-c", _WATCH, sys.executable, *command]
    told = subprocess.run(watch, capture_output=True, text=True, check=True).stdout.split()
    return int(told[0]), float(told[1]), float(told[2])


def _meaning(measured: dict[str, list[Shot]]) -> Iterator[str]:
    side = measured["side"]
    yield "## What it means"
    yield ""
    if side:
        near, foot = (_middle_off(side, parts) for parts in (("hip", "knee", "ankle"), ("heel", "foot_index")))
        swapped = [f"{shot.swapped_share:.0%}" for shots in measured.values() for shot in shots]
        yield f"* From the side the model puts hips, knees and ankles within {near:.1f} % of the leg, heels and toes"
        yield f"  within {foot:.1f} % (middle errors of both legs): a drawn foot is less of a foot than a drawn knee is"
        yield "  of a knee, so that angles of foot and ankle say least about people."
        yield f"* It exchanged the figure's legs in {', '.join(swapped)} of the pictures of these clips and often calls"
        yield "  the far knee hidden; of people it exchanged 0 to 9 %. What is not mended breaks the rhythm, and only a"
        yield "  part is measured, or nothing."
    yield "* Three runners are a check of the chain, not a statistic: one leg of six is 17 % of what is held."
    yield "* Forms differ by what the encoder does to edges of a smooth figure; at the encoders' own low rates VP9 and"
    yield "  MPEG-4 blur legs into each other, so they were given more bits."
    yield "* Flags, uneven times and slow motion are also tested without the model, with pictures that carry their own"
    yield "  time (tests/unit/cli/test_gait_forms.py): each agrees within the same limits."


def _middle_off(shots: list[Shot], parts: tuple[str, ...]) -> float:
    """Return the largest of the points' middle errors in percent of the leg."""
    off = [np.concatenate([shot.off[f"{side}_{part}"] for shot in shots]) for side in LEGS for part in parts]
    return 100 * max(float(np.median(np.linalg.norm(one, axis=1))) for one in off)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    lines = []
    with tempfile.TemporaryDirectory() as made:
        for line in page(folder, Path(made)):
            print(line, flush=True)
            lines.append(line)
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
