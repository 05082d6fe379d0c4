"""All clinical knowledge behind one door; each file is read when it is first asked for.

>>> knowledge().red_flags["rf_locked"].level
'urgent'
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property

from kneewise.evidence.source_list import Source, sources


class Knowledge:
    """The knowledge files as typed mappings from id to record."""

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Papers, guidelines and pages."""
        return sources()


@cache
def knowledge() -> Knowledge:
    """Return the knowledge of this installation."""
    return Knowledge()
