"""Before and after a change of shoes, cadence or load, at equal load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from kneewise.domain import Estimate, Issue
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.monitoring.response.answers import interval_of
from kneewise.monitoring.response.diary import Diary, Felt, read_diary
from kneewise.monitoring.response.exposure import UsualLoad, usual_load
from kneewise.monitoring.response.model import TOO_FEW_DATA, fit_diary, shortfalls

Verdict = Literal["less-pain", "more-pain", "about-the-same", "the-data-do-not-tell", "too-few-data"]

_VERDICT_WORDS: dict[Verdict, str] = {
    "less-pain": "Since the change your pain is lower at the same load.",
    "more-pain": "Since the change your pain is higher at the same load.",
    "about-the-same": "Since the change your pain is about the same at the same load.",
    "the-data-do-not-tell": "The data do not tell whether your pain changed.",
    "too-few-data": "Too few data to compare before and after.",
}
_NO_PROOF = (
    "Before and after is no proof: pain that is high when you change something often falls by itself, and other things "
    "may have changed at the same time."
)


@dataclass(frozen=True, slots=True)
class ChangeEffect:
    """Difference after a change.

    Attributes
    ----------
    points : Estimate
        Latent pain after less before, at equal load, in pain points.
    verdict : str
    words : str
        The verdict for the runner.
    issues : tuple of Issue
        Always holds the warning that before and after is no proof, unless there is no answer.
    """

    points: Estimate
    verdict: Verdict
    words: str
    issues: tuple[Issue, ...]


def effect_of_change(
    days: ArrayLike,
    pain: ArrayLike,
    load_knee_km: ArrayLike,
    change_day: int | np.datetime64,
    *,
    felt: Felt = "next_morning",
) -> ChangeEffect:
    """Compare pain before and after a change, at equal load and with a wandering level.

    Parameters
    ----------
    days, pain, load_knee_km, felt
        As for :func:`~kneewise.monitoring.response.model.fit_response`.
    change_day : int or datetime64
        First day on which the runner ran with the change; the first report that can show it comes after that run.

    Raises
    ------
    InvalidInputError
        When a column cannot be right, or the day of the change lies outside the diary.
    """
    diary = read_diary(days, pain, load_knee_km, felt)
    index = _index_of(diary, change_day)
    short = shortfalls(diary) + _short_side(diary, index)
    if short:
        why = " ".join(issue.text for issue in short)
        level = value("response.answer.interval_level")
        nothing = Estimate(np.nan, np.nan, np.nan, "pain points", why, level)
        return ChangeEffect(nothing, "too-few-data", f"{_VERDICT_WORDS['too-few-data']} {why}", short)
    model = fit_diary(diary, index)
    middle, low, high = interval_of(*model.coefficient(3))
    basis = "after less before at equal load, within this runner, state-space model"
    points = Estimate(middle, low, high, "pain points", basis, value("response.answer.interval_level"))
    verdict = _verdict(points)
    issues = (*model.issues, Issue("before-after-is-no-proof", "change", _NO_PROOF), *_cautions(diary, index))
    return ChangeEffect(points, verdict, f"{_VERDICT_WORDS[verdict]} {_NO_PROOF}", issues)


def _index_of(diary: Diary, change_day: int | np.datetime64) -> int:
    number = (
        int(np.asarray(change_day).astype("datetime64[D]").astype(np.int64))
        if _is_date(change_day)
        else int(change_day)
    )
    first, last = (int(diary.day[0]), int(diary.day[-1])) if diary.day.size else (0, -1)
    if not first <= number <= last:
        raise InvalidInputError(f"The change on day {number} lies outside the diary (days {first} to {last}).")
    return number - first + diary.lag_d


def _is_date(change_day: int | np.datetime64) -> bool:
    return isinstance(change_day, np.datetime64)


def _short_side(diary: Diary, index: int) -> tuple[Issue, ...]:
    needed = value("response.floor.reports_each_side")
    reported = diary.reported
    counts = (("before", int(np.sum(reported < index))), ("after", int(np.sum(reported >= index))))
    return tuple(
        Issue(TOO_FEW_DATA, "check-ins", f"Only {count} pain reports {side} the change; {needed:.0f} are needed.")
        for side, count in counts
        if count < needed
    )


def _verdict(points: Estimate) -> Verdict:
    matters = value("response.answer.smallest_that_matters")
    if points.high < 0.0:
        return "less-pain"
    if points.low > 0.0:
        return "more-pain"
    return "about-the-same" if -matters < points.low and points.high < matters else "the-data-do-not-tell"


def _cautions(diary: Diary, index: int) -> tuple[Issue, ...]:
    """Return warnings about a change made at a peak of pain, or together with a change of load."""
    found = []
    before = diary.pain[diary.reported[diary.reported < index]]
    recent = int(value("response.floor.reports_each_side"))
    earlier = before[:-recent]
    if earlier.size < recent:
        text = "There is little record from long before the change, so it may have been made in a bad spell."
        found.append(Issue("short-before", "change", text))
    elif before[-recent:].mean() - earlier.mean() >= value("response.answer.peak_before_change"):
        text = "Pain was higher than before when you made the change: part of any fall would have come by itself."
        found.append(Issue("changed-at-a-peak", "change", text))
    start = index - diary.lag_d
    usual_before, usual_after = (usual_load(part) for part in np.split(diary.load_knee_km, [start]))
    if (
        usual_before is None
        or usual_after is None
        or _shift(usual_before, usual_after) > value("response.answer.load_shift")
    ):
        text = "Your load changed as well, so the comparison at equal load is reckoned by the model and less sure."
        found.append(Issue("load-changed-too", "change", text))
    return tuple(found)


def _shift(before: UsualLoad, after: UsualLoad) -> float:
    return abs(after.day_knee_km / before.day_knee_km - 1.0)
