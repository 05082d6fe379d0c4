"""Every route x every role x own and other runner: made from the routes of the app, so that none is forgotten.

The decision that is expected is written here once more, from the table's own words and not from its code.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.unit.web.clinic.conftest import Clinic, Person
from tests.unit.web.clinic.people import HOLE, addresses

from kneewise.services.clinic.authority import Need
from kneewise.services.clinic.sharing import share, who_read
from kneewise.storage.jobs import new_job
from kneewise.storage.kinds import KINDS
from kneewise.web import access

pytestmark = pytest.mark.usefixtures("now", "each_database")

#: Statuses of a route that was reached: what it did with an empty request is its own affair.
_REFUSALS = {401, 403}


def _routes(clinic: Clinic) -> list[tuple[str, str, Need]]:
    table = {**access.ACCESS, **access.CLINIC_ACCESS}
    return [(method, path, table[method, path]) for method, path, _ in access.routes_of(clinic.app)]


def _ask(person: Person | None, clinic: Clinic, method: str, path: str) -> Any:
    browser = clinic.browser() if person is None else person.browser
    headers = {"accept": "text/html"}
    if person is not None and method not in ("GET", "HEAD"):
        headers["x-csrf-token"] = person.token()
    return browser.request(method, path, headers=headers, follow_redirects=False)


def _is_refused(answer: Any) -> bool:
    leads_out = answer.status_code == 303 and answer.headers.get("location") in ("/sign-in", "/clinic")
    return answer.status_code in _REFUSALS or leads_out


def test_no_route_without_a_line_and_no_line_without_a_route(clinic: Clinic) -> None:
    there = {(method, path) for method, path, _ in access.routes_of(clinic.app)}
    assert there == {*access.ACCESS, *access.CLINIC_ACCESS}


def test_a_route_that_nobody_declared_stops_the_start(clinic: Clinic) -> None:
    clinic.app.add_api_route("/forgotten", lambda: "nobody said who may read this")
    with pytest.raises(access.UndeclaredRouteError, match="GET /forgotten"):
        clinic.app.state.gate.learn(clinic.app)


def test_without_signing_in_nothing_but_the_way_in(clinic: Clinic) -> None:
    for method, path, need in _routes(clinic):
        answer = _ask(None, clinic, method, HOLE.sub("x", path))
        if need.who == "anyone":
            # A form needs the token of the page that it stands on.
            assert answer.status_code in (200, 404) or (method == "POST" and answer.status_code == 403), (method, path)
        elif need.who == "local":
            assert answer.status_code in (303, 401, 403, 404), (method, path)
        else:
            assert _is_refused(answer), (method, path, answer.status_code)


def _expected(need: Need, person: str, *, own: bool) -> str:
    """Return what a role may do, told in the words of the issue and not of the code."""
    if need.who in ("anyone", "account"):
        return "open"
    if need.who == "local":
        return "hidden"
    if need.who in ("clinician", "administrator"):
        return "open" if person == need.who else "closed"
    if person == "administrator":
        return "closed"
    if person == "runner":
        return "hidden" if need.who == "care" else "open"
    if need.who == "own":
        return "closed"
    return "open" if own else "closed"


@pytest.mark.parametrize("name", ["ann", "doc", "root"])
def test_own_runner_by_role(filled: Clinic, name: str) -> None:
    person: Person = getattr(filled, name)
    holes = addresses(filled, filled.ann)
    if name == "doc":
        assert person.post(f"/clinic/runners/{filled.ann.account.id}/open").status_code == 303
    for method, path, need in _harmless(filled):
        answer = _ask(person, filled, method, HOLE.sub(lambda hole: holes[hole[1]], path))
        expected = _expected(need, person.account.role, own=True)
        assert answer.status_code < 500, (method, path)
        if expected == "open" and (method, path) not in _WRITES_OF_RECORD:
            assert not _is_refused(answer) or path == "/", (method, path, answer.status_code)
        elif expected == "hidden":
            assert answer.status_code == 404, (method, path, answer.status_code)
        else:
            assert _is_refused(answer) or answer.status_code == 404, (method, path, answer.status_code)


#: Routes of kind "record" that write: a runner's alone, which their line says by "own"; none may be left here.
_WRITES_OF_RECORD = {
    key for key, need in access.ACCESS.items() if need.who == "record" and key[0] not in ("GET", "HEAD")
}


def test_a_record_that_others_read_is_written_by_no_route() -> None:
    assert set() == _WRITES_OF_RECORD


def _harmless(clinic: Clinic) -> list[tuple[str, str, Need]]:
    """Return the routes without those that end the story: signing out, erasing, closing accounts."""
    last = {"/sign-out", "/my-data/erase", "/accounts/{account_id}/close", "/account/sessions/end", "/clinic/close"}
    return [each for each in _routes(clinic) if each[1] not in last and not each[1].startswith("/sign-in")]


def test_other_runners_are_never_reached(filled: Clinic) -> None:
    """Ben's ids in Ann's browser, and in that of a clinician whom Ben shares nothing with."""
    holes = addresses(filled, filled.ben)
    mine = addresses(filled, filled.ann)
    assert filled.doc.post(f"/clinic/runners/{filled.ann.account.id}/open").status_code == 303
    secrets = {holes["run_id"], holes["account_id"], holes["proposal_id"], filled.ben.account.runner_id or ""}
    for person in (filled.ann, filled.doc):
        for method, path, _need in _harmless(filled):
            names = set(HOLE.findall(path)) & {"run_id", "activity_id", "account_id", "proposal_id"}
            if not names or path.startswith("/accounts"):
                continue
            answer = _ask(person, filled, method, HOLE.sub(lambda hole: holes[hole[1]], path))
            assert answer.status_code in (400, 403, 404, 422) or answer.headers.get("location"), (method, path)
            shown = answer.text.replace(holes["run_id"], "", 1) if answer.status_code >= 400 else answer.text
            assert not any(secret in shown for secret in secrets - set(mine.values())), (method, path)
    assert filled.ben.account.runner_id is not None
    told = who_read(filled.record, filled.ben.account.runner_id)
    assert {access.account for _, access in told} <= {filled.ben.account.id}


def test_nothing_is_written_where_what_it_needs_is_withheld(filled: Clinic) -> None:
    """What is read then, and what is not, is told in test_withheld_pages.py."""
    holes = addresses(filled, filled.ann)
    runner = filled.ann.account.runner_id
    assert runner is not None
    for kind in KINDS:
        share(filled.record, runner, filled.doc.account.id, set(KINDS) - {kind})
        for method, path, need in _harmless(filled):
            if need.who == "care" and method not in ("GET", "HEAD") and kind in need.kinds:
                answer = _ask(filled.doc, filled, method, HOLE.sub(lambda hole: holes[hole[1]], path))
                assert answer.status_code == 403, (kind, method, path, answer.status_code)


def test_every_access_stands_in_the_log(filled: Clinic) -> None:
    holes = addresses(filled, filled.ann)
    runner = filled.ann.account.runner_id
    assert runner is not None
    assert filled.doc.post(f"/clinic/runners/{filled.ann.account.id}/open").status_code == 303
    for method, path, need in _harmless(filled):
        if need.who not in ("record", "care", "own"):
            continue
        person = filled.ann if need.who == "own" else filled.doc
        before = who_read(filled.record, runner, limit=1)[0][0]
        _ask(person, filled, method, HOLE.sub(lambda hole: holes[hole[1]], path))
        lines = [told for number, told in who_read(filled.record, runner, limit=3) if number > before]
        assert lines, (method, path)
        # What the page itself adds comes after the line that was written before anything was read.
        told = lines[-1]
        assert (told.account, told.route, told.kinds) == (person.account.id, path, tuple(sorted(need.all_kinds)))
        assert told.action == ("read" if method in ("GET", "HEAD") else "write")


def test_ids_cannot_be_guessed(filled: Clinic) -> None:
    for account in (filled.ann.account, filled.doc.account):
        assert re.fullmatch(r"[0-9a-f]{32}", account.id)
    assert re.fullmatch(r"[0-9a-f]{32}", filled.ann.account.runner_id or "")
    # A hash of the runner's random id and the content: whoever knows neither cannot make it.
    assert re.fullmatch(r"[0-9a-f]{12}", addresses(filled, filled.ann)["run_id"])
    assert len(new_job("x", "import", {}, at=filled.ann.account.made_at).id) == 32
