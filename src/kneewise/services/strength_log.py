"""Strength work as the runner logs it: one entry per exercise and day, corrected only by a further entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from kneewise import clock
from kneewise.domain import SetLog
from kneewise.domain.strength_log import holding
from kneewise.errors import InvalidInputError
from kneewise.evidence.exercises import Exercise
from kneewise.evidence.knowledge import knowledge
from kneewise.services.client_keys import append_told, check_key, told_instant
from kneewise.services.limits import check_not_future, check_number
from kneewise.services.local_day import local_day
from kneewise.services.place import Place, opened
from kneewise.storage import Event, read_events

if TYPE_CHECKING:
    from kneewise.domain import Runner
    from kneewise.storage import Record

_OWN_FIELDS = ("id", "recorded_at", "local_date")
_SHOWN_CHOICES = 4


@dataclass(frozen=True, slots=True)
class LoggedExercise:
    """An entry that was just stored, with the name of its exercise; ``repeated`` where it was there already."""

    entry: SetLog
    name: str
    repeated: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the entry as JSON values."""
        return {**self.entry.to_json(), "name": self.name, "repeated": self.repeated}


class Told(TypedDict, total=False):
    """What a runner tells of one exercise.

    Attributes
    ----------
    sets : int
        Sets that were done; 1 where not told.
    reps, hold_s : int or None, float or None
        Repetitions of the weakest set (of each side), or the shortest hold in seconds; one of the two.
    load_kg, band : float or None, str
        Added weight, or the band.
    pain : float or None
        Worst pain during it, 0 to 10.
    reps_in_reserve : int or None
        Repetitions that were left at the end of the last set.
    form_lost_at_rep : int or None
        Repetition from which it got untidy.
    note : str or None
        The runner's own words.
    """

    sets: int
    reps: int | None
    hold_s: float | None
    load_kg: float | None
    band: str
    pain: float | None
    reps_in_reserve: int | None
    form_lost_at_rep: int | None
    note: str | None


def log_strength(
    place: Place,
    exercise: str,
    *,
    on: date | None = None,
    correct: str | None = None,
    key: str | None = None,
    told_at: datetime | None = None,
    **told: Unpack[Told],
) -> LoggedExercise:
    """Store what was done of one exercise.

    Parameters
    ----------
    exercise : str
        Id in the exercise library, or its name or a part of it that only one exercise has.
    on : date or None
        Day of the session; today where ``None``.
    correct : str or None
        Id of the entry that this one replaces.
    key : str or None
        The sender's own name of this entry: where one comes again under the same key, the first one is returned.
    told_at : datetime or None
        When it was told, aware, where that was before it could be sent; now where ``None``.
    **told
        See `Told`: ``sets``, ``reps`` or ``hold_s``, ``load_kg``, ``band``, ``pain``, ``reps_in_reserve`` ...

    Raises
    ------
    InvalidInputError
        For an unknown exercise, a number that cannot be right, a day that has not come.
    """
    record_of = exercise_of(exercise)
    _check(told)
    check_key(key)
    now = clock.now()
    instant = told_instant(told_at, now)
    with opened(place) as (record, runner):
        day = local_day(instant, runner) if on is None else on
        check_not_future(day, local_day(now, runner))
        entry = SetLog(id="", recorded_at=instant, local_date=day, exercise=record_of.id, corrects=correct, **told)
        data = {name: answer for name, answer in entry.to_json().items() if name not in _OWN_FIELDS}
        with record.writing("storing the strength work") as connection:
            if correct is not None:
                _must_exist([event.id for event in read_events(connection, runner.id, "strength_log")], correct)
            event, new = append_told(
                connection, runner.id, "strength_log", key=key, recorded_at=instant, local_date=day, data=data
            )
    kept = set_log_of(event)
    return LoggedExercise(kept, knowledge().exercises[kept.exercise].name, repeated=not new)


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
    return holding(logs)


def set_log_of(event: Event) -> SetLog:
    """Return the entry that an event holds."""
    return SetLog(id=event.id, recorded_at=event.recorded_at, local_date=event.local_date, **event.data)


#: Each number of an entry in words, and its limits.
_LIMITS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "sets": ("A number of sets", "sets"),
        "reps": ("A number of repetitions", "reps"),
        "hold_s": ("A hold", "hold_s"),
        "load_kg": ("A load", "load_kg"),
        "pain": ("A pain", "pain"),
        "reps_in_reserve": ("A number of repetitions left", "reserve"),
        "form_lost_at_rep": ("The repetition from which it got untidy", "reps"),
    }
)


def _check(told: Mapping[str, Any]) -> None:
    if (told.get("reps") is None) == (told.get("hold_s") is None):
        raise InvalidInputError("Tell either repetitions with --reps or the length of a hold with --hold-s.")
    for name, (what, limit) in _LIMITS.items():
        check_number(what, told.get(name), limit)


def _must_exist(known: Sequence[str], wanted: str) -> None:
    if wanted not in known:
        raise InvalidInputError(f"There is no entry '{wanted}' to correct; check the id that was printed with it.")
