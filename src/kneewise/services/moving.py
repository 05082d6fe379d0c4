"""The runner moves a session: checked against the rules, stored as a new version, kept when the plan adapts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kneewise import clock
from kneewise.domain import Plan, PlannedSession
from kneewise.errors import InvalidInputError
from kneewise.plan.adapt import adapt_plan
from kneewise.plan.build import Situation
from kneewise.plan.moving import DayChoice, check_move, moved_plan, opened_days, week_choices
from kneewise.plan.refusal import PlanRefused
from kneewise.services.issued_plans import append_plan
from kneewise.services.place import Place, opened
from kneewise.services.plan_inputs import Gathered, gather
from kneewise.services.plan_now import pending, plan_now
from kneewise.services.planning import plan_in_force


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """What a move would do, or did.

    Attributes
    ----------
    session : PlannedSession
        As it stood before.
    choice : DayChoice or None
        What the wished day says; ``None`` where only the week was asked about.
    week : tuple of DayChoice
        What every day of its week says, Monday first.
    plan : Plan
        The version in force after the call.
    issued : bool
        Whether this call stored a new version.
    """

    session: PlannedSession
    choice: DayChoice | None
    week: tuple[DayChoice, ...]
    plan: Plan
    issued: bool

    def to_json(self) -> dict[str, Any]:
        """Return the document of ``kneewise plan move``."""
        return {
            "session": {"local_date": self.session.local_date.isoformat(), **self.session.to_json()},
            "choice": None if self.choice is None else self.choice.to_json(),
            "week": [choice.to_json() for choice in self.week],
            "version": self.plan.version,
            "issued": self.issued,
            "changes": [change.to_json() for change in self.plan.changes] if self.issued else [],
        }


def check_session_move(place: Place, session_id: str, to: date | None = None) -> Moved:
    """Return what the days of a session's week say to it, and what one wished day says; nothing is stored.

    Raises
    ------
    InvalidInputError
        Without a plan, where it may not be followed now, or without that session.
    """
    now = plan_now(place)
    base, session = _session(now.gathered, now.refused, now.draft, session_id)
    situation = now.situation or Situation.of(now.gathered.inputs)
    choice = None if to is None else check_move(session, to, base, situation)
    return Moved(session, choice, week_choices(session, base, situation), plan_in_force(now.gathered), issued=False)


def move_session(place: Place, session_id: str, to: date) -> Moved:
    """Move a session to another day: a new version of the plan, with the move among its changes.

    Where the plan was about to change anyhow, that change comes with it.

    Raises
    ------
    InvalidInputError
        Where a rule refuses it, in one sentence; nothing is stored then.
    """
    with opened(place) as (record, runner):
        gathered = gather(record, runner, clock.now())
        base, session = _session(gathered, *pending(gathered), session_id)
        situation = Situation.of(gathered.inputs)
        choice = check_move(session, to, base, situation)
        if choice.verdict == "refused":
            raise InvalidInputError(f"{session.title} stays on {session.local_date.isoformat()}. {choice.text}")
        made = _kept(session, moved_plan(session, choice, base, gathered.inputs), base, gathered)
        week = week_choices(session, base, situation)
        with record.writing("storing the plan") as connection:
            append_plan(connection, runner, made, gathered.today)
    return Moved(session, choice, week, made, issued=True)


def _session(
    gathered: Gathered, refused: PlanRefused | None, draft: Plan | None, session_id: str
) -> tuple[Plan, PlannedSession]:
    """Return the version to move in, which is the next one where one is due, and the session."""
    plan = plan_in_force(gathered)
    if refused is not None:
        reason = refused.reasons[0].text if refused.reasons else refused.action
        raise InvalidInputError(f"The plan may not be followed now, so nothing moves. {reason}")
    base = draft or plan
    found = next((each for each in base.sessions if each.id == session_id), None)
    if found is None:
        raise InvalidInputError(f"There is no session '{session_id}' in the plan; 'kneewise plan show --json' has ids.")
    return base, found


def _kept(session: PlannedSession, moved: Plan, base: Plan, gathered: Gathered) -> Plan:
    """Let the plan adapt to the move once, so that the next look finds it settled; a move that it undoes is refused."""
    in_force = plan_in_force(gathered)
    number = in_force.version + 1
    earlier: Sequence[Any] = () if base is in_force else base.changes
    moved = replace(moved, version=in_force.version, changes=(*moved.changes, *earlier))
    to = next(each.local_date for each in moved.sessions if each.id == session.id)
    free = gathered.inputs.availability
    opened_now = {**free.opened, **opened_days([moved], gathered.today)}
    inputs = replace(gathered.inputs, previous=moved, availability=replace(free, opened=opened_now))
    settled = adapt_plan(inputs)
    stands = not isinstance(settled, PlanRefused) and any(
        each.id == session.id and each.local_date == to for each in settled.sessions
    )
    if isinstance(settled, PlanRefused) or not stands:
        raise InvalidInputError(
            f"{session.title} stays on {session.local_date.isoformat()}. The rules of the plan would put it back from "
            f"{to.isoformat()}; choose another day."
        )
    own = () if settled is moved else settled.changes
    return replace(settled, version=number, issued_at=gathered.inputs.issued_at, changes=(*moved.changes, *own))
