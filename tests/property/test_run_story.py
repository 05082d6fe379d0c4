"""Invariants of a run told: quicker steps never cost more, and parts always add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kneewise.domain import Activity, Runner, Stream
from kneewise.load import knee_km, population_reference, run_load
from kneewise.load.along import Way, even_edges, stretches
from kneewise.load.contributions import contributions
from kneewise.load.what_if import cadence_changes

RUNNER = Runner("me", 1990, "f", 1.70, 60.0, "UTC")
PARTS = st.lists(
    st.tuples(
        st.floats(1.2, 7.5),
        st.one_of(st.just(float("nan")), st.floats(110, 250)),
        st.floats(-12, 12),
        st.one_of(st.just(float("nan")), st.floats(0.12, 0.42)),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


def run_of(parts: list[tuple[float, float, float, float, bool]]) -> Activity:
    """A run of parts of 100 s each."""
    rows = [np.repeat(np.array(column, dtype=np.float32), 20) for column in zip(*parts, strict=True)]
    speed, cadence, grade, contact, running = rows
    n = len(speed)
    columns = {"speed_mps": speed, "cadence_spm": cadence, "grade_deg": grade, "contact_time_s": contact}
    stream = Stream(np.arange(n, dtype=np.float64) * 5.0, np.full(n, 5, np.float32), running.astype(bool), columns, {})
    instant = datetime(2026, 3, 1, 7, tzinfo=UTC)
    nothing = dict.fromkeys(("sub_sport", "device", "ascent_m", "descent_m", "steps", "cadence_spm", "speed_mps"))
    nothing |= dict.fromkeys(("contact_time_s", "vertical_oscillation_m", "step_length_m", "title"))
    times = dict.fromkeys(("elapsed_s", "moving_s", "running_s"), n * 5.0)
    return Activity(
        start=instant,
        timezone="UTC",
        local_date=date(2026, 3, 1),
        sport="running",
        distance_m=float(5 * speed.sum()),
        treadmill=False,
        stream=stream,
        **times,  # type: ignore[arg-type]
        **nothing,  # type: ignore[arg-type]
    )


@settings(max_examples=60, deadline=None)
@given(PARTS)
def test_quicker_steps_at_the_same_speed_never_cost_more(parts: list[tuple[float, float, float, float, bool]]) -> None:
    run = run_of(parts)
    load = run_load(run, RUNNER)
    [whole] = knee_km([load], population_reference(1.70))
    costs = [change.knee_km.value for change in cadence_changes(Way.of(run, RUNNER), whole)]
    known = [cost for cost in costs if np.isfinite(cost)]
    assert all(after <= before * (1 + 1e-9) for before, after in pairwise(known))


@settings(max_examples=40, deadline=None)
@given(PARTS)
def test_parts_and_contributions_add_up(parts: list[tuple[float, float, float, float, bool]]) -> None:
    run, reference = run_of(parts), replace(population_reference(1.70), cadence_ratio=1.03)
    load = run_load(run, RUNNER)
    [whole] = knee_km([load], reference)
    way = Way.of(run, RUNNER)
    if not np.isfinite(whole.value.value) or not len(way.at_m):
        return
    cut = stretches(way, even_edges(way), reference, whole=whole)
    summed = sum(part.cost.value.value for part in cut if np.isfinite(part.cost.value.value))
    assert abs(summed - whole.value.value) < 1e-6 * whole.value.value
    shared = contributions(way, load, whole, reference)
    assert abs(sum(part.knee_km for part in shared) - (whole.value.value - load.distance_m / 1000)) < 1e-6
