"""The report as a page: everything is said, what is missing is said to be missing, nothing that was told is run."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from tests.unit.report.clinic_reports import TODAY, crowded_report, empty_report, full_report, hostile_report

from kneewise.evidence.knowledge import knowledge
from kneewise.language import LANGUAGES, Language
from kneewise.report.clinic.labels import FLAGS
from kneewise.report.clinic.page import report_page
from kneewise.report.clinic.wording import worded

SECTIONS = [
    "complaint",
    "red-flags",
    "course",
    "before-onset",
    "measures",
    "findings",
    "gait",
    "plan",
    "quality",
    "questions",
]


class _Seen(HTMLParser):
    """Tags and text of a page, as a browser reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text: list[str] = []
        self.inside_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)
        self.inside_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self.inside_style = False

    def handle_data(self, data: str) -> None:
        if not self.inside_style:
            self.text.append(data)


def seen(page: str) -> _Seen:
    found = _Seen()
    found.feed(page)
    return found


def text(page: str) -> str:
    return " ".join(" ".join(seen(page).text).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_is_there_on_two_sheets(language: Language) -> None:
    page = report_page(full_report(), language)
    assert re.findall(r'id="report-([a-z-]+)"', page) == SECTIONS
    assert page.count('class="r-sheet"') == 2
    assert f'<html lang="{language}">' in page
    assert "%(" not in page
    assert page.count("<svg") == 1


def test_a_clinician_finds_the_answers() -> None:
    said = text(report_page(full_report(states={"rf_locked": "not_asked", "rf_lump": "no"}), "en"))
    for part in (
        "Made-up runner of the demo",
        "4.5 → 3.2",
        "27.0 → 9.5",
        "about 23 Nov 2025 (6 weeks before the answers)",
        "6 of 10, usual 3",
        "Not asked (1) locked knee",
        "Asked: no (1) new or growing lump",
        "1.55 times as long",
        "1.52 (1.16 to 2.00)",
        "30.0 knee-km a week in the 4 weeks before, usually 27.0 (+11 %)",
        "+6 % (+5.5 to +6.5)",
        "+38.5 ✓",
        "low to moderate; link found",
        "source not read again",
        "runs 5 of 6; strength on 3 of 4 days",
        "LR+ 5.4, LR− 0.6",
        "“Should I see a doctor?”",
        "on 55 of 112 days",
    ):
        assert part in said, part


def test_numbers_and_days_are_german() -> None:
    said = text(report_page(full_report(), "de"))
    for part in ("4,5 → 3,2", "23.11.2025", "38,5", "0,260", "Warnzeichen", "gering bis mittel"):
        assert part in said, part


@pytest.mark.parametrize(("state", "word"), [("yes", "Yes locked knee"), ("unsure", "Not sure locked knee")])
def test_a_raised_flag_stands_first(state: str, word: str) -> None:
    page = report_page(full_report(states={"rf_locked": state}), "en")  # type: ignore[dict-item]
    assert word in text(page)
    assert 'class="r-tile r-alert"' in page


def test_what_is_missing_is_said() -> None:
    said = text(report_page(empty_report(), "en"))
    for part in (
        "Nothing to report yet",
        "sex not told · age not told · height not told · mass not told",
        "Not asked: the safety questions are not answered",
        "Not measured: neither a run nor a check-in",
        "not known: the day of the onset was not told",
        "Not measured: no outcome measure was scored.",
        "Not measured: too few runs with a cadence on both sides.",
        "No plan was made.",
        "none recorded",
    ):
        assert part in said, part
    assert "none answered yes" not in said
    assert re.search(r"\b(None|nan)\b", said) is None


#: What is said where nothing is known: false where it is only not shared.
_UNTRUE = {
    "runs": ("no run recorded", "none recorded", "no runs", "No plan was made"),
    "check_ins": ("Not asked", "not asked", "not answered", "no check-in", "No plan was made", "no outcome measure"),
    "video": ("Video: not measured", "watch only"),
    "notes": (),
}


@pytest.mark.parametrize("kind", sorted(_UNTRUE))
def test_what_is_not_shared_is_said_and_not_called_missing(kind: str) -> None:
    report = replace(empty_report(), withheld=frozenset({kind}), questions=())
    said = text(report_page(report, "en"))
    assert said.count("the runner does not share this") >= 1
    assert [words for words in _UNTRUE[kind] if words in said] == []
    others = text(report_page(replace(report, withheld=frozenset(_UNTRUE)), "en"))
    assert [words for each in _UNTRUE.values() for words in each if words in others] == []
    assert "Ask them before anything else" not in others


def test_a_video_in_the_table_has_its_days() -> None:
    gait = replace(full_report().gait, clip_days=(TODAY - timedelta(days=60), TODAY))
    filmed = replace(gait.changes[1], origin="video")
    shown = replace(full_report(), gait=replace(gait, changes=(*gait.changes, filmed)))
    assert "Video: the first of 14 Jan 2026, the last of 15 Mar 2026." in text(report_page(shown, "en"))
    once = replace(shown, gait=replace(shown.gait, clip_days=(TODAY,)))
    assert "Video of 15 Mar 2026; there is none to compare it with." in text(report_page(once, "en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_told_words_are_shown_and_never_run(language: Language) -> None:
    page = report_page(hostile_report(), language)
    found = seen(page)
    assert "script" not in found.tags
    assert not any(name.startswith("on") for name in found.attributes)
    assert page.count("</style>") == 1
    assert "{{ 7*7 }}" in text(page)
    assert "default-src 'none'" in page


def test_a_crowded_record_is_cut_and_says_so() -> None:
    said = text(report_page(crowded_report(), "en"))
    assert "more are in the data" in said
    assert "…" in said


def test_every_red_flag_has_a_short_name() -> None:
    assert set(FLAGS) == set(knowledge().red_flags)
    assert max(map(len, FLAGS.values())) <= 45


def test_without_a_picture_of_load_it_says_so() -> None:
    from dataclasses import replace

    report = full_report()
    assert report.course is not None
    drawn = worded(replace(report, course=replace(report.course, weeks=(), load_usual=None, load_now=None)), "en")
    [picture] = [block for part in drawn.sections for block in part.blocks if block.kind == "picture"]
    assert "No run recorded" in picture.svg


def test_examinations_stand_with_their_days_the_newest_first() -> None:
    told = " ".join(" ".join(seen(report_page(full_report(), "en")).text).split())
    assert "12 Mar 2026: Step test positive (LR+ 2.34); 23 Feb 2026: Thessaly test negative" in told
