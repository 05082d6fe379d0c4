"""One run along its way: parts add up, gaps stay gaps, sentences hold beyond their intervals."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import ModuleType

import numpy as np
import pytest

from kneewise.domain import Activity, Stream
from kneewise.load import KneeKm, Reference, RunLoad, knee_km, population_reference, run_load
from kneewise.load.along import Way, even_edges, split_edges, stretches
from kneewise.load.chart import chart_columns, pauses
from kneewise.load.compared_ends import compare_ends
from kneewise.load.contributions import LEVERS, contributions
from kneewise.load.run_sentences import sentences
from kneewise.load.what_if import cadence_changes

REFERENCE: Reference = replace(population_reference(1.70), kind="own", runs=20)


def run_of(made: ModuleType, cadence: list[float], *, grade: float = 0.0, metres: float = 1000.0) -> Activity:
    """A run at 2.8 m/s whose kilometres have cadences of their own; 0 is a kilometre without any record of speed."""
    seconds = int(metres / 2.8)
    whole = made.made_run(seconds=seconds * len(cadence), grade=grade)
    column = np.repeat(np.array(cadence, dtype=np.float32), seconds)
    known = column > 0
    distance = np.cumsum(np.full(len(column), 2.8)).astype(np.float32)
    columns = {
        **whole.stream.columns,
        "speed_mps": np.where(known, np.float32(2.8), np.float32(np.nan)),
        "cadence_spm": np.where(known, column, np.float32(np.nan)),
        "distance_m": distance,
    }
    changed: Activity = replace(whole, stream=replace(whole.stream, columns=columns))
    return changed


def told(made: ModuleType, run: Activity) -> tuple[Way, RunLoad, KneeKm]:
    load = run_load(run, made.RUNNER)
    [whole] = knee_km([load], REFERENCE)
    way = Way.of(run, made.RUNNER)
    return way, load, whole


def test_stretches_and_kilometres_add_up_to_the_run(made: ModuleType) -> None:
    way, load, whole = told(made, run_of(made, [166, 160, 172, 158]))
    for edges in (even_edges(way), split_edges(way)):
        parts = stretches(way, edges, REFERENCE, whole=whole)
        assert sum(part.cost.value.value for part in parts) == pytest.approx(whole.value.value)
        assert sum(part.load.steps for part in parts) == pytest.approx(load.steps)
        assert sum(part.load.running_s for part in parts) == pytest.approx(load.running_s)
        assert all(part.cost.value.low < part.cost.value.value < part.cost.value.high for part in parts)
    assert len(split_edges(way)) == 5
    assert len(even_edges(way)) <= 401


def test_what_was_not_recorded_is_a_gap_and_no_zero(made: ModuleType) -> None:
    way, _, whole = told(made, run_of(made, [166, 0, 166, 166]))
    columns = chart_columns(way, stretches(way, even_edges(way), REFERENCE, whole=whole))
    assert len({len(column) for column in columns.values()}) == 1
    middle = [
        cost
        for start, cost in zip(columns["start_m"], columns["knee_km_per_km"], strict=True)
        if start is not None and 1100 < start < 1800
    ]
    assert middle
    assert set(middle) == {None}
    so_far = [cost for cost in columns["knee_km_so_far"] if cost is not None]
    assert len(so_far) == len(columns["start_m"])
    assert all(after >= before for before, after in pairwise(so_far))
    assert so_far[-1] == pytest.approx(whole.value.value, abs=1e-3)
    assert 0.0 in columns["coverage"]


def test_contributions_add_up_and_name_the_cadence(made: ModuleType) -> None:
    way, load, whole = told(made, run_of(made, [150, 150, 150, 150]))
    shared = contributions(way, load, whole, REFERENCE)
    assert [part.lever for part in shared] == [*LEVERS, "other"]
    assert sum(part.knee_km for part in shared) == pytest.approx(whole.value.value - load.distance_m / 1000)
    by = {part.lever: part for part in shared}
    assert by["cadence"].certain
    assert by["cadence"].percent > 5 * abs(by["slope"].percent)
    assert by["cadence"].low < by["cadence"].knee_km < by["cadence"].high
    texts = [sentence.text for sentence in sentences(load, whole.value, shared, None, REFERENCE)]
    assert texts[0].startswith(f"{whole.value.value:.1f} knee-km for 4.0 km")
    assert any(text.startswith("Slower steps than your usual at this speed added") for text in texts)


def test_running_as_in_the_reference_costs_what_it_says_and_tells_nothing_else(made: ModuleType) -> None:
    run = made.made_run(REFERENCE.speed_mps, REFERENCE.cadence_spm, seconds=2400)
    way, load, whole = told(made, run)
    shared = contributions(way, load, whole, REFERENCE)
    assert max(abs(part.percent) for part in shared) < 0.5
    assert len(sentences(load, whole.value, shared, None, REFERENCE)) == 1


def test_a_dear_end_is_told_and_a_steady_run_is_not_compared(made: ModuleType) -> None:
    way, load, whole = told(made, run_of(made, [178, 178, 178, 178, 140, 140], grade=-4.0))
    ends = compare_ends(way, stretches(way, even_edges(way), REFERENCE, whole=whole))
    assert ends is not None
    assert (ends.dear, ends.ground) == ("last", "downhill")
    assert ends.interval.low > 1
    assert ends.cheap_m > 1.1 * ends.dear_m
    assert ends.dear_m + ends.cheap_m <= way.whole_m + 100
    [*_, last] = sentences(load, whole.value, (), ends, REFERENCE)
    assert (
        last.text
        == f"The last {ends.dear_m / 1000:.1f} km downhill cost as much as the first {ends.cheap_m / 1000:.1f} km."
    )
    way, _, whole = told(made, run_of(made, [166] * 6))
    assert compare_ends(way, stretches(way, even_edges(way), REFERENCE, whole=whole)) is None


def test_a_walk_at_the_end_is_not_compared_with_running(made: ModuleType) -> None:
    way, _, whole = told(made, made.made_run(seconds=3000, walking_s=1500))
    assert compare_ends(way, stretches(way, even_edges(way), REFERENCE, whole=whole)) is None


def test_what_if_at_no_change_is_the_run_itself_and_far_changes_say_so(made: ModuleType) -> None:
    way, _, whole = told(made, run_of(made, [166, 160]))
    changes = {change.percent: change for change in cadence_changes(way, whole)}
    assert list(changes) == list(range(-10, 16))
    same = changes[0]
    assert same.knee_km.value == pytest.approx(whole.value.value)
    assert (same.change_percent.value, same.change_percent.low, same.change_percent.high) == (0, 0, 0)
    assert same.outside is None
    assert "not studied" in str(changes[15].outside)
    assert changes[10].knee_km.low < changes[10].knee_km.value < changes[10].knee_km.high
    assert changes[10].change_percent.value < 0


def test_what_if_beyond_the_model_has_no_number(made: ModuleType) -> None:
    way, _, whole = told(made, made.made_run(2.8, 225.0))
    last = cadence_changes(way, whole)[-1]
    assert np.isnan(last.knee_km.value)
    assert "does not cover" in str(last.outside)


@pytest.mark.parametrize("kind", ["typed in", "no speed", "cycling"])
def test_runs_without_a_way_are_told_as_far_as_they_go(made: ModuleType, kind: str) -> None:
    run = {
        "typed in": made.bare_run(5000.0, 1800.0),
        "no speed": made.made_run(float("nan")),
        "cycling": made.made_run(sport="cycling"),
    }[kind]
    way, load, whole = told(made, run)
    if not len(way.at_m):
        return
    parts = stretches(way, even_edges(way), REFERENCE, whole=whole)
    shared = contributions(way, load, whole, REFERENCE)
    assert bool(shared) == np.isfinite(whole.value.value)
    assert bool(cadence_changes(way, whole)) == np.isfinite(whole.value.value)
    assert chart_columns(way, parts)["knee_km_so_far"][-1] == pytest.approx(np.nan_to_num(whole.value.value), abs=1e-3)


def test_a_halt_of_the_recording_is_a_pause(made: ModuleType) -> None:
    run = made.made_run(seconds=60)
    elapsed = run.stream.elapsed_s + np.where(np.arange(60) >= 30, 45.0, 0.0)
    [pause] = pauses(replace(run.stream, elapsed_s=elapsed))
    assert pause.duration_s == pytest.approx(45, abs=1)
    assert pause.at_s == 29
    assert pauses(run.stream) == []
    assert pauses(None) == []
    assert pauses(Stream(np.zeros(0), np.zeros(0, np.float32), np.zeros(0, bool), {}, {})) == []
