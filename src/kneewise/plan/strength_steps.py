"""The steps by which one exercise gets harder, read from the library and put in the order of the rules.

The library writes each step once, in the runner's words. Its kind (range, load, sets, skill or speed) and its numbers
are read from those words, so the text that a runner reads and the dose that is issued cannot drift apart; a test holds
the kind of every step of every exercise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal, get_args

from kneewise.evidence.exercises import Exercise
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value

StepType = Literal["range", "load", "reps_sets", "complexity", "speed"]
#: The order of `exercise_rules.progress_order`.
STEP_TYPES: tuple[StepType, ...] = get_args(StepType)

_NEXT = re.compile(r"^Go on to ")
_RANGE = re.compile(
    r"^(Bend |Go to \d+ deg|Go from \d+|Go deeper|Use the full range|Use a lower |Use a step of|Use a \d+ cm step"
    r"|Use a box of|Hop \d+ % further)"
)
_REPS_SETS = re.compile(r"^(Do \d+ sets|Do \d+ times|Jog down \d+ times|Hold (for|longer)|Add \d+ to \d+ minutes)")
_LOAD = re.compile(
    r"^(Add |Put a band|Use a (thicker|heavier) band|Rest a weight|Hold a weight|Move the band|Push at|For )"
)
_SPEED = re.compile(r"^(Move more slowly|Go slowly|Go faster)")

_SETS_OF = re.compile(r"(\d+) sets of (\d+)")
_TIMES = re.compile(r"(\d+) times (\d+) seconds")
_HOLDS = re.compile(r"(\d+) times (\d+) to \d+ seconds")
_HOLD = re.compile(r"^Hold for (\d+) seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change that makes an exercise harder, with the numbers that it sets; ``None`` keeps what was.

    Attributes
    ----------
    knee_angle_deg : tuple of float
        New range of knee flexion, low and high; empty keeps what was.
    """

    kind: StepType
    text: str
    sets: int | None = None
    reps: int | None = None
    hold_s: float | None = None
    work_s: float | None = None
    knee_angle_deg: tuple[float, ...] = ()


Steps = Mapping[StepType, tuple[Step, ...]]


def type_of(text: str) -> StepType | None:
    """Return what a step changes; ``None`` where it goes on to another exercise."""
    if _NEXT.match(text):
        return None
    if _RANGE.match(text):
        return "range"
    if _REPS_SETS.match(text):
        return "reps_sets"
    if _LOAD.match(text):
        return "load"
    return "speed" if _SPEED.match(text) else "complexity"


@cache
def steps_of(exercise_id: str) -> Steps:
    """Return the steps of one exercise by kind, in the order in which the kinds are worked off.

    Notes
    -----
    Where the library lists wider ranges, more repetitions or longer holds without a sentence of their own, the step is
    made from the number. A load that grows by small steps is raised several times before skill and speed are touched.
    """
    exercise = knowledge().exercises[exercise_id]
    found: dict[StepType, list[Step]] = {kind: [] for kind in STEP_TYPES}
    for text in exercise.progress_steps:
        kind = type_of(text)
        if kind is not None:
            found[kind].append(_read(kind, text))
    found["range"] = list(_ranges(exercise, found["range"]))
    found["load"] = list(_loads(exercise, found["load"]))
    if not found["reps_sets"]:
        found["reps_sets"] = list(_volume(exercise))
    return MappingProxyType({kind: tuple(steps) for kind, steps in found.items()})


def reps_needed_for_load(exercise: Exercise) -> int | None:
    """Return the repetitions that must be full before load is added, where the library states them."""
    for text in exercise.progress_steps:
        match = _SETS_OF.search(text)
        if match and type_of(text) == "load" and "when you reach" in text:
            return int(match[2])
    return None


def _read(kind: StepType, text: str) -> Step:
    if kind not in ("reps_sets", "complexity"):
        return Step(kind=kind, text=text)
    sets_of, times, holds, hold = (pattern.search(text) for pattern in (_SETS_OF, _TIMES, _HOLDS, _HOLD))
    if holds:
        return Step(kind=kind, text=text, sets=int(holds[1]), hold_s=float(holds[2]))
    if sets_of:
        return Step(kind=kind, text=text, sets=int(sets_of[1]), reps=int(sets_of[2]))
    if times:
        return Step(kind=kind, text=text, sets=int(times[1]), work_s=float(times[2]))
    return Step(kind=kind, text=text, hold_s=float(hold[1]) if hold else None)


def _ranges(exercise: Exercise, told: list[Step]) -> Iterator[Step]:
    later = exercise.knee_angle_later_deg
    if not later:
        yield from told
        return
    for place, angles in enumerate(later):
        text = told[place].text if len(told) == len(later) else f"Bend as far as {max(angles):g} degrees."
        yield Step(kind="range", text=text, knee_angle_deg=angles)


def _loads(exercise: Exercise, told: list[Step]) -> Iterator[Step]:
    if exercise.load not in ("weight", "machine"):
        yield from told
        return
    text = told[0].text if told and exercise.tendon_stage is None else "Add a little load."
    for _ in range(int(value("strength.load_steps"))):
        yield Step(kind="load", text=text)


def _volume(exercise: Exercise) -> Iterator[Step]:
    dose = exercise.dose
    if dose.hold_s_high is not None:
        yield Step(kind="reps_sets", text=f"Hold for {dose.hold_s_high:g} seconds.", hold_s=dose.hold_s_high)
    elif dose.reps_high is not None and reps_needed_for_load(exercise) is None:
        yield Step(kind="reps_sets", text=f"Do {dose.sets} sets of {dose.reps_high}.", reps=dose.reps_high)
    elif dose.sets_high is not None:
        yield Step(kind="reps_sets", text=f"Do {dose.sets_high} rounds.", sets=dose.sets_high)
