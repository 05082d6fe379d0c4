"""Check-ins between the runner and the log: accepted as a whole or not at all, and read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from kneewise import clock
from kneewise.domain import MOMENTS, SIGNS, CheckIn, Moment, Side, Sign
from kneewise.errors import InvalidInputError
from kneewise.monitoring import new_check_in
from kneewise.monitoring.check_ins import fold_days
from kneewise.services.client_keys import append_told, check_key, told_instant
from kneewise.services.local_day import local_day
from kneewise.services.place import Place, opened
from kneewise.services.state import RunnerState, flags_without, fold_record, state_of
from kneewise.services.told import check_in_of
from kneewise.storage import keyed_id, read_activities, read_event, read_events

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from kneewise.domain import Runner
    from kneewise.storage import Event, Record

_OWN_FIELDS = ("id", "recorded_at", "local_date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Answers about one day, as they were given.

    Attributes
    ----------
    on : date or None
        Day of the session; today in the runner's zone, or yesterday where the pain of the next morning is told.
    pain : mapping of moment to float
        ``before``, ``during``, ``after_60min``, ``next_morning``, ``stairs``, each 0 to 10.
    signs : mapping of sign to bool
        ``swelling``, ``limp``, ``night_pain``.
    zone, side : str or None
        Zone of the pain map; ``"left"``, ``"right"`` or ``"both"``.
    correct : str or None
        Id of the check-in that this one corrects.
    replace : bool
        Answers that this day has already are corrected, whichever check-in they came with.
    worst : bool
        The worst of the day so far is told: it corrects too, but a pain that was worse stays.
    """

    on: date | None = None
    pain: Mapping[Moment, float | None] = field(default_factory=dict)
    signs: Mapping[Sign, bool | None] = field(default_factory=dict)
    zone: str | None = None
    side: Side | None = None
    note: str | None = None
    correct: str | None = None
    replace: bool = False
    worst: bool = False


@dataclass(frozen=True, slots=True)
class StoredCheckIns:
    """What was told at once: one check-in for each day.

    Attributes
    ----------
    repeated : bool
        Whether this had been stored before, under the same key; nothing was changed then.
    """

    check_ins: tuple[CheckIn, ...]
    repeated: bool


@dataclass(frozen=True, slots=True)
class RecordedCheckIn:
    """A check-in that was just stored.

    Attributes
    ----------
    check_in : CheckIn
    state : RunnerState
        What the record says now.
    new_flags : tuple of mapping
        Flags that were not there before it.
    repeated : bool
        Whether this very check-in had been stored before; nothing was changed then.
    """

    check_in: CheckIn
    state: RunnerState
    new_flags: tuple[Mapping[str, Any], ...]
    repeated: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the contract's ``checkin`` document."""
        return {
            "check_in": self.check_in.to_json(),
            "state": self.state.to_json(),
            "new_flags": [dict(flag) for flag in self.new_flags],
            "repeated": self.repeated,
        }


def record_check_in(
    place: Place,
    *,
    on: date | None = None,
    pain: Mapping[Moment, float | None] | None = None,
    signs: Mapping[Sign, bool | None] | None = None,
    zone: str | None = None,
    side: Side | None = None,
    note: str | None = None,
    correct: str | None = None,
    key: str | None = None,
    told_at: datetime | None = None,
) -> RecordedCheckIn:
    """Store one check-in and return it with the state.

    Parameters
    ----------
    on : date or None
        Day of the session; today in the runner's zone, or yesterday where the pain of the next morning is told.
    pain : mapping of moment to float
        ``before``, ``during``, ``after_60min``, ``next_morning``, ``stairs``, each 0 to 10.
    signs : mapping of sign to bool
        ``swelling``, ``limp``, ``night_pain``.
    zone, side : str or None
        Zone of the pain map; ``"left"``, ``"right"`` or ``"both"``.
    correct : str or None
        Id of the check-in that this one corrects.
    key : str or None
        The sender's own name of this check-in: where one comes again under the same key, nothing is stored and the
        first one is returned. A phone may repeat what it never got an answer to.
    told_at : datetime or None
        When it was told, aware, where that was before it could be sent; now where ``None``.

    Raises
    ------
    InvalidInputError
        For a future day, pain outside 0 to 10, a moment told twice; the earlier record stays as it is.
    """
    telling = Telling(on=on, pain=pain or {}, signs=signs or {}, zone=zone, side=side, note=note, correct=correct)
    check_key(key)
    now = clock.now()
    with opened(place) as (record, runner):
        (event, *_), repeated = _store(record, runner, [telling], now=now, key=key, told_at=told_at)
        today = local_day(now, runner)
        folded = fold_record(record, runner, today)
        known = {_name(flag) for flag in flags_without(folded, today, event.id)}
        after = state_of(record, runner, folded, today)
    fresh = tuple(flag for flag in after.flags if _name(flag) not in known)
    return RecordedCheckIn(check_in_of(event), after, fresh, repeated)


