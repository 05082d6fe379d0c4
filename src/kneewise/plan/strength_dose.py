"""One exercise as the runner reads it, and a session's worth of them that fits the time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kneewise.domain.estimate import Interval
from kneewise.domain.plan import ExerciseDose
from kneewise.evidence.exercises import Exercise
from kneewise.evidence.parameters import value
from kneewise.plan.strength_amount import Amount, amount
from kneewise.plan.strength_choice import Chosen
from kneewise.plan.strength_need import StrengthNeed
from kneewise.plan.strength_progress import Progress

_BANDS = frozenset({"band", "mini_band"})


@dataclass(frozen=True, slots=True)
class Dosed:
    """One chosen exercise with its dose."""

    chosen: Chosen
    amount: Amount
    progress: Progress

    @property
    def exercise(self) -> Exercise:
        """The library's record."""
        return self.chosen.exercise


def dosed(chosen: Chosen, need: StrengthNeed) -> Dosed:
    """Return the dose at the runner's point of progress, one set less while the pain state asks for less."""
    exercise = chosen.exercise
    progress = need.progress.get(exercise.id, Progress(exercise=exercise.id))
    stage = need.tendon_stage if need.on_tendon_stages else None
    dose = amount(exercise, progress.steps, progress.easier, stage)
    less = need.factor < 1 or need.shrunk or ("recent_spike" in need.modules and need.week <= 1)
    if less:
        dose = replace(dose, sets=max(dose.sets - 1, 1))
    return Dosed(chosen, dose, progress)


def duration_s(items: Sequence[Dosed]) -> float:
    """Return the time of a session in seconds, with the change from one exercise to the next."""
    return sum(item.amount.duration_s + value("strength.change_s") for item in items)


def fitted(items: Sequence[Dosed], most_s: float) -> tuple[Dosed, ...]:
    """Return what fits the time: first fewer sets of what matters least, then fewer exercises.

    Parameters
    ----------
    items : sequence of Dosed
        In the order of importance.
    most_s : float
        Time for the session in seconds.
    """
    for count in range(len(items), 0, -1):
        kept = list(items[:count])
        place = count - 1
        while duration_s(kept) > most_s and place >= 0:
            shorter = _one_set_less(kept[place])
            if shorter is None:
                place -= 1
            else:
                kept[place] = shorter
        if duration_s(kept) <= most_s:
            return tuple(kept)
    return ()


def _one_set_less(item: Dosed) -> Dosed | None:
    if item.amount.sets <= value("strength.least_sets"):
        return None
    return replace(item, amount=replace(item.amount, sets=item.amount.sets - 1))


def written(item: Dosed, need: StrengthNeed) -> ExerciseDose:
    """Return the exercise as it stands in the plan."""
    exercise, dose = item.exercise, item.amount
    cap = min(exercise.pain_cap, need.pain_cap)
    if exercise.stop_above is not None:
        cap = min(cap, exercise.stop_above)
    return ExerciseDose(
        exercise=exercise.id,
        name=exercise.name,
        sets=dose.sets,
        pain_cap=cap,
        reps=dose.reps,
        hold_s=dose.bout_s,
        rest_s=dose.rest_s,
        per_side=dose.per_side,
        load=_load(item),
        tempo=exercise.dose.tempo,
        knee_angle_deg=Interval(dose.knee_angle_deg[0], dose.knee_angle_deg[-1]) if dose.knee_angle_deg else None,
        text=_text(item),
        why=" ".join(filter(None, (item.chosen.why, item.progress.why))),
    )


def _load(item: Dosed) -> str:
    """Return the load in words: the last one where the log has it, or how to find it."""
    exercise, dose, progress = item.exercise, item.amount, item.progress
    more = progress.move == "up" and dose.load_steps > 0
    less = progress.move == "down"
    if progress.load_kg is not None:
        change = " and a little more" if more else ", a little less" if less else ""
        return f"{progress.load_kg:g} kg{change}"
    if progress.band and _BANDS & set(exercise.equipment):
        change = ", or a stronger one" if more else ", or a lighter one" if less else ""
        return f"{progress.band} band{change}"
    return exercise.load_start


def _text(item: Dosed) -> str:
    """Return how to do it: the amount, the steps in force, the range and what to look out for."""
    exercise, dose = item.exercise, item.amount
    parts = [_amount_words(dose, walks=exercise.dose.steps is not None), *dose.notes]
    if dose.knee_angle_deg:
        low, high = dose.knee_angle_deg[0], dose.knee_angle_deg[-1]
        parts.append(f"Knee bend: {low:g} degrees." if low == high else f"Knee bend: {low:g} to {high:g} degrees.")
    if exercise.angle_caution is not None:
        parts.append(exercise.angle_caution.text)
    if dose.top_reps > (dose.reps or dose.top_reps):
        parts.append(f"Work up to {dose.top_reps}.")
    return " ".join([*parts, *exercise.cautions])


def _amount_words(dose: Amount, *, walks: bool) -> str:
    sides = " each side" if dose.per_side else ""
    if dose.distance_m is not None:
        return f"{dose.sets} times {dose.distance_m:g} m."
    if dose.reps is None:
        return f"{dose.sets} times {dose.bout_s or 0:g} seconds{sides}."
    unit = " steps" if walks else ""
    hold = f", {dose.bout_s:g} seconds each" if dose.bout_s is not None else ""
    return f"{_sets(dose.sets)} of {dose.reps}{unit}{sides}{hold}."


def _sets(count: int) -> str:
    return "1 set" if count == 1 else f"{count} sets"
