"""Force plates: from what was recorded to one wrench on the runner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kneewise.domain import Capture, Floats, PlateRecord
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value


@dataclass(frozen=True, slots=True, eq=False)
class GroundForce:
    """Force of the ground on the runner, of all plates together.

    Attributes
    ----------
    force_n : ndarray, shape (samples, 3)
        In the frame of the file.
    moment_nm : ndarray, shape (samples, 3)
        About the origin of that frame.
    rate_hz : float
    turned : tuple of bool
        For each plate, whether the file gave the force on the plate (as the C3D standard asks for) and it was turned
        round.
    """

    force_n: Floats
    moment_nm: Floats
    rate_hz: float
    turned: tuple[bool, ...]

    def rotated(self, rotation: Floats) -> GroundForce:
        """Return the same wrench in axes that are the rows of ``rotation``."""
        return GroundForce(self.force_n @ rotation.T, self.moment_nm @ rotation.T, self.rate_hz, self.turned)


def components(plate: PlateRecord) -> tuple[Floats, Floats]:
    """Return force, N, and moment about the centre of the surface, N m, in the plate's axes.

    Notes
    -----
    Types 1 to 5 of the C3D standard. Type 1 gives the centre of pressure, types 2 and 4 the moment about the
    transducer, types 3 and 5 eight sensors (Kistler); ``origin_m`` leads from transducer to surface.
    """
    raw = plate.channels
    if plate.calibration is not None:
        six = raw @ plate.calibration.T
    elif plate.kind == 3:
        six = _eight_sensors(raw, plate.origin_m)
    else:
        six = raw
    force, moment = six[:, :3], six[:, 3:6]
    if plate.kind == 1:
        arm = np.column_stack([moment[:, :2], np.zeros(len(raw))])
        free = np.column_stack([np.zeros((len(raw), 2)), moment[:, 2]])
        return force, np.cross(arm, force) + free
    origin = plate.origin_m * (np.array([0.0, 0.0, 1.0]) if plate.kind == 3 else 1.0)
    return force, moment + np.cross(force, origin)


def _eight_sensors(raw: Floats, origin_m: Floats) -> Floats:
    """Force and moment from Fx12 Fx34 Fy14 Fy23 Fz1 Fz2 Fz3 Fz4; origin holds the sensors' half distances."""
    half_x, half_y = np.abs(origin_m[:2])
    x12, x34, y14, y23, z1, z2, z3, z4 = raw.T
    moment_x = half_y * (z1 + z2 - z3 - z4)
    moment_y = half_x * (-z1 + z2 + z3 - z4)
    moment_z = half_y * (-x12 + x34) + half_x * (y14 - y23)
    return np.column_stack([x12 + x34, y14 + y23, z1 + z2 + z3 + z4, moment_x, moment_y, moment_z])


def wrench(plate: PlateRecord) -> tuple[Floats, Floats]:
    """Return force, N, and moment about the file's origin, N m, in the file's axes, signs as recorded."""
    force, moment = components(plate)
    axes = plate_axes(plate.corners_m)
    force, moment = force @ axes.T, moment @ axes.T
    return force, moment + np.cross(plate.corners_m.mean(axis=0), force)


def plate_axes(corners_m: Floats) -> Floats:
    """Return the plate's axes as columns: x from the second to the first corner, y from the fourth to the first."""
    x = corners_m[0] - corners_m[1]
    z = np.cross(x, corners_m[0] - corners_m[3])
    y = np.cross(z, x)
    return np.column_stack([axis / np.linalg.norm(axis) for axis in (x, y, z)])


def ground_force(capture: Capture, up: Floats) -> GroundForce:
    """Return the summed force of all plates on the runner, offset and drift taken out.

    Parameters
    ----------
    up : ndarray, shape (3,)
        Unit vector against gravity in the file's frame.

    Raises
    ------
    InvalidInputError
        When a channel holds values that are no numbers.

    Notes
    -----
    The sign of a plate is that which makes its large forces point up. What a plate shows while nobody stands on it is
    its offset; it is followed through the trial by straight pieces of a few seconds, fitted to the unloaded samples.
    """
    if not all(np.isfinite(plate.channels).all() for plate in capture.plates):
        raise InvalidInputError(
            f"The force plates of {capture.name} hold values that are no numbers: the file is damaged, so copy it "
            "again or export the trial again."
        )
    sums = np.zeros((capture.plates[0].channels.shape[0], 6))
    turned = []
    for plate in capture.plates:
        both = np.column_stack(wrench(plate))
        vertical = both[:, :3] @ up
        large = np.abs(vertical) >= np.quantile(np.abs(vertical), 0.95)
        sign = 1.0 if vertical[large].mean() >= 0 else -1.0
        turned.append(sign < 0)
        both *= sign
        sums += both - _offset(both, vertical * sign, capture.force_rate_hz)
    return GroundForce(sums[:, :3], sums[:, 3:], capture.force_rate_hz, tuple(turned))


def _offset(both: Floats, vertical: Floats, rate_hz: float) -> Floats:
    """Return the unloaded reading of all six columns in every sample; zero where the plate is never unloaded."""
    low, high = np.quantile(vertical, [value("lab.plate.low_quantile"), 1 - value("lab.plate.low_quantile")])
    free = vertical < low + value("lab.plate.unloaded_share") * (high - low)
    edge = int(value("lab.plate.edge_s") * rate_hz)
    inside = np.convolve(free, np.ones(2 * edge + 1), "same") > 2 * edge + 0.5
    if inside.mean() < value("lab.plate.least_unloaded_share"):
        return np.zeros_like(both)
    knots = max(int(len(vertical) / rate_hz / value("lab.plate.drift_s")), 1) + 1
    hats = _hats(len(vertical), knots)
    weights, *_ = np.linalg.lstsq(hats[inside], both[inside], rcond=None)
    offset: Floats = hats @ weights
    return offset


def _hats(length: int, knots: int) -> Floats:
    """Columns whose sums are the functions that are straight between equally spaced knots."""
    place = np.linspace(0, knots - 1, length)[:, None]
    hats: Floats = np.clip(1 - np.abs(place - np.arange(knots)), 0, 1)
    return hats
