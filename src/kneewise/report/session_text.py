"""The words of one planned session, written once and shown on watch, calendar and paper.

A headline never comes from the plan's own title: it shows on lock screens and shared calendars, so it is made of the
kind and the length alone and cannot carry pain, a flare or a finding.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from kneewise.domain import Estimate, ExerciseDose, Interval, Issue, PlannedSession, Repeat, RunStep
from kneewise.domain.plan import SessionKind, StepKind
from kneewise.plan.amounts import distance_words, duration_words, length_s, whole_minutes

#: Says a text in the reader's language.
Say = Callable[[str], str]

KIND_WORDS: Final[Mapping[SessionKind, str]] = {
    "run": "Run",
    "walk_run": "Walk-run",
    "gait_retraining": "Quicker steps",
    "strength": "Strength",
    "cross_training": "Cross-training",
    "walk": "Walk",
    "rest": "Rest day",
}
STEP_WORDS: Final[Mapping[StepKind, str]] = {
    "warm_up": "Warm up",
    "walk": "Walk",
    "run": "Run",
    "rest": "Stand",
    "cool_down": "Cool down",
}
_AMOUNT: Final = re.compile(
    r"^(?:\d+ sets? of \d+(?: each side)?(?:, [\d.]+ seconds each)?|\d+ times [\d.]+ seconds(?: each side)?)\.\s*"
)
_LINK: Final = re.compile(r"\s*\(?\b(?:[a-z][a-z0-9+.-]*://|www\.|mailto:)[^\s)>\]]+[)>\]]?", re.IGNORECASE)


def as_written(text: str) -> str:
    """Say a text in English, as it is written."""
    return text


def headline(session: PlannedSession, say: Say = as_written) -> str:
    """Return kind and length: ``"Walk-run, 30 min"``; nothing private."""
    kind = say(KIND_WORDS[session.kind])
    if session.kind == "rest":
        return kind
    amount = say(length_words(session))
    return f"{kind}, {amount}" if amount else kind


def length_words(session: PlannedSession) -> str:
    """Return the length in words, empty where the plan leaves it open."""
    if session.distance_m is not None:
        return distance_words(session.distance_m)
    seconds = length_s(session)
    return "" if seconds is None else whole_minutes(seconds)


def _steps(session: PlannedSession) -> Iterator[tuple[Repeat, RunStep]]:
    return ((block, step) for block in session.blocks for step in block.steps)


def cadence_words(cadence_spm: Interval) -> str:
    """Return ``"166 to 172 steps a minute"``."""
    low, high = round(cadence_spm.low), round(cadence_spm.high)
    return f"{low} steps a minute" if low == high else f"{low} to {high} steps a minute"


def cost_words(knee_km: Estimate | None) -> str:
    """Return ``"5.1 knee-km (4.6 to 5.7)"``; empty where the cost is not known."""
    if knee_km is None or not math.isfinite(knee_km.value):
        return ""
    if not (math.isfinite(knee_km.low) and math.isfinite(knee_km.high)):
        return f"{knee_km.value:.1f} knee-km"
    return f"{knee_km.value:.1f} knee-km ({knee_km.low:.1f} to {knee_km.high:.1f})"


def amount_of(step: RunStep) -> str:
    """Return how much of one step: its time, else its distance, else until the lap button."""
    if step.duration_s is not None:
        return duration_words(step.duration_s)
    if step.distance_m is not None:
        return distance_words(step.distance_m)
    return "until you press lap"


def step_lines(session: PlannedSession, say: Say = as_written) -> tuple[str, ...]:
    """Return the steps of a run, one block a line: ``"6 times: run 2 min, walk 1 min"``."""
    lines = []
    practice = cues_fade(session)
    for block in session.blocks:
        parts = [_step_words(step, say, practice=practice) for step in block.steps]
        if block.times > 1:
            # A German noun keeps its capital.
            small = [part[0].lower() + part[1:] for part in parts] if say is as_written else parts
            lines.append(f"{say(f'{block.times} times')}: {', '.join(small)}")
        else:
            lines.extend(parts)
    return tuple(lines)


def _step_words(step: RunStep, say: Say, *, practice: bool) -> str:
    cues = _cues(step) if practice else ""
    text = step.text.strip().rstrip(".")
    known = text.lower() in f"{STEP_WORDS[step.kind]} {amount_of(step)}{cues}".lower()
    parts = [say(STEP_WORDS[step.kind]), say(amount_of(step)), say(cues.strip()), "" if known else f"({say(text)})"]
    return " ".join(part for part in parts if part)


def cues_fade(session: PlannedSession) -> bool:
    """Whether the session practises a cadence with cues that are taken away: then only steps with feedback have one."""
    return session.kind == "gait_retraining" or any(step.feedback for _, step in _steps(session))


def _cues(step: RunStep) -> str:
    """Return whether the watch or a metronome speaks up, which practice takes away bit by bit."""
    if step.cadence_spm is None:
        return ""
    return " with cues" if step.feedback else " without cues"


def exercise_amount(dose: ExerciseDose, say: Say = as_written) -> str:
    """Return ``"3 x 10 each side"``, ``"4 x 30 s"`` or ``"2 x 12, hold 2 s"``."""
    each, hold = "", "" if dose.hold_s is None else duration_words(dose.hold_s)
    if dose.reps is not None:
        each = f" × {dose.reps}"
    elif hold:
        each = f" × {hold}"
    sets = f"{dose.sets}{each}" if each else say(f"{dose.sets} sets" if dose.sets > 1 else "1 set")
    sides = f" {say('each side')}" if dose.per_side else ""
    return sets + sides + (f", {say(f'hold {hold}')}" if hold and dose.reps is not None else "")


def exercise_notes(dose: ExerciseDose) -> str:
    """Return the text of an exercise without the sentence that only repeats its sets."""
    return _AMOUNT.sub("", dose.text).strip()


def without_links(text: str) -> str:
    """Return the text without addresses: what leaves the machine points nowhere."""
    return _LINK.sub("", text).strip()


def sentence(text: str) -> str:
    """Return the text with a full stop where it has no end."""
    text = text.strip()
    return text if not text or text[-1] in ".!?" else f"{text}."


def in_order(sessions: Iterable[PlannedSession]) -> list[PlannedSession]:
    """Return the sessions by day, then by time of day, those without one last, then by id."""
    return sorted(
        sessions,
        key=lambda s: (s.local_date, s.start_time is None, s.start_time.isoformat() if s.start_time else "", s.id),
    )


def issue(code: str, session: PlannedSession, text: str) -> Issue:
    """Return an issue that names the day and the kind of a session."""
    return Issue(code, f"{session.local_date.isoformat()}, {KIND_WORDS[session.kind].lower()}", text)
