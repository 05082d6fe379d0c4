"""Words of sessions and steps that the plan's pages share."""

from __future__ import annotations

from collections.abc import Iterator

from kneewise.domain.plan import ExerciseDose, PlannedSession, RunStep
from kneewise.units import SECONDS_PER_MINUTE
from kneewise.web.amounts import distance, number
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message

KINDS = {
    "run": message("Run"),
    "walk_run": message("Walk and run"),
    "gait_retraining": message("Practice: quicker steps"),
    "strength": message("Strength"),
    "cross_training": message("Something else than running"),
    "walk": message("Walk"),
    "rest": message("Rest"),
}
STEPS = {
    "warm_up": message("Warm up"),
    "walk": message("Walk"),
    "run": message("Run"),
    "rest": message("Stand"),
    "cool_down": message("Cool down"),
}


def step_amount(step: RunStep) -> str:
    """Return how much of one step: its time, else its distance; empty where it is open."""
    if step.duration_s is not None:
        return seconds_words(step.duration_s)
    if step.distance_m is None:
        return ""
    shown = distance(step.distance_m)
    return f"{shown.value} {shown.unit}"


def seconds_words(seconds: float) -> str:
    """Return ``4 min 30 s``."""
    minutes, rest = divmod(round(seconds), SECONDS_PER_MINUTE)
    parts = (_("%(minutes)s min", minutes=minutes) if minutes else "", _("%(seconds)s s", seconds=rest) if rest else "")
    return " ".join(part for part in parts if part)


def each_step(session: PlannedSession) -> Iterator[RunStep]:
    """Yield the steps of a run as they are done, repeats written out."""
    for block in session.blocks:
        for _time in range(block.times):
            yield from block.steps


def exercise_amount(dose: ExerciseDose) -> str:
    """Return ``3 × 10 each side``."""
    amount = _("%(sets)s sets", sets=dose.sets)
    if dose.reps is not None:
        amount = f"{dose.sets} × {dose.reps}"
    elif dose.hold_s is not None:
        amount = f"{dose.sets} × {_('%(seconds)s s', seconds=number(dose.hold_s))}"
    return _("%(amount)s each side", amount=amount) if dose.per_side else amount
