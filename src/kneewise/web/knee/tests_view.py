"""Short tests at home: what is asked, and how an answer reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from kneewise.errors import InvalidInputError
from kneewise.services.self_tests import SELF_TESTS
from kneewise.web.amounts import number
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message

Kind = Literal["number", "pain", "yes_no"]


@dataclass(frozen=True, slots=True)
class TestField:
    """One answer of a test: its metric, what it is called, its unit."""

    name: str
    label: str
    kind: Kind
    unit: str = ""


@dataclass(frozen=True, slots=True)
class HomeTest:
    """One test with how to do it."""

    title: str
    how: str
    fields: tuple[TestField, ...]


def home_tests() -> tuple[HomeTest, ...]:
    """Return the tests in the order of load, what is easiest first; then those that hardly load the knee."""
    return (*_loading_tests(_("Worst pain in it")), *_other_tests())


def _loading_tests(worst: str) -> tuple[HomeTest, ...]:
    return (
        HomeTest(
            _("Walk"),
            _("Walk briskly on the flat, up to 30 minutes."),
            (
                TestField("brisk_walk_min", _("How long"), "number", _("minutes")),
                TestField("brisk_walk_pain", worst, "pain"),
                TestField("pain_walking", _("Pain in everyday walking"), "pain"),
            ),
        ),
        HomeTest(
            _("Squats on one leg"),
            _("Slowly, a hand on the wall, as deep as it stays easy. Stop at 10, or where pain goes above 2."),
            (
                TestField("single_leg_squat_reps", _("How many"), "number", _("squats")),
                TestField("single_leg_squat_pain", worst, "pain"),
                TestField("single_leg_squat_gap", _("How much weaker the sore side is"), "number", "%"),
            ),
        ),
        HomeTest(
            _("Step-downs"),
            _("Step down slowly from a low stair and touch the floor with the heel. Stop at 10."),
            (
                TestField("step_down_reps", _("How many"), "number", _("step-downs")),
                TestField("step_down_pain", worst, "pain"),
            ),
        ),
        HomeTest(
            _("Hops"),
            _("Only where the tests above hurt 2 or less: small hops on the sore leg. Stop at 10."),
            (
                TestField("hop_reps", _("How many"), "number", _("hops")),
                TestField("hop_pain", worst, "pain"),
            ),
        ),
    )


def _other_tests() -> tuple[HomeTest, ...]:
    return (
        HomeTest(
            _("Side plank"),
            _("On the sore side, body in one line, until it sinks."),
            (TestField("side_plank_s", _("How long"), "number", _("seconds")),),
        ),
        HomeTest(
            _("How it feels"),
            _("Tightness brings a stretch into the plan, as comfort; it is not a fault to be mended."),
            (
                TestField("reported_tightness", _("My muscles feel tight"), "yes_no"),
                TestField("calf_or_achilles_pain", _("Pain of calf or Achilles tendon"), "pain"),
            ),
        ),
    )


def test_lines(answers: Mapping[str, float]) -> tuple[tuple[str, str], ...]:
    """Return what was told as lines: what, and how much."""
    lines = []
    for test in home_tests():
        said = [_said(field, answers[field.name]) for field in test.fields if field.name in answers]
        if said:
            lines.append((test.title, ", ".join(said)))
    return tuple(lines)


def read_tests_form(fields: Iterable[tuple[str, str]]) -> dict[str, float]:
    """Return answers by metric; what was left empty is not in it.

    Raises
    ------
    InvalidInputError
        For a number that cannot be read.
    """
    answers: dict[str, float] = {}
    for name, text in fields:
        if name not in SELF_TESTS or not text.strip():
            continue
        try:
            answers[name] = float(text.replace(",", "."))
        except ValueError as error:
            raise InvalidInputError(_("'%(text)s' is no number.", text=text[:20])) from error
    return answers


def _said(field: TestField, answer: float) -> str:
    if field.kind == "yes_no":
        return _("tight") if answer else _("not tight")
    if field.kind == "pain":
        return _("pain %(pain)s", pain=number(answer))
    return f"{number(answer)} {field.unit}"


#: Kinds of answers of yes or no, as a form sends them.
YES_NO = (("1", message("Yes")), ("0", message("No")))
