"""From answers to one of five levels: deterministic, versioned rules, each with its reason in words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from kneewise.assessment.answers import Answers, asked_questions
from kneewise.assessment.questions import FLAG_GATES, SAFETY_QUESTIONS_GROUP
from kneewise.assessment.red_flags import RaisedFlag, open_fracture_questions, raised_flags
from kneewise.evidence.intake import TriageRule
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.safety import TRIAGE_ORDER, Block, TriageLevelId

#: Files whose content decides a triage; their hash is the version of the rules.
_RULE_FILES = ("red_flags.toml", "fracture_rules.toml", "triage.toml", "triage_rules.toml", "intake.toml")

_OPEN = "safety_questions_open"

#: The least urgent level while safety questions are open.
_LEVEL_WHILE_OPEN: TriageLevelId = "routine"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the level is what it is: the rule, in words, with its sources."""

    rule: str
    level: TriageLevelId
    text: str
    sources: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {"rule": self.rule, "level": self.level, "text": self.text, "sources": list(self.sources)}


@dataclass(frozen=True, slots=True)
class Triage:
    """How urgent the answers are, why, and what may not be done meanwhile.

    Attributes
    ----------
    unanswered : tuple of str
        Red-flag questions that are still open, and those that decide whether one must be asked; while there are any,
        the level is never ``self_manage``.
    """

    level: TriageLevelId
    reasons: tuple[Reason, ...]
    flags: tuple[RaisedFlag, ...]
    rules: tuple[TriageRule, ...]
    blocks: tuple[Block, ...]
    unanswered: tuple[str, ...]
    version: str


_NOTHING_FOUND = Reason("no_red_flag", TRIAGE_ORDER[-1], "None of your answers calls for a check first.", ())


def triage(answers: Answers, further: tuple[Reason, ...] = ()) -> Triage:
    """Return the triage of the answers: the most urgent of all rules that hold.

    Parameters
    ----------
    answers : Answers
        The intake.
    further : tuple of Reason
        Reasons from elsewhere, such as a pattern that calls for a clinician; they can only make it more urgent.
    """
    flags = raised_flags(answers)
    rules = tuple(rule for rule in knowledge().triage_rules.values() if rule.flag is None and answers.hold(rule.when))
    unanswered = _open_safety_questions(answers)
    found = (*_reasons(flags, rules, unanswered), *further)
    if any(raised.level == "emergency" for raised in flags):
        # Nobody in an emergency is sent back to the questions.
        found = tuple(reason for reason in found if reason.rule != _OPEN)
    reasons = sorted(found or (_NOTHING_FOUND,), key=lambda reason: TRIAGE_ORDER.index(reason.level))
    level = reasons[0].level
    return Triage(
        level=level,
        reasons=tuple(reasons),
        flags=flags,
        rules=rules,
        blocks=_blocks(level, flags, rules, bool(unanswered)),
        unanswered=unanswered,
        version=rules_version(),
    )


@cache
def rules_version() -> str:
    """Return the version of the rules: a hash of the files they stand in."""
    folder = files("kneewise.evidence")
    content = b"".join(folder.joinpath(name).read_bytes() for name in _RULE_FILES)
    return hashlib.sha256(content).hexdigest()[:12]


def _open_safety_questions(answers: Answers) -> tuple[str, ...]:
    """Red-flag questions without an answer, and questions without which it is not known whether one must be asked."""
    flags = tuple(
        question.id
        for question in asked_questions(answers)
        if not answers.has(question.id)
        and (
            question.id in FLAG_GATES or (question.group == SAFETY_QUESTIONS_GROUP and question.type == "yes_no_unsure")
        )
    )
    return flags + open_fracture_questions(answers)


def _reasons(
    flags: tuple[RaisedFlag, ...], rules: tuple[TriageRule, ...], unanswered: tuple[str, ...]
) -> Iterator[Reason]:
    for raised in flags:
        yield Reason(raised.flag.id, raised.level, raised.text, raised.flag.sources)
    for rule in rules:
        yield Reason(rule.id, rule.level or TRIAGE_ORDER[-1], rule.says, rule.sources)
    if unanswered:
        are = "question is" if len(unanswered) == 1 else "questions are"
        yield Reason(_OPEN, _LEVEL_WHILE_OPEN, f"{len(unanswered)} safety {are} not answered yet.", ())


def _blocks(
    level: TriageLevelId, flags: tuple[RaisedFlag, ...], rules: tuple[TriageRule, ...], incomplete: bool
) -> tuple[Block, ...]:
    found: dict[Block, None] = dict.fromkeys(knowledge().triage_levels[level].blocks)
    for raised in flags:
        # An "unsure" leads to a lower level with its blocks, and to advice: what that forbids is blocked as well.
        found |= dict.fromkeys(raised.flag.blocks if raised.certain else raised.flag.unsure_blocks)
    for rule in rules:
        found |= dict.fromkeys(rule.blocks)
    if incomplete:
        found["plan"] = None
    return tuple(found)
