"""What a pose model is off by at one runner, as far as quiet standing shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kneewise.domain import Floats
from kneewise.errors import UnusableClipError
from kneewise.evidence.parameters import parameter, value
from kneewise.gait.kinematics import inclination_deg, sagittal_knee_flexion_deg
from kneewise.motion.keypoints import legs
from kneewise.motion.sides import breadth, facing_of, trunk_lean_deg

#: Angles of a leg that standing tells something of.
ANGLES = ("knee_flexion", "shank_inclination")


@dataclass(frozen=True, slots=True)
class StandingLegs:
    """Both legs in quiet standing, as the pictures show them.

    Attributes
    ----------
    pictures : int
        How many there were: the points of one picture scatter.
    facing : int
        1 where the runner faces right, -1 left.
    angles_deg : dict of str to tuple of float
        Left and right leg, by the names of ``ANGLES``.
    """

    pictures: int
    facing: int
    angles_deg: Mapping[str, tuple[float, float]]

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        angles = {name: list(pair) for name, pair in self.angles_deg.items()}
        return {"pictures": self.pictures, "facing": self.facing, "angles_deg": angles}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> StandingLegs:
        """Return what was told as JSON values."""
        angles = {name: (pair[0], pair[1]) for name, pair in told["angles_deg"].items()}
        return cls(told["pictures"], told["facing"], angles)


@dataclass(frozen=True, slots=True)
class Offset:
    """What the numbers of an angle are off by, as estimated from standing.

    Attributes
    ----------
    off_deg : tuple of float
        Left and right leg; to be subtracted.
    variance : dict of str to float
        What the scatter of the pictures adds to the doubt of a ``"leg"``, of ``"both"`` and of left less right,
        ``"apart"``.
    """

    off_deg: tuple[float, float]
    variance: Mapping[str, float]


def standing_legs(points: Floats) -> StandingLegs:
    """Return both legs of a runner who stands straight.

    Parameters
    ----------
    points : ndarray, shape (n, 33, 2)
        One picture or several of the same standing; x right and y down, in pixels.

    Raises
    ------
    UnusableClipError
        Where the pictures do not show quiet, straight standing from the side.
    """
    if not abs(breadth(points)) <= value("video.view.side_breadth"):
        raise UnusableClipError(
            "The standing picture shows you from the front, from behind or at an angle; stand with your side to the "
            "phone, as you run past it."
        )
    facing = facing_of(points)
    places = [points[:, np.array(legs(part))[:, 0]] * np.array([facing, -1]) for part in ("hip", "knee", "ankle")]
    hip, knee, ankle = places
    _check_straight(points, hip, knee, ankle)
    knees = np.median(sagittal_knee_flexion_deg(hip, knee, ankle), axis=0)
    shanks = np.median(inclination_deg(ankle, knee), axis=0)
    angles = {name: (float(pair[0]), float(pair[1])) for name, pair in zip(ANGLES, (knees, shanks), strict=True)}
    return StandingLegs(len(points), facing, angles)


def _check_straight(points: Floats, hip: Floats, knee: Floats, ankle: Floats) -> None:
    leg = float(np.median(np.linalg.norm(hip - knee, axis=-1) + np.linalg.norm(knee - ankle, axis=-1)))
    moved = max(float(np.ptp(part, axis=0).max()) for part in (hip, ankle)) / leg
    if not moved <= value("gait.standing.most_moved_leg"):
        raise UnusableClipError("The standing clip shows somebody who moves; stand still on both legs for two seconds.")
    lean = max(float(np.abs(np.median(inclination_deg(*ends), axis=0)).max()) for ends in ((knee, hip), (ankle, knee)))
    bend = float(np.abs(np.median(sagittal_knee_flexion_deg(hip, knee, ankle), axis=0)).max())
    most = value("gait.standing.most_lean_deg")
    if not (lean <= most and abs(trunk_lean_deg(points)) <= most and bend <= value("gait.standing.most_bend_deg")):
        raise UnusableClipError(
            "The standing picture shows no straight standing; stand upright with both knees straight and your weight "
            "on both legs, all of you in the picture."
        )


def offset_of(standing: StandingLegs, name: str) -> Offset:
    """Return what an angle of running is estimated to be off by.

    Notes
    -----
    People do not stand with straight legs: the lab's runners stood with knees that differed by 5 degrees from one to
    the other, and how they stood had nothing to do with how their knees bent in running (r = 0.0 to 0.2 of 18 runners).
    So standing is not zero. What it shows beyond the usual is shared between posture and model by their variances: of
    the mean of both legs the smaller part is the model's, of left less right nearly all, for people stand alike on
    both legs.
    """
    left, right = standing.angles_deg[name]
    usual, apart = parameter(f"gait.standing.{name}_deg"), value(f"gait.standing.{name}_apart_deg")
    model = value(f"gait.standing.{name}_off_deg") ** 2
    scatter = value(f"gait.standing.{name}_picture_deg") ** 2 / standing.pictures
    posture = (usual.sd or 0.0) ** 2
    mean_share = (model / 2) / (model / 2 + posture + scatter / 2)
    apart_share = 2 * model / (2 * model + apart**2 + 2 * scatter)
    mean, half = mean_share * ((left + right) / 2 - usual.value), apart_share * (left - right) / 2
    both, difference = mean_share**2 * scatter / 2, apart_share**2 * 2 * scatter
    variance = {"leg": both + difference / 4, "both": both, "apart": difference}
    return Offset((mean + half, mean - half), variance)
