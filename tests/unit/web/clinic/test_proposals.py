"""A clinician's proposal gives way to the rules of every plan."""

from __future__ import annotations

import re

import pytest
from tests.clinical import CALM
from tests.unit.web.clinic.conftest import Clinic
from tests.unit.web.clinic.people import plain

from kneewise.services.intake import assess_intake
from kneewise.storage import read_events

pytestmark = pytest.mark.usefixtures("now")


def test_a_red_flag_stops_what_is_accepted_and_the_proposal_stays_open(filled: Clinic) -> None:
    place = filled.place_of(filled.ann)
    assess_intake(place, {**CALM, "safety_none": None, "rf_hot_joint_fever": "yes"})
    [address] = re.findall(r"/my-clinic/proposals/\w+", filled.ann.get("/my-clinic").text)[:1]

    def plans() -> int:
        with filled.record.reading() as connection:
            return len(read_events(connection, filled.ann.account.runner_id or "", "plan"))

    before = plans()
    answer = filled.ann.post(address, {"decision": "accept"})
    assert answer.status_code == 422
    assert "There can be no plan now" in plain(answer.text)
    assert plans() == before
    assert filled.ann.post(address, {"decision": "decline"}).headers["location"] == "/my-clinic?said=declined"
