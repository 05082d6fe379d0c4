"""What the page of one run shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from kneewise.domain import Activity
from kneewise.load.along import Stretch
from kneewise.services.run_story import RunStory
from kneewise.units import METRES_PER_KM
from kneewise.web.amounts import (
    NONE,
    Shown,
    climb,
    clock_time,
    day,
    day_long,
    distance,
    duration,
    estimated,
    imperial,
    knee_km,
    number,
    pace,
    percent,
)
from kneewise.web.load.along import along_data
from kneewise.web.load.drawings import DrawnWay, LeverBar, drawn_way, lever_bars
from kneewise.web.load.run_words import Told, WhatIf, told_sentences, what_if
from kneewise.web.load.sport_words import activity_title
from kneewise.web.wording import gettext as _
from kneewise.web.wording import ngettext, told

_PAUSES = 8


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure of the run."""

    label: str
    value: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class RunPage:
    """The page.

    Attributes
    ----------
    cost : Shown or None
        ``None`` for what is no run.
    charts : dict
        Columns for the charts along the run; empty where there is nothing to draw.
    what_if : tuple of WhatIf
        Slowest steps first; empty where the run has no number.
    notes : tuple of str
        What is missing, predicted or odd.
    sample : bool
        Whether it is another person's, beside the record of the demo's made runner.
    """

    id: str
    title: str
    when: str
    cost: Shown | None
    per_km: str
    facts: tuple[Fact, ...]
    sentences: tuple[Told, ...]
    bars: tuple[LeverBar, ...]
    charts: dict[str, Any]
    what_if: tuple[WhatIf, ...]
    splits: tuple[tuple[str, ...], ...]
    split_head: tuple[str, ...]
    split_caption: str
    pauses: tuple[str, ...]
    more_pauses: str
    notes: tuple[str, ...]
    origin: tuple[Fact, ...]
    force: Shown | None
    convention: str
    band: str
    has_positions: bool
    way: DrawnWay | None
    counted: str
    copies: tuple[str, ...]
    previous: str
    next: str
    sample: bool


def run_page(story: RunStory, *, sample: bool = False) -> RunPage:
    """Return the page of one run."""
    item, activity = story.item, story.item.activity
    zone = ZoneInfo(activity.timezone)
    return RunPage(
        id=item.id,
        title=activity_title(activity),
        when=f"{day_long(activity.local_date)} {activity.local_date.year}, {clock_time(activity.start, zone)}",
        cost=None if item.knee_km is None else knee_km(item.knee_km.value.to_json()),
        per_km=_per_km(story),
        facts=tuple(_facts(activity)),
        sentences=told_sentences(story),
        bars=lever_bars(story.contributions),
        charts=along_data(story),
        what_if=tuple(what_if(change) for change in story.what_if),
        splits=tuple(_split(part) for part in story.splits),
        split_head=_split_head(),
        split_caption=_("The run mile by mile") if imperial() else _("The run kilometre by kilometre"),
        pauses=tuple(_pauses(story)),
        more_pauses=_more_pauses(story),
        notes=tuple(dict.fromkeys(told(issue.text) for issue in story.issues)),
        origin=tuple(_origin(story)),
        force=None if story.peak_force is None else estimated(story.peak_force.to_json(), _("times body weight")),
        convention=told(story.convention),
        band=_band(story),
        has_positions=story.has_positions,
        way=None if story.track is None else drawn_way(story.track),
        counted="" if item.counted_id is None else f"/runs/{item.counted_id}",
        copies=tuple(f"/runs/{one}" for one in story.neighbours.copies),
        previous=_address(story.neighbours.previous),
        next=_address(story.neighbours.next),
        sample=sample,
    )


def _address(run: str | None) -> str:
    return "" if run is None else f"/runs/{run}"


def _per_km(story: RunStory) -> str:
    per_km = story.item.knee_km_per_km
    if per_km is None or per_km.to_json()["value"] is None:
        return ""
    # A ratio: knee-miles per mile and knee-km per km are one number.
    shown = estimated(per_km.to_json(), "", 2)
    return _(
        "%(cost)s times as dear per distance as your easy flat running (%(between)s).",
        cost=shown.value,
        between=shown.between,
    )


def _facts(activity: Activity) -> Iterator[Fact]:
    length, speed, up = distance(activity.distance_m, 2), pace(activity.speed_mps), climb(activity.ascent_m)
    yield Fact(_("Distance"), length.value, length.unit)
    yield Fact(_("Time moving"), duration(activity.moving_s))
    yield Fact(_("Pace"), speed.value, speed.unit)
    yield Fact(_("Cadence"), number(activity.cadence_spm), _("steps/min") if activity.cadence_spm else "")
    if activity.ascent_m is not None:
        yield Fact(_("Climb"), up.value, up.unit)
    if activity.contact_time_s is not None:
        yield Fact(_("Ground contact"), number(activity.contact_time_s * 1000), "ms")


def _split_head() -> tuple[str, ...]:
    unit, knee = distance(None).unit, knee_km(None).unit
    per = _("Per %(unit)s", unit=unit)
    return (_("To %(unit)s", unit=unit), _("Pace"), _("Cadence"), knee, _("Between"), per, _("Slope"))


def _split(part: Stretch) -> tuple[str, ...]:
    cost = part.cost.value.to_json()
    shown, covered = knee_km(cost, 2), part.load.distance_m
    per = None if cost["value"] is None or not covered > 0 else cost["value"] * METRES_PER_KM / covered
    return (
        distance(part.end_m).value,
        pace(part.load.speed_mps).value,
        number(part.load.cadence_spm),
        shown.value,
        shown.between,
        number(per, 2),
        _slope(part),
    )


def _slope(part: Stretch) -> str:
    up, down = part.load.uphill_share, part.load.downhill_share
    if not part.load.covered_s > 0:
        return NONE
    if part.load.unknown_grade_share > 1 / 2:
        return _("not known")
    if max(up, down) <= 1 / 2:
        return _("mixed") if max(up, down) > 1 / 4 else _("flat")
    return _("uphill") if up > down else _("downhill")


def _pauses(story: RunStory) -> Iterator[str]:
    for pause in story.pauses[:_PAUSES]:
        at = distance(pause.at_m)
        yield _("At %(at)s %(unit)s: %(time)s", at=at.value, unit=at.unit, time=duration(pause.duration_s))


def _more_pauses(story: RunStory) -> str:
    many = len(story.pauses) - _PAUSES
    return ngettext("and %(num)s more.", "and %(num)s more.", many) if many > 0 else ""


def _origin(story: RunStory) -> Iterator[Fact]:
    activity, cost = story.item.activity, story.item.knee_km
    yield Fact(_("Recorded with"), activity.device or _("not told"))
    if cost is not None:
        yield Fact(_("Running time with a number"), percent(cost.coverage))
        yield Fact(_("Compared with"), told(story.reference.basis))
    yield Fact(_("Day and time zone"), f"{day(activity.local_date)}, {activity.timezone.replace('_', ' ')}")


def _band(story: RunStory) -> str:
    cost = story.item.knee_km
    if cost is None or cost.value.to_json()["value"] is None:
        return ""
    two, four = (knee_km(cost.band[name].to_json()) for name in ("b2", "b4"))
    return _(
        "How load adds up to pain is not known. If hard steps count for more than their share, this run counts as "
        "%(two)s %(unit)s (force squared) or %(four)s %(unit)s (to the fourth).",
        two=two.value,
        four=four.value,
        unit=two.unit,
    )
