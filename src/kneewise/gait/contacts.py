"""When which foot stands on the ground, from force plates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Floats
from kneewise.evidence.parameters import value
from kneewise.motion.markers import Body, GroundForce, low_pass

Mask = NDArray[np.bool_]
Indices = NDArray[np.int_]


@dataclass(frozen=True, slots=True, eq=False)
class Contacts:
    """Foot contacts in the order of time; arrays of shape (contacts,).

    Attributes
    ----------
    initial_contact_s, toe_off_s : ndarray
        Where the vertical force passes the threshold, between samples.
    leg : ndarray of int
        0 left, 1 right.
    clear : ndarray of bool
        Whether the other foot was well off the ground in the middle of the contact, so that the force belongs to one
        leg.
    vertical_n : ndarray, shape (samples,)
        Vertical force that was judged.
    force_rate_hz : float
    """

    initial_contact_s: Floats
    toe_off_s: Floats
    leg: Indices
    clear: Mask
    vertical_n: Floats
    force_rate_hz: float

    @property
    def contact_time_s(self) -> Floats:
        """Time on the ground."""
        return self.toe_off_s - self.initial_contact_s

    @property
    def middle_s(self) -> Floats:
        """Middle of every contact."""
        return (self.initial_contact_s + self.toe_off_s) / 2

    def step_time_s(self) -> Floats:
        """Time to the next contact of the other foot; NaN where it is not there or a step was lost between."""
        following = np.append(np.diff(self.initial_contact_s), np.nan)
        alternates = np.append(np.diff(self.leg) != 0, False)
        plausible = following < value("lab.contact.longest_step_s")
        return np.where(alternates & plausible, following, np.nan)

    def belongs(self, frames: int, rate_hz: float) -> Mask:
        """Return which frames belong to which leg, shape (2, frames): from mid-flight to mid-flight.

        Notes
        -----
        The filtered force reaches a little beyond contact; cutting it in mid-flight, where it is nil, keeps it smooth.
        """
        if not len(self.leg):
            return np.zeros((2, frames), dtype=np.bool_)
        borders = (self.toe_off_s[:-1] + self.initial_contact_s[1:]) / 2
        owner = self.leg[np.searchsorted(borders, np.arange(frames) / rate_hz)]
        return np.stack([owner == 0, owner == 1])


def find_contacts(ground: GroundForce, body: Body) -> Contacts:
    """Return the contacts that lie in the trial as a whole.

    Parameters
    ----------
    ground : GroundForce
        In the running frame.
    body : Body

    Notes
    -----
    A contact belongs to the foot that is lower in its middle; running has one foot on the ground at a time.
    """
    vertical = low_pass(ground.force_n[:, 1], ground.rate_hz, value("lab.filter.event_cutoff_hz"))
    up, down = _crossings(vertical, value("lab.contact.threshold_n"))
    start, end = up / ground.rate_hz, down / ground.rate_hz
    real = end - start >= value("lab.contact.shortest_s")
    start, end = start[real], end[real]
    heights = (body.heel_m[..., 1] + body.toe_m[..., 1]) / 2
    middle = np.clip(((start + end) / 2 * body.rate_hz).round().astype(np.int_), 0, heights.shape[1] - 1)
    lift = heights[1, middle] - heights[0, middle]
    clear = np.abs(lift) >= value("lab.contact.least_lift_m")
    return Contacts(start, end, (lift < 0).astype(np.int_), clear, vertical, ground.rate_hz)


def _crossings(signal: Floats, threshold: float) -> tuple[Floats, Floats]:
    """Return where a signal rises through a threshold and falls back, in samples with fractions."""
    above = signal >= threshold
    edges = np.flatnonzero(above[1:] != above[:-1])
    share = (threshold - signal[edges]) / (signal[edges + 1] - signal[edges])
    places = edges + share
    rises = ~above[edges]
    places, rises = (places[1:], rises[1:]) if len(rises) and not rises[0] else (places, rises)
    whole = len(places) // 2 * 2
    return places[:whole:2], places[1:whole:2]
