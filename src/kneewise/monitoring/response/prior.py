"""What is believed of a runner before the diary speaks, and the points at which the posterior is evaluated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from kneewise.domain import Floats
from kneewise.evidence.parameters import value

#: Columns of the design: pain at usual load, one usual run more, slow load relative to usual, after the change.
COEFFICIENTS: tuple[str, ...] = ("level", "fast", "slow", "change")

#: Order of the axes that :func:`spread_points` fills.
HYPERPARAMETERS: tuple[str, ...] = ("noise", "wander", "memory_d", "fast_d", "slow_d")


@dataclass(frozen=True, slots=True, eq=False)
class Hyperparameters:
    """Candidate values of what is not linear, shape (g,) each.

    Attributes
    ----------
    noise : ndarray
        Standard deviation of pain from day to day around its own level, pain points.
    wander : ndarray
        Standard deviation of the slowly wandering level, pain points.
    memory_d : ndarray
        Days after which the level has forgotten 63 % of where it was.
    fast_d, slow_d : ndarray
        Time constants of the two load sums, days.
    """

    noise: Floats
    wander: Floats
    memory_d: Floats
    fast_d: Floats
    slow_d: Floats

    @property
    def size(self) -> int:
        """Return the number of candidates."""
        return len(self.noise)

    def take(self, index: NDArray[np.int64]) -> Hyperparameters:
        """Return some of the candidates."""
        return Hyperparameters(*(getattr(self, name)[index] for name in HYPERPARAMETERS))


def hyperparameters(standard: Floats) -> Hyperparameters:
    """Return hyperparameters for standard normal coordinates of shape (g, 5); every prior is lognormal."""
    names = HYPERPARAMETERS
    median = np.log([value(f"response.prior.{name}_median") for name in names])
    spread = np.array([value(f"response.prior.{name}_log_sd") for name in names])
    return Hyperparameters(*np.exp(median + spread * standard).T)


def coefficient_prior(count: int) -> tuple[Floats, Floats]:
    """Return mean and standard deviation, shape (count,) each, of the first ``count`` of :data:`COEFFICIENTS`."""
    mean = np.zeros(count)
    mean[0] = value("response.prior.level_mean")
    spread = np.array([value(f"response.prior.{name}_sd") for name in COEFFICIENTS[:count]])
    return mean, spread


def spread_points(count: int, axes: int = len(HYPERPARAMETERS)) -> Floats:
    """Return evenly spread standard normal points, shape (count, axes); the same on every call.

    Notes
    -----
    The additive recurrence with the generalised golden ratio fills the unit cube more evenly than random numbers do
    and needs no generator.
    """
    ratio = 2.0
    for _ in range(64):
        ratio = (1.0 + ratio) ** (1.0 / (axes + 1))
    steps = ratio ** -np.arange(1.0, axes + 1)
    cube = (0.5 + np.outer(np.arange(1.0, count + 1), steps)) % 1.0
    return np.asarray(ndtri(cube), dtype=np.float64)
