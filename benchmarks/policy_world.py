"""Made-up runners with a sore knee, for `benchmarks.policy`: what their knees do, and what they feel and tell.

Nothing here is shared with the plan or with ``kneewise.monitoring.response``. There, load moves a level of pain along
exponentials. Here a knee has a capacity for one session and for one week, in knee-km; load above it sets off a flare,
some days later, with a chance; load below it raises the capacity after a delay, rest lowers it, and a sensitivity that
heals with time takes a part of it away. Pain only leaks from this.

One step is one day: morning pain, the policy's decision, the run, the pain of the run, a flare or none, adaptation.
Every random number is drawn beforehand for each runner and day, so that all policies meet the same luck.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.policy_parameters import (
    AWAY_EVERY_D,
    BREAKS_OFF,
    EVENT_EVERY_D,
    LAID_OFF_SHARE,
    ONSET_CHANCE,
    World,
)

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WEEKS = 16
DAYS = 7 * WEEKS
#: Kilometres to metres and minutes to seconds.
KILO, MINUTE = 1000.0, 60.0
WALK_MPS = 1.6
#: Knee-km of a kilometre of walking.
WALK_COST = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """Runners with all their luck.

    Attributes
    ----------
    own : mapping of name to ndarray, shape (n,)
        Drawn parameters.
    luck : mapping of name to ndarray, shape (days, n)
        Standard normal (``day``, ``answer``, ``terrain``, ``watch``, ``pace``, ``capacity``, ``wander``) and even
        (``flare``, ``onset``, ``miss``, ``forget``, ``skip``, ``tell``) numbers; ``away`` and ``event`` are yes or no.
        ``answer`` and ``skip`` hold one for each of the four answers: shape (days, 4, n).
    """

    world: World
    numbers: NDArray[np.int64]
    own: Mapping[str, Floats]
    luck: Mapping[str, NDArray[np.float64]]

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def laid_off(self) -> Bools:
        """Who has not run for weeks."""
        return self.own["laid_off"] < LAID_OFF_SHARE

    @property
    def usual(self) -> Floats:
        """What the own usual run costs, knee-km; a kilometre of own easy running costs 1."""
        return self.own["usual_km"]

    @property
    def half_hour_km(self) -> Floats:
        """Distance of half an hour of easy running."""
        return self.own["speed_mps"] * 30 * MINUTE / KILO


_NORMAL = ("day", "terrain", "watch", "pace", "capacity", "wander")
_EVEN = ("flare", "onset", "miss", "forget", "tell")


def draw_cohort(world: World, numbers: range, seed: int) -> Cohort:
    """Draw runners by number: the same number gives the same runner, in whatever company.

    Parameters
    ----------
    numbers : range
        Runners to draw.
    seed : int
        Of the whole benchmark.
    """
    ranges = world.parameters()
    owns, lucks = [], []
    for number in numbers:
        random = np.random.default_rng([seed, number])
        owns.append({name: each.draw(random) for name, each in ranges.items()})
        lucks.append(_luck(random, owns[-1]["away_d"]))
    own = {name: np.array([each[name] for each in owns]) for name in ranges}
    luck = {name: np.stack([each[name] for each in lucks], axis=-1) for name in lucks[0]}
    return Cohort(world, np.array(numbers), own, luck)


def _luck(random: np.random.Generator, away_d: float) -> dict[str, Floats]:
    luck = {name: random.standard_normal(DAYS) for name in _NORMAL}
    luck |= {name: random.random(DAYS) for name in _EVEN}
    luck["answer"], luck["skip"] = random.standard_normal((DAYS, 4)), random.random((DAYS, 4))
    away = np.zeros(DAYS)
    for start in np.flatnonzero(random.random(DAYS) < 1 / AWAY_EVERY_D):
        away[start : start + round(away_d)] = 1
    luck["away"], luck["event"] = away, (random.random(DAYS) < 1 / EVENT_EVERY_D).astype(float)
    return luck


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """What a policy asks for on one day, shape (n,): kilometres of running, minutes of walking, and what is special.

    Attributes
    ----------
    continuous : ndarray of bool
        Whether the running is in one go.
    extra : ndarray
        Factor on the cost of the running, for fast bits and hills.
    """

    km: Floats
    walk_min: Floats
    continuous: Bools
    extra: Floats

    @classmethod
    def runs(cls, km: Floats) -> Session:
        """Return plain runs; 0 where there is none."""
        return cls(km, np.zeros_like(km), np.ones(len(km), dtype=bool), np.ones_like(km))


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What the day gave: the run as the watch has it, and the answers, NaN where there are none, shape (n,) each.

    Attributes
    ----------
    took_place : ndarray of bool
    share : ndarray
        Done over planned; 0.5 where the run was broken off.
    before, during, after_60min : ndarray
        0 to 10, as the runner knows them; a check-in has them only where ``tells`` says so.
    tells : ndarray of bool, shape (4, n)
        Which of before, during, after and the next morning get into the check-in.
    limp : ndarray of bool
    """

    took_place: Bools
    share: Floats
    watch_km: Floats
    before: Floats
    during: Floats
    after_60min: Floats
    tells: Bools
    limp: Bools


