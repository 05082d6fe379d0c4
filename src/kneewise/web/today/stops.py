"""What stands in the way: no plan and why, what is blocked, open flags and questions to answer again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kneewise.evidence.knowledge import knowledge
from kneewise.services.today import Today
from kneewise.web.blocked import blocked_words
from kneewise.web.proof import Proof, proof
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, told

#: Reasons to answer the safety questions, in the words of a page.
_QUESTIONS = {
    "no_intake": message("The safety questions are not answered yet."),
    "safety_questions_open": message("Some safety questions are still open."),
    "rules_revised": message("The safety rules were revised since you answered the questions."),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is no plan."""

    text: str
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class Stop:
    """No plan for now.

    Attributes
    ----------
    kind : {"stop", "warn"}
        ``warn`` where only answers are missing.
    action : str
        What to do now.
    blocked : str
        What else waits, as a list in words.
    href : str
        Where the questions are; empty where there is no such page.
    """

    kind: str
    title: str
    action: str
    reasons: tuple[Reason, ...]
    blocked: str
    href: str


@dataclass(frozen=True, slots=True)
class Flag:
    """An open flag, or a reason to answer questions again."""

    text: str
    proof: Proof | None
    again: bool


def stop_of(found: Today, paths: Mapping[str, str]) -> Stop | None:
    """Return why there is no plan, and what to do; ``None`` where there may be one or nobody asked yet."""
    refused = found.refused
    if refused is None or found.gathered.folded.intake is None:
        return None
    answers_missing = bool(found.gathered.inputs.triage.unanswered) and not _raised(found)
    texts = {reason.text: reason.rule for reason in reversed(refused.reasons) if reason.text != refused.action}
    return Stop(
        kind="warn" if answers_missing else "stop",
        title=_("Answer the safety questions first") if answers_missing else _title(refused.level),
        action=_("Then there can be a plan.") if answers_missing else told(refused.action),
        reasons=tuple(Reason(_reason(text, rule), proof(rule)) for text, rule in reversed(texts.items())),
        blocked="" if answers_missing else ", ".join(blocked_words(found.to_json()["blocks"])),
        href=paths.get("knee", ""),
    )


def flags_of(found: Today) -> tuple[Flag, ...]:
    """Return flags that are not told elsewhere on the page."""
    said = {"no_intake"}
    if found.refused is not None:
        said |= {reason.rule for reason in found.refused.reasons}
    shown: dict[str, Flag] = {}
    for flag in found.gathered.folded.flags:
        if flag["rule"] in said or flag["text"] in shown:
            continue
        shown[flag["text"]] = _flag(flag)
    return tuple(shown.values())


def _raised(found: Today) -> bool:
    return bool(found.gathered.inputs.triage.flags or found.gathered.folded.pain.open_flags)


def _title(level: str) -> str:
    label = told(knowledge().triage_levels[level].label)
    return _("No plan for now: %(label)s", label=label[:1].lower() + label[1:] if label.isascii() else label)


def _reason(text: str, rule: str) -> str:
    return _(_QUESTIONS[rule]) if rule in _QUESTIONS else told(text)


def _flag(flag: Mapping[str, Any]) -> Flag:
    text = _reason(flag["text"], flag["rule"])
    if flag["kind"] == "unsure":
        text = _("You were not sure: %(text)s", text=text)
    return Flag(text, proof(flag["rule"]), again=flag["kind"] == "ask_again")
