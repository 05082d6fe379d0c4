"""An intake that is being answered: every answer is kept as it is given, so that a reload loses nothing.

What is kept is a log of its own kind. It says nothing about the runner until it is read as an intake: state and plan
look at intakes alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kneewise import clock
from kneewise.assessment import Answers, asked_questions, next_questions, read_answers
from kneewise.assessment.questions import SAFETY_NONE, safety_list
from kneewise.assessment.triage import Triage, triage
from kneewise.errors import InvalidInputError
from kneewise.services.intake import AssessedIntake, assess_intake, latest_intake
from kneewise.services.local_day import local_day
from kneewise.services.place import Place, opened
from kneewise.storage import EventKind, append_event, new_event, read_events, read_latest_event

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from kneewise.domain import Runner
    from kneewise.evidence.intake import Question

_KIND: EventKind = "intake_draft"
_KEEPING = "keeping the answers"
_JUST_AFTER = timedelta(microseconds=1)
#: Groups whose answers change slowly: a new intake begins with those of the last one, to look at and to correct.
_CARRIED_GROUPS = frozenset({"Shoes, habits and history"})
_CARRIED = frozenset({"goal", "goal_distance_km"})


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """Answers so far.

    Attributes
    ----------
    given : mapping
        Answers by question as JSON values; ``None`` where the runner does not know.
    answers : Answers
        The same, checked, without what is not known and without questions that are not asked any more.
    triage : Triage
        What they mean so far.
    """

    given: Mapping[str, Any]
    answers: Answers
    triage: Triage

    @property
    def asked(self) -> tuple[Question, ...]:
        """Questions that are asked, given the answers so far, answered or not."""
        return asked_questions(self.answers)

    @property
    def left(self) -> tuple[Question, ...]:
        """Questions that are still to be asked; fewer once it is urgent."""
        return tuple(question for question in next_questions(self.answers) if question.id not in self.given)

    @property
    def raised(self) -> tuple[str, ...]:
        """Red flags that the answers raise, ids."""
        return tuple(raised.flag.id for raised in self.triage.flags)


def read_draft(place: Place) -> Draft | None:
    """Return the intake that is being answered; ``None`` where none was begun, or the last was read."""
    with opened(place) as (record, runner), record.reading() as connection:
        given = _given(connection, runner)
    return None if given is None else draft_of(given)


def draft_of(given: Mapping[str, Any]) -> Draft:
    """Return answers so far with what they mean.

    Raises
    ------
    InvalidInputError
        For an answer that cannot be right, or that contradicts another.
    """
    known = {name: answer for name, answer in given.items() if answer is not None}
    answers = read_answers({"answers": known})
    while True:
        # An answer to a question that later answers made needless must not count.
        asked = {question.id for question in asked_questions(answers)}
        kept = {name: answer for name, answer in answers.given.items() if name in asked}
        if len(kept) == len(answers.given):
            return Draft(MappingProxyType(dict(given)), answers, triage(answers))
        answers = Answers(kept)


def begin_draft(place: Place) -> Draft:
    """Begin anew, with what changes slowly taken from the last intake and from the profile."""
    now = clock.now()
    with opened(place) as (record, runner):
        today = local_day(now, runner)
        last = latest_intake(record, runner)
        checked = None if last is None else last.checked_answers()
        given: dict[str, Any] = {}
        if checked is not None:
            carried = [one for one in asked_questions(checked) if one.group in _CARRIED_GROUPS or one.id in _CARRIED]
            given = {one.id: _plain(checked.get(one.id)) for one in carried if checked.has(one.id)}
        if runner.birth_year is not None:
            given["age_years"] = float(today.year - runner.birth_year)
        elif checked is not None and checked.has("age_years"):
            given["age_years"] = checked.get("age_years")
        with record.writing(_KEEPING) as connection:
            _append(connection, runner, {"begin": True, "answers": given})
    return draft_of(given)


def keep_answers(place: Place, changes: Mapping[str, Any]) -> Draft:
    """Keep further answers of the intake that is being answered; it is begun where none is.

    Parameters
    ----------
    changes : mapping
        Answers by question as JSON values; ``None`` takes an answer back, or says that the runner does not know.

    Raises
    ------
    InvalidInputError
        For an unknown question, or an answer that cannot be right; nothing of it is kept then.
    """
    # Read and kept in one transaction: of two pages sent at once neither takes the other for the beginning.
    with opened(place) as (record, runner), record.writing(_KEEPING) as connection:
        before = _given(connection, runner)
        changed = {name: answer for name, answer in changes.items() if _differs(before or {}, name, answer)}
        after = {**(before or {}), **changed}
        if after.get(SAFETY_NONE) == "none_fits":
            # Who says that nothing of the list fits takes back what was told of it one by one.
            changed |= {name: None for name in safety_list() if after.get(name) is not None}
        draft = draft_of({**after, **changed})
        if changed or before is None:
            _append(connection, runner, {"begin": before is None, "answers": changed})
    return draft


def read_draft_as_intake(place: Place, *, final: bool) -> AssessedIntake:
    """Read the answers so far as an intake and store it.

    Parameters
    ----------
    final : bool
        Whether the draft ends here. A red flag is stored the moment it is told, so that it holds back the plan also
        where the questions are never answered to the end; the draft then goes on.

    Raises
    ------
    InvalidInputError
        When nothing was answered yet.
    """
    draft = read_draft(place)
    if draft is None or not draft.answers.given:
        raise InvalidInputError("Nothing is answered yet; begin with the safety questions.")
    answers = {name: _plain(answer) for name, answer in draft.answers.given.items()}
    stored = assess_intake(place, {"answers": answers})
    with opened(place) as (record, runner), record.writing(_KEEPING) as connection:
        _append(connection, runner, {"stored": list(draft.raised), "end": final, "answers": {}})
    return stored


def stored_flags(place: Place) -> tuple[str, ...]:
    """Return the red flags of this draft that were stored already."""
    with opened(place) as (record, runner), record.reading() as connection:
        events = read_events(connection, runner.id, _KIND)
    flags: tuple[str, ...] = ()
    for event in events:
        flags = () if event.data.get("begin") else (*flags, *event.data.get("stored", ()))
    return tuple(dict.fromkeys(flags))


def _given(connection: Connection, runner: Runner) -> dict[str, Any] | None:
    events = read_events(connection, runner.id, _KIND)
    given: dict[str, Any] | None = None
    for event in events:
        if event.data.get("end"):
            given = None
        elif event.data.get("begin"):
            given = dict(event.data["answers"])
        elif given is not None:
            given |= event.data["answers"]
    return None if given is None else _of_today(given)


def _of_today(given: dict[str, Any]) -> dict[str, Any]:
    """Leave out what the questions of today do not read: an update may have come between two pages."""
    try:
        draft_of(given)
    except InvalidInputError:
        return _readable(given)
    return given


def _readable(given: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, answer in given.items():
        try:
            read_answers({"answers": {**{key: one for key, one in kept.items() if one is not None}, name: answer}})
        except InvalidInputError:
            continue
        kept[name] = answer
    return kept


def _append(connection: Connection, runner: Runner, data: Mapping[str, Any]) -> None:
    now = clock.now()
    before = read_latest_event(connection, runner.id, _KIND)
    # The order of telling decides, also where the computer's clock was set back or stands still.
    told_at = now if before is None else max(now, before.recorded_at + _JUST_AFTER)
    event = new_event(runner.id, _KIND, recorded_at=told_at, local_date=local_day(now, runner), data=data)
    append_event(connection, runner.id, event)


def _differs(given: Mapping[str, Any], name: str, answer: Any) -> bool:
    return name not in given or given[name] != answer


def _plain(answer: Any) -> Any:
    return list(answer) if isinstance(answer, tuple) else answer
