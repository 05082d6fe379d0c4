"""A runner's pages in a clinician's eyes: nothing is offered that would be refused, and nothing else is lost.

This is decided above storage: on PostgreSQL the same pages are asked for in test_every_route.py and
test_withheld_pages.py.
"""

from __future__ import annotations

import re
from html import unescape

import pytest
from tests.unit.web.clinic.conftest import Clinic
from tests.unit.web.clinic.people import HOLE, addresses, plain

from kneewise.services.clinic.sharing import share, who_read
from kneewise.storage.kinds import KINDS, Kind
from kneewise.web import access
from kneewise.web.readable import readable

pytestmark = pytest.mark.usefixtures("now")

_HREF = re.compile(r'<a\b[^>]*href="(/[^"#]*)')
_POST = re.compile(r'<form\b[^>]*method="post"[^>]*action="([^"]*)"')
_OWN_WAYS = ("/clinic", "/account", "/sign-out")


@pytest.mark.parametrize("hidden", [frozenset(), frozenset({"video"}), frozenset({"runs", "notes"})])
def test_no_page_offers_what_a_clinician_is_refused(filled: Clinic, hidden: frozenset[Kind]) -> None:
    ann, doc = filled.ann.account, filled.doc
    assert ann.runner_id is not None
    share(filled.record, ann.runner_id, doc.account.id, set(KINDS) - hidden)
    assert doc.post(f"/clinic/runners/{ann.id}/open").status_code == 303
    holes = addresses(filled, filled.ann)
    answers: dict[str, int] = {}
    looked_at = 0
    for (method, path), need in {**access.ACCESS, **access.CLINIC_ACCESS}.items():
        if method != "GET" or path.startswith("/api/") or need.who not in ("record", "care", "clinician", "account"):
            continue
        answer = doc.get(HOLE.sub(lambda hole: holes[hole[1]], path), headers={"accept": "text/html"})
        if answer.status_code != 200 or "html" not in answer.headers.get("content-type", ""):
            continue
        looked_at += 1
        assert all(action.startswith(_OWN_WAYS) for action in _POST.findall(answer.text)), path
        for href in {unescape(each) for each in _HREF.findall(answer.text)}:
            if href not in answers and not href.startswith("/evidence/"):
                answers[href] = doc.get(href, headers={"accept": "text/html"}).status_code
            assert answers.get(href) not in (401, 403), (path, href)
    assert looked_at > 5


def test_the_runner_keeps_every_control_and_the_clinician_every_number(filled: Clinic) -> None:
    mine = filled.ann.get("/load").text
    assert 'href="/runs/add"' in mine
    assert 'action="/check-in"' in filled.ann.get("/").text
    filled.doc.post(f"/clinic/runners/{filled.ann.account.id}/open")
    theirs = filled.doc.get("/load").text
    assert 'href="/runs/add"' not in theirs
    assert "knee-km" in plain(theirs)
    assert 'id="check-in-card"' not in filled.doc.get("/").text


def test_a_record_opens_with_a_page_that_is_shared(filled: Clinic) -> None:
    ann, doc = filled.ann.account, filled.doc
    assert ann.runner_id is not None
    for kinds, wanted in ((set(KINDS), "/load"), ({"video"}, f"/clinic/runners/{ann.id}")):
        share(filled.record, ann.runner_id, doc.account.id, kinds)
        assert doc.post(f"/clinic/runners/{ann.id}/open").headers["location"] == wanted
        shown = doc.get(f"/clinic/runners/{ann.id}").text
        assert ('href="/load"' in shown) == ("runs" in kinds)
        assert f'/clinic/runners/{ann.id}/notes"' in shown or "notes" not in kinds


def test_the_knee_opens_with_check_ins_alone(filled: Clinic) -> None:
    ann, doc = filled.ann.account, filled.doc
    assert ann.runner_id is not None
    share(filled.record, ann.runner_id, doc.account.id, {"check_ins"})
    doc.post(f"/clinic/runners/{ann.id}/open")
    shown = doc.get(f"/clinic/runners/{ann.id}").text
    assert 'href="/knee"' in shown
    assert 'href="/load"' not in shown
    assert 'href="/knee/measures"' in doc.get("/knee").text
    assert 'href="/gait"' not in doc.get("/knee").text


def test_the_overview_says_in_the_log_what_its_reasons_rest_on(filled: Clinic) -> None:
    ann, doc = filled.ann.account, filled.doc
    assert ann.runner_id is not None
    doc.get(f"/clinic/runners/{ann.id}")
    _number, told = who_read(filled.record, ann.runner_id, limit=1)[0]
    assert (told.route, told.kinds) == ("/clinic/runners/{account_id}", ("check_ins", "runs"))


def test_what_is_left_of_a_page() -> None:
    page = (
        '<section class="card" id="x"><h2 class="card-title">Tell</h2><form method="post" action="/plan/new">'
        '<button>Save</button></form></section><p>See <a href="/runs/add">a run</a>, <a href="/load">load</a>.</p>'
        '<p><a class="button" href="/plan/new?week=1">Change</a></p><p><a href="/gait">Gait</a></p>'
    )
    left = readable(page, frozenset({"runs", "check_ins"}))
    assert left == '<p>See a run, <a href="/load">load</a>.</p><p>Gait</p>'


def test_the_log_names_pages_by_their_titles(filled: Clinic) -> None:
    doc = filled.doc
    doc.post(f"/clinic/runners/{filled.ann.account.id}/open")
    for path in ("/clinic", "/plan/history", "/", "/load", f"/clinic/runners/{filled.ann.account.id}/notes"):
        doc.get(path)
    told = plain(filled.ann.get("/my-clinic/log").text)
    for words in ("Plan · /plan/history", "Today · /", "Load · /load", "Notes · /clinic/runners/{account_id}/notes"):
        assert words in told
    assert "List of runners · /clinic" in told
