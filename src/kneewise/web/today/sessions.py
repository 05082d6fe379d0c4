"""Sessions of a plan as cards: steps, dose, cost, why, and easier ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from kneewise.domain import Alternative, PlannedSession
from kneewise.domain.plan import ExerciseDose, Repeat, RunStep
from kneewise.plan.adherence import Matched
from kneewise.units import SECONDS_PER_MINUTE
from kneewise.web.amounts import Shown, distance, knee_km, number
from kneewise.web.proof import Proof, proof
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, told

_STEPS = {
    "warm_up": message("warm up"),
    "walk": message("walk"),
    "run": message("run"),
    "rest": message("stand"),
    "cool_down": message("cool down"),
}
ICONS = {
    "run": "run",
    "walk_run": "run",
    "gait_retraining": "run",
    "strength": "strength",
    "cross_training": "helped",
    "walk": "run",
    "rest": "clock",
}
_KINDS = {
    "gait_retraining": message("Practice: quicker steps"),
    "cross_training": message("Something else than running"),
}
#: Width of the drawn steps, in units of the drawing.
_STRIP = 1000.0
#: Running without the beat, running with it, and everything slower, as the drawing tells them apart.
_QUIET, _BEAT, _EASY = "run", "beat", "easy"


@dataclass(frozen=True, slots=True)
class Bar:
    """One step in the drawing of a run."""

    x: float
    width: float
    kind: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """One line of a strength session."""

    name: str
    amount: str
    hint: str


@dataclass(frozen=True, slots=True)
class Easier:
    """An easier way to do the same run."""

    text: str
    cost: Shown


@dataclass(frozen=True, slots=True)
class SessionCard:
    """One session.

    Attributes
    ----------
    kind : str
        What it is, where the title does not say it.
    steps : tuple of str
        Blocks in words.
    bars : tuple of Bar
        The steps drawn; empty where there is only one.
    href, action : str
        Where the session is done or its run is shown; empty where there is no such page.
    done : str
        What the recorded run did otherwise; empty while it is still to do.
    """

    id: str
    icon: str
    kind: str
    title: str
    dose: str
    at: str
    cost: Shown | None
    steps: tuple[str, ...]
    bars: tuple[Bar, ...]
    hints: tuple[str, ...]
    exercises: tuple[Exercise, ...]
    easier: tuple[Easier, ...]
    why: str
    proof: Proof | None
    href: str = ""
    action: str = ""
    done: str = ""


def session_card(
    session: PlannedSession, paths: Mapping[str, str], matched: Matched | None = None, *, logged: bool = False
) -> SessionCard:
    """Return one session as it is shown.

    Parameters
    ----------
    paths : mapping
        First address of every area by its id.
    matched : Matched or None
        The run that fulfilled it.
    logged : bool
        Whether it was told without a recorded run: strength work, a live session of quicker steps.
    """
    href, action = _link(session, paths, matched, logged=logged)
    return SessionCard(
        id=session.id,
        icon=ICONS[session.kind],
        kind=_(_KINDS[session.kind]) if session.kind in _KINDS else "",
        title=told(session.title),
        dose=told(session.dose),
        at="" if session.start_time is None else session.start_time.strftime("%H:%M"),
        cost=None if session.knee_km is None else knee_km(session.knee_km.to_json()),
        steps=tuple(_block(block) for block in session.blocks),
        bars=_bars(session.blocks),
        hints=tuple(hint for hint in (told(session.effort), told(session.terrain), _cadence(session)) if hint),
        exercises=tuple(_exercise(dose) for dose in session.exercises),
        easier=tuple(_easier(way) for way in session.alternatives),
        why=told(session.why),
        proof=proof(session.rule),
        href=href,
        action=action,
        done=_done(matched) if matched is not None else _("Logged.") if logged else "",
    )


def line_of(session: PlannedSession) -> str:
    """Return a session in one line."""
    parts = [f"{told(session.title)}: {told(session.dose)}" if session.dose else told(session.title)]
    if session.knee_km is not None:
        cost = knee_km(session.knee_km.to_json())
        parts.append(f"{cost.value} {cost.unit}")
    return ", ".join(parts)


def _link(
    session: PlannedSession, paths: Mapping[str, str], matched: Matched | None, *, logged: bool
) -> tuple[str, str]:
    if matched is not None and "load" in paths:
        return f"/runs/{matched.run.id}", _("Look at the run")
    if "plan" not in paths:
        return "", ""
    if session.kind == "strength":
        return f"{paths['plan']}/strength/{session.id}", _("Begin, with figures and timer")
    if session.kind == "gait_retraining" and not logged:
        return "/live", _("Begin, with beat and voice")
    return f"{paths['plan']}/sessions/{session.id}", _("Open it in the plan")


def _done(matched: Matched) -> str:
    return " ".join(told(each.text) for each in matched.deviations) or _("Done as planned.")


def _block(block: Repeat) -> str:
    together = ", ".join(_step(step) for step in block.steps)
    if block.times > 1:
        return _("%(times)s times: %(steps)s", times=block.times, steps=together)
    return together[:1].upper() + together[1:]


def _step(step: RunStep) -> str:
    words = " ".join(part for part in (_amount(step), _(_STEPS[step.kind])) if part)
    return _("%(step)s with the beat", step=words) if step.feedback else words


def _amount(step: RunStep) -> str:
    if step.duration_s is not None:
        minutes, seconds = divmod(round(step.duration_s), SECONDS_PER_MINUTE)
        parts = (_("%(minutes)s min", minutes=minutes) if minutes else "", _("%(seconds)s s", seconds=seconds))
        return " ".join(part for part in (parts if seconds else parts[:1]) if part)
    if step.distance_m is None:
        return ""
    shown = distance(step.distance_m)
    return f"{shown.value} {shown.unit}"


def _bars(blocks: Sequence[Repeat]) -> tuple[Bar, ...]:
    steps = list(chain.from_iterable(block.steps * block.times for block in blocks))
    lengths = [step.duration_s or 0.0 for step in steps]
    total = sum(lengths)
    if len(steps) < 2 or not all(lengths):
        return ()
    return tuple(_placed(steps, lengths, _STRIP / total))


def _placed(steps: Sequence[RunStep], lengths: Sequence[float], scale: float) -> Iterator[Bar]:
    x = 0.0
    for step, length in zip(steps, lengths, strict=True):
        kind = _EASY if step.kind != "run" else _BEAT if step.feedback else _QUIET
        yield Bar(round(x, 1), round(length * scale, 1), kind)
        x += length * scale


def _cadence(session: PlannedSession) -> str:
    target = session.cadence_target_spm
    if target is None:
        return ""
    return _("%(low)s to %(high)s steps a minute.", low=number(target.low), high=number(target.high))


def _exercise(dose: ExerciseDose) -> Exercise:
    amount = _("%(sets)s sets", sets=dose.sets)
    if dose.reps is not None:
        amount = f"{dose.sets} × {dose.reps}"
    elif dose.hold_s is not None:
        hold = _("%(seconds)s s", seconds=number(dose.hold_s))
        amount = f"{dose.sets} × {hold}"
    if dose.per_side:
        amount = _("%(amount)s each side", amount=amount)
    return Exercise(told(dose.name), amount, told(dose.load))


def _easier(way: Alternative) -> Easier:
    return Easier(told(way.text), knee_km(way.knee_km.to_json()))
