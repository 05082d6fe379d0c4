"""The printed week: complete, escaped, and fetching nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from tests.readability import assert_readable
from tests.sample_week import LONG_RUN, MONDAY, REST, SESSIONS, STRENGTH, WALK_RUN, WEEK, plan_of

from kneewise.domain import Estimate
from kneewise.report.week_html import week_html

VOID = {"meta", "path", "circle"}


class Outline(HTMLParser):
    """Texts by the innermost class, with a check that every element is closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.extend(attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "title") and data.strip():
            self.texts.append(data.strip().replace("\N{NO-BREAK SPACE}", " "))


def texts(page: str) -> list[str]:
    return Outline(page).texts


def test_a_week_holds_seven_days_and_every_session() -> None:
    page = week_html(WEEK, MONDAY, runner_name="Ada")
    assert page.count('<section class="day">') == 7
    for kind in ("Walk-run, 30 min", "Strength, 20 min", "Rest day", "Quicker steps, 20 min", "Run, 6 km", "Free"):
        assert kind in texts(page)
    assert {"Ada", "Week of 13 to 19 July 2026", "18:30"} <= set(texts(page))


def test_the_summary_adds_up() -> None:
    assert "3 runs · 2 strength sessions · 10.7 knee-km (9.6 to 11.8)" in texts(week_html(WEEK, MONDAY))


def test_a_sum_with_a_gap_is_not_told() -> None:
    unknown = replace(WALK_RUN, knee_km=Estimate(float("nan"), 0, 0, "knee-km", "watch"))
    assert "2 runs" in texts(week_html(plan_of(unknown, LONG_RUN), MONDAY))
    assert "Cost for the knee" not in texts(week_html(plan_of(unknown), MONDAY))


@pytest.mark.parametrize(
    ("sessions", "words"),
    [((), "Nothing is planned for this week."), ((REST,), "Rest and easy days."), ((STRENGTH,), "1 strength session")],
)
def test_quiet_weeks(sessions: tuple[type, ...], words: str) -> None:
    assert words in texts(week_html(plan_of(*sessions), MONDAY))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "heading"),
    [
        (date(2026, 7, 27), "Week of 27 July to 2 August 2026"),
        (date(2026, 12, 28), "Week of 28 December 2026 to 3 January 2027"),
    ],
)
def test_headings_over_months(first: date, heading: str) -> None:
    assert heading in texts(week_html(WEEK, first))


def test_nothing_is_fetched_and_nothing_runs() -> None:
    page = week_html(WEEK, MONDAY, runner_name="Ada")
    assert "default-src 'none'" in page
    assert not re.search(r"https?:|//[a-z]|url\(|@import|<script|<link|<img|<iframe", page)
    assert not [name for name, _ in Outline(page).attributes if name in ("src", "href") or name.startswith("on")]


def test_everything_from_outside_is_escaped() -> None:
    evil = '<script>alert("x")</script>&amp;'
    session = replace(WALK_RUN, dose=evil, why=evil, effort=evil, terrain=evil)
    exercises = tuple(replace(dose, name=evil, load=evil, text=evil) for dose in STRENGTH.exercises)
    page = week_html(plan_of(session, replace(STRENGTH, exercises=exercises)), MONDAY, runner_name=evil)
    assert "<script" not in page
    assert f"{evil}." in texts(page)
    assert evil in texts(page)


def test_the_plans_own_title_is_not_shown() -> None:
    page = week_html(WEEK, MONDAY)
    assert not [session.title for session in SESSIONS if session.title not in ("Bike",) and session.title in page]


def test_figures_are_asked_for_by_exercise() -> None:
    asked: list[str] = []

    def figure(exercise: str) -> str | None:
        asked.append(exercise)
        return None if exercise == "calf_raise" else '<svg viewBox="0 0 1 1"><path d="M0 0"></svg>'

    page = week_html(plan_of(STRENGTH), MONDAY, figure=figure)
    assert asked == [dose.exercise for dose in STRENGTH.exercises]
    assert page.count("<svg") == 2
    assert page.count('class="figure"') == 3
    assert 'class="figure"' not in week_html(plan_of(STRENGTH), MONDAY)


def test_the_pain_limit_is_told_once_where_it_is_the_same() -> None:
    assert texts(week_html(plan_of(STRENGTH), MONDAY)).count("Up to 3 of 10 is all right here.") == 1
    first, *rest = STRENGTH.exercises
    mixed = replace(STRENGTH, exercises=(replace(first, pain_cap=5), *rest))
    told = " ".join(texts(week_html(plan_of(mixed), MONDAY)))
    assert "pain up to 5 of 10" in told
    assert told.count("pain up to 3 of 10") == 2
    assert "all right here" not in told


def test_a_box_for_every_set() -> None:
    page = week_html(plan_of(STRENGTH), MONDAY)
    assert [len(re.findall("<i>", cell)) for cell in re.findall(r'<td class="sets">(.*?)</td>', page)] == [4, 3, 3]


def test_no_boxes_on_a_rest_day() -> None:
    page = week_html(plan_of(REST), MONDAY)
    assert '<p class="log">' not in page
    assert 'class="tick"' not in page


def test_numbers_stay_beside_their_units() -> None:
    assert "Walk-run, 30\N{NO-BREAK SPACE}min" in week_html(WEEK, MONDAY)


def test_a_runner_can_read_it() -> None:
    assert_readable((f"week {number}", text) for number, text in enumerate(texts(week_html(WEEK, MONDAY))))


def test_an_exercise_says_nothing_twice() -> None:
    dose = replace(
        STRENGTH.exercises[0],
        load="Body weight.",
        rest_s=60,
        text="4 times 30 seconds. Knee bend: 0 to 60 degrees. Keep breathing.",
    )
    told = texts(week_html(plan_of(replace(STRENGTH, exercises=(dose,))), MONDAY))
    assert "Body weight, 60 s rest. Knee bend: 0 to 60 degrees. Keep breathing." in told


def test_the_month_stands_where_it_begins() -> None:
    months = re.findall(r"<b>(\d+)</b><span>(\w+)</span>", week_html(WEEK, date(2026, 7, 27)))
    assert months == [("27", "Jul"), ("1", "Aug")]


def test_a_week_in_german_has_no_english_frame() -> None:
    page = week_html(WEEK, MONDAY, language="de")
    found = texts(page)
    assert '<html lang="de">' in page
    assert not {"Free", "Effort", "Pain during", "Cost for the knee", "Step rate"} & {text.strip() for text in found}
    assert any("2 Krafteinheiten" in text and "10,7 Knie-km" in text for text in found)
    assert not any("each side" in text or "knee-km" in text for text in found)


def test_english_is_written_as_ever() -> None:
    assert week_html(WEEK, MONDAY) == week_html(WEEK, MONDAY, language="en")
