"""What the check-ins hold back now: rest after a flare, a smaller next session, no step up until it is calm."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from kneewise.evidence.knowledge import knowledge
from kneewise.monitoring import pain_rule
from kneewise.monitoring.decision import Limit
from kneewise.monitoring.flare import high_end
from kneewise.plan.course import Course, Place
from kneewise.plan.inputs import PlanInputs
from kneewise.plan.variants import ladder_rule, tests_open
from kneewise.units import DAYS_PER_WEEK

#: Limits that the place on the course already carries.
_FOLDED = frozenset({"red", "flare", "step_back", "refer", "amber_reduce", "amber", "amber_slight", "missing", "green"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Brakes:
    """What holds back.

    Attributes
    ----------
    rest_until : date or None
        Last day without running.
    held_until : date or None
        Last day without a step up.
    walks_until : date or None
        Last day on which only walks are planned, as the tests before the first run are still open.
    walk_breaks_until, slower_until : date or None
        Last day on which the sore day that asks for them still counts.
    frozen : bool
        No step up at all until somebody has seen the knee.
    share : float
        On the next session.
    limits : tuple of Limit
        The reasons, the strongest first.
    """

    rest_until: date | None
    held_until: date | None
    walks_until: date | None
    frozen: bool
    share: float
    walk_breaks_until: date | None
    slower_until: date | None
    limits: tuple[Limit, ...]

    def rests(self, day: date) -> bool:
        """Whether there is no running on a day."""
        return self.rest_until is not None and day <= self.rest_until

    def holds(self, day: date) -> bool:
        """Whether nothing may be added on a day."""
        return self.frozen or (self.held_until is not None and day <= self.held_until)

    @property
    def text(self) -> str:
        """Why nothing is added, in words."""
        return self._first.text if self._first is not None else ""

    @property
    def rule(self) -> str:
        """Id of the rule for which nothing is added."""
        return self._first.rule if self._first is not None else ""

    @property
    def _first(self) -> Limit | None:
        return next((limit for limit in self.limits if limit.rule not in _FOLDED), None)


def brakes_of(inputs: PlanInputs, course: Course, place: Place) -> Brakes:
    """Return what the state of the knee and the triage hold back today."""
    pain = inputs.pain
    window = timedelta(days=pain_rule("usual_pain").number("window_days"))
    limits = [limit for limit in pain.decision.limits if not _is_over(limit, inputs)]
    walks = course.kind == "ladder" and course.first == 0 and tests_open(inputs)
    if walks and place.index > 0:
        limits.append(_own_limit(ladder_rule("prerequisites").id, ladder_rule("prerequisites").text))
    frozen = inputs.blocks("progression")
    if frozen:
        limits.append(_own_limit("triage", "Nothing is added until somebody has looked at the knee."))
    open_tests = ladder_rule("prerequisites").id
    held = [limit for limit in limits if limit.rule not in {*_FOLDED, open_tests} and limit.factor <= 1]
    last_of_window = window - timedelta(days=1)
    until = _end_of_week(pain.today + last_of_window)
    level, sore = pain.irritability.level, pain.irritability.day
    upset_until = None if sore is None else sore + last_of_window
    return Brakes(
        rest_until=_rest_until(inputs),
        held_until=until if held else None,
        walks_until=until if walks else None,
        frozen=frozen,
        share=min((limit.factor for limit in limits if limit.rule == "amber_reduce"), default=1.0),
        walk_breaks_until=upset_until if level == "high" else None,
        slower_until=upset_until if level in ("moderate", "high") else None,
        limits=tuple(limits),
    )


def _end_of_week(day: date) -> date:
    """Return the Sunday: what has no end yet moves on once a week, so that not every day brings a new version."""
    return day + timedelta(days=DAYS_PER_WEEK - 1 - day.weekday())


def _is_over(limit: Limit, inputs: PlanInputs) -> bool:
    """Whether a limit is done with: a smaller next session is about that one only."""
    since = limit.since
    return limit.rule == "amber_reduce" and since is not None and any(each.local_date > since for each in inputs.done)


def _own_limit(rule: str, text: str) -> Limit:
    return Limit(move="hold", factor=1.0, rule=rule, text=text, mark="E", sources=())


def _rest_until(inputs: PlanInputs) -> date | None:
    """Return the last day of rest: the longer end of the range after the latest red day."""
    red = pain_rule("red")
    ends = [
        limit.since + timedelta(hours=high_end(red.action("ease")))
        for limit in inputs.pain.decision.limits
        if limit.rule == red.id and limit.since is not None
    ]
    if inputs.pain.flare is not None and inputs.pain.flare.phase == "rest":
        ends.append(inputs.pain.flare.rest_until)
    return max(ends, default=None)


def stopping_flags(flags: Collection[str]) -> tuple[str, ...]:
    """Return the open red flags under which a plan neither begins nor goes on."""
    return tuple(flag for flag in sorted(flags) if "plan" in knowledge().red_flags[flag].blocks)
