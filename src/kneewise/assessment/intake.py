"""One intake, read as a whole: triage first, then, where nothing more urgent is in the way, patterns and advice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kneewise.assessment.answers import Answers, asked_questions
from kneewise.assessment.explanations import Pattern, explanations
from kneewise.assessment.questions import GATES, SAFETY_QUESTIONS_GROUP
from kneewise.assessment.red_flags import fracture_unlikely
from kneewise.assessment.refusals import refusals_for_text
from kneewise.assessment.triage import Reason, Triage, triage
from kneewise.evidence.intake import Question
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.safety import Refusal
from kneewise.load.spikes import flag_of_ratio

#: At these levels nothing is explained before somebody has looked at the knee.
_LEVELS_WITHOUT_PATTERNS = frozenset({"emergency", "same_day"})


#: While any of these is blocked, no pattern tells what to train.
_LOADING = frozenset({"plan", "running", "strength", "tendon_loading"})
_SELF_CARE = "self_manage"
_PLANNED = "The run you plan"
_NEXT_WHILE_BLOCKED = "First do what it says above. What helps with this pattern comes after."


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to do or to know, with the rule that it comes from."""

    rule: str
    text: str
    sources: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {"rule": self.rule, "text": self.text, "sources": list(self.sources)}


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """What the answers mean: how urgent, which patterns they fit, what is refused, what to do."""

    triage: Triage
    patterns: tuple[Pattern, ...]
    refused: tuple[Refusal, ...]
    advice: tuple[Advice, ...]

    def to_json(self, *, clinician: bool = False) -> dict[str, Any]:
        """Return the contract's ``intake`` document."""
        return {
            "level": self.triage.level,
            "label": knowledge().triage_levels[self.triage.level].label,
            "reasons": [reason.to_json() for reason in self.triage.reasons],
            "patterns": [self._pattern(pattern, clinician=clinician) for pattern in self.patterns],
            "refused": [{"id": refusal.id, "text": refusal.instead} for refusal in self.refused],
            "advice": [advice.to_json() for advice in self.advice],
            "blocks": list(self.triage.blocks),
            "unanswered": list(self.triage.unanswered),
            "rules_version": self.triage.version,
        }

    def _pattern(self, pattern: Pattern, *, clinician: bool) -> dict[str, Any]:
        document = pattern.to_json(clinician=clinician)
        loads = pattern.condition.level == _SELF_CARE
        if loads and not _LOADING.isdisjoint(self.triage.blocks):
            # "Load the tendon" under "leave it alone until it was looked at" would be two voices.
            document["next"] = _NEXT_WHILE_BLOCKED
        return document


def next_questions(answers: Answers) -> tuple[Question, ...]:
    """Return what is still to be asked.

    Nothing keeps somebody in an emergency at the questions; who must be seen today is asked only what could make it an
    emergency; and nobody is asked to try a test that the answers so far forbid.
    """
    urgency = triage(answers)
    if urgency.level == "emergency":
        return ()
    left = [question for question in asked_questions(answers) if not answers.has(question.id)]
    if urgency.level == "same_day":
        left = [question for question in left if question.group == SAFETY_QUESTIONS_GROUP or question.id in GATES]
    return tuple(question for question in left if not (question.safe_test and "self_tests" in urgency.blocks))


def assess(answers: Answers, clinical_tests: Mapping[str, bool] | None = None) -> IntakeResult:
    """Read one intake.

    Parameters
    ----------
    answers : Answers
        Checked answers, see `read_answers`.
    clinical_tests : mapping of str to bool, optional
        A clinician's test results by test id, true for positive.
    """
    patterns = explanations(answers, clinical_tests)
    urgency = triage(answers, tuple(_pattern_reasons(patterns)))
    shown = () if urgency.level in _LEVELS_WITHOUT_PATTERNS else patterns
    return IntakeResult(
        triage=urgency,
        patterns=shown,
        refused=tuple(_refused(answers, urgency)),
        advice=tuple(_advice(answers, urgency, shown)),
    )


def _pattern_reasons(patterns: tuple[Pattern, ...]) -> Iterator[Reason]:
    """A pattern that fits well may itself call for a clinician, a bone stress injury for one."""
    for pattern in patterns:
        if pattern.fit == "strong" and pattern.condition.level != "self_manage":
            text = f"Your answers fit {pattern.condition.plain_name}, which should be looked at."
            yield Reason(f"pattern_{pattern.condition.id}", pattern.condition.level, text, pattern.condition.sources)


def _refused(answers: Answers, urgency: Triage) -> Iterator[Refusal]:
    refusals = knowledge().refusals
    ids = [rule.refuses for rule in urgency.rules if rule.refuses]
    if "plan" in urgency.blocks and urgency.flags:
        ids.append("no_override")
    note = answers.get("note")
    if isinstance(note, str):
        ids.extend(refusals_for_text(note))
    for name in dict.fromkeys(ids):
        yield refusals[name]


def _advice(answers: Answers, urgency: Triage, patterns: tuple[Pattern, ...]) -> Iterator[Advice]:
    level = knowledge().triage_levels[urgency.level]
    yield Advice(level.id, level.action, level.sources)
    for raised in urgency.flags:
        yield Advice(raised.flag.id, raised.action, raised.flag.sources)
    for rule in urgency.rules:
        if rule.advice:
            yield Advice(rule.id, rule.advice, rule.sources)
    unlikely = fracture_unlikely(answers)
    if unlikely is not None and not urgency.flags:
        yield Advice(unlikely.id, unlikely.negative, unlikely.sources)
    if "running" in urgency.blocks:
        # What follows speaks of running on: it would contradict the block.
        return
    if patterns and "plan" not in urgency.blocks:
        best = patterns[0].condition
        for number, action in enumerate(best.first_actions, start=1):
            yield Advice(f"first_actions_{best.id}_{number}", action, best.sources)
    yield from _spike_advice(answers)


def _spike_advice(answers: Answers) -> Iterator[Advice]:
    """The planned run against the last 30 days, and the run at which it began against the 30 days before it."""
    if answers.get("longest_run_last_30_days_km") == 0 and answers.get("planned_run_km"):
        rule = knowledge().load_rules["spike_return_to_run"]
        yield Advice(rule.id, rule.text, rule.sources)
    for which, planned, longest in (
        (_PLANNED, "planned_run_km", "longest_run_last_30_days_km"),
        ("The run at which it began", "trigger_run_km", "longest_run_km"),
    ):
        run, before = answers.get(planned), answers.get(longest)
        if isinstance(run, float) and isinstance(before, float) and before > 0:
            flag = flag_of_ratio(run / before)
            if flag is not None:
                yield Advice(flag.code, _of_run(which, flag.text), flag.sources)


def _of_run(which: str, text: str) -> str:
    """Name the run: two of them may be compared, and "this run" would be either."""
    was = "is" if which == _PLANNED else "was"
    return text.replace("This run is", f"{which} {was}", 1)
