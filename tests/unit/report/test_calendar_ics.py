"""Calendar files: valid, stable over versions, right when clocks change, and nothing private in a title."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from tests.sample_week import CYCLING, ISSUED, LONG_RUN, PRACTICE, REST, SESSIONS, STRENGTH, WALK_RUN, WEEK, plan_of

from kneewise.domain import Plan
from kneewise.errors import InvalidInputError
from kneewise.report.calendar_ics import calendar_ics
from kneewise.report.timezone_ics import vtimezone

NOW = datetime(2026, 7, 12, 20, 0, tzinfo=UTC)
BERLIN = "Europe/Berlin"


def events(plan: Plan, *previous: Plan, timezone: str = BERLIN) -> dict[str, Any]:
    data = calendar_ics(plan, timezone=timezone, now=NOW, previous=previous)
    calendar = icalendar.Calendar.from_ical(data)
    assert calendar.errors == []
    found = {str(event["uid"]): event for event in calendar.walk("VEVENT")}
    assert len(found) == len(calendar.walk("VEVENT"))
    return found


def test_one_event_a_session() -> None:
    assert set(events(WEEK)) == {f"{session.id}@kneewise" for session in SESSIONS}


def test_titles_say_kind_and_length_only() -> None:
    titles = {str(event["summary"]) for event in events(WEEK).values()}
    assert titles == {
        "Walk-run, 30 min",
        "Strength, 20 min",
        "Rest day",
        "Quicker steps, 20 min",
        "Cross-training, 40 min",
        "Run, 6 km",
        "Strength",
    }


def test_a_session_with_a_time_of_day() -> None:
    event = events(WEEK)[f"{WALK_RUN.id}@kneewise"]
    assert event.decoded("dtstart") == datetime(2026, 7, 13, 18, 30, tzinfo=ZoneInfo(BERLIN))
    assert event["dtstart"].params["TZID"] == BERLIN
    assert event.decoded("duration") == timedelta(minutes=30)
    assert (event["transp"], event["status"], event["class"]) == ("OPAQUE", "CONFIRMED", "PRIVATE")
    assert event.decoded("dtstamp") == NOW
    assert event.decoded("last-modified") == ISSUED


def test_a_session_without_one_is_all_day_and_leaves_the_day_free() -> None:
    event = events(WEEK)[f"{LONG_RUN.id}@kneewise"]
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2026, 7, 18), date(2026, 7, 19))
    assert event["dtstart"].params["VALUE"] == "DATE"
    assert event["transp"] == "TRANSPARENT"


def test_the_description_holds_dose_steps_and_reason() -> None:
    text = str(events(WEEK)[f"{WALK_RUN.id}@kneewise"]["description"])
    assert text.splitlines() == [
        "Walk and run in turn, 30 min in all.",
        "Warm up 5 min (Walk briskly)",
        "5 times: run 3 min (Easy: you can talk), walk 1 min",
        "Cool down 5 min",
        "Step rate: 166 to 172 steps a minute",
        "Easy. You can talk in whole sentences.",
        "Flat ground.",
        "Cost for the knee: 2.1 knee-km (1.9 to 2.3)",
        "Easier: The same run at 176 steps a minute costs 1.9.",
        "Why: Your knee took the last two runs well, so the run parts grow by one minute.",
    ]
    strength = str(events(WEEK)[f"{STRENGTH.id}@kneewise"]["description"])
    assert "Side-lying leg lift: 3 × 12 each side" in strength


@pytest.mark.parametrize(
    "link", ["https://example.org/a?b=1", "www.example.org", "HTTP://EXAMPLE.ORG", "mailto:a@b.org"]
)
def test_links_stay_at_home(link: str) -> None:
    text = str(events(plan_of(replace(REST, why=f"Rest helps, {link} says so")))[f"{REST.id}@kneewise"]["description"])
    assert "example" not in text.lower()
    assert "b.org" not in text
    assert text.endswith("Why: Rest helps, says so.")


def test_escapes_and_folds() -> None:
    hard = "Größe; Komma, Rück\\schritt\nneue Zeile " + "ä" * 300
    plan = plan_of(replace(REST, dose="", why=hard))
    data = calendar_ics(plan, timezone=BERLIN, now=NOW)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert str(events(plan)[f"{REST.id}@kneewise"]["description"]) == f"Why: {hard}."


def test_a_newer_version_updates() -> None:
    moved = replace(LONG_RUN, local_date=date(2026, 7, 19))
    newer = plan_of(WALK_RUN, moved, version=2)
    event = events(newer, plan_of(WALK_RUN, LONG_RUN))[f"{LONG_RUN.id}@kneewise"]
    assert event["sequence"] == 2
    assert event["status"] == "CONFIRMED"
    assert event.decoded("dtstart") == date(2026, 7, 19)


def test_what_was_dropped_is_cancelled_once() -> None:
    first, second = plan_of(WALK_RUN, PRACTICE, LONG_RUN), plan_of(WALK_RUN, LONG_RUN, version=2)
    third = plan_of(WALK_RUN, version=3)
    found = events(third, second, first)
    gone = {uid for uid, event in found.items() if event["status"] == "CANCELLED"}
    assert gone == {f"{PRACTICE.id}@kneewise", f"{LONG_RUN.id}@kneewise"}
    assert all(event["sequence"] == 3 for event in found.values())
    assert str(found[f"{PRACTICE.id}@kneewise"]["description"]) == "No longer in your plan."
    assert "CANCELLED" not in {event["status"] for event in events(third).values()}


def test_the_past_is_not_cancelled() -> None:
    """Issued on Thursday in Berlin, when it is still Wednesday in UTC."""
    late = datetime(2026, 7, 15, 22, 30, tzinfo=UTC)
    newer = plan_of(LONG_RUN, version=2, issued_at=late)
    gone = {uid for uid, event in events(newer, WEEK).items() if event["status"] == "CANCELLED"}
    assert gone == {f"{s.id}@kneewise" for s in (PRACTICE, CYCLING, SESSIONS[-1])}


def test_an_older_or_the_same_version_cancels_nothing() -> None:
    assert set(events(plan_of(LONG_RUN), WEEK, plan_of(PRACTICE, version=2))) == {f"{LONG_RUN.id}@kneewise"}


def test_exporting_again_gives_the_same_file() -> None:
    once = calendar_ics(WEEK, timezone=BERLIN, now=NOW)
    shuffled = plan_of(*reversed(SESSIONS))
    assert calendar_ics(shuffled, timezone=BERLIN, now=NOW) == once


def test_an_empty_plan() -> None:
    assert events(plan_of()) == {}


def test_a_zone_that_is_none() -> None:
    for name in ("Mars/Olympus", "../etc/passwd", ""):
        with pytest.raises(InvalidInputError, match="time zone"):
            calendar_ics(WEEK, timezone=name, now=NOW)


def test_a_naive_now_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="time zone"):
        calendar_ics(WEEK, timezone=BERLIN, now=datetime(2026, 7, 12))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("day", "planned", "shown"),
    [
        (date(2026, 3, 29), time(2, 30), "20260329T033000"),  # skipped by the spring night
        (date(2026, 3, 29), time(1, 59), "20260329T015900"),
        (date(2026, 10, 25), time(2, 30), "20261025T023000"),  # twice in the autumn night: the first one
        (date(2026, 10, 25), time(8, 0), "20261025T080000"),
    ],
)
def test_nights_when_clocks_change(day: date, planned: time, shown: str) -> None:
    plan = plan_of(replace(WALK_RUN, local_date=day, start_time=planned))
    data = calendar_ics(plan, timezone=BERLIN, now=NOW)
    assert f"DTSTART;TZID={BERLIN}:{shown}\r\n".encode() in data
    assert b"DURATION:PT30M\r\n" in data


def offset_by_the_file(component: Any, instant: datetime) -> timedelta:
    """Read a VTIMEZONE as RFC 5545 says: an onset is a wall time in the offset before it."""
    onsets: list[tuple[datetime, timedelta]] = [
        ((part.decoded("dtstart") - part.decoded("tzoffsetfrom")).replace(tzinfo=UTC), part.decoded("tzoffsetto"))
        for part in component.subcomponents
    ]
    return max(onset for onset in onsets if onset[0] <= instant)[1]


@pytest.mark.parametrize(
    "name",
    [BERLIN, "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Europe/Dublin", "Asia/Kolkata", "UTC",
     "Africa/Casablanca", "Pacific/Chatham"],
)  # fmt: skip
def test_the_zone_in_the_file_is_the_zone(name: str) -> None:
    zone = ZoneInfo(name)
    first, last = date(2026, 1, 1), date(2027, 1, 1)
    component = icalendar.Timezone.from_ical(vtimezone(zone, first, last).to_ical())
    instant = datetime(2026, 1, 1, 0, 10, tzinfo=UTC)
    while instant.date() < last:
        assert offset_by_the_file(component, instant) == instant.astimezone(zone).utcoffset(), instant
        instant += timedelta(minutes=30)
