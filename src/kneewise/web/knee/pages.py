"""The intake as short pages: which question stands on which, and which page follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from kneewise.assessment.questions import FLAG_GATES, GATES, SAFETY_NONE, SAFETY_QUESTIONS_GROUP, intake_questions
from kneewise.assessment.questions import safety_list as listed_flags
from kneewise.evidence.intake import Question
from kneewise.services.intake_draft import Draft
from kneewise.web.wording import message

#: At these levels only questions are left that could make it more urgent.
_HURRIED = frozenset({"emergency", "same_day"})


@dataclass(frozen=True, slots=True)
class IntakePage:
    """One page.

    Attributes
    ----------
    id : str
        Last part of its address.
    title, lead : str
        English, marked for the catalogue.
    questions : tuple of str
        In the order of asking.
    further : bool
        Whether the page only sharpens the picture, so that the result may be looked at before it.
    """

    id: str
    title: str
    lead: str
    questions: tuple[str, ...]
    further: bool = False


@cache
def pages() -> tuple[IntakePage, ...]:
    """Return every page in the order of asking; each question stands on one of them."""
    return (*_first_pages(), *_further_pages())


def _first_pages() -> tuple[IntakePage, ...]:
    """What decides whether it is safe, and where and how it hurts."""
    return (
        IntakePage(
            "safety", message("Safety first"), message("Some causes of knee pain must not wait."), (SAFETY_NONE,)
        ),
        IntakePage(
            "list",
            message("What of the list fits?"),
            message("Mark what fits, or what you are not sure of. What you leave open counts as no."),
            _on_the_list(),
        ),
        IntakePage(
            "you",
            message("About you"),
            message("A few facts decide which safety questions follow."),
            ("age_years", "adult_with_you", "pregnancy", "onset", "injury_days_ago", "medicines"),
        ),
        IntakePage(
            "more-safety",
            message("Because of what you told"),
            message("These safety questions belong to your answers."),
            _dependent(),
        ),
        IntakePage("place", message("Where it hurts"), message("Point to every place."), ("zones", "side", "pointing")),
        IntakePage(
            "pain",
            message("How much it hurts"),
            "",
            ("pain_worst", "pain_usual", "daily_tasks", "duration_weeks"),
        ),
        IntakePage(
            "behaviour",
            message("How the pain behaves"),
            "",
            ("run_pattern", "onset_distance_km", "swelling", "provoking"),
        ),
    )


def _further_pages() -> tuple[IntakePage, ...]:
    """What tells patterns and findings apart."""
    return (
        IntakePage(
            "signs",
            message("What comes with it"),
            "",
            ("mechanical", "easing", "other_pain", "growth", "morning_stiffness_min"),
            further=True,
        ),
        IntakePage(
            "running",
            message("Your running"),
            message("Leave out what you do not know."),
            ("training_change", "weekly_km", "trigger_run_km", "longest_run_km", "runs_per_week", "terrain_change"),
            further=True,
        ),
        IntakePage(
            "habits",
            message("Shoes and habits"),
            "",
            ("shoe_change", "shoe_age_months", "warm_up", "flat_feet", "desk_hours", "strength_sessions"),
            further=True,
        ),
        IntakePage(
            "history",
            message("Before now"),
            "",
            ("history", "posture_worry", "sleep_quality", "confidence", "fear"),
            further=True,
        ),
        IntakePage(
            "tests",
            message("Short tests at home"),
            message("Stop a test where it hurts above 5. You can do them another day."),
            _group("Short tests at home"),
            further=True,
        ),
        IntakePage("goal", message("What you want"), "", _group("What you want"), further=True),
    )


def page_of(page_id: str) -> IntakePage | None:
    """Return a page by its id."""
    return next((page for page in pages() if page.id == page_id), None)


def visible(draft: Draft) -> tuple[IntakePage, ...]:
    """Return the pages that are asked, given the answers so far."""
    asked = {question.id for question in draft.asked if _in_time(question, draft)}
    shown = tuple(page for page in pages() if asked & set(page.questions) and _opened(page, draft))
    return shown or pages()[:1]


def is_asked(question: Question, draft: Draft) -> bool:
    """Whether a question is asked, given the answers so far."""
    return draft.answers.hold(question.asked_when) and _in_time(question, draft)


def following(page: IntakePage, draft: Draft) -> IntakePage | None:
    """Return the page after one; ``None`` at the end."""
    order = list(pages())
    return next((one for one in visible(draft) if order.index(one) > order.index(page)), None)


def preceding(page: IntakePage, draft: Draft) -> IntakePage | None:
    """Return the page before one; ``None`` at the first."""
    order = list(pages())
    return next((one for one in reversed(visible(draft)) if order.index(one) < order.index(page)), None)


def first_open(draft: Draft) -> IntakePage | None:
    """Return the first page with a question that is neither answered nor put aside; ``None`` where there is none."""
    left = {question.id for question in draft.left}
    shown = [page for page in visible(draft) if left & set(page.questions)]
    return shown[0] if shown else None


def must_answer(question: Question) -> bool:
    """Whether a page is not left without an answer: "not sure" is one."""
    return question.group == SAFETY_QUESTIONS_GROUP or question.id in FLAG_GATES


@cache
def questions() -> Mapping[str, Question]:
    """Return every question by its id."""
    return {question.id: question for question in intake_questions()}


def _opened(page: IntakePage, draft: Draft) -> bool:
    # Who read the list and found nothing is not asked it one by one.
    return page.id != "list" or draft.given.get(SAFETY_NONE) == "some_fit"


def _in_time(question: Question, draft: Draft) -> bool:
    if draft.triage.level not in _HURRIED:
        return not (question.safe_test and "self_tests" in draft.triage.blocks)
    return question.group == SAFETY_QUESTIONS_GROUP or question.id in GATES


def _on_the_list() -> tuple[str, ...]:
    flags = set(listed_flags())
    after = {clause.question: one.id for one in intake_questions() for clause in one.asked_when if one.id not in flags}
    return tuple(name for flag in listed_flags() for name in (flag, after.get(flag)) if name)


def _dependent() -> tuple[str, ...]:
    on_list = {*_on_the_list(), SAFETY_NONE}
    groups = (SAFETY_QUESTIONS_GROUP, "The injury")
    return tuple(
        one.id for one in intake_questions() if one.group in groups and one.id not in on_list and one.id not in GATES
    )


def _group(name: str) -> tuple[str, ...]:
    return tuple(one.id for one in intake_questions() if one.group == name)
