"""Who sends a request, in both ways of serving."""

from __future__ import annotations

from dataclasses import dataclass

from kneewise.storage.accounts import Account, AccountSession


@dataclass(frozen=True, slots=True)
class Session:
    """Who sends this request.

    Attributes
    ----------
    csrf : str
        Token that what changes something must carry.
    record : str
        Name of the record behind it, for what a browser keeps.
    account, inside : Account or None, AccountSession or None
        Who has signed in; ``None`` in local mode, and before signing in.
    reads : str
        Name of the runner whose record a clinician has open.
    known : bool
        False for a browser that is about to sign in: it has a token for that one form, and nothing else.
    """

    id: str
    csrf: str
    record: str
    account: Account | None = None
    inside: AccountSession | None = None
    reads: str = ""
    known: bool = True
