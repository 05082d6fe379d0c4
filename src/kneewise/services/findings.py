"""Findings along the whole chain, from everything that the record knows."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kneewise.assessment.finding_context import FindingContext, WatchGait, recent_training
from kneewise.assessment.finding_metrics import ELSEWHERE, READERS
from kneewise.assessment.findings import CONTESTED, NOTE, FindingResult, findings_document
from kneewise.assessment.findings import findings as draw_up
from kneewise.assessment.modules import OpenedModule, opened_modules
from kneewise.domain import Estimate, Runner
from kneewise.evidence.care import Finding
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.load import DatedRun, Reference, RunLoad, daily_exposure
from kneewise.services import loads
from kneewise.services.exposure import dated_runs
from kneewise.services.gait.clips import video_findings
from kneewise.services.intake import Intake, blocks_of, latest_intake
from kneewise.services.listing import current_reference, listed
from kneewise.services.local_day import local_today
from kneewise.services.place import Place, opened
from kneewise.services.self_tests import SELF_TESTS, read_tests
from kneewise.storage import StoredActivity, read_activities, read_events, read_reference
from kneewise.storage.kinds import Kind

if TYPE_CHECKING:
    from kneewise.storage import Record

_SECONDS_PER_MINUTE = 60
#: Metrics that only recorded runs tell, and those that answers tell as well.
_OF_RUNS = frozenset(
    {"weekly_distance_ratio", "two_week_progression", "days_since_last_run", "cadence_spm", "step_length_m"}
)
_OF_BOTH = frozenset({"planned_distance_ratio_30d"})
#: Who supplies what neither answers nor the watch give, by the kind of data that it is kept as.
_WHO_TELLS: Mapping[str, frozenset[Kind]] = {
    "video": frozenset({"video"}),
    "clinician": frozenset({"notes"}),
    "diary": frozenset({"check_ins"}),
}


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """What was found, and what it opens.

    Attributes
    ----------
    results : tuple of FindingResult
        From training to gait, in each area the present ones first.
    opens : tuple of OpenedModule
        Care that the findings open; nothing while a plan is blocked.
    blocks : tuple of str
        What the last triage blocks.
    note : str
        What stands beside every list of findings.
    """

    results: tuple[FindingResult, ...]
    opens: tuple[OpenedModule, ...]
    blocks: tuple[str, ...]
    note: str = NOTE

    def to_json(self, *, clinician: bool = False) -> list[dict[str, Any]]:
        """Return the contract's ``findings`` document."""
        return findings_document(self.results, clinician=clinician)


def findings(
    place: Place, *, clinician: bool = False, everything: bool = False, asked: Collection[str] = ()
) -> Findings:
    """Return the findings of a record, from the last intake, the runs and the watch.

    Parameters
    ----------
    clinician : bool
        Also what was not measured, and every contested claim.
    everything : bool
        Also every contested claim, both sides with their certainty.
    asked : collection of str
        Ids of contested claims that the runner asks about.
    """
    with opened(place) as (record, runner):
        context = read_context(record, runner, local_today(runner))
        blocks = blocks_of(latest_intake(record, runner))
    results = draw_up(context, clinician=clinician, asked=(*asked, CONTESTED) if everything else asked)
    return Findings(results, () if "plan" in blocks else opened_modules(results, context), blocks)


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """The whole chain: what was found, every contested claim, and what is not measured yet.

    Attributes
    ----------
    findings : Findings
    not_measured : tuple of FindingResult
        From training to gait.
    withheld : frozenset of str
        Kinds of data that could not be read; what they may hold is in neither.
    """

    findings: Findings
    not_measured: tuple[FindingResult, ...]
    withheld: frozenset[Kind] = frozenset()


def whole_chain(place: Place) -> Chain:
    """Return the findings of a record with every contested claim, and what nobody has measured yet."""
    with opened(place) as (record, runner):
        withheld = record.withheld
        context = read_context(record, runner, local_today(runner))
        blocks = blocks_of(latest_intake(record, runner))
    results = draw_up(context, asked=(CONTESTED,))
    known = {result.id for result in results}
    # A record that reads a measure which another finding has shown already is no gap.
    measured = {result.measure.metric for result in results if result.measure is not None}
    gaps = tuple(
        result
        for result in draw_up(context, clinician=True)
        if result.state == "not_measured"
        and result.id not in known
        and _measure_of(result) not in measured
        # Of what is withheld nobody can say that it was not measured.
        and withheld.isdisjoint(_told_by(_measure_of(result)))
    )
    opens = () if "plan" in blocks else opened_modules(results, context)
    return Chain(Findings(results, opens, blocks), gaps, withheld)


