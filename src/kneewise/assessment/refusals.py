"""What the software refuses when it is asked in free text: it answers only from reviewed knowledge."""

from __future__ import annotations

import re

from kneewise.evidence.knowledge import knowledge


def refusals_for_text(text: str) -> tuple[str, ...]:
    """Return the ids of the refusals that a runner's own words call for; empty when none does."""
    words = set(re.findall(r"[a-z]+", text.lower()))
    return tuple(
        refusal.id
        for refusal in knowledge().refusals.values()
        if any(_mentions(text, words, word) for word in refusal.words)
    )


def _mentions(text: str, words: set[str], phrase: str) -> bool:
    return phrase in words if phrase.isalpha() else phrase in text.lower()
