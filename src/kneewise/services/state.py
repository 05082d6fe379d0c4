"""What the record says now: pain, load beside the usual weeks, open flags, and what they block."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from kneewise.assessment.triage import rules_version
from kneewise.domain import CheckIn
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.safety import TRIAGE_ORDER
from kneewise.load.exposure import DatedRun
from kneewise.load.usual_week import UsualWeek, usual_week
from kneewise.monitoring import PainState, cap_rule, state_document
from kneewise.monitoring import pain_state as fold_pain
from kneewise.monitoring.decision import MOVES, Decision, Limit
from kneewise.services.exposure import dated_runs, last_known_day, read_dated_runs
from kneewise.services.intake import Intake, blocks_of, latest_intake
from kneewise.services.listing import ListedActivity
from kneewise.services.local_day import local_today
from kneewise.services.place import Place, opened
from kneewise.services.response import ResponseAnswer, answer_about_load
from kneewise.services.told import read_check_ins

if TYPE_CHECKING:
    from kneewise.domain import Runner
    from kneewise.evidence.rules import PainRule
    from kneewise.storage import Record

#: How well a pattern must fit for its pain limit to apply.
_FITS = ("strong", "moderate")
_NO_RUNNING = frozenset({"everything", "running"})
_NO_INCREASE = frozenset({"plan", "progression"})


@dataclass(frozen=True, slots=True, eq=False)
class RunnerState:
    """What the record says on one day.

    Attributes
    ----------
    pain : PainState
        Folded from the check-ins; its decision obeys the last triage too.
    load : UsualWeek or None
        ``None`` without any run.
    response : ResponseAnswer
        Whether load moves this runner's pain.
    intake : Intake or None
        The last intake.
    flags : tuple of mapping
        Open red flags, and reasons to ask the safety questions (again).
    blocks : tuple of str
        What may not be done now; a plan must refuse to be made while ``"plan"`` is among them.
    """

    pain: PainState
    load: UsualWeek | None
    response: ResponseAnswer
    intake: Intake | None
    flags: tuple[Mapping[str, Any], ...]
    blocks: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the contract's ``state`` document."""
        document = state_document(self.pain, load_vs_usual=None if self.load is None else self.load.to_json())
        return {
            **document,
            "flags": [dict(flag) for flag in self.flags],
            "response_to_load": self.response.to_json(),
            "blocks": list(self.blocks),
            "intake": None if self.intake is None else _intake(self.intake),
        }


def pain_state(place: Place) -> RunnerState:
    """Return what the record says today in the runner's zone."""
    with opened(place) as (record, runner):
        return read_state(record, runner, local_today(runner))


def read_state(record: Record, runner: Runner, today: date) -> RunnerState:
    """Fold an open record into the state of one day."""
    return state_of(record, runner, fold_record(record, runner, today), today)


def state_of(record: Record, runner: Runner, folded: FoldedRecord, today: date) -> RunnerState:
    """Return the state of one day from a record that was folded with every run."""
    runs = folded.runs
    known_until = last_known_day(record, runner, runs, today)
    return RunnerState(
        pain=folded.pain,
        load=usual_week(runs, today) if runs else None,
        response=answer_about_load(folded.check_ins, runs, today, known_until=known_until),
        intake=folded.intake,
        flags=folded.flags,
        blocks=blocks_of(folded.intake),
    )


def flags_without(folded: FoldedRecord, today: date, check_in: str) -> tuple[Mapping[str, Any], ...]:
    """Return the flags that would stand without one check-in, to see which it raised.

    Parameters
    ----------
    folded : FoldedRecord
        Of `read_state`, so with every run.
    check_in : str
        Id.
    """
    others = [each for each in folded.check_ins if each.id != check_in]
    return _pain_and_flags(others, folded.intake, {run.local_date for run in folded.runs}, today)[1]


@dataclass(frozen=True, slots=True, eq=False)
class FoldedRecord:
    """The state of one day without the answers that take longer."""

    check_ins: list[CheckIn]
    runs: list[DatedRun]
    intake: Intake | None
    pain: PainState
    flags: tuple[Mapping[str, Any], ...]


