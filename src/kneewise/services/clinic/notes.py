"""What a clinician writes about a runner: notes, results of tests and measures, proposals for the plan.

All of it stands in the runner's own record as events, so that the runner reads it, exports it and erases it with the
rest. No messages are sent: a runner finds it when opening the app, and a clinic calls or writes as it always has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from kneewise import clock
from kneewise.assessment.finding_metrics import ELSEWHERE
from kneewise.domain import Goal
from kneewise.errors import InvalidInputError
from kneewise.evidence.knowledge import knowledge
from kneewise.services.availability import Wishes, check_goal, check_wishes
from kneewise.services.issued_plans import goal_of
from kneewise.services.limits import check_number
from kneewise.services.local_day import local_day
from kneewise.services.place import Place, opened
from kneewise.services.planning import PlanAnswer, make_plan
from kneewise.storage import Event, EventKind, append_event, new_event, read_events
from kneewise.storage.accounts import Account

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from kneewise.domain import Plan, Runner
    from kneewise.storage import Record

_LONGEST = 5000
#: Measures that only a clinician can take.
MEASURES: tuple[str, ...] = tuple(sorted(name for name, who in ELSEWHERE.items() if who == "clinician"))


@dataclass(frozen=True, slots=True)
class Written:
    """Something that a clinician wrote.

    Attributes
    ----------
    by : str
        Name of the clinician then.
    """

    id: str
    kind: EventKind
    at: datetime
    local_date: date
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Examination:
    """What a clinician found on one day.

    Attributes
    ----------
    tests : mapping of str to bool
        By id of the test; true is positive.
    measures : mapping of str to float
        By id of the metric.
    """

    written: Written
    tests: Mapping[str, bool] = field(default_factory=dict)
    measures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a clinician proposes for the plan.

    Attributes
    ----------
    state : {"open", "accepted", "declined", "overtaken"}
        Only the latest proposal can be open.
    """

    written: Written
    goal: Goal | None
    runs_per_week: int | None
    strength_minutes: float | None
    weeks: int | None
    state: Literal["open", "accepted", "declined", "overtaken"]
    answer: str = ""


def write_note(place: Place, by: Account, text: str) -> None:
    """Append a note.

    Raises
    ------
    InvalidInputError
        For an empty or an endless one.
    """
    plain = _checked_text(text)
    if not plain:
        raise InvalidInputError("The note is empty; write what you saw or agreed.")
    _append(place, "clinic_note", by, {"text": plain})


def write_examination(
    place: Place, by: Account, tests: Mapping[str, bool], measures: Mapping[str, float], text: str = ""
) -> None:
    """Append results; those of tests count in the patterns, those of measures in the findings, from now on.

    Raises
    ------
    InvalidInputError
        Without any result, or for a test or measure that nobody knows.
    """
    if not tests and not measures:
        raise InvalidInputError("No result was told; choose one for at least one test, or type one measure.")
    for name in tests:
        if name not in knowledge().tests:
            raise InvalidInputError(f"There is no clinical test '{name}'; look at the list of tests.")
    for name, number in measures.items():
        if name not in MEASURES or number != number:
            raise InvalidInputError(f"There is no measure '{name}'; look at the list of measures.")
    _append(
        place,
        "examination",
        by,
        {"tests": dict(tests), "measures": dict(measures), "text": _checked_text(text)},
    )


def propose(place: Place, by: Account, *, goal: Goal | None, wishes: Wishes, weeks: int | None, text: str) -> None:
    """Append a proposal; the plan changes only when the runner accepts it, and only as far as the rules allow.

    Raises
    ------
    InvalidInputError
        Without anything to propose, or for what cannot be right.
    """
    if goal is not None:
        check_goal(goal)
    check_wishes(wishes)
    check_number("A number of weeks", weeks, "weeks")
    plain = _checked_text(text)
    if goal is None and wishes == Wishes() and weeks is None:
        raise InvalidInputError("Nothing is proposed; choose a goal, runs a week, minutes of strength work or weeks.")
    if not plain:
        raise InvalidInputError("A proposal needs its reason; write in a sentence why.")
    data = {
        "goal": None if goal is None else goal.to_json(),
        "runs_per_week": wishes.runs_per_week,
        "strength_minutes": wishes.strength_minutes,
        "weeks": weeks,
        "text": plain,
    }
    _append(place, "proposal", by, data)


