"""Which runs the made runner ran before there was a plan: seasons, a build-up, one run too long, pain, less."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from kneewise.services.demo.body import MadeRun, Stretch
from kneewise.services.demo.story import story

_WEEK = timedelta(weeks=1)
_KILO = 1000
#: Hills take time: the distance ends a run, not its last stretch.
_SPARE = 1.4
_TITLES = {"easy": "easy", "tempo": "quick in the middle", "long": "long"}


def earlier_runs(today: date, chance: np.random.Generator) -> Iterator[MadeRun]:
    """Yield the runs from the first day of the story up to the day before the plan, in order.

    Parameters
    ----------
    today : date
        Everything in the story is so many days before it.
    """
    history = story()["history"]
    first = today - timedelta(days=history["days"])
    last = today - timedelta(days=history["plan_days_ago"])
    begin = today - timedelta(days=6) - _WEEK * ((today - first).days // 7)
    while begin < last:
        for slot in story()["week"]:
            day = begin + timedelta(days=slot["day"])
            run = _run(day, slot, today, chance)
            if first <= day < last and run is not None:
                yield run
        begin += _WEEK


def days_ago(today: date, name: str) -> date:
    """Return a day that the story names."""
    return today - timedelta(days=story()["history"][f"{name}_days_ago"])


def long_run_from(day: date, today: date) -> date:
    """Return the day of the first long run that is not before a day."""
    return day + timedelta(days=(today - day).days % 7)


def starting(day: date, hour: int, minute: int = 0) -> datetime:
    """Return an instant of a day in the runner's zone."""
    return datetime.combine(day, time(hour, minute), ZoneInfo(story()["zone"]))


def _run(day: date, slot: Mapping[str, Any], today: date, chance: np.random.Generator) -> MadeRun | None:
    """Return the run of one place in the week, or ``None`` where life got in the way."""
    history, back = story()["history"], (today - day).days
    skipped, jitter, hour = chance.random() < history["skip"], chance.normal(1, 0.06), int(chance.integers(0, 60))
    kilometres = _kilometres(day, slot, today) * float(np.clip(jitter, 0.85, 1.15))
    away = any(begin >= back >= end for begin, end in history["breaks"])
    long = slot["pace"] == "long"
    fixed = long and 0 <= _weeks_before_race(day, today) < len(story()["build"]["long_km"])
    if away or (skipped and not fixed):
        return None
    if fixed:
        kilometres = story()["build"]["long_km"][-1 - _weeks_before_race(day, today)]
    belt = not long and day.month in story()["treadmill"]["months"] and chance.random() < story()["treadmill"]["share"]
    older = history["days"] - back
    pace = story()["pace"]
    speed = pace[slot["pace"]] * (1 + pace["growth"] * older / history["days"])
    flare = _is_flare(day, slot, today)
    return MadeRun(
        start=starting(day, 8 if long else 18, hour),
        title=f"{story()['title_prefix']}: {_TITLES[slot['pace']]}{' on the treadmill' if belt else ''}",
        stretches=_stretches(slot["pace"], speed, kilometres * _KILO),
        way="belt" if belt else "hills" if flare else slot["way"],
        distance_m=kilometres * _KILO,
        cadence=older > history["cadence_after_days"],
        dynamics=older > history["dynamics_after_days"],
    )


def _kilometres(day: date, slot: Mapping[str, Any], today: date) -> float:
    """Return what the season and the knee give this run."""
    history, back = story()["history"], (today - day).days
    week = history["week_km"][day.month - 1] * (1 + history["growth"] * (back < history["days"] / 2))
    if day > long_run_from(days_ago(today, "flare"), today):
        week = history["after_flare_km"]
    elif back <= history["onset_days_ago"]:
        week = history["hurt_km"]
    more = 1.6 if _is_flare(day, slot, today) else 1.0
    return float(week * slot["share"] * more)


def _weeks_before_race(day: date, today: date) -> int:
    """Return how many long runs lie between this one and the one that was too long; negative after it."""
    return (long_run_from(days_ago(today, "spike"), today) - day).days // 7


def _is_flare(day: date, slot: Mapping[str, Any], today: date) -> bool:
    """Whether it is the run that the knee answered with a flare."""
    return slot["pace"] == "long" and day == long_run_from(days_ago(today, "flare"), today)


def _stretches(pace: str, speed_mps: float, metres: float) -> tuple[Stretch, ...]:
    if pace != "tempo":
        return (Stretch(_SPARE * metres / speed_mps, speed_mps),)
    easy = story()["pace"]["easy"]
    warm, quick = 0.3 * metres / easy, 0.4 * metres / speed_mps
    return (Stretch(warm, easy), Stretch(quick, speed_mps), Stretch(_SPARE * warm, easy))
