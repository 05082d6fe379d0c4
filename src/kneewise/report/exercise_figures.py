"""Line figures of the exercises: one or two positions, an arrow for the move, drawn from a few joint positions.

The drawings are our own and take the colour of the text around them, so they work on light and dark ground. Positions
stand in ``exercise_poses.toml``; `kneewise.report.exercise_pose` turns them into joints.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from kneewise.errors import InvalidInputError
from kneewise.evidence.knowledge import knowledge
from kneewise.report.exercise_pose import HEAD, Body, Point, body

_PANEL_WIDTH, _PANEL_HEIGHT, _FLOOR = 120.0, 122.0, 116.0
_ARROW_HEAD, _ARROW_OFFSET, _LEAST_ARROW = 5.0, 5.0, 4.0
_STYLE = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"'
_NEAR, _FAR, _THIN, _FAINT = 3.2, 3.2, 1.6, 0.4


@cache
def exercise_figure(exercise_id: str) -> str:
    """Return the line figure of one exercise as an SVG element with a title.

    Raises
    ------
    InvalidInputError
        When the library has no such exercise.
    """
    exercise = knowledge().exercises.get(exercise_id)
    if exercise is None:
        raise InvalidInputError(f"There is no exercise '{exercise_id}'; ask for one of the library, such as 'k04'.")
    figure = _figures()[exercise_id]
    panels = [_panel(figure, place) for place in range(len(figure["poses"]))]
    width = _PANEL_WIDTH * len(panels)
    name = escape(exercise.name)
    moved = "".join(
        f'<g transform="translate({_number(place * _PANEL_WIDTH)} 0)">{panel}</g>' for place, panel in enumerate(panels)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_number(width)} {_number(_PANEL_HEIGHT)}" role="img"'
        f' aria-label="{name}"><title>{name}: {escape(_description(len(panels)))}</title>'
        f"<g {_STYLE}>{moved}</g></svg>"
    )


def _description(panels: int) -> str:
    return "line figure of the hold" if panels == 1 else "line figure of the start and the end of the move"


@cache
def _figures() -> Mapping[str, Mapping[str, Any]]:
    text = files("kneewise.report").joinpath("exercise_poses.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _panel(figure: Mapping[str, Any], place: int) -> str:
    poses = [{**figure.get("all", {}), **pose} for pose in figure["poses"]]
    drawn = body(poses[place]) if "hip" in poses[place] else None
    props = [*figure.get("props", ()), *poses[place].get("props", ())]
    parts = [] if figure.get("floor") is False else [_line(((4, 0), (_PANEL_WIDTH - 4, 0)), _THIN, _FAINT)]
    parts += [_prop(prop, drawn) for prop in props]
    if drawn is not None:
        parts += [_line(line, _FAR, _FAINT) for line in drawn.far]
        parts += [_line(line, _NEAR) for line in drawn.near]
        parts.append(_circle(drawn.joints["head"], HEAD, _NEAR - 1))
    if place == len(poses) - 1:
        parts += _arrows(figure, poses, drawn)
    return "".join(parts)


def _arrows(figure: Mapping[str, Any], poses: Sequence[Mapping[str, Any]], last: Body | None) -> Iterator[str]:
    """Yield the arrows: the way of a named joint from the first position to the last, or one that was drawn."""
    for joint in figure.get("moves", ()):
        if last is not None:
            start, end = body(poses[0]).joints[joint], last.joints[joint]
            yield from _arrow(_aside(start, end))
    for points in figure.get("arrows", ()):
        yield from _arrow((_pair(points[:2]), _pair(points[2:])))


def _aside(start: Point, end: Point) -> tuple[Point, Point]:
    """Move the arrow off the limb that it belongs to."""
    length = math.dist(start, end)
    if length < _LEAST_ARROW:
        return start, end
    across = (-(end[1] - start[1]) / length * _ARROW_OFFSET, (end[0] - start[0]) / length * _ARROW_OFFSET)
    return (start[0] + across[0], start[1] + across[1]), (end[0] + across[0], end[1] + across[1])


def _arrow(way: tuple[Point, Point]) -> Iterator[str]:
    start, end = way
    yield _line((start, end), _THIN)
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    wings = [
        (end[0] - _ARROW_HEAD * math.cos(angle + turn), end[1] - _ARROW_HEAD * math.sin(angle + turn))
        for turn in (0.5, -0.5)
    ]
    yield _line((wings[0], end, wings[1]), _THIN)


def _prop(prop: Sequence[Any], drawn: Body | None) -> str:
    """Draw one thing beside the body; a place is a joint's name or a point."""
    kind, *rest = prop
    if kind == "box":
        x, y, width, height = rest
        corners = ((x, y), (x, y + height), (x + width, y + height), (x + width, y), (x, y))
        return _line(corners, _THIN)
    if kind == "circle":
        return _circle(_place(rest[0], drawn), rest[1], _THIN)
    if kind == "weight":
        x, y = _place(rest[0], drawn)
        return f'<circle cx="{_number(x)}" cy="{_number(_FLOOR - y)}" r="4" fill="currentColor" stroke="none"/>'
    if kind == "plate":
        x, y = _place(rest[0], drawn)
        across = math.radians(rest[1])
        half = (rest[2] * math.cos(across), rest[2] * math.sin(across))
        return _line(((x - half[0], y - half[1]), (x + half[0], y + half[1])), _NEAR)
    if kind == "band":
        return _line(tuple(_place(item, drawn) for item in rest), _THIN, dashed=True)
    return _line(tuple(_place(item, drawn) for item in rest), _THIN)


def _place(item: Any, drawn: Body | None) -> Point:
    if isinstance(item, str):
        if drawn is None:
            raise KeyError(item)
        return drawn.joints[item]
    return _pair(item)


def _pair(item: Sequence[float]) -> Point:
    return float(item[0]), float(item[1])


def _line(points: Sequence[Point], width: float, opacity: float = 1.0, *, dashed: bool = False) -> str:
    way = " ".join(f"{_number(x)},{_number(_FLOOR - y)}" for x, y in points)
    faint = "" if opacity == 1 else f' opacity="{_number(opacity)}"'
    dashes = ' stroke-dasharray="3 2.5"' if dashed else ""
    return f'<polyline points="{way}" stroke-width="{_number(width)}"{faint}{dashes}/>'


def _circle(centre: Point, radius: float, width: float) -> str:
    x, y = _number(centre[0]), _number(_FLOOR - centre[1])
    return f'<circle cx="{x}" cy="{y}" r="{_number(radius)}" stroke-width="{_number(width)}"/>'


def _number(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".")
