"""What the check-ins allow next: every rule that applies sets a limit, and the lowest limit decides.

A limit is a factor on the load that was held before it began (``since``); a plan applies each once. Because each limit
can only begin to apply when answers get worse, and the lowest one decides, a runner who gets worse, measured against
the same level before and the same usual pain, is never allowed more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.rules import PainRule
from kneewise.monitoring.flare import Flare, amount, high_end, since_last_green
from kneewise.monitoring.pain_rules import (
    DayPain,
    counts_at,
    ends_of_greens,
    in_window,
    pain_rule,
    up_to,
    window_of,
)
from kneewise.monitoring.rescreen import Rescreen

Move = Literal["stop", "step_back", "reduce", "hold", "progress"]
Clinician = Literal["none", "offer", "refer"]

#: From the least load to the most.
MOVES: tuple[Move, ...] = ("stop", "step_back", "reduce", "hold", "progress")
_PER_CENT = 100
#: Triage levels under which running may go on.
_MAY_RUN = ("routine", "self_manage")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One rule that applies.

    Attributes
    ----------
    factor : float
        On the load held before ``since``; 1 is the same again.
    rule : str
        Id of the pain rule or load rule.
    """

    move: Move
    factor: float
    rule: str
    text: str
    mark: str
    sources: tuple[str, ...]
    since: date | None = None
    clinician: Clinician = "none"

    def to_json(self) -> dict[str, Any]:
        """Return one reason of the decision."""
        return {
            "move": self.move,
            "rule": self.rule,
            "text": self.text,
            "factor": self.factor,
            "since": None if self.since is None else self.since.isoformat(),
            "mark": self.mark,
            "sources": list(self.sources),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The lowest limit, and all that apply, the lowest first.

    Attributes
    ----------
    clinician : {"none", "offer", "refer"}
        Whether a clinician is offered, or should see the knee.
    """

    limits: tuple[Limit, ...]
    clinician: Clinician

    @property
    def lowest(self) -> Limit:
        """The limit that decides."""
        return self.limits[0]

    def to_json(self) -> dict[str, Any]:
        """Return the ``decision`` object of the contract's ``state``."""
        change_pct = (self.lowest.factor - 1) * _PER_CENT
        return {
            **self.lowest.to_json(),
            "change_percent": round(change_pct, 1),
            "clinician": self.clinician,
            "reasons": [limit.to_json() for limit in self.limits],
            "told": [limit.text for limit in spoken(self.limits)],
        }


def decide(
    days: Sequence[DayPain],
    today: date,
    *,
    cap: PainRule,
    flare: Flare | None,
    asked_again: Sequence[Rescreen],
    open_flags: Collection[str],
    usual: float | None,
    weekly_change: float | None,
) -> Decision:
    """Collect every limit that applies; without any, load may go up by one small step."""
    limits = [
        *_flag_limits(open_flags),
        *_flare_limits(days, flare, today),
        *_escalations(days, today),
        *_bone_limits(days, cap),
        *_reductions(days),
        *_holds(days, today),
        *_morning_holds(usual, weekly_change),
        *(_limit("hold", 1.0, pain_rule(item.rule), since=item.day) for item in asked_again),
    ]
    if not limits:
        limits = [_progress(days, cap)]
    limits.sort(key=lambda limit: (limit.factor, MOVES.index(limit.move)))
    asks = {limit.clinician for limit in limits} | {_asked(days, today)}
    clinician: Clinician = "refer" if "refer" in asks else "offer" if "offer" in asks else "none"
    return Decision(limits=tuple(limits), clinician=clinician)


def spoken(limits: Sequence[Limit]) -> tuple[Limit, ...]:
    """Return the limits that a runner is told, the lowest first: one voice, and nothing that another one overrules.

    Notes
    -----
    "Do the same again" beside "stop today" would be two voices, so only what asks for less is told beside less. A count
    of greens says nothing beside another reason to hold, and one bad morning nothing beside a flare.
    """
    if not limits:
        return ()
    rules = {limit.rule for limit in limits}
    kept = [limit for limit in limits if limit.move != "hold" or limits[0].move == "hold"]
    overruled = {"amber_reduce"} if rules & {"flare", "step_back", "red"} else set()
    holds = [limit for limit in kept if limit.move == "hold"]
    if len(holds) > 1:
        overruled |= {"green"}
    waiting = any(limit.rule == "missing" and limit.since is not None for limit in holds)
    told = {
        limit.text: limit
        for limit in reversed(kept)
        if limit.rule not in overruled and not (waiting and limit.rule == "missing" and limit.since is None)
    }
    return tuple(reversed(told.values()))


def greens_in_a_row(days: Sequence[DayPain]) -> int:
    """Return how many of the last judged days were green, one after the other."""
    greens = 0
    for day in reversed([day for day in days if day.colour is not None and not day.waiting]):
        if day.colour != "green":
            break
        greens += 1
    return greens


def _limit(
    move: Move,
    factor: float,
    rule: PainRule,
    *,
    text: str = "",
    since: date | None = None,
    clinician: Clinician = "none",
) -> Limit:
    return Limit(
        move=move,
        factor=factor,
        rule=rule.id,
        text=text or rule.text,
        mark=rule.mark,
        sources=rule.sources,
        since=since,
        clinician=clinician,
    )


def _flag_limits(open_flags: Collection[str]) -> list[Limit]:
    limits = []
    for flag_id in sorted(open_flags):
        flag = knowledge().red_flags[flag_id]
        may_run = flag.level in _MAY_RUN
        limits.append(
            Limit(
                move="hold" if may_run else "stop",
                factor=1.0 if may_run else 0.0,
                rule=flag.id,
                text=flag.action,
                mark=flag.mark,
                sources=flag.sources,
                clinician="refer",
            )
        )
    return limits


def _flare_limits(days: Sequence[DayPain], flare: Flare | None, today: date) -> list[Limit]:
    limits = []
    red = pain_rule("red")
    rest = timedelta(hours=high_end(red.action("ease")))
    reds = [day.local_date for day in days if day.colour == "red"]
    if reds and today <= reds[-1] + rest:
        limits.append(_limit("stop", 0.0, red, since=reds[-1]))
    if flare is not None:
        low, high = flare.restart_low_pct, flare.restart_high_pct
        text = f"After the easy days, start again at the level before, with {low:g} to {high:g} % of it."
        limits.append(_limit("reduce", low / _PER_CENT, pain_rule("flare"), text=text, since=flare.last_red))
    return limits


def _escalations(days: Sequence[DayPain], today: date) -> list[Limit]:
    limits = []
    # No number is published for one level back where there is no ladder: the smaller restart of a flare stands in.
    factor = amount(pain_rule("flare").action("restart")) / _PER_CENT
    for rule_id in ("step_back", "refer"):
        rule = pain_rule(rule_id)
        since = _holds_since(days, rule, today)
        if since is not None:
            clinician: Clinician = "refer" if rule_id == "refer" else "offer"
            limits.append(_limit("step_back", factor, rule, since=since, clinician=clinician))
    return limits


def _asked(days: Sequence[DayPain], today: date) -> Clinician:
    """Return whether the bad days of the window ask for a clinician, also where greens between them ended the count."""
    rule = pain_rule("step_back")
    return "offer" if rule.holds(counts_at(days, today, window_of(rule))) is True else "none"


def _holds_since(days: Sequence[DayPain], rule: PainRule, today: date) -> date | None:
    """Return the first day of the unbroken time for which the rule has held, or ``None`` if it does not hold now."""
    since = None
    day, ends = today, ends_of_greens(days)
    while rule.holds(_counted_at(days, ends, day, window_of(rule))) is True:
        since, day = day, day - timedelta(days=1)
    return since


def _counted_at(days: Sequence[DayPain], ends: Sequence[int], today: date, window_days: float) -> Mapping[str, float]:
    """Return the bad days that lead a step back, as the way back counts them: two greens in a row end it; reds stay."""
    known = up_to(days, today)
    ended = counts_at(known[ends[len(known)] :], today, window_days)
    return {**counts_at(known, today, window_days), "amber_count": ended["amber_count"]}


def _bone_limits(days: Sequence[DayPain], cap: PainRule) -> list[Limit]:
    if cap.context != "bone":
        return []
    rule = pain_rule("bone_stress")
    worse = [day.local_date for day in since_last_green(days) if day.counts]
    limits = [_limit("hold", 1.0, rule, clinician="refer")]
    if worse:
        factor = amount(pain_rule("flare").action("restart")) / _PER_CENT
        limits.append(_limit("step_back", factor, rule, since=worse[-1], clinician="refer"))
    return limits


def _reductions(days: Sequence[DayPain]) -> list[Limit]:
    rule = pain_rule("amber_reduce")
    worse = [day.local_date for day in since_last_green(days) if day.reduces]
    if not worse:
        return []
    factor = 1 - amount(rule.action("reduce_next")) / _PER_CENT
    return [_limit("reduce", factor, rule, since=worse[-1])]


def _holds(days: Sequence[DayPain], today: date) -> list[Limit]:
    limits = []
    window = window_of(pain_rule("step_back"))
    recent = [day for day in in_window(days, today, window) if day.colour is not None]
    judged = [day for day in recent if not day.waiting]
    waiting = [day for day in recent if day.waiting]
    if waiting:
        text = "Tell us first how the knee is after this session and the next morning. Until then, add nothing."
        limits.append(_limit("hold", 1.0, pain_rule("missing"), text=text, since=waiting[-1].local_date))
    if not judged:
        text = f"We have no answers about a session in the last {window:g} days. Add nothing yet."
        limits.append(_limit("hold", 1.0, pain_rule("missing"), text=text))
    elif judged[-1].colour == "amber":
        limits.append(_limit("hold", 1.0, pain_rule(judged[-1].rule), since=judged[-1].local_date))
    elif (greens := greens_in_a_row(judged)) < pain_rule("green").number("greens_in_a_row"):
        count = "1 green" if greens == 1 else f"{greens} greens"
        text = f"You have {count} in a row. {pain_rule('green').text}"
        limits.append(_limit("hold", 1.0, pain_rule("green"), text=text))
    return limits


def _morning_holds(usual: float | None, weekly_change: float | None) -> list[Limit]:
    """Hold while mornings rise or are high: every other limit moves with the usual pain, these do not."""
    limits = []
    rise = pain_rule("no_weekly_rise")
    if rise.holds({"pain_morning_trend": weekly_change}) is True:
        limits.append(_limit("hold", 1.0, rise))
    calm = pain_rule("calm_mornings")
    if calm.holds({"pain_usual": usual}) is True:
        limits.append(_limit("hold", 1.0, calm))
    return limits


def _progress(days: Sequence[DayPain], cap: PainRule) -> Limit:
    step = knowledge().load_rules["single_run"]
    figure = cap.values["cap"]
    return Limit(
        move="progress",
        factor=step.number("max_ratio"),
        rule="green",
        text=f"You have {greens_in_a_row(days)} greens in a row. You may change one thing. {step.text}",
        mark=pain_rule("green").mark,
        sources=tuple(dict.fromkeys([*step.sources, *(figure.sources if figure.verified else ())])),
    )
