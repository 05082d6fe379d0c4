"""Finding evidence cards by words, family and certainty."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from kneewise.services.evidence_cards import EvidenceCard, cards, families, status_of


def search_evidence(
    words: str = "",
    family: str | None = None,
    certainty: str | None = None,
    *,
    also: Callable[[str], str] | None = None,
) -> tuple[EvidenceCard, ...]:
    """Return the cards that hold all words, those with a word in the title first.

    Parameters
    ----------
    words : str
        Looked for in titles and texts, without regard to case.
    family : str or None
        Only this family; every one for ``None``.
    certainty : str or None
        Only this code (H, Mo, L, VL, N) of what is known by reading.
    also : callable or None
        Gives a title in the reader's language, which is searched too.
    """
    wanted = words.casefold().split()
    found = []
    for card, text in _index():
        if family is not None and card.family != family:
            continue
        if certainty is not None and (card.certainty != certainty or status_of(card.mark) != "evidence"):
            continue
        whole = text if also is None else f"{text} {also(card.title).casefold()}"
        if all(word in whole for word in wanted):
            found.append(card)
    if wanted:
        found.sort(key=lambda card: not all(word in card.title.casefold() for word in wanted))
    return tuple(found)


def is_family(name: str) -> bool:
    """Whether there is such a family of records."""
    return any(family.id == name for family in families())


@cache
def _index() -> tuple[tuple[EvidenceCard, str], ...]:
    return tuple(
        (card, " ".join([card.id, card.title, *(words.text for words in card.texts)]).casefold()) for card in cards()
    )
