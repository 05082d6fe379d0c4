"""Posterior of the state-space model for given hyperparameters, rounding and both ends of the scale included.

The level is a stationary first-order autoregression (Ornstein-Uhlenbeck process sampled on the days with a report), so
its precision matrix is tridiagonal however long the gaps are. A reported whole number says only that the latent pain
lies in an interval, open below for 0 and above for 10. Expectation propagation [1]_ replaces each interval by the
Gaussian factor that matches the moments of its exact posterior marginal.

Notes
-----
We differ from a Kalman filter with moment matching (assumed-density filtering): the factors are refined over several
sweeps, so the answer does not depend on the order of the days, and one LAPACK call solves all candidates of the
hyperparameters together as one block-diagonal tridiagonal system.

.. [1] Minka T. Expectation propagation for approximate Bayesian inference. UAI 2001.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg.lapack import dpttrf, dpttrs
from scipy.special import ndtr

from kneewise.domain import Floats
from kneewise.monitoring.response.prior import Hyperparameters

_TINY = 1e-290
_ROOT_2PI = float(np.sqrt(2.0 * np.pi))


@dataclass(frozen=True, slots=True, eq=False)
class Reports:
    """Days with a pain report; n of them.

    Attributes
    ----------
    day : ndarray of int, shape (n,)
        Index of each report's day.
    lower, upper : ndarray, shape (n,)
        Bounds of the latent pain that would be reported so; infinite at the ends of the scale.
    """

    day: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Gaussian posterior for each of g candidates, k coefficients.

    Attributes
    ----------
    log_evidence : ndarray, shape (g,)
        Log probability of the reports given the hyperparameters.
    mean : ndarray, shape (g, k)
        Coefficients, deviation from their prior mean included.
    covariance : ndarray, shape (g, k, k)
    level_mean, level_variance : ndarray, shape (g,)
        Wandering level on the last day with a report, given the coefficients' mean; variance with coefficients fixed.
    level_slope : ndarray, shape (g, k)
        How the level on that day falls when a coefficient rises.
    """

    log_evidence: Floats
    mean: Floats
    covariance: Floats
    level_mean: Floats
    level_variance: Floats
    level_slope: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Chain:
    """Prior precision of the level, shape (g, n) diagonal and (g, n - 1) off-diagonal, and its log determinant."""

    diagonal: Floats
    beside: Floats
    log_determinant: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Solved:
    mean: Floats
    variance: Floats
    log_determinant: Floats
    posterior: Posterior


def posterior(
    reports: Reports,
    design: Floats,
    prior: tuple[Floats, Floats],
    hyper: Hyperparameters,
    *,
    sweeps: int,
) -> Posterior:
    """Return the posterior of coefficients and level for every candidate.

    Parameters
    ----------
    reports : Reports
        n reports.
    design : ndarray, shape (g, n, k)
        Regressors on the days of the reports.
    prior : tuple of ndarray, shape (k,) each
        Mean and standard deviation of the coefficients.
    hyper : Hyperparameters
        g candidates.
    sweeps : int
        Refinements of the factors.
    """
    mean, spread = prior
    offset = design @ mean
    lower, upper = reports.lower - offset, reports.upper - offset
    chain = _chain(reports.day, hyper)
    variance = (hyper.noise**2)[:, None]
    precision, shift = _first_factors(lower, upper, variance)
    for sweep in range(sweeps + 1):
        solved = _solve(chain, design, 1.0 / spread**2, precision, shift)
        cavity_variance = 1.0 / np.maximum(1.0 / solved.variance - precision, _TINY)
        cavity_mean = cavity_variance * (solved.mean / solved.variance - shift)
        log_mass, slope, curve = _interval_moments(lower, upper, cavity_mean, cavity_variance + variance)
        if sweep < sweeps:
            room = 1.0 - cavity_variance * curve
            precision, shift = curve / room, (slope + cavity_mean * curve) / room
    log_evidence = _log_site_scale(log_mass, solved, cavity_mean, cavity_variance).sum(1) + 0.5 * (
        chain.log_determinant - 2.0 * np.log(spread).sum() - solved.log_determinant + (shift * solved.mean).sum(1)
    )
    return replace(solved.posterior, log_evidence=log_evidence, mean=mean + solved.posterior.mean)


def _log_site_scale(log_mass: Floats, solved: _Solved, cavity_mean: Floats, cavity_variance: Floats) -> Floats:
    """Return the log constant that gives each Gaussian factor the mass of the interval that it stands for."""
    return log_mass - 0.5 * (
        np.log(solved.variance / cavity_variance) + solved.mean**2 / solved.variance - cavity_mean**2 / cavity_variance
    )


