"""How well the answers fit each condition's pattern. A fit is not a diagnosis, and no probability is given.

Every clue multiplies a likelihood ratio: published ones for tests, weight classes of our own for the rest (mark E).
Clues that say the same thing count once; an unanswered question counts 1; the product is kept within stated limits.
The better fit comes first; among equal fits the prior weights of clinical.md order the list, and are never shown.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kneewise.assessment.answers import Answers
from kneewise.evidence.care import Test
from kneewise.evidence.conditions import Condition
from kneewise.evidence.intake import Feature, PatternRecord
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value

Fit = Literal["strong", "moderate", "weak"]
_FITS: tuple[Fit, ...] = ("strong", "moderate", "weak")


@dataclass(frozen=True, slots=True)
class Clue:
    """One feature that counted: its likelihood ratio and what it says."""

    feature: Feature
    present: bool
    likelihood_ratio: float

    @property
    def text(self) -> str | None:
        """What the runner reads, or ``None`` for a clue that needs no words."""
        return self.feature.says if self.present else self.feature.absent_says


@dataclass(frozen=True, slots=True)
class Pattern:
    """How well the answers fit one condition, what speaks for and against, and what to do next."""

    condition: Condition
    fit: Fit
    likelihood_ratio: float
    weight: float
    clues: tuple[Clue, ...]
    record: PatternRecord

    @property
    def speaks_for(self) -> tuple[str, ...]:
        """Clues that speak for it, in words."""
        return tuple(clue.text for clue in self.clues if clue.likelihood_ratio > 1 and clue.text)

    @property
    def speaks_against(self) -> tuple[str, ...]:
        """Clues that speak against it, in words."""
        return tuple(clue.text for clue in self.clues if clue.likelihood_ratio < 1 and clue.text)

    def to_json(self, *, clinician: bool = False) -> dict[str, Any]:
        """Return the contract's pattern; likelihood ratios and tests only for the clinician."""
        document: dict[str, Any] = {
            "condition": self.condition.id,
            "name": self.condition.plain_name,
            "clinical_name": self.condition.name,
            "fit": self.fit,
            "for": list(self.speaks_for),
            "against": list(self.speaks_against),
            "tells_apart": self.record.tells_apart,
            "next": self.record.next,
            "sources": list(self.record.sources),
        }
        if clinician:
            document["likelihood_ratio"] = round(self.likelihood_ratio, 2)
            document["clues"] = [
                {
                    "id": clue.feature.id,
                    "present": clue.present,
                    "likelihood_ratio": round(clue.likelihood_ratio, 2),
                    # A weight of our own must not pass for a published ratio.
                    "published": clue.feature.weight is None,
                }
                for clue in self.clues
            ]
            document["tests_to_add"] = [_test(test) for test in _tests_of(self.condition.id)]
        return document


def explanations(answers: Answers, clinical_tests: Mapping[str, bool] | None = None) -> tuple[Pattern, ...]:
    """Return the patterns that the answers fit at least weakly, the best-supported first.

    Parameters
    ----------
    answers : Answers
        The intake.
    clinical_tests : mapping of str to bool, optional
        A clinician's test results by test id, true for positive.
    """
    patterns = (_pattern(record, answers, clinical_tests or {}) for record in knowledge().patterns.values())
    fitting = [pattern for pattern in patterns if pattern is not None]
    return tuple(sorted(fitting, key=lambda p: (_FITS.index(p.fit), -p.weight, p.condition.id)))


def _pattern(record: PatternRecord, answers: Answers, tests: Mapping[str, bool]) -> Pattern | None:
    if not answers.hold(record.only_if):
        return None
    clues = tuple(_independent(_clues(record, answers)))
    if _elsewhere(record, clues, answers):
        return None
    ratio = math.prod([clue.likelihood_ratio for clue in clues]) * _tested(record.id, tests)
    ratio = min(max(ratio, value("patterns.ratio_floor")), value("patterns.ratio_cap"))
    fit = _fit(ratio)
    # Age or sex alone make no pattern: one clue of some weight must speak for it.
    if fit is None or not any(clue.likelihood_ratio >= value("patterns.least_clue") for clue in clues):
        return None
    condition = knowledge().conditions[record.id]
    return Pattern(condition, fit, ratio, ratio * _prior(record.id, answers), clues, record)


