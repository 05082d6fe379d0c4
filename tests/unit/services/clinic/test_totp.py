"""Codes of the second step against the vectors of RFC 6238, appendix B."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from kneewise.services.clinic.totp import address, code_at, is_secret, new_secret, step_at, used_step

_SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert code_at(_SECRET, step_at(at), digits=8) == code
    assert used_step(_SECRET, code[-6:], at, None) == seconds // 30


def test_a_step_either_way_and_each_code_once() -> None:
    at = datetime.fromtimestamp(3000, UTC)
    assert used_step(_SECRET, code_at(_SECRET, 99), at, None) == 99
    assert used_step(_SECRET, code_at(_SECRET, 101), at, None) == 101
    assert used_step(_SECRET, code_at(_SECRET, 98), at, None) is None
    assert used_step(_SECRET, code_at(_SECRET, 100), at, 100) is None
    assert used_step(_SECRET, "", at, None) is None


def test_secrets() -> None:
    secret = new_secret()
    assert is_secret(secret)
    assert not is_secret(secret[:-8])
    assert not is_secret("not base32!")
    assert f"secret={secret}" in address(secret, "a@b.test")
