"""One day under the pain rules: green, amber or red, with the rule and the numbers it looked at.

Thresholds stand in ``evidence/pain_rules.toml``. Three points the published rules leave open are settled here:

- A session that already broke a limit is amber for that reason, whatever else is missing.
- The pain before the run is compared with the pain one hour after. Where it was not told, the lower of that morning's
  pain and the usual morning pain stands in for it.
- Where such a level is not known at all, an answer of no pain is still no more than it, whatever it was.

The colours are those of the published rules. Which ambers count as bad days is ours: not those for which an answer is
missing, and not those that lie within what answers vary by, unless no green comes between them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median
from typing import Literal

from kneewise.domain import Moment
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.rules import PainRule, Traffic
from kneewise.monitoring.check_ins import DayAnswers, morning_has_come

DayKind = Literal["session", "rest", "unreported"]
Measured = Mapping[str, float | None]

#: The answers that a session asks for.
ASKED: tuple[Moment, ...] = ("during", "after_60min", "next_morning")
_OF_SESSION: frozenset[Moment] = frozenset({"before", "during", "after_60min"})
_LEVELS = ("pain_before", "pain_usual")


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """Usual morning pain: the median over the window, and of how many mornings; ``None`` where there are none."""

    value: float | None
    answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPain:
    """One day, judged.

    Attributes
    ----------
    kind : {"session", "rest", "unreported"}
        ``unreported`` is a run without a check-in; ``rest`` a check-in without a session.
    answers : DayAnswers or None
        What was told; ``None`` for an unreported run.
    colour : {"green", "amber", "red"} or None
        Every session has one. A day of rest has none unless it was worse than usual: there is no session to judge.
    rule : str
        Id of the pain rule that decided; empty where none applies.
    inputs : mapping of metric to float
        What the rule looked at, pain 0 to 10, 1 for yes; ``None`` where not known.
    missing : tuple of str
        Answers that the session still lacks.
    waiting : bool
        Answers are missing, and the next morning is still to come: nothing can be said yet.
    counts : bool
        A bad day: counts towards "too many ambers or reds".
    slight : bool
        Amber by less than answers vary by, and not for long enough to be a bad day; counts until the next green.
    reduces : bool
        Asks for a smaller next session.
    """

    local_date: date
    kind: DayKind
    answers: DayAnswers | None
    colour: Traffic | None
    rule: str
    inputs: Measured
    missing: tuple[str, ...] = ()
    waiting: bool = False
    counts: bool = False
    slight: bool = False
    reduces: bool = False


def pain_rule(rule_id: str) -> PainRule:
    """Return one record of ``pain_rules.toml``; an unknown id is a programming error."""
    return knowledge().pain_rules[rule_id]


def pain_rules_of(kind: str) -> tuple[PainRule, ...]:
    """Return the records of one kind in their order."""
    rules = [rule for rule in knowledge().pain_rules.values() if rule.kind == kind]
    return tuple(sorted(rules, key=lambda rule: rule.order or 0))


def cap_rule(conditions: Collection[str] = (), *, tendon_stage: bool = False) -> PainRule:
    """Return the limit of pain during a session: the lowest that applies.

    Parameters
    ----------
    conditions : collection of str
        Ids of the conditions that the runner's pattern or clinician names.
    tendon_stage : bool
        The sessions are tendon loading, not running.
    """
    fitting = [
        rule
        for rule in pain_rules_of("cap")
        if set(conditions) & set(rule.conditions) and (rule.context != "tendon_stage" or tendon_stage)
    ]
    return min(fitting or [pain_rule("cap_default")], key=lambda rule: rule.number("cap"))


# -------------------------------------------------------------------------------------------------------- usual pain


def usual_pain(mornings: Mapping[date, float], until: date) -> Usual:
    """Return the usual morning pain before the morning that follows ``until``.

    Parameters
    ----------
    mornings : mapping of date to float
        Pain of the next morning, by the day before it.
    until : date
        Mornings up to and including this day's own count.
    """
    window = int(pain_rule("usual_pain").number("window_days"))
    before = (until - timedelta(days=back) for back in range(window, 0, -1))
    values = [mornings[day] for day in before if day in mornings]
    return Usual(value=median(values) if values else None, answers=len(values))


def mornings_of(days: Sequence[DayAnswers]) -> dict[date, float]:
    """Return the pain of each next morning that was told, by the day before it."""
    return {day.local_date: day.pain["next_morning"] for day in days if "next_morning" in day.pain}


# ----------------------------------------------------------------------------------------------------------- judging


def judge_days(
    days: Sequence[DayAnswers], sessions: Collection[date], today: date, *, cap: PainRule
) -> tuple[DayPain, ...]:
    """Judge each day, the oldest first.

    Parameters
    ----------
    days : sequence of DayAnswers
        Folded answers, by day.
    sessions : collection of date
        Days with a run or another session, told about or not.
    cap : PainRule
        From `cap_rule`.
    """
    mornings = mornings_of(days)
    answered = {day.local_date: day for day in days}
    silent = {day for day in sessions if days and days[0].local_date <= day <= today} - answered.keys()
    judged, greens = [], _green_rules(cap)
    for day in sorted(answered.keys() | silent):
        if day in answered:
            usual = usual_pain(mornings, day).value
            measured = _measured(answered[day], mornings.get(day - timedelta(days=1)), usual, cap)
            judged.append(_judge(answered[day], measured, greens, today, session=day in sessions))
        else:
            judged.append(_unreported(day, today))
    # With a bone injury any pain is a bad day.
    return tuple(judged) if cap.context == "bone" else _with_slight(judged)


def _with_slight(judged: Sequence[DayPain]) -> tuple[DayPain, ...]:
    """Take the slight ambers out of the bad days, as long as they do not come again and again with no green between."""
    slight = pain_rule("amber_slight")
    found, ambers = [], 0
    for day in judged:
        ambers = 0 if day.colour == "green" else ambers + day.counts
        few = ambers < slight.number("in_a_row")
        small = (
            day.counts
            and day.colour == "amber"
            and few
            and all(criterion.holds(day.inputs) is not False for criterion in slight.criteria)
        )
        found.append(replace(day, counts=False, slight=True) if small else day)
    return tuple(found)


def _measured(day: DayAnswers, this_morning: float | None, usual: float | None, cap: PainRule) -> Measured:
    stand_ins = [level for level in (this_morning, usual) if level is not None]
    before = day.pain.get("before", min(stand_ins, default=None))
    return {
        "pain_before": before,
        "pain_during": day.pain.get("during"),
        "pain_60min": day.pain.get("after_60min"),
        "pain_morning": day.pain.get("next_morning"),
        "pain_usual": usual,
        "pain_cap": cap.number("cap"),
        "pain_stairs": day.pain.get("stairs"),
        "pain_worst_day": max(day.pain.values(), default=None),
        "new_swelling": _yes_no(day.signs.get("swelling")),
        "limp": _yes_no(day.signs.get("limp")),
        "night_pain": _yes_no(day.signs.get("night_pain")),
    }


def _yes_no(answer: bool | None) -> float | None:
    return None if answer is None else float(answer)


def _unreported(day: date, today: date) -> DayPain:
    waiting = not morning_has_come(day, today)
    return DayPain(
        local_date=day, kind="unreported", answers=None, colour="amber", rule="missing", inputs={}, missing=ASKED,
        waiting=waiting,
    )  # fmt: skip


def _green_rules(cap: PainRule) -> tuple[PainRule, ...]:
    """Return the rules that all must hold for green: bone has its own, stricter set."""
    strict = [rule for rule in pain_rules_of("rule_set") if rule.context == cap.context == "bone"]
    return (pain_rule("green"), *strict)


def _judge(day: DayAnswers, measured: Measured, greens: tuple[PainRule, ...], today: date, *, session: bool) -> DayPain:
    is_session = session or bool(day.activity_ids) or bool(_OF_SESSION & day.pain.keys())
    colour, rule, missing = _session_colour(day, measured, greens) if is_session else _rest_colour(measured)
    waiting = rule == "missing" and not morning_has_come(day.local_date, today)
    return DayPain(
        local_date=day.local_date,
        kind="session" if is_session else "rest",
        answers=day,
        colour=colour,
        rule=rule,
        inputs=measured,
        missing=missing,
        waiting=waiting,
        counts=colour in ("amber", "red") and rule != "missing",
        reduces=colour is not None and pain_rule("amber_reduce").holds(measured) is True,
    )


def _session_colour(
    day: DayAnswers, measured: Measured, greens: tuple[PainRule, ...]
) -> tuple[Traffic, str, tuple[str, ...]]:
    missing: tuple[str, ...] = tuple(moment for moment in ASKED if moment not in day.pain)
    if pain_rule("red").holds(measured) is True:
        return "red", "red", missing
    held = [rule.holds(measured) for rule in greens]
    if False in held:
        return "amber", "amber", missing
    # No pain is no more than a level that nobody told us, whatever that level was.
    at_least = {**measured, **{level: measured[level] or 0.0 for level in _LEVELS}}
    if all(rule.holds(at_least) for rule in greens):
        return "green", "green", ()
    levels = tuple(level.removeprefix("pain_") for level in _LEVELS if measured[level] is None)
    return "amber", "missing", missing + levels


def _rest_colour(measured: Measured) -> tuple[Traffic | None, str, tuple[str, ...]]:
    if pain_rule("red").holds(measured) is True:
        return "red", "red", ()
    morning = next(criterion for criterion in pain_rule("green").criteria if criterion.metric == "pain_morning")
    if morning.holds(measured) is False:
        return "amber", "amber", ()
    return None, "", ()


def in_window(days: Sequence[DayPain], today: date, window_days: float) -> tuple[DayPain, ...]:
    """Return the days of the window that ends with ``today``; ``days`` with the oldest first."""
    known = up_to(days, today)
    return tuple(known[len(up_to(known, today - timedelta(days=window_days))) :])


def up_to(days: Sequence[DayPain], today: date) -> Sequence[DayPain]:
    """Return the days up to ``today``; ``days`` with the oldest first."""
    return days[: bisect_right(days, today, key=lambda day: day.local_date)]


def window_of(rule: PainRule) -> float:
    """Return the longest window of a rule's criteria, in days."""
    return max(criterion.window_days or 0 for criterion in rule.criteria)