def _elsewhere(record: PatternRecord, clues: tuple[Clue, ...], answers: Answers) -> bool:
    """Whether it hurts only where the pain map does not name the condition, though its place is what marks it."""
    zones = answers.get("zones")
    marked = zones if isinstance(zones, tuple) else ()
    missed = any(
        clue.feature.weight == "anchor" and not clue.present and clue.feature.when[0].question == "zones"
        for clue in clues
    )
    named = {candidate.condition for zone in marked for candidate in knowledge().pain_map[zone].candidates}
    return missed and record.id not in named


def _clues(record: PatternRecord, answers: Answers) -> Iterator[Clue]:
    for feature in record.features:
        if all(answers.has(clause.question) for clause in feature.when):
            present = answers.hold(feature.when)
            yield Clue(feature, present, _ratio(feature, present))


def _independent(clues: Iterator[Clue]) -> Iterator[Clue]:
    strongest: dict[str, Clue] = {}
    for clue in clues:
        word = clue.feature.dependent or clue.feature.id
        known = strongest.get(word)
        if known is None or abs(math.log(clue.likelihood_ratio)) > abs(math.log(known.likelihood_ratio)):
            strongest[word] = clue
    yield from strongest.values()


def _ratio(feature: Feature, present: bool) -> float:
    if feature.weight is not None:
        return value(f"patterns.{feature.weight}.{'present' if present else 'absent'}")
    return _test_ratio(knowledge().tests[feature.test or ""], present)


def _test_ratio(test: Test, positive: bool) -> float:
    figure = test.lr_positive if positive else test.lr_negative
    # A ratio that is only remembered, or was never published, says nothing.
    return figure.value if figure is not None and figure.value is not None and figure.verified else 1.0


def _tests_of(condition: str) -> tuple[Test, ...]:
    return tuple(test for test in knowledge().tests.values() if test.condition == condition)


def _tested(condition: str, results: Mapping[str, bool]) -> float:
    """The product of a clinician's results for one condition; tests that depend on each other count once."""
    ratios: dict[str, float] = {}
    for test in _tests_of(condition):
        if test.id in results:
            ratios[test.id] = _test_ratio(test, results[test.id])
    for test in _tests_of(condition):
        rivals = [name for name in test.depends_on if name in ratios]
        if test.id in ratios and any(abs(math.log(ratios[name])) > abs(math.log(ratios[test.id])) for name in rivals):
            del ratios[test.id]
    return math.prod(ratios.values())


def _test(test: Test) -> dict[str, Any]:
    ratios = {"lr_positive": test.lr_positive, "lr_negative": test.lr_negative}
    return {
        "id": test.id,
        "name": test.clinical_name,
        "sources": list(test.sources),
        **{key: figure.value if figure and figure.verified else None for key, figure in ratios.items()},
    }


def _fit(ratio: float) -> Fit | None:
    return next((fit for fit in _FITS if ratio >= value(f"patterns.fit_{fit}")), None)


def _prior(condition: str, answers: Answers) -> float:
    """The ordering weight of a condition at the runner's age; a group shares its weight in equal parts."""
    age = answers.get("age_years")
    priors = knowledge().priors
    group = next((prior for prior in priors.values() if condition in prior.conditions), None)
    rest = next(prior for prior in priors.values() if not prior.conditions)
    prior = group or rest
    figure = prior.adult
    if isinstance(age, float):
        if age < value("patterns.prior_adult_from_years"):
            figure = prior.child
        elif age >= value("patterns.prior_older_from_years"):
            figure = prior.older
    shared_by = len(prior.conditions) if prior.conditions else _outside_the_groups()
    return (figure.value or 0.0) / shared_by


def _outside_the_groups() -> int:
    named = {condition for prior in knowledge().priors.values() for condition in prior.conditions}
    return len(knowledge().patterns.keys() - named)
