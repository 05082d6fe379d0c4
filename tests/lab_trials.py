"""A made runner in a made laboratory: markers and force plates with known answers, written as C3D files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

Floats = NDArray[np.float64]

RATE_HZ, FORCE_RATE_HZ, SECONDS = 150.0, 300.0, 6.0
SPEED_MPS, CONTACT_S, STEP_S, MASS_KG = 2.2, 0.25, 0.36, 65.0
GRAVITY = 9.80665
THIGH_M, SHANK_M = 0.41, 0.41
HIP = {"L.": np.array([-0.05, -0.08, -0.09]), "R.": np.array([-0.05, -0.08, 0.09])}

#: Markers in the frame of their segment, right leg; z is mirrored for the left one.
PELVIS = {
    "ASIS": (0.0, 0.0, 0.125),
    "PSIS": (-0.15, 0.0, 0.05),
    "Iliac.Crest": (-0.06, 0.06, 0.14),
}
SEGMENTS: Mapping[str, Mapping[str, tuple[float, float, float]]] = {
    "thigh": {
        "Thigh.Top.Lateral": (0.03, 0.25, 0.07),
        "Thigh.Top.Medial": (-0.05, 0.26, 0.04),
        "Thigh.Bottom.Lateral": (0.02, 0.14, 0.07),
        "Thigh.Bottom.Medial": (-0.04, 0.13, 0.03),
        "Knee": (0.0, 0.0, 0.05),
        "Knee.Medial": (0.0, 0.0, -0.05),
    },
    "shank": {
        "Shank.Top.Lateral": (-0.02, -0.15, 0.06),
        "Shank.Top.Medial": (-0.06, -0.14, 0.02),
        "Shank.Bottom.Lateral": (-0.02, -0.25, 0.05),
        "Shank.Bottom.Medial": (-0.05, -0.26, 0.01),
        "Ankle": (0.0, -SHANK_M, 0.035),
        "Ankle.Medial": (0.0, -SHANK_M, -0.035),
    },
    "foot": {
        "Heel.Bottom": (-0.05, -0.05, 0.0),
        "Heel.Top": (-0.05, -0.01, 0.0),
        "Heel.Lateral": (-0.02, -0.04, 0.035),
        "MT1": (0.12, -0.05, -0.045),
        "MT5": (0.10, -0.05, 0.055),
    },
}
STATIC_ONLY = ("Knee", "Knee.Medial", "Ankle", "Ankle.Medial")
#: Names of the same places in the plug-in-gait style.
PLUG_IN_GAIT = {
    "ASIS": "ASI", "PSIS": "PSI", "Knee": "KNE", "Knee.Medial": "KNM", "Ankle": "ANK", "Ankle.Medial": "MED",
    "Thigh.Top.Lateral": "THI", "Shank.Top.Lateral": "TIB", "Heel.Bottom": "HEE", "MT1": "MT1", "MT5": "MT5",
    "Heel.Lateral": "TOE",
}  # fmt: skip


@dataclass
class Trial:
    """A trial in the running frame (x forward, y up, z right), to be damaged before it is written."""

    markers: dict[str, Floats]
    force_n: Floats | None = None
    moment_nm: Floats | None = None
    truth: dict[str, Any] = field(default_factory=dict)

    def with_markers(self, change: Callable[[dict[str, Floats]], Mapping[str, Floats]]) -> Trial:
        """Return the trial with other markers."""
        return replace(self, markers=dict(change(dict(self.markers))))


def standing(scale: float = 1.0) -> Trial:
    """Return a standing trial, straight and still."""
    pelvis = np.array([0.0, (THIGH_M + SHANK_M + 0.13) * scale, 0.0])
    frames = 30
    poses = {"pelvis": (np.zeros(frames), np.tile(pelvis, (frames, 1)))}
    for side, hip in HIP.items():
        centre = pelvis + hip * scale
        knee = centre - [0, THIGH_M * scale, 0]
        ankle = knee - [0, SHANK_M * scale, 0]
        for name, point in (("thigh", knee), ("shank", knee), ("foot", ankle)):
            poses[side + name] = (np.zeros(frames), np.tile(point, (frames, 1)))
    return Trial(_markers(poses, scale))


def running(seconds: float = SECONDS, *, walking: bool = False) -> Trial:
    """Return a running trial on a treadmill with its forces, 15 to 17 steps."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    pelvis = np.stack([0 * time, 0.90 + 0.03 * np.cos(2 * np.pi * time / STEP_S), 0 * time], axis=1)
    poses = {"pelvis": (0 * time, pelvis)}
    flexion = {}
    sample = np.arange(round(seconds * FORCE_RATE_HZ)) / FORCE_RATE_HZ
    force, moment = np.zeros((len(sample), 3)), np.zeros((len(sample), 3))
    for side, hip in HIP.items():
        late = 0.0 if side == "R." else STEP_S
        centre = pelvis + hip
        ankle, pitch = _foot(time - late)
        ankle[:, 2] = hip[2]
        knee, thigh, shank = _two_links(centre, ankle)
        flexion[side] = np.degrees(thigh - shank)
        for name, angle, point in (("thigh", thigh, knee), ("shank", shank, knee), ("foot", pitch, ankle)):
            poses[side + name] = (angle, point)
        on_foot, about = _push(sample - late, hip[2], 1.5 if walking else 1.0)
        force += on_foot
        moment += about
    truth = {"knee_flexion_deg": flexion, "speed_mps": SPEED_MPS, "cadence_spm": 60 / STEP_S}
    moving = {name: points for name, points in _markers(poses, 1.0).items() if not name.endswith(STATIC_ONLY)}
    return Trial({name: moving[name] for name in moving}, force, moment, truth)


