"""What stands behind a rule: how sure it is, in a few words, and the card that tells the whole of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from kneewise.errors import InvalidInputError
from kneewise.services.evidence_cards import EvidenceCard, families, show_evidence
from kneewise.web.evidence.view import badge

#: Families whose records are no rules: an id of theirs never explains a decision.
_NO_RULES = frozenset({"parameters", "sources", "metrics"})


@dataclass(frozen=True, slots=True)
class Proof:
    """The badge of a rule, with the address of its card."""

    code: str
    words: str
    href: str


def proof(rule: str | None) -> Proof | None:
    """Return how sure a rule is; ``None`` where it is no record of the evidence.

    Parameters
    ----------
    rule : str or None
        Id as decisions, sessions and changes carry it.
    """
    card = _card(rule) if rule else None
    if card is None:
        return None
    shown = badge(card)
    return Proof(shown.code, shown.words, f"/evidence/{card.family}/{card.id}")


@cache
def _card(rule: str) -> EvidenceCard | None:
    for family in families():
        if family.id in _NO_RULES:
            continue
        try:
            [found] = show_evidence(f"{family.id}/{rule}")
        except InvalidInputError:
            continue
        return found
    return None
