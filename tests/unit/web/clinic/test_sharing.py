"""Consent, the log, the list, what a clinician writes, and what is left after a runner has erased everything."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Date, Float, Integer, LargeBinary, event, insert, select
from tests.clinical import CALM, NOW, TODAY, SetNow
from tests.unit.web.clinic.conftest import Clinic
from tests.unit.web.clinic.people import HOLE, PASSWORD, addresses, plain

from kneewise.evidence.knowledge import knowledge
from kneewise.report.clinic.fhir import report_bundle
from kneewise.report.clinic.rows import rows
from kneewise.services.checking_in import record_check_in
from kneewise.services.clinic.attention import catch_up, due
from kneewise.services.clinic.notes import write_examination
from kneewise.services.clinic.sharing import share
from kneewise.services.findings import findings
from kneewise.services.intake import assess_intake, last_intake
from kneewise.services.own_data.export import export_all
from kneewise.services.report.gathering import clinic_report
from kneewise.storage import tables
from kneewise.storage.clinic_tables import SECRET
from kneewise.storage.counting import of_runner
from kneewise.storage.kinds import KIND_OF_EVENT, KINDS
from kneewise.web import access

pytestmark = pytest.mark.usefixtures("now", "each_database")

#: Short enough for every column.
MARK = "zqxmark"


def test_a_consent_that_is_withdrawn_holds_from_the_next_request(filled: Clinic) -> None:
    filled.doc.post(f"/clinic/runners/{filled.ann.account.id}/open")
    assert filled.doc.get("/load").status_code == 200
    ticked = {"clinician": filled.doc.account.id, "share.runs": "yes"}
    assert filled.ann.post("/my-clinic/share", ticked).status_code == 303
    answer = filled.doc.get("/plan")
    assert answer.status_code == 403
    assert "Check-ins" in answer.text
    told = plain(filled.doc.get("/load").text)
    assert "Check-ins, answers, scores and plan: the runner does not share this." in told
    assert filled.doc.get("/runs/none/way").status_code != 403
    assert filled.ann.post("/my-clinic/share", {"clinician": filled.doc.account.id}).status_code == 303
    assert filled.doc.get("/runs/none/way").status_code == 403
    assert filled.doc.get("/report").status_code == 403  # which one kind would open
    catch_up(filled.record)
    assert "Shares nothing with you" in plain(filled.doc.get("/clinic").text)


def test_what_is_refused_stands_in_the_log_too(filled: Clinic) -> None:
    share(filled.record, filled.ann.account.runner_id or "", filled.doc.account.id, ["runs"])
    filled.doc.get(f"/clinic/runners/{filled.ann.account.id}/notes")
    told = plain(filled.ann.get("/my-clinic/log").text)
    assert "Dr Doc (Clinician) asked, and was refused: Notes" in told


def test_the_list_is_in_the_order_of_urgency_with_reasons_in_words(filled: Clinic, now: SetNow) -> None:
    share(filled.record, filled.ben.account.runner_id or "", filled.doc.account.id, KINDS)
    assess_intake(filled.place_of(filled.ben), {**CALM, "safety_none": None, "rf_hot_joint_fever": "yes"})
    assert catch_up(filled.record) == 2
    assert catch_up(filled.record) == 0
    page = filled.doc.get("/clinic").text
    assert page.index(">Ben<") < page.index(">Ann<")
    assert "Red flag: acute hot swollen joint" in plain(page)
    now(NOW + timedelta(days=10))
    assert len(due(filled.record, (NOW + timedelta(days=10)).date())) == 2
    catch_up(filled.record)
    later = replace(filled.doc, browser=filled.signed_in("doc@clinic.test"))
    assert "No check-in for 10 days" in plain(later.get("/clinic").text)


def test_a_red_flag_question_without_an_answer_is_a_reason_of_its_own_that_rests_on_answers(filled: Clinic) -> None:
    runner = filled.ann.account.runner_id or ""
    answers = {name: answer for name, answer in CALM.items() if name != "safety_none"}
    every = [flag.id for flag in knowledge().red_flags.values()]
    asked = assess_intake(filled.place_of(filled.ann), answers).result.triage.unanswered
    calm = {name: "no" for name in asked if name in every}
    assess_intake(filled.place_of(filled.ann), {**answers, **calm, "rf_hot_joint_fever": None})
    catch_up(filled.record)
    told = plain(filled.doc.get("/clinic").text)
    assert "A safety question is not answered: acute hot swollen joint" in told
    assert "should be asked again" not in told
    share(filled.record, runner, filled.doc.account.id, ["runs"])
    assert "safety question" not in plain(filled.doc.get("/clinic").text)


def test_the_list_says_nothing_that_is_not_shared(filled: Clinic) -> None:
    runner = filled.ann.account.runner_id or ""
    assess_intake(filled.place_of(filled.ann), {**CALM, "safety_none": None, "rf_hot_joint_fever": "yes"})
    catch_up(filled.record)
    share(filled.record, runner, filled.doc.account.id, ["runs"])
    told = plain(filled.doc.get("/clinic").text)
    assert "Red flag" not in told
    assert "Last check-in" not in told
    assert "Last run" in told


def test_a_summary_is_due_when_something_is_told(filled: Clinic) -> None:
    catch_up(filled.record)
    record_check_in(filled.place_of(filled.ann), pain={"next_morning": 7.0})
    assert [name for name, _ in due(filled.record, NOW.date())] == [filled.ann.account.runner_id]


def test_summaries_leave_time_to_pages_and_end_with_the_server(filled: Clinic) -> None:
    for person in (filled.ann, filled.ben):
        record_check_in(filled.place_of(person), pain={"stairs": 3.0})
    rests: list[float] = []

    def rest(took_s: float) -> bool:
        rests.append(took_s)
        return len(rests) == 1

    assert catch_up(filled.record, rest=rest) == 1
    assert rests[0] > 0
    assert catch_up(filled.record, rest=rest) == 1
    assert len(rests) == 2


def test_the_report_tells_the_day_of_each_test_and_measure_of_an_examination(filled: Clinic, now: SetNow) -> None:
    now(NOW + timedelta(days=2))
    write_examination(
        filled.place_of(filled.ann), filled.doc.account, {"mcmurray": False}, {"clinician_hip_strength": 1.0}
    )
    now(NOW + timedelta(days=4))
    report = clinic_report(filled.place_of(filled.ann))
    [measured] = [each for each in report.findings if "clinician" in each.measure]
    assert measured.measure == "1 Nm/kg, measured by a clinician on 17 March 2026."
    assert [row.on for row in rows(report) if row.name == measured.id] == [TODAY + timedelta(days=2)]
    observed = [each["resource"] for each in report_bundle(report, "de")["entry"]]
    [told] = [each for each in observed if "Fachperson" in str(each.get("note"))]
    assert told["effectiveDateTime"] == "2026-03-17"
    assert told["note"][0]["text"] == "1 Nm/kg, von einer Fachperson am 17. März 2026 gemessen."
    assert report.complaint is not None
    assert {test.id: test.on for test in report.complaint.examined} == {
        "patellar_tilt": TODAY,
        "mcmurray": TODAY + timedelta(days=2),
    }


def test_results_of_an_examination_count_in_patterns_and_findings(filled: Clinic) -> None:
    place = filled.place_of(filled.ann)
    before = last_intake(place)
    path = f"/clinic/runners/{filled.ann.account.id}/examination"
    data = {"test.mcmurray": "positive", "measure.clinician_hip_strength": "1", "text": "as always"}
    answer = filled.doc.post(path, data)
    if answer.status_code != 303:
        pytest.fail(plain(answer.text)[:400])
    after = last_intake(place)
    assert before is not None
    assert after is not None
    assert after.clinical_tests == {"patellar_tilt": True, "mcmurray": True}
    assert after.recorded_at == before.recorded_at  # asked again no sooner
    measured = [each.measure for each in findings(place, clinician=True).results if each.measure is not None]
    assert any(each.metric == "clinician_hip_strength" and each.origin == "clinician" for each in measured)
    page = plain(filled.doc.get(path).text)
    assert "ratio if positive: 5.4" in page
    assert "Nijs et al. 2006" in page
    assert "nijs-2006" not in page


def test_a_proposal_changes_the_plan_only_when_it_is_accepted(filled: Clinic) -> None:
    place = filled.place_of(filled.ann)
    page = filled.ann.get("/my-clinic").text
    proposal = re.search(r"/my-clinic/proposals/(\w+)", page)
    assert proposal is not None
    assert filled.doc.post(f"/my-clinic/proposals/{proposal[1]}", {"decision": "accept"}).status_code in (403, 404)
    answer = filled.ann.post(f"/my-clinic/proposals/{proposal[1]}", {"decision": "accept", "text": "gladly"})
    assert answer.headers["location"] == "/my-clinic?said=accepted"
    again = filled.ann.post(f"/my-clinic/proposals/{proposal[1]}", {"decision": "decline"})
    assert again.status_code == 422
    assert "gladly" in filled.doc.get(f"/clinic/runners/{filled.ann.account.id}/proposals").text
    from kneewise.services.plan_now import plan_now

    assert plan_now(place).gathered.told.availability.runs_per_week == 3


#: Folded on every page of the runner; a clinician's page has it only where its line names videos.
_CALIBRATES = {"knee_trial", "knee_trial_withdrawn"}
_RUN_TABLES = {"activity", "stream", "run_load"}


def test_a_route_reads_no_kind_that_its_line_does_not_name(filled: Clinic) -> None:
    """What each page asks the database for is seen there, not believed."""
    seen: set[str] = set()

    def see(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if " event" in statement and "SELECT" in statement:
            given = parameters.values() if isinstance(parameters, dict) else parameters
            kinds = {each for each in given if each in KIND_OF_EVENT} - _CALIBRATES
            seen.update(KIND_OF_EVENT[each] for each in kinds)
        if "SELECT" in statement and any(f"FROM {name}" in statement for name in _RUN_TABLES):
            seen.add("runs")

    holes = addresses(filled, filled.ann)
    event.listen(filled.record.engine, "before_cursor_execute", see)
    try:
        for (method, path), need in access.ACCESS.items():
            if need.who != "record" or method != "GET":
                continue
            seen.clear()
            filled.ann.get(HOLE.sub(lambda hole: holes[hole[1]], path))
            assert seen <= need.all_kinds, (path, seen)
    finally:
        event.remove(filled.record.engine, "before_cursor_execute", see)


def test_every_kind_of_event_belongs_to_a_kind_of_data() -> None:
    from typing import get_args

    from kneewise.storage import EventKind

    assert set(KIND_OF_EVENT) == set(get_args(EventKind))


def _plant(clinic: Clinic, runner_id: str, account_id: str, mark: str) -> None:
    """Put a mark into every column of every table, in a row of this runner's."""
    with clinic.record.writing("planting") as connection:
        for table in tables.metadata.sorted_tables:
            if table.name == "runner":
                connection.execute(table.update().where(table.c.id == runner_id).values(name=mark))
                continue
            if table.name == "account":
                free = {c.name: f"{mark}-{c.name}"[: getattr(c.type, "length", None)] for c in _texts(table)}
                connection.execute(table.update().where(table.c.id == account_id).values(**free))
                continue
            row = {column.name: _planted(column, mark, table.name) for column in table.columns}
            given = {"runner_id": runner_id, "open_runner_id": runner_id, "account_id": account_id}
            given |= {"clinician_id": clinic.root.account.id, "activity_id": mark, "counted_id": mark, "job_id": mark}
            row |= {name: value for name, value in given.items() if name in row}
            if table.name in ("original", "file_result"):
                row["sha256"] = sha256(mark.encode()).hexdigest()
            if table.name == "attention":  # one row a runner
                connection.execute(table.delete().where(of_runner(table, runner_id)))
            connection.execute(insert(table), row)
    clinic.record.originals.put({sha256(mark.encode()).hexdigest(): mark.encode()})


