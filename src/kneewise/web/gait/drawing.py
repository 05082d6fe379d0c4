"""Stick figures and curves of a clip as points that a template draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kneewise.web.amounts import number
from kneewise.web.gait.words import CURVES, MOMENTS, SIDES
from kneewise.web.wording import gettext as _

#: Pixels of a drawing per leg length, and the middle of the hips in it.
_LEG, _MIDDLE = 90.0, (90.0, 92.0)
_WIDE, _HIGH, _LEFT, _TOP = 280.0, 150.0, 34.0, 10.0
_TRUNK: Final = (("left_shoulder", "right_shoulder"), ("left_hip", "right_hip"))
_ARM: Final = (("shoulder", "elbow"), ("elbow", "wrist"))
_LEGS: Final = (("hip", "knee"), ("knee", "ankle"), ("ankle", "heel"), ("heel", "foot_index"), ("ankle", "foot_index"))
_EVERY_DEG: Final = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One line; ``kind`` is its class."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One moment of one leg's step.

    Attributes
    ----------
    picture : str
        Address of the picture with the figure in it; empty where there is none.
    head : tuple of float or None
        Middle of the head.
    told : str
        The same in words.
    """

    side: str
    side_words: str
    words: str
    picture: str
    lines: tuple[Line, ...]
    head: tuple[float, float] | None
    told: str


@dataclass(frozen=True, slots=True)
class CurveView:
    """One angle over stance of both legs.

    Attributes
    ----------
    left, right, band : str
        Points for SVG.
    ticks : tuple
        Height and words of the lines at whole tens of degrees.
    told : str
        The same in words.
    """

    title: str
    left: str
    right: str
    band: str
    ticks: tuple[tuple[float, str], ...]
    told: str
    rows: tuple[tuple[str, ...], ...]


def figures(drawn: Mapping[str, Any], pictures: Mapping[tuple[str, str], str]) -> tuple[Figure, ...]:
    """Return the figures of both legs, the left first.

    Parameters
    ----------
    drawn : mapping
        ``figures`` of the clip's document.
    pictures : mapping
        Addresses of pictures by leg and moment.
    """
    there = [(side, moment, drawn.get(side, {}).get(moment) or {}) for side in SIDES for moment in MOMENTS]
    return tuple(
        _figure(side, moment, points, pictures.get((side, moment), ""))
        for side, moment, points in there
        if points or (side, moment) in pictures
    )


def curves(drawn: Mapping[str, Any], bands: Mapping[str, Any]) -> tuple[CurveView, ...]:
    """Return the curves over stance, with the band of lab runners where there is one."""
    return tuple(_curve(title, drawn[name], bands.get(name)) for name, title in CURVES.items() if name in drawn)


def _figure(side: str, moment: str, points: Mapping[str, Any], picture: str) -> Figure:
    nose = points.get("nose")
    words = {"side": _(SIDES[side]), "moment": _(MOMENTS[moment])}
    return Figure(
        side=side,
        side_words=words["side"],
        words=words["moment"],
        picture=picture,
        lines=tuple(_lines(points)),
        head=None if nose is None else _at(nose),
        told=_("%(side)s leg: %(moment)s", **words),
    )


def _lines(points: Mapping[str, Any]) -> Iterator[Line]:
    yield from _pairs(points, _TRUNK, "trunk")
    middles = [_between(points.get(f"left_{part}"), points.get(f"right_{part}")) for part in ("shoulder", "hip")]
    if middles[0] and middles[1]:
        yield Line(*_at(middles[0]), *_at(middles[1]), "trunk")
    for side in SIDES:
        yield from _pairs(points, [(f"{side}_{one}", f"{side}_{other}") for one, other in _ARM], "arm")
    for side in ("right", "left"):
        yield from _pairs(points, [(f"{side}_{one}", f"{side}_{other}") for one, other in _LEGS], side)


def _pairs(points: Mapping[str, Any], pairs: Sequence[tuple[str, str]], kind: str) -> Iterator[Line]:
    for one, other in pairs:
        start, end = points.get(one), points.get(other)
        if start and end:
            yield Line(*_at(start), *_at(end), kind)


def _between(one: Sequence[float] | None, other: Sequence[float] | None) -> tuple[float, float] | None:
    return None if not (one and other) else ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)


def _at(point: Sequence[float]) -> tuple[float, float]:
    return round(_MIDDLE[0] + _LEG * point[0], 1), round(_MIDDLE[1] + _LEG * point[1], 1)


def _curve(title: str, legs: Mapping[str, Sequence[float | None]], band: Mapping[str, Any] | None) -> CurveView:
    shown = [value for values in (*legs.values(), *(band or {}).values()) for value in values if value is not None]
    low = min(shown) // _EVERY_DEG * _EVERY_DEG
    high = -(-max(shown) // _EVERY_DEG) * _EVERY_DEG

    def points(values: Sequence[float | None]) -> list[str]:
        step = _WIDE / (len(values) - 1)
        return [
            f"{_LEFT + place * step:.1f},{_TOP + (high - value) / max(high - low, 1) * _HIGH:.1f}"
            for place, value in enumerate(values)
            if value is not None
        ]

    tens = [low + step * _EVERY_DEG for step in range(int((high - low) / _EVERY_DEG) + 1)]
    ends = {side: max(value for value in legs[side] if value is not None) for side in SIDES if any(legs[side])}
    return CurveView(
        title=_(title),
        left=" ".join(points(legs["left"])),
        right=" ".join(points(legs["right"])),
        band=" ".join([*points(band["high"]), *reversed(points(band["low"]))]) if band else "",
        ticks=tuple((round(_TOP + (high - ten) / max(high - low, 1) * _HIGH, 1), number(ten)) for ten in tens),
        told=_(
            "Over stance, left and right; highest %(left)s° left, %(right)s° right.",
            left=number(ends.get("left")),
            right=number(ends.get("right")),
        ),
        rows=tuple(_rows(legs)),
    )


def _rows(legs: Mapping[str, Sequence[float | None]]) -> Iterator[tuple[str, ...]]:
    """Yield the curve as a table: share of stance, left, right, every fifth of it."""
    length = len(legs["left"])
    for place in range(0, length, (length - 1) // 5):
        share = number(100 * place / (length - 1))
        yield (f"{share} %", *(number(legs[side][place]) for side in SIDES))
