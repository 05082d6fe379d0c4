"""Pain beside load since the onset, and what changed before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from statistics import fmean

from kneewise.evidence.parameters import value
from kneewise.report.clinic.complaint import Complaint, Told
from kneewise.report.clinic.content import BeforeOnset, Course, Event, LongRun, PainDay, Week
from kneewise.services.load_history import LoadHistory
from kneewise.units import DAYS_PER_WEEK

_WEEK = timedelta(days=DAYS_PER_WEEK)
_MOMENTS = ("before", "during", "after_60min", "next_morning", "stairs")
#: What the runner tells of the time before.
_CHANGES = ("training_change", "trigger_run_km", "longest_run_km", "terrain_change", "shoe_change", "shoe_age_months")


def course_of(history: LoadHistory, onset: date | None, today: date) -> Course | None:
    """Return pain beside load from some weeks before the onset; ``None`` where neither is known."""
    pain, weeks = list(_pain_days(history)), list(_weeks(history))
    if not pain and not weeks:
        return None
    first = _first_day(onset, pain, today)
    shown = [week for week in weeks if week.first_day + _WEEK > first]
    told = [day for day in pain if day.local_date >= first]
    window = round(value("report.window_days"))
    before = None if onset is None else _usual(weeks, onset - timedelta(weeks=value("report.before_weeks")))
    return Course(
        first=first,
        last=today,
        onset=onset,
        weeks=tuple(shown),
        pain=tuple(told),
        events=tuple(
            Event(mark.local_date, mark.kind, mark.text if mark.kind == "change" else "")
            for mark in history.marks
            if first <= mark.local_date <= today
        ),
        pain_then=_pain_then(told, today, window),
        pain_now=_mean([day.worst for day in told if (today - day.local_date).days < window]),
        load_usual=before,
        load_now=_mean([week.knee_km for week in _whole(weeks, today - timedelta(days=window), today)]),
        window_days=window,
    )


def before_onset(history: LoadHistory, complaint: Complaint | None) -> BeforeOnset:
    """Return what the runner and the files tell of the weeks before the onset."""
    reported: tuple[Told, ...] = ()
    if complaint is not None:
        reported = tuple(each for each in complaint.answers if each.question in _CHANGES)
    onset = None if complaint is None else complaint.onset
    if onset is None:
        return BeforeOnset(reported, None, None, 0, None, None, 0, ())
    # When it began is known to about a week.
    since, until = onset - timedelta(weeks=value("report.before_weeks")), onset + _WEEK
    weeks = list(_weeks(history))
    within = _whole(weeks, since, onset)
    return BeforeOnset(
        reported=reported,
        since=since,
        until=until,
        weeks=round(value("report.before_weeks")),
        usual_knee_km=_usual(weeks, since),
        before_knee_km=_mean([week.knee_km for week in within]),
        runs=sum(week.runs for week in within),
        long_runs=tuple(_long_runs(history, since, until)),
    )


def _weeks(history: LoadHistory) -> Iterator[Week]:
    found = history.weeks
    if found is None:
        return
    columns = found.to_json()
    names = ("knee_km", "low", "high", "distance_m", "runs")
    for day, *numbers in zip(columns["local_date"], *(columns[name] for name in names), strict=True):
        yield Week(date.fromisoformat(day), *numbers)


def _pain_days(history: LoadHistory) -> Iterator[PainDay]:
    told = history.pain
    for place, day in enumerate(told["local_date"]):
        answers = {moment: told[moment][place] for moment in _MOMENTS}
        known = [answer for answer in answers.values() if answer is not None]
        if known:
            yield PainDay(date.fromisoformat(day), answers["during"], answers["next_morning"], max(known))


def _first_day(onset: date | None, pain: Sequence[PainDay], today: date) -> date:
    earliest = today - timedelta(weeks=value("report.most_weeks"))
    if onset is None:
        began = pain[0].local_date if pain else today - timedelta(weeks=value("report.default_weeks"))
    else:
        began = min(onset, pain[0].local_date) if pain else onset
    wanted = max(began - timedelta(weeks=value("report.lead_weeks")), earliest)
    return wanted - timedelta(days=wanted.weekday())


def _whole(weeks: Sequence[Week], since: date, until: date) -> list[Week]:
    """Return the weeks of which most lies inside a time."""
    half = timedelta(days=DAYS_PER_WEEK // 2)
    return [week for week in weeks if since <= week.first_day + half and week.first_day + _WEEK - half <= until]


def _usual(weeks: Sequence[Week], until: date) -> float | None:
    return _mean([week.knee_km for week in _whole(weeks, until - timedelta(weeks=value("report.usual_weeks")), until)])


def _pain_then(told: Sequence[PainDay], today: date, window: int) -> float | None:
    """Return the pain of the first weeks; ``None`` where these are still going on."""
    if not told or (today - told[0].local_date).days < 2 * window:
        return None
    return _mean([day.worst for day in told if (day.local_date - told[0].local_date).days < window])


def _mean(numbers: Sequence[float | None]) -> float | None:
    known = [number for number in numbers if number is not None]
    return fmean(known) if known else None


def _long_runs(history: LoadHistory, since: date, until: date) -> Iterator[LongRun]:
    for found in history.spikes:
        document = found.to_json()
        day = date.fromisoformat(document["local_date"])
        if since <= day <= until:
            yield LongRun(
                day,
                document["distance_ratio"],
                document["hazard_ratio"],
                document["hazard_low"],
                document["hazard_high"],
                tuple(document["sources"]),
            )
