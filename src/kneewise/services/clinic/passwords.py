"""Passwords: argon2id through pwdlib, and what may be one."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING

from kneewise.errors import InvalidInputError

if TYPE_CHECKING:
    from pwdlib import PasswordHash

#: NIST SP 800-63B-4: length alone, no signs that must be in it; 15 where a password stands by itself.
SHORTEST = 12
LONGEST = 200
#: Passwords that are looked at at once: more would let strangers fill memory and processor.
AT_ONCE = 2
_AT_ONCE = threading.BoundedSemaphore(AT_ONCE)
#: OWASP's Password Storage Cheat Sheet: argon2id with 19 MiB, two passes and one lane. The defaults of pwdlib (64 MiB,
#: three passes, four lanes) take five times as much, and a morning's fifty sign-ins would stand in a row.
_PASSES, _KIBIBYTES, _LANES = 2, 19 * 1024, 1
#: Compared with where there is no account, so that a wrong name takes as long as a wrong password.
_NOBODYS = "correct horse battery staple"


def check_password(password: str, *, login: str, name: str) -> None:
    """Refuse what is too short, too long or easy to think of.

    Raises
    ------
    InvalidInputError
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInputError(
            f"A password has {SHORTEST} to {LONGEST} signs; take a few words that do not belong together."
        )
    folded = password.casefold()
    told = {login.casefold(), login.partition("@")[0].casefold(), name.casefold(), "kneewise", "password", "passwort"}
    rest = folded
    for word in sorted(told - {""}, key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(set(rest)) < SHORTEST // 2:
        raise InvalidInputError(
            "This password is easy to guess; take a few words that do not belong together and are not your name."
        )


def hashed(password: str) -> str:
    """Return the hash that is stored."""
    with _AT_ONCE:
        return _hasher().hash(password)


def matches(password: str, stored: str | None) -> tuple[bool, str | None]:
    """Whether a password is right, and a new hash where the stored one was made with older settings.

    Takes as long where nothing is stored.
    """
    if len(password) > LONGEST:
        return False, None
    with _AT_ONCE:
        try:
            right, renewed = _hasher().verify_and_update(password, stored or nobodys())
        except Exception:  # a stored hash that nothing can read opens nothing
            return False, None
    return right and stored is not None, renewed


@cache
def nobodys() -> str:
    """Return the hash that a wrong name is compared with."""
    return _hasher().hash(_NOBODYS)


@cache
def _hasher() -> PasswordHash:
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    return PasswordHash((Argon2Hasher(time_cost=_PASSES, memory_cost=_KIBIBYTES, parallelism=_LANES),))
