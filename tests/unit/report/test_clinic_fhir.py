"""The FHIR bundle: valid by the standard's models and by its required value sets, coded only where known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.report.clinic_reports import HOSTILE, empty_report, full_report, hostile_report

from kneewise.language import LANGUAGES, Language
from kneewise.report.clinic import fhir_codes
from kneewise.report.clinic.content import ClinicReport
from kneewise.report.clinic.fhir import report_bundle, report_json

#: Required value sets of FHIR R4 for the fields that the bundle fills; the models accept any word there.
REQUIRED: dict[tuple[str, str], set[str]] = {
    ("Bundle", "type"): {"document", "message", "transaction", "batch", "history", "searchset", "collection"},
    ("Patient", "gender"): {"male", "female", "other", "unknown"},
    ("Observation", "status"): {"registered", "preliminary", "final", "amended", "corrected", "cancelled", "unknown"},
    ("QuestionnaireResponse", "status"): {"in-progress", "completed", "amended", "entered-in-error", "stopped"},
    ("Goal", "lifecycleStatus"): {"proposed", "planned", "accepted", "active", "on-hold", "completed", "cancelled"},
    ("CarePlan", "status"): {"draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"},
    ("CarePlan", "intent"): {"proposal", "plan", "order", "option"},
    ("DiagnosticReport", "status"): {"registered", "partial", "preliminary", "final", "amended", "corrected"},
    ("CodeSystem", "status"): {"draft", "active", "retired", "unknown"},
    ("CodeSystem", "content"): {"not-present", "example", "fragment", "complete", "supplement"},
}
CODES: dict[str, set[str]] = {
    "condition-clinical": {"active", "recurrence", "relapse", "inactive", "remission", "resolved"},
    "condition-ver-status": {"unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error"},
    "condition-category": {"problem-list-item", "encounter-diagnosis"},
    "observation-category": {"social-history", "vital-signs", "imaging", "laboratory", "survey", "exam", "activity"},
    "data-absent-reason": {"unknown", "asked-unknown", "not-asked", "asked-declined", "not-applicable", "masked"},
}  # fmt: skip
#: Standard codes that were looked up in published use.
KNOWN = {
    (fhir_codes.SNOMED, "30989003"),
    (fhir_codes.SNOMED, "82169009"),
    (fhir_codes.SNOMED, "6757004"),
    (fhir_codes.LOINC, "72514-3"),
    (fhir_codes.LOINC, "8302-2"),
    (fhir_codes.LOINC, "29463-7"),
}


def bundle(report: ClinicReport, language: Language = "en") -> dict[str, Any]:
    return json.loads(json.dumps(report_bundle(report, language), allow_nan=False))  # type: ignore[no-any-return]


def resources(document: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    found = [entry["resource"] for entry in document["entry"]]
    return [resource for resource in found if resource["resourceType"] == kind]


def walk(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for held in value.values():
            yield from walk(held)
    elif isinstance(value, list):
        for held in value:
            yield from walk(held)


REPORTS = pytest.mark.parametrize(
    "report", [full_report(), empty_report(), hostile_report()], ids=["full", "empty", "hostile"]
)


@REPORTS
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_models_of_the_standard_take_it(report: ClinicReport, language: Language) -> None:
    from fhir.resources.R4B.bundle import Bundle  # takes half a second

    Bundle.model_validate(bundle(report, language))


@REPORTS
def test_words_are_those_of_the_required_value_sets(report: ClinicReport) -> None:
    document = bundle(report)
    for resource in [document, *(entry["resource"] for entry in document["entry"])]:
        for (kind, field), words in REQUIRED.items():
            if resource["resourceType"] == kind and field in resource:
                assert resource[field] in words, (kind, field)
    for coding in walk(document):
        if "system" in coding and "code" in coding:
            system, code = coding["system"], coding["code"]
            if system.startswith("http://terminology.hl7.org/CodeSystem/"):
                assert code in CODES[system.rsplit("/", 1)[1]]
            elif system == fhir_codes.OWN:
                assert code in fhir_codes.OWN_CODES
            elif system == fhir_codes.UCUM:
                assert code in fhir_codes.UNITS.values()
            else:
                assert (system, code) in KNOWN


def test_every_kind_of_resource_is_there_and_references_lead_somewhere() -> None:
    document = bundle(full_report())
    kinds = {entry["resource"]["resourceType"] for entry in document["entry"]}
    wanted = {"Patient", "Condition", "Observation", "QuestionnaireResponse", "Goal", "CarePlan", "DiagnosticReport"}
    assert wanted <= kinds
    addresses = [entry["fullUrl"] for entry in document["entry"]]
    assert len(set(addresses)) == len(addresses)
    references = {part["reference"] for part in walk(document) if "reference" in part}
    assert references <= set(addresses)
    [report] = resources(document, "DiagnosticReport")
    assert len(report["result"]) == len(resources(document, "Observation"))


def test_the_patient_is_called_by_name_where_one_is_told() -> None:
    [patient] = resources(bundle(full_report()), "Patient")
    assert patient["name"] == [{"text": "Ann Example"}]
    nameless = replace(full_report(), who=replace(full_report().who, name=""))
    [patient] = resources(bundle(nameless), "Patient")
    assert "name" not in patient


def test_the_complaint_is_reported_and_never_diagnosed() -> None:
    [condition] = resources(bundle(full_report()), "Condition")
    assert condition["verificationStatus"]["coding"][0]["code"] == "unconfirmed"
    assert condition["code"]["coding"] == [fhir_codes.KNEE_PAIN]
    assert condition["onsetDateTime"] == "2025-11"
    assert "patellofemoral" not in json.dumps(condition)


def test_what_was_not_asked_says_so() -> None:
    document = bundle(full_report(states={"rf_locked": "not_asked", "rf_lump": "not_answered", "rf_neuro": "yes"}))
    [told] = resources(document, "QuestionnaireResponse")
    items = {item["linkId"]: item for item in told["item"]}
    assert items["rf_locked"]["extension"][0]["valueCode"] == "not-asked"
    assert items["rf_lump"]["extension"][0]["valueCode"] == "unknown"
    assert items["rf_neuro"]["answer"][0]["valueCoding"]["code"] == "yes"
    assert told["status"] == "in-progress"
    [report] = resources(document, "DiagnosticReport")
    assert "numbness" in report["conclusion"]


def test_an_examination_is_of_the_day_it_was_done() -> None:
    exams = [each for each in resources(bundle(full_report()), "Observation") if "exam" in str(each["category"])]
    assert sorted(each["effectiveDateTime"] for each in exams) == ["2026-02-23", "2026-03-12"]


def test_a_week_without_a_number_is_absent_and_no_zero() -> None:
    weeks = [each for each in resources(bundle(full_report()), "Observation") if "effectivePeriod" in each]
    absent = [each for each in weeks if "valueQuantity" not in each]
    assert len(absent) == 1
    assert absent[0]["dataAbsentReason"]["coding"][0]["code"] == "unknown"


def test_an_empty_record_gives_patient_and_report_alone() -> None:
    document = bundle(empty_report())
    assert {entry["resource"]["resourceType"] for entry in document["entry"]} == {
        "Patient",
        "DiagnosticReport",
        "CodeSystem",
    }
    [patient] = resources(document, "Patient")
    assert "birthDate" not in patient


def test_the_same_record_gives_the_same_bundle_and_own_words_stay_whole() -> None:
    assert report_json(full_report(), "en") == report_json(full_report(), "en")
    assert HOSTILE in [part.get("valueString") for part in walk(bundle(hostile_report()))]