def as_plug_in_gait(trial: Trial) -> Trial:
    """Return the trial with plug-in-gait style names; lateral knee and ankle stay on in running."""
    return trial.with_markers(
        lambda markers: {
            name[0] + PLUG_IN_GAIT[name[2:]]: points for name, points in markers.items() if name[2:] in PLUG_IN_GAIT
        }
    )


def keeping_joint_markers(seconds: float = SECONDS) -> Trial:
    """Return a running trial whose lateral knee and ankle markers were not taken off."""
    trial = running(seconds)
    still = standing().markers
    for side in HIP:
        for joint, names in (("Knee", ("Thigh.Top.Lateral", "Thigh.Top.Medial", "Thigh.Bottom.Lateral")),
                             ("Ankle", ("Shank.Top.Lateral", "Shank.Top.Medial", "Shank.Bottom.Lateral"))):  # fmt: skip
            trial.markers[side + joint] = _carried(trial.markers, still, side, names, side + joint)
    return trial


def _carried(moving: Mapping[str, Floats], still: Mapping[str, Floats], side: str, names: Any, what: str) -> Floats:
    a, b, c = (still[side + name][0] for name in names)
    base = np.column_stack([b - a, c - a, np.cross(b - a, c - a)])
    share = np.linalg.solve(base, still[what][0] - a)
    p, q, r = (moving[side + name] for name in names)
    carried: Floats = p + share[0] * (q - p) + share[1] * (r - p) + share[2] * np.cross(q - p, r - p)
    return carried


def _foot(time: Floats) -> tuple[Floats, Floats]:
    """Return ankle centre and pitch (toes up) of a foot that lands at 0, 0.72, ... s."""
    stride = 2 * STEP_S
    back = 0.2 - SPEED_MPS * CONTACT_S
    at = np.array([0.0, 0.05, 0.10, 0.15, 0.20, 0.25, 0.36, 0.48, 0.60, 0.69, stride])
    x = [0.2, 0.09, -0.02, -0.13, -0.24, back, -0.40, -0.12, 0.20, 0.215, 0.2]
    y = [0.09, 0.08, 0.08, 0.08, 0.10, 0.15, 0.38, 0.34, 0.18, 0.11, 0.09]
    pitch = [0.15, 0.0, 0.0, 0.0, -0.25, -0.6, -0.9, -0.3, 0.1, 0.18, 0.15]
    place = CubicSpline(at, np.column_stack([x, y, 0 * at, pitch]), bc_type="periodic")(np.mod(time, stride))
    return place[:, :3].copy(), place[:, 3]


