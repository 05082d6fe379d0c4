"""The first page in words: who, the complaint, red flags, pain beside load, and what changed before the onset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from kneewise.report.clinic.blocks import Block, Bullets, Fact, Facts, Paragraph, Picture, Section, Tile
from kneewise.report.clinic.complaint import Complaint, Flag, Screening, Test, Told, Who
from kneewise.report.clinic.content import BeforeOnset, ClinicReport, LongRun
from kneewise.report.clinic.drawing import draw_course
from kneewise.report.clinic.labels import FITS, FLAGS, PLAN_RESTS_ON, PROFILE, QUESTIONS, UNITS, WITHHELD
from kneewise.report.clinic.words import Words

#: What a clinician reads first, in this order; what was not told is said.
_ALWAYS = ("side", "zones", "onset", "pain_worst", "provoking", "easing", "run_pattern", "swelling", "mechanical")
_IF_TOLD = ("injury_days_ago", "daily_tasks", "other_pain", "history", "medicines", "goal")
_LONG_RUNS = 2
_TESTS_SHOWN = 8
_TRAINING = "training_change"
_OUT_OF_TEN = frozenset({"pain_worst", "pain_usual", "confidence", "fear", "sleep_quality"})


_ID_SHOWN = 8


def called(who: Who, words: Words) -> str:
    """Return the runner's name; else the beginning of the record's id, which tells two reports apart."""
    return who.name or words.gettext("Runner %(name)s", name=who.runner_id[:_ID_SHOWN])


def who_words(who: Who, words: Words) -> str:
    """Return the runner in one line."""
    _ = words.gettext
    sexes = {"f": _("female"), "m": _("male")}
    parts = [called(who, words), sexes.get(who.sex or "", _("sex not told"))]
    if who.age_years is None:
        parts.append(_("age not told"))
    else:
        parts.append(_("%(years)s years", years=words.number(who.age_years)))
    height = _("height not told") if who.height_m is None else f"{words.number(who.height_m, 2)} m"
    mass = _("mass not told") if who.mass_kg is None else f"{words.trimmed(who.mass_kg)} kg"
    return " · ".join([*parts, height, mass])


def tiles(report: ClinicReport, words: Words) -> tuple[Tile, ...]:
    """Return the four numbers that come first."""
    return (_flags_tile(report, words), *_course_tiles(report, words), _plan_tile(report, words))


def _not_shared(label: str, words: Words) -> Tile:
    return Tile(label, words.gettext("not shared"), words.gettext("by the runner"), "missing")


def _flags_tile(report: ClinicReport, words: Words) -> Tile:
    _, screening = words.gettext, report.screening
    label = _("Red flags")
    if "check_ins" in report.withheld:
        return _not_shared(label, words)
    if screening is None:
        return Tile(label, _("not asked"), _("no safety questions answered"), "alert")
    raised, open_ = screening.having("yes"), screening.having("unsure", "not_answered")
    when = _("asked %(day)s", day=words.day(screening.answered_on))
    if raised:
        return Tile(label, words.ngettext("%(num)s yes", "%(num)s yes", len(raised)), when, "alert")
    if open_:
        return Tile(label, words.ngettext("%(num)s unclear", "%(num)s unclear", len(open_)), when, "alert")
    return Tile(label, _("none answered yes"), when, "good")


def _course_tiles(report: ClinicReport, words: Words) -> Iterator[Tile]:
    _, course = words.gettext, report.course
    pain, load = _("Worst pain of a day"), _("Load a week")
    days = "" if course is None else words.number(course.window_days)
    if "check_ins" in report.withheld:
        yield _not_shared(pain, words)
    elif course is None:
        yield Tile(pain, _("not told"), _("no check-in"), "missing")
    elif course.pain_now is None:
        yield Tile(pain, _("not told"), _("no check-in in the last %(days)s days", days=days), "missing")
    else:
        then = "" if course.pain_then is None else f"{words.number(course.pain_then, 1)} → "
        said = (
            _("0 to 10, mean; first → last %(days)s days", days=days)
            if then
            else _("0 to 10, mean of %(days)s days", days=days)
        )
        yield Tile(pain, f"{then}{words.number(course.pain_now, 1)}", said)
    if "runs" in report.withheld:
        yield _not_shared(load, words)
    elif course is None:
        yield Tile(load, _("not measured"), _("no run recorded"), "missing")
    elif course.load_now is None:
        yield Tile(load, _("not measured"), _("no run in the last %(days)s days", days=days), "missing")
    else:
        usual = "" if course.load_usual is None else f"{words.number(course.load_usual, 1)} → "
        said = (
            _("knee-km; usual before → last %(days)s days", days=days)
            if usual
            else _("knee-km, last %(days)s days", days=days)
        )
        yield Tile(load, f"{usual}{words.number(course.load_now, 1)}", said)


def _plan_tile(report: ClinicReport, words: Words) -> Tile:
    _, plan = words.gettext, report.plan
    label = _("Plan, runs done")
    if not report.withheld.isdisjoint(PLAN_RESTS_ON):
        return _not_shared(label, words)
    if plan.version is None:
        return Tile(label, _("no plan"), "", "missing")
    days = words.number(plan.window_days)
    done = _("%(done)s of %(planned)s", done=words.number(plan.runs_done), planned=words.number(plan.runs_planned))
    return Tile(label, done, _("planned runs, last %(days)s days", days=days))


def page_one(report: ClinicReport, words: Words, *, font: str) -> Iterator[Section]:
    """Yield the sections of the first page."""
    _ = words.gettext
    told = "check_ins" not in report.withheld
    complaint = _complaint(report.complaint, words) if told else not_shared(words)
    screening = _screening(report.screening, words) if told else not_shared(words)
    yield Section("complaint", _("Complaint, as told"), tuple(complaint), half=True)
    yield Section("red-flags", _("Red flags"), tuple(screening), half=True)
    yield Section("course", _("Pain beside load since the onset"), tuple(_course(report, words, font)))
    before = tuple(_before(report, words))
    yield Section("before-onset", _("What changed before the onset"), before, half=True)


def not_shared(words: Words, *, kind: str = "") -> tuple[Block, ...]:
    """Return what stands in the place of a part that rests on what is withheld: all of it, or one kind of data."""
    text = words.gettext(WITHHELD[kind]) if kind else words.gettext("The runner does not share this.")
    return (Paragraph(text, "missing"),)


# ----------------------------------------------------------------------------------------------------------- complaint


def _complaint(complaint: Complaint | None, words: Words) -> Iterator[Block]:
    if complaint is None:
        yield Paragraph(words.gettext("Not asked: the runner has not answered the questions yet."), "missing")
        return
    yield Facts(tuple(_complaint_facts(complaint, words)))
    yield from _patterns(complaint, words)


def _complaint_facts(complaint: Complaint, words: Words) -> Iterator[Fact]:
    _ = words.gettext
    for name in _ALWAYS:
        told, label = complaint.told(name), _(QUESTIONS[name])
        if told is None:
            yield Fact(label, _("not answered"), "missing")
        else:
            yield Fact(label, _value(name, told, complaint, words))
    for name in _IF_TOLD:
        told = complaint.told(name)
        if told is not None and not {"none", "no", "yes"} >= set(told.choices):
            yield Fact(_(QUESTIONS[name]), _value(name, told, complaint, words))
    nothing = [name for name in ("other_pain", "history", "medicines") if _said_none(complaint.told(name))]
    if nothing:
        yield Fact(_("Asked, none"), words.listed([_(QUESTIONS[name]) for name in nothing]))
    mind = [(name, told) for name in ("confidence", "fear", "sleep_quality") if (told := complaint.told(name))]
    if mind:
        told_words = [f"{_(QUESTIONS[name])} {words.trimmed(told.number)}" for name, told in mind]
        yield Fact(_("0 to 10"), words.listed(told_words))
    if complaint.examined:
        yield Fact(_("Examined"), words.listed(list(_examinations(complaint.examined, words)), _TESTS_SHOWN))


def _examinations(tests: Sequence[Test], words: Words) -> Iterator[str]:
    """Yield each test, the newest day first; a day stands before the first test of it."""
    before = None
    for test in sorted(tests, key=lambda each: each.on or date.min, reverse=True):
        said = _examined(test, words)
        yield said if test.on in (None, before) else f"{words.day(test.on)}: {said}"
        before = test.on


def _examined(test: Test, words: Words) -> str:
    """Return a test with its result, and the published ratio of that result."""
    _, name = words.gettext, words.told(test.name)
    if test.result:
        said, sign, ratio = _("%(test)s positive", test=name), "+", test.lr_positive
    else:
        said, sign, ratio = _("%(test)s negative", test=name), "\N{MINUS SIGN}", test.lr_negative
    return said if ratio is None else f"{said} (LR{sign} {words.trimmed(ratio, 2)})"


def _said_none(told: Told | None) -> bool:
    return told is not None and told.choices == ("none",)


def _value(name: str, told: Told, complaint: Complaint, words: Words) -> str:
    _ = words.gettext
    value = answer_words(told, words)
    if name == "onset" and complaint.onset is not None:
        weeks = complaint.told("duration_weeks")
        amount = words.trimmed(None if weeks is None else weeks.number)
        about = _("about %(day)s (%(weeks)s weeks before the answers)", day=words.day(complaint.onset), weeks=amount)
        return f"{value}; {about}"
    if name == "pain_worst":
        usual = complaint.told("pain_usual")
        worst = _("%(pain)s of 10", pain=words.trimmed(told.number))
        if usual is None:
            return _("%(worst)s in the week before; usual not answered", worst=worst)
        return _("%(worst)s, usual %(usual)s, in the week before", worst=worst, usual=words.trimmed(usual.number))
    if name == "run_pattern" and (after := complaint.told("onset_distance_km")) is not None:
        distance = _("after about %(km)s km", km=words.trimmed(after.number))
        return f"{value}; {distance}"
    if name == "goal" and (far := complaint.told("goal_distance_km")) is not None:
        return f"{value}: {words.trimmed(far.number)} km"
    return value


def answer_words(told: Told, words: Words) -> str:
    """Return an answer in words; the runner's own ones as they are."""
    if told.words:
        return told.words
    if told.number is not None:
        unit = words.gettext(UNITS[told.unit]) if told.unit in UNITS else told.unit
        amount = words.trimmed(told.number)
        if told.question in _OUT_OF_TEN:
            return words.gettext("%(pain)s of 10", pain=amount)
        return f"{amount}\N{NO-BREAK SPACE}{unit}".strip()
    return words.listed([words.told(text) for text in told.texts])


