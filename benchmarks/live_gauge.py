"""The browser's gauge beside the laboratory, from few pictures a second to many.

Run ``python -m benchmarks.live_gauge [FOLDER]`` with the folder of the raw files to write docs/validation-live.md (six
minutes on two cores; needs Node.js, the packages of ``frontend`` and the pose model, ``make models``).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.lab_runner import LabRunner
from benchmarks.made_clips import write_clip
from benchmarks.rbds import SPEEDS, people
from benchmarks.rendered_runner import Camera, pictures
from benchmarks.validation_rendered import trial_of
from benchmarks.virtual_camera import TOE_BEYOND_M, Phone, filmed, trunk_lean_deg
from benchmarks.virtual_clips import DATA, ROOT, SCATTER, WHOLE, Trial
from kneewise.domain import Floats
from kneewise.evidence.parameters import value
from kneewise.gait.curves import sampled
from kneewise.motion.keypoints import INDEX
from kneewise.motion.pose.blazepose import BlazePose
from kneewise.motion.pose.tracking import track_pose
from kneewise.motion.pose.weights import LIVE_LANDMARKER
from kneewise.motion.video import Clip
from kneewise.services.live_camera import camera_doubts, gauge_numbers

PAGE: Final = ROOT / "docs" / "validation-live.md"
REPLAY: Final = ROOT / "benchmarks" / "live_gauge.mjs"
PACES: Final = (8.5, 10.5, 12.0, 15.0, 20.0, 30.0)
#: Of a virtual clip and of a rendered one, in seconds of the trial; the gauge is read so often.
START_S, VIRTUAL_S, RENDERED_S, EVERY_S = 1.0, 26.0, 22.0, 2.0
WEBCAM: Final = Phone(width_px=640, rows_px=480, runner_share=0.8, uneven=0.25)
#: Rendered is every fourth runner, at this speed, by a camera of so many pictures a second.
FOURTH, SPEED_MPS, CAMERA_FPS = 4, 3.5, 30
#: Pictures around contact, in seconds to both sides.
AROUND_S: Final = 0.05
RENDERED: Final = Camera(640, 480, runner_share=0.8)
NAMES: Final = {
    "cadence": "cadence, steps a minute",
    "ahead": "foot ahead of the centre of mass, % of the leg",
    "shin": "shin at contact, degrees",
    "drop": "drop of the pelvis, degrees",
}
Track = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Truth:
    """What the laboratory says of every step, by the names of the gauge."""

    contact_s: Floats
    leg: Floats
    columns: dict[str, Floats]

    @classmethod
    def of(cls, trial: Trial) -> Truth:
        """Return the steps of a trial."""
        found, contacts = trial.truth(), trial.contacts
        ahead = sampled(_ahead_of_mass(trial), trial.body.rate_hz, contacts.initial_contact_s, contacts.leg)
        columns = {
            "ahead": 100 * ahead,
            "shin": found["shank_inclination_ic_deg"],
            "drop": found["pelvic_drop_peak_deg"],
        }
        return cls(contacts.initial_contact_s, np.asarray(contacts.leg, dtype=np.float64), columns)

    def cadence(self, until_s: float, window_s: float) -> float:
        """Return the steps a minute of a window."""
        inside = np.sort(self.contact_s[(self.contact_s > until_s - window_s) & (self.contact_s <= until_s)])
        return float(60 * (len(inside) - 1) / (inside[-1] - inside[0]))

    def mean(self, name: str, side: str, until_s: float, window_s: float) -> float:
        """Return the mean over the steps of one leg in a window."""
        own = self.leg == ("left", "right").index(side)
        inside = own & (self.contact_s > until_s - window_s) & (self.contact_s <= until_s)
        return float(np.nanmean(self.columns[name][inside]))


@dataclass
class Found:
    """Gauge less laboratory, the laboratory, and how often it was asked for the last strides and for the cadence."""

    off: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in NAMES})
    true: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in NAMES})
    read: int = 0
    counted: int = 0

    def take(self, readings: Iterable[dict[str, Any]], truth: Truth, begun_s: float) -> None:
        """Put the readings of one track beside the truth, once its windows are full."""
        numbers = gauge_numbers()
        for reading in readings:
            until_s = reading["timeS"]
            if until_s >= begun_s + numbers["window_s"]:
                self.read += 1
                for name, side, told in _told(reading):
                    self._put(name, told, truth.mean(name, side, until_s, numbers["window_s"]))
            if until_s >= begun_s + numbers["cadence_window_s"]:
                self.counted += 1
                if cadence := reading.get("cadence"):
                    self._put("cadence", cadence["spm"], truth.cadence(until_s, numbers["cadence_window_s"]))

    def _put(self, name: str, told: float, true: float) -> None:
        self.off[name].append(told - true)
        self.true[name].append(true)


def _told(reading: dict[str, Any]) -> Iterator[tuple[str, str, float]]:
    if side := reading.get("side"):
        yield "ahead", side["near"], 100 * side["aheadLeg"]
        yield "shin", side["near"], side["shinDeg"]
    for side, drop_deg in (reading.get("rear") or {}).items():
        yield "drop", side, drop_deg


def _ahead_of_mass(trial: Trial) -> Floats:
    """Ankle ahead of the centre of mass by the segments of the clips, in leg lengths, (2, frames)."""
    body = trial.body
    toe = body.toe_m[..., 0] + TOE_BEYOND_M * body.foot[:, :, 0, 0]
    x = {part: getattr(body, f"{part}_m")[..., 0] for part in ("hip", "knee", "ankle", "heel")} | {"toe": toe}
    mass, rest = np.zeros(x["hip"].shape[1]), 1.0
    for name, upper, lower in (("thigh", "hip", "knee"), ("shank", "knee", "ankle"), ("foot", "heel", "toe")):
        share, centre = (value(f"lab.de_leva_m.{name}.{what}") for what in ("mass", "centre"))
        mass = mass + share * (x[upper] + centre * (x[lower] - x[upper])).sum(axis=0)
        rest -= 2 * share
    trunk = value("gait.mass.upper_body_centre") * 0.5 * np.sin(np.radians(trunk_lean_deg(body)))
    mass = mass + rest * (x["hip"].mean(axis=0) + trunk)
    parts = ((body.hip_m, body.knee_m), (body.knee_m, body.ankle_m))
    leg_m = sum(float(np.median(np.linalg.norm(upper - lower, axis=-1))) for upper, lower in parts)
    return np.asarray((x["ankle"] - mass) / leg_m)


def replayed(tracks: list[Track]) -> list[list[dict[str, Any]]]:
    """Return what the browser's gauge reads from keypoints."""
    told = json.dumps({"settings": gauge_numbers(), "everyS": EVERY_S, "tracks": tracks})
    done = subprocess.run(["node", str(REPLAY)], input=told, capture_output=True, text=True, check=True)
    found: list[list[dict[str, Any]]] = json.loads(done.stdout)
    return found


