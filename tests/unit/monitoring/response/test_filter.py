"""Expectation propagation against brute force."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr

from kneewise.domain import Floats
from kneewise.monitoring.response.filter import Reports, _interval_moments, posterior
from kneewise.monitoring.response.prior import Hyperparameters

DAY = np.array([0.0, 1.0, 4.0, 5.0, 9.0, 10.0, 12.0])
HYPER = Hyperparameters(*(np.array([number]) for number in (0.8, 1.1, 9.0, 2.0, 21.0)))
PRIOR = (np.array([2.0, 0.0]), np.array([2.5, 1.0]))


def design() -> Floats:
    load = np.array([0.3, -0.2, 1.0, -0.7, 0.4, 1.3, -1.0])
    return np.stack([np.ones(len(DAY)), load], axis=1)[None]


def prior_covariance() -> Floats:
    """Return the covariance of coefficients, then level on every day."""
    level = 1.1**2 * np.exp(-np.abs(DAY[:, None] - DAY[None]) / 9.0)
    full = np.zeros((9, 9))
    full[:2, :2], full[2:, 2:] = np.diag(PRIOR[1] ** 2), level
    return full


def test_exact_where_reports_are_nearly_continuous() -> None:
    latent = np.array([2.1, 2.6, 3.3, 1.2, 2.2, 3.9, 0.4])
    reports = Reports(DAY, latent - 0.001, latent + 0.001)
    found = posterior(reports, design(), PRIOR, HYPER, sweeps=4)

    link = np.concatenate([design()[0], np.eye(7)], axis=1)
    covariance = prior_covariance()
    mean = np.concatenate([PRIOR[0], np.zeros(7)])
    total = link @ covariance @ link.T + 0.8**2 * np.eye(7)
    gain = covariance @ link.T @ np.linalg.inv(total)
    residual = latent - link @ mean
    expected = mean + gain @ residual
    spread = covariance - gain @ link @ covariance
    evidence = -0.5 * (residual @ np.linalg.solve(total, residual) + np.linalg.slogdet(2.0 * np.pi * total)[1])

    assert found.mean[0] == pytest.approx(expected[:2], abs=1e-5)
    assert found.covariance[0] == pytest.approx(spread[:2, :2], abs=1e-5)
    assert found.level_mean[0] == pytest.approx(expected[-1], abs=1e-5)
    assert found.log_evidence[0] == pytest.approx(evidence + 7 * np.log(0.002), abs=1e-4)
    slope = found.level_slope[0]
    variance = found.level_variance[0] + slope @ spread[:2, :2] @ slope
    assert variance == pytest.approx(spread[-1, -1], abs=1e-5)
    assert -slope @ spread[:2, :2] == pytest.approx(spread[-1, :2], abs=1e-5)


@pytest.mark.parametrize(
    ("pain", "level"), [((0, 1, 2, 0, 1, 3, 0), 1.0), ((10, 9, 10, 7, 9, 10, 8), 9.0), ((0, 0, 0, 0, 0, 1, 0), 0.0)]
)
def test_close_to_importance_sampling_with_floor_and_ceiling(pain: tuple[int, ...], level: float) -> None:
    reported = np.array(pain, dtype=np.float64)
    lower = np.where(reported == 0, -np.inf, reported - 0.5)
    upper = np.where(reported == 10, np.inf, reported + 0.5)
    prior = (np.array([level, 0.0]), PRIOR[1])
    found = posterior(Reports(DAY, lower, upper), design(), prior, HYPER, sweeps=12)

    random = np.random.default_rng(4)
    drawn = random.multivariate_normal(np.concatenate([prior[0], np.zeros(7)]), prior_covariance(), 200_000)
    latent = drawn[:, :2] @ design()[0].T + drawn[:, 2:]
    weight = np.prod(ndtr((upper - latent) / 0.8) - ndtr((lower - latent) / 0.8), axis=1)
    share = weight / weight.sum()
    mean = share @ drawn[:, :2]
    sd = np.sqrt(share @ (drawn[:, :2] - mean) ** 2)
    error = np.sqrt(share @ share)

    assert error < 0.05
    assert np.abs(found.mean[0] - mean) / sd == pytest.approx(0.0, abs=4.0 * error)
    assert np.sqrt(np.diag(found.covariance[0])) == pytest.approx(sd, rel=4.0 * error)
    assert found.log_evidence[0] == pytest.approx(np.log(weight.mean()), abs=4.0 * error)


def test_candidates_do_not_touch_each_other() -> None:
    pain = np.array([0.0, 1.0, 2.0, 0.0, 1.0, 3.0, 2.0])
    reports = Reports(DAY, np.where(pain == 0, -np.inf, pain - 0.5), pain + 0.5)
    three = Hyperparameters(*(np.array([1.0, 0.5, 1.6]) * getattr(HYPER, name)[0] for name in HYPER.__slots__))
    alone = posterior(reports, design(), PRIOR, HYPER, sweeps=5)
    together = posterior(reports, np.repeat(design(), 3, axis=0), PRIOR, three, sweeps=5)

    assert together.mean[0] == pytest.approx(alone.mean[0])
    assert together.log_evidence[0] == pytest.approx(alone.log_evidence[0])


@pytest.mark.parametrize(("low", "high"), [(-np.inf, 0.5), (9.5, np.inf), (2.5, 3.5), (40.0, 41.0), (-31.0, -30.0)])
def test_interval_slope_and_curvature_are_derivatives(low: float, high: float) -> None:
    step = 1e-3
    at = np.array([1.0 - step, 1.0, 1.0 + step])
    bounds = np.full(3, low), np.full(3, high)
    log_mass, slope, curve = _interval_moments(*bounds, at, np.full(3, 4.0))

    assert slope[1] == pytest.approx((log_mass[2] - log_mass[0]) / (2 * step), rel=1e-4)
    assert -curve[1] == pytest.approx((log_mass[2] - 2 * log_mass[1] + log_mass[0]) / step**2, rel=1e-2)
