"""Strength work as the runner logs it: one entry per exercise and day, corrected only by a further entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kneewise import clock
from kneewise.domain import SetLog
from kneewise.errors import InvalidInputError
from kneewise.evidence.exercises import Exercise
from kneewise.evidence.knowledge import knowledge
from kneewise.plan.inputs import StrengthEntry
from kneewise.services.limits import check_not_future, check_number
from kneewise.services.local_day import local_day
from kneewise.services.place import Place, opened
from kneewise.storage import Event, append_event, new_event, read_events

if TYPE_CHECKING:
    from kneewise.domain import Runner
    from kneewise.storage import Record

_OWN_FIELDS = ("id", "recorded_at", "local_date")
_SHOWN_CHOICES = 4


@dataclass(frozen=True, slots=True)
class LoggedExercise:
    """An entry that was just stored, with the name of its exercise."""

    entry: SetLog
    name: str

    def to_json(self) -> dict[str, Any]:
        """Return the entry as JSON values."""
        return {**self.entry.to_json(), "name": self.name}


def log_strength(
    place: Place,
    exercise: str,
    *,
    on: date | None = None,
    sets: int = 1,
    reps: int | None = None,
    hold_s: float | None = None,
    load_kg: float | None = None,
    band: str = "",
    pain: float | None = None,
    reps_in_reserve: int | None = None,
    form_lost_at_rep: int | None = None,
    note: str | None = None,
    correct: str | None = None,
) -> LoggedExercise:
    """Store what was done of one exercise.

    Parameters
    ----------
    exercise : str
        Id in the exercise library, or its name or a part of it that only one exercise has.
    on : date or None
        Day of the session; today where ``None``.
    reps, hold_s : int, float
        Repetitions of the weakest set, or the shortest hold; one of the two.
    pain : float or None
        Worst pain during it, 0 to 10.
    reps_in_reserve : int or None
        Repetitions that were left at the end of the last set.
    correct : str or None
        Id of the entry that this one replaces.

    Raises
    ------
    InvalidInputError
        For an unknown exercise, a number that cannot be right, a day that has not come.
    """
    record_of = exercise_of(exercise)
    _check(sets=sets, reps=reps, hold_s=hold_s, load_kg=load_kg, pain=pain, reserve=reps_in_reserve)
    now = clock.now()
    with opened(place) as (record, runner):
        today = local_day(now, runner)
        day = today if on is None else on
        check_not_future(day, today)
        entry = SetLog(
            id="",
            recorded_at=now,
            local_date=day,
            exercise=record_of.id,
            sets=sets,
            reps=reps,
            hold_s=hold_s,
            load_kg=load_kg,
            band=band,
            pain=pain,
            reps_in_reserve=reps_in_reserve,
            form_lost_at_rep=form_lost_at_rep,
            note=note,
            corrects=correct,
        )
        data = {name: told for name, told in entry.to_json().items() if name not in _OWN_FIELDS}
        with record.writing("storing the strength work") as connection:
            if correct is not None:
                _must_exist([event.id for event in read_events(connection, runner.id, "strength_log")], correct)
            event = new_event(runner.id, "strength_log", recorded_at=now, local_date=day, data=data)
            append_event(connection, runner.id, event)
    return LoggedExercise(set_log_of(event), record_of.name)


def exercise_of(text: str) -> Exercise:
    """Return an exercise by its id, its name, or a part of the name that only one has.

    Raises
    ------
    InvalidInputError
        With the names that come close.
    """
    library = knowledge().exercises
    wanted = text.strip().lower()
    if wanted in library:
        return library[wanted]
    exact = [each for each in library.values() if each.name.lower() == wanted]
    close = exact or [each for each in library.values() if wanted and wanted in each.name.lower()]
    if len(close) == 1:
        return close[0]
    if not close:
        raise InvalidInputError(
            f"There is no exercise '{text}'; see 'kneewise evidence list exercises' for all of them."
        )
    names = ", ".join(f"{each.id} {each.name}" for each in close[:_SHOWN_CHOICES])
    raise InvalidInputError(f"'{text}' could be several exercises; name one by its id, such as {names}.")


def read_strength_log(record: Record, runner: Runner) -> list[SetLog]:
    """Return every entry that holds after corrections, the oldest day first."""
    with record.reading() as connection:
        logs = [set_log_of(event) for event in read_events(connection, runner.id, "strength_log")]
    replaced = {log.corrects for log in logs if log.corrects}
    kept = (log for log in logs if log.id not in replaced)
    return sorted(kept, key=lambda log: (log.local_date, log.recorded_at, log.id))


def strength_entries(logs: Sequence[SetLog]) -> tuple[StrengthEntry, ...]:
    """Return the entries as the plan reads them."""
    return tuple(
        StrengthEntry(
            local_date=log.local_date,
            exercise=log.exercise,
            # The plan counts holds by the number of entries.
            reps=(1 if log.reps is None else log.reps,) * log.sets,
            hold_s=log.hold_s,
            load_kg=log.load_kg,
            pain_during=log.pain,
            reps_in_reserve=log.reps_in_reserve,
        )
        for log in logs
    )


def set_log_of(event: Event) -> SetLog:
    """Return the entry that an event holds."""
    return SetLog(id=event.id, recorded_at=event.recorded_at, local_date=event.local_date, **event.data)


def _check(
    *,
    sets: int,
    reps: int | None,
    hold_s: float | None,
    load_kg: float | None,
    pain: float | None,
    reserve: int | None,
) -> None:
    if (reps is None) == (hold_s is None):
        raise InvalidInputError("Tell either repetitions with --reps or the length of a hold with --hold-s.")
    check_number("A number of sets", sets, "sets")
    check_number("A number of repetitions", reps, "reps")
    check_number("A hold", hold_s, "hold_s")
    check_number("A load", load_kg, "load_kg")
    check_number("A pain", pain, "pain")
    check_number("A number of repetitions left", reserve, "reserve")


def _must_exist(known: Sequence[str], wanted: str) -> None:
    if wanted not in known:
        raise InvalidInputError(f"There is no entry '{wanted}' to correct; check the id that was printed with it.")
