"""Geometry of the drawings that stand in the page itself: the bars of what made a run dear, and the way it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kneewise.activities.track import Floats, Track
from kneewise.load.contributions import Contribution
from kneewise.units import METRES_PER_KM, METRES_PER_MILE
from kneewise.web.amounts import distance, imperial, knee_km, number
from kneewise.web.load.run_words import LEVERS
from kneewise.web.wording import gettext as _

#: Width of a bar's drawing, in its own units; zero lies in the middle.
BAR_WIDTH = 200
_HALF = BAR_WIDTH / 2
#: The longest bar, with its interval, stays a little inside.
_FILLED = 0.94
_MAP_SIZE = 600.0
_MAP_EDGE = 24.0
_SCALES_M = (50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)
_SCALE_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class LeverBar:
    """One lever, drawn from the middle: to the right what it added, to the left what it saved."""

    title: str
    amount: str
    between: str
    kind: str
    x: float
    width: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of the drawn way."""

    x: float
    y: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class DrawnWay:
    """The way as a drawing.

    Attributes
    ----------
    path : str
        Path data.
    scale : tuple of float
        Length of the scale's line.
    """

    width: float
    height: float
    path: str
    start: Dot
    end: Dot
    dots: tuple[Dot, ...]
    scale: float
    scale_text: str


def lever_bars(parts: Sequence[Contribution]) -> tuple[LeverBar, ...]:
    """Return the bars of all levers on one scale."""
    reach = max((abs(end) for part in parts for end in (part.low, part.high, part.knee_km)), default=0.0)
    if not reach > 0:
        return ()
    return tuple(_bar(part, _FILLED * _HALF / reach) for part in parts)


def _bar(part: Contribution, scale: float) -> LeverBar:
    shown = knee_km({"value": part.knee_km, "low": part.low, "high": part.high, "level": 0, "basis": ""}, 2)
    amount = shown.value.replace("-", "−")
    signed = amount if part.knee_km < 0 else f"+{amount}"
    start, end = sorted((_HALF, _HALF + part.knee_km * scale))
    known = part.lever != "other"
    return LeverBar(
        title=_(LEVERS[part.lever]),
        amount=f"{signed} {shown.unit}",
        between=shown.between.replace("-", "−") if known else "",
        kind="added" if part.knee_km > 0 else "saved",
        x=round(start, 2),
        width=round(end - start, 2),
        low=round(_HALF + part.low * scale, 2),
        high=round(_HALF + part.high * scale, 2),
    )


def drawn_way(way: Track) -> DrawnWay:
    """Return a way as a drawing, north up, in metres from its start: it names no place."""
    east, north = way.east_m, way.north_m
    wide, high = (float(np.ptp(column)) for column in (east, north))
    scale = (_MAP_SIZE - 2 * _MAP_EDGE) / max(wide, high, 1.0)
    x = np.round((east - east.min()) * scale + _MAP_EDGE, 1)
    y = np.round((north.max() - north) * scale + _MAP_EDGE, 1)
    points = " ".join(f"{a:g},{b:g}" for a, b in zip(x.tolist(), y.tolist(), strict=True))
    metres = next(
        (length for length in reversed(_SCALES_M) if length * scale <= _SCALE_SHARE * _MAP_SIZE), _SCALES_M[0]
    )
    return DrawnWay(
        width=round(wide * scale + 2 * _MAP_EDGE, 1),
        height=round(high * scale + 2 * _MAP_EDGE + _MAP_EDGE, 1),
        path=points,
        start=Dot(float(x[0]), float(y[0])),
        end=Dot(float(x[-1]), float(y[-1])),
        dots=tuple(_dots(way, x, y)),
        scale=round(metres * scale, 1),
        scale_text=f"{number(metres)} {_('m')}",
    )


def _dots(way: Track, x: Floats, y: Floats) -> list[Dot]:
    unit = METRES_PER_MILE if imperial() else float(METRES_PER_KM)
    found = []
    for count in range(1, int(way.at_m[-1] // unit) + 1):
        at = int(np.searchsorted(way.at_m, count * unit))
        found.append(Dot(float(x[at]), float(y[at]), distance(count * unit, 0).value))
    return found