class Knees:
    """The state of all knees of a cohort, day by day.

    Attributes
    ----------
    capacity : ndarray, shape (n,)
        What one session may cost now, without sensitivity, knee-km.
    km, load : ndarray, shape (days, n)
        True distance run in sessions, and true load of everything.
    continuous : ndarray of bool, shape (days, n)
    flare_pain : ndarray, shape (days, n)
        Pain of the flare that morning; a flare is there while it is at least 1.
    onsets : ndarray of bool, shape (days, n)
        First days of flares.
    worst : ndarray, shape (days, n)
        Highest pain truly felt on the day.
    """

    def __init__(self, cohort: Cohort) -> None:
        self.cohort, self._own = cohort, cohort.own
        count = len(cohort)
        usual = cohort.usual
        self.capacity = self._own["capacity"] * usual
        self._sensitivity = self._own["sensitivity"].copy()
        self._pending = np.zeros(count)
        self._flare, self._due = np.zeros(count), np.full(count, -1)
        self._ghost = np.zeros(count)
        self._over_yesterday = np.zeros(count)
        self.km, self.load = np.zeros((DAYS, count)), np.zeros((DAYS, count))
        self.continuous = np.zeros((DAYS, count), dtype=bool)
        self.flare_pain, self.worst = np.zeros((DAYS, count)), np.zeros((DAYS, count))
        self.onsets = np.zeros((DAYS, count), dtype=bool)

    def morning(self, day: int) -> Floats:
        """Begin a day and return the morning pain as the runner would tell it, shape (n,)."""
        self._break_out(day)
        self.flare_pain[day] = self._flare
        felt = self._resting()
        self.worst[day] = felt
        return self._answers(day, felt, which=3)

    def _resting(self) -> Floats:
        own = self._own
        aches = own["aches"] * np.maximum(self._over_yesterday - 0.9, 0)
        return np.asarray(0.6 * own["rest_pain"] * self._sensitivity + aches + 0.8 * self._flare)

    def _answers(self, day: int, felt: Floats, which: int) -> Floats:
        own, luck = self._own, self.cohort.luck
        noise = own["day_noise"] * luck["day"][day] + own["answer_noise"] * luck["answer"][day, which]
        base = self._ghost if self.cohort.world.report == "unrelated" else felt
        return np.asarray(np.clip(np.round(base + noise), 0, 10))

    def live(self, day: int, wanted: Session, morning: Floats) -> Told:
        """Spend the day: the run where it takes place, the pain, the flare, the adaptation.

        Parameters
        ----------
        wanted : Session
            From the policy.
        morning : ndarray, shape (n,)
            From `morning` of this day.
        """
        own, luck = self._own, self.cohort.luck
        asked = (wanted.km > 0) | (wanted.walk_min > 0)
        felt = self._resting()
        goes = (luck["miss"][day] >= own["misses"]) & (luck["away"][day] == 0) & (morning < own["carries_on"])
        took_place = asked & goes
        km = np.where(took_place, wanted.km * np.exp(0.03 * luck["pace"][day]), 0.0)
        walk = np.where(took_place, wanted.walk_min * MINUTE * WALK_MPS / KILO * WALK_COST, 0.0)
        capacity = self._capacity_today(day)
        cost = np.exp(own["terrain"] * luck["terrain"][day] - own["terrain"] ** 2 / 2) * wanted.extra
        during = self._pain_during((km * cost + walk) / capacity)
        share = np.where(self._answers(day, during, which=1) >= BREAKS_OFF, 0.5, 1.0)
        km = km * share
        load = km * cost + walk * share
        told = self._tell(day, took_place, share, km, during, felt, load / capacity)
        self.km[day], self.continuous[day] = km, wanted.continuous
        self.worst[day] = np.maximum(self.worst[day], np.where(took_place, during, 0.0))
        self._after(day, load + luck["event"][day] * own["event"] * capacity, capacity)
        return told

    def _capacity_today(self, day: int) -> Floats:
        good = np.exp(self._own["good_days"] * self.cohort.luck["capacity"][day])
        return np.asarray(self.capacity * (1 - self._own["takes"] * self._sensitivity) * good)

    def _pain_during(self, over: Floats) -> Floats:
        own = self._own
        warned = own["warns"] * np.maximum(over - own["warns_at"], 0)
        return np.asarray(np.minimum(own["rest_pain"] * self._sensitivity + warned + self._flare, 10))

    def _tell(
        self, day: int, took_place: Bools, share: Floats, km: Floats, during: Floats, resting: Floats, over: Floats
    ) -> Told:
        own, luck = self._own, self.cohort.luck
        after = resting + 0.5 * own["warns"] * np.maximum(over - own["warns_at"] - 0.2, 0)
        reports = luck["forget"][day] >= own["forgets"]
        watch = own["watch_bias"] + own["watch_noise"] * luck["watch"][day]
        return Told(
            took_place=took_place,
            share=np.where(took_place, share, 0.0),
            watch_km=km * np.exp(watch),
            before=self._answers(day, resting, which=0),
            during=self._answers(day, during, which=1),
            after_60min=self._answers(day, after, which=2),
            tells=reports & (luck["skip"][day] >= own["skips"]),
            limp=(self._flare >= 5) & (luck["tell"][day] < 0.5) & (self.cohort.world.report == "felt"),
        )

    def _after(self, day: int, load: Floats, capacity: Floats) -> None:
        self.load[day] = load
        over = load / capacity
        week = self.load[max(day - 6, 0) : day + 1].sum(axis=0)
        over_week = week / (self._own["week"] * capacity)
        self._over_yesterday = over
        self._set_off(day, load, np.maximum(over, over_week))
        self._adapt(over, week)
        self._heal(over)
        # The ghost answers of the silent world: a level of their own that wanders with a memory of ten days.
        self._ghost = 0.9 * self._ghost + 0.1 * 0.7 + 0.45 * self.cohort.luck["wander"][day]

    def _set_off(self, day: int, load: Floats, over: Floats) -> None:
        own, luck = self._own, self.cohort.luck
        odds = (np.log(np.maximum(over, 1e-3)) - own["margin"]) / own["width"]
        chance = np.where(load > 0, 1 / (1 + np.exp(-np.clip(odds, -50, 50))), 0.0)
        hit = (luck["flare"][day] < chance) & (self._flare < 1) & (self._due < 0)
        delay = 1 + np.searchsorted(ONSET_CHANCE, luck["onset"][day], side="right")
        self._due = np.where(hit, day + delay, self._due)

    def _break_out(self, day: int) -> None:
        own = self._own
        out = self._due == day
        self._flare = np.where(out, own["peak"], self._flare)
        self.capacity = np.where(out, self.capacity * (1 - own["flare_loss"]), self.capacity)
        self._sensitivity = np.where(out, np.minimum(self._sensitivity + own["flare_heat"], 1), self._sensitivity)
        self._due = np.where(out, -1, self._due)
        self.onsets[day] = out

    def _adapt(self, over: Floats, week: Floats) -> None:
        own, usual = self._own, self.cohort.usual
        useful = np.clip(np.minimum(over, 1) ** 1.5, 0, 1) * np.clip((2 - over) / 0.7, 0, 1)
        self._pending = self._pending + own["gain"] * useful
        released = self._pending / own["delay_d"]
        self._pending = self._pending - released
        idle = 1 - np.clip(week / (1.2 * self.capacity), 0, 1)
        floor = np.minimum(own["floor"] * usual, self.capacity)
        room = np.maximum(own["ceiling"] * usual - self.capacity, 0)
        lost = idle * (self.capacity - floor) / own["loss_d"]
        self.capacity = self.capacity + released * room - lost

    def _heal(self, over: Floats) -> None:
        own = self._own
        flaring = self._flare >= 1
        added = np.where(flaring, own["aggravation"] * over, 0.0)
        fading = own["peak"] ** (-1 / own["settle_d"])
        self._flare = np.where(flaring, np.minimum(self._flare + added, 9) * fading, 0.0)
        self._sensitivity = self._sensitivity * 0.5 ** (1 / own["heals_d"])
