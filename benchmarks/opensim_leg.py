"""A leg in OpenSim (extra ``peers``), its own static optimisation, and the same problem for our solver.

The leg is made here, point by point, so that nothing of a published model is needed: three pins in the plane, fourteen
muscles, a reserve on each joint. OpenSim works with maximal isometric forces, as our file format does.
"""

from __future__ import annotations

import importlib
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ORACLE = Path(__file__).resolve().parents[1] / "tests" / "golden" / "opensim_leg.json"

RATE_HZ, SECONDS = 100, 1.0
THIGH, SHANK, FOOT = 0.42, 0.42, 0.2
COORDINATES = ("hip", "knee", "ankle")
RESERVE_NM = 1.0
#: Muscle: maximal force, N, and path points (body, forward, up) in the frame of the body's upper joint.
MUSCLES: dict[str, tuple[float, list[tuple[str, float, float]]]] = {
    "recfem": (2200, [("ground", 0.04, 0.02), ("thigh", 0.06, -0.38), ("shank", 0.05, -0.06)]),
    "vaslat": (5100, [("thigh", 0.03, -0.18), ("thigh", 0.055, -0.38), ("shank", 0.05, -0.06)]),
    "vasmed": (2700, [("thigh", 0.02, -0.20), ("thigh", 0.052, -0.38), ("shank", 0.05, -0.06)]),
    "vasint": (1700, [("thigh", 0.02, -0.16), ("thigh", 0.050, -0.38), ("shank", 0.05, -0.06)]),
    "bflh": (1300, [("ground", -0.06, -0.02), ("shank", -0.03, -0.03)]),
    "bfsh": (550, [("thigh", -0.01, -0.22), ("shank", -0.03, -0.03)]),
    "semimem": (2200, [("ground", -0.055, -0.02), ("shank", -0.028, -0.04)]),
    "semiten": (600, [("ground", -0.06, -0.03), ("shank", -0.032, -0.05)]),
    "gasmed": (3100, [("thigh", -0.02, -0.40), ("shank", -0.03, -0.20), ("foot", -0.05, -0.03)]),
    "gaslat": (1500, [("thigh", -0.018, -0.40), ("shank", -0.03, -0.20), ("foot", -0.05, -0.03)]),
    "soleus": (6100, [("shank", -0.02, -0.15), ("foot", -0.05, -0.03)]),
    "tibant": (1200, [("shank", 0.02, -0.15), ("foot", 0.05, -0.01)]),
    "glmax": (3300, [("ground", -0.08, 0.03), ("thigh", -0.03, -0.10)]),
    "iliopsoas": (2300, [("ground", 0.03, 0.05), ("thigh", 0.01, -0.05)]),
}


@dataclass(frozen=True)
class Peer:
    """What OpenSim found, and the problem that it solved."""

    activation: Floats
    strength_nm: Floats
    moment_nm: Floats
    seconds: float
    version: str


def solve_in_opensim() -> Peer:
    """Run OpenSim's static optimisation over a made-up swing of the leg."""
    opensim: Any = importlib.import_module("opensim")
    opensim.Logger.setLevelString("Error")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = _leg(opensim)
        model.printToXML(str(folder / "leg.osim"))
        _motion(folder / "swing.mot")
        seconds = _optimise(opensim, folder)
        activation, reserve, times = _read(opensim, next(folder.glob("*activation.sto")))
        strength = _strength(opensim, folder / "leg.osim", times)
    # The moments that OpenSim met: those of its muscles and of its reserves.
    moment = np.einsum("nkm,nm->nk", strength, activation) + RESERVE_NM * reserve
    return Peer(activation, strength, moment, seconds, str(opensim.GetVersion()))


def _leg(opensim: Any) -> Any:
    model = opensim.Model()
    bodies = {"ground": model.getGround()}
    for name, mass, length in (("thigh", 9.0, THIGH), ("shank", 3.2, SHANK), ("foot", 1.0, FOOT)):
        inertia = opensim.Inertia(mass * length**2 / 12, mass * length**2 / 30, mass * length**2 / 12)
        bodies[name] = opensim.Body(name, mass, opensim.Vec3(0, -length / 2, 0), inertia)
        model.addBody(bodies[name])
    chain = (("hip", "ground", 0.0, "thigh"), ("knee", "thigh", -THIGH, "shank"), ("ankle", "shank", -SHANK, "foot"))
    for name, parent, down, child in chain:
        zero = opensim.Vec3(0)
        joint = opensim.PinJoint(
            f"{name}_joint", bodies[parent], opensim.Vec3(0, down, 0), zero, bodies[child], zero, zero
        )
        joint.updCoordinate().setName(name)
        model.addJoint(joint)
    for name, (force, points) in MUSCLES.items():
        muscle = opensim.Thelen2003Muscle(name, force, 0.1, 0.2, 0.0)
        for number, (body, forward, up) in enumerate(points):
            muscle.addNewPathPoint(f"{name}_{number}", bodies[body], opensim.Vec3(forward, up, 0))
        model.addForce(muscle)
    for name in COORDINATES:
        reserve = opensim.CoordinateActuator(name)
        reserve.setName(f"{name}_reserve")
        reserve.setOptimalForce(RESERVE_NM)
        model.addForce(reserve)
    model.finalizeConnections()
    return model


