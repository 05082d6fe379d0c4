"""Kneewise: what running costs the knee.

Everything here is loaded on first use, so that ``import kneewise`` costs next to nothing::

    import kneewise

    [run] = kneewise.read("morning.fit")  # clean, SI units, a table in run.stream
    place = kneewise.locate("my-data")  # a record on this machine
    kneewise.import_files(["export.zip"], place=place)
    for item in kneewise.list_activities(place).activities:
        print(item.activity.local_date, item.knee_km and item.knee_km.value)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kneewise.domain import (
        Activity,
        Estimate,
        Goal,
        Interval,
        Issue,
        Plan,
        PlannedSession,
        Recording,
        Runner,
        Stream,
    )
    from kneewise.errors import (
        EvidenceError,
        InvalidInputError,
        KneewiseError,
        NotAnActivityError,
        StorageError,
        UnreadableFileError,
        UnsafeArchiveError,
    )
    from kneewise.load import (
        Convention,
        DatedRun,
        Exposure,
        KneeKm,
        KneeLoad,
        Reference,
        RunLoad,
        daily_exposure,
        knee_km,
        knee_load,
        learn_reference,
        per_step,
        population_reference,
        run_load,
    )
    from kneewise.report.clinic.content import ClinicReport
    from kneewise.services.adding import TypedRun, add_activity
    from kneewise.services.availability import Wishes, set_availability, set_goal
    from kneewise.services.checking_in import RecordedCheckIn, record_check_in
    from kneewise.services.demo import PreparedDemo, prepare_demo
    from kneewise.services.evidence_cards import EvidenceCard, list_evidence, show_evidence
    from kneewise.services.exporting import Exported, export_calendar, export_watch, export_week
    from kneewise.services.exposure import load_exposure
    from kneewise.services.findings import Findings, findings
    from kneewise.services.gait.clips import KeptClip, keep_gait
    from kneewise.services.gait.measuring import GaitResult, analyse_video
    from kneewise.services.gait.trial import GaitTrial, log_gait_trial
    from kneewise.services.helped import Candidate, HelpedView, change_candidates, helped_view
    from kneewise.services.importing import import_files
    from kneewise.services.inspecting import inspect_file
    from kneewise.services.intake import AssessedIntake, assess_intake, intake_questions
    from kneewise.services.lab import LabTrial, lab_trial
    from kneewise.services.listing import ListedActivity, Listing, list_activities
    from kneewise.services.live_log import LiveSession, LiveTold
    from kneewise.services.live_sessions import LoggedLiveSession, log_live_session
    from kneewise.services.live_setup import LiveSetup, live_setup
    from kneewise.services.load_history import LoadHistory, load_history
    from kneewise.services.measuring import StoredScore, list_measures, measure_trends, score_measure
    from kneewise.services.moving import Moved, check_session_move, move_session
    from kneewise.services.outcomes import FileReport, ImportReport
    from kneewise.services.own_data.backup import Backup, back_up
    from kneewise.services.own_data.carry import Carried, carry_record
    from kneewise.services.own_data.erase import Erased, erase
    from kneewise.services.own_data.export import ExportedData, export_all
    from kneewise.services.own_data.restore import Restored, restore
    from kneewise.services.own_data.stored import StoredData, what_is_stored
    from kneewise.services.place import Place, locate
    from kneewise.services.planning import PlanAnswer, make_plan, revise_plan, show_plan
    from kneewise.services.profile import ProfileChange, set_profile, show_profile
    from kneewise.services.reading import read
    from kneewise.services.recomputing import Recomputation, recompute
    from kneewise.services.report.gathering import clinic_report
    from kneewise.services.report.writing import WrittenReport, write_report
    from kneewise.services.response import ChangeAnswer, did_it_help
    from kneewise.services.run_story import RunStory, run_story
    from kneewise.services.self_tests import SelfTest, log_test
    from kneewise.services.state import RunnerState, pain_state
    from kneewise.services.strength_log import LoggedExercise, log_strength
    from kneewise.services.today import Today, today

_HOME: dict[str, str] = {
    "Backup": "services.own_data.backup",
    "back_up": "services.own_data.backup",
    "Carried": "services.own_data.carry",
    "carry_record": "services.own_data.carry",
    "Erased": "services.own_data.erase",
    "erase": "services.own_data.erase",
    "ExportedData": "services.own_data.export",
    "export_all": "services.own_data.export",
    "Restored": "services.own_data.restore",
    "restore": "services.own_data.restore",
    "StoredData": "services.own_data.stored",
    "what_is_stored": "services.own_data.stored",
    "PreparedDemo": "services.demo",
    "prepare_demo": "services.demo",
    **dict.fromkeys(
        (
            "Activity",
            "Estimate",
            "Goal",
            "Interval",
            "Issue",
            "Plan",
            "PlannedSession",
            "Recording",
            "Runner",
            "Stream",
        ),
        "domain",
    ),
    **dict.fromkeys(
        (
            "EvidenceError",
            "InvalidInputError",
            "KneewiseError",
            "NotAnActivityError",
            "StorageError",
            "UnreadableFileError",
            "UnsafeArchiveError",
        ),
        "errors",
    ),
    **dict.fromkeys(
        (
            "Convention",
            "DatedRun",
            "Exposure",
            "KneeKm",
            "KneeLoad",
            "Reference",
            "RunLoad",
            "daily_exposure",
            "knee_km",
            "knee_load",
            "learn_reference",
            "per_step",
            "population_reference",
            "run_load",
        ),
        "load",
    ),
    "TypedRun": "services.adding",
    "add_activity": "services.adding",
    "load_exposure": "services.exposure",
    "import_files": "services.importing",
    "inspect_file": "services.inspecting",
    "LabTrial": "services.lab",
    "lab_trial": "services.lab",
    "ListedActivity": "services.listing",
    "Listing": "services.listing",
    "list_activities": "services.listing",
    "FileReport": "services.outcomes",
    "ImportReport": "services.outcomes",
    "Place": "services.place",
    "locate": "services.place",
    "ProfileChange": "services.profile",
    "set_profile": "services.profile",
    "show_profile": "services.profile",
    "read": "services.reading",
    "Recomputation": "services.recomputing",
    "recompute": "services.recomputing",
    "AssessedIntake": "services.intake",
    "assess_intake": "services.intake",
    "intake_questions": "services.intake",
    "RecordedCheckIn": "services.checking_in",
    "record_check_in": "services.checking_in",
    "RunnerState": "services.state",
    "pain_state": "services.state",
    "ChangeAnswer": "services.response",
    "did_it_help": "services.response",
    "Findings": "services.findings",
    "findings": "services.findings",
    "list_evidence": "services.evidence_cards",
    "show_evidence": "services.evidence_cards",
    "EvidenceCard": "services.evidence_cards",
    "StoredScore": "services.measuring",
    "score_measure": "services.measuring",
    "list_measures": "services.measuring",
    "measure_trends": "services.measuring",
    "Wishes": "services.availability",
    "set_availability": "services.availability",
    "set_goal": "services.availability",
    "Exported": "services.exporting",
    "export_calendar": "services.exporting",
    "export_watch": "services.exporting",
    "export_week": "services.exporting",
    "GaitResult": "services.gait.measuring",
    "analyse_video": "services.gait.measuring",
    "KeptClip": "services.gait.clips",
    "keep_gait": "services.gait.clips",
    "GaitTrial": "services.gait.trial",
    "log_gait_trial": "services.gait.trial",
    "LiveSession": "services.live_log",
    "LiveTold": "services.live_log",
    "LiveSetup": "services.live_setup",
    "LoggedLiveSession": "services.live_sessions",
    "live_setup": "services.live_setup",
    "log_live_session": "services.live_sessions",
    "PlanAnswer": "services.planning",
    "make_plan": "services.planning",
    "revise_plan": "services.planning",
    "show_plan": "services.planning",
    "SelfTest": "services.self_tests",
    "log_test": "services.self_tests",
    "ClinicReport": "report.clinic.content",
    "clinic_report": "services.report.gathering",
    "WrittenReport": "services.report.writing",
    "write_report": "services.report.writing",
    "LoggedExercise": "services.strength_log",
    "log_strength": "services.strength_log",
    "Today": "services.today",
    "Candidate": "services.helped",
    "HelpedView": "services.helped",
    "change_candidates": "services.helped",
    "helped_view": "services.helped",
    "LoadHistory": "services.load_history",
    "load_history": "services.load_history",
    "Moved": "services.moving",
    "check_session_move": "services.moving",
    "move_session": "services.moving",
    "RunStory": "services.run_story",
    "run_story": "services.run_story",
    "today": "services.today",
}

__all__ = [
    "Activity",
    "AssessedIntake",
    "Backup",
    "Candidate",
    "Carried",
    "ChangeAnswer",
    "ClinicReport",
    "Convention",
    "DatedRun",
    "Erased",
    "Estimate",
    "EvidenceCard",
    "EvidenceError",
    "Exported",
    "ExportedData",
    "Exposure",
    "FileReport",
    "Findings",
    "GaitResult",
    "GaitTrial",
    "Goal",
    "HelpedView",
    "ImportReport",
    "Interval",
    "InvalidInputError",
    "Issue",
    "KeptClip",
    "KneeKm",
    "KneeLoad",
    "KneewiseError",
    "LabTrial",
    "ListedActivity",
    "Listing",
    "LiveSession",
    "LiveSetup",
    "LiveTold",
    "LoadHistory",
    "LoggedExercise",
    "LoggedLiveSession",
    "Moved",
    "NotAnActivityError",
    "Place",
    "Plan",
    "PlanAnswer",
    "PlannedSession",
    "PreparedDemo",
    "ProfileChange",
    "Recomputation",
    "RecordedCheckIn",
    "Recording",
    "Reference",
    "Restored",
    "RunLoad",
    "RunStory",
    "Runner",
    "RunnerState",
    "SelfTest",
    "StorageError",
    "StoredData",
    "StoredScore",
    "Stream",
    "Today",
    "TypedRun",
    "UnreadableFileError",
    "UnsafeArchiveError",
    "Wishes",
    "WrittenReport",
    "add_activity",
    "analyse_video",
    "assess_intake",
    "back_up",
    "carry_record",
    "change_candidates",
    "check_session_move",
    "clinic_report",
    "daily_exposure",
    "did_it_help",
    "erase",
    "export_all",
    "export_calendar",
    "export_watch",
    "export_week",
    "findings",
    "helped_view",
    "import_files",
    "inspect_file",
    "intake_questions",
    "keep_gait",
    "knee_km",
    "knee_load",
    "lab_trial",
    "learn_reference",
    "list_activities",
    "list_evidence",
    "list_measures",
    "live_setup",
    "load_exposure",
    "load_history",
    "locate",
    "log_gait_trial",
    "log_live_session",
    "log_strength",
    "log_test",
    "make_plan",
    "measure_trends",
    "move_session",
    "pain_state",
    "per_step",
    "population_reference",
    "prepare_demo",
    "read",
    "recompute",
    "record_check_in",
    "restore",
    "revise_plan",
    "run_load",
    "run_story",
    "score_measure",
    "set_availability",
    "set_goal",
    "set_profile",
    "show_evidence",
    "show_plan",
    "show_profile",
    "today",
    "what_is_stored",
    "write_report",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its home on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'kneewise' has no attribute {name!r}")
    value = getattr(import_module(f"kneewise.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
