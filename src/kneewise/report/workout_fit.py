"""FIT workouts: a planned run as steps that a watch leads through.

Notes
-----
Cadence. The FIT profile gives the cadence target of a workout step in ``rpm`` and names the running form of the same
unit ``strides/min`` (session and lap, ``avg_running_cadence``): one revolution is two steps. So 166 to 172 steps a
minute are written as 83 to 86, and half strides are rounded outward, so that the target is never narrower than the
plan's. Watches show steps of both feet. The note of the step says steps a minute in words, because no watch was at hand
to see what each model shows.

Practice of a new cadence fades its cues on purpose: where some steps have ``feedback`` only those get a target that
makes the watch speak up; the others are open and say so.

Lengths. Names and notes stay within what Garmin's own C kit reserves for them (16, 16 and 50 bytes with the closing
zero), because a longer text is cut by the watch, in the middle of a word or of a letter.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from kneewise.domain import Interval, Issue, Plan, PlannedSession, Repeat, RunStep
from kneewise.domain.plan import SessionKind
from kneewise.errors import InvalidInputError
from kneewise.report.session_text import KIND_WORDS, STEP_WORDS, cadence_words, cues_fade, in_order, issue, length_words

#: Kinds of session that a watch can lead through.
WORKOUT_KINDS: Final[frozenset[SessionKind]] = frozenset({"run", "walk_run", "gait_retraining"})
#: Bytes of UTF-8 without the closing zero.
NAME_BYTES: Final = 15
STEP_NAME_BYTES: Final = 15
NOTES_BYTES: Final = 49
#: Steps, repeats included, that Garmin's own editor allows.
MAX_STEPS: Final = 50
_MAX_REPEATS: Final = 99
_STEPS_PER_STRIDE: Final = 2
_UINT32_INVALID: Final = 2**32 - 1
_MS_PER_S: Final = 1000
_CM_PER_M: Final = 100
_SHORT_KIND: Final[Mapping[SessionKind, str]] = {"run": "Run", "walk_run": "Walk-run", "gait_retraining": "Steps"}


@dataclass(frozen=True, slots=True)
class WatchExport:
    """Workouts of a plan: bytes by file name in order of date, and what could not be said on a watch."""

    files: Mapping[str, bytes]
    issues: tuple[Issue, ...]


def watch_export(plan: Plan, *, created: datetime, since: date | None = None, until: date | None = None) -> WatchExport:
    """Return a workout for every run of a plan that can be expressed.

    Parameters
    ----------
    since, until : date or None
        First and last day; all of the plan where ``None``.

    Returns
    -------
    WatchExport
        Each run that cannot be expressed has an issue; what is only shortened is told once, for the first run.
    """
    files: dict[str, bytes] = {}
    obstacles: list[Issue] = []
    losses: dict[str, Issue] = {}
    for session in in_order(plan.sessions):
        in_time = (since is None or session.local_date >= since) and (until is None or session.local_date <= until)
        if not in_time or session.kind not in WORKOUT_KINDS:
            continue
        found = tuple(_obstacles(session))
        obstacles.extend(found)
        if not found:
            files[workout_name(session)] = workout_fit(session, created=created)
            losses = {**{loss.code: loss for loss in _losses(session)}, **losses}
    return WatchExport(MappingProxyType(files), (*obstacles, *losses.values()))


def workout_name(session: PlannedSession) -> str:
    """Return a file name that sorts by date: ``"2026-07-14_walk-run_1f0c9a.fit"``."""
    kind = KIND_WORDS[session.kind].lower().replace(" ", "-")
    return f"{session.local_date.isoformat()}_{kind}_{_serial(session):08x}.fit"


def workout_issues(session: PlannedSession) -> tuple[Issue, ...]:
    """Return what stops a session from becoming a workout or, where nothing does, what is lost on the way."""
    return tuple(_obstacles(session)) or tuple(_losses(session))


def _losses(session: PlannedSession) -> Iterator[Issue]:
    steps = [step for block in _blocks(session) for step in block.steps]
    if any(step.duration_s is not None and step.distance_m is not None for step in steps):
        text = "A step has both a time and a distance. The watch goes by the time."
        yield issue("workout-two-lengths", session, text)
    if any(_is_cut(step, session) for step in steps):
        text = "A note is too long for a watch. The plan and the calendar hold all of it."
        yield issue("workout-text-cut", session, text)


def workout_fit(session: PlannedSession, *, created: datetime) -> bytes:
    """Return one planned run as a FIT workout file.

    Parameters
    ----------
    session : PlannedSession
        Of kind run, walk_run or gait_retraining.
    created : datetime
        Time of creation in the file, aware.

    Returns
    -------
    bytes
        The same for the same input.

    Raises
    ------
    InvalidInputError
        The session cannot be expressed; `workout_issues` tells why without raising.
    ValueError
        ``created`` has no time zone.
    """
    if created.tzinfo is None:
        raise ValueError("created needs a time zone")
    obstacle = next(_obstacles(session), None)
    if obstacle is not None:
        raise InvalidInputError(f"No workout for {obstacle.where}: {obstacle.text}")
    return _written(session, list(_rows(session)), round(created.timestamp() * _MS_PER_S))


@dataclass(frozen=True, slots=True)
class _Row:
    """One workout step message: a step, or the jump back to ``first`` until it was done ``times`` times."""

    step: RunStep | None = None
    first: int = 0
    times: int = 1


def _blocks(session: PlannedSession) -> tuple[Repeat, ...]:
    """Return the blocks; a run that only has a length is one step of it."""
    if session.blocks or (session.duration_s is None and session.distance_m is None):
        return session.blocks
    by_distance = session.distance_m is not None
    only = RunStep(
        kind="run",
        duration_s=None if by_distance else session.duration_s,
        distance_m=session.distance_m,
        cadence_spm=session.cadence_target_spm,
        text=session.effort,
    )
    return (Repeat(times=1, steps=(only,)),)


def _rows(session: PlannedSession) -> Iterator[_Row]:
    index = 0
    for block in _blocks(session):
        yield from (_Row(step=step) for step in block.steps)
        if block.times > 1:
            yield _Row(first=index, times=block.times)
        index += len(block.steps) + (block.times > 1)


def _obstacles(session: PlannedSession) -> Iterator[Issue]:
    """Yield what makes the session impossible to express."""
    blocks = _blocks(session)
    if session.kind not in WORKOUT_KINDS:
        yield issue("workout-not-a-run", session, "A watch can lead a run or a walk-run. Keep this one on paper.")
    elif not blocks:
        yield issue("workout-no-steps", session, "The plan gives this run no steps and no length.")
    if any(not block.steps or not 1 <= block.times <= _MAX_REPEATS for block in blocks):
        yield issue("workout-repeat", session, f"A block has no steps, or is not done 1 to {_MAX_REPEATS} times.")
    elif sum(1 for _ in _rows(session)) > MAX_STEPS:
        yield issue("workout-too-many-steps", session, f"It has more than {MAX_STEPS} steps. That is too many.")
    if not all(_is_sound(step) for block in blocks for step in block.steps):
        yield issue("workout-step-length", session, "A step has a length or a step rate that cannot be right.")


def _is_sound(step: RunStep) -> bool:
    for amount, scale in ((step.duration_s, _MS_PER_S), (step.distance_m, _CM_PER_M)):
        if amount is not None and not 1 <= amount * scale < _UINT32_INVALID:
            return False
    cadence = step.cadence_spm
    return cadence is None or 0 < cadence.low <= cadence.high < math.inf


def strides_per_min(cadence_spm: Interval) -> tuple[int, int]:
    """Return a cadence range of both feet, steps per minute, as whole strides per minute, rounded outward."""
    return math.floor(cadence_spm.low / _STEPS_PER_STRIDE), math.ceil(cadence_spm.high / _STEPS_PER_STRIDE)


def _target(step: RunStep, session: PlannedSession) -> Interval | None:
    """Return the range that the watch watches over; none where practice goes without cues."""
    return step.cadence_spm if step.feedback or not cues_fade(session) else None


def _sentences(step: RunStep, session: PlannedSession) -> list[str]:
    """Return what the note should say, the most useful sentence first."""
    said = [sentence for sentence in re.split(r"(?<=[.!?])\s+", " ".join(step.text.split())) if sentence]
    if step.cadence_spm is not None:
        quiet = _target(step, session) is None
        said.insert(0, ("No cues: " if quiet else "") + cadence_words(step.cadence_spm) + ("." if said else ""))
    return said


def _notes(step: RunStep, session: PlannedSession) -> str:
    """Return as many whole sentences as fit; of a first one that is too long, the words that do."""
    notes = ""
    for sentence in _sentences(step, session):
        longer = f"{notes} {sentence}".strip()
        if len(longer.encode()) > NOTES_BYTES:
            return notes or fitting(sentence, NOTES_BYTES)
        notes = longer
    return notes


def _is_cut(step: RunStep, session: PlannedSession) -> bool:
    return _notes(step, session) != " ".join(_sentences(step, session))


def fitting(text: str, size: int) -> str:
    """Return the text cut to ``size`` bytes of UTF-8, at a word where one ends in the second half."""
    whole = " ".join(text.replace("\0", " ").split())
    if len(whole.encode()) <= size:
        return whole
    cut = whole.encode()[:size].decode("utf-8", "ignore")
    at_word = cut.rpartition(" ")[0] if whole[len(cut)] != " " else cut
    return (at_word if len(at_word) * 2 >= len(cut) else cut).rstrip(" ,;:-(")


def _workout_title(session: PlannedSession) -> str:
    """Return date and kind first, because a watch shows the beginning."""
    day = session.local_date.strftime("%m-%d")
    short = f"{day} {_SHORT_KIND[session.kind]}"
    full = f"{short} {length_words(session)}".rstrip()
    return full if len(full.encode()) <= NAME_BYTES else short


def _serial(session: PlannedSession) -> int:
    """Return a number that tells workouts apart on a device and stays the same over versions; never 0."""
    return int.from_bytes(hashlib.sha256(session.id.encode()).digest()[:4], "big") or 1


def _written(session: PlannedSession, rows: Iterable[_Row], created_ms: int) -> bytes:
    from fit_tool.fit_file_builder import FitFileBuilder
    from fit_tool.profile.messages.file_id_message import FileIdMessage
    from fit_tool.profile.messages.workout_message import WorkoutMessage
    from fit_tool.profile.profile_type import FileType, Manufacturer, Sport

    steps = [_message(row, index, session) for index, row in enumerate(rows)]
    file_id = FileIdMessage()
    file_id.type = FileType.WORKOUT
    file_id.manufacturer = Manufacturer.DEVELOPMENT.value
    file_id.product = 0
    file_id.serial_number = _serial(session)
    file_id.time_created = created_ms
    workout = WorkoutMessage()
    workout.workout_name = fitting(_workout_title(session), NAME_BYTES)
    workout.sport = Sport.RUNNING
    workout.num_valid_steps = len(steps)
    builder = FitFileBuilder(auto_define=True)
    builder.add_all([file_id, workout, *steps])
    return bytes(builder.build().to_bytes())


def _message(row: _Row, index: int, session: PlannedSession) -> Any:
    from fit_tool.profile.messages.workout_step_message import WorkoutStepMessage
    from fit_tool.profile.profile_type import WorkoutStepDuration, WorkoutStepTarget

    message = WorkoutStepMessage()
    message.message_index = index
    if row.step is not None:
        _fill_step(message, row.step, session)
    else:
        message.duration_type = WorkoutStepDuration.REPEAT_UNTIL_STEPS_CMPLT
        message.duration_step = row.first
        message.target_type = WorkoutStepTarget.OPEN
        message.target_repeat_steps = row.times
    return message


def _fill_step(message: Any, step: RunStep, session: PlannedSession) -> None:
    from fit_tool.profile.profile_type import Intensity, WorkoutStepDuration, WorkoutStepTarget

    intensity = {
        "warm_up": Intensity.WARMUP,
        "run": Intensity.ACTIVE,
        "walk": Intensity.REST,
        "rest": Intensity.REST,
        "cool_down": Intensity.COOLDOWN,
    }
    message.workout_step_name = fitting(STEP_WORDS[step.kind], STEP_NAME_BYTES)
    message.intensity = intensity[step.kind]
    if step.duration_s is not None:
        message.duration_type = WorkoutStepDuration.TIME
        message.duration_time = step.duration_s
    elif step.distance_m is not None:
        message.duration_type = WorkoutStepDuration.DISTANCE
        message.duration_distance = step.distance_m
    else:
        message.duration_type = WorkoutStepDuration.OPEN
    target = _target(step, session)
    message.target_type = WorkoutStepTarget.OPEN if target is None else WorkoutStepTarget.CADENCE
    if target is not None:
        message.target_value = 0
        message.custom_target_cadence_low, message.custom_target_cadence_high = strides_per_min(target)
    notes = _notes(step, session)
    if notes:
        message.notes = notes
