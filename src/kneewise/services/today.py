"""One screen for one day: what to do and why, the check-in to make, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kneewise.domain import MOMENTS, Change, Moment, Plan, PlannedSession
from kneewise.monitoring.check_ins import fold_days
from kneewise.monitoring.pain_rules import ASKED, pain_rule
from kneewise.monitoring.state_document import day_document
from kneewise.plan.adherence import RUN_KINDS, Matched
from kneewise.plan.refusal import PlanRefused
from kneewise.plan.step_checks import check_words, checks_ahead
from kneewise.plan.weekly import week_warnings
from kneewise.services.gait.history import list_clips
from kneewise.services.intake import blocks_of
from kneewise.services.live_setup import calf_too_sore, no_live_now
from kneewise.services.local_day import local_today
from kneewise.services.place import Place, opened
from kneewise.services.plan_inputs import Gathered
from kneewise.services.plan_now import PlanNow, plan_now
from kneewise.services.told import read_check_ins

_URGENT = ("emergency", "same_day")
_DAY = timedelta(days=1)
#: Days after today that a page kept on a phone can still show.
_KEPT_DAYS = 7
_COLOURS = {"stop": "red", "step_back": "red", "reduce": "amber", "hold": "amber", "progress": "green"}
_AFTER_WORDS = {"during": "--during", "after_60min": "--after", "next_morning": "--next-morning", "stairs": "--stairs"}


@dataclass(frozen=True, slots=True)
class Ask:
    """A check-in to make.

    Attributes
    ----------
    local_date : date
        Day of the session that it is about.
    moments : tuple of str
        Pain to tell, each 0 to 10.
    when : {"now", "after_the_run"}
    """

    local_date: date
    moments: tuple[Moment, ...]
    when: str
    text: str
    command: str

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "local_date": self.local_date.isoformat(),
            "moments": list(self.moments),
            "when": self.when,
            "text": self.text,
            "command": self.command,
        }


@dataclass(frozen=True, slots=True, eq=False)
class DayAhead:
    """A day to come as it looks from here, for a phone that has no connection by then."""

    local_date: date
    sessions: tuple[PlannedSession, ...]
    asks: tuple[Ask, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Today:
    """What a runner needs to know on one day.

    Attributes
    ----------
    sessions : tuple of PlannedSession
        Of this day, from the version in force, or from the next one where the answers ask for it.
    from_draft : bool
        Whether the sessions are those of a version that is not issued yet.
    following : PlannedSession or None
        The next session after today.
    matched : tuple of Matched
        Runs of today and yesterday that fulfilled a planned session.
    first : str
        What to do before there can be a plan; empty where nothing is missing.
    warnings : tuple of Change
        What is said of this week and blocks nothing.
    ahead : tuple of DayAhead
        The next days, in order.
    unfilmed : bool
        Whether running is allowed and no clip of it has been measured yet, so that one would tell something new.
    untried : bool
        Whether the runner never tried quicker steps, and nothing that was told speaks against it today.
    """

    gathered: Gathered
    sessions: tuple[PlannedSession, ...]
    from_draft: bool
    following: PlannedSession | None
    asks: tuple[Ask, ...]
    changes: tuple[Change, ...]
    refused: PlanRefused | None
    matched: tuple[Matched, ...]
    first: str
    warnings: tuple[Change, ...] = ()
    ahead: tuple[DayAhead, ...] = ()
    unfilmed: bool = False
    untried: bool = False

    @property
    def plan(self) -> Plan | None:
        """The version in force."""
        return self.gathered.plan

    @property
    def local_date(self) -> date:
        """The runner's calendar day."""
        return self.gathered.today

    def light(self) -> dict[str, Any]:
        """Return the traffic light: its colour, and the rule that set it, in words with its sources.

        Red where nothing may be run as planned or the plan steps back, amber where nothing is added, green where it may
        go on. ``last_day`` is the latest judged day of check-ins, ``None`` before the first.
        """
        lowest = self.gathered.folded.pain.decision.lowest
        judged = [day for day in self.gathered.folded.pain.days if day.colour is not None]
        light: dict[str, Any] = {
            "rule": lowest.rule,
            "text": lowest.text,
            "mark": lowest.mark,
            "sources": list(lowest.sources),
        }
        colour = _COLOURS[lowest.move]
        if self.refused is not None:
            reason = self.refused.reasons[0] if self.refused.reasons else None
            told = self.refused.action if reason is None else f"{reason.text} {self.refused.action}"
            rule, sources = ("refused", ()) if reason is None else (reason.rule, reason.sources)
            colour, light = "red", {"rule": rule, "text": told, "mark": None, "sources": list(sources)}
        last = judged[-1] if judged else None
        return {
            "colour": colour,
            **light,
            "last_day": None
            if last is None
            else {"local_date": last.local_date.isoformat(), "colour": last.colour, "waiting": last.waiting},
        }

    def judged(self, day: date) -> dict[str, Any] | None:
        """Return how a day of late stands under the pain rules; ``None`` where nothing is known of it."""
        found = next((each for each in self.gathered.folded.pain.days if each.local_date == day), None)
        return None if found is None else day_document(found)

    def to_json(self) -> dict[str, Any]:
        """Return the contract's ``today`` document."""
        folded, plan, held = self.gathered.folded, self.plan, self.gathered.retention
        lowest = folded.pain.decision.lowest
        return {
            "local_date": self.local_date.isoformat(),
            "version": None if plan is None else plan.version,
            "phase": None if plan is None else plan.phase,
            "items": [session.to_json() for session in self.sessions],
            "from_draft": self.from_draft,
            "check_ins": [ask.to_json() for ask in self.asks],
            "flags": [dict(flag) for flag in folded.flags],
            "blocks": list(blocks_of(folded.intake)),
            "decision": {"move": lowest.move, "rule": lowest.rule, "text": lowest.text},
            "light": self.light(),
            "refused": None if self.refused is None else self.refused.to_json(),
            "adapt": {"changes": [change.to_json() for change in self.changes]} if self.from_draft else None,
            "next": None
            if self.following is None
            else {"local_date": self.following.local_date.isoformat(), **self.following.to_json()},
            "done": [_matched(match) for match in self.matched],
            "cadence": None if held is None else held.to_json(),
            "step_check": _step_check(self.gathered),
            "first": self.first or None,
            "warnings": [warning.to_json() for warning in self.warnings],
        }


