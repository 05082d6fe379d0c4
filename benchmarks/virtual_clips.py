"""Virtual clips of lab runners beside the lab tier on the same steps, for learning, for doubts and for judging."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.rbds import SPEEDS, Person, people
from benchmarks.virtual_camera import Phone, PointNoise, filmed, stood, trunk_lean_deg
from benchmarks.virtual_standing import standing_points
from kneewise.domain import Floats
from kneewise.errors import UnusableClipError
from kneewise.gait.certainty import Metric, variances_of_strides
from kneewise.gait.contacts import Contacts
from kneewise.gait.curves import sampled
from kneewise.gait.filmed_gait import FilmedGait, measure_gait
from kneewise.gait.kinematics import body_angles
from kneewise.gait.standing import StandingLegs, standing_legs
from kneewise.load.knee.lab import LabSteps, measure
from kneewise.motion.cleaning import clean_keypoints
from kneewise.motion.keypoints import Keypoints
from kneewise.motion.markers import Body, choose_map, stand
from kneewise.sources.c3d import read_capture

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data" / "rbds"
#: Scatter alone, and scatter with what a model is off by at a person and in a clip.
SCATTER = PointNoise()
WHOLE = PointNoise(person=0.011, clip=0.007)
#: Draws of what a model is off by, for each runner.
DRAWS = 6
#: Standing before the same phone: pictures of it, and whether it is another day with other clothes and light.
STANDINGS = {"one photo": (1, False), "two seconds": (15, False), "two seconds, another day": (15, True)}
_ANOTHER_DAY = 50_000
#: Contacts of video and lab further apart than this are not the same.
SAME_S = 0.12


@dataclass(frozen=True, eq=False)
class Trial:
    """One lab trial; ``standing`` are joints by keypoint name, see :func:`standing_points`."""

    person: Person
    speed_mps: float
    body: Body
    contacts: Contacts
    steps: LabSteps
    standing: dict[str, Floats]

    def truth(self) -> dict[str, Floats]:
        """Return the lab's number of every step by the video tier's names."""
        columns, curves = dict(self.steps.columns), self.steps.curves
        leg_m = sum(
            float(np.median(np.linalg.norm(upper - lower, axis=-1)))
            for upper, lower in ((self.body.hip_m, self.body.knee_m), (self.body.knee_m, self.body.ankle_m))
        )
        drop = body_angles(self.body).pelvic_drop_deg.mean(axis=1)
        columns["step_time_s"] = 60 / columns["cadence_spm"]
        columns["flight_time_s"] = columns["step_time_s"] - columns["contact_time_s"]
        columns["step_length_m"] = columns["speed_mps"] * columns["step_time_s"]
        columns["foot_ahead_of_hip_leg"] = self._foot_ahead() / leg_m
        columns["vertical_oscillation_leg"] = columns["vertical_oscillation_m"] / leg_m
        columns["ankle_dorsiflexion_ic_deg"] = curves["ankle_dorsiflexion_deg"][:, 0]
        columns["ankle_dorsiflexion_peak_deg"] = curves["ankle_dorsiflexion_deg"].max(axis=1)
        columns["pelvic_drop_peak_deg"] = columns["pelvic_drop_peak_deg"] - drop[self.steps.leg]
        columns["trunk_lean_deg"] = np.full(len(self.steps), trunk_lean_deg(self.body))
        columns["step_width_m"] = self._step_width()
        columns["step_width_leg"] = columns["step_width_m"] / leg_m
        return columns

    def _foot_ahead(self) -> Floats:
        """Ankle ahead of the middle of the hip joints, which is what a camera sees."""
        ahead = self.body.ankle_m[..., 0] - self.body.hip_m.mean(axis=0)[:, 0]
        return sampled(ahead, self.body.rate_hz, self.contacts.initial_contact_s, self.contacts.leg)

    def _step_width(self) -> Floats:
        beside = np.array([-1, 1])[:, None] * (self.body.ankle_m[..., 2] - self.body.hip_m.mean(axis=0)[:, 2])
        clock = np.arange(beside.shape[1]) / self.body.rate_hz
        places = zip(self.contacts.middle_s, self.contacts.leg, strict=True)
        at = np.array([np.interp(middle, clock, beside[leg]) for middle, leg in places])
        width: Floats = at + np.append(at[1:], np.nan)
        return width


@dataclass(frozen=True, slots=True)
class Truth:
    """The lab's number for a leg, for both or for left less right.

    Attributes
    ----------
    same : float
        Of the steps that the clip measured.
    habit : float
        Of the other steps of the trial.
    variance : float
        Of ``habit``, from the scatter of those steps.
    """

    same: float
    habit: float
    variance: float


@dataclass(frozen=True, eq=False)
class Filmed:
    """One virtual clip beside its lab trial: every metric of each leg, of both and of left less right."""

    trial: Trial
    gait: FilmedGait
    contact_off_s: Floats
    toe_off_s: Floats
    step_off: dict[str, Floats]
    pairs: dict[str, dict[str, tuple[Truth, Metric]]]
    lost: int
    standing: StandingLegs | None = None


def trials(folder: Path) -> list[Trial]:
    """Return every trial of the folder through the lab tier."""
    found = []
    for person in people(folder):
        standing = read_capture(folder / f"{person.prefix}static.c3d")
        model = stand(standing, choose_map(standing.labels, standing.name))
        points = standing_points(standing, model)
        for speed in SPEEDS:
            run = read_capture(folder / f"{person.prefix}runT{10 * speed:.0f}.c3d")
            lab = measure(run, model, person.mass_kg, sex=person.sex)
            found.append(Trial(person, speed, lab.body, lab.contacts, lab.steps, points))
    return found


def clean_clip(
    trial: Trial, view: str, fps: float, noise: PointNoise, seed: int, start_s: float = 2.0, draw: int = 0
) -> tuple[Keypoints, float] | None:
    """Film one trial with a phone that stands a little differently every time.

    Every ``draw`` is another draw of what a model is off by at this runner. Returns clean keypoints and the lab's time
    of their first picture; ``None`` where the clip is refused.
    """
    phone = _phone(view, fps, seed)
    person = _person(trial, draw)
    track, times = filmed(trial.body, phone, noise, seed=seed, person=person, start_s=start_s)
    try:
        keypoints = clean_keypoints(track, height_m=trial.person.height_m)
    except UnusableClipError as refused:
        sys.stderr.write(f"refused: {trial.person.number} at {trial.speed_mps} m/s, {view}, {fps:.0f}: {refused}\n")
        return None
    return keypoints, float(keypoints.time_s[0] + times[0])


def _phone(view: str, fps: float, seed: int) -> Phone:
    random = np.random.default_rng(10_000 + seed)
    return Phone(
        view=view,
        shows=("right", "left")[seed % 2],
        fps=fps,
        distance_m=float(random.uniform(3, 5)),
        height_m=float(random.uniform(0.75, 1.05)),
        roll_deg=float(random.normal(0, 0.7)),
        oblique_deg=float(random.normal(0, 3)),
    )


def _person(trial: Trial, draw: int) -> int:
    return trial.person.number + 100 * draw


def film(
    trial: Trial, view: str, fps: float, noise: PointNoise, seed: int, start_s: float = 2.0, draw: int = 0
) -> Filmed | None:
    """Measure one virtual clip; ``None`` where it is refused."""
    clip = clean_clip(trial, view, fps, noise, seed, start_s, draw)
    return None if clip is None else _measured(trial, clip, None)


def film_standing(trial: Trial, fps: float, noise: PointNoise, seed: int, draw: int = 0) -> dict[str, Filmed]:
    """Measure one virtual clip from the side with every kind of standing picture; without any where it is refused."""
    clip, found = clean_clip(trial, "side", fps, noise, seed, draw=draw), {}
    if clip is None:
        return {}
    for kind, (pictures, later) in STANDINGS.items():
        points = stood(
            trial.standing,
            trial.body,
            _phone("side", fps, seed),
            noise,
            seed=seed + _ANOTHER_DAY * later,
            person=_person(trial, draw),
            pictures=pictures,
        )
        try:
            legs = standing_legs(points)
        except UnusableClipError as refused:
            sys.stderr.write(f"refused: {trial.person.number}, standing, {kind}: {refused}\n")
            continue
        filmed_one = _measured(trial, clip, legs)
        if filmed_one is not None:
            found[kind] = filmed_one
    return found


def _measured(trial: Trial, clip: tuple[Keypoints, float], standing: StandingLegs | None) -> Filmed | None:
    try:
        gait = measure_gait(clip[0], standing=standing)
    except UnusableClipError as refused:
        sys.stderr.write(f"refused: {trial.person.number} at {trial.speed_mps} m/s: {refused}\n")
        return None
    return _beside(trial, gait, gait.contacts.initial_contact_s + clip[1], standing)


def _beside(trial: Trial, gait: FilmedGait, start_s: Floats, standing: StandingLegs | None) -> Filmed:
    lab, found = trial.contacts, gait.contacts
    apart = np.abs(start_s[:, None] - lab.initial_contact_s) + 9 * (found.leg[:, None] != lab.leg)
    match = apart.argmin(axis=1)
    same = apart[np.arange(len(match)), match] < SAME_S
    inside = (lab.initial_contact_s > start_s.min() - 0.1) & (lab.initial_contact_s < start_s.max() + 0.1)
    truth = trial.truth()
    pairs: dict[str, dict[str, tuple[Truth, Metric]]] = {}
    step_off = {}
    for name, metric in gait.metrics.items():
        if name not in truth:
            continue
        real = np.where(same, truth[name][match], np.nan)
        step_off[name] = gait.steps.columns[name] - real
        used = np.isfinite(step_off[name])
        same_steps = _means(np.where(used, real, np.nan), found.leg)
        habit = _habit(np.where(inside, np.nan, truth[name]), lab)
        pairs[name] = {side: (Truth(same_steps[side], *habit[side]), metric) for side in same_steps}
    return Filmed(
        trial=trial,
        gait=gait,
        contact_off_s=(start_s - lab.initial_contact_s[match])[same],
        toe_off_s=(start_s + found.contact_time_s - lab.toe_off_s[match])[same],
        step_off=step_off,
        pairs=pairs,
        lost=int(inside.sum()) - int(same.sum()),
        standing=standing,
    )


def _means(numbers: Floats, leg: NDArray[np.int_]) -> dict[str, float]:
    left, right = (float(np.nanmean(numbers[leg == side])) for side in (0, 1))
    return {"left": left, "right": right, "both": (left + right) / 2, "asymmetry": left - right}


def _habit(numbers: Floats, lab: Contacts) -> dict[str, tuple[float, float]]:
    """Return the mean of steps that a clip does not show, and its variance."""
    known = [numbers[(lab.leg == side) & np.isfinite(numbers)] for side in (0, 1)]
    left, right = (float(leg.var(ddof=1)) / len(leg) for leg in known)
    strides = variances_of_strides(numbers, lab.leg, lab.initial_contact_s)
    both, apart = strides or ((left + right) / 4, left + right)
    variances = {"left": left, "right": right, "both": both, "asymmetry": apart}
    return {side: (mean, variances[side]) for side, mean in _means(numbers, lab.leg).items()}


def halves(found: list[Trial]) -> tuple[list[Trial], list[Trial]]:
    """Return the trials of the runners who set the numbers, and of those who judge."""
    numbers = sorted({trial.person.number for trial in found})
    setting = [trial for trial in found if numbers.index(trial.person.number) % 2 == 0]
    return setting, [trial for trial in found if numbers.index(trial.person.number) % 2 == 1]
