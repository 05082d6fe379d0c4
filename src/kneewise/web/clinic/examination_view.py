"""Tests that a clinician does: what a result says, with its source, and what the patterns make of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kneewise.errors import InvalidInputError
from kneewise.evidence.care import Test
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.source_list import sources
from kneewise.services.clinic.notes import MEASURES, Examination
from kneewise.services.intake import last_intake
from kneewise.services.place import Place
from kneewise.storage.accounts import Account
from kneewise.web.amounts import day, number
from kneewise.web.typed import typed_number
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, told

_RESULTS: Final[Mapping[str, bool]] = {"positive": True, "negative": False}
_USES: Final[Mapping[str, str]] = {
    "rule_in": message("speaks for it"),
    "rule_out": message("rules out"),
    "supporting": message("supports"),
    "not_standalone": message("never by itself"),
    "do_not_use": message("do not use"),
}
_FITS: Final[Mapping[str, str]] = {
    "strong": message("fits well"),
    "moderate": message("fits partly"),
    "weak": message("fits a little"),
}


@dataclass(frozen=True, slots=True)
class TestRow:
    """One test: its ratios with where they come from, and the last result."""

    id: str
    name: str
    use: str
    positive: str
    negative: str
    sources: tuple[tuple[str, str], ...]
    href: str
    last: str
    typed: str


@dataclass(frozen=True, slots=True)
class Group:
    """The tests for one condition."""

    title: str
    rows: tuple[TestRow, ...]


@dataclass(frozen=True, slots=True)
class ExaminationForm:
    """The page."""

    account_id: str
    name: str
    groups: tuple[Group, ...]
    measures: tuple[tuple[str, str, str, str], ...]
    patterns: tuple[tuple[str, str, str], ...]
    history: tuple[tuple[str, str, tuple[str, ...], str], ...]
    text: str
    error: str


def examination_form(
    whose: Account, place: Place, found: Sequence[Examination], typed: Mapping[str, str], error: str
) -> ExaminationForm:
    """Return the page of one runner."""
    latest: dict[str, tuple[bool, str]] = {}
    for each in reversed(found):
        latest |= {name: (result, day(each.written.local_date)) for name, result in each.tests.items()}
    return ExaminationForm(
        whose.id,
        whose.name,
        _groups(latest, typed),
        tuple((name, _measure_words(name), _unit(name), typed.get(f"measure.{name}", "")) for name in MEASURES),
        _patterns(place),
        tuple(examination_line(each) for each in found),
        typed.get("text", ""),
        error,
    )


def read_results(fields: Mapping[str, str]) -> tuple[dict[str, bool], dict[str, float]]:
    """Return results of tests and measures; what was left open is not in them.

    Raises
    ------
    InvalidInputError
        For a result that is neither, or a number that cannot be read.
    """
    tests: dict[str, bool] = {}
    measures: dict[str, float] = {}
    for name, text in fields.items():
        family, _dot, key = name.partition(".")
        if family == "test" and text:
            if text not in _RESULTS:
                raise InvalidInputError(_("A test is positive, negative, or not done; choose one of them."))
            tests[key] = _RESULTS[text]
        elif family == "measure" and key in MEASURES:
            amount = typed_number(text, _measure_words(key))
            if amount is not None:
                measures[key] = amount
    return tests, measures


def _groups(latest: Mapping[str, tuple[bool, str]], typed: Mapping[str, str]) -> tuple[Group, ...]:
    by_condition: dict[str, list[TestRow]] = {}
    for test in knowledge().tests.values():
        if test.test_use != "do_not_use":
            by_condition.setdefault(test.condition, []).append(_row(test, latest.get(test.id), typed))
    conditions = knowledge().conditions
    return tuple(
        Group(told(conditions[name].name) if name in conditions else name, tuple(rows))
        for name, rows in by_condition.items()
    )


def _row(test: Test, last: tuple[bool, str] | None, typed: Mapping[str, str]) -> TestRow:
    return TestRow(
        test.id,
        told(test.clinical_name),
        _(_USES[test.test_use]),
        _ratio(test, positive=True),
        _ratio(test, positive=False),
        tuple((sources()[name].short, f"/evidence/sources/{name}") for name in test.sources),
        f"/evidence/tests/{test.id}",
        "" if last is None else _("%(day)s: %(result)s", day=last[1], result=_result(result=last[0])),
        typed.get(f"test.{test.id}", ""),
    )


def _ratio(test: Test, *, positive: bool) -> str:
    figure = test.lr_positive if positive else test.lr_negative
    if figure is None or figure.value is None:
        return _("not published")
    if not figure.verified:
        return _("%(ratio)s, not read again: does not count", ratio=number(figure.value, 1))
    return number(figure.value, 1 if figure.value >= 1 else 2)


def _result(*, result: bool) -> str:
    return _("positive") if result else _("negative")


def _measure_words(name: str) -> str:
    return told(knowledge().metrics[name].text)


def _unit(name: str) -> str:
    metric = knowledge().metrics[name]
    return _("1 for yes, 0 for no") if metric.kind == "yes_no" else "" if metric.unit == "1" else told(metric.unit)


def _patterns(place: Place) -> tuple[tuple[str, str, str], ...]:
    intake = last_intake(place)
    if intake is None:
        return ()
    return tuple(
        (told(each["clinical_name"]), _(_FITS[each["fit"]]), number(each["likelihood_ratio"], 1))
        for each in intake.told["patterns"]
        if "likelihood_ratio" in each
    )


def examination_line(examination: Examination) -> tuple[str, str, tuple[str, ...], str]:
    """Return one examination: day, who, results, remark."""
    tests = knowledge().tests
    lines = [
        f"{told(tests[name].clinical_name)}: {_result(result=result)}"
        for name, result in examination.tests.items()
        if name in tests
    ]
    lines += [f"{_measure_words(name)} {number(amount, 1)}" for name, amount in examination.measures.items()]
    written = examination.written
    return day(written.local_date), written.by, tuple(lines), written.text
