"""What the page of one session shows: steps, reasons, sources, and how it may move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kneewise.domain import Plan, PlannedSession
from kneewise.evidence.knowledge import knowledge
from kneewise.plan.stage_words import stage_words
from kneewise.services.moving import Moved
from kneewise.services.plan_now import PlanNow
from kneewise.web.amounts import Shown, day_long, knee_km, number, percent
from kneewise.web.plan.calendar import Chip, chip_of
from kneewise.web.plan.strength_view import ExerciseView, exercises_of, programs_of
from kneewise.web.plan.words import STEPS, each_step, seconds_words, step_amount
from kneewise.web.proof import Proof, proof
from kneewise.web.today.sessions import SessionCard, session_card
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, told

_VERDICTS = {"allowed": message("Yes"), "warning": message("Yes, but"), "refused": message("No")}


@dataclass(frozen=True, slots=True)
class Easier:
    """An easier way to do the same run, beside what it would cost."""

    text: str
    cost: Shown


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step as it is done."""

    kind: str
    words: str
    amount: str
    cue: str


@dataclass(frozen=True, slots=True)
class Practice:
    """One session of the course of quicker steps.

    Attributes
    ----------
    share : int
        Share of the running time with the beat, in per cent.
    """

    title: str
    day: str
    href: str
    share: int
    share_words: str
    state: str
    state_words: str
    here: bool


@dataclass(frozen=True, slots=True)
class SessionPage:
    """The page of one session."""

    id: str
    day: str
    day_iso: str
    chip: Chip
    card: SessionCard
    others: str
    basis: str
    stage: str
    steps: tuple[StepLine, ...]
    exercises: tuple[ExerciseView, ...]
    practice: tuple[Practice, ...]
    share: str
    sources: tuple[tuple[str, str], ...]
    movable: bool
    log_day: str
    is_today: bool
    timer: Mapping[str, Any]
    live: bool
    back: str


@dataclass(frozen=True, slots=True)
class MoveDay:
    """One day and what it says to the session."""

    iso: str
    long: str
    verdict: str
    words: str
    text: str
    proof: Proof | None
    own: bool


@dataclass(frozen=True, slots=True)
class MovePage:
    """The page that moves a session without a mouse."""

    id: str
    title: str
    day: str
    days: tuple[MoveDay, ...]
    asked: MoveDay | None
    error: str
    first: str
    last: str


def session_page(now: PlanNow, session: PlannedSession, paths: Mapping[str, str]) -> SessionPage:
    """Return the page of one session."""
    chip = chip_of(now, session)
    cost = None if session.knee_km is None else knee_km(session.knee_km.to_json())
    log_day = min(session.local_date, now.today)
    return SessionPage(
        id=session.id,
        day=day_long(session.local_date),
        day_iso=session.local_date.isoformat(),
        chip=chip,
        card=session_card(session, paths, now.matched(session)),
        others="" if cost is None else cost.others,
        basis="" if cost is None else told(cost.basis),
        stage=_stage(now, session),
        steps=tuple(_steps(session)),
        exercises=exercises_of(session, now.logged, log_day),
        practice=tuple(_practice(now, session)),
        share=_share_words(session),
        sources=tuple(_sources(session)),
        movable=chip.movable,
        log_day=log_day.isoformat(),
        is_today=session.local_date == now.today,
        timer={**programs_of(session), **_run_program(session)},
        live=session.kind == "gait_retraining" and session.local_date == now.today and chip.state == "open",
        back=f"/plan?week={session.local_date.isoformat()}",
    )


def find_session(now: PlanNow, session_id: str, day: date | None = None) -> PlannedSession | None:
    """Return a session of the plan as it is shown, else of the latest version that had it.

    Parameters
    ----------
    day : date or None
        Its day, where it is over; else the next one of that id, or the last.
    """
    plans: list[Plan] = [*now.gathered.plans, *(() if now.draft is None else (now.draft,))]
    for plan in reversed(plans):
        found = [each for each in plan.sessions if each.id == session_id and day in (None, each.local_date)]
        if found:
            return next((each for each in found if each.local_date >= now.today), found[-1])
    return None