def record_check_ins(
    place: Place, tellings: Sequence[Telling], *, key: str | None = None, told_at: datetime | None = None
) -> StoredCheckIns:
    """Store what was told at once about several days: all of it, or nothing.

    Parameters
    ----------
    key, told_at
        As for `record_check_in`.

    Raises
    ------
    InvalidInputError
        Where one answer cannot be right; `AlreadyToldError` where it was told before. Nothing is stored then.
    """
    check_key(key)
    if not tellings:
        raise InvalidInputError("Nothing was answered; answer at least one question.")
    with opened(place) as (record, runner):
        events, repeated = _store(record, runner, tellings, now=clock.now(), key=key, told_at=told_at)
    return StoredCheckIns(tuple(check_in_of(event) for event in events), repeated)


def _store(
    record: Record,
    runner: Runner,
    tellings: Sequence[Telling],
    *,
    now: datetime,
    key: str | None,
    told_at: datetime | None,
) -> tuple[list[Event], bool]:
    """Append one event for each telling in one transaction, or find those of the same key."""
    today, instant = local_day(now, runner), told_instant(told_at, now)
    drafts = [draft_of(record, runner, telling, instant) for telling in tellings]
    with record.writing("storing the check-in") as connection:
        earlier = [] if key is None else _stored(connection, runner, key)
        if earlier:
            return earlier, True
        return [
            append_draft(connection, runner, draft, today, _key_of(key, place), telling)
            for place, (draft, telling) in enumerate(zip(drafts, tellings, strict=True))
        ], False


def draft_of(record: Record, runner: Runner, telling: Telling, instant: datetime) -> dict[str, Any]:
    """Return a check-in as it is to be checked and appended, with its day and its run."""
    told_on = local_day(instant, runner)
    morning = telling.pain.get("next_morning") is not None
    day = telling.on if telling.on is not None else told_on - timedelta(days=1) if morning else told_on
    return {
        "recorded_at": instant,
        "local_date": day,
        "pain": telling.pain,
        "signs": telling.signs,
        "zone": telling.zone,
        "side": telling.side,
        "note": telling.note,
        "activity_id": _only_run(record, runner, day),
        "corrects": telling.correct,
    }


def _key_of(key: str | None, place: int) -> str | None:
    """Return the key of one telling: of the first, the sender's own."""
    return key if key is None or place == 0 else f"{key}.{place}"


def _corrected(log: Sequence[CheckIn], draft: Mapping[str, Any]) -> str | None:
    """Return the last check-in of the day, where it was told before what is told now."""
    same_day = [each for each in log if each.local_date == draft["local_date"]]
    told = [
        each
        for each in same_day
        if any(each.pain(moment) is not None and draft["pain"].get(moment) is not None for moment in MOMENTS)
        or any(each.sign(sign) is not None and draft["signs"].get(sign) is not None for sign in SIGNS)
    ]
    return told[-1].id if told else None


def _worst(log: Sequence[CheckIn], draft: Mapping[str, Any], today: date) -> dict[Moment, float | None]:
    """Return the answers of a draft, each at least what its day holds already."""
    known = next((each.pain for each in fold_days(log, today) if each.local_date == draft["local_date"]), {})
    return {
        moment: pain if pain is None else max(pain, known.get(moment, pain)) for moment, pain in draft["pain"].items()
    }


def append_draft(
    connection: Connection, runner: Runner, draft: Mapping[str, Any], today: date, key: str | None, telling: Telling
) -> Event:
    """Check one draft against the log and append it, in the transaction of the caller.

    Raises
    ------
    InvalidInputError
        For a future day, pain outside 0 to 10, a moment told twice.
    """
    log = [check_in_of(event) for event in read_events(connection, runner.id, "check_in")]
    corrects = _corrected(log, draft) if telling.replace or telling.worst else draft["corrects"]
    if telling.worst:
        draft = {**draft, "pain": _worst(log, draft, today)}
    checked = new_check_in(log, id="", today=today, **{**draft, "corrects": corrects})
    data = {name: answer for name, answer in checked.to_json().items() if name not in _OWN_FIELDS}
    event, _ = append_told(
        connection,
        runner.id,
        "check_in",
        key=key,
        recorded_at=draft["recorded_at"],
        local_date=draft["local_date"],
        data=data,
    )
    return event


def _stored(connection: Connection, runner: Runner, key: str) -> list[Event]:
    """Return what was stored under a key, in the order of telling."""
    found: list[Event] = []
    for place in count():
        event = read_event(connection, runner.id, keyed_id(runner.id, "check_in", str(_key_of(key, place))))
        if event is None:
            return found
        found.append(event)
    return found


def _only_run(record: Record, runner: Runner, day: date) -> str | None:
    """Return the run of a day; ``None`` where there is none, or more than one."""
    with record.reading() as connection:
        stored = read_activities(connection, runner.id, since=day, until=day)
    runs = [item.id for item in stored if item.activity.is_run and item.counted_id is None]
    return runs[0] if len(runs) == 1 else None


def _name(flag: Mapping[str, Any]) -> tuple[Any, ...]:
    return flag["kind"], flag["rule"], flag.get("local_date")