def fold_record(
    record: Record,
    runner: Runner,
    today: date,
    activities: Iterable[ListedActivity] | None = None,
    *,
    run_days: Collection[date] | None = None,
) -> FoldedRecord:
    """Fold check-ins, runs and the last intake of an open record.

    Parameters
    ----------
    activities : iterable of ListedActivity or None
        The runs up to today where they were read already.
    run_days : collection of date or None
        Days with a run up to today, where ``activities`` are only those of late.
    """
    check_ins = read_check_ins(record, runner)
    intake = latest_intake(record, runner)
    runs = read_dated_runs(record, runner, today) if activities is None else dated_runs(activities)
    days = {run.local_date for run in runs} if run_days is None else run_days
    return FoldedRecord(check_ins, runs, intake, *_pain_and_flags(check_ins, intake, days, today))


def _pain_and_flags(
    check_ins: Sequence[CheckIn], intake: Intake | None, run_days: Collection[date], today: date
) -> tuple[PainState, tuple[Mapping[str, Any], ...]]:
    open_, unsure = _raised(intake)
    pain = fold_pain(
        check_ins,
        today,
        condition_cap=pain_cap(intake),
        sessions=frozenset(run_days),
        open_flags=open_,
        screened_at=None if intake is None else intake.recorded_at,
    )
    pain = replace(pain, decision=_obeying(pain.decision, intake, blocks_of(intake)))
    from_pain = state_document(pain)["flags"]
    return pain, (*from_pain, *(_unsure_flag(name) for name in unsure), *_ask_first(intake))


def _raised(intake: Intake | None) -> tuple[list[str], list[str]]:
    """Return the red flags of the last intake: those answered yes, and those answered "unsure"."""
    flags = knowledge().red_flags
    certain: list[str] = []
    unsure: list[str] = []
    for reason in intake.told["reasons"] if intake is not None else ():
        if reason["rule"] in flags:
            flag = flags[reason["rule"]]
            sure = TRIAGE_ORDER.index(reason["level"]) <= TRIAGE_ORDER.index(flag.level)
            (certain if sure else unsure).append(flag.id)
    return certain, unsure


def raised_flags(intake: Intake) -> tuple[str, ...]:
    """Return the ids of the red flags that were answered yes in an intake."""
    return tuple(_raised(intake)[0])


def _conditions(intake: Intake | None) -> list[str]:
    patterns = () if intake is None else intake.told["patterns"]
    return [pattern["condition"] for pattern in patterns if pattern["fit"] in _FITS]


def pain_cap(intake: Intake | None) -> PainRule:
    """Return the limit of pain during a session that the last intake's patterns ask for."""
    return cap_rule(_conditions(intake))


def _obeying(decision: Decision, intake: Intake | None, blocks: Sequence[str]) -> Decision:
    """Add the limit that the last triage sets: what it blocks, no good week of check-ins opens again."""
    if intake is None or not (_NO_RUNNING | _NO_INCREASE) & set(blocks):
        return decision
    level = knowledge().triage_levels[intake.told["level"]]
    stop = bool(_NO_RUNNING & set(blocks))
    limit = Limit(
        move="stop" if stop else "hold",
        factor=0.0 if stop else 1.0,
        rule=level.id,
        text=level.action,
        mark=level.mark,
        sources=level.sources,
        since=intake.local_date,
        clinician="refer",
    )
    ordered = sorted((*decision.limits, limit), key=lambda one: (one.factor, MOVES.index(one.move)))
    # "Progress" is what is left where no limit holds; beside one it says nothing.
    return Decision(limits=tuple(one for one in ordered if one.move != "progress"), clinician="refer")


def _unsure_flag(name: str) -> dict[str, Any]:
    flag = knowledge().red_flags[name]
    return {
        "kind": "unsure",
        "rule": flag.id,
        "level": flag.unsure_level,
        "text": flag.unsure,
        "mark": flag.mark,
        "sources": list(flag.sources),
    }


def _ask_first(intake: Intake | None) -> Iterator[dict[str, Any]]:
    """Yield why the safety questions should be asked, where check-ins are not the reason."""
    if intake is None:
        yield _ask("no_intake", "The safety questions are not answered yet. Run 'kneewise intake' first.")
    elif intake.told["unanswered"]:
        yield _ask("safety_questions_open", "Some safety questions are still open. Run 'kneewise intake' again.")
    elif intake.rules_version != rules_version():
        yield _ask("rules_revised", "The safety rules have been revised since your last intake. Answer it once more.")


def _ask(rule: str, text: str) -> dict[str, Any]:
    return {"kind": "ask_again", "rule": rule, "text": text, "ask": [], "mark": "E", "sources": []}


def _intake(intake: Intake) -> dict[str, Any]:
    return {
        "id": intake.id,
        "local_date": intake.local_date.isoformat(),
        "level": intake.told["level"],
        "label": intake.told["label"],
        "rules_version": intake.rules_version,
    }
