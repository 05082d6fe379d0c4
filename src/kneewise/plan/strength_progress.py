"""Progression and regression of each exercise, folded from the log of sets.

The limits stand in ``evidence/exercise_rules.toml`` (``progress_when``, ``regress_when``, ``progress_order``). What was
not answered is never green: without the pain, the repetitions left or the next morning, an exercise stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Literal

from kneewise.domain.strength_log import SetLog, holding
from kneewise.evidence.exercises import Exercise
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.rules import ListRule, all_hold
from kneewise.plan.strength_amount import Amount, Easier, amount
from kneewise.plan.strength_steps import STEP_TYPES, StepType, steps_of

Move = Literal["new", "same", "up", "down"]
#: In this order a dose is made smaller; what came last in the order of progress and has no place in the rule follows.
_DOWN: tuple[StepType, ...] = ("range", "load", "reps_sets", "speed", "complexity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """Pain on the morning after a session, and the usual morning pain, 0 to 10."""

    pain: float
    usual: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far one exercise has come.

    Attributes
    ----------
    steps : mapping of str to int
        Steps taken of each kind.
    easier : int
        Steps below the first dose: 1 an easier way, 2 one set less, 3 an easier exercise.
    mastered : bool
        Every step was taken and the last dose was full and green, twice.
    hold : int
        Sessions that must still be repeated after a step down.
    load_kg, band : float or None, str
        Load of the last session.
    move, why : str, str
        What the last session led to, and the reason in words.
    greens, ambers : int
        Full green sessions, and sessions over the pain cap, in a row.
    """

    exercise: str
    steps: Mapping[StepType, int] = field(default_factory=lambda: MappingProxyType(dict.fromkeys(STEP_TYPES, 0)))
    easier: int = 0
    mastered: bool = False
    hold: int = 0
    sessions: int = 0
    last_date: date | None = None
    load_kg: float | None = None
    band: str = ""
    move: Move = "new"
    why: str = ""
    greens: int = 0
    ambers: int = 0

    @property
    def position(self) -> int:
        """Steps above the first dose, or below it as a negative number."""
        return sum(self.steps.values()) - self.easier


def sessions_of(logs: Iterable[SetLog]) -> Mapping[str, tuple[tuple[SetLog, ...], ...]]:
    """Return the entries that hold after corrections, by exercise and then by day, the oldest first."""
    found: dict[str, dict[date, list[SetLog]]] = {}
    for log in holding(logs):
        found.setdefault(log.exercise, {}).setdefault(log.local_date, []).append(log)
    return {name: tuple(tuple(same) for same in days.values()) for name, days in sorted(found.items())}


def progress_of(
    logs: Iterable[SetLog],
    *,
    cap: float,
    mornings: Mapping[date, Morning] | None = None,
    tendon_stage: int | None = None,
) -> Mapping[str, Progress]:
    """Return how far each logged exercise has come.

    Parameters
    ----------
    logs : iterable of SetLog
        In any order; exercises that the library does not hold are left out.
    cap : float
        Pain (0 to 10) up to which the runner's pain rule calls a session green.
    mornings : mapping of date to Morning
        By the day of the session; a morning that is missing keeps an exercise from going up.
    tendon_stage : int or None
        Stage of tendon loading, which has doses of its own.
    """
    library = knowledge().exercises
    return {
        name: _fold(library[name], sessions, cap, mornings or {}, tendon_stage)
        for name, sessions in sessions_of(logs).items()
        if name in library
    }


def _fold(
    exercise: Exercise,
    sessions: Sequence[Sequence[SetLog]],
    cap: float,
    mornings: Mapping[date, Morning],
    tendon_stage: int | None,
) -> Progress:
    state = Progress(exercise=exercise.id)
    for same_day in sessions:
        target = amount(exercise, state.steps, state.easier, tendon_stage)
        morning = mornings.get(same_day[0].local_date)
        state = _after(exercise, state, _judge(same_day, target, min(cap, exercise.pain_cap), morning))
        known = [log.load_kg for log in same_day if log.load_kg is not None]
        state = replace(
            state,
            sessions=state.sessions + 1,
            last_date=same_day[0].local_date,
            load_kg=min(known) if known else state.load_kg,
            band=same_day[-1].band or state.band,
        )
    return state


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdict:
    """One session against the limits: ``green`` counts towards more, ``amber`` and ``down`` towards less."""

    green: bool
    amber: bool
    measured: Mapping[str, float | None]


