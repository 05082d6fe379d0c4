"""The state in the words and keys of the contract: every statement with its rule, its mark and its sources."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kneewise.domain import MOMENTS
from kneewise.evidence.knowledge import knowledge
from kneewise.monitoring.check_ins import MOMENT_WORDS
from kneewise.monitoring.pain_rules import DayPain, in_window, pain_rule
from kneewise.monitoring.pain_state import PainState

_MISSING_WORDS = {**{str(moment): words for moment, words in MOMENT_WORDS.items()}, "usual": "on a usual morning"}
_QUIET = "No session that day, and nothing worse than usual."
_SIGN_WORDS = {"new_swelling": "The knee is newly swollen.", "limp": "You limp."}
_LEVEL_WORDS = {
    "pain_cap": "your limit",
    "pain_before": "the pain before",
    "pain_usual": "your usual morning pain",
}
_METRIC_WORDS = {
    "pain_during": MOMENT_WORDS["during"],
    "pain_60min": MOMENT_WORDS["after_60min"],
    "pain_morning": MOMENT_WORDS["next_morning"],
}


def state_document(state: PainState, *, load_vs_usual: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the contract's ``state``.

    Parameters
    ----------
    load_vs_usual : mapping or None
        What the load of late is against the usual one, from the exposure; ``None`` where not known.
    """
    return {
        "local_date": state.today.isoformat(),
        "pain": {
            "decision": state.decision.to_json(),
            "usual": _usual(state),
            "latest": _latest(state),
            "limit": _limit(state),
            "streaks": _streaks(state),
            "days": [day_document(day) for day in in_window(state.days, state.today, state.window_days)],
            "trend": _trend(state),
        },
        "irritability": state.irritability.to_json(),
        "flare": {"active": False} if state.flare is None else state.flare.to_json(),
        "load_vs_usual": None if load_vs_usual is None else dict(load_vs_usual),
        "flags": [_flag(flag) for flag in state.open_flags] + [item.to_json() for item in state.asked_again],
        "coverage": _coverage(state),
    }


def day_document(day: DayPain) -> dict[str, Any]:
    """Return one judged day, with what was told and why it has its colour."""
    rule = pain_rule(day.rule) if day.rule else None
    pain = {} if day.answers is None else day.answers.pain
    signs = {} if day.answers is None else day.answers.signs
    places = () if day.answers is None else day.answers.places
    return {
        "local_date": day.local_date.isoformat(),
        "kind": day.kind,
        "colour": day.colour,
        "answers": {**{moment: pain.get(moment) for moment in MOMENTS}, **signs},
        "places": [{"zone": zone or None, "side": side or None} for zone, side in places],
        "rule": day.rule or None,
        "inputs": dict(day.inputs),
        "missing": list(day.missing),
        "waiting": day.waiting,
        "why": " ".join(_why(day)) or _QUIET,
        "text": None if rule is None else rule.text,
        "mark": None if rule is None else rule.mark,
        "sources": [] if rule is None else list(rule.sources),
    }


def _why(day: DayPain) -> list[str]:
    if day.rule == "red":
        return _why_red(day)
    if day.rule == "green":
        return ["Your pain stayed within your limits, and it settled."]
    if day.rule == "missing":
        return [f"We do not know your pain {_joined([_MISSING_WORDS[name] for name in day.missing])}."]
    return _why_amber(day)


def _why_red(day: DayPain) -> list[str]:
    reasons = []
    for criterion in pain_rule("red").criteria:
        if criterion.holds(day.inputs) is True:
            told = f"Pain {MOMENT_WORDS['during']} was {_number(day, criterion.metric)}, above {criterion.value:g}."
            reasons.append(_SIGN_WORDS.get(criterion.metric, told))
    return reasons


def _why_amber(day: DayPain) -> list[str]:
    reasons = []
    for criterion in pain_rule("green").criteria:
        if criterion.reference is not None and criterion.holds(day.inputs) is False:
            level = f"{_LEVEL_WORDS[criterion.reference]} of {_number(day, criterion.reference)}"
            told = f"Pain {_METRIC_WORDS[criterion.metric]} was {_number(day, criterion.metric)}"
            reasons.append(f"{told}, above {level}.")
    if day.rule == "amber" and not reasons:
        return [pain_rule("bone_stress").text]
    return reasons


def _number(day: DayPain, metric: str) -> str:
    value = day.inputs[metric]
    return "not known" if value is None else f"{value:g}"


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _usual(state: PainState) -> dict[str, Any]:
    rule, usual = pain_rule("usual_pain"), state.usual
    text = "We do not know your usual morning pain yet. Tell us each morning for a few days."
    if usual.value is not None:
        text = f"Your usual morning pain is {usual.value:g}. It is the middle of {_count(usual.answers, 'morning')}."
    return {
        "value": usual.value,
        "answers": usual.answers,
        "week_ago": state.usual_week_ago.value,
        "text": text,
        "rule": rule.id,
        "mark": rule.mark,
        "sources": list(rule.sources),
    }


def _latest(state: PainState) -> dict[str, Any]:
    return {
        moment: None
        if moment not in state.latest
        else {"value": state.latest[moment].value, "local_date": state.latest[moment].local_date.isoformat()}
        for moment in MOMENTS
    }


def _limit(state: PainState) -> dict[str, Any]:
    figure = state.cap.values["cap"]
    return {
        "value": figure.value,
        "text": state.cap.text,
        "rule": state.cap.id,
        "mark": figure.mark,
        "sources": list(figure.sources),
    }


def _streaks(state: PainState) -> dict[str, Any]:
    greens, ambers = _count(state.greens, "green"), _count(state.ambers - state.reds, "amber")
    reds, window = _count(state.reds, "red"), f"{state.window_days:g}"
    return {
        "greens_in_a_row": state.greens,
        "ambers_14_days": state.ambers - state.reds,
        "reds_14_days": state.reds,
        "text": f"{greens} in a row. In the last {window} days: {ambers} and {reds}.",
    }


def _trend(state: PainState) -> dict[str, Any]:
    change = state.weekly_change
    direction = None
    if change is not None:
        direction = "worse" if change > 0 else "better" if change < 0 else "same"
    words = {
        "worse": "Your mornings are worse than a week ago.",
        "better": "Your mornings are better than a week ago.",
        "same": "Your mornings are as they were a week ago.",
        None: "There are too few mornings to compare two weeks.",
    }
    return {
        "direction": direction,
        "change": change,
        "text": words[direction],
        "rule": "no_weekly_rise",
        "weeks": [
            {
                "first": _day(week.first),
                "last": _day(week.last),
                "morning": week.morning,
                "during": week.during,
                "answers": week.answers,
            }
            for week in state.weeks
        ],
    }


def _day(day: date) -> str:
    return day.isoformat()


def _flag(flag_id: str) -> dict[str, Any]:
    flag = knowledge().red_flags[flag_id]
    return {
        "kind": "open",
        "rule": flag.id,
        "level": flag.level,
        "text": flag.action,
        "mark": flag.mark,
        "sources": list(flag.sources),
    }


def _coverage(state: PainState) -> dict[str, Any]:
    ratio = state.given / state.expected if state.expected else None
    window = f"{state.window_days:g}"
    text = f"You gave {state.given} of {state.expected} answers about your sessions of the last {window} days."
    if not state.expected:
        text = f"There was no session to ask about in the last {window} days."
    return {
        "answers_given": state.given,
        "answers_expected": state.expected,
        "ratio": ratio,
        "window_days": state.window_days,
        "text": text,
    }


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
