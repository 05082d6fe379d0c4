"""From the inputs of a plan to the need for strength work, and from there to sessions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from kneewise.domain.plan import PlannedSession
from kneewise.domain.strength_log import holding
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.rules import all_hold
from kneewise.monitoring import allowed_change, cap_rule
from kneewise.plan.inputs import PlanInputs
from kneewise.plan.session_ids import SessionIds
from kneewise.plan.strength import plan_strength
from kneewise.plan.strength_need import PHASES, StrengthNeed
from kneewise.plan.strength_progress import Morning, progress_of


def strength_sessions(
    inputs: PlanInputs, days: Iterable[date], *, phase: str | None = None
) -> tuple[PlannedSession, ...]:
    """Return the strength sessions of some days; see `kneewise.plan.strength.plan_strength`.

    Parameters
    ----------
    days : iterable of date
        Days on which the runner can do strength work.
    phase : str or None
        Id of the phase, of the main row or the one of the young or of tendons; calming down where ``None``.
    """
    return _with_ids(plan_strength(strength_need(inputs, phase=phase), days), inputs)


def _with_ids(sessions: Sequence[PlannedSession], inputs: PlanInputs) -> tuple[PlannedSession, ...]:
    """Give each session the id that it keeps when it moves within its week."""
    prefixes = [session.id.split("-")[0] for session in sessions]
    days = {
        prefix: tuple(session.local_date for session, own in zip(sessions, prefixes, strict=True) if own == prefix)
        for prefix in dict.fromkeys(prefixes)
    }
    ids = SessionIds(inputs.previous, days)
    return tuple(
        replace(session, id=ids.of(session.local_date, prefix))
        for session, prefix in zip(sessions, prefixes, strict=True)
    )


def strength_need(inputs: PlanInputs, *, phase: str | None = None) -> StrengthNeed:
    """Return what decides on strength work."""
    flare = inputs.pain.flare
    tendon = inputs.tendon_stage
    cap = cap_rule([inputs.condition] if inputs.condition else [], tendon_stage=tendon is not None).number("cap")
    modules = open_modules(inputs)
    gait = inputs.gait.wanted and not inputs.blocks("gait_retraining")
    return StrengthNeed(
        phase=_main_phase(phase, inputs),
        conditions=(inputs.condition,) if inputs.condition else (),
        tendon_stage=tendon,
        irritability=inputs.pain.irritability.level,
        pain_cap=cap,
        factor=allowed_change(inputs.pain),
        flare=flare is not None,
        rest_until=flare.rest_until if flare is not None and flare.phase == "rest" else None,
        age_years=inputs.age_years,
        pregnant=_pregnant(inputs),
        blocked=_blocked(inputs),
        no_impact=inputs.blocks("impact") or _young_and_not_ready(inputs),
        no_tendon_loading=inputs.blocks("tendon_loading"),
        equipment=frozenset(inputs.equipment),
        minutes=inputs.strength_minutes,
        modules=modules,
        circumstances=frozenset(_circumstances(inputs, gait)),
        tight=_tight(inputs),
        week=_week(inputs),
        progress=progress_of(inputs.strength_log, cap=cap, mornings=_mornings(inputs), tendon_stage=tendon),
        done=_done(inputs),
        adherence=inputs.done_over_planned,
        measured=inputs.measured,
    )


def open_modules(inputs: PlanInputs) -> tuple[str, ...]:
    """Return the ids of the module rules that hold for what was measured, in their order."""
    measured = {**inputs.measured, "age_years": inputs.age_years}
    rules = sorted(knowledge().module_rules.values(), key=lambda rule: rule.order or 0)
    return tuple(rule.id for rule in rules if rule.holds(measured))


def _main_phase(phase: str | None, inputs: PlanInputs) -> str:
    """Return the phase of the main row that strength work follows in a variant."""
    if phase is None or phase == "adolescent":
        return "calm"
    if phase == "tendinopathy":
        return PHASES[min(max(inputs.tendon_stage or 1, 1), len(PHASES) - 1)]
    return "impact" if phase == "race_readiness" else phase


def _blocked(inputs: PlanInputs) -> bool:
    answers = {
        "open_red_flags": float(len(inputs.pain.open_flags)),
        "unexplained_swelling": inputs.measured.get("unexplained_swelling"),
        "fracture_or_bone_stress": inputs.measured.get("fracture_or_bone_stress"),
    }
    rule = knowledge().exercise_rules["contraindications"]
    return any(inputs.blocks(what) for what in ("plan", "strength", "weight_bearing")) or rule.holds(answers) is True


def _pregnant(inputs: PlanInputs) -> bool:
    return any(rule.id in ("pregnant", "pregnancy_unsure") for rule in inputs.triage.rules)


def _young_and_not_ready(inputs: PlanInputs) -> bool:
    """Under age, jumping waits until walking, stairs and a squat on one leg are known to be calm."""
    if not knowledge().module_rules["under_18"].criteria[0].holds({"age_years": inputs.age_years}):
        return False
    limit = knowledge().special_populations["adolescent_dose"].figures[0].value
    pains = [inputs.measured.get(name) for name in ("pain_walking", "pain_stairs", "single_leg_squat_pain")]
    return limit is None or not all(pain is not None and pain <= limit for pain in pains)


def _circumstances(inputs: PlanInputs, gait: bool) -> Iterator[str]:
    if gait:
        yield "gait_retraining"
    if all_hold(knowledge().module_rules["foot_comfort"].criteria[:1], inputs.measured):
        yield "foot_pronation"


def _tight(inputs: PlanInputs) -> bool:
    """Whether a finding that opens stretching is present, or tightness was told."""
    opening = {name for name, finding in knowledge().findings.items() if "stretching" in finding.opens}
    return bool(opening & inputs.findings) or bool(inputs.measured.get("reported_tightness"))


def _week(inputs: PlanInputs) -> int:
    start = inputs.previous.start if inputs.previous is not None else inputs.today
    return (inputs.today - start).days // 7 + 1


def _done(inputs: PlanInputs) -> tuple[date, ...]:
    library = knowledge().exercises
    logged = {
        entry.local_date
        for entry in holding(inputs.strength_log)
        if entry.exercise in library and not library[entry.exercise].dose.isometric
    }
    matched = {
        session.local_date
        for session in inputs.done
        if session.kind == "strength" and not session.session_id.startswith("holds-")
    }
    return tuple(sorted(logged | matched))


def _mornings(inputs: PlanInputs) -> Mapping[date, Morning]:
    """Return the mornings after, from the check-ins."""
    known: dict[date, Morning] = {}
    for day in inputs.pain.days:
        pain, before = day.inputs.get("pain_morning"), day.inputs.get("pain_usual")
        if pain is not None and before is not None:
            known[day.local_date] = Morning(pain=pain, usual=before)
    return known
