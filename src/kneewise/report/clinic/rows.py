"""The report as a tidy table: one fact a row, the unit in the item's name, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from kneewise.report.clinic.content import ClinicReport
from kneewise.report.clinic.labels import WITHHELD
from kneewise.report.clinic.words import Words

COLUMNS: Final[Mapping[str, str]] = {
    "part": "part of the report",
    "local_date": "the runner's calendar day, or the first one of a period; empty where none is known",
    "until_date": "last day of a period; empty for a single day",
    "item": "what the row says, with its unit at the end of the name",
    "name": "which one, where there are several: a question, a measure, a finding",
    "value": "the number; empty where it is not known, never 0 for unknown",
    "low": "lower end of its interval",
    "high": "upper end of its interval",
    "words": "an answer or a sentence; the runner's own words as they were told",
}
#: Items and what they mean.
ITEMS: Final[Mapping[str, str]] = {
    "not_shared": "a kind of data that the runner does not share with the reader; nothing in the table rests on it",
    "name": "name of the runner, where one was told",
    "birth_year": "year of birth",
    "sex": "f or m",
    "height_m": "body height",
    "mass_kg": "body mass",
    "answer": "an answer of the intake in words; `name` is the question",
    "answer_number": "an answer of the intake as a number, in the unit of the question in `words`",
    "red_flag": "how a red flag stands: yes, unsure, no, listed_no, not_asked or not_answered; `name` is the flag",
    "triage": "what the safety questions led to",
    "pattern": "a pattern that the answers fit, no diagnosis; `words` is how well",
    "examined": "result of an examination test; `name` is the test",
    "onset": "about the day on which it began",
    "pain_worst_0_10": "worst pain of a day",
    "pain_during_0_10": "pain during running",
    "pain_next_morning_0_10": "pain on the morning after",
    "load_knee_km": "load of a week",
    "distance_m": "distance of a week",
    "runs": "runs of a week",
    "event": "something that happened on a day; `name` is its kind",
    "usual_load_knee_km": "mean week before the weeks before the onset",
    "before_onset_load_knee_km": "mean week in the weeks before the onset",
    "long_run_ratio": "distance of a run over the longest of the 30 days before",
    "gait_before": "a gait measure before; `name` ends in its unit",
    "gait_after": "the same after",
    "gait_change": "the change with its interval, at equal speed where `name` says so",
    "finding": "a finding; `words` is its state, its certainty and what was measured",
    "measure_score": "a score of an outcome measure",
    "measure_change": "latest less first score",
    "measure_minimal_important_change": "smallest change that matters",
    "measure_minimal_detectable_change": "smallest change that is more than chance",
    "runs_done": "planned runs that were done in the period",
    "runs_planned": "runs that were planned in the period",
    "strength_days_done": "days with logged strength work in the period",
    "session": "a planned session; `name` is its kind",
    "helped_pain_points": "pain after a change less before it, at equal load",
    "goal_distance_m": "distance that the runner wants to run",
    "told_days": "days with a check-in",
    "days": "days since the first check-in",
    "recorded_runs": "runs in the time that the report shows",
    "runs_with_load": "of these, runs with a load",
    "runs_with_cadence": "of these, runs with a measured cadence",
}
#: The table is in English; sentences that speak to the runner speak of the runner in it.
_WORDS: Final = Words("en")
#: Signs that make a spreadsheet take a cell for a formula.
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One fact."""

    part: str
    item: str
    on: date | None = None
    until: date | None = None
    name: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    words: str = ""

    def cells(self) -> tuple[str, ...]:
        """Return the cells in the order of `COLUMNS`."""
        return (
            self.part,
            "" if self.on is None else self.on.isoformat(),
            "" if self.until is None else self.until.isoformat(),
            self.item,
            safe(self.name),
            *(_number(number) for number in (self.value, self.low, self.high)),
            safe(self.words),
        )


def report_csv(report: ClinicReport) -> str:
    """Return the report as CSV: UTF-8, a decimal point, SI units, the names of items in English."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    table.writerows(row.cells() for row in rows(report))
    return out.getvalue()


def safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe before a sign that would begin one."""
    return f"'{text}" if text.lstrip(" ").startswith(_RISKY) or text.startswith(_RISKY) else text


def _number(number: float | None) -> str:
    return "" if number is None else f"{round(number, 6):g}" if abs(number) < 1e6 else f"{number:.0f}"


def rows(report: ClinicReport) -> Iterator[Row]:
    """Yield every fact of the report."""
    yield from _who(report)
    yield from _told(report)
    yield from _course(report)
    yield from _gait(report)
    yield from _found(report)
    yield from _measures(report)
    yield from _plan(report)
    yield from _quality(report)


def _who(report: ClinicReport) -> Iterator[Row]:
    who = report.who
    yield Row(part="who", item="name", words=who.name)
    yield Row(part="who", item="birth_year", value=who.birth_year)
    yield Row(part="who", item="sex", words=who.sex or "")
    yield Row(part="who", item="height_m", value=who.height_m)
    yield Row(part="who", item="mass_kg", value=who.mass_kg)
    for kind, sentence in WITHHELD.items():
        if kind in report.withheld:
            yield Row(part="who", item="not_shared", name=kind, words=sentence)