def _patterns(complaint: Complaint, words: Words) -> Iterator[Block]:
    _ = words.gettext
    if not complaint.patterns:
        yield Paragraph(_("The answers fit none of the known patterns."), "note")
        return
    named = [f"{words.told(each.clinical_name)} ({_(FITS[each.fit])})" for each in complaint.patterns[:3]]
    best = complaint.patterns[0]
    count = _("%(many)s answers for it, %(few)s against", many=len(best.speaks_for), few=len(best.speaks_against))
    text = _("Pattern of the answers, no diagnosis: %(names)s; %(count)s.", names=words.listed(named), count=count)
    yield Paragraph(text, "note")


# ----------------------------------------------------------------------------------------------------------- red flags


def _screening(screening: Screening | None, words: Words) -> Iterator[Block]:
    _ = words.gettext
    if screening is None:
        yield Paragraph(_("Not asked: the safety questions are not answered. Ask them before anything else."), "alert")
        return
    yield Facts(tuple(_screening_facts(screening, words)))
    if screening.outdated:
        yield Paragraph(_("The rules have been revised since; the runner should answer once more."), "alert")
    if screening.later:
        told = words.listed([words.told(text) for text in screening.later], 2)
        yield Paragraph(_("Since then: %(told)s", told=told), "alert")