def move_page(now: PlanNow, moved: Moved, error: str = "") -> MovePage:
    """Return what every day of the week says, and what an asked day says."""
    session = moved.session
    plan = now.plan
    return MovePage(
        id=session.id,
        title=told(session.title),
        day=day_long(session.local_date),
        days=move_days(moved),
        asked=None if moved.choice is None else _move_day(moved.choice.to_json(), session.local_date),
        error=error,
        first=now.today.isoformat(),
        last="" if plan is None else plan.end.isoformat(),
    )


def move_days(moved: Moved) -> tuple[MoveDay, ...]:
    """Return what every day of the session's week says to it."""
    return tuple(_move_day(choice.to_json(), moved.session.local_date) for choice in moved.week)


def _move_day(choice: Mapping[str, Any], now_on: date) -> MoveDay:
    on = date.fromisoformat(choice["local_date"])
    own = on == now_on
    return MoveDay(
        iso=choice["local_date"],
        long=day_long(on),
        verdict=choice["verdict"],
        words=_("It stands here") if own else _(_VERDICTS[choice["verdict"]]),
        text="" if own else told(choice["text"]),
        proof=proof(choice["rule"]),
        own=own,
    )


def _stage(now: PlanNow, session: PlannedSession) -> str:
    if not session.stage or now.situation is None:
        return ""
    text = told(stage_words(now.situation.course, session.stage.rstrip("-")))
    return text[:1].upper() + text[1:]


def _steps(session: PlannedSession) -> Iterator[StepLine]:
    for step in each_step(session):
        cue = ""
        if step.cadence_spm is not None:
            cue = _(
                "%(low)s to %(high)s steps a minute",
                low=number(step.cadence_spm.low),
                high=number(step.cadence_spm.high),
            )
        if session.kind == "gait_retraining":
            cue = f"{cue}, {_('with the beat') if step.feedback else _('without the beat')}".strip(", ")
        yield StepLine(step.kind, _(STEPS[step.kind]), step_amount(step), cue or told(step.text))


def _share(session: PlannedSession) -> int | None:
    """Return the share of the running time that goes with the beat, in per cent."""
    running = [step for step in each_step(session) if step.kind == "run" and step.duration_s]
    whole = sum(step.duration_s or 0.0 for step in running)
    if session.kind != "gait_retraining" or not whole:
        return None
    return round(100 * sum(step.duration_s or 0.0 for step in running if step.feedback) / whole)


def _share_words(session: PlannedSession) -> str:
    share = _share(session)
    if share is None:
        return ""
    return _("The beat is on for %(share)s of the running time.", share=percent(share / 100))


def _practice(now: PlanNow, session: PlannedSession) -> Iterator[Practice]:
    plan = now.plan
    if plan is None or session.kind != "gait_retraining":
        return
    for each in plan.sessions:
        share = _share(each)
        if share is None:
            continue
        chip = chip_of(now, each)
        yield Practice(
            title=chip.title,
            day=day_long(each.local_date),
            href=chip.href,
            share=share,
            share_words=percent(share / 100),
            state=chip.state,
            state_words=chip.state_words,
            here=each.id == session.id and each.local_date == session.local_date,
        )


def _sources(session: PlannedSession) -> Iterator[tuple[str, str]]:
    known = knowledge().sources
    for name in session.sources:
        if name in known:
            yield known[name].citation, f"/evidence/sources/{name}"


def _run_program(session: PlannedSession) -> Mapping[str, Any]:
    """Return the steps of a run for the timer; nothing where one of them has no time."""
    steps = list(each_step(session))
    if not steps or not all(step.duration_s for step in steps):
        return {}
    lines = [
        {
            "words": _(STEPS[step.kind]),
            "seconds": step.duration_s,
            "note": _("with the beat") if step.feedback else "",
            "amount": seconds_words(step.duration_s or 0.0),
        }
        for step in steps
    ]
    return {"run": {"name": told(session.title), "steps": lines}}
