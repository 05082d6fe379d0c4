"""One strength session: each exercise with its figure, dose, cautions, log, and what is easier or harder."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kneewise.domain import Interval, PlannedSession, SetLog
from kneewise.domain.plan import ExerciseDose
from kneewise.evidence.exercises import Exercise
from kneewise.evidence.knowledge import knowledge
from kneewise.report.exercise_figures import exercise_figure
from kneewise.units import KG_PER_POUND
from kneewise.web.amounts import day, imperial, mass, number
from kneewise.web.plan.words import exercise_amount, seconds_words
from kneewise.web.wording import gettext as _
from kneewise.web.wording import told

_TEMPO = re.compile(r"(\d+)-(\d+)-(\d+)")
_TITLE = re.compile(r"<title>.*?</title>")
_BANDS = ("band", "mini_band")


@dataclass(frozen=True, slots=True)
class Variant:
    """Another way to do it; ``href`` leads to the card of another exercise."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Logged:
    """What was told of this exercise on this day."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class LogForm:
    """What the form begins with."""

    sets: str
    reps: str
    hold: str
    load: str
    unit: str
    band: bool
    holds: bool


@dataclass(frozen=True, slots=True)
class ExerciseView:
    """One exercise of the session.

    Attributes
    ----------
    figure : str
        An SVG of our own.
    last : str
        What was told the last time before; empty where never.
    """

    id: str
    number: str
    name: str
    amount: str
    load: str
    facts: tuple[tuple[str, str], ...]
    cautions: tuple[str, ...]
    how: tuple[str, ...]
    cues: tuple[str, ...]
    mistakes: tuple[str, ...]
    why: str
    notes: str
    easier: tuple[Variant, ...]
    harder: tuple[Variant, ...]
    figure: str
    href: str
    logged: Logged | None
    last: str
    form: LogForm


def exercises_of(
    session: PlannedSession, logged: Mapping[date, Sequence[SetLog]], log_day: date
) -> tuple[ExerciseView, ...]:
    """Return every exercise of a session, with what was told of it."""
    return tuple(_exercise(dose, place, logged, log_day) for place, dose in enumerate(session.exercises, start=1))


def programs_of(session: PlannedSession) -> Mapping[str, Any]:
    """Return what the timer needs of each exercise."""
    return {dose.exercise: _program(dose) for dose in session.exercises}


def log_words(log: SetLog) -> str:
    """Return an entry of the log in one line."""
    amount = str(log.reps) if log.reps is not None else seconds_words(log.hold_s or 0.0)
    parts = [f"{log.sets} × {amount}"]
    if log.load_kg is not None:
        shown = mass(log.load_kg)
        parts.append(f"{shown.value} {shown.unit}")
    if log.band:
        parts.append(_("band: %(band)s", band=log.band))
    if log.pain is not None:
        parts.append(_("pain %(pain)s", pain=number(log.pain)))
    if log.reps_in_reserve is not None:
        parts.append(_("%(count)s left in you", count=log.reps_in_reserve))
    if log.form_lost_at_rep is not None:
        parts.append(_("untidy from %(rep)s on", rep=log.form_lost_at_rep))
    return ", ".join(parts)


def _exercise(dose: ExerciseDose, place: int, logged: Mapping[date, Sequence[SetLog]], log_day: date) -> ExerciseView:
    record = knowledge().exercises[dose.exercise]
    now = [log for log in logged.get(log_day, ()) if log.exercise == dose.exercise]
    before = [
        log for on, logs in sorted(logged.items()) if on < log_day for log in logs if log.exercise == dose.exercise
    ]
    return ExerciseView(
        id=dose.exercise,
        number=str(place),
        name=told(dose.name),
        amount=exercise_amount(dose),
        load=told(dose.load),
        facts=_facts(dose),
        cautions=_cautions(dose, record),
        how=tuple(told(text) for text in record.steps),
        cues=tuple(told(text) for text in record.cues),
        mistakes=tuple(told(text) for text in record.mistakes),
        why=told(dose.why),
        notes=told(dose.text),
        easier=_variants(record.regress_steps, record.regressions),
        harder=_variants(record.progress_steps, record.progressions),
        figure=_TITLE.sub("", exercise_figure(dose.exercise)),
        href=f"/evidence/exercises/{dose.exercise}",
        logged=Logged(now[-1].id, log_words(now[-1])) if now else None,
        last=f"{day(before[-1].local_date)}: {log_words(before[-1])}" if before else "",
        form=_form(dose, record, now[-1] if now else before[-1] if before else None),
    )


def _facts(dose: ExerciseDose) -> tuple[tuple[str, str], ...]:
    facts = [(_("Load"), told(dose.load).rstrip("."))] if dose.load else []
    if tempo := tempo_words(dose.tempo):
        facts.append((_("Pace"), tempo))
    if dose.rest_s is not None:
        facts.append((_("Rest between sets"), seconds_words(dose.rest_s)))
    if dose.knee_angle_deg is not None:
        facts.append((_("Knee bend"), _angle(dose.knee_angle_deg)))
    facts.append((_("Pain up to"), _("%(pain)s of 10", pain=number(dose.pain_cap))))
    return tuple(facts)


def tempo_words(tempo: str) -> str:
    """Return ``2 s down, 2 s up`` for ``2-0-2``."""
    found = _TEMPO.fullmatch(tempo)
    if found is None:
        return told(tempo)
    down, hold, up = map(int, found.groups())
    parts = [_("%(seconds)s s down", seconds=down)] if down else []
    parts += [_("%(seconds)s s hold", seconds=hold)] if hold else []
    parts += [_("%(seconds)s s up", seconds=up)] if up else []
    return ", ".join(parts)


def _angle(angle: Interval) -> str:
    low, high = number(angle.low), number(angle.high)
    if low == high:
        return _("%(angle)s degrees", angle=low)
    return _("%(low)s to %(high)s degrees", low=low, high=high)


def _cautions(dose: ExerciseDose, record: Exercise) -> tuple[str, ...]:
    cautions = [told(text) for text in record.cautions]
    if record.angle_caution is not None and dose.knee_angle_deg is not None:
        cautions.append(told(record.angle_caution.text))
    return tuple(cautions)


def _variants(steps: Sequence[str], others: Sequence[str]) -> tuple[Variant, ...]:
    known = knowledge().exercises
    named = [Variant(told(known[name].name), f"/evidence/exercises/{name}") for name in others if name in known]
    mentioned = {known[name].name.lower() for name in others if name in known}
    own = [text for text in steps if not any(name in text.lower() for name in mentioned)]
    return (*(Variant(told(text)) for text in own), *named)


def _form(dose: ExerciseDose, record: Exercise, last: SetLog | None) -> LogForm:
    load = "" if last is None or last.load_kg is None else f"{last.load_kg / _unit():.3g}"
    band = record.load == "band" or any(name in record.equipment for name in _BANDS)
    holds = dose.reps is None and dose.hold_s is not None
    return LogForm(
        sets=str(dose.sets),
        reps="" if dose.reps is None else str(dose.reps),
        hold="" if dose.hold_s is None else f"{dose.hold_s:g}",
        load=(last.band if last is not None else "") if band else load,
        unit=_("lb") if imperial() else _("kg"),
        band=band,
        holds=holds,
    )


def _unit() -> float:
    return KG_PER_POUND if imperial() else 1.0


def _program(dose: ExerciseDose) -> dict[str, Any]:
    found = _TEMPO.fullmatch(dose.tempo)
    return {
        "name": told(dose.name),
        "sets": dose.sets,
        "sides": 2 if dose.per_side else 1,
        "reps": dose.reps,
        "tempo": [int(part) for part in found.groups()] if found else None,
        "hold": dose.hold_s,
        "rest": dose.rest_s,
    }
