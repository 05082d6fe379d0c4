"""Average over the hyperparameters with a few fixed, adaptively placed points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kneewise.domain import Floats
from kneewise.monitoring.response.filter import Posterior
from kneewise.monitoring.response.prior import Hyperparameters, hyperparameters, spread_points

#: (points, sweeps of the filter) of each round; the last is repeated while its points share the weight badly.
_ROUNDS = ((48, 2), (48, 3), (48, 4), (80, 8))
_REPEATS = 3
#: Effective points that the last round should reach.
_ENOUGH = 20.0
#: Points that must share the weight when the next round's proposal is fitted.
_SHARED = 28.0
#: Flattening of the weights beyond which a quadratic says nothing about the peak, and points that then find the way.
_TOO_FLAT = 0.15
_LEADERS = 5.0
#: The proposal's spread over the fitted one: heavier than the target, so that no weight runs away.
_WIDEN = 1.2
#: Keeps curvatures that the points do not show at those of the prior.
_RIDGE = 1e-3
#: Least curvature of a proposal, the prior's being 1.
_LEAST_CURVATURE = 0.4
#: Farthest a proposal may be from the points that it was fitted to, in their standard deviations.
_FARTHEST = 1.5
#: Least spread of a proposal around the leaders.
_LEAST_SPREAD = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """Weighted points; shape (g,)."""

    weight: Floats
    hyper: Hyperparameters
    posterior: Posterior
    effective_points: float


def integrate(evaluate: Callable[[Hyperparameters, int], Posterior], start: tuple[Floats, Floats]) -> Mixture:
    """Return points with importance weights, the posterior at each of them.

    Parameters
    ----------
    evaluate : callable
        Posterior for candidates, with so many sweeps.
    start : tuple of ndarray, shape (5,) each
        Centre and spread of the first points, in coordinates in which the prior is standard normal.

    Notes
    -----
    Quasi-random points. After each round a quadratic is fitted to the log posterior of all points so far; the Gaussian
    with its mode and curvature, widened, places the next round. The weights of the last round correct for what is not
    Gaussian.
    """
    centre, factor = start[0], np.diag(start[1])
    seen: list[Floats] = []
    heights: list[Floats] = []
    best: Mixture | None = None
    for count, sweeps in _ROUNDS + (_ROUNDS[-1],) * _REPEATS:
        base = spread_points(count)
        points = centre + base @ factor.T
        hyper = hyperparameters(points)
        found = evaluate(hyper, sweeps)
        seen.append(points)
        heights.append(found.log_evidence - 0.5 * (points**2).sum(1))
        weight, _ = _tempered(heights[-1] + 0.5 * (base**2).sum(1), 1.0)
        effective = 1.0 / float(weight @ weight)
        if sweeps == _ROUNDS[-1][1] and (best is None or effective > best.effective_points):
            best = Mixture(weight, hyper, found, effective)
        if best is not None and best.effective_points >= _ENOUGH:
            break
        centre, factor = _proposal(np.concatenate(seen), np.concatenate(heights))
    assert best is not None
    return best


def _proposal(points: Floats, height: Floats) -> tuple[Floats, Floats]:
    """Return centre and factor of the covariance of a Gaussian like the log posterior ``height`` of the points."""
    share, power = _tempered(height, _SHARED)
    if power < _TOO_FLAT:
        share, _ = _tempered(height, _LEADERS)
        middle = share @ points
        spread = np.sqrt(share @ (points - middle) ** 2)
        return middle, np.diag(np.maximum(spread, _LEAST_SPREAD))
    middle = share @ points
    spread = np.sqrt(share @ (points - middle) ** 2) + 1e-6
    slope, curvature = _quadratic((points - middle) / spread, height + 0.5 * (points**2).sum(1), share)
    precision = curvature / np.outer(spread, spread) + np.eye(len(middle))
    sizes, directions = np.linalg.eigh(precision)
    covariance = directions / np.maximum(sizes, _LEAST_CURVATURE) @ directions.T
    step = covariance @ (slope / spread - middle)
    centre = middle + np.clip(step, -_FARTHEST * spread, _FARTHEST * spread)
    return centre, _WIDEN * np.linalg.cholesky(covariance)


def _quadratic(points: Floats, height: Floats, share: Floats) -> tuple[Floats, Floats]:
    """Return slope at the origin and minus the Hessian of the quadratic that fits ``height`` best."""
    axes = points.shape[1]
    rows, columns = np.triu_indices(axes)
    terms = np.concatenate([np.ones((len(points), 1)), points, points[:, rows] * points[:, columns]], axis=1)
    ridge = _RIDGE * np.diag([0.0] * (axes + 1) + [1.0] * len(rows))
    fitted = np.linalg.solve((terms.T * share) @ terms + ridge, (terms.T * share) @ (height - height.max()))
    curvature = np.zeros((axes, axes))
    curvature[rows, columns] = -fitted[axes + 1 :]
    return fitted[1 : axes + 1], curvature + curvature.T


def _tempered(log_weight: Floats, wanted: float) -> tuple[Floats, float]:
    """Return normalised weights, flattened by the largest power that leaves ``wanted`` effective points; the power."""
    centred = log_weight - log_weight.max()
    power = 1.0
    while True:
        weight = np.exp(power * centred)
        weight /= weight.sum()
        if 1.0 / float(weight @ weight) >= wanted or power < 1e-4:
            return np.asarray(weight, dtype=np.float64), power
        power *= 0.8