def today(place: Place) -> Today:
    """Return what to do today, the check-in to make, and what stands in the way; also without a plan."""
    known = plan_now(place)
    gathered, refused, draft = known.gathered, known.refused, known.draft
    plan = draft or gathered.plan
    day = gathered.today
    issued = () if plan is None or refused is not None else plan.sessions
    sessions = tuple(session for session in issued if session.local_date == day)
    over = {match.session.id for match in gathered.matches if match.run.local_date == day}
    return Today(
        gathered=gathered,
        sessions=sessions,
        from_draft=draft is not None,
        following=min((each for each in issued if each.local_date > day), key=_place_in_time, default=None),
        asks=() if _urgent(refused) else tuple(_asks(gathered, [each for each in sessions if each.id not in over])),
        changes=() if draft is None else draft.changes,
        refused=refused,
        matched=tuple(match for match in gathered.matches if match.run.local_date >= day - _DAY),
        first=_first_step(gathered, refused),
        warnings=() if refused is not None else _warnings(gathered, issued),
        ahead=() if _urgent(refused) else tuple(_ahead(gathered, issued)),
        unfilmed=_unfilmed(place, gathered, refused),
        untried=_untried(place, known),
    )


@dataclass(frozen=True, slots=True)
class DayTold:
    """What holds of one day after corrections: answers by moment and by sign; absent where nobody answered."""

    day: date
    today: date
    answers: Mapping[str, float | bool]


