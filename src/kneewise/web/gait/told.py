"""What a form tells of a clip."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from kneewise.domain import Runner
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import parameter
from kneewise.gait.standing import ANGLES, StandingLegs
from kneewise.services.gait.work import ClipOrder
from kneewise.web.amounts import number
from kneewise.web.gait.clip_view import unit_of
from kneewise.web.gait.words import WORDS
from kneewise.web.typed import typed_day, typed_number
from kneewise.web.wording import gettext as _

#: Where the runner stands in the picture, for those who do not tap: shares of its width and height.
_PLACES: Final = {"left": (1 / 6, 0.5), "middle": (0.5, 0.5), "right": (5 / 6, 0.5)}
_SLOWEST: Final = 40
_RIGHT_ANGLE_DEG: Final = 90


@dataclass(frozen=True, slots=True)
class ToldClip:
    """What was told."""

    order: ClipOrder
    on: date | None
    keep_clip: bool


def read_order(fields: Mapping[str, str], runner: Runner, today: date) -> ToldClip:
    """Return what a form tells of a clip.

    Raises
    ------
    InvalidInputError
        When something in it cannot be right.
    """
    on = typed_day(fields.get("on", ""))
    if on is not None and on > today:
        raise InvalidInputError(_("The day of filming lies in the future."))
    view = fields.get("view", "")
    slow = typed_number(fields.get("slow_motion", ""), _("Slow motion"))
    if slow is not None and not 1 <= slow <= _SLOWEST:
        raise InvalidInputError(_("Say how many times slower than life the clip plays, from 1 to 40."))
    treadmill = fields.get("ground") == "treadmill"
    order = ClipOrder(
        view="side" if view == "side" else "rear" if view == "rear" else None,
        speed_mps=_speed(fields) if treadmill else None,
        slow_motion=slow,
        height_m=runner.height_m,
        tap=_tap(fields),
        standing=_standing(fields) if view == "side" else None,
        treadmill=treadmill,
    )
    return ToldClip(order, on, bool(fields.get("keep_clip")))


def _speed(fields: Mapping[str, str]) -> float | None:
    unit, decimals, scale = unit_of(WORDS["speed_mps"])
    typed = typed_number(fields.get("speed", ""), _("Speed of the belt"))
    bounds = parameter("gait.speed.possible_mps")
    if typed is not None and not bounds.low <= typed * scale <= bounds.high:
        low, high = (number(end / scale, decimals) for end in (bounds.low, bounds.high))
        raise InvalidInputError(
            _(
                "A belt's speed for running lies between %(low)s and %(high)s %(unit)s.",
                low=low,
                high=high,
                unit=_(unit),
            )
        )
    return None if typed is None else typed * scale


def _standing(fields: Mapping[str, str]) -> StandingLegs | None:
    """Return what a standing picture showed, as this server told the page."""
    text = fields.get("standing", "")
    if not text:
        return None
    try:
        legs = StandingLegs.from_json(json.loads(text))
        sound = all(abs(angle) <= _RIGHT_ANGLE_DEG for pair in legs.angles_deg.values() for angle in pair)
        sound = sound and legs.pictures >= 1 and legs.facing in (-1, 1) and set(legs.angles_deg) == set(ANGLES)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        sound = False
    if not sound:
        raise InvalidInputError(_("What the standing picture showed was lost; choose it again."))
    return legs


def _tap(fields: Mapping[str, str]) -> tuple[float, float] | None:
    """Return where the runner was tapped; a tap counts for more than a word."""
    try:
        x, y = float(fields.get("tap_x", "")), float(fields.get("tap_y", ""))
    except ValueError:
        return _PLACES.get(fields.get("place", ""))
    return (x, y) if 0 <= x <= 1 and 0 <= y <= 1 else None
