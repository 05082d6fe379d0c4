"""What the answers mean: red flags, triage, patterns, findings, outcome measures. No diagnosis, no clock, no file."""

from kneewise.assessment.answers import Answers, asked_questions, read_answers
from kneewise.assessment.intake import IntakeResult, assess, next_questions
from kneewise.assessment.questions import intake_questions, questions_document

__all__ = [
    "Answers",
    "IntakeResult",
    "asked_questions",
    "assess",
    "intake_questions",
    "next_questions",
    "questions_document",
    "read_answers",
]
