"""Findings from all that a record knows; what it does not know is not claimed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.clinical import CALM, TODAY, SetNow, run_of

from kneewise.load import population_reference
from kneewise.services import findings as services
from kneewise.services.adding import add_activity
from kneewise.services.findings import findings, read_context
from kneewise.services.intake import assess_intake
from kneewise.services.place import Place, opened
from kneewise.services.profile import set_profile


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "data")


def test_nothing_known_is_nothing_claimed(place: Place, now: SetNow) -> None:
    found = findings(place)
    assert found.to_json() == []
    assert found.opens == ()


def test_answers_and_runs_become_findings(place: Place, now: SetNow) -> None:
    assess_intake(place, CALM)
    add_activity(place, [run_of(TODAY - timedelta(days=back), 8.0) for back in range(40, 3, -3)])
    add_activity(place, [run_of(TODAY - timedelta(days=1), 20.0)])
    document = {one["finding"]: one for one in findings(place).to_json()}
    spike = document["single_session_spike"]
    assert spike["state"] == "present"
    assert spike["measure"]["origin"] == "watch"
    assert spike["measure"]["value"] == pytest.approx(2.5)
    assert {"area", "finding", "measure", "evidence", "why", "what_changes_it"} <= set(spike)
    assert {"certainty", "sources"} <= set(spike["evidence"])
    assert findings(place).opens


def test_a_blocked_plan_opens_nothing(place: Place, now: SetNow) -> None:
    assess_intake(place, {**CALM, "safety_none": "some_fit", "rf_locked": "yes"})
    found = findings(place)
    assert any(result.state == "present" for result in found.results)
    assert "plan" in found.blocks
    assert found.opens == ()


def test_contested_claims_only_when_asked_for(place: Place, now: SetNow) -> None:
    assess_intake(place, CALM)
    plain = {result.id for result in findings(place).results}
    everything = findings(place, everything=True)
    claims = [result for result in everything.results if result.state == "claim"]
    assert claims
    assert not plain & {result.id for result in claims}
    assert {result.id for result in findings(place, asked=["root_cause"]).results} == plain | {"root_cause"}
    assert all(one["contested"] for one in everything.to_json() if one["state"] == "claim")


def test_the_clinician_sees_what_was_not_measured(place: Place, now: SetNow) -> None:
    assess_intake(place, CALM)
    assert any(result.state == "not_measured" for result in findings(place, clinician=True).results)


def test_age_comes_from_the_profile(place: Place, now: SetNow) -> None:
    set_profile(place, birth_year=1980)
    assess_intake(place, CALM)
    with opened(place) as (record, runner):
        assert read_context(record, runner, TODAY).age_years == 46


def test_gait_is_the_runners_own_or_not_known() -> None:
    reference = population_reference(1.75)
    assert services._watch_gait(reference, [], TODAY) is None
    own = replace(reference, kind="own", cadence_spm=160.0, speed_mps=2.8, measured_contact_share=0.2)
    gait = services._watch_gait(own, [], TODAY)
    assert gait is not None
    assert gait.cadence_spm is not None
    assert gait.step_length_m is not None
    assert gait.cadence_spm.value == 160.0
    assert gait.step_length_m.value == pytest.approx(1.05)
    assert gait.contact_time_s is None  # mostly predicted, so not measured
    measured = services._watch_gait(replace(own, measured_contact_share=1.0), [], TODAY)
    assert measured is not None
    assert measured.contact_time_s is not None
