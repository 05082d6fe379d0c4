"""Days, weeks and the comparison with the longest run of the last 30 days."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from kneewise.domain import Estimate, Interval
from kneewise.load import DatedRun, daily_exposure
from kneewise.load.spikes import spike_class

START = date(2025, 1, 1)


def run(day: int, kilometres: float | None, knee_km: float | None = -1, name: str = "") -> DatedRun:
    amount = kilometres if knee_km == -1 else knee_km
    number = float("nan") if amount is None else amount
    estimate = Estimate(
        number, number * 0.95, number * 1.05, "knee-km", "test", 0.9, Interval(number * 0.7, number * 1.4)
    )
    distance = None if kilometres is None else kilometres * 1000
    return DatedRun(name or str(day), START + timedelta(days=day), distance, 1800, estimate, 1.0)


def regular(days: int = 40, kilometres: float = 10) -> list[DatedRun]:
    return [run(day, kilometres) for day in range(0, days, 2)]


@pytest.mark.parametrize(
    ("ratio", "name"),
    [
        (0.5, "reference"),
        (1.10, "reference"),
        (1.101, "small"),
        (1.30, "small"),
        (1.31, "moderate"),
        (2.0, "moderate"),
        (2.01, "large"),
    ],
)
def test_published_classes(ratio: float, name: str) -> None:
    assert spike_class(ratio) == name


def test_rounding_moves_no_run_over_a_limit() -> None:
    assert [spike_class(limit + 2e-7) for limit in (1.1, 1.3, 2.0)] == ["reference", "small", "moderate"]
    assert [spike_class(limit + 2e-6) for limit in (1.1, 1.3, 2.0)] == ["small", "moderate", "large"]


@pytest.mark.parametrize(
    ("kilometres", "code", "hazard"),
    [(12, "spike-small", 1.64), (15, "spike-moderate", 1.52), (25, "spike-large", 2.28)],
)
def test_a_spike_is_flagged_with_its_published_hazard(kilometres: float, code: str, hazard: float) -> None:
    day = daily_exposure([*regular(), run(41, kilometres)]).days[-1]
    [flag] = day.flags
    assert (flag.code, flag.hazard_ratio, flag.sources) == (code, hazard, ("frandsen-2025",))
    assert "not your personal risk" in flag.text
    assert day.distance_ratio == day.spike_ratio == pytest.approx(kilometres / 10)
    assert (day.longest_30d_knee_km, day.longest_30d_distance_m) == (10, 10_000)


def test_a_usual_run_has_no_flag() -> None:
    assert daily_exposure([*regular(), run(41, 10.5)]).days[-1].flags == ()


def test_the_same_day_and_the_31st_day_before_do_not_count() -> None:
    runs = [*regular(60), run(60, 20), run(91, 12, name="a"), run(91, 19, name="b")]
    day = daily_exposure([*runs, run(70, 8)]).days[-1]
    assert day.longest_30d_distance_m == 8000
    assert daily_exposure([*regular(60), run(60, 20), run(90, 12)]).days[-1].longest_30d_distance_m == 20_000


def test_costly_kilometres_are_told_apart_from_long_ones() -> None:
    day = daily_exposure([*regular(), run(41, 10, knee_km=14)]).days[-1]
    [flag] = day.flags
    assert flag.code == "knee-spike-moderate"
    assert "published for distance" in flag.text
    assert day.distance_ratio == 1
    assert day.spike_ratio == pytest.approx(1.4)


def test_a_young_history_is_not_enough_data() -> None:
    days = daily_exposure(regular(40)).days
    assert [flag.code for flag in days[5].flags] == ["not-enough-data"]
    assert days[5].spike_ratio is None
    assert days[5].window_coverage == pytest.approx(10 / 30)
    assert days[-1].flags == ()


def test_a_known_earlier_history_makes_the_window_whole() -> None:
    exposure = daily_exposure([run(0, 10)], history_from=START - timedelta(days=365))
    assert [flag.code for flag in exposure.days[0].flags] == ["return-to-run"]


def test_runs_without_a_number_lower_the_coverage() -> None:
    unknown = [run(day, 10, knee_km=None) for day in range(20, 40, 2)]
    day = daily_exposure([*regular(20), *unknown, run(41, 15)]).days[-1]
    assert day.spike_ratio is None
    assert day.window_coverage < 0.8
    assert day.distance_ratio == 1.5


def test_day_sums_and_coverage() -> None:
    [day] = daily_exposure([run(0, 5, name="a"), run(0, 7, name="b"), run(0, 3, knee_km=None, name="c")]).days
    assert (day.runs, day.distance_m, day.knee_km.value) == (3, 15_000, 12)
    assert day.knee_km.low == pytest.approx(12 * 0.95)
    assert day.knee_km.high == pytest.approx(12 * 1.05)
    assert day.coverage == pytest.approx(2 / 3)
    assert "1 without a number left out" in day.knee_km.basis


def test_a_day_without_any_number_is_unknown_not_zero() -> None:
    document = daily_exposure([run(0, 5, knee_km=None)]).to_json()
    assert document["days"][0]["knee_km"]["value"] is None
    assert document["coverage"] == 0


def test_weeks_are_sums_with_their_evidence() -> None:
    exposure = daily_exposure([run(day, 5) for day in range(21)])
    assert [week.runs for week in exposure.weeks] == [5, 7, 7, 2]
    assert [week.observed_days for week in exposure.weeks] == [5, 7, 7, 2]
    assert exposure.weeks[1].monday.weekday() == 0
    assert exposure.weeks[1].knee_km.value == 35
    assert any("20.8 %" in text for text in exposure.evidence)
    assert any("not computed" in text for text in exposure.evidence)


def test_since_and_until_cut_the_answer_not_the_window() -> None:
    runs = [*regular(), run(41, 15), run(43, 5)]
    cut = daily_exposure(runs, since=START + timedelta(days=41), until=START + timedelta(days=41))
    [day] = cut.days
    assert day.distance_ratio == 1.5
    assert [week.observed_days for week in cut.weeks] == [1]


def test_contract_keys() -> None:
    document = daily_exposure(regular(4)).to_json()
    wanted = {"local_date", "knee_km", "distance_m", "runs", "longest_30d_knee_km", "spike_ratio", "flags"}
    assert wanted <= document["days"][0].keys()
    assert daily_exposure([]).to_json()["days"] == []


def test_windows_agree_with_a_plain_count() -> None:
    rng = np.random.default_rng(2)
    days = np.sort(rng.integers(0, 400, 300))
    runs = [run(int(day), float(rng.lognormal(2, 0.4)), name=f"{i:04d}") for i, day in enumerate(days)]
    for spike, one in zip(daily_exposure(runs).spikes, runs, strict=True):
        before = [r.distance_m for r in runs if 1 <= (one.local_date - r.local_date).days <= 30 and r.distance_m]
        assert spike.longest_distance_m == (max(before) if before else None)
