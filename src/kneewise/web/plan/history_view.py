"""Versions of the plan: what changed, by which rule, from which inputs, and beside the version before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kneewise.domain import Change, Plan, PlannedSession
from kneewise.evidence.knowledge import knowledge
from kneewise.plan.moving import MOVED
from kneewise.services.plan_versions import SessionChange, Version
from kneewise.web.amounts import day, day_long, distance, number, percent
from kneewise.web.plan.view import GoalView, goal_view
from kneewise.web.proof import Proof, proof
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, ngettext, told

_SHOWN = 3
_KINDS = {
    "new": message("new"),
    "gone": message("left out"),
    "moved": message("moved"),
    "changed": message("changed"),
}
#: What a change may have looked at, in words; codes of the software stay in its document.
_INPUTS = {
    "greens": message("Green in a row"),
    "ambers": message("Amber lately"),
    "reds": message("Red lately"),
    "since": message("Since"),
    "factor": message("Of the load"),
    "from": message("Before"),
    "to": message("Now"),
    "dose": message("Amount"),
    "sessions": message("Sessions"),
    "minutes": message("Minutes on that day"),
    "days_since_last_run": message("Days since the last run"),
    "done_over_planned": message("Done of what was planned"),
    "rest_until": message("Rest until"),
    "ran_on": message("Day of the run"),
    "distance_m": message("Distance"),
    "longest_30d_m": message("Longest of the 30 days before"),
    "monday": message("Week from"),
    "passed_on": message("Too much from"),
    "knee_km": message("Knee-km"),
    "usual_knee_km": message("Usual knee-km"),
}
#: Where a change comes from that rests on no card of the evidence.
_ORIGINS = {
    MOVED: message("Your own choice"),
    "time": message("Your free time"),
    "horizon": message("Time went on"),
    "rules_version": message("A newer Kneewise"),
}
_OTHERWISE = message("How the plan is put together")
_SHARES = frozenset({"factor", "done_over_planned"})
_LENGTHS = frozenset({"distance_m", "longest_30d_m"})


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the list."""

    title: str
    issued: str
    href: str
    texts: tuple[str, ...]
    more: str


@dataclass(frozen=True, slots=True)
class ChangeCard:
    """One change with all that it rests on: an evidence card, or else where it comes from in words."""

    text: str
    origin: str
    proof: Proof | None
    inputs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """One session that is not the same as before."""

    kind: str
    words: str
    day: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class VersionPage:
    """One version."""

    title: str
    issued: str
    phase: str
    rules: str
    span: str
    goal: GoalView | None
    changes: tuple[ChangeCard, ...]
    first: bool
    differences: tuple[DifferenceLine, ...]
    before: str
    after: str


def version_lines(plans: Sequence[Plan]) -> tuple[VersionLine, ...]:
    """Return every version, the latest first."""
    return tuple(_line(plan) for plan in plans)


def version_page(found: Version) -> VersionPage:
    """Return one version with its changes."""
    plan = found.plan
    return VersionPage(
        title=_("Version %(version)s", version=plan.version),
        issued=day(plan.issued_at.date()),
        phase=told(knowledge().phases[plan.phase].name),
        rules=plan.rules_version,
        span=_("%(first)s to %(last)s", first=day(plan.start), last=day(plan.end)),
        goal=goal_view(plan.goal, plan.outlook),
        changes=tuple(_card(change) for change in plan.changes),
        first=found.before is None,
        differences=tuple(_difference(each) for each in found.differences),
        before=f"/plan/history/{plan.version - 1}" if found.before is not None else "",
        after=f"/plan/history/{plan.version + 1}" if plan.version < found.latest else "",
    )


def _line(plan: Plan) -> VersionLine:
    texts = list(dict.fromkeys(told(change.text) for change in plan.changes))
    left = len(texts) - _SHOWN
    return VersionLine(
        title=_("Version %(version)s", version=plan.version),
        issued=day(plan.issued_at.date()),
        href=f"/plan/history/{plan.version}",
        texts=tuple(texts[:_SHOWN]),
        more=ngettext("and %(num)s more change", "and %(num)s more changes", left) if left > 0 else "",
    )


def _card(change: Change) -> ChangeCard:
    return ChangeCard(
        text=told(change.text),
        origin=_(_ORIGINS.get(change.rule, _OTHERWISE)),
        proof=proof(change.rule),
        inputs=tuple(_inputs(change.inputs)),
    )


def _inputs(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, words in _INPUTS.items():
        known = inputs.get(name)
        if known is not None:
            yield _(words), _value(name, known)


def _value(name: str, known: Any) -> str:
    if name in _LENGTHS:
        length = distance(known)
        return f"{length.value} {length.unit}"
    if name in _SHARES:
        return percent(known)
    if isinstance(known, int | float):
        return number(known, 0 if known == round(known) else 1)
    phase = knowledge().phases.get(str(known))
    return told(str(known) if phase is None else phase.name)


def _difference(change: SessionChange) -> DifferenceLine:
    return DifferenceLine(
        kind=change.kind,
        words=_(_KINDS[change.kind]),
        day=day_long(change.local_date),
        before=_session(change.before, with_day=change.kind == "moved"),
        after=_session(change.after, with_day=change.kind == "moved"),
    )


def _session(session: PlannedSession | None, *, with_day: bool) -> str:
    if session is None:
        return "–"
    words = f"{told(session.title)}: {told(session.dose)}" if session.dose else told(session.title)
    if session.exercises and not with_day:
        words = f"{words} ({', '.join(told(dose.name) for dose in session.exercises)})"
    return f"{day_long(session.local_date)}, {words}" if with_day else words