def _screening_facts(screening: Screening, words: Words) -> Iterator[Fact]:
    _ = words.gettext
    yield Fact(_("Triage then"), words.told(screening.label), "" if screening.level == "self_manage" else "alert")
    yes, unsure = screening.having("yes"), screening.having("unsure")
    yield Fact(_("Yes"), _names(yes, words) or _("none"), "alert" if yes else "good")
    if unsure:
        yield Fact(_("Not sure"), _names(unsure, words), "alert")
    open_ = screening.having("not_answered")
    if open_:
        yield Fact(_("Not answered"), _names(open_, words), "alert")
    for state, label in (("no", _("Asked: no")), ("listed_no", _("List read: no"))):
        flags = screening.having(state)  # type: ignore[arg-type]  # one of the states
        if flags:
            yield Fact(f"{label} ({len(flags)})", _names(flags, words))
    rest = screening.having("not_asked")
    if rest:
        label = _("Not asked")
        yield Fact(f"{label} ({len(rest)})", _names(rest, words), "missing")


def _names(flags: Sequence[Flag], words: Words) -> str:
    return words.listed([words.gettext(FLAGS[flag.id]) for flag in flags])


# --------------------------------------------------------------------------------------------------------------- course


def _course(report: ClinicReport, words: Words, font: str) -> Iterator[Block]:
    _ = words.gettext
    if report.withheld >= {"runs", "check_ins"}:
        yield from not_shared(words)
        return
    if report.course is None:
        yield Paragraph(_("Not measured: neither a run nor a check-in is in the record."), "missing")
        return
    drawn = draw_course(report.course, words, font=font)
    lacking = [kind for kind in ("runs", "check_ins") if kind in report.withheld]
    if lacking:
        yield from not_shared(words, kind=lacking[0])
    caption = _("A knee-km is what 1 km of this runner's own easy flat running costs the kneecap joint.")
    if any(week.knee_km is None for week in report.course.weeks):
        caption += " " + _("? runs without a load.")
    yield Picture(drawn.svg, drawn.alt, caption, drawn.legend)


