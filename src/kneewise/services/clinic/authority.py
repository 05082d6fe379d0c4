"""Who may do what with whose data: one decision for every request, and one line in the log of whose data it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from kneewise import clock
from kneewise.storage import Record, accounts
from kneewise.storage.accounts import Account, AccountSession
from kneewise.storage.kinds import KINDS, Kind
from kneewise.storage.sharing import Access, append_access, is_cared_for, shared_kinds

#: Who may use a route.
#:
#: - ``anyone``: also without signing in; nothing of anybody is in it.
#: - ``account``: whoever has signed in; nothing of a runner's record is in it.
#: - ``own``: a runner, on their own record.
#: - ``record``: a runner on their own record; a clinician may read it while it is open and what it needs is shared.
#: - ``care``: a clinician, on the record of the runner whose account the address names.
#: - ``clinician``, ``administrator``: these alone; nothing of a runner's record is in it.
#: - ``local``: nobody here; only the app of one runner on their own machine has it.
Who = Literal["anyone", "account", "own", "record", "care", "clinician", "administrator", "local"]


@dataclass(frozen=True, slots=True)
class Need:
    """What a route needs.

    Attributes
    ----------
    kinds : frozenset of str
        Kinds of data that it reads or changes, and without which it says nothing: all of them must be shared with a
        clinician who asks.
    optional : frozenset of str
        Kinds that it also reads where they are shared; where one is not, the page leaves out what rests on it and says
        so. A route that needs nothing else needs one of them.
    """

    who: Who
    kinds: frozenset[Kind] = frozenset()
    optional: frozenset[Kind] = frozenset()

    def __post_init__(self) -> None:
        if self.kinds & self.optional:
            raise ValueError(f"{sorted(self.kinds & self.optional)} cannot be needed and optional")

    @property
    def all_kinds(self) -> frozenset[Kind]:
        """What it reads where everything is shared."""
        return self.kinds | self.optional

    def missing(self, shared: frozenset[str]) -> frozenset[Kind]:
        """Return what would have to be shared before the route says anything."""
        needed = self.kinds - shared
        return needed or (self.optional if not self.all_kinds & shared and self.optional else frozenset())


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as far as the decision rests on it.

    Attributes
    ----------
    route : str
        The address with names in the place of ids.
    account_id : str or None
        Account of a runner that the address names.
    """

    account: Account | None
    session: AccountSession | None
    writes: bool
    route: str
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What came of it.

    Attributes
    ----------
    outcome : str
        ``"granted"``; ``"sign_in"`` where nobody has signed in; ``"hidden"`` where the asker must not even know that
        there is such a thing; ``"nothing_open"`` where a clinician has no record open; ``"not_shared"`` where a runner
        does not share all of it; ``"refused"``.
    runner_id : str or None
        Whose record the route works on; ``None`` where it works on none.
    missing : frozenset of str
        What is not shared, where the route says nothing without it.
    withheld : frozenset of str
        What a granted route must not read: all that is not shared, and all that the route did not name. Nothing for
        the runner.
    unseen : frozenset of str
        What the route would also have read, and the page says is left out.
    """

    outcome: Literal["granted", "sign_in", "hidden", "nothing_open", "not_shared", "refused"]
    runner_id: str | None = None
    missing: frozenset[Kind] = frozenset()
    withheld: frozenset[Kind] = frozenset()
    unseen: frozenset[Kind] = frozenset()


_GRANTED, _HIDDEN, _REFUSED = Decision("granted"), Decision("hidden"), Decision("refused")


def decide(record: Record, need: Need, asked: Asked) -> Decision:
    """Return whether a request may go on and on whose record; what it wants with a record stands in the log then.

    The log is written before the route does anything. Where it cannot be written, nothing is read. Its lines are only
    appended and nothing is built on them, so that nobody's page waits for somebody who stores something.
    """
    if need.who == "anyone":
        return _GRANTED
    if need.who == "local":
        return _HIDDEN
    if asked.account is None or asked.session is None:
        return Decision("sign_in")
    if need.who in ("account", "clinician", "administrator"):
        return _GRANTED if need.who in ("account", asked.account.role) else _hidden_or_refused(asked.account, need)
    if asked.account.role == "runner":
        return _own(record, need, asked, asked.account)
    if asked.account.role == "clinician" and need.who != "own":
        return _cared_for(record, need, asked, asked.account)
    return _hidden_or_refused(asked.account, need)


def _hidden_or_refused(account: Account, need: Need) -> Decision:
    """A runner need not know the pages of staff; staff may know that a page is the runner's alone."""
    return _HIDDEN if account.role == "runner" or need.who in ("clinician", "administrator", "care") else _REFUSED


def _own(record: Record, need: Need, asked: Asked, account: Account) -> Decision:
    if need.who == "care" or account.runner_id is None:
        return _HIDDEN
    with record.writing("noting who reads", beside=True) as connection:
        _log(connection, account, account.runner_id, need.all_kinds, asked, allowed=True)
    return Decision("granted", account.runner_id)


def _cared_for(record: Record, need: Need, asked: Asked, account: Account) -> Decision:
    assert asked.session is not None
    with record.writing("noting who reads", beside=True) as connection:
        if need.who == "care":
            named = None if asked.account_id is None else accounts.read_account(connection, asked.account_id)
            runner_id = None if named is None or named.disabled_at is not None else named.runner_id
        else:
            runner_id = asked.session.open_runner_id
        if runner_id is None:
            return _HIDDEN if need.who == "care" else Decision("nothing_open")
        if not is_cared_for(connection, runner_id, account.id):
            return _HIDDEN if need.who == "care" else Decision("nothing_open")
        shared = shared_kinds(connection, runner_id, account.id)
        missing = need.missing(shared)
        allowed = not missing and (need.who == "care" or not asked.writes)
        read = frozenset(kind for kind in need.all_kinds if kind in shared)
        _log(connection, account, runner_id, read if allowed else need.all_kinds, asked, allowed=allowed)
    if missing:
        return Decision("not_shared", runner_id, missing)
    if not allowed:
        return _REFUSED
    return Decision("granted", runner_id, withheld=frozenset(KINDS) - read, unseen=need.optional - read)


def _log(
    connection: Connection, account: Account, runner_id: str, kinds: frozenset[Kind], asked: Asked, *, allowed: bool
) -> None:
    append_access(
        connection,
        Access(
            runner_id=runner_id,
            at=clock.now(),
            account=account.id,
            name=account.name,
            role=account.role,
            action="write" if asked.writes else "read",
            kinds=tuple(sorted(kinds)),
            route=asked.route,
            allowed=allowed,
        ),
    )
