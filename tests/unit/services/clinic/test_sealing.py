"""What is stored of the key of a second step opens nothing without the server's own key."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kneewise.errors import InvalidInputError
from kneewise.services.clinic import totp
from kneewise.storage import accounts, open_record

pytest.importorskip("cryptography")

from kneewise.services.clinic.sealing import Seal, seal_plain  # after the extra is known to be there


def test_it_opens_with_its_own_key_for_its_own_account_and_otherwise_not() -> None:
    seal, secret = Seal(b"k" * 32), totp.new_secret()
    closed = seal.closed(secret, "one")
    assert seal.opened(closed, "one") == secret
    assert closed != seal.closed(secret, "one")
    assert len(closed) == accounts.tables.account.c.totp_secret.type.length  # type: ignore[attr-defined]
    changed = closed[:20] + ("A" if closed[20] != "A" else "B") + closed[21:]
    for other, stored, whose in ((seal, closed, "two"), (Seal(b"o" * 32), closed, "one"), (seal, changed, "one")):
        with pytest.raises(InvalidInputError, match="ask the clinic for a new link"):
            other.opened(stored, whose)
    for damaged in ("", "short", "not base64!"):
        with pytest.raises(InvalidInputError):
            seal.opened(damaged, "one")


def test_what_an_earlier_version_stored_as_it_was_is_sealed_once(tmp_path: Path) -> None:
    seal, secret = Seal(b"k" * 32), totp.new_secret()
    made = datetime(2026, 3, 1, tzinfo=UTC)
    with open_record(tmp_path) as record:
        with record.writing("testing") as connection:
            accounts.insert_account(
                connection, accounts.Account("one", "doc", "Doc", "clinician", None, made, totp_secret=secret)
            )
            accounts.insert_account(connection, accounts.Account("two", "ann", "Ann", "clinician", None, made))
        stored = []
        for _ in range(2):
            seal_plain(record, seal)
            with record.reading() as connection:
                stored.append([each.totp_secret for each in accounts.read_accounts(connection)])
    assert stored[0] == stored[1]
    assert stored[0][0] is None
    assert seal.opened(str(stored[0][1]), "one") == secret
