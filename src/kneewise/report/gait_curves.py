"""Angles over stance of both legs beside lab runners, as one picture (SVG)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Floats
from kneewise.evidence.bands import band_at

_WORDS = {
    "knee_flexion_deg": "Knee flexion",
    "ankle_dorsiflexion_deg": "Ankle, toes towards the shin",
    "shank_inclination_deg": "Shin, foot ahead of the knee",
}
_WIDE, _HIGH, _LEFT, _TOP, _GAP = 300, 200, 50, 40, 70
_COLOURS = ("#2f6fd6", "#c96a00")


def curves_svg(curves: Mapping[str, Floats], leg: NDArray[np.int_], speed_mps: float | None) -> str:
    """Return the mean curves of the left and right leg over stance.

    Parameters
    ----------
    curves : mapping of str to ndarray, shape (steps, 101)
    leg : ndarray of int, shape (steps,)
        0 left, 1 right.
    speed_mps : float or None
        Speed at which to show the lab runners; no band without it.
    """
    names = [name for name in _WORDS if name in curves]
    band = None if speed_mps is None else band_at(speed_mps)
    width = _LEFT + len(names) * (_WIDE + _GAP)
    parts = []
    for place, name in enumerate(names):
        means = [np.nanmean(curves[name][leg == side], axis=0) for side in (0, 1)]
        spread = None if band is None or name not in band.curves else band.curves[name]
        ends = None if spread is None else (np.asarray(spread.mean), np.asarray(spread.sd))
        parts.append(_panel(_LEFT + place * (_WIDE + _GAP), _WORDS[name], means, ends))
    sample = "" if band is None else f"Grey: lab runners at this speed, mean and one spread ({band.sample})."
    notes = f"Blue: left. Orange: right. From contact to toe-off. {sample}"
    height = _TOP + _HIGH + 70
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-size="13" '
        'font-family="sans-serif">'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}'
        f'<text x="{_LEFT}" y="{height - 12}" fill="#444">{notes}</text></svg>\n'
    )


def _panel(left: int, title: str, means: list[Floats], band: tuple[Floats, Floats] | None) -> str:
    shown = [*means, *([] if band is None else [band[0] - band[1], band[0] + band[1]])]
    low, high = min(float(np.nanmin(one)) for one in shown), max(float(np.nanmax(one)) for one in shown)

    def path(curve: Floats) -> str:
        x = left + np.linspace(0, _WIDE, len(curve))
        y = _TOP + (high - curve) / (high - low) * _HIGH
        return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))

    drawn = [f'<text x="{left}" y="{_TOP - 14}" font-weight="bold">{title}, degrees</text>']
    if band is not None:
        mean, sd = band
        upper, lower = path(mean + sd), path(mean - sd).split()[::-1]
        drawn.append(f'<polygon points="{upper} {" ".join(lower)}" fill="#ddd"/>')
        drawn.append(f'<polyline points="{path(mean)}" fill="none" stroke="#888" stroke-dasharray="4 3"/>')
    for curve, colour in zip(means, _COLOURS, strict=True):
        drawn.append(f'<polyline points="{path(curve)}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
    for number, y in ((high, _TOP + 5), (low, _TOP + _HIGH)):
        drawn.append(f'<text x="{left - 6}" y="{y:.0f}" text-anchor="end" fill="#444">{number:.0f}</text>')
    drawn.append(f'<path d="M{left} {_TOP}V{_TOP + _HIGH}H{left + _WIDE}" fill="none" stroke="#999"/>')
    return "".join(drawn)
