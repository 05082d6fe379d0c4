"""Averaging over hyperparameters, and quantiles of mixtures."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from kneewise.domain import Floats
from kneewise.monitoring.response.filter import Posterior
from kneewise.monitoring.response.mixture import mixture_probability, mixture_quantile
from kneewise.monitoring.response.prior import Hyperparameters, coefficient_prior, hyperparameters, spread_points
from kneewise.monitoring.response.quadrature import integrate


def standard(hyper: Hyperparameters) -> Floats:
    """Return the coordinates in which the prior is standard normal."""
    centre = np.log([getattr(hyperparameters(np.zeros((1, 5))), name)[0] for name in hyper.__slots__])
    unit = np.log([getattr(hyperparameters(np.ones((1, 5))), name)[0] for name in hyper.__slots__]) - centre
    return np.asarray((np.log([getattr(hyper, name) for name in hyper.__slots__]).T - centre) / unit)


def test_recovers_a_known_posterior_of_the_hyperparameters() -> None:
    # Likelihood N(seen; z, 0.2 sd) on two axes that also hang together; flat on the others.
    def evaluate(hyper: Hyperparameters, sweeps: int) -> Posterior:
        z = standard(hyper)
        log_likelihood = -0.5 * ((z[:, 0] - 1.0) / 0.2) ** 2 - 0.5 * ((z[:, 1] + z[:, 0] + 0.5) / 0.3) ** 2
        nothing = np.zeros((len(z), 1))
        return Posterior(log_likelihood, z, nothing, nothing, nothing, nothing)

    mixture = integrate(evaluate, (np.zeros(5), np.ones(5)))
    z = mixture.posterior.mean
    mean = mixture.weight @ z
    precision = np.eye(5)
    precision[0, 0] += 1 / 0.04 + 1 / 0.09
    precision[1, 1] += 1 / 0.09
    precision[0, 1] = precision[1, 0] = 1 / 0.09
    expected = np.linalg.solve(precision, [1 / 0.04 - 0.5 / 0.09, -0.5 / 0.09, 0, 0, 0])
    sd = np.sqrt(np.diag(np.linalg.inv(precision)))

    assert mixture.effective_points > 40
    assert np.abs(mean - expected) / sd == pytest.approx(0.0, abs=0.25)
    assert np.sqrt(mixture.weight @ (z - mean) ** 2) == pytest.approx(sd, rel=0.25)


def test_points_repeat_and_are_spread_like_a_normal() -> None:
    points = spread_points(256)

    assert np.array_equal(points, spread_points(256))
    assert points.mean(0) == pytest.approx(0.0, abs=0.05)
    assert points.std(0) == pytest.approx(1.0, abs=0.06)


def test_median_of_the_prior_is_the_parameter() -> None:
    assert hyperparameters(np.zeros((1, 5))).fast_d[0] == pytest.approx(2.0)
    assert coefficient_prior(3)[0].tolist() == [2.0, 0.0, 0.0]


def test_quantile_of_one_gaussian() -> None:
    one = np.ones(1)

    assert mixture_quantile(0.95, one, 3.0 * one, 2.0 * one) == pytest.approx(3.0 + 2.0 * ndtri(0.95))


def test_quantile_undoes_probability() -> None:
    weight, mean, sd = np.array([0.3, 0.7]), np.array([-2.0, 4.0]), np.array([0.5, 3.0])
    at = mixture_quantile(0.2, weight, mean, sd)

    assert mixture_probability(at, weight, mean, sd) == pytest.approx(0.2)