# --------------------------------------------------------------------------------------------------------------- before


def _before(report: ClinicReport, words: Words) -> Iterator[Block]:
    _, before = words.gettext, report.before_onset
    if "check_ins" in report.withheld:
        # What lies before an onset is known only with its day.
        yield from not_shared(words)
        return
    rows = [
        Fact(_(QUESTIONS[told.question]), answer_words(told, words))
        for told in before.reported
        if told.question in QUESTIONS
    ]
    if not any(told.question == _TRAINING for told in before.reported):
        rows.insert(0, Fact(_(QUESTIONS[_TRAINING]), _("not asked"), "missing"))
    rows += _told_runs(before, words)
    if "runs" in report.withheld:
        rows.append(Fact(_("Load, from files"), _("the runner does not share this"), "missing"))
    else:
        rows += _measured_before(before, words)
    yield Facts(tuple(rows))
    if before.long_runs:
        yield Bullets(tuple(_long_run(run, words) for run in before.long_runs[-_LONG_RUNS:]))


def _told_runs(before: BeforeOnset, words: Words) -> list[Fact]:
    far = {told.question: told.number for told in before.reported}
    trigger, longest = far.get("trigger_run_km"), far.get("longest_run_km")
    if trigger is None or longest is None:
        return []
    told = words.gettext(
        "%(trigger)s km when it began, %(longest)s km at most in the 30 days before",
        trigger=words.trimmed(trigger),
        longest=words.trimmed(longest),
    )
    return [Fact(words.gettext("Longest run, as told"), told)]


def _measured_before(before: BeforeOnset, words: Words) -> Iterator[Fact]:
    _ = words.gettext
    label = _("Load, from files")
    weeks = words.number(before.weeks)
    if before.since is None:
        yield Fact(label, _("not known: the day of the onset was not told"), "missing")
    elif before.before_knee_km is None or not before.runs:
        yield Fact(label, _("not measured: no run recorded in the weeks before"), "missing")
    elif before.usual_knee_km:
        rise = (before.before_knee_km / before.usual_knee_km - 1) * 100
        yield Fact(
            label,
            _(
                "%(before)s knee-km a week in the %(weeks)s weeks before, usually %(usual)s (%(rise)s %%)",
                before=words.number(before.before_knee_km, 1),
                usual=words.number(before.usual_knee_km, 1),
                rise=words.signed(rise, 0),
                weeks=weeks,
            ),
        )
    else:
        week = words.number(before.before_knee_km, 1)
        yield Fact(
            label,
            _("%(before)s knee-km a week in the %(weeks)s weeks before; usual not known", before=week, weeks=weeks),
        )


def _long_run(run: LongRun, words: Words) -> str:
    _ = words.gettext
    text = _(
        "%(day)s: a run %(ratio)s times as long as the longest of the 30 days before.",
        day=words.day(run.local_date),
        ratio=words.number(run.distance_ratio, 2),
    )
    if run.hazard_ratio is None:
        return text
    rate = _(
        "Such runs: injury rate ratio %(ratio)s (%(low)s to %(high)s) in one cohort; low to moderate certainty.",
        ratio=words.number(run.hazard_ratio, 2),
        low=words.number(run.hazard_low, 2),
        high=words.number(run.hazard_high, 2),
    )
    return f"{text} {rate}"


def not_told_words(names: Sequence[str], words: Words) -> str:
    """Return the missing fields of a profile."""
    return words.listed([words.gettext(PROFILE[name]) for name in names])
