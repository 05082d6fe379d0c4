"""Who needs attention, and why: one small summary for each runner, worked out behind the server's back.

A summary says what holds on the runner's day. It is worked out again when something was stored, and when the day is
over. Each reason names the kinds of data that it rests on, so that a list shows only what is shared.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from kneewise import clock
from kneewise.domain import MOMENTS, Runner
from kneewise.errors import KneewiseError
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.evidence.safety import TRIAGE_ORDER
from kneewise.load.usual_week import usual_week
from kneewise.services.local_day import local_day
from kneewise.services.place import Place
from kneewise.services.plan_now import plan_now
from kneewise.services.profile import show_profile
from kneewise.storage import Record, read_runner
from kneewise.storage.alone import held_alone
from kneewise.storage.attention import Attention, read_attentions, record_stamps, write_attention

if TYPE_CHECKING:
    from kneewise.plan.refusal import PlanRefused
    from kneewise.services.plan_inputs import Gathered

log = logging.getLogger("kneewise.clinic")

#: Every reason, the most urgent first; red flags are ordered among themselves by their level.
REASONS = (
    "red_flag",
    "stop",
    "see_clinician",
    "flare",
    "plan_refused",
    "step_back",
    "reduce",
    "load_above",
    "unsure",
    "unanswered",
    "ask_again",
    "plan_changes",
    "silent",
    "no_intake",
    "no_plan",
)
#: Rank of who needs nothing.
CALM_RANK = 1000
#: Follows from a red flag and says nothing beside it.
_FOLLOWS = frozenset({"stop", "see_clinician", "ask_again", "plan_refused"})
_PER_REASON = 10
_TOLD = ["check_ins"]
_RUN = ["runs"]
_BOTH = ["runs", "check_ins"]
_EVERY_S = 20.0
#: How long until a process looks again whether another one still works the summaries out.
_TURN_S = 0.5


def work_out(record: Record, runner: Runner, stamp: str) -> Attention:
    """Return the summary of one runner today."""
    now = clock.now()
    # The same as the runner's own pages show: who has just looked at them has worked it out already.
    place = Place(record.data, runner_id=runner.id, record=record, shared=True)
    known = plan_now(place)
    gathered, refused, draft = known.gathered, known.refused, known.draft
    today = local_day(now, runner)
    # A load that a video has set is told to those alone who may know of the video.
    of_load = _RUN if show_profile(place).style is None else [*_RUN, "video"]
    given = _reasons(gathered, refused, draft is not None, today, of_load)
    found = sorted(given, key=lambda reason: reason["rank"])
    flagged = any(reason["code"] == "red_flag" for reason in found)
    reasons = [reason for reason in found if not (flagged and reason["code"] in _FOLLOWS)]
    rank = reasons[0]["rank"] if reasons else CALM_RANK
    return Attention(runner.id, rank, reasons, _facts(gathered, today), today, now, stamp)


def _reason(code: str, kinds: list[str], within: int = 0, **told: Any) -> dict[str, Any]:
    return {"code": code, "rank": REASONS.index(code) * _PER_REASON + within, "kinds": kinds, **told}


def _reasons(
    gathered: Gathered, refused: PlanRefused | None, changes: bool, today: date, of_load: list[str]
) -> Iterator[dict[str, Any]]:
    yield from _of_flags(gathered)
    yield from _of_pain(gathered, today)
    runs = gathered.folded.runs
    week = usual_week(runs, today) if runs else None
    if week is not None and week.place == "above":
        yield _reason("load_above", of_load, knee_km=round(week.now.knee_km, 1), usual=round(week.middle_knee_km, 1))
    if gathered.plan is None and refused is None:
        yield _reason("no_plan", _BOTH)
    elif gathered.plan is not None and refused is not None:
        yield _reason("plan_refused", _BOTH)
    elif changes:
        yield _reason("plan_changes", _BOTH)


def _of_flags(gathered: Gathered) -> Iterator[dict[str, Any]]:
    levels, flags = list(TRIAGE_ORDER), knowledge().red_flags
    for flag in gathered.folded.flags:
        if flag.get("kind") == "unsure":
            yield _reason("unsure", _TOLD, rule=flag["rule"])
        elif flag["rule"] in flags:
            level = flags[flag["rule"]].level
            yield _reason("red_flag", _TOLD, levels.index(level), rule=flag["rule"], level=level)
        elif flag["rule"] not in ("no_intake", "safety_questions_open"):
            yield _reason("ask_again", _TOLD, rule=flag["rule"])
    intake = gathered.folded.intake
    if intake is None:
        yield _reason("no_intake", _TOLD)
    elif intake.told["unanswered"]:
        open_ = intake.told["unanswered"]
        first = next((name for name in open_ if name in flags), None)
        yield _reason("unanswered", _TOLD, count=len(open_), rule=first)


def _of_pain(gathered: Gathered, today: date) -> Iterator[dict[str, Any]]:
    folded = gathered.folded
    decision = folded.pain.decision
    if decision.lowest.move in ("stop", "step_back", "reduce"):
        yield _reason(decision.lowest.move, _TOLD, rule=decision.lowest.rule)
    if decision.clinician == "refer":
        yield _reason("see_clinician", _TOLD, rule=decision.lowest.rule)
    if folded.pain.flare is not None:
        yield _reason("flare", _TOLD)
    last = max((each.local_date for each in folded.check_ins), default=today)
    if (today - last).days > value("clinic.silent_days"):
        yield _reason("silent", _TOLD, days=(today - last).days)


def _facts(gathered: Gathered, today: date) -> dict[str, Any]:
    """Return what stands beside the name: the last check-in with its pain, the last run, the plan."""
    folded = gathered.folded
    last = max(folded.check_ins, key=lambda each: (each.local_date, each.recorded_at), default=None)
    runs = [run.local_date for run in folded.runs if run.local_date <= today]
    told = [] if last is None else [last.pain(moment) for moment in MOMENTS]
    pains = [pain for pain in told if pain is not None]
    return {
        "check_in": None if last is None else last.local_date.isoformat(),
        "pain": max(pains, default=None),
        "run": max(runs).isoformat() if runs else None,
        "plan": None if gathered.plan is None else gathered.plan.version,
    }


def due(record: Record, today: date) -> list[tuple[str, str]]:
    """Return the runners whose summary is missing or out of date, with what their record holds now.

    Parameters
    ----------
    today : date
        In UTC; a runner's own day is at most one ahead or behind, and is looked at when the summary is made.
    """
    with record.reading() as connection:
        stamps, there = record_stamps(connection), read_attentions(connection)
    return [
        (runner_id, stamp)
        for runner_id, stamp in stamps.items()
        if runner_id not in there or there[runner_id].stamp != stamp or there[runner_id].worked_out_at.date() != today
    ]


def catch_up(record: Record, runner_id: str | None = None, *, rest: Callable[[float], bool] | None = None) -> int:
    """Work out every summary that is due, or that of one runner; return how many.

    Parameters
    ----------
    rest : callable or None
        Takes the seconds that a summary took and leaves the processor to others; true ends the work.
    """
    wanted = due(record, clock.now().date())
    done = 0
    for name, stamp in wanted:
        began = time.monotonic()
        if runner_id is not None and name != runner_id:
            continue
        with record.reading() as connection:
            runner = read_runner(connection, name)
        if runner is None:
            continue
        try:
            made = work_out(record, runner, stamp)
        except KneewiseError as error:  # one record that cannot be read must not hide all the others
            log.warning("the summary of a runner could not be made: %s", error)
            continue
        with record.writing("keeping a summary") as connection:
            if read_runner(connection, name) is not None:
                write_attention(connection, made)
        done += 1
        if rest is not None and rest(time.monotonic() - began):
            break
    return done


class Summaries:
    """Keeps the summaries of a clinic up to date in a thread of its own; of several processes one does at a time.

    Parameters
    ----------
    record : Record
    """

    def __init__(self, record: Record) -> None:
        self._record = record
        self._turn = record.data / "summaries.lock"
        self._woken = threading.Event()
        self._ended = threading.Event()

    def changed(self) -> None:
        """Look soon: something may have been stored."""
        self._woken.set()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Keep the summaries up to date for as long as a server runs."""
        thread = threading.Thread(target=self._work, name="kneewise-summaries", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            self._woken.set()
            thread.join()

    def _work(self) -> None:
        while not self._ended.is_set():
            turn = held_alone(self._turn)
            if turn is None:
                self._ended.wait(_TURN_S)
                continue
            with turn:
                try:
                    # At midnight all are due: half of the time is left to those who wait for a page.
                    catch_up(self._record, rest=self._ended.wait)
                except KneewiseError as error:
                    log.warning("the summaries could not be made: %s", error)
            self._woken.wait(_EVERY_S)
            self._woken.clear()
