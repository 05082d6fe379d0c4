"""What a runner does not share changes nothing that a clinician is shown: made from every route and every kind.

For each kind of data, everything that a clinician can open is read while the kind is withheld; then the runner's record
gets more of that kind, with marks in its words, and everything is read again. Not one sign of any page, table, FHIR
resource or list may differ: neither a word nor a count, a day, or a number that was worked out from it.
"""

from __future__ import annotations

import gzip
import io
import re
import time
import zipfile
from collections.abc import Callable, Mapping
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from tests.clinical import CALM, TODAY, run_of
from tests.unit.web.clinic.conftest import Clinic
from tests.unit.web.clinic.people import HOLE, addresses, plain

from kneewise.domain import Goal
from kneewise.services.adding import add_activity
from kneewise.services.availability import Wishes
from kneewise.services.checking_in import record_check_in
from kneewise.services.clinic.attention import catch_up
from kneewise.services.clinic.authority import Need
from kneewise.services.clinic.notes import propose, write_examination, write_note
from kneewise.services.clinic.sharing import share
from kneewise.services.gait.clips import keep_gait
from kneewise.services.gait.measuring import analyse_video
from kneewise.services.intake import assess_intake
from kneewise.services.knee_trials import knee_style
from kneewise.services.measuring import score_measure
from kneewise.services.response import did_it_help
from kneewise.services.self_tests import log_test
from kneewise.storage import tables
from kneewise.storage.jobs import Job, read_jobs
from kneewise.storage.kinds import KINDS, Kind
from kneewise.web import access

pytestmark = pytest.mark.usefixtures("now", "each_database")

MARK = "zqxmark"
_WAIT_S = 60
_TITLES = {"runs": "Runs", "check_ins": "Check-ins", "video": "Video", "notes": "Notes"}
_SENTENCES = {
    "runs": "Runs and their load: the runner does not share this.",
    "check_ins": "Check-ins, answers, scores and plan: the runner does not share this.",
    "video": "Gait from video: the runner does not share this.",
    "notes": "Notes and examinations: the runner does not share this.",
}
#: Some of the pages that more of a kind changes, where it is shared.
_SEEN_ON = {
    "runs": ("/load", "/runs", "/knee", "/plan", "/clinic"),
    "check_ins": ("/load", "/knee", "/knee/result", "/knee/measures", "/plan", "/clinic"),
    "video": ("/gait", "/runs/{run_id}", "/api/load", "/api/lab-trials"),
    "notes": ("/clinic/runners/{account_id}/notes", "/clinic/runners/{account_id}/examination"),
}
_HEADER = "x-kneewise-not-shared"
#: What a page needs for itself, and what it says of when it was asked.
_OF_THE_REQUEST = re.compile(r'(csrf-token" content|csrf_token" value)="[^"]*"')


def _more_runs(clinic: Clinic, _folder: Path) -> None:
    add_activity(clinic.place_of(clinic.ann), [run_of(TODAY - timedelta(days=days), 31.0) for days in (1, 40, 150)])


def _more_told(clinic: Clinic, _folder: Path) -> None:
    place = clinic.place_of(clinic.ann)
    record_check_in(place, pain={"before": 9.0, "stairs": 8.0}, zone="lat_epicondyle", side="right", note=MARK)
    record_check_in(place, on=TODAY - timedelta(days=120), pain={"next_morning": 7.0})
    assess_intake(place, {**CALM, "safety_none": "some_fit", "rf_locked": "yes", "duration_weeks": 30, "note": MARK})
    score_measure(place, "koos_pf", total=87.5)
    log_test(place, {"hop_pain": 9.0})
    did_it_help(place, TODAY - timedelta(days=60), f"{MARK} shoes")


def _more_filmed(clinic: Clinic, folder: Path) -> None:
    packed = resources.files("kneewise.services.demo").joinpath("samples", "made-gait-before.json.gz")
    points = folder / f"{MARK}.json"
    points.write_bytes(gzip.decompress(packed.read_bytes()))
    found = analyse_video(points, view="side", height_m=1.7, speed_mps=2.6)
    place = clinic.place_of(clinic.ann)
    keep_gait(place, found, on=TODAY - timedelta(days=70))
    assert knee_style(place).sessions == 1


def _more_notes(clinic: Clinic, _folder: Path) -> None:
    place, by = clinic.place_of(clinic.ann), clinic.doc.account
    write_note(place, by, MARK)
    write_examination(place, by, {"mcmurray": True, "patellar_tilt": False}, {"clinician_hip_strength": 1.0}, MARK)
    propose(place, by, goal=Goal(kind="distance", distance_m=21_000.0), wishes=Wishes(), weeks=None, text=MARK)


