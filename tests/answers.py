"""Random answers to the intake, for tests that must hold for every answer set."""

from __future__ import annotations

import random
from typing import Any

from kneewise.assessment import Answers, intake_questions
from kneewise.evidence.intake import Question


def random_answer(question: Question, chance: random.Random) -> str | float | tuple[str, ...]:
    """Return one valid answer to a question."""
    if question.type == "scale":
        return float(chance.randint(0, 10))
    if question.type == "number":
        return float(chance.randint(int(question.low or 0), int(question.high or 100)))
    options = [option.id for option in question.options]
    if question.type == "choices":
        return tuple(sorted(chance.sample(options, chance.randint(1, min(3, len(options))))))
    if question.type == "text":
        return chance.choice(("", "how much ibuprofen?", "thanks"))
    return chance.choice(options)


def random_answers(chance: random.Random, answered: float = 0.7) -> Answers:
    """Return a random answer set in which each question is answered with probability ``answered``."""
    given: dict[str, Any] = {
        question.id: random_answer(question, chance) for question in intake_questions() if chance.random() < answered
    }
    return Answers(given)