def answer_proposal(
    place: Place, by: Account, proposal_id: str, *, accepted: bool, text: str = ""
) -> PlanAnswer | None:
    """Accept or decline an open proposal; accepting makes the next version of the plan.

    Returns
    -------
    PlanAnswer or None
        ``None`` where it was declined; with ``refused`` where a red flag or a pattern stops every plan: the proposal
        stays open then.

    Raises
    ------
    InvalidInputError
        When there is no such open proposal.
    """
    plain = _checked_text(text)

    def answered(connection: Connection, plan: Plan | None) -> None:
        # Whoever answered since this request began has stored it by now: the transaction is a writing one.
        _open_of(_proposals(connection, runner), proposal_id)
        version = None if plan is None else plan.version
        data = {"proposal": proposal_id, "accepted": accepted, "plan_version": version, "text": plain}
        _append_event(connection, runner, "proposal_answer", by, data)

    with opened(place) as (record, runner):
        found = _open_of(read_proposals(record, runner), proposal_id)
        if not accepted:
            with record.writing("storing the answer") as connection:
                answered(connection, None)
            return None
    wishes = Wishes(runs_per_week=found.runs_per_week, strength_minutes=found.strength_minutes)
    return make_plan(place, goal=found.goal, wishes=wishes, weeks=found.weeks, beside=answered)


def read_notes(record: Record, runner: Runner) -> list[Written]:
    """Return the notes, the newest first."""
    with record.reading() as connection:
        events = read_events(connection, runner.id, "clinic_note")
    return [_written(event) for event in reversed(events)]


def read_examinations(record: Record, runner: Runner) -> list[Examination]:
    """Return the examinations, the newest first."""
    with record.reading() as connection:
        events = read_events(connection, runner.id, "examination")
    return [Examination(_written(each), each.data["tests"], each.data["measures"]) for each in reversed(events)]


def read_proposals(record: Record, runner: Runner) -> list[Proposal]:
    """Return the proposals, the newest first; the latest is open until it is answered."""
    with record.reading() as connection:
        return _proposals(connection, runner)


def _proposals(connection: Connection, runner: Runner) -> list[Proposal]:
    events = read_events(connection, runner.id, "proposal", "proposal_answer")
    answers = {each.data["proposal"]: each.data for each in events if each.kind == "proposal_answer"}
    told = [each for each in events if each.kind == "proposal"]
    return [_proposal(event, answers.get(event.id), latest=event is told[-1]) for event in reversed(told)]


def open_proposal(record: Record, runner: Runner) -> Proposal | None:
    """Return the proposal that waits for an answer."""
    return next((each for each in read_proposals(record, runner) if each.state == "open"), None)


def _open_of(proposals: list[Proposal], proposal_id: str) -> Proposal:
    found = next((each for each in proposals if each.written.id == proposal_id), None)
    if found is None or found.state != "open":
        raise InvalidInputError("This proposal was answered already, or a later one stands in its place.")
    return found


def _proposal(event: Event, answer: Mapping[str, Any] | None, *, latest: bool) -> Proposal:
    data = event.data
    state: Literal["open", "accepted", "declined", "overtaken"] = "open" if latest else "overtaken"
    if answer is not None:
        state = "accepted" if answer["accepted"] else "declined"
    return Proposal(
        _written(event),
        None if data["goal"] is None else goal_of(data["goal"]),
        data["runs_per_week"],
        data["strength_minutes"],
        data["weeks"],
        state,
        "" if answer is None else answer["text"],
    )


def _written(event: Event) -> Written:
    return Written(
        event.id, event.kind, event.recorded_at, event.local_date, event.data["by"]["name"], event.data["text"]
    )


def _append(place: Place, kind: EventKind, by: Account, data: dict[str, Any]) -> None:
    with opened(place) as (record, runner), record.writing("storing what was written") as connection:
        _append_event(connection, runner, kind, by, data)


def _append_event(connection: Connection, runner: Runner, kind: EventKind, by: Account, data: dict[str, Any]) -> None:
    now = clock.now()
    told = {"by": {"account": by.id, "name": by.name}, **data}
    event = new_event(runner.id, kind, recorded_at=now, local_date=local_day(now, runner), data=told)
    append_event(connection, runner.id, event)


def _checked_text(text: str) -> str:
    plain = text.strip()
    if len(plain) > _LONGEST:
        raise InvalidInputError(f"The text has {len(plain)} signs; shorten it to {_LONGEST}.")
    return plain
