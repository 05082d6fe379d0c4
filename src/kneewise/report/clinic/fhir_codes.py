"""Codes of the FHIR bundle: standard ones that were looked up, and a code system of our own for everything else.

A standard code stands here only where it was found in published use with just this meaning; a guessed one would be read
as fact by another system. Our own codes are explained in the bundle itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

SNOMED: Final = "http://snomed.info/sct"
LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
OWN: Final = "urn:x-kneewise:codes"
ABSENT_EXTENSION: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_HL7: Final = "http://terminology.hl7.org/CodeSystem"

KNEE_PAIN: Final = {"system": SNOMED, "code": "30989003", "display": "Knee pain (finding)"}
KNEES: Final[Mapping[str, tuple[dict[str, str], ...]]] = {
    "left": ({"system": SNOMED, "code": "82169009", "display": "Structure of left knee region (body structure)"},),
    "right": ({"system": SNOMED, "code": "6757004", "display": "Structure of right knee region (body structure)"},),
}
PAIN: Final = {
    "system": LOINC,
    "code": "72514-3",
    "display": "Pain severity - 0-10 verbal numeric rating [Score] - Reported",
}
HEIGHT: Final = {"system": LOINC, "code": "8302-2", "display": "Body height"}
MASS: Final = {"system": LOINC, "code": "29463-7", "display": "Body weight"}

#: UCUM codes of the units that the content uses; an annotation in braces for what UCUM has no unit for.
UNITS: Final[Mapping[str, str]] = {
    "knee-km": "{knee-km}",
    "steps/min": "{steps}/min",
    "%": "%",
    "m": "m",
    "km": "km",
    "kg": "kg",
    "s": "s",
    "m/s": "m/s",
    "deg": "deg",
    "1": "1",
    "leg lengths": "{leg-length}",
    "points": "{score}",
    "score": "{score}",
    "pain points": "{score}",
    "runs": "{runs}",
    "days": "d",
    "weeks": "wk",
    "months": "mo",
    "years": "a",
    "hours": "h",
    "minutes": "min",
    "seconds": "s",
    "cm": "cm",
    "squats": "{squats}",
    "sessions a week": "{sessions}/wk",
}

#: Our own codes and what each means.
OWN_CODES: Final[Mapping[str, str]] = {
    "knee-report": "Report for a clinician, made by Kneewise from what a runner told and recorded",
    "pain-during": "Worst pain during the day's running, 0 to 10, as told by the runner",
    "pain-next-morning": "Pain on the morning after, 0 to 10, as told by the runner",
    "week-load": "Load of the patellofemoral joint in one week, in kilometres of the runner's own easy flat running",
    "interval-low": "Lower end of the interval of the value, which holds 9 times in 10",
    "interval-high": "Upper end of the interval of the value, which holds 9 times in 10",
    "week-distance": "Distance run in the week",
    "week-runs": "Runs in the week",
    "gait": "One measure of running gait before and after a day; the value is the later one",
    "before": "The value before",
    "change": "The later value less the earlier one, at equal speed where the measure depends on it",
    "measure": "Score of an outcome measure",
    "finding": "A factor along the chain from training to gait; never a cause, never a personal risk",
    "present": "The measure is over its limit",
    "shown": "Measured; no limit is known",
    "absent": "Looked for, not there",
    "certainty": "Certainty of the evidence about the finding: H, Mo, L, VL or N",
    "helped": "Pain after a change less pain before it, at equal load, within this runner",
    "adherence": "Planned runs that were done in the last days, of those that were planned",
    "goal-distance": "Distance that the runner wants to run",
    "examination-test": "An examination test that a clinician did, with its result",
    "positive": "The test was positive",
    "negative": "The test was negative",
    "yes": "Answered yes",
    "no": "Answered no",
    "unsure": "Answered not sure",
    "listed_no": "Answered by one tap for the whole list of red flags: none of them fits",
}


def own(code: str, text: str = "") -> dict[str, Any]:
    """Return a concept of our own code system."""
    return {"coding": [{"system": OWN, "code": code, "display": OWN_CODES[code]}], "text": text or OWN_CODES[code]}


def hl7(system: str, code: str) -> dict[str, Any]:
    """Return a concept of one of HL7's terminologies."""
    return {"coding": [{"system": f"{_HL7}/{system}", "code": code}]}


def quantity(value: float, unit: str) -> dict[str, Any]:
    """Return an amount with its UCUM code; a unit that has none is only named."""
    coded = {"system": UCUM, "code": UNITS[unit]} if unit in UNITS else {}
    return {"value": round(value, 6), "unit": unit, **coded}


def code_system() -> dict[str, Any]:
    """Return our own code system as a resource."""
    return {
        "resourceType": "CodeSystem",
        "url": OWN,
        "name": "KneewiseCodes",
        "title": "Codes of Kneewise",
        "status": "active",
        "content": "complete",
        "concept": [{"code": code, "display": text} for code, text in OWN_CODES.items()],
    }
