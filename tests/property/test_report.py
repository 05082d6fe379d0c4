"""Whatever the plan holds: workouts decode to it, calendars parse, pages stay whole, and each run counts once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from html.parser import HTMLParser
from typing import Any

import icalendar
from garmin_fit_sdk import Decoder, Stream
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sample_week import MONDAY, plan_of

from kneewise.domain import Interval, PlannedSession, Repeat, RunStep
from kneewise.plan.adherence import match_runs, share_done
from kneewise.plan.recorded_runs import RecordedRun
from kneewise.report import calendar_ics, week_html, workout_fit
from kneewise.report.workout_fit import NOTES_BYTES, fitting, strides_per_min

NOW = datetime(2026, 7, 12, tzinfo=UTC)
QUICK = settings(max_examples=60, deadline=None)

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80)
CADENCES = st.tuples(st.integers(120, 210), st.integers(0, 20)).map(lambda c: Interval(c[0], c[0] + c[1]))
STEPS = st.builds(
    RunStep,
    kind=st.sampled_from(["warm_up", "walk", "run", "rest", "cool_down"]),
    duration_s=st.none() | st.integers(1, 36_000_000).map(lambda ms: ms / 1000),
    cadence_spm=st.none() | CADENCES,
    feedback=st.booleans(),
    text=TEXTS,
) | st.builds(RunStep, kind=st.just("run"), distance_m=st.integers(1, 10_000_000).map(lambda cm: cm / 100))
BLOCKS = st.lists(
    st.builds(Repeat, times=st.integers(1, 20), steps=st.lists(STEPS, min_size=1, max_size=4).map(tuple)),
    min_size=1,
    max_size=8,
).map(tuple)
SESSIONS = st.builds(
    PlannedSession,
    id=st.text("abc-0123456789", min_size=1, max_size=12),
    local_date=st.integers(0, 9).map(lambda ahead: MONDAY + timedelta(days=ahead)),
    kind=st.sampled_from(["run", "walk_run", "gait_retraining"]),
    title=TEXTS,
    dose=TEXTS,
    why=TEXTS,
    rule=st.just("r"),
    start_time=st.none() | st.times(),
    distance_m=st.none() | st.floats(500, 42_000),
    blocks=BLOCKS,
)
WEEKS = st.lists(SESSIONS, max_size=5, unique_by=lambda session: session.id)


@QUICK
@given(SESSIONS)
def test_every_workout_decodes_to_its_steps(session: PlannedSession) -> None:
    data = workout_fit(session, created=NOW)
    messages: Any
    messages, errors = Decoder(Stream.from_byte_array(bytearray(data))).read()
    assert errors == []
    read = messages["workout_step_mesgs"]
    assert [message["message_index"] for message in read] == list(range(len(read)))
    at = 0
    for block in session.blocks:
        first = at
        for step in block.steps:
            _same(step, read[at])
            at += 1
        if block.times > 1:
            assert (read[at]["duration_step"], read[at]["repeat_steps"]) == (first, block.times)
            at += 1
    assert at == len(read) == messages["workout_mesgs"][0]["num_valid_steps"]


def _same(step: RunStep, message: dict[str, Any]) -> None:
    assert message.get("duration_time") == step.duration_s
    assert message.get("duration_distance") == step.distance_m
    if message["target_type"] == "cadence":
        assert step.cadence_spm is not None
        target = (message["custom_target_cadence_low"], message["custom_target_cadence_high"])
        assert target == strides_per_min(step.cadence_spm)
    assert len(str(message.get("notes", "")).encode()) <= NOTES_BYTES


@given(st.text(max_size=60), st.integers(1, 60))
def test_fitting_fits_and_keeps_the_beginning(text: str, size: int) -> None:
    cut = fitting(text, size)
    assert len(cut.encode("utf-8", "surrogatepass")) <= size
    assert " ".join(text.replace("\0", " ").split()).startswith(cut)


@QUICK
@given(WEEKS, st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]))
def test_every_calendar_parses_with_stable_ids(sessions: list[PlannedSession], zone: str) -> None:
    data = calendar_ics(plan_of(*sessions), timezone=zone, now=NOW)
    calendar = icalendar.Calendar.from_ical(data)
    assert {str(event["uid"]) for event in calendar.walk("VEVENT")} == {f"{s.id}@kneewise" for s in sessions}
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    for event in calendar.walk("VEVENT"):
        start = event.decoded("dtstart")
        day = start.date() if isinstance(start, datetime) else start
        assert day in {session.local_date for session in sessions}


class _Balanced(HTMLParser):
    depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.depth += tag != "meta"

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1


@QUICK
@given(WEEKS, TEXTS)
def test_every_page_is_whole(sessions: list[PlannedSession], name: str) -> None:
    page = week_html(plan_of(*sessions), MONDAY, runner_name=name)
    parser = _Balanced()
    parser.feed(page)
    assert parser.depth == 0
    assert page.count('<section class="day">') == 7


RUNS = st.lists(
    st.builds(
        lambda day, hour, km, moving, running: (day, hour, km, moving, running * moving),
        st.integers(0, 9),
        st.integers(6, 20),
        st.none() | st.floats(0, 20_000),
        st.floats(0, 7200),
        st.floats(0, 1),
    ),
    max_size=8,
)


def _run(number: int, parts: tuple[int, int, float | None, float, float]) -> RecordedRun:
    day: date = MONDAY + timedelta(days=parts[0])
    return RecordedRun(
        id=str(number),
        start=datetime.combine(day, time(parts[1]), UTC),
        local_date=day,
        distance_m=parts[2],
        moving_s=parts[3],
        running_s=parts[4],
    )


@QUICK
@given(WEEKS, RUNS)
def test_each_run_and_each_session_counts_once(
    sessions: list[PlannedSession], parts: list[tuple[int, int, float | None, float, float]]
) -> None:
    plan, runs = plan_of(*sessions), [_run(number, part) for number, part in enumerate(parts)]
    matches = match_runs([plan], runs, timezone="Europe/Berlin")
    assert matches == match_runs([plan], runs[::-1], timezone="Europe/Berlin")
    assert len({match.run.id for match in matches}) == len({match.session.id for match in matches}) == len(matches)
    assert all(abs((match.run.local_date - match.session.local_date).days) <= 1 for match in matches)
    share = share_done([plan], matches, today=MONDAY + timedelta(days=10), timezone="Europe/Berlin")
    assert share.done == len(matches)
    assert share.planned == len(sessions)
