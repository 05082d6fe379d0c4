"""The intake: questions, what the answers mean, and what was told, kept as an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from kneewise import clock
from kneewise.assessment import Answers, IntakeResult, assess, questions_document, read_answers
from kneewise.assessment.explanations import explanations
from kneewise.errors import InvalidInputError
from kneewise.evidence.knowledge import knowledge
from kneewise.services.local_day import local_day
from kneewise.services.place import Place, opened
from kneewise.storage import Event, append_event, new_event, read_events, read_latest_event

if TYPE_CHECKING:
    from kneewise.domain import Runner
    from kneewise.storage import Record

_RESULTS = {"positive": True, "negative": False}
_CLINICAL_TESTS = "clinical_tests"
_WITHOUT_INTAKE = ("plan",)
_JUST_AFTER = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, eq=False)
class Intake:
    """One intake as it was answered, and what the runner was told then.

    Attributes
    ----------
    told : mapping
        The contract's ``intake`` document of that day: a later version of the rules does not rewrite it.
    examined_on : mapping of str to date
        Days of the tests that a clinician did apart from this intake; the others were told with it.
    """

    id: str
    recorded_at: datetime
    local_date: date
    answers: Mapping[str, Any]
    clinical_tests: Mapping[str, bool]
    told: Mapping[str, Any]
    examined_on: Mapping[str, date] = field(default_factory=dict)

    @property
    def blocks(self) -> tuple[str, ...]:
        """What may not be done while the answers stand."""
        return tuple(self.told["blocks"])

    @property
    def rules_version(self) -> str:
        """Version of the rules that it was read with."""
        version: str = self.told["rules_version"]
        return version

    def checked_answers(self) -> Answers | None:
        """Return the answers as the questions of today read them; ``None`` where these have changed since."""
        try:
            return read_answers({"answers": dict(self.answers)})
        except InvalidInputError:
            return None


@dataclass(frozen=True, slots=True, eq=False)
class AssessedIntake:
    """An intake that was just read and stored."""

    id: str
    recorded_at: datetime
    local_date: date
    result: IntakeResult

    def to_json(self, *, clinician: bool = False) -> dict[str, Any]:
        """Return the contract's ``intake`` document."""
        return {
            "id": self.id,
            "recorded_at": self.recorded_at.isoformat(),
            "local_date": self.local_date.isoformat(),
            **self.result.to_json(clinician=clinician),
        }


def intake_questions() -> list[dict[str, Any]]:
    """Return every question of the intake in the order of asking, complete enough for any client to draw it."""
    return questions_document()


def assess_intake(place: Place, document: Mapping[str, Any]) -> AssessedIntake:
    """Read a runner's answers, store them with what they mean, and return it.

    Parameters
    ----------
    place : Place
        The record.
    document : mapping
        ``{"answers": {question: answer}, "clinical_tests": {test: "positive" or "negative"}}``; the answers may also
        stand at the top.

    Raises
    ------
    InvalidInputError
        For unknown questions or tests, impossible or contradicting answers; nothing is stored then.
    """
    answers, tests = read_intake(document)
    result = assess(answers, tests)
    data = {
        "answers": {name: list(given) if isinstance(given, tuple) else given for name, given in answers.given.items()},
        _CLINICAL_TESTS: tests,
        "told": result.to_json(clinician=True),
    }
    with opened(place) as (record, runner), record.writing("storing the intake") as connection:
        now = clock.now()
        before = read_latest_event(connection, runner.id, "intake")
        # The intake told last is the one that holds, also where the computer's clock was set back in between: a red
        # flag must not stand behind calmer answers of yesterday.
        recorded_at = now if before is None else max(now, before.recorded_at + _JUST_AFTER)
        event = new_event(runner.id, "intake", recorded_at=recorded_at, local_date=local_day(now, runner), data=data)
        append_event(connection, runner.id, event)
    return AssessedIntake(event.id, event.recorded_at, event.local_date, result)


def read_intake(document: Mapping[str, Any]) -> tuple[Answers, dict[str, bool]]:
    """Check answers and a clinician's test results.

    Raises
    ------
    InvalidInputError
        As :func:`assess_intake`.
    """
    if not isinstance(document, dict):
        raise InvalidInputError("The answers must be an object of question ids and answers; see 'intake questions'.")
    rest = {name: given for name, given in document.items() if name != _CLINICAL_TESTS}
    return read_answers(rest), _tests(document.get(_CLINICAL_TESTS))


def last_intake(place: Place) -> Intake | None:
    """Return the intake that was told last, or ``None``."""
    with opened(place) as (record, runner):
        return latest_intake(record, runner)


def latest_intake(record: Record, runner: Runner) -> Intake | None:
    """Return the intake that was told last, or ``None``."""
    with record.reading() as connection:
        event = read_latest_event(connection, runner.id, "intake")
        examinations = [] if event is None else read_events(connection, runner.id, "examination")
    return None if event is None else _examined(_intake(event), examinations)


def _examined(intake: Intake, examinations: Sequence[Event]) -> Intake:
    """Let a clinician's later tests count in the patterns; the triage and everything else stays as it was told."""
    tests = {name: result for each in examinations for name, result in each.data["tests"].items()}
    answers = intake.checked_answers() if tests else None
    if answers is None:
        return intake
    days = {name: each.local_date for each in examinations for name in each.data["tests"]}
    tests = {**intake.clinical_tests, **tests}
    patterns = [pattern.to_json(clinician=True) for pattern in explanations(answers, tests)]
    return replace(intake, clinical_tests=tests, told={**intake.told, "patterns": patterns}, examined_on=days)


def blocks_of(intake: Intake | None) -> tuple[str, ...]:
    """Return what may not be done now; without an intake nothing is known about red flags, so no plan is made."""
    return _WITHOUT_INTAKE if intake is None else intake.blocks


def _intake(event: Event) -> Intake:
    data = event.data
    return Intake(event.id, event.recorded_at, event.local_date, data["answers"], data[_CLINICAL_TESTS], data["told"])


def _tests(given: Any) -> dict[str, bool]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise InvalidInputError(
            f'\'{_CLINICAL_TESTS}\' must be an object such as {{"squat_pain": "positive"}}; correct it.'
        )
    found: dict[str, bool] = {}
    for name, result in given.items():
        if name not in knowledge().tests:
            raise InvalidInputError(
                f"There is no clinical test '{name}'; see 'kneewise evidence list tests' for all of them."
            )
        if result is None:
            continue
        if result not in _RESULTS:
            raise InvalidInputError(f"Clinical test '{name}' is 'positive' or 'negative', not {result!r}.")
        found[name] = _RESULTS[result]
    return found
