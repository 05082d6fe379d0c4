"""When which foot of a filmed runner meets and leaves the ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Floats
from kneewise.evidence.parameters import parameter, value
from kneewise.gait.filmed_body import FilmedBody
from kneewise.gait.filmed_timing import sharpened
from kneewise.gait.kinematics import sagittal_knee_flexion_deg
from kneewise.gait.peaks import peaks

Indices = NDArray[np.int_]


@dataclass(frozen=True, slots=True, eq=False)
class FilmedContacts:
    """Foot contacts in the order of time; arrays of shape (contacts,).

    Attributes
    ----------
    initial_contact_s, toe_off_s : ndarray
        Between samples. From behind, toe-off is NaN: perspective hides it.
    leg : ndarray of int
        0 left, 1 right.
    step_time_s : ndarray
        To the next contact of the other foot; NaN where that is not there.
    rejected : int
        Contacts that were seen but cannot be.
    """

    initial_contact_s: Floats
    toe_off_s: Floats
    middle_s: Floats
    leg: Indices
    step_time_s: Floats
    rejected: int
    walking: bool = False

    @property
    def contact_time_s(self) -> Floats:
        """Time on the ground."""
        return self.toe_off_s - self.initial_contact_s

    def steps_of(self, leg: int) -> int:
        """Return how many contacts of a leg were kept."""
        return int((self.leg == leg).sum())


def find_filmed_contacts(body: FilmedBody) -> FilmedContacts:
    """Return the contacts that can be: they alternate, last 0.15 to 0.40 s and follow each other like steps.

    Notes
    -----
    Side view. Initial contact is where the foot's backward velocity relative to the pelvis reaches a share of its
    velocity in stance, after the foot was furthest ahead; it counts only if the foot comes to the level of the ground
    then. Toe-off lies between the rise of the heel to a height and the straightest knee (Fellin 2010), two cues that
    err independently; the toe itself, which the model puts a little beside the shoe, was a worse one. More signs and
    the leg's own rhythm sharpen both (:mod:`kneewise.gait.filmed_timing`). Times lie between samples. Rear view: the
    pelvis is lowest over the standing foot; initial contact lies a share of a step before.
    """
    if body.view == "rear":
        start, middle, leg = _rear_view(body)
        return possible_contacts(start, np.full(len(start), np.nan), middle, leg)
    legs = [_side_view(body, leg) for leg in (0, 1)]
    start, end = (np.concatenate([found[row] for found in legs]) for row in (0, 1))
    leg = np.repeat([0, 1], [len(found[0]) for found in legs])
    order = np.argsort(start)
    start, end, leg = start[order], end[order], leg[order]
    return possible_contacts(start, end, (start + end) / 2, leg)


def _side_view(body: FilmedBody, leg: int) -> tuple[Floats, Floats]:
    foot = (body.ankle[leg] + body.heel[leg] + body.toe[leg]) / 3
    ahead = (foot - body.mid_hip)[:, 0]
    if np.isfinite(ahead).sum() < 2:
        return np.zeros(0), np.zeros(0)
    velocity = np.gradient(ahead) * body.fps
    standing = float(np.nanpercentile(velocity, value("gait.event.stance_percentile")))
    lowest = np.fmin(body.heel[leg][:, 1], body.toe[leg][:, 1])
    ground = float(np.nanpercentile(lowest, value("gait.event.ground_percentile")))
    starts, ends = [], []
    for peak, turn, whole in _swings(ahead, body.fps):
        contact = _falls_through(velocity, value("gait.event.velocity_share") * standing, peak, turn)
        if np.isnan(contact):
            continue
        first, last = int(contact), min(turn, int(contact + value("gait.event.confirm_s") * body.fps) + 2)
        if (lowest[first:last] <= ground + value("gait.event.contact_height")).any():
            starts.append(contact / body.fps)
            ends.append(_toe_off(body, leg, first, turn, whole=whole) / body.fps)
    return sharpened(body, leg, np.array(starts), np.array(ends))


def _toe_off(body: FilmedBody, leg: int, contact: int, turn: int, *, whole: bool) -> float:
    """Return the place halfway between the heel's rise and the straightest knee; either alone where one is missing.

    In a step that is cut off by the end of the clip (not ``whole``) both must be there.
    """
    heel = body.heel[leg][:, 1]
    level = float(np.nanpercentile(heel, value("gait.event.ground_percentile"))) + value("gait.event.heel_rise")
    last = min(turn + int(value("gait.event.after_turn_s") * body.fps), len(heel) - 2)
    flexion = sagittal_knee_flexion_deg(body.hip[leg], body.knee[leg], body.ankle[leg])
    first = contact + int(value("gait.event.shortest_contact_s") * body.fps)
    cues = np.array([_leaves(heel, level, contact, last), _lowest(flexion, first, last)])
    known = np.isfinite(cues)
    return float(np.nanmean(cues)) if known.all() or (whole and known.any()) else float("nan")


def _lowest(signal: Floats, start: int, stop: int) -> float:
    """Return the deepest valley between two places, between samples; NaN without a valley."""
    part = signal[start : stop + 1]
    if len(part) < 3 or not np.isfinite(part).all():
        return float("nan")
    valleys = np.flatnonzero((part[1:-1] <= part[:-2]) & (part[1:-1] < part[2:])) + 1
    if not len(valleys):
        return float("nan")
    place = start + int(valleys[part[valleys].argmin()])
    before, here, after = signal[place - 1 : place + 2]
    bend = before - 2 * here + after
    return place + (0.5 * (before - after) / bend if bend > 0 else 0.0)


def _swings(ahead: Floats, fps: float) -> list[tuple[int, int, bool]]:
    """Return for each step the sample with the foot furthest ahead and the next one with it furthest behind.

    The last step may end with the clip: its second sample is the last one, and false is told of it.
    """
    known = np.isfinite(ahead)
    if known.sum() < 2:
        return []
    rows = np.arange(len(ahead))
    path = np.interp(rows, rows[known], ahead[known])
    distance = max(1, int(value("gait.event.stride_s") * fps))
    low, high = np.percentile(path, [5, 95])
    rise = value("gait.event.swing_prominence") * (high - low)
    fronts = peaks(path, distance, rise)
    backs = peaks(-path, distance, rise)
    after = np.searchsorted(backs, fronts)
    ends = np.append(backs, len(path) - 1)
    return [
        (int(front), int(ends[place]), bool(place < len(backs))) for front, place in zip(fronts, after, strict=True)
    ]


def _falls_through(signal: Floats, level: float, start: int, stop: int) -> float:
    """Return the first place after ``start`` where a signal falls through a level; NaN if it does not."""
    below = np.flatnonzero(signal[start:stop] <= level)
    if not len(below) or below[0] == 0:
        return float("nan")
    place = start + int(below[0])
    before, here = float(signal[place - 1]), float(signal[place])
    return place - (level - here) / (before - here) if before > here else float("nan")


def _leaves(height: Floats, level: float, start: int, stop: int) -> float:
    """Return the last place before ``stop`` where a height rises through a level; NaN if it never lay below."""
    down = np.flatnonzero(height[start : stop + 1] <= level)
    place = start + int(down[-1]) if len(down) else -1
    if place < 0 or place + 1 >= len(height) or not np.isfinite(height[place + 1]):
        return float("nan")
    before, after = float(height[place]), float(height[place + 1])
    return place + (level - before) / (after - before) if after > level else float("nan")


def _rear_view(body: FilmedBody) -> tuple[Floats, Floats, Indices]:
    """Return initial contacts, middles of stance and legs: the pelvis is lowest over the foot that stands."""
    height = body.mid_hip[:, 1]
    known = np.isfinite(height)
    if known.sum() < 2:
        return np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int_)
    path = np.interp(np.arange(len(height)), np.flatnonzero(known), height[known])
    distance = max(1, int(parameter("gait.event.step_time_s").low * body.fps))
    middles = peaks(-path, distance, value("gait.event.pelvis_prominence"))
    feet = np.nan_to_num((body.ankle + body.heel)[:, middles, 1], nan=np.inf)
    refined = np.array([_lowest(path, place - 1, place + 1) for place in middles.tolist()])
    middle = np.where(np.isfinite(refined), refined, middles) / body.fps
    step = float(np.median(np.diff(middle))) if len(middle) > 1 else 0.0
    return middle - value("gait.event.rear_contact_share") * step, middle, feet.argmin(axis=0)


def _usual(step_time_s: Floats, real: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where a step lasts about as long as the runner's others: one false contact makes a short and a long one."""
    if not real.any():
        return real
    usual = float(np.median(step_time_s[real]))
    return np.abs(step_time_s - usual) <= value("gait.event.step_apart") * usual


