"""The way back drawn small: its steps, and where on it the runner stands; the weeks planned and done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kneewise.domain import Estimate
from kneewise.plan.course import Course
from kneewise.plan.stage_words import stage_words
from kneewise.services.plan_now import PlanNow
from kneewise.services.plan_weeks import PlanWeek
from kneewise.units import METRES_PER_KM, METRES_PER_MILE
from kneewise.web.amounts import day, day_short, imperial, knee_km, number
from kneewise.web.proof import Proof, proof
from kneewise.web.wording import gettext as _
from kneewise.web.wording import ngettext, told

#: The drawing of the steps: width of one, height of all.
_STEP, _GAP, _HEIGHT, _LOWEST = 40.0, 6.0, 90.0, 14.0
#: The drawing of the weeks.
_WEEK, _CHART, _FOOT = 44.0, 150.0, 24.0


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way, in the drawing and in words."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    words: str
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class CourseView:
    """Where the runner stands."""

    phase: str
    phase_goal: str
    phase_proof: Proof | None
    headline: str
    here: str
    greens: str
    why: str
    proof: Proof | None
    steps: tuple[Step, ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class WeekBar:
    """One week in the drawing.

    Attributes
    ----------
    planned, done : tuple of float or None
        Top and height of each bar.
    low, high : float or None
        Ends of the interval of the planned one, or of the done one where there is one.
    label : str
        Written below, for every fourth.
    words : str
        The whole of it, for a screen reader and the table.
    """

    x: float
    planned: tuple[float, float] | None
    done: tuple[float, float] | None
    low: float | None
    high: float | None
    is_now: bool
    label: str
    href: str
    week: str
    planned_words: str
    done_words: str
    sessions_words: str


@dataclass(frozen=True, slots=True)
class WeeksView:
    """The weeks of the plan."""

    bars: tuple[WeekBar, ...]
    lines: tuple[tuple[float, str], ...]
    width: float
    height: float
    floor: float
    bar: float
    unit: str
    adherence: str


def course_view(now: PlanNow) -> CourseView | None:
    """Return where the runner stands; ``None`` where there may be no plan."""
    if now.situation is None or now.phase is None:
        return None
    course, place = now.situation.course, now.situation.place
    count = len(course.stages)
    stage = course.stages[place.index]
    missing = max(stage.greens - place.greens, 0)
    steps = _steps(course, place.index)
    return CourseView(
        phase=told(now.phase.phase.name),
        phase_goal=told(now.phase.phase.goal),
        phase_proof=proof(now.phase.phase.id),
        headline=_("Step %(number)s of %(count)s", number=place.index + 1, count=count),
        here=steps[place.index].words,
        greens=ngettext(
            "%(num)s more good session leads to the next step.",
            "%(num)s more good sessions lead to the next step.",
            missing,
        )
        if missing and place.index + 1 < count
        else "",
        why=told(course.why),
        proof=proof(course.rule),
        steps=steps,
        width=count * _STEP - _GAP,
        height=_HEIGHT,
    )


def _steps(course: Course, here: int) -> tuple[Step, ...]:
    """Return the stages of the course as steps that rise, with the one where the runner stands."""
    rise = (_HEIGHT - _LOWEST) / max(len(course.stages) - 1, 1)
    steps = []
    for number_, stage in enumerate(course.stages):
        height = round(_LOWEST + number_ * rise, 1)
        steps.append(
            Step(
                x=number_ * _STEP,
                y=round(_HEIGHT - height, 1),
                width=_STEP - _GAP,
                height=height,
                kind="done" if number_ < here else "here" if number_ == here else "ahead",
                words=_capital(told(stage_words(course, stage.id))),
                proof=proof(stage.rule),
            )
        )
    return tuple(steps)


def weeks_view(now: PlanNow, weeks: Sequence[PlanWeek]) -> WeeksView:
    """Return the weeks as bars, planned beside done."""
    tops = [each.high for week in weeks for each in (week.planned, week.done) if each is not None]
    top = max(tops, default=1.0) or 1.0
    scale = _CHART / top
    unit = METRES_PER_MILE / METRES_PER_KM if imperial() else 1.0
    share = now.gathered.done
    return WeeksView(
        bars=tuple(_bar(now, week, place, scale) for place, week in enumerate(weeks)),
        lines=tuple((_y(at * unit, scale), number(at)) for at in _ticks(top / unit)),
        width=len(weeks) * _WEEK,
        height=_CHART + _FOOT,
        floor=_CHART,
        bar=_WEEK / 2 - 6,
        unit=knee_km(None).unit,
        adherence=told(share.text),
    )


def _bar(now: PlanNow, week: PlanWeek, place: int, scale: float) -> WeekBar:
    shown = week.planned if week.done is None else week.done
    ends = (None, None) if shown is None else (_y(shown.low, scale), _y(shown.high, scale))
    return WeekBar(
        x=place * _WEEK,
        planned=_rectangle(week.planned, scale),
        done=_rectangle(week.done, scale),
        low=ends[0],
        high=ends[1],
        is_now=week.monday <= now.today and (now.today - week.monday).days < 7,
        label=day_short(week.monday) if place % 4 == 0 else "",
        href=f"/plan?week={week.monday.isoformat()}",
        week=day(week.monday),
        planned_words=_amount(week.planned),
        done_words=_amount(week.done),
        sessions_words=_("%(done)s of %(planned)s", done=week.sessions_done, planned=week.sessions)
        if week.sessions
        else "–",
    )


def _amount(cost: Estimate | None) -> str:
    shown = knee_km(None if cost is None else cost.to_json())
    return shown.value if not shown.between else f"{shown.value} ({shown.between})"


def _rectangle(cost: Estimate | None, scale: float) -> tuple[float, float] | None:
    return None if cost is None else (_y(cost.value, scale), round(cost.value * scale, 1))


def _y(amount: float, scale: float) -> float:
    return round(_CHART - amount * scale, 1)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _ticks(top: float) -> Sequence[float]:
    step = next(each for each in (1, 2, 5, 10, 20, 50, 100, 200, 500) if top / each <= 4 or each == 500)
    return [float(step * count) for count in range(1, int(top // step) + 1)]
