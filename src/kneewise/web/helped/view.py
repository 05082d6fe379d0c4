"""What the page "Did it help" shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from kneewise.domain import Estimate
from kneewise.services.helped import Candidate, HelpedView, Side
from kneewise.services.response import ResponseAnswer
from kneewise.web.amounts import NONE, Shown, day, knee_km, number, percent, sure_words
from kneewise.web.helped.figures import Mornings, Shares, mornings, shares, shown_days
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, ngettext, told

_TOO_FEW = "too-few-data"
_VERDICTS = {
    "less-pain": message("Less pain since then"),
    "more-pain": message("More pain since then"),
    "about-the-same": message("About the same since then"),
    "the-data-do-not-tell": message("The data do not tell"),
    "too-few-data": message("Not enough data yet"),
}
_KINDS = {
    "change": message("You noted it"),
    "cadence": message("Quicker steps"),
    "plan": message("Plan"),
    "strength": message("Strength"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A change that can be asked about."""

    title: str
    when: str
    kind: str
    href: str
    comparable: bool
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class SideShown:
    """The mornings on one side of the change, in words."""

    title: str
    mornings: str
    coverage: str
    mean: str
    load: Shown


@dataclass(frozen=True, slots=True)
class Answer:
    """Before and after one change.

    Attributes
    ----------
    difference, interval : str
        The difference with its interval in words; empty without an answer.
    cautions, missing : tuple of str
        What makes the answer less sure, and what an answer still takes.
    noted : bool
        Whether the change is noted in the record already.
    """

    what: str
    when: str
    since: str
    verdict: str
    verdict_key: str
    difference: str
    interval: str
    sides: tuple[SideShown, ...]
    cautions: tuple[str, ...]
    missing: tuple[str, ...]
    mornings: Mornings
    shares: Shares
    noted: bool


@dataclass(frozen=True, slots=True)
class LoadShown:
    """Whether load moves the runner's pain."""

    text: str
    needs: tuple[tuple[str, int, int], ...]
    cautions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HelpedPage:
    """The page.

    Attributes
    ----------
    day, what : str
        As they were typed.
    error : str
        Why the typed day cannot be asked about.
    """

    choices: tuple[Choice, ...]
    answer: Answer | None
    day: str
    what: str
    error: str
    latest: str


def helped_page(
    candidates: Sequence[Candidate],
    found: HelpedView | None,
    *,
    today: date,
    typed_day: str = "",
    typed_what: str = "",
    error: str = "",
) -> HelpedPage:
    """Return the page with the answer about one change, where one was asked about."""
    since = None if found is None else found.answer.since
    what = None if found is None else found.answer.what
    return HelpedPage(
        choices=tuple(_choice(each, since, what) for each in candidates),
        answer=None if found is None else _answer(found, candidates),
        day=typed_day,
        what=typed_what,
        error=error,
        latest=today.isoformat(),
    )


def _choice(each: Candidate, since: date | None, what: str | None) -> Choice:
    query = urlencode({"since": each.local_date.isoformat(), "what": each.what})
    text = ngettext("%(num)s morning told before", "%(num)s mornings told before", each.mornings_before)
    after = ngettext("%(num)s after", "%(num)s after", each.mornings_after)
    return Choice(
        title=told(each.what),
        when=day(each.local_date),
        kind=_(_KINDS.get(each.kind, each.kind)),
        href=f"/helped?{query}",
        comparable=each.comparable,
        text=f"{text}, {after}",
        chosen=(each.local_date, each.what) == (since, what),
    )


def _answer(found: HelpedView, candidates: Sequence[Candidate]) -> Answer:
    answer = found.answer
    known = answer.verdict != _TOO_FEW
    cautions = [told(issue.text) for issue in answer.issues]
    noted = any((each.local_date, each.what) == (answer.since, answer.what) for each in candidates)
    return Answer(
        what=told(answer.what) or _("The change"),
        when=day(answer.since),
        since=answer.since.isoformat(),
        verdict=_(_VERDICTS[answer.verdict]),
        verdict_key=answer.verdict,
        difference=_headline(answer.points.value) if known else "",
        interval=_interval(answer.points) if known else "",
        sides=tuple(_sides(found)),
        cautions=tuple(dict.fromkeys(cautions)) if known else (),
        missing=() if known else tuple(dict.fromkeys(cautions)),
        mornings=mornings(found),
        shares=shares(found),
        noted=noted or not answer.what,
    )


def _difference(points: float) -> str:
    """Return a difference with its direction in words: nobody has to think about a sign."""
    size = number(abs(points), 1)
    if size == number(0.0, 1):
        return _("no difference")
    return _("%(points)s lower", points=size) if points < 0 else _("%(points)s higher", points=size)


def _headline(points: float) -> str:
    size = number(abs(points), 1)
    if size == number(0.0, 1):
        return _("No difference")
    return _("%(points)s points lower", points=size) if points < 0 else _("%(points)s points higher", points=size)


def _interval(points: Estimate) -> str:
    return _(
        "On the scale of 10, at the same load. The true difference lies between %(low)s and %(high)s, %(sure)s.",
        low=_difference(points.low),
        high=_difference(points.high),
        sure=sure_words(points.level),
    )


def _sides(found: HelpedView) -> list[SideShown]:
    days, _pains, _loads = shown_days(found)
    first, last, since = days[0], days[-1], found.answer.since
    before = (since - first).days + 1
    return [
        _side(_("Before"), found.before, before),
        _side(_("After"), found.after, max((last - since) // timedelta(days=1), 0)),
    ]


def _side(title: str, side: Side, days: int) -> SideShown:
    load = None
    if side.knee_km_a_week is not None:
        load = {"value": side.knee_km_a_week, "low": None, "high": None, "level": 0.9, "basis": ""}
    shown = knee_km(load, 0)
    return SideShown(
        title=title,
        mornings=ngettext("%(num)s morning told", "%(num)s mornings told", side.mornings),
        coverage=_("%(share)s of the mornings of that time", share=percent(side.mornings / days)) if days else "",
        mean=number(side.mean, 1) if side.mean is not None else NONE,
        load=shown,
    )


def load_shown(answer: ResponseAnswer) -> LoadShown:
    """Return whether load moves the runner's pain in words, or what it still takes to tell."""
    return LoadShown(
        text=told(answer.text),
        needs=tuple((told(need.what), need.have, need.needed) for need in answer.needs),
        cautions=tuple(told(issue.text) for issue in answer.issues),
    )
