"""One week of the plan as a page for the phone and for the fridge door.

The page holds everything it needs: no script, no font, no picture from elsewhere, and a content policy that forbids
fetching any.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import cache, partial
from html import escape
from importlib.resources import files
from string import Template
from typing import Final

from babel.dates import format_interval

from kneewise.domain import ExerciseDose, Interval, Plan, PlannedSession
from kneewise.language import SOURCE, Language, locale_name, translated
from kneewise.report.session_text import (
    Say,
    as_written,
    cadence_words,
    cost_words,
    exercise_amount,
    exercise_notes,
    headline,
    in_order,
    sentence,
    step_lines,
    without_links,
)

#: Returns the line figure of an exercise as an SVG element of our own making, or None where there is none.
Figure = Callable[[str], str | None]

_DAYS: Final = 7
_RUNS: Final = frozenset({"run", "walk_run", "gait_retraining"})
_MONTHS: Final = tuple(
    "January,February,March,April,May,June,July,August,September,October,November,December".split(",")  # noqa: SIM905
)
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SENTENCES: Final = re.compile(r"(?<=[.!?])\s+")
_UNIT: Final = re.compile(r"(\d) (h|min|s|m|km|kg|knee-km)\b")
_PAGE: Final = Template(
    """<!doctype html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>$title</title>
