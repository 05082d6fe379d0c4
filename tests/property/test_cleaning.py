"""What cleaning must keep whatever the recording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kneewise.activities import clean
from kneewise.activities.duplicates import Fingerprint, counted_instead, same_run
from kneewise.domain import Activity, Channel, Floats, Recording, Session, TimerEvent

START_S = 1_700_000_000.0
SUMS = ("moving_s", "running_s", "distance_m", "steps", "cadence_spm", "speed_mps")


def recording(time_s: Floats, channels: Mapping[str, Floats], events: Sequence[TimerEvent] = ()) -> Recording:
    units = {"enhanced_speed": "m/s", "distance": "m", "cadence": "rpm", "enhanced_altitude": "m", "stance_time": "ms"}
    units |= {"position_lat": "deg", "position_long": "deg"}
    start = float(time_s[np.isfinite(time_s)][0]) if np.isfinite(time_s).any() else None
    return Recording(
        "fit",
        "activity",
        time_s,
        {name: Channel(values, units[name]) for name, values in channels.items()},
        sessions=(Session("running", None, start),),
        events=tuple(events),
        utc_offset_s=0.0,
    )


@st.composite
def wild_recordings(draw: st.DrawFn) -> Recording:
    """Times that repeat, fall, jump and miss; channels of anything; events anywhere."""
    rows = draw(st.integers(0, 60))
    step = st.one_of(st.just(1.0), st.floats(-100, 400), st.just(0.0), st.just(2e6), st.just(np.nan))
    times = START_S + np.cumsum(np.nan_to_num(np.array(draw(st.lists(step, min_size=rows, max_size=rows)))))
    times[np.array(draw(st.lists(st.booleans(), min_size=rows, max_size=rows)), dtype=bool) & (rows > 50)] = np.nan

    def values(low: float, high: float) -> Floats:
        number = st.one_of(st.floats(low, high), st.just(np.nan), st.just(0.0))
        return np.array(draw(st.lists(number, min_size=rows, max_size=rows)), dtype=np.float64)

    moments = st.floats(START_S - 100, START_S + 5000)
    kinds = st.sampled_from(("start", "stop"))
    events = draw(st.lists(st.builds(TimerEvent, moments, kinds), max_size=6))
    channels = {
        "enhanced_speed": values(-5, 400),
        "distance": values(-100, 1e5),
        "cadence": values(-1, 400),
        "enhanced_altitude": values(-1e4, 1e4),
        "stance_time": values(-10, 1e5),
        "position_lat": values(-200, 200),
        "position_long": values(-400, 400),
    }
    wanted = draw(st.sets(st.sampled_from(sorted(channels))))
    return recording(times, {name: channels[name] for name in wanted}, events)


def same(one: Activity, other: Activity) -> bool:
    assert one.stream is not None
    assert other.stream is not None
    columns = all(
        np.array_equal(column, other.stream.columns[name], equal_nan=True)
        for name, column in one.stream.columns.items()
    )
    return columns and replace(one, stream=None).issues == replace(other, stream=None).issues


@given(wild_recordings())
@settings(max_examples=150, deadline=None)
def test_any_recording_gives_consistent_activities(raw: Recording) -> None:
    for activity in clean(raw, default_timezone=None):
        assert activity.moving_s <= activity.elapsed_s + 1e-3
        assert activity.running_s <= activity.moving_s + 1e-3
        assert activity.steps is None or activity.steps >= 0
        assert activity.distance_m is None or activity.distance_m >= 0
        stream = activity.stream
        if stream is None:
            continue
        assert np.all(np.diff(stream.elapsed_s) > 0)
        assert np.all(stream.interval_s >= 0)
        assert float(stream.interval_s.sum(dtype=np.float64)) <= activity.elapsed_s * (1 + 1e-6) + 1e-3
        assert all(len(column) == len(stream) for column in stream.columns.values())
        assert set(stream.sources) == set(stream.columns)
        distance = stream.column("distance_m")
        assert np.all(np.diff(distance[np.isfinite(distance)]) >= 0)
        contact = stream.column("contact_time_s")
        assert not np.any(contact == 0)


@given(wild_recordings())
@settings(max_examples=50, deadline=None)
def test_cleaning_is_deterministic_and_leaves_its_input_alone(raw: Recording) -> None:
    before = {name: channel.values.copy() for name, channel in raw.channels.items()}
    one, two = clean(raw, default_timezone=None), clean(raw, default_timezone=None)
    assert len(one) == len(two)
    for first, second in zip(one, two, strict=True):
        assert first.stream is None or same(first, second)
    for name, values in before.items():
        assert np.array_equal(values, raw.channels[name].values, equal_nan=True)


def a_run(seed: int, seconds: int = 600) -> dict[str, Floats]:
    chance = np.random.default_rng(seed)
    elapsed = np.arange(seconds + 1.0)
    speed = 3.0 + 0.3 * np.sin(elapsed / chance.uniform(40, 90))
    return {
        "enhanced_speed": speed,
        "distance": np.concatenate(([0.0], np.cumsum(0.5 * (speed[1:] + speed[:-1])))),
        "cadence": 84.0 + 2.0 * np.sin(elapsed / chance.uniform(40, 90)),
        "enhanced_altitude": 300 + 5 * np.sin(elapsed / 100),
    }


@given(st.integers(0, 1000), st.lists(st.integers(1, 599), min_size=1, max_size=20, unique=True), st.randoms())
@settings(max_examples=40, deadline=None)
def test_order_of_records_of_one_second_does_not_matter(seed: int, doubled: list[int], chance: object) -> None:
    values = a_run(seed)
    rows = np.sort(np.concatenate((np.arange(601), doubled)))
    times = START_S + rows.astype(np.float64)
    jitter = np.random.default_rng(seed).normal(0, 0.05, len(rows))
    columns = {name: column[rows] for name, column in values.items()}
    columns["enhanced_speed"] = columns["enhanced_speed"] + jitter
    order = np.lexsort((np.random.default_rng(seed + 1).random(len(rows)), rows))
    (one,) = clean(recording(times, columns), default_timezone=None)
    (two,) = clean(recording(times[order], {n: c[order] for n, c in columns.items()}), default_timezone=None)
    for name in SUMS:
        assert getattr(one, name) == pytest.approx(getattr(two, name), rel=1e-6), name


@given(st.integers(0, 1000), st.lists(st.tuples(st.integers(5, 595), st.integers(1, 7200)), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_pauses_add_no_moving_time(seed: int, pauses: list[tuple[int, int]]) -> None:
    values = a_run(seed)
    elapsed = np.arange(601.0)
    events: list[TimerEvent] = []
    for at, length in sorted(dict(pauses).items(), reverse=True):
        begin = START_S + float(at)
        events = [TimerEvent(event.time_s + length, event.kind) for event in events]
        events = [TimerEvent(begin, "stop"), TimerEvent(begin + length, "start"), *events]
        elapsed[at + 1 :] += length
    (plain,) = clean(recording(START_S + np.arange(601.0), values), default_timezone=None)
    (paused,) = clean(recording(START_S + elapsed, values, events), default_timezone=None)
    assert paused.moving_s == pytest.approx(plain.moving_s, abs=1e-3)
    assert paused.steps == pytest.approx(plain.steps, rel=1e-6)
    assert paused.distance_m == pytest.approx(plain.distance_m)


@given(st.integers(0, 1000), st.integers(2, 15))
@settings(max_examples=40, deadline=None)
def test_smart_recording_gives_the_sums_of_every_second(seed: int, widest: int) -> None:
    values = a_run(seed)
    steps = np.random.default_rng(seed).integers(1, widest + 1, 600)
    rows = np.cumsum(steps)
    rows = np.concatenate(([0], rows[rows < 600], [600]))
    (full,) = clean(recording(START_S + np.arange(601.0), values), default_timezone=None)
    smart = {name: column[rows] for name, column in values.items()}
    (sparse,) = clean(recording(START_S + rows.astype(np.float64), smart), default_timezone=None)
    for name in SUMS:
        assert getattr(sparse, name) == pytest.approx(getattr(full, name), rel=0.01), name


@given(st.floats(62, 115), st.floats(2.5, 5.0))
@settings(max_examples=60, deadline=None)
def test_steps_are_twice_the_strides_and_never_more(strides: float, speed_mps: float) -> None:
    values = a_run(1) | {"cadence": np.full(601, strides), "enhanced_speed": np.full(601, speed_mps)}
    values["distance"] = speed_mps * np.arange(601.0)
    (as_strides,) = clean(recording(START_S + np.arange(601.0), values), default_timezone=None)
    values["cadence"] = 2 * values["cadence"]
    (as_steps,) = clean(recording(START_S + np.arange(601.0), values), default_timezone=None)
    assert as_strides.steps == pytest.approx(2 * strides * 10, rel=1e-6)
    assert as_steps.steps == pytest.approx(as_strides.steps, rel=1e-6)


fingerprints = st.builds(
    Fingerprint,
    key=st.just(""),
    start_s=st.integers(0, 200_000).map(float),
    elapsed_s=st.integers(0, 20_000).map(float),
    moving_s=st.integers(0, 20_000).map(float),
    distance_m=st.one_of(st.none(), st.floats(0, 50_000)),
    sport=st.sampled_from(("running", "walking", "cycling", "unknown")),
    worth=st.integers(0, 5).map(float),
)


@given(st.lists(fingerprints, max_size=25), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_duplicates_do_not_depend_on_order_and_hide_nothing(found: list[Fingerprint], chance: object) -> None:
    history = [replace(item, key=f"{number:03d}") for number, item in enumerate(found)]
    replaced = counted_instead(history)
    assert counted_instead(history[::-1]) == replaced
    by_key = {item.key: item for item in history}
    for gone, kept in replaced.items():
        assert kept not in replaced
        assert same_run(by_key[gone], by_key[kept])
        assert same_run(by_key[kept], by_key[gone])
    counting = [item for item in history if item.key not in replaced]
    assert not any(same_run(a, b) for a in counting for b in counting if a.key < b.key)
