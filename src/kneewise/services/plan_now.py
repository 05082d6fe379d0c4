"""The plan as it stands now, for pages: read once, and kept until something is stored or the day is over.

In a clinic it is kept for each of the runners who were looked at last, until something of that runner is stored.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, WeakValueDictionary

from kneewise import clock
from kneewise.domain import Plan, PlannedSession, SetLog
from kneewise.plan.adapt import adapt_plan
from kneewise.plan.adherence import RUN_KINDS, Matched
from kneewise.plan.build import Situation
from kneewise.plan.phases import PhaseNow, current_phase
from kneewise.plan.refusal import PlanRefused, refusal_of
from kneewise.services.local_day import local_day
from kneewise.services.place import Place, opened
from kneewise.services.plan_inputs import Gathered, gather
from kneewise.storage.runner_state import runner_state

if TYPE_CHECKING:
    from kneewise.domain import Runner
    from kneewise.storage import Record

_DAY = timedelta(days=1)
#: Runners of a clinic whose plan is kept, and how long at most: loads that another server computes anew say nothing.
_MOST = 64
_LONGEST = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, eq=False)
class PlanNow:
    """A plan with everything around it.

    Attributes
    ----------
    refused : PlanRefused or None
        Why there may be none, or why it may not be followed.
    draft : Plan or None
        The version that would come next; ``None`` where nothing would change.
    situation : Situation or None
        Where the runner stands; ``None`` where there may be no plan.
    phase : PhaseNow or None
    logged : mapping of date to sequence of SetLog
        Strength work by day.
    """

    gathered: Gathered
    refused: PlanRefused | None
    draft: Plan | None
    situation: Situation | None
    phase: PhaseNow | None
    logged: Mapping[date, Sequence[SetLog]]

    @property
    def today(self) -> date:
        """The runner's calendar day."""
        return self.gathered.today

    @property
    def plan(self) -> Plan | None:
        """The version to show: the next one where one is due, else the one in force."""
        return self.draft or self.gathered.plan

    def matched(self, session: PlannedSession) -> Matched | None:
        """Return the run that fulfilled a session."""
        found = [each for each in self.gathered.matches if each.session.id == session.id]
        near = [each for each in found if abs(each.run.local_date - session.local_date) <= _DAY]
        return near[-1] if near else None

    def state_of(self, session: PlannedSession) -> str:
        """Return ``"done"``, ``"missed"`` or ``"open"``; a rest, a walk and the like that are over are ``"over"``."""
        if self.matched(session) is not None or self._is_done(session):
            return "done"
        if session.local_date >= self.today:
            return "open"
        return "missed" if session.kind in RUN_KINDS or session.exercises else "over"

    def _is_done(self, session: PlannedSession) -> bool:
        """Whether what leaves no recorded run took place: strength work that was logged, a walk that was told."""
        if session.kind == "strength" and session.local_date in self.logged:
            return True
        return any(
            each.session_id == session.id and abs(each.local_date - session.local_date) <= _DAY
            for each in self.gathered.inputs.done
        )


def plan_now(place: Place) -> PlanNow:
    """Return the plan as it stands now; also without one."""
    now = clock.now()
    with opened(place) as (record, runner):
        state = (_state(place, record, runner), local_day(now, runner), runner)
        kept = _KEPT.setdefault(record, _Kept())
        with kept.turn(runner.id):
            found = kept.plan(runner.id, state, now)
            if found is None:
                with record.one_state():
                    found = _looked_at(gather(record, runner, now))
                kept.keep(runner.id, state, now, found)
        return found


def _state(place: Place, record: Record, runner: Runner) -> Hashable:
    if not place.shared:
        return record.state()
    with record.reading() as connection:
        return runner_state(connection, runner.id)


class _Turn:
    """Taken by the thread that works a plan out; gone when nobody waits any more."""

    def __init__(self) -> None:
        self.taken = threading.Lock()


class _Kept:
    """The plans of one record that were read last."""

    def __init__(self) -> None:
        self._plans: OrderedDict[str, tuple[Hashable, datetime, PlanNow]] = OrderedDict()
        self._lock = threading.Lock()
        self._turns: WeakValueDictionary[str, _Turn] = WeakValueDictionary()

    @contextmanager
    def turn(self, runner_id: str) -> Iterator[None]:
        """Let one thread at a time work out a runner's plan: a page and a summary that want it at once share it."""
        with self._lock:
            turn = self._turns.setdefault(runner_id, _Turn())
        with turn.taken:
            yield

    def plan(self, runner_id: str, state: Hashable, now: datetime) -> PlanNow | None:
        with self._lock:
            known, since, plan = self._plans.get(runner_id, (None, now, None))
            return plan if known == state and timedelta() <= now - since < _LONGEST else None

    def keep(self, runner_id: str, state: Hashable, now: datetime, plan: PlanNow) -> None:
        with self._lock:
            self._plans[runner_id] = state, now, plan
            self._plans.move_to_end(runner_id)
            if len(self._plans) > _MOST:
                self._plans.popitem(last=False)


_KEPT: WeakKeyDictionary[Record, _Kept] = WeakKeyDictionary()


def _looked_at(gathered: Gathered) -> PlanNow:
    refused, draft = pending(gathered)
    situation = None if refused is not None else Situation.of(gathered.inputs)
    phase = None
    if situation is not None:
        phase = current_phase(gathered.inputs, situation.course, situation.place)
    logged: dict[date, list[SetLog]] = {}
    for log in gathered.inputs.strength_log:
        logged.setdefault(log.local_date, []).append(log)
    return PlanNow(gathered, refused, draft, situation, phase, logged)


def pending(gathered: Gathered) -> tuple[PlanRefused | None, Plan | None]:
    """Return why the plan in force may not be followed, and the version that would come next, each where there is."""
    if gathered.plan is None:
        return refusal_of(gathered.inputs), None
    made = adapt_plan(gathered.inputs)
    if isinstance(made, PlanRefused):
        return made, None
    return None, None if made is gathered.plan else made
