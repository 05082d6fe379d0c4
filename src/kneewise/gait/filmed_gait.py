"""The gait of one clip: contacts, steps, numbers with their certainty, or a refusal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kneewise.domain import Floats, Issue
from kneewise.errors import UnusableClipError
from kneewise.evidence.parameters import parameter, value
from kneewise.gait.certainty import KINDS, Metric, metrics_of, outside_s
from kneewise.gait.curves import sampled
from kneewise.gait.filmed_body import FilmedBody, filmed_body
from kneewise.gait.filmed_contacts import FilmedContacts, find_filmed_contacts
from kneewise.gait.filmed_rear import rear_steps
from kneewise.gait.filmed_steps import FilmedSteps, side_steps
from kneewise.gait.standing import ANGLES, Offset, StandingLegs, offset_of
from kneewise.motion.keypoints import Keypoints

_SIDES = ("left", "right")


@dataclass(frozen=True, slots=True, eq=False)
class FilmedGait:
    """What one clip says.

    Attributes
    ----------
    contacts : FilmedContacts
        In true time from the first measured picture, as ``Keypoints.time_s``.
    metrics : dict of str to Metric
    strike : dict
        ``{"left" | "right": "rearfoot" | "midfoot" | "forefoot"}``; empty where it cannot be told.
    standing : dict of str to tuple of float
        What a standing picture took off the angles of the left and of the right leg, by the names of
        ``standing.ANGLES``; empty without one.
    """

    body: FilmedBody
    contacts: FilmedContacts
    steps: FilmedSteps
    metrics: Mapping[str, Metric]
    strike: Mapping[str, str]
    standing: Mapping[str, tuple[float, float]]
    issues: tuple[Issue, ...]


def measure_gait(
    keypoints: Keypoints, *, speed_mps: float | None = None, standing: StandingLegs | None = None
) -> FilmedGait:
    """Return the gait of clean keypoints.

    Parameters
    ----------
    speed_mps : float or None
        Of the belt; without it speed comes from the foot's way under the pelvis and the runner's height, if told.
    standing : StandingLegs or None
        The runner standing straight, see :func:`kneewise.gait.standing.standing_legs`; side views only.

    Raises
    ------
    UnusableClipError
        When somebody walks, a leg has too few steps, or the standing picture shows the other side.
    """
    body = filmed_body(keypoints)
    contacts = find_filmed_contacts(body)
    _check_running(contacts)
    steps = side_steps(body, contacts) if body.view == "side" else rear_steps(body, contacts)
    _check_rise(steps)
    offsets = {} if standing is None else _offsets(standing, keypoints)
    steps = _straightened(steps, contacts, offsets)
    _add_lengths(steps, body, contacts, keypoints, speed_mps)
    metrics = metrics_of(steps, contacts, body.fps, body.near, offsets)
    if speed_mps is not None:
        metrics.pop("speed_mps", None)
    return FilmedGait(
        body=body,
        contacts=contacts,
        steps=steps,
        metrics=metrics,
        strike=_strike(metrics, body.fps),
        standing={name: offset.off_deg for name, offset in offsets.items()},
        issues=tuple(_issues(contacts)),
    )


def _check_running(contacts: FilmedContacts) -> None:
    if contacts.walking:
        raise UnusableClipError(
            "The clip shows walking: one foot is always on the ground; film steady running, at least ten strides."
        )
    fewest = min(contacts.steps_of(leg) for leg in (0, 1))
    if fewest < value("gait.steps.least"):
        raise UnusableClipError(
            f"Only {fewest} whole {'step' if fewest == 1 else 'steps'} of one leg could be measured; film at least ten "
            "strides of steady running, with both feet in the picture all the time."
        )


def _check_rise(steps: FilmedSteps) -> None:
    rise = steps.columns["vertical_oscillation_leg"]
    known = rise[np.isfinite(rise)]
    if len(known) and float(np.median(known)) < value("gait.steps.least_rise_leg"):
        raise UnusableClipError(
            "The hips stay at one height while the legs move, as on a bicycle, a chair or a cross-trainer; film steady "
            "running, at least ten strides."
        )


def _offsets(standing: StandingLegs, keypoints: Keypoints) -> dict[str, Offset]:
    if keypoints.view != "side":
        return {}
    if standing.facing != keypoints.facing:
        seen, run = (("right" if facing > 0 else "left") for facing in (standing.facing, keypoints.facing))
        raise UnusableClipError(
            f"The standing picture shows you facing {seen}, the clip running to the {run}; stand as you run past the "
            "phone, or leave the standing picture out."
        )
    return {name: offset_of(standing, name) for name in ANGLES}


def _straightened(steps: FilmedSteps, contacts: FilmedContacts, offsets: Mapping[str, Offset]) -> FilmedSteps:
    """Take off what the standing picture shows that the angles are off by."""
    columns, curves = dict(steps.columns), dict(steps.curves)
    for angle, offset in offsets.items():
        off = np.array(offset.off_deg)[contacts.leg]
        columns |= {name: column - off for name, column in columns.items() if name.startswith(angle)}
        curves[f"{angle}_deg"] = curves[f"{angle}_deg"] - off[:, None]
    return FilmedSteps(columns, steps.slopes, curves)


def _add_lengths(
    steps: FilmedSteps,
    body: FilmedBody,
    contacts: FilmedContacts,
    keypoints: Keypoints,
    speed_mps: float | None,
) -> None:
    """Add what needs a scale or a speed."""
    columns = steps.columns
    leg_m = None if keypoints.metres_per_px is None else keypoints.metres_per_px * keypoints.leg_px
    if leg_m is not None:
        for known in (columns, steps.slopes):
            for name in [name for name in known if name.endswith("_leg")]:
                metres = f"{name.removesuffix('_leg')}_m"
                if metres in KINDS:
                    known[metres] = known[name] * leg_m
    speed = np.full(len(contacts.leg), np.nan)
    if speed_mps is not None:
        speed[:] = speed_mps
    elif leg_m is not None and body.view == "side":
        speed = _speed_leg(body, contacts) * leg_m
        columns["speed_mps"] = speed
    columns["step_length_m"] = speed * contacts.step_time_s


def _speed_leg(body: FilmedBody, contacts: FilmedContacts) -> Floats:
    """Mean speed over the standing forefoot in leg lengths a second, from the flat part of stance.

    The runner's slow drift is taken out of the trajectories already; within a stance the pelvis slows and speeds up.
    """
    first, last = (
        contacts.initial_contact_s + value(f"lab.frame.forefoot_{end}_share") * contacts.contact_time_s
        for end in ("from", "to")
    )
    ahead = body.toe[..., 0]
    way = sampled(ahead, body.fps, first, contacts.leg) - sampled(ahead, body.fps, last, contacts.leg)
    speed: Floats = way / (last - first)
    return speed


def _strike(metrics: Mapping[str, Metric], fps: float) -> dict[str, str]:
    found = metrics.get("foot_inclination_ic_deg")
    if found is None or fps < value("video.judge.angles_fps"):
        return {}
    angles = {side: getattr(found, side).value for side in _SIDES}
    return {side: strike_of(angle) for side, angle in angles.items() if math.isfinite(angle)}


def strike_of(foot_inclination_deg: float) -> str:
    """Return the category of a foot's inclination at contact."""
    border = parameter("gait.strike.border_deg")
    if foot_inclination_deg > border.high:
        return "rearfoot"
    return "midfoot" if foot_inclination_deg >= border.low else "forefoot"


def _issues(contacts: FilmedContacts) -> list[Issue]:
    issues = []
    fewest = min(contacts.steps_of(leg) for leg in (0, 1))
    if fewest < value("gait.steps.enough"):
        text = (
            f"Only {fewest} steps of one leg were measured; seven or more of each give steady means, so numbers are "
            "told as categories at most."
        )
        issues.append(Issue("few-steps", "whole clip", text))
    if contacts.rejected:
        text = (
            f"{contacts.rejected} of {contacts.rejected + len(contacts.leg)} contacts could not be and were left out."
        )
        issues.append(Issue("steps-left-out", "whole clip", text))
    on_ground_s = outside_s(contacts.contact_time_s)
    if math.isfinite(on_ground_s):
        known = parameter("gait.certainty.contact_time_s")
        text = (
            f"Each foot is on the ground for {on_ground_s:.2f} s; the runners whom this was checked on had "
            f"{known.low:.2f} to {known.high:.2f} s, so times of contact and flight are told with wider intervals."
        )
        issues.append(Issue("outside-checked-range", "whole clip", text))
    return issues