def _texts(table: Any) -> list[Any]:
    keys = {"id", "runner_id", "role", "sex", "timezone"}
    return [c for c in table.columns if c.name not in keys and isinstance(_planted(c, "x", ""), str)]


def _planted(column: Any, mark: str, table: str) -> Any:
    by_type: list[tuple[Any, Any]] = [
        (JSON, {"text": mark}),
        (Boolean, False),
        (Date, TODAY),
        (Float, 1.0),
        (Integer, 4711 + len(table) + sum(map(ord, mark))),
        (LargeBinary, mark.encode()),
        (tables.Instant, NOW),
    ]
    return next((value for kind, value in by_type if isinstance(column.type, kind)), mark)


def _files_with(clinic: Clinic, mark: str) -> list[str]:
    files = [path for path in clinic.place.data.rglob("*") if path.is_file()]
    return [str(path) for path in files if mark.encode() in path.read_bytes()]


def test_nothing_of_a_runner_is_left_after_erasing_and_all_of_the_other(
    filled: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = filled.ann.account, filled.ben.account
    _plant(filled, ann.runner_id or "", ann.id, MARK)
    _plant(filled, ben.runner_id or "", ben.id, "qzother")
    assert _files_with(filled, MARK)
    # The planted mark has taken the place of the password's hash.
    monkeypatch.setattr(filled.app.state.door.sign_in, "must_know", lambda *_asked: None)
    answer = filled.ann.post("/my-data/erase", {"word": "erase"})
    assert answer.status_code == 200, plain(answer.text)[:300]
    assert _files_with(filled, MARK) == []
    with filled.record.reading() as connection:
        for table in tables.metadata.sorted_tables:
            rows = str(connection.execute(select(table)).all())
            assert MARK not in rows, table.name
            assert (ann.runner_id or "") not in rows, table.name
            assert ann.id not in rows, table.name
            assert "qzother" in rows or table.name == "care", table.name  # of ids and times alone
            assert (ben.runner_id or "") in rows or ben.id in rows or "qzother" in rows, table.name
    assert filled.ann.get("/account").status_code == 303
    assert filled.ben.get("/my-clinic").status_code == 200


def test_an_open_browser_alone_erases_nothing_and_tries_count_as_those_of_signing_in(clinic: Clinic) -> None:
    assert "current-password" in clinic.ann.get("/my-data").text
    for wrong in ({}, {"password": "wrong"}):
        refused = clinic.ann.post("/my-data/erase", {"word": "erase", **wrong})
        assert (refused.status_code, "nothing was changed" in refused.text) == (422, True)
    for _ in range(3):
        clinic.ann.post("/my-data/erase", {"word": "erase", "password": "wrong"})
    late = clinic.ann.post("/my-data/erase", {"word": "erase", "password": PASSWORD})
    assert (late.status_code, "Too many tries" in late.text) == (422, True)
    assert clinic.ann.get("/account").status_code == 200


def test_an_export_holds_all_of_a_runner_and_no_secret(filled: Clinic, tmp_path: Any) -> None:
    export_all(filled.place_of(filled.ann), tmp_path / "out")
    text = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out" / "tables").glob("*.jsonl"))
    assert filled.ann.account.id in text
    assert "Walks well." in text
    assert filled.ben.account.id not in text
    with filled.record.reading() as connection:
        for table in tables.metadata.sorted_tables:
            for column in table.columns:
                if column.info.get(SECRET):
                    held = [each for each in connection.execute(select(column)).scalars() if each]
                    assert not any(each in text for each in held), column


def test_a_runner_sees_neither_the_clinics_folder_nor_its_backups(filled: Clinic) -> None:
    page = filled.ann.get("/my-data").text
    assert str(filled.place.data) not in page + filled.ann.get("/api/data").text
    assert "/my-data/backup" not in page
    assert filled.ann.post("/my-data/backup").status_code == 404


def test_imports_of_one_runner_are_not_seen_by_another(filled: Clinic) -> None:
    group = "0" * 32
    headers = {"x-file-name": "run.csv", "x-import-group": group}
    sent = filled.ben.post(
        "/import/upload", content=b"date,distance_m,moving_s\n2026-03-01,5000,1500\n", headers=headers
    )
    assert sent.json()["waiting"] == 1
    assert filled.ann.post("/import/begin", {"group": group}).status_code == 422
    job = filled.ben.post("/import/begin", {"group": group}).json()["id"]
    assert filled.ann.get(f"/api/imports/{job}").status_code in (404, 422)
    assert filled.ann.get("/api/imports").json() == []
    assert filled.ann.get(f"/import/results/{group}").status_code == 404
    assert [each["id"] for each in filled.ben.get("/api/imports").json()] == [job]


def test_a_report_is_called_by_the_name_that_the_runner_gives(filled: Clinic) -> None:
    filled.doc.post(f"/clinic/runners/{filled.ann.account.id}/open")
    assert "Ann · " in plain(filled.doc.get("/report/preview").text)
    assert filled.ann.post("/settings/profile", {"name": "  Ann  Marie "}).status_code == 303
    for form in ("html", "json", "csv"):
        text = filled.doc.get(f"/report/{form}").text
        assert "Ann Marie" in text, form
        assert form == "json" or (filled.ann.account.runner_id or "") not in text, form
    assert filled.ann.post("/settings/profile", {"name": ""}).status_code == 303
    assert "Ann Marie" not in filled.doc.get("/report/html").text
