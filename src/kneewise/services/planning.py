"""The plan between the runner and the record: built, shown, adapted; every version is an event and never edited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from kneewise import clock
from kneewise.domain import Goal, Issue, Plan
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import parameter
from kneewise.plan.adapt import adapt_plan
from kneewise.plan.build import build_plan
from kneewise.plan.refusal import PlanRefused
from kneewise.services.availability import Wishes, check_goal, check_wishes
from kneewise.services.issued_plans import append_plan
from kneewise.services.limits import check_number
from kneewise.services.local_day import local_day
from kneewise.services.place import Place, opened
from kneewise.services.plan_inputs import Gathered, gather
from kneewise.services.plan_now import plan_now
from kneewise.storage import append_event, new_event
from kneewise.units import DAYS_PER_WEEK

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from kneewise.domain import Runner
    from kneewise.storage import Record

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, eq=False)
class PlanAnswer:
    """A plan, or why there is none.

    Attributes
    ----------
    plan : Plan or None
        The version in force; the last one also where it is refused now.
    refused : PlanRefused or None
        Why it may not be followed, or was not made.
    draft : Plan or None
        The version that an adaption would issue; ``None`` where nothing would change.
    issued : bool
        Whether this call stored a new version.
    issues : tuple of Issue
        What the runner should know about it.
    first, last : date or None
        Days to show; all where ``None``.
    """

    plan: Plan | None
    refused: PlanRefused | None
    issued: bool
    gathered: Gathered
    draft: Plan | None = None
    issues: tuple[Issue, ...] = ()
    first: date | None = None
    last: date | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the contract's ``plan`` document, or the refusal where there is no plan."""
        if self.plan is None:
            empty: dict[str, Any] = {"version": None, "start": None, "phase": None, "days": [], "changes": []}
            return {**empty, "refused": None if self.refused is None else self.refused.to_json()}
        return self._plan(self.plan)

    def _plan(self, plan: Plan) -> dict[str, Any]:
        document = plan.to_json()
        first, last = (None if day is None else day.isoformat() for day in (self.first, self.last))
        document["days"] = [
            day
            for day in document["days"]
            if (first is None or day["local_date"] >= first) and (last is None or day["local_date"] <= last)
        ]
        done = self.gathered.done
        return {
            **document,
            "issued": self.issued,
            "refused": None if self.refused is None else self.refused.to_json(),
            "adapt": None if self.draft is None else {"changes": [change.to_json() for change in self.draft.changes]},
            "done": {"sessions": done.done, "planned": done.planned, "share": done.share, "text": done.text},
            "issues": [issue.to_json() for issue in self.issues],
        }


def make_plan(
    place: Place,
    *,
    goal: Goal | None = None,
    wishes: Wishes | None = None,
    start: date | None = None,
    weeks: int | None = None,
    beside: Callable[[Connection, Plan], None] | None = None,
) -> PlanAnswer:
    """Build a plan and issue it; with one in force, its next version.

    Parameters
    ----------
    goal, wishes
        Told now and stored with the plan; what was told before holds where ``None``.
    start : date or None
        Begin anew on this day; without it a plan in force goes on with what is told.
    weeks : int or None
        Length.
    beside : callable or None
        Called before the plan is stored, in the same transaction: what it stores is stored with the plan or not at all,
        and what it raises keeps the plan out.

    Returns
    -------
    PlanAnswer
        With ``refused`` and nothing stored where triage, a red flag or the pattern stops it.

    Raises
    ------
    InvalidInputError
        When a wish cannot be right; nothing is stored then.
    """
    if wishes is not None:
        check_wishes(wishes)
    if goal is not None:
        check_goal(goal)
    check_number("A number of weeks", weeks, "weeks")
    now = clock.now()
    with opened(place) as (record, runner):
        _check_start(start, local_day(now, runner))
        gathered = gather(record, runner, now, wishes=wishes, goal=goal, start=start, horizon_weeks=weeks)
        made = build_plan(gathered.inputs) if gathered.inputs.previous is None else adapt_plan(gathered.inputs)
        if isinstance(made, PlanRefused):
            return PlanAnswer(None, made, issued=False, gathered=gathered)
        if gathered.inputs.previous is None:
            made = _numbered(made, gathered)
        new = made is not gathered.plan
        _store(record, runner, gathered, made, goal, wishes, beside)
    return PlanAnswer(made, None, issued=new, gathered=gathered, issues=tuple(plan_issues(made, gathered)))


def revise_plan(place: Place) -> PlanAnswer:
    """Adapt the plan in force to what is known now; a new version only where something changes.

    Raises
    ------
    InvalidInputError
        Without a plan.
    """
    with opened(place) as (record, runner):
        gathered = gather(record, runner, clock.now())
        if gathered.plan is None:
            raise InvalidInputError(_NO_PLAN)
        made = adapt_plan(gathered.inputs)
        if isinstance(made, PlanRefused):
            return PlanAnswer(gathered.plan, made, issued=False, gathered=gathered)
        new = made is not gathered.plan
        if new:
            _store(record, runner, gathered, made, None, None)
    return PlanAnswer(made, None, issued=new, gathered=gathered, issues=tuple(plan_issues(made, gathered)))


