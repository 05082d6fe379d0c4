"""What a page leaves out because the runner does not share it with its reader, and the sentences that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kneewise.storage.kinds import KINDS, Kind
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message

#: Where a request keeps the kinds of data that its page leaves out.
UNSEEN: Final = "kneewise_unseen"

_SENTENCES: Final[Mapping[Kind, str]] = {
    "runs": message("Runs and their load: the runner does not share this."),
    "check_ins": message("Check-ins, answers, scores and plan: the runner does not share this."),
    "video": message("Gait from video: the runner does not share this."),
    "notes": message("Notes and examinations: the runner does not share this."),
}


@dataclass(frozen=True, slots=True)
class Unseen:
    """The kinds that are left out; nothing for the runner."""

    kinds: frozenset[Kind] = frozenset()

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for each kind, in one order on every page."""
        return tuple(_(_SENTENCES[kind]) for kind in KINDS if kind in self.kinds)

    def sentence(self, kind: Kind) -> str:
        """Return the sentence of one kind; empty where the page may show it."""
        return _(_SENTENCES[kind]) if kind in self.kinds else ""
