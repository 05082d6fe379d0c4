"""A clinician's list: who needs attention, in the order of urgency, with what is shared and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kneewise import clock
from kneewise.services.clinic.attention import CALM_RANK
from kneewise.storage import Record
from kneewise.storage.accounts import Account, open_in_session
from kneewise.storage.attention import CaredFor, read_cared_for
from kneewise.storage.sharing import Access, append_access

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Case:
    """One runner on the list.

    Attributes
    ----------
    reasons : tuple of dict
        Those of the summary that rest on shared data alone, the most urgent first.
    facts : dict
        The same.
    """

    runner: CaredFor
    rank: int
    reasons: tuple[dict[str, Any], ...]
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Caseload:
    """One page of the list.

    Attributes
    ----------
    urgent : int
        Runners with a reason, on all pages.
    pages : int
        At least 1.
    """

    cases: tuple[Case, ...]
    total: int
    urgent: int
    page: int
    pages: int


def caseload(record: Record, clinician: Account, *, page: int = 1, wanted: str = "") -> Caseload:
    """Return a page of the list; each runner on it reads in the log that the list was looked at.

    Parameters
    ----------
    wanted : str
        Part of a name; all where empty.
    """
    with record.reading() as connection:
        found = [_case(each) for each in read_cared_for(connection, clinician.id)]
    chosen = [each for each in found if wanted.casefold() in each.runner.name.casefold()]
    chosen.sort(key=lambda each: (each.rank, each.runner.name.casefold(), each.runner.account_id))
    pages = max(-(-len(chosen) // PER_PAGE), 1)
    page = min(max(page, 1), pages)
    shown = chosen[(page - 1) * PER_PAGE : page * PER_PAGE]
    _noted(record, clinician, shown, "/clinic")
    return Caseload(tuple(shown), len(chosen), sum(each.rank < CALM_RANK for each in chosen), page, pages)


def case_of(record: Record, clinician: Account, account_id: str) -> Case | None:
    """Return one runner of the list; the runner reads in the log which kinds of data the reasons were drawn from."""
    with record.reading() as connection:
        found = next((each for each in read_cared_for(connection, clinician.id) if each.account_id == account_id), None)
    if found is None:
        return None
    case = _case(found)
    _noted(record, clinician, [case], "/clinic/runners/{account_id}")
    return case


def open_record_of(record: Record, token_hash: str, runner_id: str | None) -> None:
    """Let a session read a runner's record from now on; ``None`` closes what was open."""
    with record.writing("opening a record") as connection:
        open_in_session(connection, token_hash, runner_id)


def _case(runner: CaredFor) -> Case:
    summary = runner.attention
    if summary is None:
        return Case(runner, CALM_RANK + 1, (), {})
    reasons = tuple(each for each in summary.reasons if set(each["kinds"]) <= runner.kinds)
    rank = min((each["rank"] for each in reasons), default=CALM_RANK + (not runner.kinds))
    allowed = {"check_in": "check_ins", "pain": "check_ins", "run": "runs", "plan": "check_ins"}
    facts = {name: told for name, told in summary.facts.items() if allowed[name] in runner.kinds}
    return Case(runner, rank, reasons, facts)


def _noted(record: Record, clinician: Account, shown: list[Case], route: str) -> None:
    now, who = clock.now(), (clinician.id, clinician.name, clinician.role)
    kinds_of = [(each.runner.runner_id, tuple(sorted(each.runner.kinds & {"runs", "check_ins"}))) for each in shown]
    lines = [Access(name, now, *who, "read", kinds, route, allowed=True) for name, kinds in kinds_of if kinds]
    with record.writing("noting who reads", beside=True) as connection:
        append_access(connection, *lines)
