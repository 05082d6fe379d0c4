"""How the made runner runs: speed and way in, seconds of a watch out.

Cadence follows speed and slope, ground contact follows speed and cadence, the heart follows the effort with a delay.
Hills are smooth: a sum of a few long waves over the distance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from kneewise.services.demo.fit_bytes import Floats, Track
from kneewise.services.demo.story import story
from kneewise.units import SECONDS_PER_HOUR

_EARTH_M_PER_DEG = 111_195.0
_SETTLING_S = 20
_PER_CENT = 100


@dataclass(frozen=True, slots=True)
class Stretch:
    """So many seconds at one speed on the flat."""

    seconds: float
    speed_mps: float
    walking: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeRun:
    """What is to be run.

    Attributes
    ----------
    start : datetime
        Aware, in the runner's zone.
    stretches : sequence of Stretch
        In order; the run ends with the last one, or where ``distance_m`` is reached.
    way : str
        Name in the story; ``"belt"`` for a treadmill.
    quicker : float
        Share by which the steps are quicker than they used to be.
    cadence, dynamics : bool
        Whether the watch told steps, and whether it told ground contact.
    """

    start: datetime
    title: str
    stretches: Sequence[Stretch]
    way: str
    distance_m: float | None = None
    quicker: float = 0.0
    cadence: bool = True
    dynamics: bool = True


def run_track(run: MadeRun, chance: np.random.Generator) -> Track:
    """Return the seconds of a run.

    Parameters
    ----------
    chance : numpy Generator
        Noise of pace, steps and heart; the same generator gives the same run.
    """
    numbers = story()
    belt = run.way == "belt"
    flat = np.concatenate([np.full(max(1, round(each.seconds)), each.speed_mps) for each in run.stretches])
    walking = np.concatenate([np.full(max(1, round(each.seconds)), each.walking) for each in run.stretches])
    flat = _smooth(flat, _SETTLING_S // 2) * (1 + numbers["pace"]["spread"] * _wander(len(flat), chance))
    phase = float(chance.uniform(0, 2 * math.pi))
    grade = np.zeros(len(flat)) if belt else _grade_pct(np.cumsum(flat), run.way, phase)
    slope = numbers["slope"]
    speed = flat * (1 - np.where(grade > 0, slope["up"], slope["down"]) * grade)
    distance = np.cumsum(speed)
    if run.distance_m is not None:
        end = int(np.searchsorted(distance, run.distance_m)) + 1
        speed, distance, grade, walking = speed[:end], distance[:end], grade[:end], walking[:end]
    columns = {"distance_m": distance, "speed_mps": speed, "heart_rate_bpm": _heart_bpm(speed, grade, chance)}
    if not belt:
        columns |= _place(distance, run.way, phase)
    if run.cadence:
        columns |= _legs(run, speed, grade, walking, chance)
    time_s = np.arange(len(speed), dtype=np.float64)
    return Track(run.start, _with_pause(time_s, chance), columns, _device(run), treadmill=belt)


def _device(run: MadeRun) -> str:
    return str(story()["device" if run.cadence else "first_device"])


def _legs(
    run: MadeRun, speed: Floats, grade: Floats, walking: NDArray[np.bool_], chance: np.random.Generator
) -> dict[str, Floats]:
    steps, contact, bounce = (story()[name] for name in ("steps", "contact", "bounce"))
    natural = steps["at_easy"] + steps["per_mps"] * (speed - steps["easy_mps"]) + steps["per_grade"] * grade
    noise = steps["noise"] * _wander(len(speed), chance)
    cadence = np.where(walking, steps["walking"], natural * (1 + run.quicker)) + noise
    columns = {"cadence_spm": cadence}
    if not run.dynamics:
        return columns
    more = cadence - steps["at_easy"]
    on_ground = contact["at_easy"] + contact["per_mps"] * (speed - steps["easy_mps"]) + contact["per_spm"] * more
    on_ground += contact["noise"] * _wander(len(speed), chance)
    height = bounce["at_easy"] + bounce["per_spm"] * more + bounce["noise"] * _wander(len(speed), chance)
    # A watch tells nothing of the kind while its wearer walks.
    columns["contact_time_ms"] = np.where(walking, np.nan, 1000 * on_ground)
    columns["vertical_oscillation_mm"] = np.where(walking, np.nan, 1000 * height)
    return columns


def _heart_bpm(speed: Floats, grade: Floats, chance: np.random.Generator) -> Floats:
    heart, easy = story()["heart"], story()["steps"]["easy_mps"]
    hours = np.arange(len(speed)) / SECONDS_PER_HOUR
    wanted = heart["at_easy"] + heart["per_mps"] * (speed - easy) + heart["per_grade"] * grade
    wanted += heart["drift_per_hour"] * hours
    weights = np.exp(-np.arange(5 * heart["lag_s"]) / heart["lag_s"])  # after five such times nothing is left of it
    before = np.full(len(weights) - 1, 1.5 * heart["rest"])
    followed = np.convolve(np.concatenate([before, wanted]), weights / weights.sum(), mode="valid")
    noisy = followed + heart["noise"] * _wander(len(speed), chance)
    return np.asarray(np.clip(noisy, heart["rest"], heart["most"]))


def _grade_pct(distance_m: Floats, way: str, phase: float) -> Floats:
    """Return the slope of a way in per cent: the derivative of its waves."""
    slopes = (
        height / 2 * 2 * math.pi / length * np.cos(turn) for height, length, turn in _waves(distance_m, way, phase)
    )
    return _PER_CENT * np.asarray(sum(slopes, np.zeros(len(distance_m))))


def _waves(distance_m: Floats, way: str, phase: float) -> Iterator[tuple[float, float, Floats]]:
    """Yield height, length and phase along the way of each wave."""
    waves = story()["ways"][way]
    for number, (height, length) in enumerate(zip(waves["height_m"], waves["length_m"], strict=True), start=1):
        yield height, length, 2 * math.pi * distance_m / length + phase * number


def _place(distance_m: Floats, way: str, phase: float) -> dict[str, Floats]:
    waves, place = story()["ways"][way], story()["place"]
    altitude = place["altitude_m"] + sum(
        (height / 2 * np.sin(turn) for height, _, turn in _waves(distance_m, way, phase)), np.zeros(len(distance_m))
    )
    angle = 2 * math.pi * distance_m / waves["lap_m"]
    radius = waves["lap_m"] / (2 * math.pi) * (1 + 0.12 * np.sin(3 * angle))
    north, east = radius * np.cos(angle), radius * np.sin(angle)
    narrower = math.cos(math.radians(place["latitude_deg"]))
    return {
        "altitude_m": altitude,
        "latitude_deg": place["latitude_deg"] + north / _EARTH_M_PER_DEG,
        "longitude_deg": place["longitude_deg"] + east / (_EARTH_M_PER_DEG * narrower),
    }


def _with_pause(time_s: Floats, chance: np.random.Generator) -> Floats:
    """Let the runner wait once at a crossing, in some runs."""
    pauses = story()["pauses"]
    waits, where, length = chance.random(), chance.uniform(0.2, 0.8), chance.integers(*pauses["seconds"])
    if waits < pauses["share"]:
        time_s[int(where * len(time_s)) :] += length
    return time_s


def _wander(count: int, chance: np.random.Generator) -> Floats:
    """Return noise that changes slowly, of about unit size."""
    knots = chance.standard_normal(count // _SETTLING_S + 2)
    return np.interp(np.arange(count), np.arange(len(knots)) * _SETTLING_S, knots)


def _smooth(values: Floats, width: int) -> Floats:
    """Return a moving average: nobody changes speed from one second to the next."""
    if len(values) <= width:
        return values
    padded = np.concatenate([np.full(width, values[0]), values])
    total = np.cumsum(padded)
    return np.asarray((total[width:] - total[:-width]) / width)