def virtual(trials: list[Trial], view: str, fps: float, *, offsets: bool) -> Found:
    """Return the gauge on joint centres of lab runners with the scatter of a model, and with its offsets or without."""
    tracks = []
    for number, trial in enumerate(trials):
        random = np.random.default_rng(number)
        phone = replace(
            WEBCAM, view=view, fps=fps, shows=("right", "left")[number % 2],
            distance_m=float(random.uniform(3, 5)), height_m=float(random.uniform(0.75, 1.05)),
            roll_deg=float(random.normal(0, 0.7)), oblique_deg=float(random.normal(0, 3)),
        )  # fmt: skip
        noise = WHOLE if offsets else SCATTER
        track, times = filmed(
            trial.body, phone, noise, seed=number, person=trial.person.number, start_s=START_S, duration_s=VIRTUAL_S
        )
        tracks.append(_track(times, track.points_px, track.visibility, phone.width_px, phone.rows_px))
    return _beside(trials, tracks)


def _beside(trials: list[Trial], tracks: list[Track]) -> Found:
    found = Found()
    for trial, track, readings in zip(trials, tracks, replayed(tracks), strict=True):
        found.take(readings, Truth.of(trial), track["times"][0])
    return found


def _track(times: Floats, points: Floats, visibility: Floats, width: int, height: int) -> Track:
    seen = points[..., :2].round(2).astype(object)
    seen[~np.isfinite(points[..., :2])] = None  # JSON has no other word for it
    return {
        "width": width, "height": height, "times": times.tolist(), "points": seen.tolist(),
        "visibility": visibility.tolist(),
    }  # fmt: skip


