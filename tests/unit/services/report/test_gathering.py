"""The report gathered from a record: the demo's, an empty one, one with a few answers alone."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from tests.clinical import ADDRESSES, CALM, TODAY, SetNow, diary, now

from kneewise.language import Language
from kneewise.report.clinic.content import ClinicReport
from kneewise.report.clinic.fhir import report_bundle
from kneewise.report.clinic.page import report_page
from kneewise.report.clinic.rows import report_csv
from kneewise.services.intake import assess_intake
from kneewise.services.measuring import score_measure
from kneewise.services.place import Place
from kneewise.services.report.gathering import clinic_report
from kneewise.services.response import did_it_help

__all__ = ["now"]


@pytest.fixture(scope="module")
def of_demo(demo_made: Path) -> ClinicReport:
    return clinic_report(Place(demo_made))


def test_the_demo_fills_every_part(of_demo: ClinicReport) -> None:
    report = of_demo
    assert report.made_up
    assert report.complaint is not None
    assert report.complaint.patterns[0].condition == "pfp"
    assert report.screening is not None
    assert not report.screening.having("yes", "unsure", "not_answered")
    assert report.course is not None
    assert report.course.pain_then is not None
    assert report.course.pain_now is not None
    assert report.course.pain_now < report.course.pain_then
    assert report.course.load_usual is not None
    assert [run.distance_ratio for run in report.before_onset.long_runs] == [pytest.approx(1.545, abs=0.01)]
    cadence = report.gait.changes[0]
    assert cadence.metric == "cadence_equal_speed"
    assert cadence.change is not None
    assert 3 < cadence.change.value < 9
    assert {each.id for each in report.measures} >= {"koos_pf", "nprs_worst"}
    assert report.plan.version is not None
    assert 0 < report.plan.runs_done <= report.plan.runs_planned
    assert "tests" in {each.kind for each in report.questions}


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_form_of_it_speaks_to_the_runner(of_demo: ClinicReport, language: Language) -> None:
    bundle = report_bundle(of_demo, language)["entry"]
    # A question stands as it was asked, as FHIR has it.
    told = [each for each in bundle if each["resource"]["resourceType"] != "QuestionnaireResponse"]
    page = re.sub(r"<style>.*?</style>", "", report_page(of_demo, language), flags=re.DOTALL)
    for form in (page, json.dumps(told, ensure_ascii=False)):
        assert ADDRESSES[language].findall(form) == []
    assert ADDRESSES["en"].findall(report_csv(of_demo)) == []


def test_the_picture_begins_before_the_onset_and_ends_today(of_demo: ClinicReport) -> None:
    course = of_demo.course
    assert course is not None
    assert course.onset is not None
    assert course.first < course.onset - timedelta(weeks=7)
    assert course.first.weekday() == 0
    assert course.last == of_demo.local_date
    days = [week.first_day for week in course.weeks]
    assert days == [days[0] + timedelta(weeks=place) for place in range(len(days))]


def test_the_answer_about_pregnancy_stays_here(of_demo: ClinicReport) -> None:
    assert of_demo.complaint is not None
    assert of_demo.complaint.told("pregnancy") is None
    assert of_demo.screening is not None
    assert "rf_preg_calf" not in {flag.id for flag in of_demo.screening.flags}


def test_an_empty_record_knows_nothing(tmp_path: Path, now: SetNow) -> None:
    report = clinic_report(Place(tmp_path / "data"))
    assert report.is_empty
    assert report.screening is None
    assert report.course is None
    assert report.quality.not_told == ("birth_year", "sex", "height_m", "mass_kg")
    assert [each.kind for each in report.questions] == ["no_intake", "no_clip"]


def test_flags_stand_as_they_were_answered(tmp_path: Path, now: SetNow) -> None:
    place = Place(tmp_path / "data")
    answers = {**CALM, "safety_none": "some_fit", "rf_locked": "yes", "rf_lump": "unsure", "rf_neuro": "no"}
    assess_intake(place, answers)
    screening = clinic_report(place).screening
    assert screening is not None
    states = {flag.id: flag.state for flag in screening.flags}
    assert (states["rf_locked"], states["rf_lump"], states["rf_neuro"]) == ("yes", "unsure", "no")
    assert states["rf_systemic"] == "not_answered"
    assert states["rf_open_wound"] == "not_asked"
    kinds = [each.kind for each in clinic_report(place).questions]
    assert kinds[:3] == ["flags_yes", "flags_unsure", "flags_open"]


def test_a_diary_without_intake_has_a_course_but_no_onset(tmp_path: Path, now: SetNow) -> None:
    place = Place(tmp_path / "data")
    diary(place, 90)
    report = clinic_report(place)
    assert not report.is_empty
    assert report.course is not None
    assert report.course.onset is None
    assert report.before_onset.since is None
    assert report.gait.split == "none"


def test_notes_can_be_left_out(tmp_path: Path, now: SetNow) -> None:
    place = Place(tmp_path / "data")
    diary(place, 90, better_from=45)
    assess_intake(place, {**CALM, "note": "my secret words"})
    did_it_help(place, TODAY - timedelta(days=45), "my secret shoes")
    assert "my secret" in repr(clinic_report(place))
    assert "my secret" not in repr(clinic_report(place, notes=False))


def test_a_score_has_its_limits(tmp_path: Path, now: SetNow) -> None:
    place = Place(tmp_path / "data")
    score_measure(place, "koos_pf", total=40.0, on=TODAY - timedelta(weeks=6))
    score_measure(place, "koos_pf", total=60.0)
    [measured] = clinic_report(place).measures
    assert measured.change == pytest.approx(20.0)
    assert measured.meaningful
    assert measured.important is not None
    assert measured.important.verified
