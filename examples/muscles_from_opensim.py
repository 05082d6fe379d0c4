"""Turns a leg of a scaled OpenSim model into a muscle file for ``kneewise lab --muscles`` (docs/muscles.md).

Run it where OpenSim's Python package is installed (``pip install opensim``); it needs nothing else but numpy::

    python examples/muscles_from_opensim.py scaled.osim runner12.json --mass-kg 71.3 --source "Rajagopal 2016, scaled"

Moment arms are asked of OpenSim at random poses and fitted: a cubic over the knee for heads that cross nothing else, a
polynomial of degree 4 for all others. The error of each fit is printed; look at it before you believe a force. Hip and
knee flexion and dorsiflexion have to be positive: ``--flip`` names a coordinate of the model that counts the other way.
"""

from __future__ import annotations

import argparse
import importlib
import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

COORDINATES = ("hip_flexion", "knee_flexion", "ankle_dorsiflexion")
RANGES_DEG = {"hip_flexion": (-35, 75), "knee_flexion": (0, 115), "ankle_dorsiflexion": (-40, 35)}
#: Names of heads in the models of Rajagopal, Lai and Uhlrich; others can be given with --head.
HEADS = {
    "recfem": "rectus_femoris",
    "vaslat": "vastus_lateralis",
    "vasmed": "vastus_medialis",
    "vasint": "vastus_intermedius",
    "bflh": "biceps_femoris_long",
    "bfsh": "biceps_femoris_short",
    "semimem": "semimembranosus",
    "semiten": "semitendinosus",
    "gasmed": "gastrocnemius_medial",
    "gaslat": "gastrocnemius_lateral",
}
POSES, DEGREE, KNOTS = 400, 4, 13
#: Arms below this everywhere are left out, m.
SMALLEST_M = 5e-4


def main() -> None:
    """Read the arguments, fit, write."""
    given = arguments()
    opensim: Any = importlib.import_module("opensim")
    model = opensim.Model(str(given.model))
    state = model.initSystem()
    named = zip(COORDINATES, given.coordinates, strict=True)
    joints = {name: Joint(model, state, told, flipped=told in given.flip) for name, told in named}
    heads = HEADS | dict(told.split("=") for told in given.head)
    muscles = []
    for muscle in model.getMuscles():
        name = str(muscle.getName())
        if name.endswith(given.side):
            arms = fitted(name, muscle, model, state, joints)
            head = heads.get(name.removesuffix(given.side), "other")
            force = float(muscle.getMaxIsometricForce())
            muscles += [{"name": name, "head": head, "max_force_n": force, "arms": arms}] if arms else []
    document = {
        "format": "kneewise-muscles 1",
        "name": given.output.stem,
        "source": given.source,
        **({} if given.mass_kg is None else {"mass_kg": given.mass_kg}),
        "coordinates": [
            {"name": name, "low_deg": RANGES_DEG[name][0], "high_deg": RANGES_DEG[name][1]} for name in COORDINATES
        ],
        "muscles": muscles,
    }
    given.output.write_text(json.dumps(document, indent=1), encoding="utf-8")
    print(f"{len(muscles)} muscles written to {given.output}")


def arguments() -> argparse.Namespace:
    """Return what was told on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--source", required=True, help="where the model comes from and whom it was scaled to")
    parser.add_argument("--mass-kg", type=float)
    parser.add_argument("--side", default="_r", help="how the leg's muscles end [default: _r]")
    names = ("hip_flexion_r", "knee_angle_r", "ankle_angle_r")
    parser.add_argument("--coordinates", nargs=3, default=names, help="of hip, knee and ankle")
    parser.add_argument("--flip", action="append", default=[], metavar="COORDINATE", help="one that counts extension")
    parser.add_argument(
        "--head", action="append", default=[], metavar="NAME=HEAD", help="such as rect_fem=rectus_femoris"
    )
    return parser.parse_args()


class Joint:
    """A coordinate of the model with the sign that makes flexion positive."""

    def __init__(self, model: Any, state: Any, told: str, *, flipped: bool) -> None:
        self.sign = -1.0 if flipped else 1.0
        self.coordinate = model.getCoordinateSet().get(told)
        self.state = state

    def bend(self, angle: float) -> None:
        """Set the angle, rad."""
        self.coordinate.setValue(self.state, self.sign * angle, False)


def asked(muscle: Any, model: Any, state: Any, joints: dict[str, Joint], poses: Floats) -> Floats:
    """Return the moment arms at every pose, m, shape (poses, 3)."""
    rows = []
    for pose in poses.tolist():
        for joint, angle in zip(joints.values(), pose, strict=True):
            joint.bend(angle)
        model.assemble(state)
        rows.append([joint.sign * muscle.computeMomentArm(state, joint.coordinate) for joint in joints.values()])
    return np.array(rows)


def fitted(name: str, muscle: Any, model: Any, state: Any, joints: dict[str, Joint]) -> dict[str, Any]:
    """Return the fits of one muscle by coordinate, and print how far off they are."""
    ranges = np.radians([RANGES_DEG[coordinate] for coordinate in COORDINATES])
    poses = np.random.default_rng(1).uniform(ranges[:, 0], ranges[:, 1], (POSES, 3))
    arms = asked(muscle, model, state, joints, poses)
    crossed = [column for column in range(3) if np.abs(arms[:, column]).max() > SMALLEST_M]
    found: dict[str, Any] = {}
    if crossed == [1]:
        knots = np.linspace(ranges[1, 0], ranges[1, 1], KNOTS)
        knee = asked(muscle, model, state, joints, np.column_stack([0 * knots, knots, 0 * knots]))[:, 1]
        degrees = np.degrees(knots).round(3).tolist()
        found["knee_flexion"] = {"over": "knee_flexion", "angles_deg": degrees, "arms_m": knee.round(6).tolist()}
        off = np.abs(np.interp(poses[:, 1], knots, knee) - arms[:, 1]).max()
        print(f"{name}: knee by a cubic, at most {1000 * off:.1f} mm off straight lines between its knots")
        return found
    powers = [power for power in product(range(DEGREE + 1), repeat=3) if sum(power) <= DEGREE]
    powers = [power for power in powers if all(power[column] == 0 for column in range(3) if column not in crossed)]
    design = np.stack([np.prod(poses**power, axis=1) for power in powers], axis=1)
    for column in crossed:
        weights = np.linalg.lstsq(design, arms[:, column], rcond=None)[0]
        off = float(np.abs(design @ weights - arms[:, column]).max())
        print(f"{name}: {COORDINATES[column]} by a polynomial, at most {1000 * off:.1f} mm off")
        terms = [[float(weight), *power] for weight, power in zip(weights.tolist(), powers, strict=True)]
        found[COORDINATES[column]] = {"terms": terms}
    return found


if __name__ == "__main__":
    main()
