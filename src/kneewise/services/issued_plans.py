"""Issued plans between the record and the computation: every version whole, as it was told, never edited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from kneewise.domain import (
    Alternative,
    Change,
    Estimate,
    ExerciseDose,
    Goal,
    Interval,
    Outlook,
    Plan,
    PlannedSession,
    Repeat,
    RunStep,
)
from kneewise.errors import InvalidInputError
from kneewise.storage import append_event, new_event, read_events

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from kneewise.domain import Runner
    from kneewise.storage import Record

Document = Mapping[str, Any]


def read_plans(record: Record, runner: Runner) -> list[Plan]:
    """Return every version that was issued, the oldest first."""
    with record.reading() as connection:
        events = read_events(connection, runner.id, "plan")
    return sorted((plan_of(event.data) for event in events), key=lambda plan: plan.version)


def append_plan(connection: Connection, runner: Runner, plan: Plan, today: date) -> None:
    """Store a new version; the connection's transaction must be a writing one.

    Raises
    ------
    InvalidInputError
        When another version was issued since this one was made; nothing is stored then.
    """
    # The highest number and not the latest instant: a clock that was set back must not hide a version.
    version = max((event.data["version"] for event in read_events(connection, runner.id, "plan")), default=0)
    if plan.version != version + 1:
        raise InvalidInputError(
            f"Version {version} of the plan was issued meanwhile, so nothing was stored; look at it and try again."
        )
    event = new_event(runner.id, "plan", recorded_at=plan.issued_at, local_date=today, data=plan.to_json())
    append_event(connection, runner.id, event)


def plan_of(document: Document) -> Plan:
    """Return the plan that `Plan.to_json` wrote; every value comes back as it was."""
    days = ((date.fromisoformat(day["local_date"]), day["items"]) for day in document["days"])
    return Plan(
        version=document["version"],
        issued_at=datetime.fromisoformat(document["issued_at"]),
        start=date.fromisoformat(document["start"]),
        end=date.fromisoformat(document["end"]),
        phase=document["phase"],
        sessions=tuple(_session(day, item) for day, items in days for item in items),
        changes=tuple(Change(**change) for change in document["changes"]),
        goal=None if document["goal"] is None else goal_of(document["goal"]),
        outlook=None if document["outlook"] is None else _outlook(document["outlook"]),
        rules_version=document["rules_version"],
        # Versions issued before there were warnings have none.
        warnings=tuple(Change(**warning) for warning in document.get("warnings", ())),
    )


def goal_of(document: Document) -> Goal:
    """Return the goal that `Goal.to_json` wrote."""
    return Goal(kind=document["kind"], distance_m=document["distance_m"], day=_day(document["day"]))


def _outlook(document: Document) -> Outlook:
    return Outlook(
        earliest=_day(document["earliest"]),
        latest=_day(document["latest"]),
        reachable=document["reachable"],
        text=document["text"],
    )


def _session(day: date, item: Document) -> PlannedSession:
    plain = ("id", "kind", "title", "dose", "duration_s", "distance_m", "effort", "terrain", "why", "rule", "stage")
    return PlannedSession(
        **{name: item[name] for name in plain},
        local_date=day,
        sources=tuple(item["sources"]),
        start_time=None if item["start_time"] is None else time.fromisoformat(item["start_time"]),
        blocks=tuple(
            Repeat(times=block["times"], steps=tuple(_step(step) for step in block["steps"])) for block in item["steps"]
        ),
        exercises=tuple(
            ExerciseDose(**{**dose, "knee_angle_deg": _interval(dose["knee_angle_deg"])}) for dose in item["exercises"]
        ),
        knee_km=None if item["knee_km"] is None else Estimate.from_json(item["knee_km"]),
        cadence_target_spm=_interval(item["cadence_target_spm"]),
        alternatives=tuple(
            Alternative(text=other["text"], knee_km=Estimate.from_json(other["knee_km"]))
            for other in item["alternatives"]
        ),
    )


def _step(step: Document) -> RunStep:
    return RunStep(**{**step, "cadence_spm": _interval(step["cadence_spm"])})


def _interval(document: Document | None) -> Interval | None:
    return None if document is None else Interval.from_json(document)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