def seen_by_model(trial: Trial, view: str, folder: Path, model: BlazePose) -> Track:
    """Return what the live model sees in pictures of a figure that runs as a lab runner did."""
    times = START_S + np.arange(int(RENDERED_S * CAMERA_FPS)) / CAMERA_FPS
    shots = pictures(LabRunner(trial.body).joints(times), replace(RENDERED, view=view))
    track = track_pose(Clip(write_clip(folder / f"{view}.mp4", shots, times - START_S)), model)
    rows = np.flatnonzero(track.found)
    at = times[track.frame_index[rows]]
    points, visibility = track.points_px[rows], track.visibility[rows]
    return _track(at, points, visibility, RENDERED.width_px, RENDERED.height_px)


def slower(track: Track, fps: float) -> Track:
    """Return the pictures that a device has time for that looks so often: each is the newest when the last is done."""
    random, kept, free_s = np.random.default_rng(1), [], -np.inf
    for place, time_s in enumerate(track["times"]):
        if time_s < free_s - 1e-6:
            continue
        kept.append(place)
        free_s = max(free_s, time_s - 1 / CAMERA_FPS) + max(random.normal(1, 0.2), 0.5) / fps
    rows = {name: [track[name][place] for place in kept] for name in ("times", "points", "visibility")}
    return {**track, **rows}


