"""The rhythm of the legs before any event is known: a check on slow motion, not a result."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Floats
from kneewise.evidence.parameters import parameter, value
from kneewise.motion.keypoints import View


def leg_swing(ankles: Floats, view: View, leg_px: float) -> Floats:
    """Return how far the left ankle is from the right one in leg lengths, shape (n,): across in side view, else up.

    Parameters
    ----------
    ankles : array of float, shape (n, 2, 2)
        Left and right; x and y in pixels.
    """
    axis = 0 if view == "side" else 1
    return np.asarray((ankles[:, 0, axis] - ankles[:, 1, axis]) / leg_px)


def swing_range(swing: Floats) -> float:
    """Return the spread of the swing between its 5th and 95th percentile; NaN where it is unknown."""
    low, high = _ends(swing)
    return high - low


def _ends(swing: Floats) -> tuple[float, float]:
    known = swing[np.isfinite(swing)]
    if not len(known):
        return float("nan"), float("nan")
    tail = value("video.rhythm.range_tail")
    low, high = np.percentile(known, [tail, 100 - tail])
    return float(low), float(high)


def steps_per_min(swing: Floats, fps: float) -> float:
    """Return the steps of both feet a minute, NaN without a rhythm.

    Notes
    -----
    The first high peak of the autocorrelation is a stride, which is two steps.
    """
    known = np.isfinite(swing)
    if known.sum() < 2:
        return float("nan")
    centred = np.where(known, swing - swing[known].mean(), 0)
    n = len(centred)
    size = 1 << (2 * n - 1).bit_length()
    similar = np.fft.irfft(np.abs(np.fft.rfft(centred, size)) ** 2, size)[:n]
    overlap = np.fft.irfft(np.abs(np.fft.rfft(known.astype(np.float64), size)) ** 2, size)[:n]
    similar = np.divide(similar, overlap, out=np.zeros(n), where=overlap > 0.5) / max(similar[0] / overlap[0], 1e-9)
    lags = np.arange(1, int(n * value("video.rhythm.longest_lag_share")))
    peaks = [
        lag
        for lag in lags[1:-1]
        if similar[lag - 1] < similar[lag] >= similar[lag + 1]
        and similar[lag] >= value("video.rhythm.least_similarity")
    ]
    if not peaks:
        return float("nan")
    return float(2 * 60 * fps / _refined(similar, int(peaks[0])))


def _refined(curve: Floats, peak: int) -> float:
    """Return the top of the parabola through a peak and its neighbours."""
    before, here, after = curve[peak - 1 : peak + 2]
    bend = before - 2 * here + after
    return peak + (0.5 * (before - after) / bend if bend < 0 else 0.0)


def passings(swing: Floats) -> NDArray[np.intp]:
    """Return the rows at which the legs have just passed each other, once a step."""
    known = np.flatnonzero(np.isfinite(swing))
    if len(known) < 2:
        return np.zeros(0, dtype=np.intp)
    low, high = _ends(swing)
    centred = swing[known] - (low + high) / 2
    far = np.abs(centred) > (high - low) * value("video.rhythm.crossing_share")
    turns = np.flatnonzero(np.diff(np.sign(centred[far])) != 0)
    return np.asarray(known[far][turns + 1], dtype=np.intp)


def steady_part(swing: Floats) -> tuple[int, int]:
    """Return first row and end of the longest part with one rhythm.

    A runner keeps his step's duration within a few percent. Where it changes much more the clip was edited (a still, a
    ramp into slow motion), or he started, stopped or walked; such parts must not be measured together.
    """
    at = passings(swing)
    step = np.diff(at)
    if len(step) < 2:
        return 0, len(swing)
    ratio = np.maximum(step[1:], step[:-1]) / np.maximum(np.minimum(step[1:], step[:-1]), 1)
    breaks = np.flatnonzero(ratio > value("video.rhythm.most_step_change")) + 1
    firsts, ends = np.concatenate([[0], breaks]), np.concatenate([breaks, [len(step)]])
    lasting = at[ends] - at[firsts]
    best = int(lasting.argmax())
    first, end = int(at[firsts[best]]), int(at[ends[best]])
    usual = float(np.median(step[firsts[best] : ends[best]])) * value("video.rhythm.most_step_change")
    start = 0 if firsts[best] == 0 and first <= usual else first
    stop = len(swing) if ends[best] == len(step) and len(swing) - end <= usual else end
    return start, stop


def plausible(rate: float) -> bool:
    """Return whether somebody can run with this many steps a minute."""
    known = parameter("video.rhythm.running_spm")
    return known.low <= rate <= known.high


def likely_slow_motion(rate: float, factor: float) -> list[int]:
    """Return the usual slow-motion factors that would make a runner of this rhythm, the likeliest first.

    Parameters
    ----------
    rate : float
        Steps a minute with the factor assumed so far.
    """
    usual = value("video.rhythm.running_spm")
    fitting = [other for other in _FACTORS if plausible(rate * other / factor)]
    return sorted(fitting, key=lambda other: abs(np.log(rate * other / factor / usual)))


#: 60, 120, 240 and 480 pictures a second played at 30, and the same at 60 and 24 rounded.
_FACTORS = (1, 2, 4, 5, 8, 10, 16)
