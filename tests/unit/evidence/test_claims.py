"""The claims of the source articles: every one, each with a verdict and our words."""

from __future__ import annotations

from collections import Counter

import pytest

from kneewise.evidence.claims import Claim
from kneewise.evidence.knowledge import knowledge

CLAIMS = tuple(knowledge().claims.values())


def test_every_claim_of_the_five_articles_is_there() -> None:
    assert Counter(claim.article for claim in CLAIMS) == {"A": 27, "B": 12, "C": 23, "D": 20, "E": 15}
    for claim in CLAIMS:
        assert claim.id == f"{claim.article.lower()}{claim.number}"


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_a_claim_that_is_supported_or_optional_says_so_in_words(claim: Claim) -> None:
    if claim.verdict == "AL":
        assert claim.ui.startswith("Low certainty")
    if claim.verdict == "S":
        assert not claim.against


@pytest.mark.parametrize(
    ("id_", "verdict"),
    [("a1", "X"), ("a10", "X"), ("a15", "CA"), ("a20", "X"), ("b4", "X"), ("c13", "S"), ("c19", "S"), ("d7", "X"),
     ("d8", "CA"), ("e2", "X"), ("e15", "AL")],
)  # fmt: skip
def test_verdicts(id_: str, verdict: str) -> None:
    assert knowledge().claims[id_].verdict == verdict


def test_what_was_mis_cited_is_named() -> None:
    assert knowledge().claims["d7"].audit == "willy_davis_2011"
    assert knowledge().reference_audit["willy_davis_2011"].status == "misused"


def test_conflicts_and_audit_have_every_row() -> None:
    kinds = Counter(conflict.kind for conflict in knowledge().conflicts.values())
    assert kinds == {"articles": 7, "evidence": 11}
    assert len(knowledge().reference_audit) == 10
