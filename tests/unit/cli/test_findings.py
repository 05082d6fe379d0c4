"""``kneewise findings``: measured first, contested only when asked, held back while a plan is blocked."""

from __future__ import annotations

import json

from tests.clinical import CALM, SetNow
from tests.unit.cli.calling import Call, call, document, sentence, text

__all__ = ["call"]


def test_nothing_known(call: Call) -> None:
    assert document(call("findings", "--json")) == []
    assert "kneewise intake" in text(call("findings"))


def test_findings_of_an_intake(call: Call, now: SetNow) -> None:
    call("intake", "-", input=json.dumps(CALM))
    found = document(call("findings", "--json"))
    assert {"area", "finding", "measure", "evidence", "why", "what_changes_it"} <= set(found[0])
    assert "verdict" not in found[0]
    printed = text(call("findings"))
    assert printed.startswith("A finding is not a cause")
    assert "● One run much longer than your recent longest run" in printed
    assert "How sure:" in printed
    assert "What this opens" in printed
    assert "For:" not in printed


def test_contested_claims_with_both_sides(call: Call, now: SetNow) -> None:
    call("intake", "-", input=json.dumps(CALM))
    printed = text(call("findings", "--all"))
    assert "For:" in printed
    assert "Against:" in printed
    one = document(call("findings", "--ask", "root_cause", "--json"))
    assert [finding["finding"] for finding in one if finding["state"] == "claim"] == ["root_cause"]
    assert "no contested claim 'nonsense'" in sentence(call("findings", "--ask", "nonsense"))


def test_the_clinician_sees_more(call: Call, now: SetNow) -> None:
    call("intake", "-", input=json.dumps(CALM))
    printed = text(call("findings", "--clinician"))
    assert "Sources: frandsen-2025" in printed
    assert "Not measured" in printed
    assert "verdict" in document(call("findings", "--clinician", "--json"))[0]


def test_a_red_flag_holds_care_back(call: Call, now: SetNow) -> None:
    call("intake", "-", input=json.dumps({**CALM, "safety_none": "some_fit", "rf_locked": "yes"}))
    printed = text(call("findings"))
    assert "held back" in printed
    assert "What this opens" not in printed
