"""A clinician's proposal gives way to the rules of every plan."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.clinical import CALM
from tests.unit.web.clinic.conftest import Clinic
from tests.unit.web.clinic.people import plain

from kneewise.errors import InvalidInputError
from kneewise.services.clinic import notes
from kneewise.services.clinic.notes import answer_proposal, read_proposals
from kneewise.services.intake import assess_intake
from kneewise.services.place import opened
from kneewise.services.planning import PlanAnswer, make_plan
from kneewise.storage import read_events

pytestmark = pytest.mark.usefixtures("now", "each_database")


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


@pytest.mark.parametrize("other", [True, False])
def test_of_two_answers_at_the_same_instant_one_counts(
    filled: Clinic, monkeypatch: pytest.MonkeyPatch, other: bool
) -> None:
    place, ann = filled.place_of(filled.ann), filled.ann.account
    with opened(place) as (record, runner):
        proposal = read_proposals(record, runner)[0].written.id

    def stored() -> tuple[int, int]:
        with filled.record.reading() as connection:
            events = read_events(connection, ann.runner_id or "", "plan", "proposal_answer")
        return sum(each.kind == "plan" for each in events), sum(each.kind == "proposal_answer" for each in events)

    def late(*told: Any, **more: Any) -> PlanAnswer:
        monkeypatch.setattr(notes, "make_plan", make_plan)
        answer_proposal(place, ann, proposal, accepted=other)
        between.append(stored())
        return make_plan(*told, **more)

    between: list[tuple[int, int]] = []
    monkeypatch.setattr(notes, "make_plan", late)
    with pytest.raises(InvalidInputError, match="answered already"):
        answer_proposal(place, ann, proposal, accepted=True)
    assert [stored()] == between
    assert between[0][1] == 1