def possible_contacts(start: Floats, end: Floats, middle: Floats, leg: Indices) -> FilmedContacts:
    """Keep what can be a step; times in seconds, arrays of shape (contacts,) in the order of time."""
    contact, limits = end - start, parameter("gait.event.contact_time_s")
    between = parameter("gait.event.step_time_s")
    step = np.append(np.diff(start), np.nan)
    real = np.append(np.diff(leg) != 0, False) & (step >= between.low) & (step <= between.high)
    real &= _usual(step, real)
    # A contact far too early is the second sight of one step, or one of two legs that were taken for each other.
    early = np.append(False, np.diff(start) < between.low)
    keep = ~((contact < limits.low) | (contact > limits.high)) & ~early & np.isfinite(middle)
    # The last step may begin in the clip and end after it: that is no contact that could not be.
    cut = len(start) > 0 and not np.isfinite(middle[-1]) and not early[-1]
    return FilmedContacts(
        initial_contact_s=start[keep],
        toe_off_s=end[keep],
        middle_s=middle[keep],
        leg=leg[keep],
        step_time_s=np.where(real, step, np.nan)[keep],
        rejected=int((~keep).sum()) - int(cut),
        walking=bool(np.isfinite(contact).any()) and float(np.nanmedian(contact)) >= float(np.nanmedian(step)),
    )
