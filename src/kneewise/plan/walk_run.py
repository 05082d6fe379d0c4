"""Sessions of the walk-run ladder: brisk walks, runs with walk breaks, and the first runs in one go."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kneewise.domain.plan import PlannedSession, Repeat, RunStep, SessionKind
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.progression import Rung, WalkRun
from kneewise.plan.course import Stage
from kneewise.plan.running import RunCost, easier_ways
from kneewise.units import SECONDS_PER_MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What holds one session back.

    Attributes
    ----------
    run_min, distance_m : float
        Most running; infinite where nothing binds.
    share : float
        Share of the usual amount after a bad morning.
    walk_breaks : bool
        Whether an easily upset knee gets walk breaks.
    slower : bool
        Whether the knee is sore now.
    why, rule : str
        Words and id of what binds.
    """

    run_min: float = math.inf
    distance_m: float = math.inf
    share: float = 1.0
    walk_breaks: bool = False
    slower: bool = False
    why: str = ""
    rule: str = ""


def rung_session(stage: Stage, day: date, session_id: str, cost: RunCost, limits: Limits) -> PlannedSession:
    """Return the session of a rung, no longer than the limits allow.

    The green of a session that had to be made smaller does not count as the full rung's.
    """
    rung = _require(stage.rung)
    fitted = fitted_blocks(rung, min(limits.run_min, (rung.run_min or 0) * limits.share))
    run_min = sum(block.repeats * block.run_min for block in fitted)
    whole = run_min >= (rung.run_min or 0)
    walk_min = sum(block.repeats * block.walk_min for block in fitted)
    distance = cost.distance_m(run_min)
    return PlannedSession(
        id=session_id,
        local_date=day,
        kind=_kind(fitted),
        title=rung.name if whole else _shorter_name(rung, run_min, walk_min),
        dose=_dose(fitted),
        why=" ".join(filter(None, (_why(stage), limits.why))),
        rule=rung.id if whole else limits.rule or rung.id,
        sources=rung.sources,
        duration_s=(run_min + walk_min) * SECONDS_PER_MINUTE,
        blocks=_steps(fitted),
        knee_km=cost.knee_km(distance) if run_min else None,
        effort=effort(slower=limits.slower) if run_min else "Walk fast, but so that you can talk.",
        terrain=terrain(),
        alternatives=easier_ways(cost, distance) if run_min and walk_min == 0 else (),
        stage=stage.id if whole else stage.part,
    )


def _shorter_name(rung: Rung, run_min: float, walk_min: float) -> str:
    if walk_min or not run_min:
        return f"{rung.name}, but shorter"
    return f"{run_min:g} minutes easy, on the way to {rung.run_min:g}"


def _require(rung: Rung | None) -> Rung:
    if rung is None:
        raise KeyError("a stage of the ladder without its rung")
    return rung


def _kind(blocks: Sequence[WalkRun]) -> SessionKind:
    if not any(block.run_min for block in blocks):
        return "walk"
    return "walk_run" if any(block.walk_min for block in blocks) else "run"


def fitted_blocks(rung: Rung, most_run_min: float) -> tuple[WalkRun, ...]:
    """Return the blocks of a rung with at most so many minutes of running, in whole minutes, the first ones first."""
    left = most_run_min
    kept = []
    for block in rung.blocks:
        if block.run_min <= 0:
            kept.append(block)
            continue
        repeats = min(block.repeats, math.floor(left / block.run_min))
        if repeats:
            kept.append(WalkRun(repeats=repeats, walk_min=block.walk_min, run_min=block.run_min))
            left -= repeats * block.run_min
        rest = math.floor(left) if repeats < block.repeats else 0
        if rest:
            kept.append(WalkRun(repeats=1, walk_min=block.walk_min, run_min=float(rest)))
            break
        if repeats < block.repeats:
            break
    if not kept:
        kept.append(WalkRun(repeats=1, walk_min=rung.total_min or 0, run_min=0.0))
    return tuple(kept)


def _steps(blocks: Sequence[WalkRun]) -> tuple[Repeat, ...]:
    found = []
    for block in blocks:
        walk = RunStep(kind="walk", duration_s=block.walk_min * SECONDS_PER_MINUTE, text="Walk briskly.")
        run = RunStep(kind="run", duration_s=block.run_min * SECONDS_PER_MINUTE, text="Run at talk pace.")
        steps = tuple(step for step in (walk, run) if step.duration_s)
        found.append(Repeat(times=block.repeats, steps=steps))
    return tuple(found)


def _dose(blocks: Sequence[WalkRun]) -> str:
    return ", then ".join(_block_dose(block) for block in blocks)


def _block_dose(block: WalkRun) -> str:
    parts = [f"walk {block.walk_min:g} min"] if block.walk_min else []
    parts += [f"run {block.run_min:g} min"] if block.run_min else []
    return f"{block.repeats} x ({', '.join(parts)})" if block.repeats > 1 else ", ".join(parts)


def _why(stage: Stage) -> str:
    rung = _require(stage.rung)
    if rung.green_days_to_advance is not None:
        if stage.over_days:
            return f"Stay here for {stage.over_days} green days before something new is added."
        return f"{stage.greens} green runs lead to longer ones, by the rule for single runs."
    if rung.greens_over_days is not None:
        return f"{stage.greens} green runs over a week lead on."
    if not rung.run_min:
        lead = "One green walk leads" if stage.greens == 1 else f"{stage.greens} green ones lead"
        return f"First show that brisk walks go well. {lead} to the first run."
    return f"One rung at a time. {stage.greens} green sessions, 2 days apart, lead to the next."


def effort(*, slower: bool) -> str:
    """Return how hard to run, in words."""
    pace = knowledge().ladder_rules["pace"]
    rpe = pace.values["rpe"]
    text = f"{pace.text} Effort {rpe.low:g} to {rpe.high:g} out of 10."
    slow = knowledge().load_rules["speed"].values["slower"]
    return f"{text} While it hurts, run {slow.low:g} to {slow.high:g} % slower." if slower else text


def terrain(*, hills: bool = False) -> str:
    """Return where to run."""
    return "As you like, but one new thing at a time." if hills else "Flat ground. No downhill and no stairs for now."
