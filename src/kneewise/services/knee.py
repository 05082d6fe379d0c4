"""The state of the knee now on one page: pain, irritability, flare, load, scores, tests, and where it hurt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from kneewise import clock
from kneewise.assessment.outcome_trends import Trend
from kneewise.domain import CheckIn
from kneewise.evidence.parameters import value
from kneewise.load.usual_week import UsualWeek, usual_week
from kneewise.monitoring import PainState, state_document
from kneewise.monitoring.check_ins import fold_days
from kneewise.services.intake import Intake, blocks_of
from kneewise.services.intake_draft import Draft, read_draft
from kneewise.services.listing import list_runner
from kneewise.services.local_day import local_day, local_today
from kneewise.services.measuring import measure_trends
from kneewise.services.place import Place, opened
from kneewise.services.self_tests import SelfTest, tests_told
from kneewise.services.state import fold_record
from kneewise.services.strength_log import read_strength_log

if TYPE_CHECKING:
    from kneewise.domain import SetLog

_MORNING = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PainDay:
    """Pain of one day: on waking, and the worst of a session; ``None`` where it was not told."""

    local_date: date
    morning: float | None
    during: float | None


@dataclass(frozen=True, slots=True)
class SorePlace:
    """A place that was named: zone of the pain map, which knee, and on how many days."""

    zone: str
    side: str
    days: int


@dataclass(frozen=True, slots=True)
class StrengthSummary:
    """Strength work of the last weeks."""

    days: int
    sets: int
    last: date | None


@dataclass(frozen=True, slots=True, eq=False)
class KneeNow:
    """What the record says of the knee on one day.

    Attributes
    ----------
    pain : PainState
    load : UsualWeek or None
        ``None`` without any run.
    days : tuple of PainDay
        The last weeks, every day of them, the oldest first.
    limit : float or None
        Pain that a session may reach.
    places : tuple of SorePlace
        Named in check-ins of these weeks, the most often first.
    tests : tuple of SelfTest
        Short tests at home, the latest first.
    """

    today: date
    pain: PainState
    load: UsualWeek | None
    intake: Intake | None
    draft: Draft | None
    flags: tuple[Mapping[str, Any], ...]
    blocks: tuple[str, ...]
    days: tuple[PainDay, ...]
    limit: float | None
    places: tuple[SorePlace, ...]
    trends: tuple[Trend, ...]
    tests: tuple[SelfTest, ...]
    strength: StrengthSummary

    def state(self) -> dict[str, Any]:
        """Return the contract's state without what takes longer to work out."""
        return state_document(self.pain, load_vs_usual=None if self.load is None else self.load.to_json())


def knee_now(place: Place) -> KneeNow:
    """Return the state of the knee today in the runner's zone."""
    with opened(place) as (record, runner):
        today = local_day(clock.now(), runner)
        # Older runs say nothing here, and ten years of them would make the page slow.
        first = today - timedelta(weeks=value("recent_history.weeks"))
        runs = list_runner(record, runner, since=first, until=today)
        folded = fold_record(record, runner, today, runs)
        tests = tests_told(record, runner)
        logs = read_strength_log(record, runner)
    since = today - timedelta(weeks=value("knee_page.weeks"))
    recent = [each for each in folded.check_ins if each.local_date >= since]
    return KneeNow(
        today=today,
        pain=folded.pain,
        load=usual_week(folded.runs, today) if folded.runs else None,
        intake=folded.intake,
        draft=read_draft(place),
        flags=folded.flags,
        blocks=blocks_of(folded.intake),
        days=_days(recent, since, today),
        limit=folded.pain.cap.values["cap"].value,
        places=_places(recent),
        trends=tuple(measure_trends(place)),
        tests=tuple(reversed(tests)),
        strength=_strength(logs, since),
    )


def today_of(place: Place) -> date:
    """Return the runner's calendar day now."""
    with opened(place) as (_, runner):
        return local_today(runner)


def _days(check_ins: Sequence[CheckIn], since: date, today: date) -> tuple[PainDay, ...]:
    mornings: dict[date, float] = {}
    during: dict[date, float] = {}
    for answers in fold_days(check_ins, today):
        if "next_morning" in answers.pain:
            mornings[answers.local_date + _MORNING] = answers.pain["next_morning"]
        if "during" in answers.pain:
            during[answers.local_date] = answers.pain["during"]
    every = [since + timedelta(days=count) for count in range(1, (today - since).days + 1)]
    return tuple(PainDay(day, mornings.get(day), during.get(day)) for day in every)


def _places(check_ins: Sequence[CheckIn]) -> tuple[SorePlace, ...]:
    named = {(each.local_date, each.zone, each.side or "") for each in check_ins if each.zone}
    counted = Counter((zone, side) for _, zone, side in named)
    return tuple(SorePlace(zone or "", side, days) for (zone, side), days in counted.most_common())


def _strength(logs: Sequence[SetLog], since: date) -> StrengthSummary:
    recent = [each for each in logs if each.local_date > since]
    return StrengthSummary(
        days=len({each.local_date for each in recent}),
        sets=sum(each.sets for each in recent),
        last=max((each.local_date for each in logs), default=None),
    )