def main() -> None:
    """Write the page."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    with tempfile.TemporaryDirectory() as made:
        text = "\n".join(page(folder, Path(made)))
    PAGE.write_text(text + "\n", encoding="utf-8")
    print(text)


def page(folder: Path, made: Path) -> Iterator[str]:
    """Yield the lines of the page."""
    persons = sorted(people(folder), key=lambda person: person.number)
    judging = [trial_of(folder, person, speed) for person in persons[1::2] for speed in SPEEDS]
    yield from _opening(len(judging))
    for offsets, words in ((False, "scatter alone"), (True, "with offsets")):
        yield from _table(f"Virtual pictures, {words}", {
            fps: [virtual(judging, view, fps, offsets=offsets) for view in ("side", "rear")] for fps in PACES
        })  # fmt: skip
    model = BlazePose(model=LIVE_LANDMARKER)
    trials = [trial_of(folder, person, SPEED_MPS) for person in persons[1::FOURTH]]
    seen = {view: [seen_by_model(trial, view, made, model) for trial in trials] for view in ("side", "rear")}
    rendered = {
        fps: [_beside(trials, [slower(track, fps) for track in tracks]) for tracks in seen.values()] for fps in PACES
    }
    yield from _table("Rendered pictures", rendered)
    yield f"{len(trials)} of the lab runners at {SPEED_MPS} m/s as a rendered figure, {RENDERED.width_px} x"
    yield f"{RENDERED.height_px}, through the browser's pose model. The figure is no human being: how far the model is"
    yield "off on people, with clothes, blur and bad light, it cannot tell."
    yield ""
    yield from _misplaced([_misplaced_share(*one) for one in zip(trials, seen["side"], strict=True)])
    yield from _doubts(rendered)


def _opening(trials: int) -> Iterator[str]:
    yield "# Validation: the browser's camera"
    yield ""
    yield "Written by `python -m benchmarks.live_gauge` from the raw files of Fukuchi, Fukuchi & Duarte 2017"
    yield f"(PeerJ 5:e3298, CC BY 4.0): {trials} trials on a treadmill of runners who set no number, seen by a"
    yield "made webcam 3 to 5 m away. Its pictures come unevenly, points scatter as a pose model's do and legs are"
    yield "exchanged in 3 % of them ([the video tier](validation-video.md) says how much). The gauge of"
    yield "`frontend/src/live` reads them as it does in the browser. Truth: the lab's steps in the same window, 20 s"
    yield "for cadence and 8 s for the rest, so that each is the mean of about eleven strides. *Told*: share of the"
    yield "readings that have the number. Cadence is told from 7.7 pictures a second, the rest from"
    yield f"{value('live.camera.least_fps'):g}."
    yield ""


def _table(title: str, found: dict[float, list[Found]]) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    yield "| pictures/s | what | told | bias | RMSE | 95 % within | largest |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for fps, views in found.items():
        for name, words in NAMES.items():
            off = np.array([one for view in views for one in view.off[name]])
            whole = _asked(name, views)
            if not len(off):
                yield f"| {fps:g} | {words} | none | | | | |"
                continue
            rms, within = float(np.sqrt((off**2).mean())), float(np.percentile(np.abs(off), 95))
            numbers = f"{off.mean():+.2f} | {rms:.2f} | {within:.2f} | {np.abs(off).max():.2f}"
            yield f"| {fps:g} | {words} | {len(off) / whole:.0%} | {numbers} |"
    yield ""


def _asked(name: str, views: list[Found]) -> int:
    side, rear = views
    return {"cadence": side.counted + rear.counted, "drop": 2 * rear.read}.get(name, side.read)


def _misplaced(shares: list[float]) -> Iterator[str]:
    yield "The model has the ankle of these runners' near leg more than a tenth of a leg's length from its place in"
    yield f"{', '.join(f'{share:.0%}' for share in shares)} of the pictures around contact: it exchanges the legs,"
    yield "or puts both somewhere between them, as it does on filmed people. The gauge draws one stride through both"
    yield "legs, names exchanged ones anew, and puts those that lie on it neither way where the stride has them"
    yield "(`frontend/src/live/legs.ts`); where too few are right, or too many are exchanged, it tells no number. What"
    yield "is left is mostly where the model sees the figure's hips and feet."
    yield ""
    yield "One thing cannot be seen so: where the model exchanges the legs in about seven of ten pictures or more,"
    yield "most pictures agree on the wrong names. Then wrong numbers are told and nothing refuses them. The stick"
    yield "figure over the picture shows which leg is which."
    yield ""


def _misplaced_share(trial: Trial, track: Track) -> float:
    """Return the share of pictures around contact in which the near ankle, the right one, is not seen where it is."""
    times = np.array(track["times"])
    contact_s = trial.contacts.initial_contact_s[np.asarray(trial.contacts.leg) == 1]
    near = np.abs(times[:, None] - contact_s).min(axis=1) <= AROUND_S
    joints = LabRunner(trial.body).joints(times[near])
    camera = replace(RENDERED, view="side")
    hip, knee, ankle = (camera.project(joints[f"right_{name}"])[0] for name in ("hip", "knee", "ankle"))
    leg_px = float(np.median(np.linalg.norm(hip - knee, axis=1) + np.linalg.norm(knee - ankle, axis=1)))
    seen = np.array(track["points"], dtype=np.float64)[near, INDEX["right_ankle"]]
    return float((np.linalg.norm(seen - ankle, axis=1) > leg_px * value("live.camera.legs.farthest")).mean())


def _doubts(rendered: dict[float, list[Found]]) -> Iterator[str]:
    yield "## What the page states"
    yield ""
    yield "| from pictures/s | foot | shin | pelvis |"
    yield "| --- | --- | --- | --- |"
    for doubt in camera_doubts():
        ahead, shin, drop = 100 * doubt["ahead_leg"], doubt["shin_deg"], doubt["drop_deg"]
        yield f"| {doubt['fps']:g} | ±{ahead:.0f} % | ±{shin:g}° | ±{drop:g}° |"
    yield ""
    ahead, shin, drop = (_held(name, rendered) for name in ("ahead", "shin", "drop"))
    yield "A band is what 95 of 100 readings lie within on the nine runners of the other half, drawn or virtual with"
    yield "offsets, whichever is wider. Of the readings of the rendered runners above they hold"
    yield f"{ahead:.0%} (foot), {shin:.0%} (shin) and {drop:.0%} (pelvis), where 95 % are wanted."
    yield ""
    yield "Of the drawn pelvis the model sees little: for each degree that the laboratory's drop differs between"
    yield f"these runners and legs, the told one differs by {_following('drop', rendered):+.1f}. Shorts drawn as tilted"
    yield "as the hips change little. Within such a band nobody's pelvis is measured."


def _following(name: str, found: dict[float, list[Found]]) -> float:
    """Return by how much the told number rises for one of the laboratory's."""
    every = [view for views in found.values() for view in views]
    true = np.array([one for view in every for one in view.true[name]])
    return float(np.polyfit(true, true + [one for view in every for one in view.off[name]], 1)[0])


def _held(name: str, found: dict[float, list[Found]]) -> float:
    """Return the share of readings that lie within the band which is stated at their pace."""
    inside: list[bool] = []
    for fps, views in found.items():
        stated = [doubt for doubt in camera_doubts() if doubt["fps"] <= fps]
        if stated:
            doubt = stated[-1]
            band = {"ahead": 100 * doubt["ahead_leg"], "shin": doubt["shin_deg"], "drop": doubt["drop_deg"]}[name]
            inside += [abs(off) <= band for view in views for off in view.off[name]]
    return sum(inside) / len(inside)


if __name__ == "__main__":
    main()
