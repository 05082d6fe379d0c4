"""Quantiles of a weighted mixture of Gaussians."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from kneewise.domain import Floats

_HALVINGS = 60


def mixture_probability(at: float, weight: Floats, mean: Floats, sd: Floats) -> float:
    """Return the probability below ``at``; weights, means and standard deviations of shape (g,)."""
    return float(weight @ ndtr((at - mean) / sd))


def mixture_quantile(probability: float, weight: Floats, mean: Floats, sd: Floats) -> float:
    """Return the quantile by bisection; weights, means and standard deviations of shape (g,)."""
    low, high = float(np.min(mean - 12.0 * sd)), float(np.max(mean + 12.0 * sd))
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if mixture_probability(middle, weight, mean, sd) < probability:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
