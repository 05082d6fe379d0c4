"""What is known of a runner when findings are drawn up; everything may be missing and then stays missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from kneewise.assessment.answers import Answers
from kneewise.domain import Estimate
from kneewise.evidence.parameters import value
from kneewise.load.exposure import Day, Exposure

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentTraining:
    """The last weeks of the record; ``None`` where too little of them is known.

    Attributes
    ----------
    distance_ratio, distance_ratio_on : float, date
        The run of the last weeks that was longest against the longest of the 30 days before it, and its day.
    weekly_ratio : float or None
        Distance of the last 7 days over that of the 7 days before.
    two_week_rise : float or None
        Distance of the last 14 days over that of the 14 days before, minus 1.
    days_without_run : int or None
        Days since the last recorded run.
    coverage : float
        Share of the last 4 weeks that lies inside the record and whose runs have a distance.
    """

    distance_ratio: float | None = None
    distance_ratio_on: date | None = None
    weekly_ratio: float | None = None
    two_week_rise: float | None = None
    days_without_run: int | None = None
    coverage: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchGait:
    """How the runner runs at the own easy speed, as the watch has it.

    Attributes
    ----------
    cadence_spm, step_length_m, contact_time_s : Estimate or None
        Own medians at easy speed; ``cadence_spm`` in steps per minute of both feet.
    downhill_share : float or None
        Share of the running time that goes downhill, 0 to 1.
    """

    cadence_spm: Estimate | None = None
    step_length_m: Estimate | None = None
    contact_time_s: Estimate | None = None
    downhill_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingContext:
    """Everything that a finding may rest on.

    Attributes
    ----------
    answers : Answers or None
        The intake.
    training : RecentTraining or None
        See `recent_training`.
    age_years, running_years : float or None
        From the profile; the intake's age counts where it is missing.
    video : mapping of str to Estimate
        Measures of a video by metric id, such as ``"pelvic_drop_deg"``; yes-no metrics are 1 or 0.
    clinic, diary : mapping of str to float
        What a clinician measured, and what check-ins and trials at home say, by metric id.
    clinic_on : mapping of str to date
        The day of each of the clinician's measures.
    """

    answers: Answers | None = None
    training: RecentTraining | None = None
    gait: WatchGait | None = None
    age_years: float | None = None
    running_years: float | None = None
    video: Mapping[str, Estimate] = field(default_factory=lambda: MappingProxyType({}))
    clinic: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    clinic_on: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))
    diary: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def answer(self, question: str) -> Any:
        """Return the intake's answer, or ``None``."""
        return None if self.answers is None else self.answers.get(question)


def recent_training(exposure: Exposure, *, today: date) -> RecentTraining:
    """Sum up the last weeks of a record.

    Parameters
    ----------
    exposure : Exposure
        The whole history, see `kneewise.load.daily_exposure`.
    today : date
        The runner's local day; later days are left out.

    Notes
    -----
    A day without a recording counts as a day without a run here; ``coverage`` says how far the record reaches back.
    """
    days = [day for day in exposure.days if day.local_date <= today]
    if not days:
        return RecentTraining()
    ratio, on = _longest_against_before(days, today)
    return RecentTraining(
        distance_ratio=ratio,
        distance_ratio_on=on,
        weekly_ratio=_over_the_time_before(days, today, _WEEK),
        two_week_rise=_less_one(_over_the_time_before(days, today, 2 * _WEEK)),
        days_without_run=(today - days[-1].local_date).days,
        coverage=_coverage(days, today),
    )


def _longest_against_before(days: list[Day], today: date) -> tuple[float | None, date | None]:
    since = today - timedelta(days=value("findings.recent_days"))
    known = [(day.distance_ratio, day.local_date) for day in days if day.local_date > since]
    return max(((ratio, on) for ratio, on in known if ratio is not None), default=(None, None))


def _over_the_time_before(days: list[Day], today: date, length: timedelta) -> float | None:
    if days[0].local_date > today - 2 * length + timedelta(days=1):
        return None
    now, before = _distance(days, today - length, today), _distance(days, today - 2 * length, today - length)
    return None if now is None or not before else now / before


def _distance(days: list[Day], after: date, until: date) -> float | None:
    """Sum the distance of a time; ``None`` when a run in it has none."""
    distances = [day.distance_m for day in days if after < day.local_date <= until]
    return None if None in distances else sum(distance for distance in distances if distance is not None)


def _less_one(ratio: float | None) -> float | None:
    return None if ratio is None else ratio - 1


def _coverage(days: list[Day], today: date) -> float:
    length = 2 * 2 * _WEEK
    inside = [day for day in days if day.local_date > today - length]
    reach = min((today - days[0].local_date + timedelta(days=1)) / length, 1.0)
    known = sum(day.distance_m is not None for day in inside) / len(inside) if inside else 1.0
    return reach * known
