"""The activities of a record a page at a time, newest first: ten years are never read for one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kneewise.errors import InvalidInputError
from kneewise.services.listing import ListedActivity, current_reference, listed
from kneewise.services.place import Place, opened
from kneewise.storage import read_activities, read_activity_order, read_reference

#: Activities on one page.
PAGE = 40


@dataclass(frozen=True, slots=True, eq=False)
class RunPage:
    """One page of the activities.

    Attributes
    ----------
    items : sequence of ListedActivity
        Newest first, second recordings included.
    number, pages, total : int
        Which page this is, from 1; how many there are; how many activities.
    basis : str
        The easy flat running behind the numbers.
    """

    items: Sequence[ListedActivity]
    number: int
    pages: int
    total: int
    basis: str

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "activities": [item.to_json() for item in self.items],
            "page": self.number,
            "pages": self.pages,
            "total": self.total,
        }


def run_page(place: Place, number: int = 1, *, since: date | None = None, until: date | None = None) -> RunPage:
    """Return one page of the activities between two local days, both inclusive.

    Parameters
    ----------
    number : int
        From 1; beyond the last page is the last.

    Raises
    ------
    InvalidInputError
        When ``since`` is after ``until``.
    """
    if since is not None and until is not None and since > until:
        raise InvalidInputError(f"{since} is after {until}; give the earlier day first.")
    with opened(place) as (record, runner), record.reading() as connection:
        order = read_activity_order(connection, runner.id, since=since, until=until)[::-1]
        pages = max(1, -(-len(order) // PAGE))
        number = min(max(1, number), pages)
        ids = [one.id for one in order[(number - 1) * PAGE : number * PAGE]]
        reference = current_reference(read_reference(connection, runner.id), runner)
        found = listed(read_activities(connection, runner.id, ids=ids), reference) if ids else []
    return RunPage(found[::-1], number, pages, len(order), reference.basis)