def counts_at(days: Sequence[DayPain], today: date, window_days: float) -> dict[str, float]:
    """Return the ambers and reds of the window that are bad days, and the slight ambers after the last green.

    A red session counts as an amber one too: otherwise the third amber, made worse to a red, would no longer be the
    third and the runner would be allowed more.
    """
    inside = in_window(days, today, window_days)
    last_green = max((day.local_date for day in inside if day.colour == "green"), default=date.min)
    counted = [day for day in inside if day.counts or (day.slight and day.local_date > last_green)]
    return {"amber_count": float(len(counted)), "red_count": float(sum(day.colour == "red" for day in counted))}


def since_two_greens(days: Sequence[DayPain]) -> tuple[DayPain, ...]:
    """Return the days after the last greens in a row that lead a step up: they show that what was before is over.

    A bad day ends the row; a slight amber and a missing answer in between do not.
    """
    return tuple(days[ends_of_greens(days)[-1] :])


def ends_of_greens(days: Sequence[DayPain]) -> list[int]:
    """Return for the first 0, 1, 2 ... of the days how many of them come before `since_two_greens`."""
    needed = pain_rule("green").number("greens_in_a_row")
    ends, in_a_row = [0], 0
    for place, day in enumerate(days):
        in_a_row = 0 if day.counts else in_a_row + (day.colour == "green")
        shown = day.colour == "green" and in_a_row >= needed
        ends.append(place + 1 if shown else ends[-1])
    return ends
