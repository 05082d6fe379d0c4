"""Whatever the runner, the log and the calendar: what must never happen with strength work."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.plan.strength_cases import START, log

from kneewise.domain.plan import PlannedSession
from kneewise.domain.strength_log import SetLog
from kneewise.evidence.knowledge import knowledge
from kneewise.plan.strength import is_daily, plan_strength
from kneewise.plan.strength_amount import amount
from kneewise.plan.strength_choice import allowed, choose, usable
from kneewise.plan.strength_need import PHASES, StrengthNeed
from kneewise.plan.strength_progress import Morning, Progress, progress_of
from kneewise.plan.strength_steps import STEP_TYPES

LIBRARY = knowledge().exercises
CONDITIONS = ["pfp", "itbs", "knee_oa", "patellar_tendinopathy", "quadriceps_tendinopathy", "osgood_schlatter", "plica"]
PIECES = [
    "band",
    "mini_band",
    "step",
    "bench",
    "weight",
    "dumbbell",
    "machine",
    "cable",
    "strap",
    "decline_board",
    "box",
]
IRRITABILITY = [None, "low", "moderate", "high"]

GOOD: dict[str, Any] = {"pain": 0.0, "reps": 25, "reps_in_reserve": 4, "sets": 5, "rise": 0}
#: Mostly good sessions: among random ones no exercise ever goes up, and nothing could go wrong.
sessions_logged = st.lists(
    st.sampled_from(
        [
            *[GOOD] * 12,
            *({**GOOD, "pain": pain} for pain in (1.0, 2.0, 2.0, 3.0, 3.0, 6.0, None)),
            *({**GOOD, "rise": rise} for rise in (1, 2, None)),
            {**GOOD, "reps": 12},
            {**GOOD, "reps_in_reserve": 1},
            {**GOOD, "sets": 2},
        ]
    ),
    min_size=4,
    max_size=16,
)


@st.composite
def needs(draw: st.DrawFn) -> StrengthNeed:
    conditions = draw(st.lists(st.sampled_from(CONDITIONS), max_size=2, unique=True))
    return StrengthNeed(
        phase=draw(st.sampled_from(PHASES)),
        conditions=tuple(conditions),
        tendon_stage=draw(st.sampled_from([None, 1, 2, 3, 4])),
        irritability=draw(st.sampled_from(IRRITABILITY)),
        pain_cap=draw(st.sampled_from([0.0, 2.0, 3.0])),
        factor=draw(st.sampled_from([0.7, 0.8, 1.0, 1.1])),
        flare=draw(st.booleans()),
        age_years=draw(st.sampled_from([None, 14, 30, 70])),
        pregnant=draw(st.booleans()),
        no_impact=draw(st.booleans()),
        no_tendon_loading=draw(st.booleans()),
        equipment=frozenset(draw(st.lists(st.sampled_from(PIECES), unique=True))),
        minutes=draw(st.one_of(st.none(), st.integers(0, 60).map(float))),
        modules=tuple(draw(st.lists(st.sampled_from(list(knowledge().module_rules)), max_size=3, unique=True))),
        circumstances=frozenset(draw(st.lists(st.sampled_from(["gait_retraining", "foot_pronation"]), unique=True))),
        week=draw(st.integers(1, 8)),
        adherence=draw(st.sampled_from([None, 0.2, 0.9])),
        progress=fold(draw(st.sampled_from(["k04", "h02", "h05", "c02", "k10"])), draw(sessions_logged)),
        measured={"level_run_green_min": draw(st.sampled_from([None, 10.0, 30.0]))},
    )


def logs(exercise: str, entries: list[dict[str, Any]]) -> list[SetLog]:
    return [
        log(place, exercise, **{key: entry[key] for key in ("pain", "reps", "reps_in_reserve", "sets")})
        for place, entry in enumerate(entries)
    ]


def mornings(entries: list[dict[str, Any]]) -> dict[date, Morning]:
    return {
        START + timedelta(days=2 * place): Morning(pain=1 + entry["rise"], usual=1)
        for place, entry in enumerate(entries)
        if entry["rise"] is not None
    }


def fold(exercise: str, entries: list[dict[str, Any]]) -> dict[str, Progress]:
    return dict(progress_of(logs(exercise, entries), cap=2, mornings=mornings(entries)))


days = st.lists(st.integers(0, 40).map(lambda place: START + timedelta(days=place)), max_size=30)


def work(session: PlannedSession) -> int:
    return sum(exercise.sets for exercise in session.exercises)


@settings(max_examples=150, deadline=None)
@given(need=needs(), free=days)
def test_never_over_the_time_the_size_or_the_week(need: StrengthNeed, free: list[date]) -> None:
    sessions = plan_strength(need, free)
    for session in sessions:
        assert session.duration_s is not None
        assert session.duration_s <= min(25.0, 25.0 if need.minutes is None else need.minutes) * 60
        assert 1 <= len(session.exercises) <= 5
        assert session.local_date in free
        assert all(exercise.why and exercise.sets >= 1 for exercise in session.exercises)
    strength = [session.local_date for session in sessions if not session.id.startswith("holds")]
    assert all((later - earlier).days >= 2 for earlier, later in pairwise(strength))
    for day in strength:
        assert len([other for other in strength if day - timedelta(days=6) <= other <= day]) <= 3
    for session in sessions:
        assert not session.id.startswith("holds") or is_daily(session)
    assert len({session.id for session in sessions}) == len(sessions)


@settings(max_examples=150, deadline=None)
@given(need=needs(), free=days)
def test_what_must_not_be_given_never_is_and_equipment_is_respected(need: StrengthNeed, free: list[date]) -> None:
    for session in plan_strength(need, free):
        for dose in session.exercises:
            exercise = LIBRARY[dose.exercise]
            assert allowed(exercise, need)
            assert usable(exercise, need.equipment)
            assert not set(exercise.not_for) & set(need.conditions)
            assert dose.pain_cap <= min(exercise.pain_cap, need.pain_cap)
            if need.pregnant:
                assert exercise.pregnancy not in ("avoid", "adapt")
            if exercise.group == "impact":
                assert not any((need.no_impact, need.pregnant, need.flare, need.irritability == "high"))


@settings(max_examples=100, deadline=None)
@given(need=needs(), free=days, bone=st.sampled_from(["bone_stress_injury", "fracture"]))
def test_a_flag_or_a_bone_problem_stops_everything(need: StrengthNeed, free: list[date], bone: str) -> None:
    assert plan_strength(replace(need, blocked=True), free) == ()
    assert plan_strength(replace(need, conditions=(*need.conditions, bone)), free) == ()


@settings(max_examples=80, deadline=None)
@given(need=needs(), free=days)
def test_the_same_need_gives_the_same_plan_whatever_the_order_of_days(need: StrengthNeed, free: list[date]) -> None:
    assert plan_strength(need, free) == plan_strength(need, list(reversed(free)))


@settings(max_examples=150, deadline=None)
@given(entries=sessions_logged, data=st.data())
def test_the_order_of_the_log_does_not_matter(entries: list[dict[str, Any]], data: st.DataObject) -> None:
    all_logs = logs("k04", entries) + logs("h02", entries)
    shuffled = data.draw(st.permutations(all_logs))
    known = mornings(entries)
    assert progress_of(shuffled, cap=2, mornings=known) == progress_of(all_logs, cap=2, mornings=known)


@settings(max_examples=400, deadline=None)
@given(
    exercise=st.sampled_from(["k04", "h02", "h05", "h07", "c02", "h12", "k03"]),
    entries=sessions_logged,
    worse=st.lists(
        st.sampled_from([*[(0, 0, 0)] * 9, (1, 0, 0), (3, 0, 0), (6, 0, 0), (0, 1, 0), (0, 2, 0), (0, 0, 1)]),
        min_size=16,
        max_size=16,
    ),
)
def test_more_pain_never_yields_a_harder_dose(
    exercise: str, entries: list[dict[str, Any]], worse: list[tuple[int, int, int]]
) -> None:
    """Raise the pain and the next morning of any sessions, or leave out an answer: no step is higher than before."""
    hurt = []
    for entry, (more, rise, silent) in zip(entries, worse, strict=False):
        pain = None if entry["pain"] is None else min(entry["pain"] + more, 10)
        rose = None if entry["rise"] is None else entry["rise"] + rise
        if silent and entry["pain"] is not None and entry["pain"] <= 2 and rose in (None, 0, 1):
            pain = None
        hurt.append({**entry, "pain": pain, "rise": rose})
    well = fold(exercise, entries).get(exercise, Progress(exercise=exercise))
    ill = fold(exercise, hurt).get(exercise, Progress(exercise=exercise))
    assert ill.position + ill.mastered <= well.position + well.mastered
    assert all(ill.steps[kind] <= well.steps[kind] for kind in STEP_TYPES)
    assert ill.easier >= well.easier
    record = LIBRARY[exercise]
    harder, easier = amount(record, well.steps, well.easier), amount(record, ill.steps, ill.easier)
    assert easier.sets <= harder.sets
    assert max(easier.knee_angle_deg, default=0) <= max(harder.knee_angle_deg, default=0)
    assert easier.load_steps <= harder.load_steps


@settings(max_examples=100, deadline=None)
@given(need=needs())
def test_a_knee_that_is_upset_more_easily_never_gets_exercises_of_a_later_phase(need: StrengthNeed) -> None:
    def latest(level: str) -> int:
        chosen = choose(replace(need, irritability=level))  # type: ignore[arg-type]
        return max(
            (min(PHASES.index(phase) for phase in item.exercise.phases if phase in PHASES) for item in chosen),
            default=0,
        )

    assert latest("high") <= latest("low")


@settings(max_examples=80, deadline=None)
@given(need=needs(), free=days)
def test_a_smaller_factor_never_means_more_sets(need: StrengthNeed, free: list[date]) -> None:
    full = {s.id: work(s) for s in plan_strength(replace(need, factor=1.0, minutes=None), free)}
    less = {s.id: work(s) for s in plan_strength(replace(need, factor=0.8, minutes=None), free)}
    assert all(less[name] <= sets for name, sets in full.items() if name in less)
