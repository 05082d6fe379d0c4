"""Which red flags the answers raise. A flag can only be raised by an answer, never lowered by another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kneewise.assessment.answers import Answers
from kneewise.assessment.questions import escalation_question_id
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.evidence.safety import TRIAGE_ORDER, Escalation, FractureRule, RedFlag, TriageLevelId

#: The Ottawa items as intake questions; age is the fifth.
_OTTAWA_QUESTIONS = (
    "injury_cannot_walk_4_steps",
    "injury_cannot_bend_90",
    "injury_kneecap_bone_tender",
    "injury_outer_bone_tender",
)


@dataclass(frozen=True, slots=True)
class RaisedFlag:
    """A red flag with the level it leads to and why.

    Attributes
    ----------
    level : str
        Triage level after escalation, or the next lower level for an "unsure".
    text, action : str
        Why it was raised, and what to do; the runner reads both.
    certain : bool
        False when an answer was "unsure".
    """

    flag: RedFlag
    level: TriageLevelId
    text: str
    action: str
    certain: bool


def raised_flags(answers: Answers) -> tuple[RaisedFlag, ...]:
    """Return every raised flag, the most urgent first, each once."""
    found: dict[str, RaisedFlag] = {}
    for raised in (*_answered(answers), *_derived(answers), *_fracture(answers)):
        known = found.get(raised.flag.id)
        if known is None or _urgency(raised) < _urgency(known):
            found[raised.flag.id] = raised
    return tuple(sorted(found.values(), key=lambda raised: (_urgency(raised), raised.flag.id)))


def _urgency(raised: RaisedFlag) -> tuple[int, bool]:
    return TRIAGE_ORDER.index(raised.level), not raised.certain


def _answered(answers: Answers) -> Iterator[RaisedFlag]:
    for flag in knowledge().red_flags.values():
        answer = answers.get(flag.id)
        if answer in ("yes", "unsure"):
            yield _raise(flag, answers, certain=answer == "yes", text=flag.why)


def _derived(answers: Answers) -> Iterator[RaisedFlag]:
    for rule in knowledge().triage_rules.values():
        if rule.flag is not None and answers.hold(rule.when):
            flag = knowledge().red_flags[rule.flag]
            yield _raise(flag, answers, certain=not rule.unsure, text=rule.says)


def _fracture(answers: Answers) -> Iterator[RaisedFlag]:
    if answers.get("onset") not in ("injury", "unsure"):
        return
    rule = knowledge().fracture_rules["ottawa_knee"]
    given = [answers.get(question) for question in _OTTAWA_QUESTIONS]
    late = _too_late(rule, answers)
    # After its first days the rule has not been tested; a positive sign then still leads to a clinician, age does not.
    positive = "yes" in given or (answers.get("onset") == "injury" and not late and _age_item(rule, answers))
    if positive or "unsure" in given:
        certain = positive and not late
        yield _raise(knowledge().red_flags["rf_ottawa"], answers, certain=certain, text=rule.positive)


def open_fracture_questions(answers: Answers) -> tuple[str, ...]:
    """Return the Ottawa items that a fresh injury leaves unanswered: until then a fracture is not ruled out."""
    if answers.get("onset") != "injury" or _too_late(knowledge().fracture_rules["ottawa_knee"], answers):
        return ()
    return tuple(question for question in _OTTAWA_QUESTIONS if not answers.has(question))


def fracture_unlikely(answers: Answers) -> FractureRule | None:
    """Return the Ottawa rule where it speaks against a fracture: a fresh injury of an adult, every item answered no."""
    rule = knowledge().fracture_rules["ottawa_knee"]
    age, adult = answers.get("age_years"), rule.valid_age.value
    if not isinstance(age, float) or adult is None or age < adult or _age_item(rule, answers):
        return None
    fresh = answers.get("onset") == "injury" and answers.has("injury_days_ago") and not _too_late(rule, answers)
    expecting = answers.get("pregnancy") in ("pregnant", "unsure")
    negative = all(answers.get(question) == "no" for question in _OTTAWA_QUESTIONS)
    return rule if fresh and negative and not expecting else None


def _age_item(rule: FractureRule, answers: Answers) -> bool:
    age = answers.get("age_years")
    thresholds = [item.threshold.value for item in rule.items if item.threshold and item.threshold.unit == "years"]
    return isinstance(age, float) and any(limit is not None and age >= limit for limit in thresholds)


def _too_late(rule: FractureRule, answers: Answers) -> bool:
    days = answers.get("injury_days_ago")
    limit = rule.valid_days.value
    return isinstance(days, float) and limit is not None and days > limit


def _raise(flag: RedFlag, answers: Answers, *, certain: bool, text: str) -> RaisedFlag:
    if not certain:
        return RaisedFlag(flag, flag.unsure_level, text, flag.unsure, certain=False)
    escalations = [escalation for escalation in flag.escalations if _holds(flag, escalation, answers)]
    worst = min(escalations, key=lambda escalation: TRIAGE_ORDER.index(escalation.level), default=None)
    if worst is None or TRIAGE_ORDER.index(worst.level) > TRIAGE_ORDER.index(flag.level):
        return RaisedFlag(flag, flag.level, text, flag.action, certain=True)
    return RaisedFlag(flag, worst.level, text, worst.action, certain=True)


def _holds(flag: RedFlag, escalation: Escalation, answers: Answers) -> bool:
    if escalation.when == "cannot_bear_weight":
        return answers.get("injury_cannot_walk_4_steps") in ("yes", "unsure")
    if escalation.when == "trauma":
        return answers.get("onset") == "injury"
    if escalation.when == "under_25":
        age = answers.get("age_years")
        return isinstance(age, float) and age < value("triage.young_below_years")
    return answers.get(escalation_question_id(flag, escalation)) in ("yes", "unsure")
