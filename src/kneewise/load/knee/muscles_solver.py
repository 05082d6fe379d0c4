"""Static optimisation of all frames at once: least squared activation that gives the joint moments.

Per frame::

    minimise    1/2 sum a_j^2 + 1/2 sum r_k^2
    subject to  A a + D r = tau,   low <= a <= high

with ``A`` moment arm times maximal force and ``r`` reserves of moment ``D``. The reserves make every frame solvable and
its dual strictly convex in as few unknowns as there are joint angles: ``a = clip(A' x, low, high)``, ``r = D x``, and
``g(x) = A clip(A' x) + D^2 x - tau = 0`` is found by Newton's method with a line search on the dual. The gradient is
piecewise linear, so the last step is exact.

The problem is the one that OpenSim's static optimisation solves (passive fibre force and tendon stretch left out).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: Frames per piece, so that the work of one piece stays in a processor's cache.
_PIECE = 128
#: Newton steps before a frame is given up; the worst of real running took 15.
_STEPS = 60
#: Halvings of one step.
_HALVINGS = 30
#: Decimal digits to which moments must be met, relative to the largest.
_DIGITS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Activations:
    """Solution of every frame.

    Attributes
    ----------
    activation : ndarray, shape (n, m)
        Between the bounds; NaN where a frame had no finite input or did not converge.
    reserve_nm : ndarray, shape (n, k)
        Moment that no muscle could or would give.
    converged : ndarray of bool, shape (n,)
    """

    activation: Floats
    reserve_nm: Floats
    converged: Mask


def solve(strength_nm: Floats, moment_nm: Floats, reserve_nm: Floats, low: float, high: float) -> Activations:
    """Return the least squared activations of all frames.

    Parameters
    ----------
    strength_nm : ndarray, shape (n, k, m)
        Moment of each muscle at full activation about each joint angle.
    moment_nm : ndarray, shape (n, k)
        Internal moment to be given, positive in the direction of its angle.
    reserve_nm : ndarray, shape (k,)
        Moment of each reserve at the cost of one fully active muscle; positive.
    low, high : float
        Bounds of activation.

    Returns
    -------
    Activations
    """
    frames, _, muscles = strength_nm.shape
    activation, reserve = np.full((frames, muscles), np.nan), np.full(moment_nm.shape, np.nan)
    converged = np.zeros(frames, dtype=np.bool_)
    known = np.isfinite(moment_nm).all(axis=1) & np.isfinite(strength_nm).all(axis=(1, 2))
    for piece in _pieces(np.flatnonzero(known)):
        done = _Piece(strength_nm[piece], moment_nm[piece], reserve_nm, low, high).run()
        activation[piece], reserve[piece], converged[piece] = done.activation, done.reserve_nm, done.converged
    return Activations(activation, reserve, converged)


def _pieces(frames: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    return (frames[start : start + _PIECE] for start in range(0, frames.size, _PIECE))


class _Piece:
    """A piece of frames in one array; frames that are done leave the work."""

    def __init__(self, strength: Floats, moment: Floats, reserve: Floats, low: float, high: float) -> None:
        self.strength, self.moment, self.low, self.high = strength, moment, low, high
        self.reserve, self.square = reserve, reserve**2
        self.tolerance = 10.0**-_DIGITS * max(float(np.abs(moment).max()), float(reserve.max()))

    def run(self) -> Activations:
        """Solve the piece."""
        whole = self.strength @ self.strength.transpose(0, 2, 1) + np.diag(self.square)
        x = _solution(whole, self.moment)
        converged = np.zeros(len(x), dtype=np.bool_)
        todo = np.arange(len(x))
        for _ in range(_STEPS):
            strength, moment, at = self.strength[todo], self.moment[todo], x[todo]
            pull = _times(strength, at)
            active = np.clip(pull, self.low, self.high)
            gradient = (strength @ active[..., None])[..., 0] + self.square * at - moment
            left = np.abs(gradient).max(axis=1) > self.tolerance
            converged[todo[~left]] = True
            todo = todo[left]
            if not todo.size:
                break
            x[todo] = self._step(strength[left], at[left], pull[left], gradient[left])
        activation = np.clip(_times(self.strength, x), self.low, self.high)
        activation[~converged] = np.nan
        reserve = np.where(converged[:, None], x * self.square, np.nan)
        return Activations(activation, reserve, converged)

    def _step(self, strength: Floats, x: Floats, pull: Floats, gradient: Floats) -> Floats:
        """One Newton step, as long as the dual falls along it."""
        free = (pull > self.low) & (pull < self.high)
        curvature = (strength * free[:, None, :]) @ strength.transpose(0, 2, 1) + np.diag(self.square)
        direction = -_solution(curvature, gradient)
        change = _times(strength, direction)
        start = _dot(gradient, direction)
        # Slope of the dual along the step, without the muscles, at 0 and per unit of length.
        offset = start - _dot(change, np.clip(pull, self.low, self.high))
        rise = _dot(direction * self.square, direction)

        def slope(size: Floats, rows: Mask) -> Floats:
            active = np.clip(pull[rows] + size[:, None] * change[rows], self.low, self.high)
            return _dot(change[rows], active) + offset[rows] + rise[rows] * size

        size = np.ones(len(x))
        far = slope(size, np.ones(len(x), dtype=np.bool_)) > -start / 2
        if far.any():
            size[far] = _where_it_vanishes(slope, far)
        return x + size[:, None] * direction


def _where_it_vanishes(slope: Callable[[Floats, Mask], Floats], rows: Mask) -> Floats:
    """Length in (0, 1] at which a rising slope changes sign, by bisection."""
    low, high = np.zeros(int(rows.sum())), np.ones(int(rows.sum()))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        over = slope(middle, rows) > 0
        high, low = np.where(over, middle, high), np.where(over, low, middle)
    return high


def _times(strength: Floats, x: Floats) -> Floats:
    return np.asarray((x[:, None, :] @ strength)[:, 0, :], dtype=np.float64)


def _dot(first: Floats, second: Floats) -> Floats:
    product: Floats = np.einsum("nk,nk->n", first, second)
    return product


def _solution(matrices: Floats, right: Floats) -> Floats:
    return np.asarray(np.linalg.solve(matrices, right[..., None])[..., 0], dtype=np.float64)
