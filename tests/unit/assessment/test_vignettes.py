"""Runners as a clinic meets them: the intake must say what a careful clinician says (vignettes.toml)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kneewise.assessment import asked_questions, assess, read_answers
from kneewise.assessment.questions import SAFETY_QUESTIONS_GROUP, intake_questions
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.safety import TRIAGE_ORDER

FILE = tomllib.loads(Path(__file__).with_name("vignettes.toml").read_text(encoding="utf-8"))
VIGNETTES: Mapping[str, dict[str, Any]] = FILE["vignettes"]
FITS = ("weak", "moderate", "strong")
EXPECTATIONS = {
    "level",
    "level_at_least",
    "level_at_most",
    "fits",
    "first",
    "not_fits",
    "not_strong",
    "no_patterns",
    "refused",
    "not_refused",
    "blocks",
    "advice_contains",
    "advice_lacks",
    "no_contradiction",
}
KEYS = EXPECTATIONS | {"who", "source", "answers", "without", "over", "under"}
#: A flag of the record of a plan, not of an intake.
NOT_IN_AN_INTAKE = {"rf_no_progress"}
LEAST_VIGNETTES = 90


def complete(vignette: Mapping[str, Any]) -> dict[str, Any]:
    """Return all answers: the base, the vignette's own, and "no" to the rest of a list that was worked through."""
    own = vignette["answers"]
    base = {name: answer for name, answer in FILE["base"].items() if name not in vignette.get("without", ())}
    answers = {**base, **own}
    if answers.get("safety_none") == "some_fit":
        no = {
            question.id: "no"
            for question in asked_questions(read_answers(answers))
            if question.group == SAFETY_QUESTIONS_GROUP and question.type == "yes_no_unsure"
        }
        answers = {**no, **answers}
    asked = {question.id for question in asked_questions(read_answers(answers))}
    return {name: answer for name, answer in answers.items() if name in asked or name in own}


def result(name: str) -> dict[str, Any]:
    return assess(read_answers(complete(VIGNETTES[name]))).to_json(clinician=False)


def urgency(level: str) -> int:
    """0 is the most urgent."""
    return [str(known) for known in TRIAGE_ORDER].index(level)


def faults(expected: Mapping[str, Any], got: Mapping[str, Any]) -> list[str]:
    """Return everything that a clinician would object to, all at once, so that one run tells all."""
    return [*_level_faults(expected, got), *_pattern_faults(expected, got), *_text_faults(expected, got)]


def _level_faults(expected: Mapping[str, Any], got: Mapping[str, Any]) -> list[str]:
    level, rules = got["level"], [reason["rule"] for reason in got["reasons"]]
    found = []
    if level != expected.get("level", level):
        found.append(f"level is {level} ({rules}), not {expected['level']}")
    if urgency(level) > urgency(expected.get("level_at_least", level)):
        found.append(f"level is {level} ({rules}), less urgent than {expected['level_at_least']}")
    if urgency(level) < urgency(expected.get("level_at_most", level)):
        found.append(f"level is {level} ({rules}), more urgent than {expected['level_at_most']}")
    missing = set(expected.get("blocks", ())) - set(got["blocks"])
    if missing:
        found.append(f"{sorted(missing)} not blocked")
    return found


def _pattern_faults(expected: Mapping[str, Any], got: Mapping[str, Any]) -> list[str]:
    fits = {pattern["condition"]: pattern["fit"] for pattern in got["patterns"]}
    found = []
    for condition, least in expected.get("fits", {}).items():
        if condition not in fits or FITS.index(fits[condition]) < FITS.index(least):
            found.append(f"{condition} fits {fits.get(condition)}, less than {least}; {fits}")
    if expected.get("first") not in (None, next(iter(fits), "")):
        found.append(f"first is {next(iter(fits), None)}, not {expected['first']}; {fits}")
    found += [f"{c} fits {fits[c]}" for c in expected.get("not_fits", ()) if fits.get(c) in ("moderate", "strong")]
    found += [f"{c} fits strong" for c in expected.get("not_strong", ()) if fits.get(c) == "strong"]
    if expected.get("no_patterns") and fits:
        found.append(f"patterns are shown: {fits}")
    return found


def _text_faults(expected: Mapping[str, Any], got: Mapping[str, Any]) -> list[str]:
    refused = {refusal["id"] for refusal in got["refused"]}
    texts = "\n".join(entry["text"] for entry in (*got["reasons"], *got["advice"], *got["refused"]))
    found = [f"{name} not refused" for name in expected.get("refused", ()) if name not in refused]
    found += [f"{name} refused" for name in expected.get("not_refused", ()) if name in refused]
    for pattern in expected.get("advice_contains", ()):
        if not re.search(pattern, texts, re.IGNORECASE):
            found.append(f"no advice says '{pattern}':\n{texts}")
    for pattern in expected.get("advice_lacks", ()):
        if re.search(pattern, texts, re.IGNORECASE):
            found.append(f"advice says '{pattern}':\n{texts}")
    clash = expected.get("no_contradiction", ())
    if clash and all(re.search(pattern, texts, re.IGNORECASE) for pattern in clash):
        found.append(f"advice contradicts itself, {clash}:\n{texts}")
    return found


@pytest.mark.parametrize("name", VIGNETTES)
def test_the_intake_says_what_a_careful_clinician_says(name: str) -> None:
    vignette = VIGNETTES[name]
    found = faults(vignette, result(name))
    assert not found, "\n".join([f"{vignette['who']} ({vignette['source']})", *found])


@pytest.mark.parametrize("name", VIGNETTES)
def test_a_vignette_answers_only_what_it_would_be_asked(name: str) -> None:
    answers = read_answers(complete(VIGNETTES[name]))
    asked = {question.id for question in asked_questions(answers)}
    assert set(VIGNETTES[name]["answers"]) <= asked


@pytest.mark.parametrize("name", VIGNETTES)
def test_a_vignette_names_its_source_and_expects_something(name: str) -> None:
    vignette = VIGNETTES[name]
    assert set(vignette) <= KEYS
    assert vignette["who"]
    assert re.search(r"\d", vignette["source"])
    assert EXPECTATIONS & set(vignette)


def test_there_are_enough_vignettes() -> None:
    assert len(VIGNETTES) >= LEAST_VIGNETTES


@pytest.mark.parametrize("flag", sorted(set(knowledge().red_flags) - NOT_IN_AN_INTAKE))
@pytest.mark.parametrize("edge", ["over", "under"])
def test_every_red_flag_is_met_just_over_and_just_under(flag: str, edge: str) -> None:
    names = [name for name, vignette in VIGNETTES.items() if vignette.get(edge) == flag]
    assert names
    for name in names:
        raised = flag in {reason["rule"] for reason in result(name)["reasons"]}
        assert raised == (edge == "over"), name


def test_every_answer_in_the_base_is_known() -> None:
    assert set(FILE["base"]) <= {question.id for question in intake_questions()}
