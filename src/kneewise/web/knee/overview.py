"""What the first page of the knee shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kneewise.assessment.outcome_trends import Trend
from kneewise.evidence.knowledge import knowledge
from kneewise.services.knee import KneeNow
from kneewise.web.amounts import NONE, Shown, day, day_long, knee_km, number
from kneewise.web.knee.charts import PainFigure, TrendFigure, pain_figure, trend_figure
from kneewise.web.knee.result_view import within_words
from kneewise.web.knee.tests_view import test_lines
from kneewise.web.knee.zones import DRAWN, ZoneSpot, view_words, zone_spots, zone_words
from kneewise.web.proof import Proof, proof
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, ngettext, told

_LEVELS = {
    "low": ("go", message("Calm")),
    "moderate": ("caution", message("Somewhat irritable")),
    "high": ("stop", message("Irritable")),
}
_PLACES = {
    "below": message("Less than your usual weeks."),
    "within": message("Within your usual weeks."),
    "above": message("More than your usual weeks."),
    "not-known": message("Your usual week is not known yet."),
}
_SIDES = {"left": message("left"), "right": message("right"), "both": message("both sides")}
_KINDS = {"emergency": "stop", "same_day": "stop", "urgent": "stop", "routine": "warn"}


@dataclass(frozen=True, slots=True)
class IntakeCard:
    """Where the intake stands.

    Attributes
    ----------
    kind : {"none", "draft", "stop", "warn", "good"}
    """

    kind: str
    title: str
    text: str
    href: str
    action: str
    again: str = ""


@dataclass(frozen=True, slots=True)
class Light:
    """How irritable the knee is."""

    state: str
    word: str
    text: str
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class LoadCard:
    """The last seven days beside the usual week."""

    now: Shown
    usual: Shown
    between: str
    words: str
    runs: str
    href: str


@dataclass(frozen=True, slots=True)
class TrendRow:
    """One measure that was scored."""

    name: str
    value: str
    best: str
    text: str
    href: str
    figure: TrendFigure | None


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """The page."""

    intake: IntakeCard
    flags: tuple[str, ...]
    blocked: bool
    light: Light | None
    flare: str
    usual: str
    trend: str
    figure: PainFigure | None
    weeks: int
    load: LoadCard | None
    spots: tuple[ZoneSpot, ...]
    places: tuple[str, ...]
    side: str
    views: tuple[tuple[str, str], ...]
    trends: tuple[TrendRow, ...]
    tests: tuple[tuple[str, str], ...]
    tests_day: str
    strength: str
    plan_href: str


def overview_page(found: KneeNow, paths: Mapping[str, str]) -> OverviewPage:
    """Return the page."""
    state = found.state()
    zones, side = _sore(found)
    flagged = [flag for flag in found.flags if flag["kind"] in ("open", "unsure")]
    told_days = [each for each in found.days if each.morning is not None or each.during is not None]
    return OverviewPage(
        intake=_intake(found),
        flags=tuple(dict.fromkeys(told(flag["text"]) for flag in flagged)),
        blocked="plan" in found.blocks and found.intake is not None,
        light=_light(state["irritability"]) if told_days else None,
        flare=told(state["flare"]["text"]) if state["flare"]["active"] else "",
        usual=told(state["pain"]["usual"]["text"]),
        trend=told(state["pain"]["trend"]["text"]),
        figure=pain_figure(found.days, found.limit),
        weeks=round(len(found.days) / 7),
        load=_load(state["load_vs_usual"], paths),
        spots=zone_spots(zones, DRAWN),
        places=_place_words(found, zones),
        side=side,
        views=view_words(),
        trends=tuple(trend_row(trend) for trend in found.trends),
        tests=test_lines(found.tests[0].answers) if found.tests else (),
        tests_day=day_long(found.tests[0].local_date) if found.tests else "",
        strength=_strength(found),
        plan_href=paths.get("plan", ""),
    )


def _intake(found: KneeNow) -> IntakeCard:
    under_way = found.draft is not None and bool(found.draft.given)
    if found.intake is None and under_way:
        text = _("Your answers are kept. You can go on where you left off.")
        return IntakeCard("draft", _("Questions under way"), text, "/knee/intake", _("Go on"))
    if found.intake is None:
        text = _("A few minutes of questions: the safety questions first, then where and when it hurts.")
        return IntakeCard("none", _("Tell about your knee"), text, "/knee/intake", _("Begin"))
    # A result stands in front also while questions are under way: a red flag must not go out of sight.
    level = found.intake.told["level"]
    when = within_words(level)
    said = _("Answered on %(day)s.", day=day_long(found.intake.local_date))
    return IntakeCard(
        kind=_KINDS.get(level, "good"),
        title=told(found.intake.told["label"]),
        text=f"{when}. {said}" if when else said,
        href="/knee/result",
        action=_("Look at the result"),
        again=_("Go on with the questions") if under_way else _("Answer anew"),
    )


def _light(irritability: Mapping[str, Any]) -> Light | None:
    level = _LEVELS.get(irritability["level"] or "")
    if level is None:
        return None
    return Light(level[0], _(level[1]), told(irritability["text"]), proof(irritability["rule"]))


def _load(usual: Mapping[str, Any] | None, paths: Mapping[str, str]) -> LoadCard | None:
    if usual is None:
        return None
    between = ""
    if usual["usual_low_knee_km"] is not None:
        low, high = (_amount(usual[key]).value for key in ("usual_low_knee_km", "usual_high_knee_km"))
        between = _("between %(low)s and %(high)s", low=low, high=high)
    return LoadCard(
        now=_amount(usual["last_7_days_knee_km"]),
        usual=_amount(usual["usual_week_knee_km"]),
        between=between,
        words=_(_PLACES[usual["place"]]),
        runs=ngettext("in %(num)s run", "in %(num)s runs", usual["runs"]),
        href=paths.get("load", ""),
    )


def _amount(value: float | None) -> Shown:
    return knee_km({"value": value, "low": None, "high": None, "level": 0.9, "basis": ""})


def _sore(found: KneeNow) -> tuple[tuple[str, ...], str]:
    """Return zones and side: of the check-ins, else of the intake."""
    if found.places:
        sides = [place.side for place in found.places if place.side]
        return tuple(place.zone for place in found.places), sides[0] if sides else ""
    answers = {} if found.intake is None else found.intake.answers
    return tuple(answers.get("zones") or ()), str(answers.get("side") or "")


def _place_words(found: KneeNow, zones: tuple[str, ...]) -> tuple[str, ...]:
    if not found.places:
        return tuple(zone_words(zone) for zone in zones if zone in knowledge().pain_map)
    lines = []
    for place in found.places:
        days = ngettext("on %(num)s day", "on %(num)s days", place.days)
        side = f" ({_(_SIDES[place.side])})" if place.side in _SIDES else ""
        lines.append(f"{zone_words(place.zone)}{side}: {days}")
    return tuple(lines)


def trend_row(trend: Trend) -> TrendRow:
    """Return one measure that was scored."""
    record = knowledge().measures[trend.measure]
    last = next((point.score for point in reversed(trend.points) if point.score.value is not None), None)
    name = told(record.name)
    if trend.subscale:
        name = f"{name}, {told(trend.subscale.replace('_', ' '))}"
    best = _("higher is better") if record.better == "higher" else _("lower is better")
    value = NONE
    if last is not None and last.value is not None:
        whole = last.value == round(last.value)
        value = told(last.text.rstrip(".")) if record.options else number(last.value, 0 if whole else 1)
    return TrendRow(
        name=name,
        value=value,
        best="" if record.options else f"{number(record.range_low)}–{number(record.range_high)}, {best}",
        text=told(trend.text),
        href=f"/knee/measures/{trend.measure}",
        figure=trend_figure(trend),
    )


def _strength(found: KneeNow) -> str:
    done = found.strength
    if done.last is None:
        return ""
    days = ngettext("%(num)s day", "%(num)s days", done.days)
    sets = ngettext("%(num)s set", "%(num)s sets", done.sets)
    return _("Strength work on %(days)s, %(sets)s; the last on %(day)s.", days=days, sets=sets, day=day(done.last))
