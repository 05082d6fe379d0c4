"""What became of the runners of `benchmarks.policy`, and the figures with their intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.policies import PER_WEEK, ThisPlan, day_number
from benchmarks.policy_parameters import BAD_DAY
from benchmarks.policy_world import DAYS, Floats, Knees

RESAMPLES = 1000
#: The goal: at least this many of the six runs of two weeks, each nearly as long as wanted, and no flare.
GOAL_DAYS, GOAL_RUNS, NEARLY = 14, 2 * PER_WEEK - 1, 0.9
GOALS = ("own", "half_hour")
MEANS = ("flares", "bad_days", "knee_km")


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What became of the runners under one policy.

    Attributes
    ----------
    measures : mapping of name to ndarray, shape (n,)
        Weeks to each goal, infinite where it was not reached; counts; knee-km.
    colours : Counter
        Judged sessions of this plan: (colour or "missing", whether the knee was calm then).
    """

    measures: Mapping[str, Floats]
    laid_off: NDArray[np.bool_]
    colours: Counter[tuple[str, bool]]

    def only(self, who: NDArray[np.bool_]) -> Outcome:
        """Return some of the runners."""
        return Outcome({name: each[who] for name, each in self.measures.items()}, self.laid_off[who], Counter())


def joined(parts: Sequence[Outcome]) -> Outcome:
    """Return the runners of all parts as one."""
    measures = {name: np.concatenate([part.measures[name] for part in parts]) for name in parts[0].measures}
    laid_off = np.concatenate([part.laid_off for part in parts])
    return Outcome(measures, laid_off, sum((part.colours for part in parts), Counter()))


def measures_of(knees: Knees) -> dict[str, Floats]:
    """Return what is counted of each runner, shape (n,) each."""
    cohort = knees.cohort
    usual = cohort.own["usual_km"]
    return {
        "own": weeks_to(knees, usual),
        "half_hour": weeks_to(knees, np.minimum(cohort.half_hour_km, usual)),
        "flares": knees.onsets.sum(axis=0).astype(float),
        "bad_days": (knees.worst >= BAD_DAY).sum(axis=0).astype(float),
        "knee_km": knees.load.sum(axis=0),
    }


def weeks_to(knees: Knees, wanted_km: Floats) -> Floats:
    """Return the weeks until two weeks of enough runs without a flare are full; infinite where that never is."""
    enough = knees.continuous & (knees.km >= NEARLY * wanted_km)
    weeks = np.full(len(wanted_km), np.inf)
    for end in range(DAYS, GOAL_DAYS - 1, -1):
        window = slice(end - GOAL_DAYS, end)
        calm = (knees.flare_pain[window] < 1).all(axis=0)
        weeks[calm & (enough[window].sum(axis=0) >= GOAL_RUNS)] = end / 7
    return weeks


def colours_of(policy: ThisPlan, knees: Knees) -> Counter[tuple[str, bool]]:
    """Count the judged sessions, by whether a flare was there or began within three days."""
    found: Counter[tuple[str, bool]] = Counter()
    for place, book in enumerate(policy.books):
        sessions = {each.local_date for each in book.done}
        for day in () if book.state is None else book.state.days:
            if day.local_date in sessions and day.colour is not None and not day.waiting:
                number = day_number(day.local_date)
                calm = bool((knees.flare_pain[number : number + 4, place] < 1).all())
                found["missing" if day.rule == "missing" else day.colour, calm] += 1
    return found


# ----------------------------------------------------------------------------------------------------------- intervals


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its 95 % bootstrap interval over runners; infinite where it lies beyond the course."""

    value: float
    low: float
    high: float

    @property
    def sign(self) -> int:
        """1 or -1 where the whole interval lies on one side of 0, else 0."""
        return int(self.low > 0) - int(self.high < 0)


def figure(values: Floats, reduce: Callable[[Floats], Floats], seed: int) -> Figure:
    """Return a statistic over runners, with the interval from resampled runners."""
    random = np.random.default_rng(seed)
    drawn = reduce(values[random.integers(0, len(values), (RESAMPLES, len(values)))])
    low, high = np.quantile(drawn, [0.025, 0.975], method="closest_observation")
    return Figure(float(reduce(values[None])[0]), float(low), float(high))


def ratio(above: Floats, below: Floats, seed: int) -> Figure:
    """Return the sum of one number over runners over the sum of another, with the interval from resampled runners."""
    who = np.random.default_rng(seed).integers(0, len(above), (RESAMPLES, len(above)))
    drawn = above[who].sum(axis=1) / below[who].sum(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975], method="closest_observation")
    return Figure(float(above.sum() / below.sum()), float(low), float(high))


def median(values: Floats) -> Floats:
    """Return the upper median along the last axis; it may be infinite."""
    middle = values.shape[-1] // 2
    return np.asarray(np.partition(values, middle, axis=-1)[..., middle])


def mean(values: Floats) -> Floats:
    """Return the mean along the last axis."""
    return np.asarray(values.mean(axis=-1))


def figures(outcome: Outcome, seed: int) -> dict[str, Figure]:
    """Return the figures of one policy by name."""
    own = outcome.measures
    found = {}
    for goal in GOALS:
        found[f"{goal}_weeks"] = figure(own[goal], median, seed)
        found[f"{goal}_share"] = figure(np.isfinite(own[goal]).astype(float), mean, seed)
    found["rate"] = ratio(100 * own["flares"], own["knee_km"], seed)
    return found | {name: figure(own[name], mean, seed) for name in MEANS}


def differences(other: Outcome, ours: Outcome, seed: int) -> dict[str, Figure]:
    """Return the other policy less this plan, runner by runner; of the goals also who was sooner there."""
    one, two = other.measures, ours.measures
    found = {}
    for goal in GOALS:
        gained = np.isfinite(one[goal]).astype(float) - np.isfinite(two[goal])
        found[f"{goal}_share"] = figure(gained, mean, seed)
        found[f"{goal}_sooner"] = figure((one[goal] < two[goal]).astype(float), mean, seed)
        found[f"{goal}_later"] = figure((one[goal] > two[goal]).astype(float), mean, seed)
    return found | {name: figure(one[name] - two[name], mean, seed) for name in MEANS}
