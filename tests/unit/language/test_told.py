"""Sentences of lower layers: all in the catalogue, in German, and found with their numbers."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest
from tests.clinical import ADDRESSES

from kneewise.assessment.questions import intake_questions
from kneewise.language import told as told_words
from kneewise.web import preferences, wording
from kneewise.web.preferences import Preferences

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"
#: A page may take so long at most; reading the catalogue is only a part of it.
_QUICK_S = 0.2


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("told", SCRIPTS / "told.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def texts(script: ModuleType) -> dict[str, str]:
    found: dict[str, str] = script.told_texts()
    return found


@pytest.fixture(scope="module")
def german_of(script: ModuleType) -> dict[str, str]:
    return dict(told_words.read_entries(script.catalogue_path("de").read_text(encoding="utf-8")))


@pytest.fixture
def german() -> Iterator[None]:
    token = preferences._present.set(Preferences(language="de", units="metric"))
    yield
    preferences._present.reset(token)


def _catalogue(folder: Path, entries: Mapping[str, str], script: ModuleType) -> None:
    place = folder / "de" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "told.po").write_text(script.written(dict.fromkeys(entries, "here"), entries), encoding="utf-8")


@pytest.fixture
def small(
    german: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: ModuleType
) -> Iterator[dict[str, str]]:
    entries = {
        "Rest for {days} days.": "Mach {days} Tage Pause.",
        "Rest for {days} days because of {why}.": "Mach {days} Tage Pause wegen {why}.",
        "pain": "Schmerz",
        "swelling": "Schwellung",
        "and": "und",
        "The knee is calm.": "Das Knie ist ruhig.",
        "Bend. Do not lock it.": "Beuge es. Strecke es nicht ganz durch.",
        "Not before {day}.": "Nicht vor {day}.",
        "Up by {low} (at most {high}).": "Um {low} (höchstens {high}) mehr.",
        "Up by {low} (at most {high}), which is unsure.": "Um {low} (höchstens {high}) mehr, was unsicher ist.",
        "{count} green. {text}": "{count}-mal Grün. {text}",
        "Do the same again. After two you may change one thing.": "Mach dasselbe. Nach zwei darfst du etwas ändern.",
        "Monday": "Montag",
        "Mon": "Mo",
        "Nov": "November",
    }
    _catalogue(tmp_path, entries, script)
    monkeypatch.setattr(told_words, "LOCALE", tmp_path)
    for cached in (told_words._words, told_words._translated):
        cached.cache_clear()
    yield entries
    for cached in (told_words._words, told_words._translated):
        cached.cache_clear()


@pytest.mark.parametrize(
    ("english", "expected"),
    [
        ("Rest for 2.5 days.", "Mach 2,5 Tage Pause."),
        ("Rest for 2 days because of pain.", "Mach 2 Tage Pause wegen Schmerz."),
        ("Rest for 2 days because of pain and swelling.", "Mach 2 Tage Pause wegen Schmerz und Schwellung."),
        ("The knee is calm. Rest for 1 days.", "Das Knie ist ruhig. Mach 1 Tage Pause."),
        ("Rest for 1 days. Bend. Do not lock it.", "Mach 1 Tage Pause. Beuge es. Strecke es nicht ganz durch."),
        ("the knee is calm", "das Knie ist ruhig"),
        ("Not before 2026-11-23.", "Nicht vor 23.11.2026."),
        ("Not before Monday 2026-11-23.", "Nicht vor Montag, 23.11.2026."),
        ("Not before Mon 23 Nov.", "Nicht vor Mo, 23. November."),
        ("Not before 7 Nov 2026.", "Nicht vor 7. November 2026."),
        (
            "Up by 0.5 (at most 1.5). Up by 2.5 (at most 3.5), which is unsure.",
            "Um 0,5 (höchstens 1,5) mehr. Um 2,5 (höchstens 3,5) mehr, was unsicher ist.",
        ),
        (
            "1 green. Do the same again. After two you may change one thing.",
            "1-mal Grün. Mach dasselbe. Nach zwei darfst du etwas ändern.",
        ),
        ("Unheard of by 0.5 and 1.5", "Unheard of by 0,5 and 1,5"),
        ("3.5 to", "3,5 to"),
        ("version 1.2.3", "version 1.2.3"),
    ],
)
def test_sentences_are_found_with_what_they_hold(small: dict[str, str], english: str, expected: str) -> None:
    assert wording.told(english) == expected


def test_what_nobody_translated_stays_and_is_marked_english(small: dict[str, str]) -> None:
    assert wording.told("Nobody translated this.") == "Nobody translated this."
    assert wording.language_of("Nobody translated this.") == "en"
    assert wording.language_of("pain") is None
    assert wording.told("The knee is calm. Nobody translated this.") == "Das Knie ist ruhig. Nobody translated this."


def test_a_hole_swallows_no_sentence_that_nobody_knows(small: dict[str, str]) -> None:
    english = "Rest for 3 days because of pain. Then run."
    assert wording.told(english) == "Mach 3 Tage Pause wegen Schmerz. Then run."


def test_english_never_reads_the_catalogue(small: dict[str, str]) -> None:
    token = preferences._present.set(Preferences(language="en", units="metric"))
    assert wording.told("Rest for 2.5 days.") == "Rest for 2.5 days."
    assert told_words._words.cache_info().currsize == 0
    preferences._present.reset(token)


def test_a_text_with_every_sign_comes_back(script: ModuleType, tmp_path: Path) -> None:
    entries = {'He said "no"\n\\ and\tleft {at}.': 'Er sagte „nein"\n\\ und\tging {at}.'}
    _catalogue(tmp_path, entries, script)
    written = (tmp_path / "de" / "LC_MESSAGES" / "told.po").read_text(encoding="utf-8")
    assert dict(told_words.read_entries(written)) == entries


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('x = f"Rest for {days} days."', ["Rest for {days} days."]),
        (
            'x = f"It hurt {n} time{\'\' if n == 1 else \'s\'} today."',
            ["It hurt {n} time today.", "It hurt {n} times today."],
        ),
        ('x = f"Run {a:.1f} to {a:g} km at once."', ["Run {a} to {a2} km at once."]),
        (
            'x = f"Run {self.km} km now" + (f", with {rest}" if rest else "")',
            ["Run {km} km now, with {rest}", "Run {km} km now"],
        ),
        ('"""Docstrings are not said."""', []),
        ('raise KeyError("this is for programmers")', []),
        ('x = row["name of column here"]', []),
        ('x = "SELECT a FROM b WHERE c"', []),
        ('x = "Easy run"', ["Easy run"]),
        ('x = "easy_run"', []),
        ('x = "Hold it for {:g} seconds.".format(3)', ["Hold it for {value} seconds."]),
    ],
)  # fmt: skip
def test_sentences_are_read_from_code(script: ModuleType, code: str, expected: list[str]) -> None:
    assert list(script._sentences(ast.parse(code))) == expected


def test_the_catalogue_holds_every_text(script: ModuleType, texts: dict[str, str], german_of: dict[str, str]) -> None:
    assert list(texts) == list(german_of), "run 'make texts' and translate what it names"


def test_every_text_is_german_but_those_listed(
    script: ModuleType, texts: dict[str, str], german_of: dict[str, str]
) -> None:
    """The list may only get shorter: a new text comes with its German."""
    listed = script.untranslated_path("de").read_text(encoding="utf-8").splitlines()
    allowed = {json.loads(line) for line in listed}
    lacking = set(script.missing(texts, german_of))
    assert sorted(lacking - allowed) == []
    assert sorted(allowed - lacking) == [], "these are translated or gone; take them off the list with 'make texts'"


def test_holes_are_the_same_in_german(script: ModuleType, german_of: dict[str, str]) -> None:
    assert list(script.wrong(german_of)) == []


def test_numbers_are_the_same_in_german(german_of: dict[str, str]) -> None:
    import re

    def numbers(text: str) -> list[str]:
        return sorted(re.findall(r"\d+", re.sub(r"\{\w+\}", "", text)))

    differ = {text: german for text, german in german_of.items() if german and numbers(text) != numbers(german)}
    assert differ == {}


def test_the_catalogue_is_read_quickly(german: None) -> None:
    for cached in (told_words._words, told_words._translated):
        cached.cache_clear()
    began = time.process_time()
    wording.told("Green")
    assert time.process_time() - began < _QUICK_S


# ------------------------------------------------------------------------------------------------------------ reports

#: Where the sentences of a clinician's report come from.
_OF_REPORTS = frozenset({
    "assessment/finding_metrics.py", "findings.name", "findings.clinical_name (card)", "findings.what_changes_it",
    "interventions.name", "interventions.clinical_name (card)", "triage_levels.label", "triage_rules.says",
    "red_flags.why", "pain_rules.text", "monitoring/decision.py", "phases.name", "phases.goal", "load/reference.py",
    "measures.name", "tests.name", "plan/refusal.py", "plan/goals.py", "plan/variants.py", "retraining/trial.py",
    "monitoring/response/answers.py", "monitoring/response/model.py",
})  # fmt: skip


@pytest.mark.parametrize(("language", "address"), ADDRESSES.items())
def test_a_report_speaks_of_the_runner_not_to_the_runner(
    script: ModuleType, texts: dict[str, str], language: str, address: re.Pattern[str]
) -> None:
    options = [option.text for question in intake_questions() for option in question.options]
    said = [text for text, origin in texts.items() if origin in _OF_REPORTS]
    assert len(said) > len(_OF_REPORTS)
    told = {text: told_words.translated(language, text, reported=True) for text in (*said, *options)}
    assert [f"{text} -> {words}" for text, words in told.items() if address.search(words)] == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_reports_say_otherwise_is_said_and_has_the_same_holes(
    script: ModuleType, texts: dict[str, str], language: str
) -> None:
    reported = dict(told_words.read_entries(script.reported_path(language).read_text(encoding="utf-8")))
    assert [text for text in reported if text not in texts] == [], "run 'make texts'"
    assert [text for text, words in reported.items() if not words or words == text] == []
    assert list(script.wrong(reported)) == []


@pytest.mark.parametrize(
    ("text", "english", "german"),
    [
        (
            "You ran 1.20 times as far in the last 7 days as in the 7 before. From your files.",
            "The runner ran 1.20 times as far in the last 7 days as in the 7 before. From the recorded files.",
            "In den letzten 7 Tagen 1,20-mal so weit gelaufen wie in den 7 davor. Aus den Aufzeichnungen.",
        ),
        (
            "163 steps a minute, at your easy speed, from your watch.",
            "163 steps a minute, at the runner's own easy speed, from the watch.",
            "163 Schritte pro Minute, im eigenen lockeren Tempo, von der Uhr.",
        ),
        (
            "Your answer: More hills; Stairs down. Downhill was 41% of your running time.",
            "Answer: More hills; Stairs down. Downhill was 41% of the running time.",
            "Antwort: Mehr Hügel; Treppe hinunter. Bergab war 41% der Laufzeit.",
        ),
        ("7 degrees (between 5 and 10), from your video.", "7 degrees (between 5 and 10), from video.",
         "7 Grad (zwischen 5 und 10), aus dem Video."),
        ("Nobody says this of 1.50 km and more, or less.",) * 3,
    ],
)  # fmt: skip
def test_a_sentence_is_reported_with_its_parts(text: str, english: str, german: str) -> None:
    assert told_words.translated("en", text, reported=True) == english
    if german != text:
        assert told_words.translated("de", text, reported=True) == german
    assert told_words.translated("en", text) == text
