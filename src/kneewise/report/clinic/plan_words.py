"""The plan in words: where the runner stands, what was done, what comes next and what the rules say."""

from __future__ import annotations

from collections.abc import Iterator

from kneewise.report.clinic.blocks import Block, Fact, Facts, Paragraph
from kneewise.report.clinic.content import ClinicReport, Helped, PlanReport
from kneewise.report.clinic.labels import EVENTS, PLAN_RESTS_ON, SESSIONS, VERDICTS
from kneewise.report.clinic.words import Words

_AHEAD = 6
_SENTENCES = 2


def plan_blocks(report: ClinicReport, words: Words) -> Iterator[Block]:
    """Yield the plan, what was done of it, and what the rules say now."""
    _, plan = words.gettext, report.plan
    if plan.refused:
        yield Paragraph(_("Stopped: %(why)s", why=words.told(plan.refused)), "alert")
    if not report.withheld.isdisjoint(PLAN_RESTS_ON):
        yield Paragraph(_("It rests on runs and check-ins; the runner does not share both."), "missing")
    elif plan.version is None:
        yield Paragraph(_("No plan was made."), "missing")
    yield Facts(tuple(_plan_facts(plan, words)))


def _plan_facts(plan: PlanReport, words: Words) -> Iterator[Fact]:
    _ = words.gettext
    if plan.version is not None:
        since = _("version %(version)s, since %(day)s", version=plan.version, day=words.day(plan.start))
        yield Fact(_("Phase"), f"{words.told(plan.phase)} ({since})" if plan.phase else since)
        yield _done(plan, words)
    if plan.goal_distance_m is not None:
        yield Fact(_("Goal"), f"{words.trimmed(plan.goal_distance_m / 1000)} km" + _by(plan, words))
    if plan.outlook:
        yield Fact(_("Outlook"), outlook_words(plan, words))
    if plan.ahead:
        ahead = [f"{words.day_short(each.local_date)} {_session(each.kind, each.dose, words)}" for each in plan.ahead]
        yield Fact(_("Next 7 days"), words.listed(ahead, _AHEAD))
    if plan.decision:
        yield Fact(_("Rules now"), words.told(plan.decision))
    if plan.one_run_more is not None:
        points = words.interval(plan.one_run_more)
        yield Fact(_("Load and pain"), _("one usual run more: %(points)s of 10", points=points))
    elif plan.response:
        yield Fact(_("Load and pain"), _first(words.told(plan.response)), "missing")
    if plan.helped:
        yield Fact(_("Did it help"), words.listed([_helped(each, words) for each in plan.helped]))


def outlook_words(plan: PlanReport, words: Words) -> str:
    """Return when the goal could be reached, in words."""
    if plan.earliest is None or plan.latest is None:
        return _first(words.told(plan.outlook))
    return words.gettext(
        "not before %(earliest)s; %(latest)s if one session in three is done again; no promise",
        earliest=words.day(plan.earliest),
        latest=words.day(plan.latest),
    )


def _by(plan: PlanReport, words: Words) -> str:
    return "" if plan.goal_day is None else words.gettext(", by %(day)s", day=words.day(plan.goal_day))


def _done(plan: PlanReport, words: Words) -> Fact:
    _ = words.gettext
    runs = _("runs %(done)s of %(planned)s", done=plan.runs_done, planned=plan.runs_planned)
    if plan.strength_days is None:
        strength = _("strength never logged")
    else:
        strength = _("strength on %(done)s of %(planned)s days", done=plan.strength_days, planned=plan.strength_planned)
    label = _("Done, %(days)s days", days=plan.window_days)
    return Fact(label, f"{runs}; {strength}", "missing" if plan.strength_days is None else "")


def _session(kind: str, dose: str, words: Words) -> str:
    name = words.gettext(SESSIONS[kind]) if kind in SESSIONS else kind
    return name if kind == "strength" else f"{name} {words.told(dose)}".strip()


def _helped(each: Helped, words: Words) -> str:
    _ = words.gettext
    what = each.words or _(EVENTS.get(each.kind, EVENTS["change"]))
    verdict = _(VERDICTS.get(each.verdict, each.verdict))
    points = words.interval(each.points)
    day = words.day_short(each.since)
    return _(
        "%(what)s, %(day)s: %(points)s of 10 at equal load, %(verdict)s",
        what=what,
        day=day,
        points=points,
        verdict=verdict,
    )


def _first(text: str) -> str:
    """Return the sentences that matter: what follows explains."""
    parts = text.split(". ")
    return text if len(parts) <= _SENTENCES else ". ".join(parts[:_SENTENCES]) + "."
