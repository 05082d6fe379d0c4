"""The second page in words: gait, plan, findings, measures, data quality, and what is open for the appointment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from kneewise.report.clinic.blocks import Block, Fact, Facts, Paragraph, Section, Table
from kneewise.report.clinic.closing import quality_blocks, question_blocks
from kneewise.report.clinic.content import (
    ClinicReport,
    Found,
    Gait,
    GaitChange,
    Limit,
    Measured,
)
from kneewise.report.clinic.labels import (
    AREAS,
    CERTAINTY,
    METRICS,
    SUPPORTS,
)
from kneewise.report.clinic.page_one import not_shared
from kneewise.report.clinic.plan_words import plan_blocks
from kneewise.report.clinic.words import Words

_FOUND_ROWS, _MEASURE_ROWS, _GAIT_ROWS = 8, 6, 6
#: What the watch says as well, or what follows from the rest: last among what a video shows.
_SAID_ELSEWHERE = frozenset(
    {"cadence_spm", "step_time_s", "flight_time_s", "duty_factor", "contact_time_s", "speed_mps", "step_length_m"}
)
_DECIMALS = {"steps/min": 0, "%": 1, "m": 2, "m/s": 2, "s": 3, "deg": 1, "1": 2, "leg lengths": 2}


def page_two(report: ClinicReport, words: Words) -> Iterator[Section]:
    """Yield the sections of the second page, and the second half of the last row of the first one."""
    _ = words.gettext
    told = "check_ins" not in report.withheld
    measures = _measures(report.measures, words) if told else not_shared(words)
    yield Section("measures", _("Outcome measures"), tuple(measures), half=True)
    yield Section("findings", _("Findings along the chain"), tuple(_findings(report, words)), page=2)
    yield Section("gait", _("Gait before and after"), tuple(_gait(report, words)), half=True, page=2)
    yield Section("plan", _("Plan and what was done"), tuple(plan_blocks(report, words)), half=True, page=2)
    quality = tuple(quality_blocks(report.quality, report, words))
    yield Section("quality", _("Data quality and limits"), quality, half=True, page=2)
    questions = tuple(question_blocks(report.questions, report.plan, words))
    yield Section("questions", _("Open for the appointment"), questions, half=True, page=2)


# ------------------------------------------------------------------------------------------------------------ measures


def _measures(measures: Sequence[Measured], words: Words) -> Iterator[Block]:
    _ = words.gettext
    if not measures:
        yield Paragraph(_("Not measured: no outcome measure was scored."), "missing")
        return
    shown = measures[:_MEASURE_ROWS]
    first, last = min(each.scores[0][0] for each in shown), max(each.scores[-1][0] for each in shown)
    head = (
        _("Measure"),
        _("Scale"),
        _("First, %(day)s", day=words.day_short(first)),
        _("Latest, %(day)s", day=words.day_short(last)),
        _("Change"),
        _("Matters from"),
    )
    rows = tuple(_measure_row(each, first, last, words) for each in shown)
    yield Table(_("Outcome measures"), head, rows, (27, 18, 13, 14, 14, 14), (2, 3, 4, 5))
    note = _(
        "↑ ↓ which way is better; ✓ at least the minimal important and the minimal detectable change; (M) limit "
        "remembered, not checked."
    )
    rest = len(measures) - _MEASURE_ROWS
    if rest > 0:
        note += " " + words.ngettext("%(num)s more is in the data.", "%(num)s more are in the data.", rest)
    yield Paragraph(note, "note")


def _measure_row(each: Measured, first: date, last: date, words: Words) -> tuple[str, ...]:
    name = words.told(each.name) + (f" ({words.told(each.subscale)})" if each.subscale else "")
    scale = "↑" if each.better == "higher" else "↓"
    if each.low is not None and each.high is not None:
        ends = words.gettext("%(low)s to %(high)s", low=words.trimmed(each.low), high=words.trimmed(each.high))
        scale = f"{ends} {scale}"
    later = _dated(each.scores[-1], last, words) if len(each.scores) > 1 else "–"
    change = words.signed(each.change) + (" ✓" if each.meaningful else "")
    begin = _dated(each.scores[0], first, words)
    return name, scale, begin, later, change, _limits(each.important, each.detectable, words)


def _dated(score: tuple[date, float], column: date, words: Words) -> str:
    """Return a score; with its day where that is not the one of its column."""
    day, number = score
    said = words.trimmed(number)
    return said if day == column else f"{said} ({words.day_short(day)})"


def _limits(important: Limit | None, detectable: Limit | None, words: Words) -> str:
    known = [limit for limit in (important, detectable) if limit is not None]
    if not known:
        return words.gettext("not known")
    limit = max(known, key=lambda each: each.value)
    return f"{words.trimmed(limit.value)}{'' if limit.verified else ' (M)'}"


# ------------------------------------------------------------------------------------------------------------ findings


def _findings(report: ClinicReport, words: Words) -> Iterator[Block]:
    _, findings = words.gettext, report.findings
    held = [each for each in findings if each.state in ("present", "shown") and each.measure]
    held.sort(key=lambda each: each.state != "present")
    if held:
        head = (_("Area"), _("Finding"), _("Measured"), _("Evidence"), _("What changes it"))
        rows = tuple(_finding_row(each, words) for each in held[:_FOUND_ROWS])
        yield Table(_("Findings along the chain"), head, rows, (11, 19, 30, 13, 27))
    else:
        yield Paragraph(_("Nothing measured so far is over a limit."), "missing")
    yield Facts(tuple(_other_findings(findings, len(held) - _FOUND_ROWS, words)))
    if report.withheld:
        yield Paragraph(_("Findings that rest on what the runner does not share are left out."), "missing")


def _finding_row(each: Found, words: Words) -> tuple[str, ...]:
    _ = words.gettext
    name = words.told(each.clinical_name or each.name)
    if each.state == "shown":
        name = _("%(name)s (no limit known)", name=name)
    elif each.close_call:
        name = _("%(name)s (close call)", name=name)
    return _(AREAS[each.area]), name, words.told(each.measure), _evidence(each, words), words.told(each.what_changes_it)


def _evidence(each: Found, words: Words) -> str:
    _ = words.gettext
    if not each.verified:
        return _("source not read again")
    grade = _(CERTAINTY[each.certainty])
    if each.certainty_high:
        grade = _("%(low)s to %(high)s", low=grade, high=_(CERTAINTY[each.certainty_high]))
    return f"{grade}; {_(SUPPORTS[each.supports])}" if each.supports in SUPPORTS else grade


def _other_findings(findings: Sequence[Found], left_out: int, words: Words) -> Iterator[Fact]:
    _ = words.gettext
    if left_out > 0:
        yield Fact(_("Also"), words.ngettext("%(num)s more is in the data", "%(num)s more are in the data", left_out))
    groups = (
        (_("Looked for, absent"), [each for each in findings if each.state == "absent"], 10, ""),
        (_("Not measured"), [each for each in findings if each.state == "not_measured"], 10, "missing"),
        (_("Contested, not used"), [each for each in findings if each.state == "claim"], 6, ""),
    )
    for label, some, most, tone in groups:
        if some:
            names = dict.fromkeys(words.told(each.name) for each in some)
            yield Fact(label, words.listed(list(names), most), tone)  # type: ignore[arg-type]  # one of the tones


# ---------------------------------------------------------------------------------------------------------------- gait


def _gait(report: ClinicReport, words: Words) -> Iterator[Block]:
    if report.withheld >= {"runs", "video"}:
        yield from not_shared(words)
        return
    _, gait = words.gettext, report.gait
    if "runs" in report.withheld:
        yield from not_shared(words, kind="runs")
    else:
        yield Paragraph(_split_words(gait, words, told="check_ins" not in report.withheld), "note")
    yield from _changes(gait, words, watch="runs" not in report.withheld)
    if gait.trial:
        yield Facts((Fact(_("Trial"), words.told(gait.trial)),))
    if "video" in report.withheld:
        yield from not_shared(words, kind="video")
    elif not gait.clip_days:
        yield Paragraph(_("Video: not measured. Hip, pelvis, trunk and foot are not known."), "missing")


def _split_words(gait: Gait, words: Words, *, told: bool) -> str:
    _ = words.gettext
    if gait.split == "retraining":
        text = _("Before and after the trial of quicker steps of %(day)s", day=words.day(gait.split_on))
    elif gait.split == "onset":
        text = _("Before the onset, about %(day)s, and of late", day=words.day(gait.split_on))
    elif told:
        text = _("No day parts before from after: the onset was not told")
    else:
        text = _("No day parts before from after: the runner does not share the onset")
    runs = _("%(before)s and %(after)s runs", before=gait.runs_before, after=gait.runs_after)
    return f"{text} ({runs})."


def _changes(gait: Gait, words: Words, *, watch: bool) -> Iterator[Block]:
    _ = words.gettext
    if gait.changes:
        head = (_("Measure"), _("Before"), _("After"), _("Change"))
        rows = tuple(_gait_row(change, words) for change in sorted(gait.changes, key=_gait_rank)[:_GAIT_ROWS])
        yield Table(_("Gait before and after"), head, rows, (40, 14, 14, 32), (1, 2, 3))
        if any(change.origin == "video" for change in gait.changes):
            yield Paragraph(_clips_words(gait, words), "note")
        if watch:
            yield Paragraph(_("Speed differs between runs, so only the change at equal speed is a comparison."), "note")
    elif watch:
        yield Paragraph(_("Not measured: too few runs with a cadence on both sides."), "missing")


def _clips_words(gait: Gait, words: Words) -> str:
    _, days = words.gettext, gait.clip_days
    if days[0] == days[-1]:
        return _("Video of %(day)s; there is none to compare it with.", day=words.day(days[0]))
    return _("Video: the first of %(first)s, the last of %(last)s.", first=words.day(days[0]), last=words.day(days[-1]))


def _gait_rank(change: GaitChange) -> tuple[bool, bool, bool]:
    video = change.origin == "video"
    return video, video and change.metric in _SAID_ELSEWHERE, video and change.told_apart is not True


def _gait_row(change: GaitChange, words: Words) -> tuple[str, ...]:
    _ = words.gettext
    decimals = 0 if change.metric == "cadence_equal_speed" else _DECIMALS.get(change.unit, 1)
    name = _(METRICS[change.metric]) if change.metric in METRICS else change.metric
    if change.origin == "video":
        name = _("%(name)s, video", name=name)
    if change.change is None:
        said = "–"
    else:
        unit = " %" if change.change.unit == "%" else ""
        digits = _DECIMALS.get(change.change.unit, 1)
        said = words.interval(change.change, digits, unit)
        if change.told_apart is False:
            said += _(", not told apart")
    return name, words.number(change.before, decimals), words.number(change.after, decimals), said
