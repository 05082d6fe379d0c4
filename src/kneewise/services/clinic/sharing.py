"""What a runner shares with whom, as the runner sees and changes it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from kneewise import clock
from kneewise.errors import InvalidInputError
from kneewise.storage import Record
from kneewise.storage.accounts import Account, read_account, read_accounts
from kneewise.storage.kinds import KINDS, Kind
from kneewise.storage.sharing import (
    Access,
    begin_care,
    clinicians_of,
    read_accesses,
    read_consents,
    replace_consents,
    shared_kinds,
)


@dataclass(frozen=True, slots=True)
class Shared:
    """What one clinician of the clinic may see.

    Attributes
    ----------
    cares : bool
        Whether the runner stands on this clinician's list.
    since : datetime or None
        Since when anything is shared that is shared now.
    """

    clinician: Account
    kinds: frozenset[str]
    cares: bool
    since: datetime | None


def shared_with(record: Record, runner_id: str) -> list[Shared]:
    """Return every clinician with what is shared, those who care for the runner first."""
    with record.reading() as connection:
        caring = clinicians_of(connection, runner_id)
        consents = [each for each in read_consents(connection, runner_id) if each.withdrawn_at is None]
        found = [
            Shared(
                account,
                frozenset(each.kind for each in consents if each.clinician_id == account.id),
                account.id in caring,
                min((each.given_at for each in consents if each.clinician_id == account.id), default=None),
            )
            for account in read_accounts(connection, "clinician")
            if account.disabled_at is None and account.password_hash is not None
        ]
    return sorted(found, key=lambda each: not each.cares)


def share(record: Record, runner_id: str, clinician_id: str, kinds: Collection[str]) -> None:
    """Share exactly these kinds with a clinician from the next request on.

    Raises
    ------
    InvalidInputError
        When there is no such clinician.
    """
    wanted = [kind for kind in KINDS if kind in kinds]
    now = clock.now()
    with record.writing("storing what you share") as connection:
        clinician = read_account(connection, clinician_id)
        if clinician is None or clinician.role != "clinician" or clinician.disabled_at is not None:
            raise InvalidInputError("There is no such clinician any more; load the page again.")
        if wanted:
            begin_care(connection, runner_id, clinician_id, now)
        replace_consents(connection, runner_id, clinician_id, wanted, now)


def kinds_shared(record: Record, runner_id: str, clinician_id: str) -> frozenset[Kind]:
    """Return what a clinician may see at this moment."""
    with record.reading() as connection:
        shared = shared_kinds(connection, runner_id, clinician_id)
    return frozenset(kind for kind in KINDS if kind in shared)


def who_read(
    record: Record, runner_id: str, *, but: str = "", before: int | None = None, limit: int = 100
) -> Sequence[tuple[int, Access]]:
    """Return the latest lines of the log of a runner's record, the newest first."""
    with record.reading() as connection:
        return read_accesses(connection, runner_id, but=but, before=before, limit=limit)
