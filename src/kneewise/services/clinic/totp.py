"""Codes of a second step: time-based one-time passwords as every authenticator app makes them.

References
----------
RFC 6238 (TOTP) with SHA-1, 6 digits and steps of 30 s; RFC 4226 section 5.3 for the truncation.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

_STEP_S = 30
_DIGITS = 6
#: RFC 6238 section 5.2: one step of delay each way, for clocks that differ.
_STEPS_AROUND = 1
#: RFC 4226 section 4, R6: 160 bits.
_SECRET_BYTES = 20


def new_secret() -> str:
    """Return a new secret in Base32, as apps take it."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def is_secret(text: str) -> bool:
    """Whether a text is a secret as `new_secret` makes it."""
    try:
        return len(base64.b32decode(text)) == _SECRET_BYTES
    except ValueError:
        return False


def address(secret: str, login: str, issuer: str = "Kneewise") -> str:
    """Return the ``otpauth`` address that sets an app up."""
    fields = urlencode({"secret": secret, "issuer": issuer, "digits": _DIGITS, "period": _STEP_S})
    return f"otpauth://totp/{quote(issuer)}:{quote(login)}?{fields}"


def code_at(secret: str, step: int, *, digits: int = _DIGITS) -> str:
    """Return the code of one step."""
    key = base64.b32decode(secret)
    digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def step_at(now: datetime) -> int:
    """Return the number of the step that an instant lies in."""
    return int(now.timestamp()) // _STEP_S


def used_step(secret: str, code: str, now: datetime, last: int | None) -> int | None:
    """Return the step of a code that is right and later than the last one used, else ``None``."""
    given = "".join(code.split())
    present = step_at(now)
    found = None
    for step in range(present - _STEPS_AROUND, present + _STEPS_AROUND + 1):
        right = hmac.compare_digest(given.encode(), code_at(secret, step).encode())
        if right and (last is None or step > last):
            found = step
    return found