def answers_of(place: Place, day: date | None = None) -> DayTold:
    """Return what was told about one day; of today where ``None``."""
    with opened(place) as (record, runner):
        now = local_today(runner)
        days = fold_days(read_check_ins(record, runner), now)
    wanted = now if day is None else day
    found = next((each for each in days if each.local_date == wanted), None)
    answers: dict[str, float | bool] = {}
    if found is not None:
        answers.update(found.pain.items())
        answers.update(found.signs.items())
    return DayTold(wanted, now, answers)


def _unfilmed(place: Place, gathered: Gathered, refused: PlanRefused | None) -> bool:
    """Whether a first clip may be offered; never in a clinic, where clips are shared apart from runs."""
    return gathered.plan is not None and refused is None and not place.shared and not list_clips(place)


def _untried(place: Place, now: PlanNow) -> bool:
    """Whether a first trial of quicker steps may be offered: an amber day is none for it, days without answers are."""
    gathered = now.gathered
    if gathered.plan is None or gathered.trial is not None or no_live_now(now):
        return False
    lowest = gathered.folded.pain.decision.lowest
    calm = lowest.move == "progress" or (lowest.move == "hold" and lowest.rule == "missing")
    return calm and not calf_too_sore(place, gathered.today)


def _step_check(gathered: Gathered) -> str | None:
    """Return the reminder of a check of steps whose day has come, until a run has made it."""
    due = [record for day, record in checks_ahead(gathered.inputs) if day <= gathered.today]
    return check_words(due[-1]) if due else None


def _warnings(gathered: Gathered, sessions: Sequence[PlannedSession]) -> tuple[Change, ...]:
    """Return what is said of this week as it stands now, with runs that no plan knew of."""
    monday = gathered.today - timedelta(days=gathered.today.weekday())
    found = week_warnings(gathered.inputs.runs, sessions, gathered.today)
    return tuple(each for each in found if each.inputs["monday"] == monday.isoformat())


def _place_in_time(session: PlannedSession) -> tuple[date, str, bool]:
    """Order as the runner reads a day: by time of day, what is no strength work first."""
    at = "" if session.start_time is None else session.start_time.isoformat()
    return session.local_date, at, session.kind == "strength"


def _first_step(gathered: Gathered, refused: PlanRefused | None) -> str:
    if gathered.folded.intake is None:
        return "Answer the safety questions: 'kneewise intake'."
    if refused is not None or gathered.plan is not None:
        return ""
    if not gathered.inputs.runs:
        return "Bring in your runs with 'kneewise import PATH'. Then make a plan: 'kneewise plan build'."
    return "Make a plan: 'kneewise plan build --days mon,wed,sat'."


def _urgent(refused: PlanRefused | None) -> bool:
    """Whether the runner has something more urgent to do than to tell about stairs."""
    return refused is not None and refused.level in _URGENT


def _asks(gathered: Gathered, open_sessions: Sequence[PlannedSession]) -> Iterator[Ask]:
    """Yield what to tell: the morning after the last run first, then today's run, else how stairs feel."""
    day, runs = gathered.today, {run.local_date for run in gathered.folded.runs}
    walks = {each.local_date for each in gathered.inputs.done if each.kind == "walk"}
    # A walk leaves no trace of its own: whether it took place is asked for.
    issued = () if gathered.plan is None else gathered.plan.on(day - _DAY)
    walks |= {each.local_date for each in issued if each.kind == "walk"}
    yield from _about_the_last_run(gathered, max((each for each in runs | walks if each < day), default=None))
    later = [moment for moment in ASKED if moment != "next_morning" and moment not in _told(gathered, day)]
    if day in runs:
        if later:
            yield _ask(day, later, "now", "How was today's run?")
    elif any(session.kind in RUN_KINDS for session in open_sessions):
        yield _ask(day, later, "after_the_run", "After the run: how was it?")
    elif later and any(session.kind == "walk" for session in open_sessions):
        yield _ask(day, later, "after_the_run", "After the walk: how was it?")
    elif not _told(gathered, day):
        yield _ask(day, ["stairs"], "now", "No run today. How are stairs?")