def _told(report: ClinicReport) -> Iterator[Row]:
    complaint, screening = report.complaint, report.screening
    if complaint is not None:
        on = complaint.answered_on
        yield Row(part="complaint", item="onset", on=complaint.onset)
        for told in complaint.answers:
            if told.number is not None:
                item = "answer_number"
                yield Row(part="complaint", item=item, on=on, name=told.question, value=told.number, words=told.unit)
            else:
                words = told.words or "; ".join(map(_WORDS.told, told.texts))
                yield Row(part="complaint", item="answer", on=on, name=told.question, words=words)
        for pattern in complaint.patterns:
            yield Row(part="complaint", item="pattern", on=on, name=pattern.clinical_name, words=pattern.fit)
        for test in complaint.examined:
            result = "positive" if test.result else "negative"
            name = _WORDS.told(test.name)
            yield Row(part="complaint", item="examined", on=test.on, name=name, words=result)
    if screening is not None:
        on = screening.answered_on
        label = _WORDS.told(screening.label)
        yield Row(part="red_flags", item="triage", on=on, name=screening.level, words=label)
        for flag in screening.flags:
            yield Row(part="red_flags", item="red_flag", on=on, name=flag.id, words=flag.state)


def _course(report: ClinicReport) -> Iterator[Row]:
    course, before = report.course, report.before_onset
    for day in () if course is None else course.pain:
        for item, number in (
            ("pain_worst_0_10", day.worst),
            ("pain_during_0_10", day.during),
            ("pain_next_morning_0_10", day.next_morning),
        ):
            if number is not None:
                yield Row(part="course", item=item, on=day.local_date, value=number)
    for week in () if course is None else course.weeks:
        on = week.first_day
        yield Row(part="course", item="load_knee_km", on=on, value=week.knee_km, low=week.low, high=week.high)
        yield Row(part="course", item="distance_m", on=on, value=week.distance_m)
        yield Row(part="course", item="runs", on=on, value=week.runs)
    for event in () if course is None else course.events:
        yield Row(part="course", item="event", on=event.local_date, name=event.kind, words=event.words)
    since, until = before.since, before.until
    yield Row(part="before_onset", item="usual_load_knee_km", value=before.usual_knee_km)
    yield Row(part="before_onset", item="before_onset_load_knee_km", on=since, until=until, value=before.before_knee_km)
    for run in before.long_runs:
        yield Row(part="before_onset", item="long_run_ratio", on=run.local_date, value=run.distance_ratio)


def _gait(report: ClinicReport) -> Iterator[Row]:
    on = report.gait.split_on
    for each in report.gait.changes:
        name = f"{each.metric}, {each.origin}, {each.unit}"
        yield Row(part="gait", item="gait_before", until=on, name=name, value=each.before)
        yield Row(part="gait", item="gait_after", on=on, name=name, value=each.after)
        if each.change is not None:
            low, high = each.change.low, each.change.high
            yield Row(part="gait", item="gait_change", on=on, name=name, value=each.change.value, low=low, high=high)


def _found(report: ClinicReport) -> Iterator[Row]:
    for each in report.findings:
        grade = f"{each.certainty}-{each.certainty_high}" if each.certainty_high else each.certainty
        parts = [each.state, grade if each.verified else f"{grade} (not checked)", _WORDS.told(each.measure)]
        words = "; ".join(part for part in parts if part)
        yield Row(part="findings", item="finding", on=each.on or report.local_date, name=each.id, words=words)


def _measures(report: ClinicReport) -> Iterator[Row]:
    for each in report.measures:
        name = f"{each.id} {each.subscale}".strip()
        for on, score in each.scores:
            yield Row(part="measures", item="measure_score", on=on, name=name, value=score)
        if each.change is not None:
            first, last = each.scores[0][0], each.scores[-1][0]
            yield Row(part="measures", item="measure_change", on=first, until=last, name=name, value=each.change)
        for item, limit in (
            ("measure_minimal_important_change", each.important),
            ("measure_minimal_detectable_change", each.detectable),
        ):
            if limit is not None:
                checked = "" if limit.verified else "not checked"
                yield Row(part="measures", item=item, name=name, value=limit.value, words=checked)


def _plan(report: ClinicReport) -> Iterator[Row]:
    plan, today = report.plan, report.local_date
    yield Row(
        part="plan", item="goal_distance_m", on=plan.goal_day, value=plan.goal_distance_m, words=plan.goal_kind or ""
    )
    if plan.version is not None:
        yield Row(part="plan", item="runs_done", until=today, value=plan.runs_done)
        yield Row(part="plan", item="runs_planned", until=today, value=plan.runs_planned)
        yield Row(part="plan", item="strength_days_done", until=today, value=plan.strength_days)
    for session in plan.ahead:
        dose = _WORDS.told(session.dose)
        yield Row(part="plan", item="session", on=session.local_date, name=session.kind, words=dose)
    for each in plan.helped:
        points, name = each.points, each.words or each.kind
        yield Row(
            part="plan",
            item="helped_pain_points",
            on=each.since,
            name=name,
            value=points.value,
            low=points.low,
            high=points.high,
        )


def _quality(report: ClinicReport) -> Iterator[Row]:
    found = report.quality
    yield Row(part="quality", item="told_days", value=found.told_days)
    yield Row(part="quality", item="days", value=found.days)
    for item, number in (
        ("recorded_runs", found.runs),
        ("runs_with_load", found.runs_numbered),
        ("runs_with_cadence", found.runs_with_cadence),
    ):
        yield Row(part="quality", item=item, on=found.first_run, until=found.last_run, value=number)
