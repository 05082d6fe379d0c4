"""The pain state: everything the check-ins say on one day, folded from the append-only log.

The state is a pure function of the set of events, the days with sessions and ``today``; the order in which the events
arrived does not matter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from kneewise.domain import MOMENTS, CheckIn, Moment
from kneewise.evidence.rules import PainRule
from kneewise.monitoring.check_ins import DayAnswers, fold_days
from kneewise.monitoring.decision import Decision, decide, greens_in_a_row
from kneewise.monitoring.flare import Flare, find_flare
from kneewise.monitoring.irritability import Irritability, irritability
from kneewise.monitoring.pain_rules import (
    ASKED,
    DayPain,
    Usual,
    cap_rule,
    counts_at,
    in_window,
    judge_days,
    mornings_of,
    pain_rule,
    usual_pain,
    window_of,
)
from kneewise.monitoring.rescreen import Rescreen, rescreens


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekPain:
    """Seven days that end with ``last``: medians on the scale of 0 to 10, ``None`` without answers."""

    first: date
    last: date
    morning: float | None
    during: float | None
    answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """The latest answer of one moment."""

    value: float
    local_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PainState:
    """What the check-ins say today.

    Attributes
    ----------
    days : tuple of DayPain
        Every judged day, the oldest first.
    cap : PainRule
        The limit of pain during a session that was applied.
    usual, usual_week_ago : Usual
        Median morning pain of the last seven mornings, and of the seven before.
    greens, ambers, reds : int
        Greens in a row; ambers (reds included) and reds in the window.
    asked_again : tuple of Rescreen
        Reasons to ask the safety questions again.
    open_flags : tuple of str
        Red flags that stand open.
    weeks : tuple of WeekPain
        The oldest first.
    given, expected : int
        Answers of the sessions in the window, told and asked for.
    window_days : float
        Window of the counts and of the coverage, in days.
    """

    today: date
    days: tuple[DayPain, ...]
    cap: PainRule
    usual: Usual
    usual_week_ago: Usual
    latest: Mapping[Moment, Latest]
    greens: int
    ambers: int
    reds: int
    decision: Decision
    flare: Flare | None
    irritability: Irritability
    asked_again: tuple[Rescreen, ...]
    open_flags: tuple[str, ...]
    weeks: tuple[WeekPain, ...]
    given: int
    expected: int
    window_days: float

    @property
    def weekly_change(self) -> float | None:
        """Usual morning pain now less that of a week ago; ``None`` where one is not known."""
        return _change(self.usual, self.usual_week_ago)


def pain_state(
    events: Iterable[CheckIn],
    today: date,
    *,
    condition_cap: PainRule | None = None,
    sessions: Collection[date] = (),
    open_flags: Collection[str] = (),
    screened_at: datetime | None = None,
) -> PainState:
    """Fold the log into the state of one day.

    Parameters
    ----------
    events : iterable of CheckIn
        In any order; events of later days are left out.
    today : date
        The runner's calendar day.
    condition_cap : PainRule or None
        From `cap_rule`; the default limit where ``None``.
    sessions : collection of date
        Days with a run or a planned session that took place, told about or not. A run needs no check-in: such a day is
        never green and never counts as amber either.
    open_flags : collection of str
        Ids of red flags that stand open after the last triage.
    screened_at : datetime or None
        When the safety questions were last answered, in UTC.
    """
    cap = condition_cap or cap_rule()
    answers = fold_days(events, today)
    days = judge_days(answers, sessions, today, cap=cap)
    usual, week_ago = _usual_now_and_before(answers, today)
    change = _change(usual, week_ago)
    flare = find_flare(days, today)
    again = rescreens(days, today, weekly_change=change, screened_at=screened_at)
    window = window_of(pain_rule("step_back"))
    counts = counts_at(days, today, window)
    given, expected = _coverage(days, sessions, today, window)
    return PainState(
        today=today,
        days=days,
        cap=cap,
        usual=usual,
        usual_week_ago=week_ago,
        latest=_latest(answers),
        greens=greens_in_a_row(days),
        ambers=int(counts["amber_count"]),
        reds=int(counts["red_count"]),
        decision=decide(
            days,
            today,
            cap=cap,
            flare=flare,
            asked_again=again,
            open_flags=open_flags,
            usual=usual.value,
            weekly_change=change,
        ),
        flare=flare,
        irritability=irritability(days, today),
        asked_again=again,
        open_flags=tuple(sorted(open_flags)),
        weeks=_weeks(answers, today),
        given=given,
        expected=expected,
        window_days=window,
    )


def allowed_change(state: PainState) -> float:
    """Return the highest factor on the next session's load: 0 stop, below 1 less, 1 the same, above 1 may go up.

    Notes
    -----
    The factor is on the load held before the deciding limit began (``state.decision.lowest.since``), so a plan applies
    each limit once.
    """
    return state.decision.lowest.factor


def _usual_now_and_before(days: Sequence[DayAnswers], today: date) -> tuple[Usual, Usual]:
    mornings = mornings_of(days)
    week = timedelta(days=pain_rule("usual_pain").number("window_days"))
    return usual_pain(mornings, today), usual_pain(mornings, today - week)


def _change(now: Usual, before: Usual) -> float | None:
    return None if now.value is None or before.value is None else now.value - before.value


def _latest(days: Sequence[DayAnswers]) -> dict[Moment, Latest]:
    return {
        moment: Latest(value=day.pain[moment], local_date=day.local_date)
        for moment in MOMENTS
        for day in days
        if moment in day.pain
    }


def _weeks(days: Sequence[DayAnswers], today: date) -> tuple[WeekPain, ...]:
    week = timedelta(days=pain_rule("usual_pain").number("window_days"))
    weeks: list[WeekPain] = []
    last = today
    while days and last >= days[0].local_date and len(weeks) < pain_rule("trend").number("weeks"):
        inside = [day for day in days if last - week < day.local_date <= last]
        weeks.append(
            WeekPain(
                first=last - week + timedelta(days=1),
                last=last,
                morning=usual_pain(mornings_of(days), last).value,
                during=median(values) if (values := _told(inside, "during")) else None,
                answers=sum(len(day.pain) for day in inside),
            )
        )
        last -= week
    return tuple(reversed(weeks))


def _told(days: Sequence[DayAnswers], moment: Moment) -> list[float]:
    return [day.pain[moment] for day in days if moment in day.pain]


def _coverage(days: Sequence[DayPain], sessions: Collection[date], today: date, window_days: float) -> tuple[int, int]:
    recent = [day for day in in_window(days, today, window_days) if day.kind != "rest" and not day.waiting]
    known = {day.local_date for day in days}
    first = today - timedelta(days=window_days)
    silent = [day for day in sessions if first < day < today and day not in known]
    told = [len(day.answers.pain.keys() & set(ASKED)) for day in recent if day.answers is not None]
    return sum(told), (len(recent) + len(silent)) * len(ASKED)
