"""A proposal in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kneewise.services.clinic.notes import Proposal
from kneewise.web.amounts import day, distance, number
from kneewise.web.plan.view import goal_options
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message

_STATES: Final[Mapping[str, str]] = {
    "open": message("Waits for an answer"),
    "accepted": message("Accepted"),
    "declined": message("Declined"),
    "overtaken": message("A later proposal stands in its place"),
}


@dataclass(frozen=True, slots=True)
class ProposalCard:
    """One proposal."""

    id: str
    on: str
    by: str
    text: str
    changes: tuple[tuple[str, str], ...]
    open: bool
    state: str
    answer: str


def proposal_card(proposal: Proposal) -> ProposalCard:
    """Return a proposal as lines."""
    written = proposal.written
    return ProposalCard(
        written.id,
        day(written.local_date),
        written.by,
        written.text,
        tuple(_changes(proposal)),
        proposal.state == "open",
        _(_STATES[proposal.state]),
        proposal.answer,
    )


def _changes(proposal: Proposal) -> list[tuple[str, str]]:
    lines = []
    goal = proposal.goal
    if goal is not None:
        words = dict(goal_options())[goal.kind]
        if goal.distance_m is not None:
            far = distance(goal.distance_m)
            words = f"{words}, {far.value} {far.unit}"
        lines.append((_("Goal"), words if goal.day is None else f"{words}, {day(goal.day)}"))
    if proposal.runs_per_week is not None:
        lines.append((_("Runs a week"), number(proposal.runs_per_week)))
    if proposal.strength_minutes is not None:
        lines.append((_("Minutes of strength work"), number(proposal.strength_minutes)))
    if proposal.weeks is not None:
        lines.append((_("Weeks"), number(proposal.weeks)))
    return lines
