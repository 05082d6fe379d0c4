"""Short tests at home, told as they are done: the latest answer to each counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kneewise import clock
from kneewise.errors import InvalidInputError
from kneewise.services.limits import check_not_future, check_number
from kneewise.services.local_day import local_day
from kneewise.services.place import Place, opened
from kneewise.storage import append_event, new_event, read_events

if TYPE_CHECKING:
    from kneewise.domain import Runner
    from kneewise.storage import Record

#: Metrics that a runner can tell, each with the limits of what can be right.
SELF_TESTS: Mapping[str, str] = {
    "brisk_walk_min": "walk_min",
    "brisk_walk_pain": "pain",
    "single_leg_squat_reps": "reps",
    "single_leg_squat_pain": "pain",
    "single_leg_squat_gap": "gap_pct",
    "step_down_reps": "reps",
    "step_down_pain": "pain",
    "hop_reps": "reps",
    "hop_pain": "pain",
    "side_plank_s": "hold_s",
    "pain_walking": "pain",
    "calf_or_achilles_pain": "pain",
    "reported_tightness": "yes_no",
}


@dataclass(frozen=True, slots=True)
class SelfTest:
    """Answers of one day by metric."""

    local_date: date
    answers: Mapping[str, float]

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {"local_date": self.local_date.isoformat(), "answers": dict(self.answers)}


def log_test(place: Place, answers: Mapping[str, float | None], *, on: date | None = None) -> SelfTest:
    """Store the answers of short tests.

    Parameters
    ----------
    answers : mapping of str to float
        By the names of `SELF_TESTS`; ``None`` is not told.

    Raises
    ------
    InvalidInputError
        When nothing was told, or a number cannot be right; nothing is stored then.
    """
    told = {name: float(number) for name, number in answers.items() if number is not None}
    if not told:
        raise InvalidInputError("No test was told; name at least one, such as --walk-min 30 --walk-pain 1.")
    for name, number in told.items():
        if name not in SELF_TESTS:
            raise InvalidInputError(f"There is no test '{name}'; choose from {', '.join(SELF_TESTS)}.")
        check_number("This answer", number, SELF_TESTS[name])
    now = clock.now()
    with opened(place) as (record, runner):
        today = local_day(now, runner)
        day = today if on is None else on
        check_not_future(day, today)
        with record.writing("storing the test") as connection:
            event = new_event(runner.id, "self_test", recorded_at=now, local_date=day, data=told)
            append_event(connection, runner.id, event)
    return SelfTest(day, told)


def tests_told(record: Record, runner: Runner) -> list[SelfTest]:
    """Return what was told, by the day it is about, then by when it was told."""
    with record.reading() as connection:
        events = read_events(connection, runner.id, "self_test")
    ordered = sorted(events, key=lambda event: (event.local_date, event.recorded_at))
    return [SelfTest(event.local_date, event.data) for event in ordered]


def read_tests(record: Record, runner: Runner) -> dict[str, float]:
    """Return the latest answer to each test."""
    latest: dict[str, float] = {}
    for test in tests_told(record, runner):
        latest |= test.answers
    return latest
