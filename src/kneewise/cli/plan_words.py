"""Planned sessions for reading: one line for what and how much, then why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from kneewise.cli.paragraphs import bullets, wrapped
from kneewise.cli.words import number

_INDENT = 5
#: So many changes are told one by one; the rest is counted.
_SHOWN_CHANGES = 8


def day_words(text: str, *, year: bool = False) -> str:
    """Return ``Mon 16 Mar`` for ``2026-03-16``."""
    day = date.fromisoformat(text)
    return f"{day:%a} {day.day} {day:%b}" + (f" {day.year}" if year else "")


def in_order(items: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return a day's sessions by time of day, what is no strength work first."""
    return sorted(items, key=lambda item: (item["start_time"] or "", item["kind"] == "strength"))


def session_line(item: Mapping[str, Any]) -> str:
    """Return title, dose, time of day and cost in one line."""
    parts = [f"{item['title']}: {item['dose']}" if item["dose"] else item["title"]]
    if item["start_time"]:
        parts.append(f"at {item['start_time']}")
    cost = item["knee_km"]
    if cost is not None and cost["value"] is not None:
        between = f" ({number(cost['low'], 1)}–{number(cost['high'], 1)})"
        parts.append(f"{number(cost['value'], 1)}{between} knee-km")
    return ", ".join(parts)


def session_lines(item: Mapping[str, Any], *, steps: bool = True) -> list[str]:
    """Return a session with its steps, exercises, easier ways and the reason."""
    lines = wrapped(f"  ▸  {session_line(item)}", hanging=_INDENT)
    if steps:
        lines += [line for step in step_words(item) for line in wrapped(step, indent=_INDENT, hanging=2)]
    told = [item["effort"], item["terrain"], _cadence(item)]
    text = " ".join(_sentence(part) for part in told if part)
    lines += wrapped(text, indent=_INDENT) if text else []
    for exercise in item["exercises"] if steps else ():
        lines += _exercise(exercise)
    for way in item["alternatives"] if steps else ():
        lines += wrapped(f"Easier: {way['text']}", indent=_INDENT, hanging=8)
    lines += wrapped(f"Why: {item['why']}", indent=_INDENT, hanging=5) if item["why"] else []
    return lines


def step_words(item: Mapping[str, Any]) -> list[str]:
    """Return the steps, a block a line: ``6 times: run 2 min, walk 1 min``."""
    lines = []
    for block in item["steps"]:
        steps = [_step(step) for step in block["steps"]]
        together = ", ".join(steps)
        lines.append(f"{block['times']} times: {together}" if block["times"] > 1 else together.capitalize())
    return lines


def change_lines(changes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return changes as a list, each once; of many, the first and how many more."""
    texts = list(dict.fromkeys(change["text"] for change in changes))
    shown = texts if len(texts) <= _SHOWN_CHANGES + 1 else texts[:_SHOWN_CHANGES]
    lines = bullets(shown)
    if len(texts) > len(shown):
        lines += wrapped(f"and {len(texts) - len(shown)} more; --json has them all", indent=4)
    return lines


def refusal_lines(refused: Mapping[str, Any]) -> list[str]:
    """Return why there is no plan, and what to do."""
    title = "NO PLAN FOR NOW"
    lines = [title, "═" * len(title), *wrapped(refused["action"])]
    reasons = dict.fromkeys(reason["text"] for reason in refused["reasons"])
    return lines + bullets(text for text in reasons if text != refused["action"])


def week_table(days: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return days with one line per session, a gap between weeks."""
    lines: list[str] = []
    week = None
    for day in days:
        now = date.fromisoformat(day["local_date"]).isocalendar()[:2]
        if week is not None and now != week:
            lines.append("")
        week = now
        for place, item in enumerate(in_order(day["items"])):
            label = day_words(day["local_date"]) if place == 0 else ""
            lines += wrapped(f"{label:<12}{session_line(item)}", hanging=12)
    return lines


def _step(step: Mapping[str, Any]) -> str:
    words = {"warm_up": "warm up", "walk": "walk", "run": "run", "rest": "stand", "cool_down": "cool down"}
    amount = ""
    if step["duration_s"] is not None:
        minutes, seconds = divmod(round(step["duration_s"]), 60)
        amount = " ".join(part for part in (f"{minutes} min" * bool(minutes), f"{seconds} s" * bool(seconds)) if part)
    elif step["distance_m"] is not None:
        metres = step["distance_m"]
        amount = f"{metres:.0f} m" if metres < 1000 else f"{metres / 1000:g} km"
    beat = ", beat on" if step["feedback"] else ""
    return f"{words[step['kind']]} {amount}{beat}".rstrip()


def _cadence(item: Mapping[str, Any]) -> str:
    target = item["cadence_target_spm"]
    return "" if target is None else f"{number(target['low'], 0)} to {number(target['high'], 0)} steps a minute"


def _exercise(dose: Mapping[str, Any]) -> list[str]:
    amount = f"{dose['sets']} sets"
    if dose["reps"] is not None:
        amount = f"{dose['sets']} × {dose['reps']}"
    elif dose["hold_s"] is not None:
        amount = f"{dose['sets']} × {number(dose['hold_s'], 0)} s"
    side = " each side" if dose["per_side"] else ""
    cap = f"pain up to {dose['pain_cap']:g}"
    more = "; ".join(part.rstrip(".") for part in (dose["load"], _angle(dose), cap) if part)
    return wrapped(f"{dose['exercise']:<4} {dose['name']}: {amount}{side}. {_sentence(more)}", indent=7, hanging=5)


def _angle(dose: Mapping[str, Any]) -> str:
    angle = dose["knee_angle_deg"]
    if angle is None:
        return ""
    low, high = number(angle["low"], 0), number(angle["high"], 0)
    return f"knee bend {low} degrees" if low == high else f"knee bend {low} to {high} degrees"


def _sentence(text: str) -> str:
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if not text or text[-1] in ".!?" else f"{text}."