_MORE: Mapping[Kind, Callable[[Clinic, Path], None]] = {
    "runs": _more_runs,
    "check_ins": _more_told,
    "video": _more_filmed,
    "notes": _more_notes,
}


def _routes() -> list[tuple[str, str, Need]]:
    """Return every route that shows a clinician anything."""
    table = {**access.ACCESS, **access.CLINIC_ACCESS}
    shown = ("record", "care", "clinician")
    return [(path, form, need) for (method, path), need in table.items() if method == "GET" and need.who in shown
            for form in (("html", "json", "csv") if path == "/report/{form}" else ("html",))]  # fmt: skip


def _pages(clinic: Clinic, only: frozenset[str] = frozenset()) -> dict[tuple[str, str], Any]:
    """Ask for every route, or for some."""
    catch_up(clinic.record)
    holes = addresses(clinic, clinic.ann)
    return {
        (path, form): clinic.doc.get(HOLE.sub(lambda hole: {**holes, "form": form}[hole[1]], path))  # noqa: B023
        for path, form, _need in _routes()
        if path in only or not only
    }


def _said(answer: Any) -> Any:
    """Return what an answer says: a page without what it needs for itself, an archive without the time of packing."""
    if not answer.content.startswith(b"PK"):
        return _OF_THE_REQUEST.sub("", answer.text)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_withheld_changes_nothing_that_is_shown(filled: Clinic, kind: Kind, tmp_path: Path) -> None:
    runner, shared = filled.ann.account.runner_id or "", frozenset(KINDS) - {kind}
    share(filled.record, runner, filled.doc.account.id, shared)
    assert filled.doc.post(f"/clinic/runners/{filled.ann.account.id}/open").status_code == 303
    before = _pages(filled)
    _MORE[kind](filled, tmp_path)
    after = _pages(filled)
    for path, form, need in _routes():
        first, then = before[path, form], after[path, form]
        where = (kind, path, form)
        assert then.status_code == first.status_code, where
        assert MARK not in then.text, where
        assert _said(then) == _said(first), where
        if kind in need.kinds:
            assert then.status_code == 403, where
            assert _TITLES[kind] in then.text, where
        elif kind in need.optional and then.status_code == 200:
            assert _SENTENCES[kind] in plain(then.text) or kind in then.headers.get(_HEADER, ""), where


def test_each_kind_is_shown_where_it_is_shared(filled: Clinic, tmp_path: Path) -> None:
    """The other side: what the test above plants is seen by who may see it, so that it can fail."""
    assert filled.doc.post(f"/clinic/runners/{filled.ann.account.id}/open").status_code == 303
    for kind in KINDS:
        seen_on = frozenset({"/knee/findings", "/report/preview", "/report/{form}", *_SEEN_ON[kind]})
        before = _pages(filled, seen_on)
        _MORE[kind](filled, tmp_path)
        after = _pages(filled, seen_on)
        changed = {path for path, form in after if after[path, form].text != before[path, form].text}
        assert changed == seen_on, kind
        assert all("does not share this" not in each.text for each in after.values())


def test_loads_of_an_older_program_come_back_for_who_may_not_see_the_video(filled: Clinic, tmp_path: Path) -> None:
    """Before consents by kind, a load that a video had set was kept without the numbers of the watch alone."""
    share(filled.record, filled.ann.account.runner_id or "", filled.doc.account.id, frozenset(KINDS) - {"video"})
    filled.doc.post(f"/clinic/runners/{filled.ann.account.id}/open")
    _more_filmed(filled, tmp_path)
    _as_an_older_program_kept_them(filled)
    assert _loads(filled) == {None}
    filled.app.state.imports.renew_loads()
    until = time.monotonic() + _WAIT_S
    while any(not job.over for job in _load_jobs(filled)) and time.monotonic() < until:
        time.sleep(0.02)
    assert [job.state for job in _load_jobs(filled)] == ["done"]
    assert None not in _loads(filled)
    filled.app.state.imports.renew_loads()
    assert len(_load_jobs(filled)) == 1


def _loads(clinic: Clinic) -> set[float | None]:
    return {run["knee_km"] and run["knee_km"]["value"] for run in clinic.doc.get("/api/activities").json()}


def _load_jobs(clinic: Clinic) -> list[Job]:
    with clinic.record.reading() as connection:
        return list(read_jobs(connection, ["loads"]))


def _as_an_older_program_kept_them(clinic: Clinic) -> None:
    with clinic.record.writing("as it was") as connection:
        for table, key in ((tables.run_load, "activity_id"), (tables.reference, "id")):
            for name, data in connection.execute(select(table.c[key], table.c.data)).all():
                old = {one: told for one, told in data.items() if one != "without_trials"}
                connection.execute(update(table).where(table.c[key] == name).values(data=old))
