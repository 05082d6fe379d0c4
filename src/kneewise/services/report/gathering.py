"""Everything that the report says, gathered from a record."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from kneewise import clock
from kneewise.domain import Runner
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.report.clinic.complaint import Complaint, Screening, Who
from kneewise.report.clinic.content import Asked, ClinicReport, Gait, Helped, PlanReport
from kneewise.report.clinic.labels import PLAN_RESTS_ON
from kneewise.services.demo import read_demo
from kneewise.services.findings import whole_chain
from kneewise.services.gait.trial import read_trial
from kneewise.services.helped import Diary, candidates_of, load_answer_of, view_of
from kneewise.services.intake import Intake, latest_intake
from kneewise.services.load_history import LoadHistory
from kneewise.services.local_day import local_day
from kneewise.services.measuring import measure_trends
from kneewise.services.place import Place, opened
from kneewise.services.plan_now import PlanNow, plan_now
from kneewise.services.report.course import before_onset, course_of
from kneewise.services.report.gait import gait_of
from kneewise.services.report.parts import (
    found_of,
    helped_limit,
    helped_of,
    measured_of,
    plan_of,
    quality_of,
    without_doses,
)
from kneewise.services.report.told import age_of, complaint_of, screening_of, tests_worth_doing
from kneewise.storage import StoredActivity, read_activities
from kneewise.storage.accounts import read_account_name
from kneewise.storage.kinds import Kind

if TYPE_CHECKING:
    from kneewise.storage import Record

_NO_ANSWER = "too-few-data"
#: Flags of the state that stand among the answers already.
_ANSWERED = frozenset({"unsure", "open"})
_NO_MEDICINE = frozenset({"none"})
#: Questions that would say of what is not shared that it is not there.
_RESTS_ON = {"no_intake": "check_ins", "no_clip": "video"}


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """What was read from the open record."""

    runner: Runner
    today: date
    intake: Intake | None
    diary: Diary
    stored: Sequence[StoredActivity]

    @property
    def history(self) -> LoadHistory:
        """Load and pain of every day."""
        return self.diary.history


def clinic_report(place: Place, *, notes: bool = True) -> ClinicReport:
    """Return the report of a runner as of now; also of an empty record, which says what is missing.

    Parameters
    ----------
    notes : bool
        Whether the runner's own words may be in it.
    """
    now = clock.now()
    with opened(place) as (record, runner):
        state = (record.state(), local_day(now, runner), runner)
        kept = _KEPT.get(record)
        # Who looks at the report takes it along next: it is gathered once, until something is stored.
        if kept is None or kept[0] != state or state[0] is None:
            kept = (state, _gathered(place))
            with _LOCK:
                _KEPT[record] = kept
    report = replace(kept[1], made_at=now)
    return report if notes else without_notes(report)


_KEPT: WeakKeyDictionary[Record, tuple[tuple[Any, date, Runner], ClinicReport]] = WeakKeyDictionary()
_LOCK = threading.Lock()


def _gathered(place: Place) -> ClinicReport:
    now = clock.now()
    with opened(place) as (record, runner):
        today = local_day(now, runner)
        read = _read(record, runner, today)
        complaint = None if read.intake is None else complaint_of(read.intake)
        onset = None if complaint is None else complaint.onset
        trial = read_trial(record, runner, read.intake)
        gait = gait_of(record, runner, read.stored, trial, onset, today)
    plan_state = plan_now(place)
    screening, plan = _screening(read.intake, plan_state), _plan(read, plan_state, record.withheld)
    chain = whole_chain(place)
    course = course_of(read.history, onset, today)
    clinician = plan_state.gathered.folded.pain.decision.clinician
    return ClinicReport(
        made_at=now,
        local_date=today,
        timezone=plan_state.gathered.timezone,
        software=_version(),
        who=_who(record, runner, read.intake, today),
        complaint=complaint,
        screening=screening,
        course=course,
        before_onset=before_onset(read.history, complaint),
        gait=gait,
        findings=found_of((*chain.findings.results, *chain.not_measured)),
        plan=plan,
        measures=measured_of(measure_trends(place)),
        quality=quality_of(runner, read.history, read.stored, course, bool(gait.clip_days)),
        questions=tuple(
            each
            for each in _questions(complaint, screening, gait, plan, clinician)
            if _RESTS_ON.get(each.kind) not in record.withheld
        ),
        withheld=record.withheld,
        made_up=read_demo(place) is not None,
    )


def _screening(intake: Intake | None, now: PlanNow) -> Screening | None:
    if intake is None:
        return None
    return screening_of(
        intake, [str(flag["text"]) for flag in now.gathered.folded.flags if flag["kind"] not in _ANSWERED]
    )


def _plan(read: _Read, now: PlanNow, withheld: frozenset[Kind]) -> PlanReport:
    answer = load_answer_of(read.diary) if read.history.runs is not None else None
    plan = plan_of(now, answer, _helped(read.diary))
    return plan if withheld.isdisjoint(PLAN_RESTS_ON) else without_doses(plan, told="check_ins" not in withheld)


def _read(record: Record, runner: Runner, today: date) -> _Read:
    first = today - timedelta(weeks=value("report.most_weeks"))
    with record.reading() as connection:
        stored = read_activities(connection, runner.id, since=first, until=today)
    return _Read(runner, today, latest_intake(record, runner), Diary.of(record, runner, today), stored)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("kneewise")
    except PackageNotFoundError:
        return ""


def _who(record: Record, runner: Runner, intake: Intake | None, today: date) -> Who:
    name = runner.name
    if name is None:
        with record.reading() as connection:
            name = read_account_name(connection, runner.id)
    return Who(
        runner_id=runner.id,
        birth_year=runner.birth_year,
        age_years=age_of(intake, runner.birth_year, today),
        sex=runner.sex,
        height_m=runner.height_m,
        mass_kg=runner.mass_kg,
        name=name or "",
    )


def _helped(diary: Diary) -> tuple[Helped, ...]:
    """Return before and after of the latest changes that can be compared, one for each day."""
    # What the runner noted says more than what the record noted of the same day.
    candidates = sorted(candidates_of(diary), key=lambda each: (each.local_date, each.kind == "change"), reverse=True)
    found: dict[date, Helped] = {}
    for candidate in candidates:
        if len(found) == helped_limit():
            break
        if not candidate.comparable or candidate.local_date in found:
            continue
        try:
            view = view_of(diary, candidate.local_date, candidate.what)
        except InvalidInputError:
            continue
        if view.answer.verdict != _NO_ANSWER:
            found[candidate.local_date] = helped_of(candidate, view)
    return tuple(found.values())


def _questions(
    complaint: Complaint | None, screening: Screening | None, gait: Gait, plan: PlanReport, clinician: str
) -> Iterator[Asked]:
    """Yield what is open, the most urgent first."""
    if screening is None:
        yield Asked("no_intake")
    else:
        for kind, states in (("flags_yes", ("yes",)), ("flags_unsure", ("unsure",)), ("flags_open", ("not_answered",))):
            flags = screening.having(*states)  # type: ignore[arg-type]  # the states are literals
            if flags:
                yield Asked(kind, tuple(flag.id for flag in flags))
    if clinician == "refer":
        yield Asked("refer", words=plan.decision)
    note = None if complaint is None else complaint.told("note")
    if note is not None and note.words:
        yield Asked("runner_asks", words=note.words)
    tests = tests_worth_doing(complaint)
    if tests:
        yield Asked("tests", tests=tests)
    medicines = None if complaint is None else complaint.told("medicines")
    if medicines is not None and not _NO_MEDICINE.issuperset(medicines.choices):
        yield Asked("medicines", medicines.texts)
    if not gait.clip_days:
        yield Asked("no_clip")
    if plan.outlook:
        yield Asked("goal")


def without_notes(report: ClinicReport) -> ClinicReport:
    """Return the report without the runner's own words."""
    complaint = report.complaint
    if complaint is not None:
        complaint = replace(complaint, answers=tuple(each for each in complaint.answers if not each.words))
    course = report.course
    if course is not None:
        course = replace(course, events=tuple(replace(each, words="") for each in course.events))
    plan = replace(report.plan, helped=tuple(replace(each, words="") for each in report.plan.helped))
    asked = tuple(each for each in report.questions if each.kind != "runner_asks")
    return replace(report, complaint=complaint, course=course, plan=plan, questions=asked)