def _chain(day: Floats, hyper: Hyperparameters) -> _Chain:
    keep = np.exp(-np.diff(day) / hyper.memory_d[:, None])
    fresh = (hyper.wander**2)[:, None] * np.concatenate([np.ones((hyper.size, 1)), 1.0 - keep**2], axis=1)
    diagonal = 1.0 / fresh
    diagonal[:, :-1] += keep**2 / fresh[:, 1:]
    return _Chain(diagonal, -keep / fresh[:, 1:], -np.log(fresh).sum(1))


def _first_factors(lower: Floats, upper: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Treat inner reports as their middle, and both ends of the scale as a weak report just beyond the bound."""
    low_end, high_end = np.isneginf(lower), np.isposinf(upper)
    with np.errstate(invalid="ignore"):
        middle = 0.5 * (lower + upper)
    middle = np.where(low_end, upper - 0.5, np.where(high_end, lower + 0.5, middle))
    precision = np.where(low_end | high_end, 0.25, 1.0) / (variance + 1.0 / 12.0)
    return precision, precision * middle


def _interval_moments(lower: Floats, upper: Floats, mean: Floats, variance: Floats) -> tuple[Floats, Floats, Floats]:
    """Return log probability of each interval under a Gaussian, its slope in the mean, and minus its curvature."""
    spread = np.sqrt(variance)
    low, high = (lower - mean) / spread, (upper - mean) / spread
    # Work in the left tail, where the distribution function keeps its relative precision.
    flip = low > -high
    low, high = np.where(flip, -high, low), np.where(flip, -low, high)
    mass = np.maximum(ndtr(high) - ndtr(low), _TINY)
    density_low, density_high = _density(low), _density(high)
    slope = (density_low - density_high) / mass
    curve = slope**2 + (_times(high, density_high) - _times(low, density_low)) / mass
    curve = np.clip(curve, 1e-9, 1.0 - 1e-9)
    return np.log(mass), np.where(flip, -slope, slope) / spread, curve / variance


def _density(z: Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * z * z) / _ROOT_2PI)


def _times(z: Floats, density: Floats) -> Floats:
    """Return the product, 0 where the bound is infinite."""
    return np.where(np.isfinite(z), z, 0.0) * density


def _solve(chain: _Chain, design: Floats, prior_precision: Floats, precision: Floats, shift: Floats) -> _Solved:
    """Solve for level and coefficients under Gaussian factors; means are deviations from the prior mean."""
    groups, count, width = design.shape
    weighted = design * precision[:, :, None]
    diagonal = chain.diagonal + precision
    right = np.concatenate([weighted, shift[:, :, None]], axis=2).reshape(groups * count, width + 1)
    forward, solved = _tridiagonal(diagonal.ravel(), _beside(chain), right)
    backward, _ = _tridiagonal(diagonal.ravel()[::-1], _beside(chain)[::-1], None)
    level_variance = 1.0 / (forward + backward[::-1] - diagonal.ravel()).reshape(groups, count)
    solved = solved.reshape(groups, count, width + 1)
    carried, plain = solved[:, :, :width], solved[:, :, width]
    transposed = design.transpose(0, 2, 1)
    schur = transposed @ weighted - weighted.transpose(0, 2, 1) @ carried
    schur[:, range(width), range(width)] += prior_precision
    right_side = transposed @ shift[:, :, None] - weighted.transpose(0, 2, 1) @ plain[:, :, None]
    covariance: Floats = np.asarray(np.linalg.inv(schur), dtype=np.float64)
    mean = (covariance @ right_side)[:, :, 0]
    remaining = design - carried
    fitted = plain + (remaining @ mean[:, :, None])[:, :, 0]
    variance = level_variance + ((remaining @ covariance) * remaining).sum(2)
    log_determinant = np.log(forward).reshape(groups, count).sum(1) + np.linalg.slogdet(schur)[1]
    last = plain[:, -1] - (carried[:, -1] * mean).sum(1)
    found = Posterior(np.empty(0), mean, covariance, last, level_variance[:, -1], carried[:, -1])
    return _Solved(fitted, variance, log_determinant, found)


def _beside(chain: _Chain) -> Floats:
    """Return the off-diagonal of all candidates as one system: 0 between one candidate and the next."""
    return np.concatenate([chain.beside, np.zeros((len(chain.beside), 1))], axis=1).ravel()[:-1]


def _tridiagonal(diagonal: Floats, beside: Floats, right: Floats | None) -> tuple[Floats, Floats]:
    """Return pivots and solution of a symmetric positive definite tridiagonal system."""
    pivots, ratios, failed = dpttrf(diagonal, beside)
    if failed:
        raise ArithmeticError(f"The level's precision matrix is not positive definite at row {failed}.")
    if right is None:
        return pivots, pivots
    solution, _ = dpttrs(pivots, ratios, right)
    return pivots, solution
