"""Which run was which session: the same day first, each once, and words that never judge."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import permutations

import pytest
from tests.readability import assert_readable
from tests.sample_week import LONG_RUN, MONDAY, PRACTICE, STRENGTH, WALK_RUN, WEEK, plan_of

from kneewise.domain import Interval, Plan, PlannedSession, Repeat, RunStep
from kneewise.plan.adherence import (
    Matched,
    ShareDone,
    done_sessions,
    match_runs,
    share_done,
    walks_done,
)
from kneewise.plan.inputs import DoneSession
from kneewise.plan.recorded_runs import RecordedRun

BERLIN = "Europe/Berlin"
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


def run(day: date, *, name: str = "r", at: time = time(16, 0), km: float | None = None, minutes: float = 30.0,
        running: float = 1.0, cadence: float | None = None) -> RecordedRun:  # fmt: skip
    return RecordedRun(
        id=name,
        start=datetime.combine(day, at, UTC),
        local_date=day,
        moving_s=minutes * 60,
        running_s=minutes * 60 * running,
        distance_m=None if km is None else km * 1000,
        cadence_spm=cadence,
    )


def easy(day: date, name: str, *, km: float | None = 5, minutes: float | None = None) -> PlannedSession:
    return replace(
        LONG_RUN,
        id=name,
        local_date=day,
        distance_m=None if km is None else km * 1000,
        duration_s=None if minutes is None else minutes * 60,
    )


def matched(plans: list[Plan] | Plan, *runs: RecordedRun) -> dict[str, str]:
    plans = [plans] if isinstance(plans, Plan) else plans
    return {match.run.id: match.session.id for match in match_runs(plans, runs, timezone=BERLIN)}


def only(plan: Plan, done: RecordedRun) -> Matched:
    [match] = match_runs([plan], [done], timezone=BERLIN)
    return match


def said(session: PlannedSession, done: RecordedRun) -> list[str]:
    return [deviation.text for deviation in only(plan_of(session), done).deviations]


def test_a_whole_week() -> None:
    runs = (
        run(MONDAY, name="mon", running=0.5),
        run(date(2026, 7, 16), name="thu", minutes=21),
        run(date(2026, 7, 18), name="sat", km=6.1),
    )
    assert matched(WEEK, *runs) == {"mon": WALK_RUN.id, "thu": PRACTICE.id, "sat": LONG_RUN.id}


def test_strength_and_rest_are_no_runs() -> None:
    assert matched(plan_of(STRENGTH), run(TUESDAY, minutes=20)) == {}


def test_a_session_cut_short_is_still_that_session() -> None:
    match = only(plan_of(easy(MONDAY, "a")), run(MONDAY, km=1.5))
    assert match.share == pytest.approx(0.3)


def test_a_recording_by_mistake_is_not() -> None:
    assert matched(plan_of(easy(MONDAY, "a")), run(MONDAY, km=0.1)) == {}


def test_without_any_length_the_day_decides() -> None:
    open_ended = easy(MONDAY, "a", km=None)
    match = only(plan_of(open_ended), run(MONDAY, km=3))
    assert (match.share, match.deviations) == (None, ())
    assert matched(plan_of(open_ended), run(TUESDAY, km=3)) == {}


def test_the_same_day_before_the_next() -> None:
    plan = plan_of(easy(MONDAY, "a"), easy(TUESDAY, "b"))
    assert matched(plan, run(TUESDAY, km=5)) == {"r": "b"}
    assert matched(plan, run(TUESDAY, name="1", km=5), run(TUESDAY, name="2", km=4.8)) == {"1": "b", "2": "a"}


@pytest.mark.parametrize(("km", "counts"), [(5, True), (3.5, True), (3, False), (7.4, True), (8, False)])
def test_a_day_later_counts_when_about_as_long(km: float, counts: bool) -> None:
    assert bool(matched(plan_of(easy(MONDAY, "a")), run(TUESDAY, km=km))) is counts


def test_a_day_earlier_counts_and_two_days_do_not() -> None:
    plan = plan_of(easy(TUESDAY, "a"))
    assert matched(plan, run(MONDAY, km=5)) == {"r": "a"}
    assert matched(plan, run(TUESDAY + timedelta(days=2), km=5)) == {}


def test_likeness_decides_between_two_of_a_day() -> None:
    plan = plan_of(easy(MONDAY, "short", km=3), easy(MONDAY, "long", km=8))
    runs = (run(MONDAY, name="1", km=7.5), run(MONDAY, name="2", km=3.2, at=time(17, 0)))
    assert matched(plan, *runs) == {"1": "long", "2": "short"}


def test_walks_tell_a_walk_run_from_a_run() -> None:
    walk_run = replace(WALK_RUN, id="walk-run", start_time=None)
    plan = plan_of(walk_run, easy(MONDAY, "run", km=None, minutes=30))
    runs = (run(MONDAY, name="1"), run(MONDAY, name="2", running=0.5, at=time(17, 0)))
    assert matched(plan, *runs) == {"1": "run", "2": "walk-run"}


def test_the_order_of_the_input_does_not_matter() -> None:
    plan = plan_of(*(easy(MONDAY, name, km=km) for name, km in (("a", 5), ("b", 5), ("c", 9))))
    runs = [run(MONDAY, name=name, km=5) for name in ("1", "2")] + [run(TUESDAY, name="3", km=8)]
    answers = {tuple(matched(plan, *order).items()) for order in permutations(runs)}
    assert answers == {(("1", "a"), ("2", "b"), ("3", "c"))}


def version(number: int, issued: datetime, *sessions: PlannedSession) -> Plan:
    return plan_of(*sessions, version=number, issued_at=issued)


def test_a_change_after_the_run_does_not_rewrite_what_was_told() -> None:
    told = version(1, datetime(2026, 7, 12, tzinfo=UTC), easy(MONDAY, "a"))
    after = version(2, datetime(2026, 7, 13, 20, 0, tzinfo=UTC), easy(MONDAY, "a", km=2), easy(WEDNESDAY, "b"))
    [match] = match_runs([after, told], [run(MONDAY, km=5)], timezone=BERLIN)
    assert (match.version, match.session.distance_m, match.deviations) == (1, 5000, ())


def test_a_change_before_the_run_counts() -> None:
    told = version(1, datetime(2026, 7, 12, tzinfo=UTC), easy(MONDAY, "a"))
    morning = version(2, datetime(2026, 7, 13, 6, 0, tzinfo=UTC), easy(MONDAY, "a", km=2))
    [match] = match_runs([told, morning], [run(MONDAY, km=2)], timezone=BERLIN)
    assert (match.version, match.share) == (2, 1.0)


def test_a_run_before_the_first_plan_fulfils_nothing() -> None:
    plan = version(1, datetime(2026, 7, 13, 18, 0, tzinfo=UTC), easy(MONDAY, "a"))
    assert matched(plan, run(MONDAY, km=5)) == {}
    assert matched(plan, run(MONDAY, km=5, at=time(19, 0))) == {"r": "a"}


def test_yesterdays_session_stands_although_a_plan_begins_today() -> None:
    plans = [
        version(1, datetime(2026, 7, 12, tzinfo=UTC), easy(MONDAY, "a")),
        version(2, datetime(2026, 7, 14, 6, 0, tzinfo=UTC), easy(WEDNESDAY, "b", km=9)),
    ]
    assert matched(plans, run(TUESDAY, km=5)) == {"r": "a"}


def test_a_session_that_moved_on_waits_for_its_new_day() -> None:
    friday = MONDAY + timedelta(days=4)
    plans = [
        version(1, datetime(2026, 7, 12, tzinfo=UTC), easy(MONDAY, "a")),
        version(2, datetime(2026, 7, 14, 6, 0, tzinfo=UTC), easy(friday, "a")),
    ]
    assert matched(plans, run(TUESDAY, km=5)) == {}
    assert matched(plans, run(friday, km=5)) == {"r": "a"}


def test_no_plan_no_match() -> None:
    assert matched([], run(MONDAY)) == {}
    assert matched(WEEK) == {}


@pytest.mark.parametrize(
    ("km", "words"),
    [
        (5, []),
        (4.3, []),
        (3, ["Shorter than planned: 3 km, planned 5 km."]),
        (7, ["Longer than planned: 7 km, planned 5 km."]),
    ],
)
def test_length_in_words(km: float, words: list[str]) -> None:
    assert said(easy(MONDAY, "a"), run(MONDAY, km=km)) == words


def test_length_by_time_where_there_is_no_distance() -> None:
    session = easy(MONDAY, "a", minutes=30)
    assert said(session, run(MONDAY, minutes=20)) == ["Shorter than planned: 20 min, planned 30 min."]


@pytest.mark.parametrize(
    ("cadence", "words"),
    [
        (169, "Step rate held: 169 steps a minute."),
        (164, "Step rate held: 164 steps a minute."),
        (163, "Step rate below the aim: 163 steps a minute, aim 166 to 172."),
        (175, "Step rate above the aim: 175 steps a minute, aim 166 to 172."),
    ],
)
def test_cadence_in_words(cadence: float, words: str) -> None:
    session = replace(easy(MONDAY, "a"), cadence_target_spm=Interval(166, 172))
    assert said(session, run(MONDAY, km=5, cadence=cadence)) == [words]
    assert said(session, run(MONDAY, km=5)) == []


def test_walks_in_words() -> None:
    assert said(easy(MONDAY, "a"), run(MONDAY, km=5, running=0.9)) == ["With some walking."]
    assert said(easy(MONDAY, "a"), run(MONDAY, km=5, running=0.97)) == []
    assert said(WALK_RUN, run(MONDAY, minutes=30)) == ["Run through, without the walks."]
    warm = Repeat(times=1, steps=(RunStep(kind="warm_up", duration_s=300), RunStep(kind="run", duration_s=1500)))
    assert said(replace(easy(MONDAY, "a"), blocks=(warm,)), run(MONDAY, km=5, running=0.8)) == []


def test_days_in_words() -> None:
    assert said(easy(MONDAY, "a"), run(TUESDAY, km=5)) == ["A day later than planned."]
    assert said(easy(TUESDAY, "a"), run(MONDAY, km=5)) == ["A day earlier than planned."]


def test_what_is_not_known_is_not_told() -> None:
    bare = RecordedRun(id="r", start=datetime(2026, 7, 13, 16, 0, tzinfo=UTC), local_date=MONDAY)
    match = only(plan_of(WALK_RUN), bare)
    assert (match.share, match.walked, match.deviations) == (None, None, ())


def test_matches_as_the_plan_takes_them_in() -> None:
    matches = match_runs([plan_of(easy(MONDAY, "a"))], [run(TUESDAY, km=4)], timezone=BERLIN)
    assert done_sessions(matches) == (DoneSession(session_id="a", local_date=TUESDAY, kind="run", share=0.8),)


def share(plans: list[Plan], runs: list[RecordedRun], today: date, **more: object) -> ShareDone:
    matches = match_runs(plans, runs, timezone=BERLIN)
    return share_done(plans, matches, today=today, timezone=BERLIN, **more)  # type: ignore[arg-type]


def test_share_of_a_week() -> None:
    done = share([WEEK], [run(MONDAY, running=0.5)], date(2026, 7, 20))
    assert (done.done, done.planned) == (1, 3)
    assert done.share == pytest.approx(1 / 3)
    assert done.text == "You did 1 of 3 planned sessions in the last 14 days."


def test_today_is_not_over() -> None:
    assert share([WEEK], [], MONDAY).planned == 0
    assert share([WEEK], [], MONDAY).share is None
    assert share([WEEK], [], TUESDAY).planned == 1


def test_the_window_ends() -> None:
    assert share([WEEK], [], date(2026, 7, 27)).planned == 3
    assert share([WEEK], [], date(2026, 7, 28)).planned == 2


def test_strength_counts_where_it_is_logged() -> None:
    kinds = frozenset({"run", "walk_run", "gait_retraining", "strength"})
    done = share([WEEK], [], date(2026, 7, 20), kinds=kinds, done_ids=[STRENGTH.id, "unknown"])
    assert (done.done, done.planned) == (1, 5)


def test_what_the_plan_took_back_was_not_missed() -> None:
    plans = [
        version(1, datetime(2026, 7, 12, tzinfo=UTC), easy(MONDAY, "a"), easy(TUESDAY, "b")),
        version(2, datetime(2026, 7, 14, 8, 0, tzinfo=UTC), easy(WEDNESDAY, "c")),
    ]
    done = share(plans, [run(MONDAY, km=5), run(WEDNESDAY, km=5, name="2")], date(2026, 7, 20))
    assert (done.done, done.planned) == (2, 2)


def test_a_missed_session_that_moved_on_is_planned_once() -> None:
    plans = [
        version(1, datetime(2026, 7, 12, tzinfo=UTC), easy(MONDAY, "a")),
        version(2, datetime(2026, 7, 14, 6, 0, tzinfo=UTC), easy(WEDNESDAY, "a")),
    ]
    assert share(plans, [run(WEDNESDAY, km=5)], date(2026, 7, 20)).share == 1.0


def test_what_was_done_and_then_taken_back_counts_as_done() -> None:
    plans = [
        version(1, datetime(2026, 7, 12, tzinfo=UTC), easy(MONDAY, "a")),
        version(2, datetime(2026, 7, 13, 20, 0, tzinfo=UTC), easy(WEDNESDAY, "b")),
    ]
    assert share(plans, [run(MONDAY, km=5)], WEDNESDAY).share == 1.0


def test_the_words_are_plain_and_do_not_blame() -> None:
    session = replace(easy(MONDAY, "a"), cadence_target_spm=Interval(166, 172))
    runs = [run(TUESDAY, km=km, cadence=cadence, running=0.8) for km, cadence in ((3.5, 150), (7, 190), (5, 170))]
    words = [text for each in runs for text in said(session, each)]
    words += [ShareDone(MONDAY, TUESDAY, 0, planned).text for planned in (0, 5)]
    words += said(WALK_RUN, run(MONDAY, minutes=10))
    assert_readable((text, text) for text in words)
    judged = {"fail", "only", "should", "missed", "bad", "too", "not", "must"}
    assert not judged & {word.strip(".,:").lower() for text in words for word in text.split()}


@pytest.mark.parametrize(
    ("minutes", "running", "share"),
    [
        (30, 0.5, 1.0),  # all of it on the watch
        (15, 1.0, 1.0),  # the running alone: typed in, or a watch that pauses in the walks
        (18, 0.5, 0.6),  # cut short
    ],
)
def test_a_walk_run_is_as_long_as_its_whole_or_its_running(minutes: float, running: float, share: float) -> None:
    planned = replace(
        WALK_RUN,
        duration_s=1800,
        blocks=(Repeat(times=5, steps=(RunStep(kind="walk", duration_s=180), RunStep(kind="run", duration_s=180))),),
    )
    assert only(plan_of(planned), run(MONDAY, minutes=minutes, running=running)).share == pytest.approx(share)


def test_a_planned_walk_is_done_when_it_is_told_about_or_recorded() -> None:
    walks = [
        replace(LONG_RUN, id=name, local_date=day, kind="walk", stage="R0", distance_m=None, duration_s=1800)
        for name, day in (("a", MONDAY), ("b", WEDNESDAY))
    ]
    plan = plan_of(*walks)

    def done(told: set[date], walked_s: dict[date, float], ran: set[date]) -> list[tuple[str, str, float]]:
        found = walks_done([plan], told=told, walked_s=walked_s, ran=ran, timezone=BERLIN)
        return [(each.session_id, each.stage, each.share) for each in found]

    assert done({MONDAY}, {}, set()) == [("a", "R0", 1.0)]
    assert done(set(), {MONDAY: 1500.0, WEDNESDAY: 1800.0}, set()) == [("a", "R0", 1500 / 1800), ("b", "R0", 1.0)]
    assert done({TUESDAY}, {TUESDAY: 1800.0}, set()) == []  # no walk was planned
    assert done({MONDAY}, {}, {MONDAY}) == []  # what was told is about the run
