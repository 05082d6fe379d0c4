"""What the list of runs shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from kneewise.services.listing import ListedActivity
from kneewise.services.run_pages import RunPage
from kneewise.web.amounts import Shown, day, distance, duration, knee_km, number, pace, weekday
from kneewise.web.load.sport_words import activity_title, sport_words
from kneewise.web.wording import gettext as _
from kneewise.web.wording import ngettext


@dataclass(frozen=True, slots=True)
class RunRow:
    """One activity."""

    href: str
    title: str
    day: str
    amounts: str
    cost: Shown | None
    remark: str


@dataclass(frozen=True, slots=True)
class RunsPage:
    """The page.

    Attributes
    ----------
    count : str
        How many, and of which days.
    only : tuple of (str, str)
        First and last day asked for, as the form holds them.
    samples : tuple of RunRow
        The demo's runs of other people; empty elsewhere.
    """

    rows: tuple[RunRow, ...]
    count: str
    only: tuple[str, str]
    newer: str
    older: str
    page: str
    samples: tuple[RunRow, ...]


def runs_page(found: RunPage, since: date | None, until: date | None, samples: RunPage | None = None) -> RunsPage:
    """Return one page of the activities, with the sample runs of the demo."""
    days = {name: each.isoformat() for name, each in (("since", since), ("until", until)) if each is not None}

    def address(number: int) -> str:
        return f"/runs?{urlencode({**days, 'page': number})}"

    return RunsPage(
        rows=tuple(_row(item) for item in found.items),
        count=ngettext("%(num)s activity", "%(num)s activities", found.total),
        only=(days.get("since", ""), days.get("until", "")),
        newer=address(found.number - 1) if found.number > 1 else "",
        older=address(found.number + 1) if found.number < found.pages else "",
        page=_("Page %(page)s of %(pages)s", page=found.number, pages=found.pages),
        samples=() if samples is None else tuple(_row(item) for item in samples.items),
    )


def _row(item: ListedActivity) -> RunRow:
    activity = item.activity
    length, speed = distance(activity.distance_m), pace(activity.speed_mps)
    parts: list[Any] = [f"{length.value} {length.unit}", duration(activity.moving_s), f"{speed.value} {speed.unit}"]
    if activity.cadence_spm:
        parts.append(_("%(steps)s steps a minute", steps=number(activity.cadence_spm)))
    return RunRow(
        href=f"/runs/{item.id}",
        title=activity_title(activity),
        day=f"{weekday(activity.local_date)} {day(activity.local_date)}",
        amounts=" · ".join(parts),
        cost=_cost(item),
        remark=_remark(item),
    )


def _remark(item: ListedActivity) -> str:
    if item.counted_id is not None:
        return _("Second recording: counted once.")
    if item.knee_km is None:
        return _("%(sport)s: knee-km are for running only.", sport=sport_words(item.activity))
    if item.knee_km.value.to_json()["value"] is None:
        return _("No number: open it to see why.")
    if any(issue.code == "typed-in" for issue in item.issues):
        return _("Typed in")
    return ""


def _cost(item: ListedActivity) -> Shown | None:
    document = None if item.knee_km is None else item.knee_km.value.to_json()
    return None if document is None or document["value"] is None else knee_km(document)
