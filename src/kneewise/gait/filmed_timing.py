"""Times of contact made sharper: several signs of one event, averaged over the steps of a leg.

One sign of a contact is late in one runner and early in another, because feet land differently; and in one step it
scatters as the points do. Signs that err independently correct the first, the runner's own rhythm the second.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from kneewise.domain import Floats
from kneewise.evidence.parameters import value
from kneewise.gait.filmed_body import FilmedBody
from kneewise.gait.kinematics import inclination_deg, sagittal_knee_flexion_deg

#: Signs of initial contact and of toe-off; ``gait.timing.NAME_s`` is the usual lag, ``NAME_weight`` what it counts.
CONTACT_SIGNS: Final = ("heel_down", "shank_turns")
TOE_OFF_SIGNS: Final = ("foot_rises", "knee_straight", "mass_falls")


def sharpened(body: FilmedBody, leg: int, start_s: Floats, end_s: Floats) -> tuple[Floats, Floats]:
    """Return initial contacts and toe-offs of one leg, sharper than they came.

    Parameters
    ----------
    start_s, end_s : ndarray, shape (steps,)
        As the first signs tell them; NaN where a toe-off is not known.

    Notes
    -----
    The median lag of each sign over the steps, less its usual lag, moves all steps of the leg alike; weights were
    learned on half of the lab runners. Then each step moves towards the leg's usual contact time and towards the
    middle of the steps before and after: what a single step departs from both is scatter for the larger part.
    """
    if not len(start_s):
        return start_s, end_s
    lags = sign_lags(body, leg, start_s, end_s)
    start = start_s + _correction("contact", CONTACT_SIGNS, lags)
    end = end_s + _correction("toe_off", TOE_OFF_SIGNS, lags)
    return _steadied(start, end)


def sign_lags(body: FilmedBody, leg: int, start_s: Floats, end_s: Floats) -> dict[str, Floats]:
    """Return how long after the given times each sign shows, in seconds, shape (steps,); NaN where it does not."""
    lags = {}
    for name, (signal, place_of) in _signals(body, leg).items():
        event = "contact" if name in CONTACT_SIGNS else "toe_off"
        given = start_s if event == "contact" else end_s
        before, after = (value(f"gait.timing.{event}_{side}_s") for side in ("before", "after"))
        first = np.nan_to_num((given - before) * body.fps).clip(0, len(signal)).astype(int)
        last = np.nan_to_num((given + after) * body.fps).clip(0, len(signal)).astype(int) + 1
        places = [a + place_of(signal[a:b]) for a, b in zip(first.tolist(), last.tolist(), strict=True)]
        lags[name] = np.array(places) / body.fps - given
    return lags


def _signals(body: FilmedBody, leg: int) -> dict[str, tuple[Floats, Callable[[Floats], float]]]:
    """Return for each sign a signal and how it is read: where it rises through zero, or its top."""
    heel = body.heel[leg][:, 1]
    foot = (body.ankle[leg][:, 1] + heel + body.toe[leg][:, 1]) / 3
    shank = inclination_deg(body.ankle[leg], body.knee[leg])
    flexion = sagittal_knee_flexion_deg(body.hip[leg], body.knee[leg], body.ankle[leg])
    fall = -np.gradient(np.gradient(body.centre_of_mass()[:, 1])) * body.fps**2
    return {
        "heel_down": (_ground(heel) + value("gait.timing.heel_height") - heel, _first_rise),
        "shank_turns": (-np.gradient(shank), _top),
        "foot_rises": (foot - _ground(foot) - value("gait.timing.foot_height"), _last_rise),
        "knee_straight": (-flexion, _top),
        "mass_falls": (fall - value("gait.timing.mass_fall"), _first_rise),
    }


def _ground(height: Floats) -> float:
    known = height[np.isfinite(height)]
    return float(np.percentile(known, value("gait.event.ground_percentile"))) if len(known) else float("nan")


def _rises(signal: Floats) -> Floats:
    """Return the places, between samples, where a signal rises through zero."""
    before, after = signal[:-1], signal[1:]
    at = np.flatnonzero((before < 0) & (after >= 0))
    return np.asarray(at - before[at] / (after[at] - before[at]))


def _first_rise(signal: Floats) -> float:
    places = _rises(signal)
    return float(places[0]) if len(places) else float("nan")


def _last_rise(signal: Floats) -> float:
    places = _rises(signal)
    return float(places[-1]) if len(places) else float("nan")


def _top(signal: Floats) -> float:
    """Return the place of the highest top, between samples; NaN where the highest value lies at an end."""
    if len(signal) < 3 or not np.isfinite(signal).all():
        return float("nan")
    place = int(signal.argmax())
    if place in (0, len(signal) - 1):
        return float("nan")
    before, here, after = signal[place - 1 : place + 2]
    return place + float(0.5 * (before - after) / (before - 2 * here + after))


def _correction(event: str, signs: tuple[str, ...], lags: dict[str, Floats]) -> float:
    """Return by how much all events of a leg move; a sign that most steps do not show counts as usual.

    Two or three steps do not show a habit: their median counts as much less as steps are missing for a steady mean.
    """
    moved, farthest = value(f"gait.timing.{event}_s"), value("gait.timing.farthest_s")
    shown = min(1.0, len(next(iter(lags.values()))) / value("gait.steps.enough"))
    for name in signs:
        known = lags[name][np.isfinite(lags[name])]
        if 2 * len(known) > len(lags[name]):
            unusual = float(np.median(known)) - value(f"gait.timing.{name}_s")
            moved += shown * value(f"gait.timing.{name}_weight") * float(np.clip(unusual, -farthest, farthest))
    return moved


def _steadied(start: Floats, end: Floats) -> tuple[Floats, Floats]:
    """Return the events of one leg, each nearer to where its neighbours and its other end expect it."""
    farthest = value("gait.timing.farthest_s")
    contact = end - start
    longer = contact - np.median(contact[np.isfinite(contact)]) if np.isfinite(contact).any() else contact
    longer = np.nan_to_num(longer).clip(-farthest, farthest)
    early = np.zeros(len(start))
    if len(start) > 2:
        early[1:-1] = (start[:-2] + start[2:]) / 2 - start[1:-1]
    # Beyond it a step in between was missed, or the runner changes his rhythm.
    early[np.abs(early) > farthest] = 0
    weight = {
        name: value(f"gait.timing.{name}")
        for name in ("start_by_end", "start_by_rhythm", "end_by_start", "end_by_rhythm")
    }
    return (
        start + weight["start_by_end"] * longer + weight["start_by_rhythm"] * early,
        end - weight["end_by_start"] * longer + weight["end_by_rhythm"] * early,
    )
