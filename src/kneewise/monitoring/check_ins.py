"""Check-ins: what is accepted into the log, and how the log becomes one set of answers per day.

The log is a set: the same events give the same days in any order of arrival, and an event that arrives twice counts
once.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from kneewise.domain import MOMENTS, SIGNS, CheckIn, Moment, Side, Sign
from kneewise.errors import AlreadyToldError, InvalidInputError
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value

Name = TypeVar("Name", Moment, Sign)

LEAST_PAIN, WORST_PAIN = 0, 10

#: How a moment is called in a sentence.
MOMENT_WORDS: Mapping[Moment, str] = {
    "before": "before the run",
    "during": "during the run",
    "after_60min": "one hour after",
    "next_morning": "the next morning",
    "stairs": "on stairs",
}
_SIGN_WORDS: Mapping[Sign, str] = {"swelling": "swelling", "limp": "a limp", "night_pain": "pain at night"}
_CORRECT = "the first answer stays. To change it, use --correct {id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAnswers:
    """What holds for one day after corrections.

    Attributes
    ----------
    pain : mapping of moment to float
        The answers given, 0 to 10; a moment that was not answered is absent.
    signs : mapping of sign to bool
        The answers of yes or no.
    places : tuple of (zone, side)
        Where it hurt, sorted.
    last_recorded_at : datetime
        When the latest event of the day was recorded, in UTC.
    """

    local_date: date
    pain: Mapping[Moment, float]
    signs: Mapping[Sign, bool]
    places: tuple[tuple[str, str], ...]
    activity_ids: tuple[str, ...]
    event_ids: tuple[str, ...]
    last_recorded_at: datetime


# --------------------------------------------------------------------------------------------------------- folding


def fold_days(events: Iterable[CheckIn], today: date) -> tuple[DayAnswers, ...]:
    """Return the answers of each day up to ``today``, the oldest first.

    For one moment the first answer holds; a correction replaces it, and the latest correction holds. A "yes" to
    swelling, a limp or pain at night holds whenever in the day it came, unless a later correction takes it back. The
    answer about the next morning is left out while that morning has not come.
    """
    by_day: dict[date, list[CheckIn]] = defaultdict(list)
    for event in in_order(events):
        if event.local_date <= today:
            by_day[event.local_date].append(event)
    return tuple(_fold_day(day, by_day[day], today) for day in sorted(by_day))


def in_order(events: Iterable[CheckIn]) -> list[CheckIn]:
    """Return each event once, by instant of recording, then by id."""
    ordered = sorted(events, key=lambda event: (event.recorded_at, event.id, repr(event)))
    unique: dict[str, CheckIn] = {}
    for event in ordered:
        unique.setdefault(event.id, event)
    return list(unique.values())


def _fold_day(day: date, events: Sequence[CheckIn], today: date) -> DayAnswers:
    pain = {moment: answer for moment in MOMENTS if (answer := _pain(moment, events)) is not None}
    if not morning_has_come(day, today):
        pain.pop("next_morning", None)
    return DayAnswers(
        local_date=day,
        pain=pain,
        signs={sign: answer for sign in SIGNS if (answer := _sign(sign, events)) is not None},
        places=_places(events),
        activity_ids=tuple(sorted({event.activity_id for event in events if event.activity_id is not None})),
        event_ids=tuple(event.id for event in events),
        last_recorded_at=events[-1].recorded_at,
    )


def morning_has_come(day: date, today: date) -> bool:
    """Whether the morning after ``day`` can have been felt by ``today``."""
    return day + timedelta(days=1) <= today


def _pain(moment: Moment, events: Sequence[CheckIn]) -> float | None:
    first = [event.pain(moment) for event in events if event.corrects is None and event.pain(moment) is not None]
    corrected = [event.pain(moment) for event in events if event.corrects and event.pain(moment) is not None]
    if corrected:
        return corrected[-1]
    return first[0] if first else None


def _sign(sign: Sign, events: Sequence[CheckIn]) -> bool | None:
    answer: bool | None = None
    for event in events:
        told = event.sign(sign)
        if told is not None:
            answer = told if event.corrects else bool(answer) or told
    return answer


def _places(events: Sequence[CheckIn]) -> tuple[tuple[str, str], ...]:
    told = [event for event in events if event.zone is not None or event.side is not None]
    corrected = [event for event in told if event.corrects]
    valid = corrected[-1:] or told
    return tuple(sorted({(event.zone or "", event.side or "") for event in valid}))


# -------------------------------------------------------------------------------------------------------- accepting


def new_check_in(
    recorded: Iterable[CheckIn],
    *,
    id: str,  # noqa: A002 - the field's own name
    recorded_at: datetime,
    today: date,
    local_date: date,
    pain: Mapping[Moment, float | None] | None = None,
    signs: Mapping[Sign, bool | None] | None = None,
    zone: str | None = None,
    side: Side | None = None,
    note: str | None = None,
    activity_id: str | None = None,
    corrects: str | None = None,
) -> CheckIn:
    """Check one set of answers against the log and return the event to append.

    Parameters
    ----------
    recorded : iterable of CheckIn
        The log so far.
    recorded_at : datetime
        Now, aware, in UTC.
    today : date
        The runner's calendar day.
    pain : mapping of moment to float
        Answers from 0 to 10, by `MOMENTS`.
    signs : mapping of sign to bool
        Answers of yes or no, by `SIGNS`.
    corrects : str or None
        Id of an earlier event of the same day, whose answers these replace.

    Raises
    ------
    InvalidInputError
        With one sentence; nothing of the log changes.
    """
    _check_times(recorded_at, local_date, today)
    given = {moment: float(_checked_pain(moment, answer)) for moment, answer in _told(pain).items()}
    told = {sign: _checked_sign(sign, answer) for sign, answer in _told(signs).items()}
    if not given and not told:
        raise InvalidInputError(f"{local_date}: nothing was answered; answer at least one question.")
    if "next_morning" in given and not morning_has_come(local_date, today):
        raise InvalidInputError(
            f"{local_date}: the next morning has not come yet; for this morning's pain give the day before "
            f"({local_date - timedelta(days=1)})."
        )
    _check_place(zone, side)
    answers: dict[str, Any] = {name: answer for name, answer in (*given.items(), *told.items())}  # noqa: C416
    event = CheckIn(
        id=id,
        recorded_at=recorded_at,
        local_date=local_date,
        **answers,
        zone=zone,
        side=side,
        note=_checked_note(note),
        activity_id=activity_id,
        corrects=corrects,
    )
    _check_log(in_order(recorded), event)
    return event


def _told(answers: Mapping[Name, object] | None) -> dict[Name, object]:
    return {name: answer for name, answer in (answers or {}).items() if answer is not None}


def _check_times(recorded_at: datetime, local_date: date, today: date) -> None:
    offset = recorded_at.utcoffset()
    if offset is None or offset:
        raise InvalidInputError(f"The time of recording {recorded_at.isoformat()} is not in UTC; give it with +00:00.")
    if isinstance(local_date, datetime):
        raise InvalidInputError(f"{local_date.isoformat()} is a time; give a day such as {local_date.date()}.")
    if local_date > today:
        raise InvalidInputError(f"{local_date} lies in the future; give today ({today}) or an earlier day.")


def _checked_pain(moment: Moment, answer: object) -> float:
    if moment not in MOMENTS:
        raise InvalidInputError(f"'{moment}' is no moment of pain; use one of {', '.join(MOMENTS)}.")
    name = MOMENT_WORDS[moment]
    if isinstance(answer, bool) or not isinstance(answer, int | float) or not math.isfinite(answer):
        raise InvalidInputError(f"Pain {name}: '{answer}' is not a number; give a number from 0 to 10.")
    if not LEAST_PAIN <= answer <= WORST_PAIN:
        raise InvalidInputError(f"Pain {name}: {answer:g} is outside the scale; give a number from 0 to 10.")
    return answer


def _checked_sign(sign: Sign, answer: object) -> bool:
    if sign not in SIGNS:
        raise InvalidInputError(f"'{sign}' is no question of a check-in; use one of {', '.join(SIGNS)}.")
    if not isinstance(answer, bool):
        raise InvalidInputError(f"The answer about {_SIGN_WORDS[sign]} is '{answer}'; give yes or no.")
    return answer


def _checked_note(note: str | None) -> str | None:
    """Leave out what no database keeps (halves of characters, zero bytes); refuse what nobody typed."""
    if note is None:
        return None
    text = note.encode("utf-8", "replace").decode().replace("\0", "").strip()
    longest = int(value("told.note_characters"))
    if len(text) > longest:
        raise InvalidInputError(f"A note takes up to {longest} characters, not {len(text)}; shorten it.")
    return text or None


def _check_place(zone: str | None, side: str | None) -> None:
    zones = knowledge().pain_map
    if zone is not None and zone not in zones:
        raise InvalidInputError(f"'{zone}' is no zone of the pain map; use one of {', '.join(zones)}.")
    if side not in (None, "left", "right", "both"):
        raise InvalidInputError(f"'{side}' is no side; use left, right or both.")


def _check_log(log: Sequence[CheckIn], event: CheckIn) -> None:
    by_id = {earlier.id: earlier for earlier in log}
    if event.id in by_id:
        raise InvalidInputError(f"A check-in with the id '{event.id}' is already recorded; give a new id.")
    if event.corrects is not None:
        _check_correction(by_id.get(event.corrects), event)
        return
    for earlier in log:
        if earlier.local_date == event.local_date:
            _check_repeat(earlier, event)


def _check_correction(earlier: CheckIn | None, event: CheckIn) -> None:
    if earlier is None:
        raise InvalidInputError(f"There is no check-in '{event.corrects}' to correct; use the id of a recorded one.")
    if earlier.local_date != event.local_date:
        raise InvalidInputError(
            f"Check-in '{earlier.id}' is of {earlier.local_date}, not of {event.local_date}; give the day it is of."
        )


def _check_repeat(earlier: CheckIn, event: CheckIn) -> None:
    keep = _CORRECT.format(id=earlier.id)
    for moment in MOMENTS:
        old, new = earlier.pain(moment), event.pain(moment)
        if old is not None and new is not None:
            words = f"pain {MOMENT_WORDS[moment]} is already recorded as {old:g}"
            now = "" if old == new else f", and {new:g} does not agree with it"
            raise AlreadyToldError(f"{event.local_date}: {words}{now}; {keep}.")
    for sign in SIGNS:
        # A "yes" may follow a "no" on the same day: swelling can come late, and it must never be turned away.
        if earlier.sign(sign) is True and event.sign(sign) is False:
            raise AlreadyToldError(f"{event.local_date}: {_SIGN_WORDS[sign]} is already recorded; {keep}.")