def _judge(same_day: Sequence[SetLog], target: Amount, cap: float, morning: Morning | None) -> _Verdict:
    pains = [log.pain for log in same_day if log.pain is not None]
    worst = max(pains) if pains else None
    lost = [log.form_lost_at_rep for log in same_day if log.form_lost_at_rep is not None]
    left = [log.reps_in_reserve for log in same_day]
    measured: dict[str, float | None] = {
        "pain_during": worst,
        "pain_morning": None if morning is None else morning.pain,
        "pain_usual": None if morning is None else morning.usual,
        "form_lost_at_rep": min(lost) if lost else None,
        "top_reps_in_all_sets": float(_full(same_day, target)),
        # A hold has no repetitions left over to count.
        "reps_in_reserve": _least(left) if target.reps is not None else math.inf,
    }
    answered = len(pains) == len(same_day)
    criteria = [c for c in _rule("progress_when").criteria if c.metric not in ("pain_during", "sessions_in_a_row")]
    green = answered and worst is not None and worst <= cap and all_hold(tuple(criteria), measured) is True
    return _Verdict(green=green and not lost, amber=worst is not None and worst > cap, measured=measured)


def _full(same_day: Sequence[SetLog], target: Amount) -> bool:
    enough = sum(log.sets for log in same_day) >= target.sets
    if target.reps is not None:
        return enough and all(log.reps is not None and log.reps >= target.top_reps for log in same_day)
    if target.bout_s is not None:
        return enough and all(log.hold_s is not None and log.hold_s >= target.bout_s for log in same_day)
    return enough


def _least(values: Sequence[int | None]) -> int | None:
    known = [number for number in values if number is not None]
    return min(known) if known and len(known) == len(values) else None


def _after(exercise: Exercise, state: Progress, verdict: _Verdict) -> Progress:
    unanswered = verdict.measured["pain_during"] is None
    ambers = state.ambers if unanswered else state.ambers + 1 if verdict.amber else 0
    measured = {**verdict.measured, "ambers_in_a_row": float(ambers)}
    if _rule("regress_when").holds(measured):
        return _down(replace(state, ambers=ambers), measured)
    greens = state.greens + 1 if verdict.green and state.hold == 0 else 0
    held = replace(state, ambers=ambers, greens=greens, hold=max(state.hold - 1, 0), move="same", why=_kept(state))
    if greens >= _twice():
        return _up(exercise, held)
    return held


def _kept(state: Progress) -> str:
    if state.hold > 0:
        return "Repeat the easier dose some times before it grows again."
    return "Stay here until all sets are full with 2 left, twice, with little pain and a good next day."


def _up(exercise: Exercise, state: Progress) -> Progress:
    state = replace(state, greens=0, move="up", why="Up a step: all sets were full, twice, and the knee took it well.")
    if state.easier > 0:
        return replace(state, easier=state.easier - 1)
    steps = steps_of(exercise.id)
    for kind in STEP_TYPES:
        if state.steps[kind] < len(steps[kind]):
            return replace(state, steps=MappingProxyType({**state.steps, kind: state.steps[kind] + 1}))
    return replace(state, mastered=True)


def _down(state: Progress, measured: Mapping[str, float | None]) -> Progress:
    repeat = int(_rule("regress_when").action("repeat").value or 0)
    state = replace(state, greens=0, hold=repeat, mastered=False, move="down", why=_why_down(measured))
    for kind in _DOWN:
        if state.steps[kind] > 0:
            return replace(state, steps=MappingProxyType({**state.steps, kind: state.steps[kind] - 1}))
    return replace(state, easier=min(state.easier + 1, Easier.EXERCISE))


_WHY_DOWN: Mapping[str, str] = MappingProxyType(
    {
        "pain_during": "Down a step: it hurt too much last time.",
        "ambers_in_a_row": "Down a step: it hurt more than it should, two times in a row.",
        "pain_morning": "Down a step: the knee was worse the next morning.",
        "form_lost_at_rep": "Down a step: it got untidy after a few.",
    }
)


def _why_down(measured: Mapping[str, float | None]) -> str:
    reason = next(c.metric for c in _rule("regress_when").criteria if c.holds(measured))
    return _WHY_DOWN[reason]


def _twice() -> float:
    return next(c.value for c in _rule("progress_when").criteria if c.metric == "sessions_in_a_row")


def _rule(name: str) -> ListRule:
    return knowledge().exercise_rules[name]