def _two_links(hip: Floats, ankle: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the knee, and the pitch of thigh and shank (lower end forwards), for a knee that points forwards."""
    line = ankle - hip
    distance = np.linalg.norm(line[:, :2], axis=1)
    assert distance.max() < THIGH_M + SHANK_M
    lean = np.arctan2(line[:, 0], -line[:, 1])
    bend = np.arccos(distance / (2 * THIGH_M))
    thigh, shank = lean + bend, lean - bend
    knee = hip + THIGH_M * np.column_stack([np.sin(thigh), -np.cos(thigh), 0 * thigh])
    return knee, thigh, shank


def _push(time: Floats, z: float, longer: float) -> tuple[Floats, Floats]:
    """Return force and moment about the origin of one foot on the belt, under a fixed place of the sole."""
    stride, contact = 2 * STEP_S, CONTACT_S * longer
    since = np.mod(time, stride)
    on = since < contact
    weight = MASS_KG * GRAVITY
    shape = np.where(on, np.sin(np.pi * since / contact), 0)
    up = weight * np.pi * STEP_S / (2 * contact) * shape
    along = np.where(on, -0.25 * weight * np.sin(2 * np.pi * since / contact), 0)
    force = np.column_stack([along, up, 0 * up])
    point = np.column_stack([0.2 - 0.05 + 0.85 * 0.16 - SPEED_MPS * since, 0 * up, np.full_like(up, z)])
    return force, np.cross(point, force)


def _markers(poses: Mapping[str, tuple[Floats, Floats]], scale: float) -> dict[str, Floats]:
    found = {}
    for side in HIP:
        mirror = np.array([1.0, 1.0, 1.0 if side == "R." else -1.0]) * scale
        for name, local in PELVIS.items():
            found[side + name] = _placed(*poses["pelvis"], np.array(local) * mirror)
        for segment, cluster in SEGMENTS.items():
            for name, local in cluster.items():
                found[side + name] = _placed(*poses[side + segment], np.array(local) * mirror)
    return found


def _placed(pitch: Floats, origin: Floats, local: Floats) -> Floats:
    """Return a point of a segment whose lower end is turned forwards (toes up) by an angle."""
    cosine, sine = np.cos(pitch), np.sin(pitch)
    x, y, z = local
    turned: Floats = np.column_stack([cosine * x - sine * y, sine * x + cosine * y, np.full_like(pitch, z)])
    return origin + turned


#: Running frame to laboratory frame: y up facing x, and z up facing -y.
LABS = {"y up": np.eye(3), "z up": np.array([[0.0, 0, -1], [-1, 0, 0], [0, 1, 0]])}


def write(path: Path, trial: Trial, *, lab: str = "y up", kind: int = 2, action: bool = True, **options: Any) -> Path:
    """Write a trial as a C3D file, noise as of a camera system included.

    Parameters
    ----------
    kind : int
        Type of the force plate, 2 or 4.
    action : bool
        Whether the file holds the force on the plate, as the standard asks, or on the runner.
    options
        ``noise_m``, ``offset_n``, ``flip`` (analog columns whose sign is turned), ``gaps`` ({marker: slice}).
    """
    import ezc3d

    random = np.random.default_rng(7)
    turn = LABS[lab]
    names = list(trial.markers)
    points = np.stack([trial.markers[name] for name in names], axis=1)
    points = points + random.normal(0, options.get("noise_m", 1e-4), points.shape)
    for name, gap in options.get("gaps", {}).items():
        points[gap, names.index(name)] = np.nan
    file = ezc3d.c3d()
    file["parameters"]["POINT"]["RATE"]["value"] = [RATE_HZ]
    file["parameters"]["POINT"]["UNITS"]["value"] = ["mm"]
    file["parameters"]["POINT"]["LABELS"]["value"] = names
    millimetres = 1000 * (points @ turn.T)
    file["data"]["points"] = np.concatenate([millimetres, np.ones((*points.shape[:2], 1))], axis=2).transpose(2, 1, 0)
    if trial.force_n is not None:
        _add_plate(file, trial, turn, kind, -1.0 if action else 1.0, random, options)
    file.write(str(path))
    return path


def _add_plate(
    file: Any, trial: Trial, turn: Floats, kind: int, sign: float, random: Any, options: Mapping[str, Any]
) -> None:
    assert trial.force_n is not None
    assert trial.moment_nm is not None
    corners = np.array([[1.5, 0, -0.5], [1.5, 0, 0.5], [-1.5, 0, 0.5], [-1.5, 0, -0.5]]) @ turn.T
    x, y = corners[0] - corners[1], corners[0] - corners[3]
    axes = np.column_stack([v / np.linalg.norm(v) for v in (x, y, np.cross(x, y))])
    origin = np.array([0.02, -0.01, -0.03])
    force = sign * trial.force_n @ turn.T @ axes
    moment = sign * trial.moment_nm @ turn.T @ axes - np.cross(force, origin)
    six = np.column_stack([force, 1000 * moment])
    six += random.normal(0, 3.0, six.shape) + options.get("offset_n", 0.0)
    six[:, list(options.get("flip", ()))] *= -1
    six *= options.get("gain", 1.0)
    gain = np.array([500.0, 500, 1000, 8e5, 2.5e5, 4e5])
    file["parameters"]["ANALOG"]["RATE"]["value"] = [FORCE_RATE_HZ]
    file["parameters"]["ANALOG"]["LABELS"]["value"] = ["F1X", "F1Y", "F1Z", "M1X", "M1Y", "M1Z"]
    file["parameters"]["ANALOG"]["UNITS"]["value"] = ["N", "N", "N", "Nmm", "Nmm", "Nmm"]
    file["data"]["analogs"] = (six / gain if kind == 4 else six).T[None]
    file.add_parameter("FORCE_PLATFORM", "USED", [1])
    file.add_parameter("FORCE_PLATFORM", "TYPE", [kind])
    file.add_parameter("FORCE_PLATFORM", "ZERO", [0, 0])
    file.add_parameter("FORCE_PLATFORM", "CHANNEL", [1, 2, 3, 4, 5, 6])
    file.add_parameter("FORCE_PLATFORM", "CORNERS", 1000 * corners.T[:, :, None])
    file.add_parameter("FORCE_PLATFORM", "ORIGIN", 1000 * origin[:, None])
    file.add_parameter("FORCE_PLATFORM", "CAL_MATRIX", np.diag(gain)[:, :, None])
