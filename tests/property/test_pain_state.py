"""What must hold for every history of check-ins.

"Gets worse" is exact here. Pain after the run is judged against the pain before it, and morning pain against the usual
one. So a history is worse than another when, on some day, an outcome (during, one hour after, next morning, stairs) is
higher, or swelling, a limp or pain at night is there, while no day is measured against a higher level than before.
Raised mornings also raise what is usual for later days; such pairs are left out of the general property, and the
properties on the latest day and on rising mornings cover them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kneewise.domain import MOMENTS, SIGNS, CheckIn
from kneewise.monitoring import PainState, allowed_change, cap_rule, pain_state, state_document

START = date(2026, 3, 2)
OUTCOMES = ("during", "after_60min", "next_morning", "stairs")
MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])

Answers = Mapping[str, float | bool | None]

pains = st.one_of(st.none(), st.integers(0, 3), st.integers(0, 10))
signs = st.sampled_from([None, None, False, False, False, True])


def event(number: int, day: date, answers: Answers, **more: str | None) -> CheckIn:
    recorded = datetime(2026, 3, 2, 8, tzinfo=UTC) + timedelta(days=(day - START).days + 1, minutes=number)
    return CheckIn(id=f"c{number:03d}", recorded_at=recorded, local_date=day, **answers, **more)  # type: ignore[arg-type]


@st.composite
def days(draw: st.DrawFn, calm: bool = False) -> list[CheckIn]:
    """Return one event a day, on some of up to 24 days."""
    events = []
    low = st.integers(0, 2)
    for number in range(draw(st.integers(1, 24))):
        if draw(st.integers(0, 5)) == 0:
            continue
        quiet = calm or draw(st.booleans())
        pain: Answers = {moment: draw(low if quiet else pains) for moment in MOMENTS}
        told: Answers = {sign: draw(st.sampled_from([None, False]) if quiet else signs) for sign in SIGNS}
        events.append(event(number, START + timedelta(days=number), {**pain, **told}))
    return events


@st.composite
def logs(draw: st.DrawFn) -> list[CheckIn]:
    """Return a log with several events a day, repeats and corrections."""
    events = draw(days())
    for number in range(draw(st.integers(0, 6)) if events else 0):
        earlier = draw(st.sampled_from(events))
        again: Answers = {moment: draw(pains) for moment in MOMENTS}
        again = {**again, **{sign: draw(signs) for sign in SIGNS}}
        corrects = draw(st.sampled_from([None, earlier.id]))
        events.append(event(100 + number, earlier.local_date, again, corrects=corrects))
    return events


def todays() -> st.SearchStrategy[date]:
    return st.integers(0, 30).map(lambda shift: START + timedelta(days=shift))


def caps() -> st.SearchStrategy[str]:
    return st.sampled_from(["pfp", "patellar_tendinopathy", "bone_stress_injury"])


def state_of(events: list[CheckIn], today: date, condition: str = "pfp") -> PainState:
    sessions = [START + timedelta(days=3), START + timedelta(days=10)]
    return pain_state(events, today, condition_cap=cap_rule([condition], tendon_stage=True), sessions=sessions)


def levels(state: PainState) -> list[float | None]:
    """Return every level against which the days are measured."""
    found = [day.inputs.get(level) for day in state.days for level in ("pain_before", "pain_usual")]
    return [*found, state.usual_week_ago.value]


def measured_no_easier(better: PainState, worse: PainState) -> bool:
    pairs = zip(levels(better), levels(worse), strict=True)
    return all((a is None) == (b is None) and (a is None or b is None or b <= a) for a, b in pairs)


def worsened(data: st.DataObject, told: CheckIn) -> CheckIn:
    changes: dict[str, float | bool] = {}
    for moment in OUTCOMES:
        answer = getattr(told, moment)
        if answer is not None and data.draw(st.booleans()):
            changes[moment] = data.draw(st.integers(int(answer), 10))
    changes |= {sign: True for sign in SIGNS if data.draw(st.integers(0, 7)) == 0}
    return replace(told, **changes)  # type: ignore[arg-type]


def assert_no_more(better: PainState, worse: PainState) -> None:
    assert allowed_change(worse) <= allowed_change(better)


@MANY
@given(days(), todays(), caps(), st.data())
def test_a_runner_who_worsens_never_gets_more_load(
    events: list[CheckIn], today: date, condition: str, data: st.DataObject
) -> None:
    chosen = data.draw(st.sets(st.sampled_from([e.id for e in events]), max_size=4)) if events else set()
    worse = [worsened(data, e) if e.id in chosen else e for e in events]
    one, other = state_of(events, today, condition), state_of(worse, today, condition)
    if measured_no_easier(one, other):
        assert_no_more(one, other)


@MANY
@given(days(), caps(), st.data())
def test_a_worse_latest_day_never_gives_more_load(events: list[CheckIn], condition: str, data: st.DataObject) -> None:
    if events:
        last = events[-1]
        today = last.local_date + timedelta(days=data.draw(st.integers(0, 9)))
        worse = [*events[:-1], worsened(data, last)]
        assert_no_more(state_of(events, today, condition), state_of(worse, today, condition))


@MANY
@given(days(calm=True), todays(), st.data())
def test_an_answer_less_on_a_green_day_never_gives_more_load(
    events: list[CheckIn], today: date, data: st.DataObject
) -> None:
    better = state_of(events, today)
    greens = [day.local_date for day in better.days if day.colour == "green"]
    if greens:
        day, moment = data.draw(st.sampled_from(greens)), data.draw(st.sampled_from(OUTCOMES))
        worse = state_of([replace(e, **{moment: None}) if e.local_date == day else e for e in events], today)  # type: ignore[arg-type]
        if measured_no_easier(better, worse):
            assert_no_more(better, worse)


@MANY
@given(days(), todays())
def test_a_lower_limit_never_gives_more_load(events: list[CheckIn], today: date) -> None:
    tendon, knee, bone = (
        allowed_change(state_of(events, today, name)) for name in ("patellar_tendinopathy", "pfp", "bone_stress_injury")
    )
    assert bone <= knee <= tendon
    assert bone <= 1


@MANY
@given(st.integers(0, 2), st.integers(1, 5), st.integers(1, 7), st.integers(8, 9), st.integers(3, 5))
def test_mornings_that_rise_from_week_to_week_never_allow_a_step_up(
    low: int, rise: int, first: int, gap: int, then: int
) -> None:
    # After a gap no usual level is known, and the first raised mornings make one: only the week before tells the rise.
    told = [(number, low) for number in range(first)]
    told += [(first + gap + number, low + rise) for number in range(then)]
    easy = {"before": 0, "during": 0, "after_60min": 0}
    events = [event(n, START + timedelta(days=n), {**easy, "next_morning": pain}) for n, pain in told]
    state = pain_state(events, START + timedelta(days=told[-1][0] + 1))
    if state.weekly_change is not None:
        assert state.weekly_change > 0
        assert allowed_change(state) <= 1


@MANY
@given(logs(), todays(), st.data())
def test_any_order_of_arrival_gives_the_same_state(events: list[CheckIn], today: date, data: st.DataObject) -> None:
    twice = events + (data.draw(st.lists(st.sampled_from(events), max_size=5)) if events else [])
    shuffled = data.draw(st.permutations(twice))
    one, other = state_of(events, today), state_of(list(shuffled), today)
    assert one == other
    assert state_document(one) == state_document(other)


@MANY
@given(logs(), todays(), caps())
def test_every_session_has_one_colour_and_a_missing_answer_is_never_green(
    events: list[CheckIn], today: date, condition: str
) -> None:
    for day in state_of(events, today, condition).days:
        if day.kind != "rest":
            assert day.colour in ("green", "amber", "red")
            assert day.rule
        if day.colour == "green":
            assert day.answers is not None
            assert {"during", "after_60min", "next_morning"} <= day.answers.pain.keys()
            assert not day.missing
        if day.colour == "green" and day.answers is not None and "before" not in day.answers.pain:
            # Nothing was assumed in the runner's favour: a recorded level stood in, or there was no pain at all.
            assert day.inputs["pain_before"] is not None or day.answers.pain["after_60min"] == 0


@MANY
@given(logs(), todays())
def test_answers_about_later_days_change_nothing_today(events: list[CheckIn], today: date) -> None:
    until = [e for e in events if e.local_date <= today]
    assert state_of(events, today) == state_of(until, today)