def show_plan(place: Place, *, version: int | None = None, week: bool = False) -> PlanAnswer:
    """Return the plan in force as it was issued, or an earlier version.

    Parameters
    ----------
    version : int or None
        The one in force where ``None``.
    week : bool
        Only seven days from today on.

    Raises
    ------
    InvalidInputError
        Without a plan, or without that version.
    """
    now = plan_now(place)
    gathered = now.gathered
    plan = plan_in_force(gathered) if version is None else _version(gathered, version)
    first = gathered.today if week else None
    refused, draft = (now.refused, now.draft) if plan is gathered.plan else (None, None)
    return PlanAnswer(
        plan,
        refused,
        issued=False,
        gathered=gathered,
        draft=draft,
        issues=tuple(plan_issues(plan, gathered)),
        first=first,
        last=None if first is None else first + _WEEK - timedelta(days=1),
    )


def needs_adapting(place: Place) -> PlanAnswer | None:
    """Return the plan with what would change, or ``None`` where there is none or nothing would."""
    now = plan_now(place)
    if now.gathered.plan is None or (now.refused is None and now.draft is None):
        return None
    return PlanAnswer(now.gathered.plan, now.refused, issued=False, gathered=now.gathered, draft=now.draft)


def plan_notice(place: Place) -> dict[str, Any] | None:
    """Return what the plan in force should change to, or why it may not be followed; ``None`` where it holds."""
    answer = needs_adapting(place)
    if answer is None:
        return None
    document = answer.to_json()
    return {name: document[name] for name in ("version", "adapt", "refused")}


def plan_in_force(gathered: Gathered) -> Plan:
    """Return the version in force.

    Raises
    ------
    InvalidInputError
        Without a plan.
    """
    if gathered.plan is None:
        raise InvalidInputError(_NO_PLAN)
    return gathered.plan


_NO_PLAN = "There is no plan yet; make one with 'kneewise plan build --days mon,wed,sat'."


def plan_issues(plan: Plan, gathered: Gathered) -> list[Issue]:
    """Return what the runner should know about a plan."""
    issues = []
    where = f"plan version {plan.version}"
    if not gathered.told.days_told:
        text = "You have not said which days you have, so any day is used. See 'plan build --days'."
        issues.append(Issue("days-not-told", where, text))
    if gathered.inputs.goal is None:
        text = "You have not set a goal. The plan leads back to your usual runs. See 'plan build --goal'."
        issues.append(Issue("goal-not-told", where, text))
    if gathered.inputs.reference.kind != "own":
        text = "The cost of a run is counted for an average runner until there are enough runs of your own."
        issues.append(Issue("reference-of-others", where, text))
    ahead = [each for each in plan.sessions if each.local_date >= gathered.inputs.today and each.kind != "strength"]
    if not ahead:
        text = "No run fits into the days that you named. Name more days or more minutes."
        issues.append(Issue("no-run-fits", where, text))
    if not gathered.inputs.blocks("strength") and not _has_strength(plan, gathered.inputs.today):
        text = "No day has time for strength work beside the run. Name another day, or see --strength-minutes."
        issues.append(Issue("no-strength-fits", where, text))
    return issues


def _has_strength(plan: Plan, today: date) -> bool:
    return any(each.kind == "strength" and each.local_date >= today for each in plan.sessions)


def _check_start(start: date | None, today: date) -> None:
    if start is None:
        return
    if start < today:
        raise InvalidInputError(f"{start.isoformat()} is over; give today or a later day with --start.")
    if (start - today).days > parameter("told.weeks").high * DAYS_PER_WEEK:
        raise InvalidInputError(f"{start.isoformat()} lies too far ahead; give a day of the next months with --start.")


def _numbered(made: Plan, gathered: Gathered) -> Plan:
    """Give a plan that begins anew the next number; the days before it stay as they were issued."""
    before = gathered.plan
    if before is None:
        return made
    version = before.version + 1
    past = tuple(each for each in before.sessions if each.local_date < gathered.today)
    over = {each.id for each in past}
    # Ids count within a week: the second half of a week begun anew must not take those of its first half.
    ahead = (replace(each, id=f"{each.id}-v{version}") if each.id in over else each for each in made.sessions)
    return replace(made, version=version, sessions=(*past, *ahead))


def _version(gathered: Gathered, version: int) -> Plan:
    found = next((plan for plan in gathered.plans if plan.version == version), None)
    if found is None:
        latest = plan_in_force(gathered).version
        raise InvalidInputError(f"There is no version {version} of the plan; choose one from 1 to {latest}.")
    return found


def _store(
    record: Record,
    runner: Runner,
    gathered: Gathered,
    plan: Plan,
    goal: Goal | None,
    wishes: Wishes | None,
    beside: Callable[[Connection, Plan], None] | None = None,
) -> None:
    now, today = gathered.inputs.issued_at, gathered.today
    with record.writing("storing the plan") as connection:
        if beside is not None:
            beside(connection, plan)
        if goal is not None:
            event = new_event(runner.id, "goal", recorded_at=now, local_date=today, data=goal.to_json())
            append_event(connection, runner.id, event)
        if wishes is not None and wishes.to_json():
            event = new_event(runner.id, "availability", recorded_at=now, local_date=today, data=wishes.to_json())
            append_event(connection, runner.id, event)
        if plan is not gathered.plan:
            append_plan(connection, runner, plan, today)
