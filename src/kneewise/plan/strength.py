"""Strength sessions: which exercises, how much, on which of the runner's days, each with its reason.

A strength day has 48 hours to the next one. Holds and stretches may be done each day, so the days between may carry a
hold alone where a sore tendon or an easily upset knee asks for it (`is_daily` tells them apart).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from kneewise.domain.plan import PlannedSession
from kneewise.evidence.exercises import Exercise
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.plan.strength_choice import Chosen, choose, daily_holds
from kneewise.plan.strength_dose import Dosed, dosed, duration_s, fitted, written
from kneewise.plan.strength_need import StrengthNeed, usual_gap_h
from kneewise.plan.stretches import with_stretches

_WEEK = timedelta(weeks=1)


def plan_strength(need: StrengthNeed, days: Iterable[date]) -> tuple[PlannedSession, ...]:
    """Return the strength sessions of some days, the earliest first.

    Parameters
    ----------
    need : StrengthNeed
        See there; ``need.week`` is the week of the first day.
    days : iterable of date
        Days on which the runner can do strength work, in any order.

    Returns
    -------
    tuple of PlannedSession
        Never more than the usual size of a plan, never two strength days within 48 hours, never over the time.
    """
    if need.stopped:
        return ()
    free = sorted(set(days))
    sessions: list[PlannedSession] = []
    placed = sorted(set(need.done))
    given = {name: [state.last_date] for name, state in need.progress.items() if state.last_date is not None}
    chosen = choose(need)
    for day in free:
        if _too_early_for_the_young(need, day, free[0]) or not _may_be_strength_day(day, placed, need):
            continue
        due = [item for item in chosen if _is_due(item.exercise, day, given) and not _rests(need, item.exercise, day)]
        session = _session(need, day, with_stretches(due, need, day))
        if session is None:
            continue
        sessions.append(session)
        placed.append(day)
        for exercise in session.exercises:
            given.setdefault(exercise.exercise, []).append(day)
    sessions += _days_between(need, free, placed)
    return tuple(sorted(sessions, key=lambda session: session.local_date))


def is_daily(session: PlannedSession) -> bool:
    """Whether the session holds nothing that needs a day of rest after it: holds and stretches alone."""
    library = knowledge().exercises
    return all(_is_gentle(library[exercise.exercise]) for exercise in session.exercises)


def _is_gentle(exercise: Exercise) -> bool:
    return exercise.dose.isometric or exercise.group == "mobility"


def _too_early_for_the_young(need: StrengthNeed, day: date, first: date) -> bool:
    if not need.young:
        return False
    return need.week + (day - first) // _WEEK < value("strength.adolescent_first_week")


def _may_be_strength_day(day: date, placed: Sequence[date], need: StrengthNeed) -> bool:
    if any(_hours(day, other) < usual_gap_h() for other in placed):
        return False
    recent = [other for other in placed if day - _WEEK < other < day]
    return len(recent) < need.most_per_week


def _hours(day: date, other: date) -> float:
    return abs(day - other) / timedelta(hours=1)


def _rests(need: StrengthNeed, exercise: Exercise, day: date) -> bool:
    """Whether the knee rests from the exercise in a flare: only holds and work at the hip go on."""
    resting = need.rest_until is not None and day <= need.rest_until
    return resting and exercise.group in ("knee", "impact") and not exercise.dose.isometric


def _is_due(exercise: Exercise, day: date, given: dict[str, list[date]]) -> bool:
    """Whether the exercise's own gap and number per week allow it: jumps rest longer than other work."""
    before = given.get(exercise.id, [])
    dose = exercise.dose
    if dose.min_gap_h is not None and before and _hours(day, before[-1]) < dose.min_gap_h:
        return False
    return len([other for other in before if day - _WEEK < other]) < (dose.per_week_high or dose.per_week)


def _session(need: StrengthNeed, day: date, chosen: Sequence[Chosen]) -> PlannedSession | None:
    items = fitted([dosed(item, need) for item in chosen], need.most_seconds)
    if not items:
        return None
    return PlannedSession(
        id=f"strength-{day.isoformat()}",
        local_date=day,
        kind="strength",
        title="Strength",
        dose=_dose_words(items),
        why=_why(need) + (_STRETCH if items[-1].exercise.group == "mobility" else ""),
        rule=_rule(need),
        sources=_sources(items, need),
        duration_s=duration_s(items),
        exercises=tuple(written(item, need) for item in items),
        effort=_effort(need),
    )


def _days_between(need: StrengthNeed, free: Sequence[date], placed: Sequence[date]) -> Iterator[PlannedSession]:
    holds = daily_holds(need)
    if not holds:
        return
    items = fitted([dosed(item, need) for item in holds], need.most_seconds)
    for day in free:
        if not items or day in placed or _too_early_for_the_young(need, day, free[0]):
            continue
        yield PlannedSession(
            id=f"holds-{day.isoformat()}",
            local_date=day,
            kind="strength",
            title="A hold",
            dose=_dose_words(items),
            why="Holds may be done each day. They keep the thigh at work while the knee calms down.",
            rule="holds",
            sources=_sources(items, need),
            duration_s=duration_s(items),
            exercises=tuple(written(item, need) for item in items),
            effort=_effort(need),
        )


_STRETCH = " The stretch at the end is for comfort. That it helps is of low certainty."


def _dose_words(items: Sequence[Dosed]) -> str:
    minutes = max(round(duration_s(items) / 60), 1)
    count = "1 exercise" if len(items) == 1 else f"{len(items)} exercises"
    return f"{count}, about {minutes} minutes"


def _why(need: StrengthNeed) -> str:
    if need.on_tendon_stages:
        stage = next(stage for stage in knowledge().tendon_stages.values() if stage.order == need.tendon_stage)
        reason = stage.text
    elif need.gentle:
        reason = "Your knee is easily upset. So we start at the hip, with holds and small bends."
    elif need.phase == "maintain":
        reason = "Keep what you have built, once or twice a week."
    else:
        reason = knowledge().exercise_rules["no_best_exercise"].text
    smaller = [knowledge().adherence["shrink_plan"].text] if need.shrunk else []
    if need.factor < 1:
        smaller.append("The knee asks for less now, so there is one set less.")
    return " ".join([reason, *smaller])


def _rule(need: StrengthNeed) -> str:
    if need.on_tendon_stages:
        return f"stage_{need.tendon_stage}"
    if need.shrunk:
        return "shrink_plan"
    if "stairs_or_squat_sore" in need.modules:
        return "stairs_or_squat_sore"
    # The rule is the one that the reason speaks of: its certainty stands beside these words.
    return "frequency" if need.gentle or need.phase == "maintain" else "exercise_hip_knee"


def _effort(need: StrengthNeed) -> str:
    figures = knowledge().exercise_rules["effort"].values
    early = need.phase == "calm" or need.gentle
    figure = figures["rpe_early" if early else "rpe_strength"]
    return f"{figure.low:g} to {figure.high:g} out of 10"


def _sources(items: Sequence[Dosed], need: StrengthNeed) -> tuple[str, ...]:
    care = knowledge().interventions["tendon_loading_ptle" if need.on_tendon_stages else "exercise_hip_knee"]
    found = [*care.sources, *(source for item in items for source in item.exercise.sources)]
    return tuple(dict.fromkeys(found))
