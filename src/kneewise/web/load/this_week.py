"""Where the knee stands today, in words: the last seven days beside the usual weeks, and the longest-run rule."""

from __future__ import annotations

from dataclasses import dataclass

from kneewise.evidence.parameters import value
from kneewise.load.this_week import LoadToday, LongestRun
from kneewise.load.usual_week import UsualWeek
from kneewise.web.amounts import Shown, day, distance, knee_km, percent
from kneewise.web.proof import Proof, proof
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, ngettext

_PLACES = {
    "below": message("That is less than any of your usual weeks."),
    "within": message("That is within your usual weeks."),
    "above": message("That is more than any of your usual weeks."),
}
#: Rule about a single run in the evidence.
_RULE = "single_run"


@dataclass(frozen=True, slots=True)
class ThisWeek:
    """What the page says first.

    Attributes
    ----------
    amount : Shown
        The last seven days.
    usual : str
        The usual weeks, and where the last seven days lie among them.
    runs : str
        How many runs, and how much of them has a number.
    rule : tuple of str
        What the longest-run rule says today.
    """

    amount: Shown
    runs: str
    usual: str
    rule: tuple[str, ...]
    rule_href: str
    proof: Proof | None


def this_week(today: LoadToday) -> ThisWeek:
    """Return where the knee stands today, worded."""
    longest = today.longest_by_distance
    return ThisWeek(
        amount=knee_km(today.week.to_json()),
        runs=_runs(today.usual),
        usual=_usual(today.usual),
        rule=tuple(_rule(longest, today.longest_by_knee_km)),
        rule_href="" if longest is None else f"/runs/{longest.id}",
        proof=proof(_RULE),
    )


def plain_knee_km(amount: float) -> str:
    """Return an amount of knee-km or knee-miles with its unit, without an interval."""
    shown = knee_km({"value": amount, "low": None, "high": None, "level": value("interval.level"), "basis": ""})
    return f"{shown.value} {shown.unit}"


def _runs(usual: UsualWeek) -> str:
    count = usual.now.runs
    text = ngettext("In %(num)s run.", "In %(num)s runs.", count)
    if count and usual.now.coverage < 1 - value("coverage.notable_share"):
        text += " " + _("%(share)s of that running has a number.", share=percent(usual.now.coverage))
    return text


def _usual(usual: UsualWeek) -> str:
    if usual.now.coverage < value("coverage.window_floor"):
        return _("Too little of the last 7 days has a number to compare them with your usual week.")
    if usual.place == "not-known":
        need = f"{value('exposure.usual_week.least'):.0f}"
        text = _("Your usual week is not known yet: it takes %(need)s weeks with runs.", need=need)
        return text + " " + ngettext("There is %(num)s.", "There are %(num)s.", len(usual.usual))
    ends = [week.knee_km for week in usual.usual]
    low, high = (plain_knee_km(end).partition(" ")[0] for end in (min(ends), max(ends)))
    text = _(
        "Your usual week: %(middle)s (between %(low)s and %(high)s in %(weeks)s weeks).",
        middle=plain_knee_km(usual.middle_knee_km),
        low=low,
        high=high,
        weeks=len(ends),
    )
    return f"{text} {_(_PLACES[usual.place])}"


def _rule(by_distance: LongestRun | None, by_knee_km: LongestRun | None) -> list[str]:
    window = f"{value('exposure.spike.window_days'):.0f}"
    if by_distance is None:
        return [
            _(
                "No run in the last %(days)s days: there is nothing to compare with. Build up from a short run.",
                days=window,
            )
        ]
    length, limit = (distance(metres) for metres in (by_distance.amount, by_distance.limit))
    told = [
        _(
            "Your longest run of the last %(days)s days was %(length)s %(unit)s, on %(day)s. A run of up to %(limit)s "
            "%(unit)s stays within 110 %% of it.",
            days=window,
            length=length.value,
            unit=length.unit,
            day=day(by_distance.local_date),
            limit=limit.value,
        ),
        _("Longer single runs were followed by injury more often in one large study, on average of many runners."),
    ]
    if by_knee_km is not None:
        told.append(
            _(
                "For your knee that is up to %(limit)s at once; the rule was found for distance and is carried over as "
                "a precaution.",
                limit=plain_knee_km(by_knee_km.limit),
            )
        )
    return told
