"""The second page in words: gait, plan, findings, measures, data quality, and what is open for the appointment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from kneewise.report.clinic.blocks import Block, Bullets, Fact, Facts, Paragraph, Section, Table
from kneewise.report.clinic.complaint import Test
from kneewise.report.clinic.content import (
    Asked,
    ClinicReport,
    Found,
    Gait,
    GaitChange,
    Helped,
    Limit,
    Measured,
    PlanReport,
    Quality,
)
from kneewise.report.clinic.labels import AREAS, CERTAINTY, EVENTS, FLAGS, METRICS, SESSIONS, SUPPORTS, VERDICTS
from kneewise.report.clinic.page_one import not_told_words
from kneewise.report.clinic.words import Words

_FOUND_ROWS, _MEASURE_ROWS, _GAIT_ROWS, _AHEAD = 8, 6, 6, 6
#: What the watch says as well, or what follows from the rest: last among what a video shows.
_SAID_ELSEWHERE = frozenset(
    {"cadence_spm", "step_time_s", "flight_time_s", "duty_factor", "contact_time_s", "speed_mps", "step_length_m"}
)
_DECIMALS = {"steps/min": 0, "%": 1, "m": 2, "m/s": 2, "s": 3, "deg": 1, "1": 2, "leg lengths": 2}
_QUESTION_LENGTH = 260
_SENTENCES = 2


def page_two(report: ClinicReport, words: Words) -> Iterator[Section]:
    """Yield the sections of the second page, and the second half of the last row of the first one."""
    _ = words.gettext
    yield Section("measures", _("Outcome measures"), tuple(_measures(report.measures, words)), half=True)
    yield Section("findings", _("Findings along the chain"), tuple(_findings(report.findings, words)), page=2)
    yield Section("gait", _("Gait before and after"), tuple(_gait(report.gait, words)), half=True, page=2)
    yield Section("plan", _("Plan and what was done"), tuple(_plan(report.plan, words)), half=True, page=2)
    quality = tuple(_quality(report.quality, report, words))
    yield Section("quality", _("Data quality and limits"), quality, half=True, page=2)
    questions = tuple(_questions(report.questions, report.plan, words))
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


def _findings(findings: Sequence[Found], words: Words) -> Iterator[Block]:
    _ = words.gettext
    held = [each for each in findings if each.state in ("present", "shown") and each.measure]
    held.sort(key=lambda each: each.state != "present")
    if held:
        head = (_("Area"), _("Finding"), _("Measured"), _("Evidence"), _("What changes it"))
        rows = tuple(_finding_row(each, words) for each in held[:_FOUND_ROWS])
        yield Table(_("Findings along the chain"), head, rows, (11, 19, 30, 13, 27))
    else:
        yield Paragraph(_("Nothing measured so far is over a limit."), "missing")
    yield Facts(tuple(_other_findings(findings, len(held) - _FOUND_ROWS, words)))


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
        return _("not checked")
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


def _gait(gait: Gait, words: Words) -> Iterator[Block]:
    _ = words.gettext
    if gait.split == "retraining":
        text = _("Before and after the trial of quicker steps of %(day)s", day=words.day(gait.split_on))
    elif gait.split == "onset":
        text = _("Before the onset, about %(day)s, and of late", day=words.day(gait.split_on))
    else:
        text = _("No day parts before from after: the onset was not told")
    runs = _("%(before)s and %(after)s runs", before=gait.runs_before, after=gait.runs_after)
    yield Paragraph(f"{text} ({runs}).", "note")
    if gait.changes:
        head = (_("Measure"), _("Before"), _("After"), _("Change"))
        rows = tuple(_gait_row(change, words) for change in sorted(gait.changes, key=_gait_rank)[:_GAIT_ROWS])
        yield Table(_("Gait before and after"), head, rows, (40, 14, 14, 32), (1, 2, 3))
        yield Paragraph(_("Speed differs between runs, so only the change at equal speed is a comparison."), "note")
    else:
        yield Paragraph(_("Not measured: too few runs with a cadence on both sides."), "missing")
    if gait.trial:
        yield Facts((Fact(_("Trial"), words.told(gait.trial)),))
    if not gait.clips:
        yield Paragraph(_("Video: not measured. Hip, pelvis, trunk and foot are not known."), "missing")


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


# ---------------------------------------------------------------------------------------------------------------- plan


def _plan(plan: PlanReport, words: Words) -> Iterator[Block]:
    _ = words.gettext
    if plan.refused:
        yield Paragraph(_("Stopped: %(why)s", why=words.told(plan.refused)), "alert")
    if plan.version is None:
        yield Paragraph(_("No plan was made."), "missing")
    yield Facts(tuple(_plan_facts(plan, words)))


def _plan_facts(plan: PlanReport, words: Words) -> Iterator[Fact]:
    _ = words.gettext
    if plan.version is not None:
        since = _("version %(version)s, since %(day)s", version=plan.version, day=words.day(plan.start))
        yield Fact(_("Phase"), f"{words.told(plan.phase)} ({since})" if plan.phase else since)
        yield _done(plan, words)
    if plan.goal_distance_m is not None:
        yield Fact(_("Goal"), f"{words.trimmed(plan.goal_distance_m / 1000)} km" + _by(plan, words))
    if plan.outlook:
        yield Fact(_("Outlook"), _outlook(plan, words))
    if plan.ahead:
        ahead = [f"{words.day_short(each.local_date)} {_session(each.kind, each.dose, words)}" for each in plan.ahead]
        yield Fact(_("Next 7 days"), words.listed(ahead, _AHEAD))
    if plan.decision:
        yield Fact(_("Rules now"), words.told(plan.decision))
    if plan.one_run_more is not None:
        points = words.interval(plan.one_run_more)
        yield Fact(_("Load and pain"), _("one usual run more: %(points)s of 10", points=points))
    elif plan.response:
        yield Fact(_("Load and pain"), _first(words.told(plan.response)), "missing")
    if plan.helped:
        yield Fact(_("Did it help"), words.listed([_helped(each, words) for each in plan.helped]))


def _outlook(plan: PlanReport, words: Words) -> str:
    if plan.earliest is None or plan.latest is None:
        return _first(words.told(plan.outlook))
    return words.gettext(
        "not before %(earliest)s; %(latest)s if one session in three is done again; no promise",
        earliest=words.day(plan.earliest),
        latest=words.day(plan.latest),
    )


def _by(plan: PlanReport, words: Words) -> str:
    return "" if plan.goal_day is None else words.gettext(", by %(day)s", day=words.day(plan.goal_day))


def _done(plan: PlanReport, words: Words) -> Fact:
    _ = words.gettext
    runs = _("runs %(done)s of %(planned)s", done=plan.runs_done, planned=plan.runs_planned)
    if plan.strength_days is None:
        strength = _("strength never logged")
    else:
        strength = _("strength on %(done)s of %(planned)s days", done=plan.strength_days, planned=plan.strength_planned)
    label = _("Done, %(days)s days", days=plan.window_days)
    return Fact(label, f"{runs}; {strength}", "missing" if plan.strength_days is None else "")


def _session(kind: str, dose: str, words: Words) -> str:
    name = words.gettext(SESSIONS[kind]) if kind in SESSIONS else kind
    return name if kind == "strength" else f"{name} {words.told(dose)}".strip()


def _helped(each: Helped, words: Words) -> str:
    _ = words.gettext
    what = each.words or _(EVENTS.get(each.kind, EVENTS["change"]))
    verdict = _(VERDICTS.get(each.verdict, each.verdict))
    points = words.interval(each.points)
    day = words.day_short(each.since)
    return _(
        "%(what)s, %(day)s: %(points)s of 10 at equal load, %(verdict)s",
        what=what,
        day=day,
        points=points,
        verdict=verdict,
    )


def _first(text: str) -> str:
    """Return the sentences that matter: what follows explains."""
    parts = text.split(". ")
    return text if len(parts) <= _SENTENCES else ". ".join(parts[:_SENTENCES]) + "."


# ------------------------------------------------------------------------------------------------------------- quality


def _quality(quality: Quality, report: ClinicReport, words: Words) -> Iterator[Block]:
    yield Facts(tuple(_quality_facts(quality, words)))
    rules = "" if report.screening is None else report.screening.rules_version
    yield Paragraph(_limits_words(rules, words), "note")


def _quality_facts(quality: Quality, words: Words) -> Iterator[Fact]:
    _ = words.gettext
    if quality.runs:
        runs = _(
            "%(runs)s in the time shown; %(numbered)s with a load, %(cadence)s with measured cadence",
            runs=words.number(quality.runs),
            numbered=words.number(quality.runs_numbered),
            cadence=words.number(quality.runs_with_cadence),
        )
        yield Fact(_("Runs"), runs)
    else:
        yield Fact(_("Runs"), _("none recorded"), "missing")
    if quality.days:
        told = _("on %(told)s of %(days)s days", told=words.number(quality.told_days), days=words.number(quality.days))
        yield Fact(_("Check-ins"), told)
    else:
        yield Fact(_("Check-ins"), _("none"), "missing")
    tiers = {"watch": _("watch only"), "video": _("watch, set by video"), "lab": _("watch, set by a lab trial")}
    yield Fact(_("Measured by"), tiers[quality.tier])
    yield Fact(_("Load relative to"), words.told(quality.reference), "" if quality.reference_own else "missing")
    if quality.not_told:
        yield Fact(_("Not told"), not_told_words(quality.not_told, words), "missing")


def _limits_words(rules: str, words: Words) -> str:
    _ = words.gettext
    text = _(
        "Loads are a model's: good to a few per cent within one runner, not between runners. Pain is as told. "
        "Before and after in one person is no proof of cause. Intervals hold 9 times in 10. No finding is a cause or "
        "a personal risk. The answer about pregnancy is not part of a report."
    )
    return text + " " + _("Safety rules %(version)s.", version=rules) if rules else text


# ----------------------------------------------------------------------------------------------------------- questions


def _questions(asked: Sequence[Asked], plan: PlanReport, words: Words) -> Iterator[Block]:
    if not asked:
        yield Paragraph(words.gettext("Nothing is open by the rules of this report."), "missing")
        return
    yield Bullets(tuple(_asked(each, plan, words) for each in asked), numbered=True)


def _asked(each: Asked, plan: PlanReport, words: Words) -> str:
    _ = words.gettext
    names = words.listed([_(FLAGS[name]) for name in each.names if name in FLAGS])
    if each.kind in ("flags_yes", "flags_unsure", "flags_open"):
        said = {
            "flags_yes": _("Red flag answered yes, to be cleared first: %(names)s.", names=names),
            "flags_unsure": _("Red flag answered “not sure”: %(names)s.", names=names),
            "flags_open": _("Red flag not answered: %(names)s.", names=names),
        }
        return said[each.kind]
    if each.kind == "tests":
        return _("Examine: %(tests)s.", tests=words.listed([_test(test, words) for test in each.tests]))
    if each.kind == "runner_asks":
        note = " ".join(each.words.split())
        return _(
            "The runner asks or adds: “%(note)s”",
            note=note if len(note) <= _QUESTION_LENGTH else f"{note[:_QUESTION_LENGTH]}…",
        )
    if each.kind == "medicines":
        return _("Medicines that can matter: %(names)s.", names=words.listed([words.told(name) for name in each.names]))
    if each.kind == "refer":
        return _("Check-ins ask for a clinician: %(why)s", why=words.told(each.words))
    if each.kind == "goal":
        return _("Does the goal suit? Outlook: %(outlook)s.", outlook=_outlook(plan, words).rstrip("."))
    if each.kind == "no_clip":
        return _("No video yet: watch hip, pelvis and trunk in running, or film from the side and the rear.")
    return _("The safety questions are not answered: ask them first.")


def _test(test: Test, words: Words) -> str:
    ratios = []
    if test.lr_positive is not None:
        ratios.append(f"LR+ {words.trimmed(test.lr_positive, 2)}")
    if test.lr_negative is not None:
        ratios.append(f"LR\N{MINUS SIGN} {words.trimmed(test.lr_negative, 2)}")
    return f"{words.told(test.name)} ({', '.join(ratios)})"