def _measure_of(result: FindingResult) -> str | None:
    return result.record.measure if isinstance(result.record, Finding) else None


def _told_by(metric: str | None) -> frozenset[Kind]:
    """Return the kinds of data that could hold a metric."""
    kinds: set[Kind] = set()
    if metric in READERS and metric not in _OF_RUNS:
        kinds.add("check_ins")
    if metric in _OF_RUNS or metric in _OF_BOTH:
        kinds.add("runs")
    if metric in SELF_TESTS or metric in _OF_BOTH:
        kinds.add("check_ins")
    who = ELSEWHERE.get(metric or "", "not asked")
    return frozenset(kinds | _WHO_TELLS.get(who, frozenset()))


def read_context(record: Record, runner: Runner, today: date) -> FindingContext:
    """Gather what findings may rest on; what the record does not know stays missing."""
    with record.reading() as connection:
        first = today - timedelta(weeks=value("recent_history.weeks"))
        stored = read_activities(connection, runner.id, since=first, until=today)
        reference = current_reference(read_reference(connection, runner.id), runner)
        examined = read_events(connection, runner.id, "examination")
    counted = [item for item in stored if item.counted_id is None]
    runs = dated_runs(listed(counted, reference))
    context = context_of(runner, today, counted, runs, reference, latest_intake(record, runner))
    # A test that was told by itself is newer than the same test in the intake.
    metrics = knowledge().metrics
    tests = {name: told for name, told in read_tests(record, runner).items() if name in metrics}
    video = MappingProxyType(dict(video_findings(record, runner)))
    clinic: dict[str, float] = {}
    clinic_on: dict[str, date] = {}
    for each in examined:
        known = {name: number for name, number in each.data["measures"].items() if name in metrics}
        clinic |= known
        clinic_on |= dict.fromkeys(known, each.local_date)
    return replace(context, diary=MappingProxyType(tests), video=video, clinic=clinic, clinic_on=clinic_on)


def context_of(
    runner: Runner,
    today: date,
    counted: Sequence[StoredActivity],
    runs: Sequence[DatedRun],
    reference: Reference,
    intake: Intake | None,
) -> FindingContext:
    """Return the same from what was read already.

    Parameters
    ----------
    counted, runs : sequence
        The activities that count, and the runs among them with their load.
    """
    return FindingContext(
        answers=None if intake is None else intake.checked_answers(),
        training=recent_training(daily_exposure(runs), today=today) if runs else None,
        gait=_watch_gait(reference, counted, today),
        age_years=None if runner.birth_year is None else float(today.year - runner.birth_year),
    )


def _watch_gait(reference: Reference, stored: Sequence[StoredActivity], today: date) -> WatchGait | None:
    """Return how the runner runs at easy speed; ``None`` until the record has learned it from own runs."""
    downhill = _downhill_share(stored, today)
    if reference.kind != "own":
        return None if downhill is None else WatchGait(downhill_share=downhill)
    step_s = _SECONDS_PER_MINUTE / reference.cadence_spm
    measured = reference.measured_contact_share >= value("coverage.window_floor")
    return WatchGait(
        cadence_spm=_watch(reference.cadence_spm, "steps/min", reference),
        step_length_m=_watch(reference.speed_mps * step_s, "m", reference),
        contact_time_s=_watch(reference.contact_time_s, "s", reference) if measured else None,
        downhill_share=downhill,
    )


def _watch(number: float, unit: str, reference: Reference) -> Estimate:
    # The spread between runs is not kept with the reference, so no interval is claimed.
    return Estimate(number, math.nan, math.nan, unit, reference.basis)


def _downhill_share(stored: Sequence[StoredActivity], today: date) -> float | None:
    since = today - timedelta(days=value("findings.recent_days"))
    recent = [item for item in stored if item.activity.is_run and item.activity.local_date > since]
    found = [loads.unpack(item.load) for item in recent if item.load is not None]
    known = [load for load in found if load.covered_s > 0 and math.isfinite(load.downhill_share) and _has_slope(load)]
    seconds = sum(load.covered_s for load in known)
    return sum(load.downhill_share * load.covered_s for load in known) / seconds if seconds else None


def _has_slope(load: RunLoad) -> bool:
    return load.unknown_grade_share <= 1 - value("coverage.window_floor")