<style>
$style</style>
</head>
<body>
<header>
<h1>$heading</h1>
$who<p class="sum">$summary</p>
</header>
$days
<footer>
$notes
</footer>
</body>
</html>
"""
)


def week_html(
    plan: Plan,
    first_day: date,
    *,
    runner_name: str | None = None,
    figure: Figure | None = None,
    language: Language = SOURCE,
) -> str:
    """Return seven days of a plan as one HTML page.

    Parameters
    ----------
    first_day : date
        First of the seven days.
    runner_name : str or None
        Shown on the page where given.
    figure : callable or None
        Takes the id of an exercise and returns an SVG element, which is put in as it is: only our own drawings.
    language : str
        Language of the page.
    """
    say: Say = as_written if language == SOURCE else partial(translated, language)
    days = [first_day + timedelta(days=ahead) for ahead in range(_DAYS)]
    named = {first_day, *(day for day in days if day.day == 1)}
    sessions = [session for day in days for session in plan.on(day)]
    heading = _heading(days[0], days[-1], language, say)
    who = f'<p class="who">{escape(runner_name)}</p>\n' if runner_name else ""
    return _PAGE.substitute(
        language=language,
        title=escape(heading),
        style=_style(),
        heading=escape(heading),
        who=who,
        summary=escape(_summary(sessions, say)),
        days="\n".join(_day(day, in_order(plan.on(day)), figure, say, with_month=day in named) for day in days),
        notes="\n".join(f"<p>{escape(say(note))}</p>" for note in (*_notes(plan, sessions), *_said(plan, days))),
    )


def _said(plan: Plan, days: Iterable[date]) -> Iterator[str]:
    """Yield what is said of these days and blocks nothing."""
    yield from (warning.text for day in days for warning in plan.warned_on(day))


@cache
def _style() -> str:
    return files("kneewise.report").joinpath("week.css").read_text(encoding="utf-8")


def _heading(first: date, last: date, language: Language, say: Say) -> str:
    if language == SOURCE:
        return f"Week of {_span(first, last)}"
    return f"{say('Week')} {format_interval(first, last, 'yMMMMd', locale=locale_name(language))}"


def _span(first: date, last: date) -> str:
    begin = f"{first.day}" if (first.year, first.month) == (last.year, last.month) else _day_words(first)
    if first.year != last.year:
        begin += f" {first.year}"
    return f"{begin} to {_day_words(last)} {last.year}"


def _day_words(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}"


def _summary(sessions: Iterable[PlannedSession], say: Say) -> str:
    sessions = list(sessions)
    if not sessions:
        return say("Nothing is planned for this week.")
    runs = sum(session.kind in _RUNS for session in sessions)
    strength = sum(session.kind == "strength" for session in sessions)
    parts = [_count(runs, "run"), _count(strength, "strength session")]
    known = [session.knee_km for session in sessions if session.knee_km is not None]
    known = [cost for cost in known if math.isfinite(cost.value)]
    if known and len(known) == runs:
        low, high = (math.fsum(getattr(cost, end) for cost in known) for end in ("low", "high"))
        total = f"{math.fsum(cost.value for cost in known):.1f} knee-km"
        parts.append(f"{total} ({low:.1f} to {high:.1f})" if math.isfinite(low + high) else total)
    return " · ".join(say(part) for part in parts if part) or say("Rest and easy days.")


def _count(number: int, noun: str) -> str:
    return "" if number == 0 else f"{number} {noun}{'' if number == 1 else 's'}"


def _day(day: date, sessions: list[PlannedSession], figure: Figure | None, say: Say, *, with_month: bool) -> str:
    body = "\n".join(_session(session, figure, say) for session in sessions)
    if not sessions:
        body = f'<div class="session quiet"><div class="head"><h3>{_text(say("Free"))}</h3></div></div>'
    month = f"<span>{_text(say(_MONTHS[day.month - 1][:3]))}</span>" if with_month else ""
    stamp = f"<span>{_text(say(_WEEKDAYS[day.weekday()]))}</span><b>{day.day}</b>{month}"
    return f'<section class="day">\n<h2 class="date">{stamp}</h2>\n<div>\n{body}\n</div>\n</section>'


def _session(session: PlannedSession, figure: Figure | None, say: Say) -> str:
    rest = session.kind == "rest"
    tick = "" if rest else '<span class="tick"></span>'
    at = f"<time>{session.start_time.isoformat('minutes')}</time>" if session.start_time else ""
    parts = [f'<div class="head">{tick}<h3>{_text(headline(session, say))}</h3>{at}</div>']
    if session.dose:
        parts.append(f'<p class="dose">{_text(sentence(say(session.dose)))}</p>')
    if lines := step_lines(session, say):
        parts.append('<ol class="steps">' + "".join(f"<li>{_text(line)}</li>" for line in lines) + "</ol>")
    if session.exercises:
        parts.append(_exercises(session.exercises, figure, say))
    if facts := list(_facts(session, say)):
        rows = "".join(f"<dt>{_text(say(name))}</dt><dd>{_text(text)}</dd>" for name, text in facts)
        parts.append(f'<dl class="facts">{rows}</dl>')
    if session.why:
        parts.append(f'<p class="why">{_text(sentence(say(session.why)))}</p>')
    if not rest:
        asked = ("Pain during", "Pain next morning")
        parts.append(
            '<p class="log">' + "".join(f"<span>{_text(say(words))} <i></i></span>" for words in asked) + "</p>"
        )
    return f'<div class="session {session.kind}{" quiet" if rest else ""}">\n' + "\n".join(parts) + "\n</div>"


def _text(text: str) -> str:
    """Return the text escaped, without addresses, and with numbers kept beside their units."""
    return escape(_UNIT.sub("\\1\N{NO-BREAK SPACE}\\2", without_links(text)))


def _facts(session: PlannedSession, say: Say) -> Iterator[tuple[str, str]]:
    if session.cadence_target_spm is not None:
        yield "Step rate", say(cadence_words(session.cadence_target_spm))
    caps = {dose.pain_cap for dose in session.exercises}
    if len(caps) == 1:
        yield "Pain", say(f"Up to {min(caps):g} of 10 is all right here.")
    if session.effort:
        yield "Effort", sentence(say(session.effort))
    if session.terrain:
        yield "Ground", sentence(say(session.terrain))
    if cost := cost_words(session.knee_km):
        yield "Cost for the knee", say(cost)
    for other in session.alternatives:
        yield "Easier", sentence(say(other.text))


def _exercises(doses: Iterable[ExerciseDose], figure: Figure | None, say: Say) -> str:
    doses = tuple(doses)
    caps = {dose.pain_cap for dose in doses}
    rows = []
    for dose in doses:
        picture = figure(dose.exercise) if figure is not None else None
        cell = f'<td class="figure">{picture}</td>' if picture else ('<td class="figure"></td>' if figure else "")
        how = _how(dose, say, with_cap=len(caps) > 1)
        detail = f'<span class="how">{_text(how)}</span>' if how else ""
        sets = "".join("<i></i>" for _ in range(dose.sets))
        amount = _text(exercise_amount(dose, say))
        rows.append(
            f'<tr>{cell}<th scope="row">{_text(say(dose.name))}{detail}</th>'
            f'<td class="amount">{amount}</td><td class="sets">{sets}</td></tr>'
        )
    return '<table class="exercises"><tbody>' + "\n".join(rows) + "</tbody></table>"


def _how(dose: ExerciseDose, say: Say, *, with_cap: bool) -> str:
    notes = exercise_notes(dose)
    words = [dose.load.rstrip("."), f"pace {dose.tempo}" if dose.tempo else ""]
    if dose.knee_angle_deg is not None and "knee bend" not in notes.lower():
        words.append(f"knee bend {_range(dose.knee_angle_deg)} degrees")
    if dose.rest_s is not None:
        words.append(f"{dose.rest_s:.0f} s rest")
    words.append(f"pain up to {dose.pain_cap:g} of 10" if with_cap else "")
    line = sentence(", ".join(say(word) for word in words if word))
    # One by one: together they could be taken for one sentence that was said elsewhere.
    said = " ".join(say(each) for each in _SENTENCES.split(notes))
    return f"{line[:1].upper()}{line[1:]} {said}".strip()


def _range(interval: Interval) -> str:
    return f"{interval.low:.0f} to {interval.high:.0f}"


def _notes(plan: Plan, sessions: Iterable[PlannedSession]) -> Iterator[str]:
    kinds = {session.kind for session in sessions}
    if kinds & _RUNS:
        yield "A knee-km is what 1 km of your own easy flat running costs the knee."
    if kinds - {"rest"}:
        yield "Pain goes from 0 (none) to 10 (the worst). Tell Kneewise, and the plan adapts."
    if "gait_retraining" in kinds:
        yield "With cues: let a beat or the watch lead your steps. Without: hold the rhythm by feel."
    yield f"Plan version {plan.version}. It is no diagnosis."