def _angles(times: Floats) -> Floats:
    """Hip, knee (bent backwards: negative) and ankle, rad."""
    phase = 2 * np.pi * 1.4 * times
    return np.stack([0.3 + 0.6 * np.sin(phase), -0.9 + 0.6 * np.cos(phase), 0.2 * np.sin(2 * phase)], axis=1)


def _motion(path: Path) -> None:
    times = np.arange(-0.1, SECONDS + 0.1, 1 / RATE_HZ)
    rows = np.column_stack([times, np.degrees(_angles(times))])
    head = f"swing\nversion=1\nnRows={len(rows)}\nnColumns=4\ninDegrees=yes\nendheader\ntime\thip\tknee\tankle\n"
    path.write_text(head + "\n".join("\t".join(f"{x:.8f}" for x in row) for row in rows) + "\n", encoding="utf-8")


def _optimise(opensim: Any, folder: Path) -> float:
    static = opensim.StaticOptimization()
    static.setName("static")
    static.setStartTime(0)
    static.setEndTime(SECONDS)
    static.setUseModelForceSet(True)
    static.setActivationExponent(2)
    static.setUseMusclePhysiology(False)
    static.setConvergenceCriterion(1e-6)
    static.setMaxIterations(1000)
    tool = opensim.AnalyzeTool()
    tool.updAnalysisSet().cloneAndAppend(static)
    tool.setName("leg")
    tool.setModelFilename(str(folder / "leg.osim"))
    tool.setCoordinatesFileName(str(folder / "swing.mot"))
    tool.setLowpassCutoffFrequency(6)
    tool.setInitialTime(0)
    tool.setFinalTime(SECONDS)
    tool.setResultsDir(str(folder))
    tool.setReplaceForceSet(False)
    tool.printToXML(str(folder / "setup.xml"))  # only a tool read from a file reads its motion file
    tool = opensim.AnalyzeTool(str(folder / "setup.xml"))
    began = time.perf_counter()
    tool.run()
    return time.perf_counter() - began


def _read(opensim: Any, path: Path) -> tuple[Floats, Floats, Floats]:
    table = opensim.TimeSeriesTable(str(path))

    def column(name: str) -> Floats:
        return np.asarray(table.getDependentColumn(name).to_numpy(), dtype=np.float64)

    muscles = np.stack([column(name) for name in MUSCLES], axis=1)
    reserves = np.stack([column(f"{name}_reserve") for name in COORDINATES], axis=1)
    return muscles, reserves, np.asarray(table.getIndependentColumn(), dtype=np.float64)


def _strength(opensim: Any, path: Path, times: Floats) -> Floats:
    """Moment of each muscle at full activation, by OpenSim's own moment arms, shape (n, k, m)."""
    model = opensim.Model(str(path))
    state = model.initSystem()
    joints = [model.getCoordinateSet().get(name) for name in COORDINATES]
    muscles = [model.getMuscles().get(name) for name in MUSCLES]
    found = np.empty((len(times), len(joints), len(muscles)))
    for frame, angles in enumerate(_angles(times)):
        for joint, angle in zip(joints, angles.tolist(), strict=True):
            joint.setValue(state, angle, False)
        model.realizePosition(state)
        for column, muscle in enumerate(muscles):
            arms = [muscle.computeMomentArm(state, joint) for joint in joints]
            found[frame, :, column] = np.array(arms) * muscle.getMaxIsometricForce()
    return found


def freeze() -> None:
    """Store every fourth frame for ``tests/golden/test_opensim_leg.py``."""
    peer = solve_in_opensim()
    document = {
        "made_by": f"python -m benchmarks.opensim_leg, OpenSim {peer.version}",
        "max_force_n": [force for force, _ in MUSCLES.values()],
        "reserve_nm": RESERVE_NM,
        "activation": np.round(peer.activation[::4], 6).tolist(),
        "strength_nm": np.round(peer.strength_nm[::4], 4).tolist(),
        "moment_nm": np.round(peer.moment_nm[::4], 5).tolist(),
    }
    ORACLE.write_text(json.dumps(document, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    freeze()
