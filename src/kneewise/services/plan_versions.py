"""Versions of a plan beside each other: which sessions are new, gone, moved or changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from kneewise.domain import Plan, PlannedSession
from kneewise.errors import InvalidInputError
from kneewise.services.place import Place
from kneewise.services.plan_now import plan_now

Difference = Literal["new", "gone", "moved", "changed"]


@dataclass(frozen=True, slots=True)
class SessionChange:
    """One session that is not the same in two versions; ``before`` or ``after`` is missing where it is new or gone."""

    kind: Difference
    before: PlannedSession | None
    after: PlannedSession | None

    @property
    def local_date(self) -> date:
        """The day it stands on now, or stood on."""
        session = self.after or self.before
        assert session is not None
        return session.local_date

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {"kind": self.kind, "before": _brief(self.before), "after": _brief(self.after)}


@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """One issued version beside the one before.

    Attributes
    ----------
    before : Plan or None
        ``None`` for the first version.
    differences : tuple of SessionChange
        From the day of issue on, in order of days; empty for the first version.
    latest : int
        Number of the version in force.
    """

    plan: Plan
    before: Plan | None
    differences: tuple[SessionChange, ...]
    latest: int

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "version": self.plan.version,
            "issued_at": self.plan.issued_at.isoformat(),
            "phase": self.plan.phase,
            "rules_version": self.plan.rules_version,
            "changes": [change.to_json() for change in self.plan.changes],
            "differences": [each.to_json() for each in self.differences],
        }


def plan_versions(place: Place) -> tuple[Plan, ...]:
    """Return every version that was issued, the latest first."""
    return tuple(reversed(plan_now(place).gathered.plans))


def plan_version(place: Place, number: int) -> Version:
    """Return one version beside the one before it.

    Raises
    ------
    InvalidInputError
        Without that version.
    """
    plans = plan_now(place).gathered.plans
    place_of = next((place for place, plan in enumerate(plans) if plan.version == number), None)
    if place_of is None:
        raise InvalidInputError(f"There is no version {number} of the plan; 'kneewise plan show' has the latest.")
    plan = plans[place_of]
    before = plans[place_of - 1] if place_of else None
    differences = () if before is None else compare(plan, before)
    return Version(plan, before, differences, plans[-1].version)


def compare(plan: Plan, before: Plan) -> tuple[SessionChange, ...]:
    """Return what is different in the sessions from the day of issue on."""
    since = plan.issued_at.date()
    old = {each.id: each for each in before.sessions if each.local_date >= since}
    new = {each.id: each for each in plan.sessions if each.local_date >= since}
    found = [_change(old.get(name), new.get(name)) for name in dict.fromkeys((*old, *new))]
    return tuple(sorted((each for each in found if each is not None), key=lambda each: each.local_date))


def _change(before: PlannedSession | None, after: PlannedSession | None) -> SessionChange | None:
    if before is None or after is None:
        return SessionChange("gone" if after is None else "new", before, after)
    if before.local_date != after.local_date:
        return SessionChange("moved", before, after)
    same = (before.kind, before.title, before.dose, before.exercises, before.blocks) == (
        after.kind, after.title, after.dose, after.exercises, after.blocks,
    )  # fmt: skip
    return None if same else SessionChange("changed", before, after)


def _brief(session: PlannedSession | None) -> dict[str, Any] | None:
    if session is None:
        return None
    return {
        "id": session.id,
        "local_date": session.local_date.isoformat(),
        "kind": session.kind,
        "title": session.title,
        "dose": session.dose,
    }
