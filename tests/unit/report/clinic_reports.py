"""Made-up reports for tests of the renderers: a full one, an empty one, one whose texts mean harm."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from kneewise.domain import Estimate
from kneewise.evidence.knowledge import knowledge
from kneewise.report.clinic.complaint import Complaint, FittingPattern, Flag, FlagState, Screening, Test, Told, Who
from kneewise.report.clinic.content import (
    Asked,
    BeforeOnset,
    ClinicReport,
    Course,
    Event,
    Found,
    Gait,
    GaitChange,
    Helped,
    Limit,
    LongRun,
    Measured,
    PainDay,
    PlanReport,
    Quality,
    Session,
    Week,
)

TODAY = date(2026, 3, 15)
NOW = datetime(2026, 3, 15, 10, 30, tzinfo=UTC)
ONSET = TODAY - timedelta(weeks=16)
FIRST = date(2025, 9, 29)
HOSTILE = "".join(
    (
        "</style><script>alert(1)</script> \"&<>' {{ 7*7 }} {% raw %} ",
        '#read("/etc/passwd") $x$ *b* @ref // /* ] \\ `=1+1` \x00\x07',
    )
)


def estimate(number: float, half: float, unit: str) -> Estimate:
    return Estimate(number, number - half, number + half, unit, "made up")


def flags(states: dict[str, FlagState] | None = None) -> tuple[Flag, ...]:
    chosen = states or {}
    return tuple(
        Flag(flag.id, flag.clinical, flag.question, flag.level, chosen.get(flag.id, "listed_no"))
        for flag in knowledge().red_flags.values()
    )


def weeks() -> tuple[Week, ...]:
    made = []
    for place in range(24):
        load = None if place == 15 else 30.0 - place
        low, high = (None, None) if load is None else (load - 2, load + 2)
        made.append(Week(FIRST + timedelta(weeks=place), load, low, high, 1000.0 * (load or 4.0), 3))
    return tuple(made)


def complaint(note: str = "Should I see a doctor?") -> Complaint:
    tests = (
        Test("squat_pain", "Pain on squatting", 1.8, 0.2, None),
        Test("patellar_tilt", "Patellar tilt test, hypomobile", 5.4, 0.6, None),
    )
    return Complaint(
        answered_on=TODAY - timedelta(weeks=10),
        onset=ONSET,
        answers=(
            Told("medicines", ("painkiller",), ("Pain tablets on most days",)),
            Told("onset", ("gradual",), ("Bit by bit, over days or weeks",)),
            Told("zones", ("ant_diffuse",), ("round or behind the kneecap",)),
            Told("side", ("left",), ("Left",)),
            Told("pain_worst", number=6.0),
            Told("pain_usual", number=3.0),
            Told("duration_weeks", number=6.0, unit="weeks"),
            Told("provoking", ("squat", "stairs_down"), ("Squatting", "Stairs down")),
            Told("longest_run_km", number=16.5, unit="km"),
            Told("trigger_run_km", number=25.5, unit="km"),
            Told("history", ("none",), ("None of these",)),
            Told("note", words=note),
        ),
        patterns=(FittingPattern("pfp", "pain round the kneecap", "patellofemoral pain", "strong", ("a",), (), tests),),
        examined=(
            Test("thessaly", "Thessaly test", None, None, False, TODAY - timedelta(days=20)),
            Test("step", "Step test", 2.34, None, True, TODAY - timedelta(days=3)),
        ),
    )


_MEASURED = "163 steps a minute, at your easy speed, from your watch."


def found(area: str, state: str, number: int = 0, *, verified: bool = True) -> Found:
    return Found(
        area, f"{area}-{state}-{number}", "Few steps a minute", "Low step rate (cadence)", state,
        _MEASURED if state in ("present", "shown", "absent") else "",
        False, "L", "Mo", verified, "yes", "Shorter, quicker steps at the same speed.", state == "claim", (),
    )  # fmt: skip


_HELPED = Helped(TODAY - timedelta(weeks=4), "change", "new shoes", estimate(-1.0, 0.8, "pain points"), "less-pain", "")


def plan() -> PlanReport:
    return PlanReport(
        version=3, start=TODAY - timedelta(weeks=9), phase="Build hip and knee",
        phase_goal="Get hips and knees stronger.",
        goal_kind="distance", goal_distance_m=8000.0, goal_day=None, outlook="In some weeks.",
        earliest=TODAY + timedelta(weeks=4), latest=TODAY + timedelta(weeks=6), runs_done=5, runs_planned=6,
        strength_days=3, strength_planned=4, window_days=14,
        ahead=(Session(TODAY, "run", "2.3 km"), Session(TODAY + timedelta(days=1), "strength", "5 exercises")),
        decision="Do the same again.", changes=(), response="", one_run_more=estimate(0.4, 0.3, "pain points"),
        helped=(_HELPED,),
        refused="",
    )  # fmt: skip


def full_report(note: str = "Should I see a doctor?", states: dict[str, FlagState] | None = None) -> ClinicReport:
    told = complaint(note)
    pain = tuple(PainDay(ONSET + timedelta(days=day), 4.0, 3.0, 5.0 - day % 3) for day in range(0, 110, 2))
    koos = ((TODAY - timedelta(weeks=9), 41.0), (TODAY - timedelta(weeks=1), 79.5))
    limit = Limit(16.4, "points", True, ("crossley-2018",))
    return ClinicReport(
        made_at=NOW, local_date=TODAY, timezone="Europe/Berlin", software="0.1.0",
        who=Who("me", 1992, 33, "f", 1.7, 61.0, "Ann Example"), complaint=told,
        screening=Screening(
            told.answered_on, "self_manage", "You can start on your own", ("None.",), flags(states), "abc123", False, ()
        ),
        course=Course(
            FIRST, TODAY, ONSET, weeks(), pain,
            (Event(TODAY - timedelta(weeks=9), "plan"), Event(TODAY - timedelta(weeks=4), "change", "new shoes")),
            4.5, 3.2, 27.0, 9.5, 28,
        ),
        before_onset=BeforeOnset(
            (Told("training_change", ("hills",), ("More hills",)), Told("longest_run_km", number=16.5, unit="km"),
             Told("trigger_run_km", number=25.5, unit="km")),
            ONSET - timedelta(weeks=4), ONSET + timedelta(weeks=1), 4, 27.0, 30.0, 12,
            (LongRun(ONSET, 1.55, 1.52, 1.16, 2.0, ("frandsen-2025",)),),
        ),
        gait=Gait(
            "retraining", TODAY - timedelta(weeks=8),
            (GaitChange("cadence_equal_speed", "%", "watch", 163.0, 172.0, estimate(6.0, 0.5, "%"), True),
             GaitChange("contact_time_s", "s", "watch", 0.26, None, None, None)),
            30, 12, (), "It hurt 2 less at once.",
        ),
        findings=(found("gait", "present"), found("shoes", "shown"), found("hip", "absent"),
                  found("foot", "not_measured"),
                  found("lumbar", "claim"), found("training", "present", verified=False)),
        plan=plan(),
        measures=(
            Measured("koos_pf", "KOOS-PF", "", "higher", 0.0, 100.0, koos, 38.5, True, True, limit, limit, "better"),
            Measured(
                "groc", "Change since the start", "", "higher", -3.0, 3.0, koos[1:], None, None, None, None, None, ""
            ),
        ),
        quality=Quality(FIRST, TODAY, 60, 58, 50, 55, 112, "your own easy flat running", True, "watch", ("mass_kg",)),
        questions=(Asked("runner_asks", words=note), Asked("tests", tests=told.patterns[0].tests), Asked("no_clip"),
                   Asked("goal"), Asked("medicines", ("Pain tablets on most days",))),
        made_up=True,
    )  # fmt: skip


def empty_report() -> ClinicReport:
    nothing = PlanReport(
        None, None, "", "", None, None, None, "", None, None, 0, 0, None, 0, 14, (), "", (), "", None, (), ""
    )
    return ClinicReport(
        made_at=NOW, local_date=TODAY, timezone="UTC", software="0.1.0",
        who=Who("me", None, None, None, None, None), complaint=None, screening=None, course=None,
        before_onset=BeforeOnset((), None, None, 0, None, None, 0, ()),
        gait=Gait("none", None, (), 0, 0, (), ""), findings=(), plan=nothing, measures=(),
        quality=Quality(None, None, 0, 0, 0, 0, 0, "a typical runner", False, "watch", ("birth_year", "mass_kg")),
        questions=(Asked("no_intake"),),
    )  # fmt: skip


def hostile_report() -> ClinicReport:
    report = full_report(note=HOSTILE)
    assert report.course is not None
    event = Event(TODAY - timedelta(weeks=4), "change", HOSTILE)
    helped = replace(report.plan.helped[0], words=HOSTILE)
    return replace(
        report,
        who=replace(report.who, runner_id="=cmd|'/c calc'!A1"),
        course=replace(report.course, events=(event,)),
        plan=replace(report.plan, helped=(helped,)),
    )


def crowded_report() -> ClinicReport:
    """Every list longer than two pages have room for, every text long."""
    report = full_report(note="Why does it hurt so much after long runs? " * 40)
    areas = ("training", "terrain", "habits", "shoes", "body", "trunk", "hip", "knee", "foot", "gait")
    states = ("present", "shown", "absent", "not_measured", "claim")
    assert report.course is not None
    events = tuple(Event(FIRST + timedelta(weeks=place), "change", "another pair of shoes") for place in range(20))
    return replace(
        report,
        findings=tuple(found(area, state, place) for area in areas for place, state in enumerate(states * 2)),
        measures=report.measures * 6,
        course=replace(report.course, events=events),
        plan=replace(report.plan, helped=report.plan.helped * 2, ahead=report.plan.ahead * 6),
    )
