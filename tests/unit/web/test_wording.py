"""Every text is in the catalogue and in German."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.pofile import read_po

from kneewise.web import amounts, preferences
from kneewise.web.preferences import Preferences

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"


@pytest.fixture(scope="module")
def catalogue() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogue", SCRIPTS / "catalogue.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def german() -> Iterator[None]:
    token = preferences._present.set(Preferences(language="de", units="metric"))
    yield
    preferences._present.reset(token)


@pytest.mark.parametrize("name", ["APP", "CLINIC_REPORT"])
def test_the_catalogue_holds_every_text(catalogue: ModuleType, name: str) -> None:
    texts = getattr(catalogue, name)
    assert texts.template.read_text(encoding="utf-8") == catalogue.written(catalogue.template(texts)), (
        "run 'make texts' and translate what it names"
    )


@pytest.mark.parametrize("name", ["APP", "CLINIC_REPORT"])
@pytest.mark.parametrize("language", ["de"])
def test_every_text_is_translated(catalogue: ModuleType, language: str, name: str) -> None:
    texts = getattr(catalogue, name)
    with texts.translation(language).open("rb") as file:
        translated = read_po(file, locale=language)
    assert {entry.id for entry in catalogue.template(texts)} == {entry.id for entry in translated}
    assert catalogue.missing(translated) == []


@pytest.mark.parametrize("name", ["APP", "CLINIC_REPORT"])
def test_places_of_a_text_are_the_same_in_german(catalogue: ModuleType, name: str) -> None:
    import re

    with getattr(catalogue, name).translation("de").open("rb") as file:
        for entry in read_po(file, locale="de"):
            ours, theirs = (
                " ".join(text) if isinstance(text, list | tuple) else str(text) for text in (entry.id, entry.string)
            )
            places = r"%\(\w+\)s|\{\w+\}"
            assert set(re.findall(places, ours)) == set(re.findall(places, theirs))


def test_amounts_follow_language_and_units(german: None) -> None:
    assert amounts.number(1234.5, 1) == "1.234,5"
    assert amounts.day(date(2026, 11, 22)) == "22.11.2026"
    assert amounts.distance(8047).value == "8,0"
    shown = amounts.knee_km({"value": 9.2, "low": 8.5, "high": 10.1, "unit": "knee-km", "level": 0.9, "basis": "watch"})
    assert (shown.value, shown.unit, shown.between) == ("9,2", "Knie-km", "8,5 bis 10,1")


def test_miles_are_miles() -> None:
    token = preferences._present.set(Preferences(units="imperial"))
    assert amounts.distance(1609.344) == amounts.Shown("1.0", "mi")
    assert amounts.pace(3.0).value == "8:56"
    assert amounts.mass(62.0).value == "136.7"
    assert amounts.climb(100).value == "328"
    preferences._present.reset(token)


def test_what_is_not_known_is_a_dash() -> None:
    assert amounts.number(None) == amounts.number(float("nan"), 2) == "–"
    assert amounts.knee_km(None).value == amounts.pace(0).value == "–"
