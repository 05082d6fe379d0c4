"""Live sessions of quicker steps in the record: what was told, and which of them count for the course."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from kneewise.domain import Estimate
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import parameter, value
from kneewise.plan.adherence import Matched
from kneewise.plan.inputs import DoneSession, PastRun
from kneewise.plan.recorded_runs import RecordedRun
from kneewise.retraining import PracticeBlock, Source, accuracy_spm, block_cadence
from kneewise.services.limits import check_number
from kneewise.storage import Event, read_events

if TYPE_CHECKING:
    from kneewise.domain import Runner
    from kneewise.storage import Record

Ending = Literal["done", "stopped", "pain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTold:
    """What a session told when it was over.

    Attributes
    ----------
    session_id : str
        The planned session.
    run_s, planned_s : float
        Running that was done and that was planned, in seconds.
    ended : {"done", "stopped", "pain"}
    started_at : datetime or None
        Aware.
    sources : sequence of str
        What measured the cadence; the first was shown.
    apart_spm : float or None
        Mean difference between the first two sources, in steps per minute.
    pain_during, calf_or_achilles_pain : float or None
        0 to 10.
    """

    session_id: str
    run_s: float
    planned_s: float
    ended: Ending = "done"
    started_at: datetime | None = None
    beat_spm: float | None = None
    cue: str = ""
    sources: Sequence[Source] = ()
    apart_spm: float | None = None
    blocks: Sequence[PracticeBlock] = ()
    pain_during: float | None = None
    calf_or_achilles_pain: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return JSON values, as they are stored."""
        return {
            **{name: getattr(self, name) for name in self.__slots__},
            "started_at": None if self.started_at is None else self.started_at.isoformat(),
            "sources": list(self.sources),
            "blocks": [block.to_json() for block in self.blocks],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSession:
    """A session as it stands in the record."""

    id: str
    local_date: date
    recorded_at: datetime
    told: LiveTold

    @property
    def share(self) -> float:
        """Return running done over planned."""
        return min(self.told.run_s / self.told.planned_s, 1.0)

    @property
    def counts(self) -> bool:
        """Whether it counts as a session of the course, by the rule that a recorded run of the day is held to."""
        return self.share >= value("adherence.same_day.share_low")

    def cadence(self, *, on: bool) -> Estimate | None:
        """Return the cadence with or without feedback."""
        return block_cadence(self.told.blocks, on=on, error_spm=accuracy_spm(self.told.sources))

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        found = {name: self.cadence(on=on) for name, on in (("cadence_with", True), ("cadence_without", False))}
        return {
            "id": self.id,
            "local_date": self.local_date.isoformat(),
            **self.told.to_json(),
            **{name: None if each is None else each.to_json() for name, each in found.items()},
        }


def read_live_sessions(record: Record, runner: Runner) -> list[LiveSession]:
    """Return every live session, in the order of telling."""
    with record.reading() as connection:
        return [live_session_of(event) for event in read_events(connection, runner.id, "live_session")]


def runs_of_live(sessions: Sequence[LiveSession], runs: Sequence[RecordedRun]) -> dict[str, str | None]:
    """Return each planned session that was told live, with the recorded run that was the same one.

    Notes
    -----
    The run is the one that a watch recorded at the same time; where none was, the only run of that day, because a run
    that was typed in has no true time.
    """
    found: dict[str, str | None] = {}
    for session in sessions:
        same_day = [run for run in runs if run.local_date == session.local_date and run.id not in found.values()]
        together = [run for run in same_day if _overlaps(run, session)]
        chosen = together[:1] or (same_day if len(same_day) == 1 else [])
        found[session.told.session_id] = chosen[0].id if chosen else None
    return found


def practised_live(sessions: Sequence[LiveSession], matches: Sequence[Matched]) -> list[DoneSession]:
    """Return the sessions as the plan takes them in: each planned session once, and none that a run stands for."""
    recorded = {match.session.id for match in matches}
    told = {each.told.session_id: each for each in sessions if each.told.session_id not in recorded}
    return [
        DoneSession(session_id=name, local_date=each.local_date, kind="gait_retraining", share=each.share)
        for name, each in told.items()
    ]


def ran_live(sessions: Sequence[LiveSession], ran: Collection[date], speed_mps: float) -> list[PastRun]:
    """Return the running of sessions that nothing else recorded, as on a treadmill without a watch.

    Parameters
    ----------
    ran : collection of date
        Days with a recorded run: it may be the same one.
    speed_mps : float
        What the plan reckons with where no distance is known.
    """
    return [
        PastRun(
            local_date=each.local_date,
            distance_m=each.told.run_s * speed_mps,
            moving_s=each.told.run_s,
            knee_km=None,
            coverage=0.0,
        )
        for each in sessions
        if each.local_date not in ran
    ]


def _overlaps(run: RecordedRun, session: LiveSession) -> bool:
    if session.told.started_at is None:
        return False
    run_end = run.start + timedelta(seconds=run.moving_s or 0.0)
    return run.start < session.recorded_at and session.told.started_at < run_end


def live_session_of(event: Event) -> LiveSession:
    """Return the session that an event holds."""
    data = dict(event.data)
    started = data.pop("started_at")
    blocks = tuple(PracticeBlock(**block) for block in data.pop("blocks"))
    told = LiveTold(**data, blocks=blocks, started_at=None if started is None else datetime.fromisoformat(started))
    return LiveSession(id=event.id, local_date=event.local_date, recorded_at=event.recorded_at, told=told)


def check_live(told: LiveTold) -> None:
    """Refuse what cannot be right.

    Raises
    ------
    InvalidInputError
    """
    for pain in (told.pain_during, told.calf_or_achilles_pain):
        check_number("A pain", pain, "pain")
    for seconds in (
        told.run_s,
        told.planned_s,
        *(each for block in told.blocks for each in (block.from_s, block.to_s)),
    ):
        _check_seconds(seconds)
    low, high = value("live.slowest_spm"), value("live.quickest_spm")
    for spm in (block.cadence_spm for block in told.blocks):
        if spm is not None and not low <= spm <= high:
            raise InvalidInputError(f"{spm:g} steps a minute cannot be right; a run has {low:g} to {high:g}.")
    if not told.planned_s or any(block.to_s <= block.from_s for block in told.blocks):
        raise InvalidInputError("A stretch of this session has no length; send its beginning and its end in seconds.")
    if any(later.from_s < block.to_s for block, later in zip(told.blocks, told.blocks[1:], strict=False)):
        raise InvalidInputError("Two stretches of this session overlap; send them in order.")
    if any(block.cadence_spm for block in told.blocks) and not told.sources:
        raise InvalidInputError("Name what measured the cadence: motion, microphone, camera, tap or watch.")


def _check_seconds(seconds: float) -> None:
    most = parameter("live.run_s").high
    if not (math.isfinite(seconds) and 0 <= seconds <= most):
        raise InvalidInputError(f"{seconds:g} s cannot be right for a session; give 0 to {most:g} s.")
