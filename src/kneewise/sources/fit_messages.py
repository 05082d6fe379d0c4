"""What the few messages beside the records say: kind of file, device, sessions, laps, timer, developer fields."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator
from typing import Final, Literal, TypeAlias

from kneewise.domain.recording import Lap, Session, TimerEvent
from kneewise.sources.fit_decode import DeveloperColumn, stored_as
from kneewise.sources.fit_names import FILE_KINDS, SPORTS, SUB_SPORTS, application_name, device_name
from kneewise.sources.fit_profile import (
    ACTIVITY,
    BYTE,
    DEVELOPER_DATA_ID,
    DEVICE_INFO,
    EVENT,
    FIELD_DESCRIPTION,
    FILE_ID,
    LAP,
    RECORD,
    SESSION,
    STRING,
    TIMESTAMP,
    Field,
)
from kneewise.sources.fit_walk import Definition, Layout, MessageIndex
from kneewise.units import FIT_EPOCH_S, milliseconds_to_s

Value: TypeAlias = float | str | bytes
Message: TypeAlias = dict[int, Value]

_TIMER: Final = 0
_TIMER_EVENTS: Final[dict[int, Literal["start", "stop"]]] = {0: "start", 1: "stop", 4: "stop", 8: "stop", 9: "stop"}
_CREATOR: Final = 0
#: Header byte of a definition without developer fields, the bits of its local type, and bytes before its fields.
_DEFINITION: Final = 0x40
_LOCAL_TYPE: Final = 0x0F
_DEFINITION_BYTES: Final = 6
_CENTIMETRES_PER_M: Final = 100.0
_SESSION_FIELDS: Final = frozenset({2, 5, 6, 7, 8, 9, 10, 18, 22, 92})
_DESCRIPTION_FIELDS: Final = frozenset({0, 1, 2, 3, 6, 7, 8, 14, 15})


def messages(index: MessageIndex, global_number: int, wanted: Collection[int]) -> Iterator[Message]:
    """Yield the ``wanted`` native fields that hold a value, of each message of one kind, in file order."""
    data = index.walk.data
    plans: dict[Definition, list[Layout]] = {}
    for at, definition in index.ordered(global_number):
        plan = plans.get(definition)
        if plan is None:
            plan = [place for place in definition.layout() if place.developer is None and place.number in wanted]
            plans[definition] = plan
        message: Message = {}
        for place in plan:
            raw = data[at + place.offset : at + place.offset + place.size]
            value = _value(raw, place.base, definition.big_endian)
            if value is not None:
                message[place.number] = value
        yield message


def _value(raw: bytes, base_type: int, big_endian: bool) -> Value | None:
    """Decode one field; of an array of numbers the first, of bytes all."""
    base = base_type & 31
    if base == STRING:
        return raw.partition(b"\0")[0].decode("utf-8", "replace").strip() or None
    if base == BYTE and len(raw) > 1:
        return raw if raw.strip(b"\xff") else None
    stored = stored_as(base_type, len(raw))
    if stored is None:
        return None
    raw = raw[: stored.size]
    if stored.code[0] == "f":
        value: float = struct.unpack(f"{'>' if big_endian else '<'}{'f' if stored.size == 4 else 'd'}", raw)[0]
        return value if abs(value) < float("inf") else None
    number = int.from_bytes(raw, "big" if big_endian else "little", signed=stored.code[0] == "i")
    return None if number == stored.sentinel else number


def _number(message: Message, field: int, scale: float = 1.0) -> float | None:
    value = message.get(field)
    return value / scale if isinstance(value, int | float) else None


def _integer(message: Message, field: int) -> int | None:
    value = message.get(field)
    return value if isinstance(value, int) else None


def _text(message: Message, field: int) -> str | None:
    value = message.get(field)
    return value if isinstance(value, str) else None


def _time_s(message: Message, field: int) -> float | None:
    value = _integer(message, field)
    return None if value is None else value + FIT_EPOCH_S


def _duration_s(message: Message, field: int) -> float | None:
    value = _number(message, field)
    return None if value is None else milliseconds_to_s(value)


def leading_file_type(head: bytes, at: int) -> str | None:
    """Return what the file says it is where its first message is an ordinary ``file_id``, else ``None``.

    An account's export holds thousands of monitoring files: this look costs a twentieth of walking the messages.

    Parameters
    ----------
    head : bytes
        First bytes of the file.
    at : int
        Where the first message begins.
    """
    if len(head) < at + _DEFINITION_BYTES or head[at] & ~_LOCAL_TYPE != _DEFINITION:
        return None
    number = int.from_bytes(head[at + 3 : at + 5], "big" if head[at + 2] else "little")
    end = at + _DEFINITION_BYTES + 3 * head[at + 5]
    if number != FILE_ID or len(head) <= end or head[end] != head[at] & _LOCAL_TYPE:
        return None
    value_at = end + 1
    for place in range(at + _DEFINITION_BYTES, end, 3):
        if head[place] == 0:
            plain = head[place + 1] == 1 and value_at < len(head) and head[value_at] in FILE_KINDS
            return FILE_KINDS[head[value_at]] if plain else None
        value_at += head[place + 1]
    return None


def file_type(index: MessageIndex) -> str | None:
    """Return what the file says it is, None if it does not say."""
    for message in messages(index, FILE_ID, {0}):
        number = _integer(message, 0)
        if number is not None:
            return FILE_KINDS.get(number, f"file type {number}")
    return None


def device(index: MessageIndex) -> str | None:
    """Return maker and model of the device that recorded."""
    names = []
    for message in messages(index, FILE_ID, {1, 2, 8}):
        names.append((_integer(message, 1), _integer(message, 2), _text(message, 8)))
        break
    for message in messages(index, DEVICE_INFO, {0, 2, 4, 27}):
        if message.get(0) == _CREATOR:
            names.append((_integer(message, 2), _integer(message, 4), _text(message, 27)))
            break
    makers = [maker for maker, _, _ in names if maker is not None]
    products = [product for _, product, _ in names if product is not None]
    texts = [text for _, _, text in names if text is not None]
    return device_name(next(iter(makers), None), next(iter(products), None), next(iter(texts), None))


def sessions(index: MessageIndex) -> tuple[Session, ...]:
    """Return the sessions, in file order."""
    return tuple(_session(message) for message in messages(index, SESSION, _SESSION_FIELDS) if message)


def _session(message: Message) -> Session:
    sport, sub_sport = _integer(message, 5), _integer(message, 6)
    cadence = _number(message, 18)
    return Session(
        sport=None if sport is None else SPORTS.get(sport, f"sport {sport}"),
        sub_sport=None if sub_sport is None else SUB_SPORTS.get(sub_sport, f"sub_sport {sub_sport}"),
        start_s=_time_s(message, 2),
        elapsed_s=_duration_s(message, 7),
        timer_s=_duration_s(message, 8),
        distance_m=_number(message, 9, _CENTIMETRES_PER_M),
        ascent_m=_number(message, 22),
        cycles=_number(message, 10),
        mean_cadence=None if cadence is None else cadence + (_number(message, 92, 128.0) or 0.0),
    )


def laps(index: MessageIndex) -> tuple[Lap, ...]:
    """Return the laps, in file order."""
    return tuple(
        Lap(_time_s(m, 2), _duration_s(m, 7), _duration_s(m, 8), _number(m, 9, _CENTIMETRES_PER_M))
        for m in messages(index, LAP, {2, 7, 8, 9})
        if m
    )


def timer_events(index: MessageIndex) -> tuple[TimerEvent, ...]:
    """Return when the timer was started and stopped, in file order."""
    events = []
    for message in messages(index, EVENT, {0, 1, TIMESTAMP}):
        time_s, kind = _time_s(message, TIMESTAMP), _TIMER_EVENTS.get(_integer(message, 1) or 0)
        if message.get(0) == _TIMER and 1 in message and time_s is not None and kind is not None:
            events.append(TimerEvent(time_s, kind))
    return tuple(events)


def utc_offset_s(index: MessageIndex) -> float | None:
    """Return local minus UTC time as the device believed it."""
    for message in messages(index, ACTIVITY, {5, TIMESTAMP}):
        local, utc = _integer(message, 5), _integer(message, TIMESTAMP)
        if local is not None and utc is not None:
            return float(local - utc)
    return None


def developer_columns(index: MessageIndex) -> dict[tuple[int, int], DeveloperColumn]:
    """Return the developer fields described for records, by developer data index and field number."""
    described = {
        (application, number): message
        for message in messages(index, FIELD_DESCRIPTION, _DESCRIPTION_FIELDS)
        if (application := _integer(message, 0)) is not None and (number := _integer(message, 1)) is not None
    }
    makers = {message.get(3): message for message in messages(index, DEVELOPER_DATA_ID, {1, 2, 3})}
    names: dict[int, list[str]] = {}
    for (application, _), message in described.items():
        names.setdefault(application, []).append(_text(message, 3) or "")
    applications = {
        application: _application(application, makers.get(application, {}), names[application]) for application in names
    }
    return {
        (application, number): _developer_column(number, message, applications[application])
        for (application, number), message in described.items()
    }


def _application(number: int, identity: Message, field_names: list[str]) -> str:
    application_id = identity.get(1)
    return application_name(
        number, application_id if isinstance(application_id, bytes) else None, _integer(identity, 2), field_names
    )


def _developer_column(number: int, message: Message, application: str) -> DeveloperColumn:
    field = Field(
        name=_text(message, 3) or f"field {number}",
        unit=_text(message, 8) or "",
        scale=_number(message, 6) or 1.0,
        offset=_number(message, 7) or 0.0,
    )
    of_record = _integer(message, 14) in (None, RECORD)
    return DeveloperColumn(field, _integer(message, 2) or 0, application, _integer(message, 15) if of_record else None)