def _about_the_last_run(gathered: Gathered, ran: date | None) -> Iterator[Ask]:
    """Yield what the last run before today still lacks; in a plan as long as its morning counts for the usual level.

    The next morning is asked for by its name, also days later: no other answer stands in for it.
    """
    window = timedelta(days=pain_rule("usual_pain").number("window_days"))
    yesterday = ran == gathered.today - _DAY
    begun = min((plan.start for plan in gathered.plans), default=gathered.today)
    if ran is None or not (yesterday or (begun <= ran and gathered.today - ran <= window)):
        return
    missing = [moment for moment in ASKED if moment not in _told(gathered, ran)]
    if not missing:
        return
    walked = all(run.local_date != ran for run in gathered.folded.runs)
    text = _about(f"{ran:%A}", yesterday=yesterday, walked=walked, morning_only=missing == ["next_morning"])
    yield _ask(ran, missing, "now", text, dated=not yesterday)


def _about(weekday: str, *, yesterday: bool, walked: bool, morning_only: bool) -> str:
    """Return the question about the last run or walk: whole sentences, so that each can be translated."""
    if morning_only and yesterday:
        return "How is the knee this morning?"
    if morning_only and walked:
        return f"How was the knee the morning after the walk on {weekday}?"
    if morning_only:
        return f"How was the knee the morning after the run on {weekday}?"
    if yesterday:
        return "How was yesterday's walk?" if walked else "How was yesterday's run?"
    if walked:
        return f"How was the walk on {weekday}, and the morning after?"
    return f"How was the run on {weekday}, and the morning after?"


def _ahead(gathered: Gathered, issued: Sequence[PlannedSession]) -> Iterator[DayAhead]:
    """Yield the next days, each with what it will ask for if the sessions before it are done as planned."""
    ran = {run.local_date for run in gathered.folded.runs}
    planned = {each.local_date for each in issued if each.kind in (*RUN_KINDS, "walk")}
    for number in range(1, _KEPT_DAYS + 1):
        day = gathered.today + number * _DAY
        before = day - _DAY
        asks = []
        missing = [moment for moment in ASKED if moment not in _told(gathered, before)]
        if before in ran | planned and missing:
            asks.append(_ask(before, missing, "now", "How is the knee this morning?"))
        if day in planned:
            later = [moment for moment in ASKED if moment != "next_morning"]
            what = "run" if any(each.local_date == day and each.kind in RUN_KINDS for each in issued) else "walk"
            asks.append(_ask(day, later, "after_the_run", f"After the {what}: how was it?"))
        else:
            asks.append(_ask(day, ["stairs"], "now", "No run today. How are stairs?"))
        sessions = sorted((each for each in issued if each.local_date == day), key=_place_in_time)
        yield DayAhead(day, tuple(sessions), tuple(asks))


def _ask(day: date, moments: Sequence[Moment], when: str, text: str, *, dated: bool = False) -> Ask:
    told = " ".join(f"{_AFTER_WORDS[moment]} 0-10" for moment in moments)
    needs_day = dated or (when == "now" and "next_morning" in moments and len(moments) > 1)
    on = f" --date {day.isoformat()}" if needs_day else ""
    return Ask(day, tuple(moments), when, text, f"kneewise checkin{on} {told}")


def _told(gathered: Gathered, day: date) -> set[Moment]:
    return {
        moment
        for check_in in gathered.folded.check_ins
        if check_in.local_date == day
        for moment in MOMENTS
        if check_in.pain(moment) is not None
    }


def _matched(match: Matched) -> dict[str, Any]:
    return {
        "session_id": match.session.id,
        "activity_id": match.run.id,
        "local_date": match.run.local_date.isoformat(),
        "share": match.share,
        "differences": [difference.text for difference in match.deviations],
    }
