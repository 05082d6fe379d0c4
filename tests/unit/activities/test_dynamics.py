"""Units, precedence, zeros."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kneewise.activities import clean
from kneewise.domain import Activity, Channel


def with_channels(make: Any, **channels: Channel) -> Activity:
    run = make.run()
    both = {**run.channels, **{name.replace("_", " "): item for name, item in channels.items()}}
    both.update({name: item for name, item in channels.items() if item.source == "watch"})
    both = {name: item for name, item in both.items() if not (" " in name and item.source == "watch")}
    recording = make.recording(run.time_s, {}, channels=both)
    (activity,) = clean(recording, default_timezone=None)
    return activity


@pytest.mark.parametrize(
    ("number", "unit", "told"),
    [(72.0, "mm", False), (7.2, "cm", False), (7.2, "Centimeters", False), (0.072, "m", False), (72.0, "cm", True)],
)
def test_vertical_oscillation_in_metres(make: Any, number: float, unit: str, told: bool) -> None:
    field = make.channel(np.full(1201, number), unit, "Stryd")
    run = with_channels(make, Vertical_Oscillation=field)
    assert run.vertical_oscillation_m == pytest.approx(0.072)
    assert ("unit-by-value" in {issue.code for issue in run.issues}) is told


@pytest.mark.parametrize(("number", "unit"), [(250.0, "ms"), (250.0, "Milliseconds"), (0.25, "s"), (250.0, "")])
def test_contact_time_in_seconds(make: Any, number: float, unit: str) -> None:
    run = with_channels(make, Ground_Time=make.channel(np.full(1201, number), unit, "Stryd"))
    assert run.contact_time_s == pytest.approx(0.25)
    assert run.stream is not None
    assert run.stream.sources["contact_time_s"] == "Stryd"


def test_zero_is_no_value(make: Any) -> None:
    contact = np.full(1201, 250.0)
    contact[::10] = 0.0
    run = with_channels(make, stance_time=make.channel(contact, "ms"))
    assert run.contact_time_s == pytest.approx(0.25)
    assert {issue.code for issue in run.issues} == {"zero-means-missing"}


def test_strap_before_pod_before_wrist(make: Any) -> None:
    wrist = make.channel(np.full(1201, 260.0), "ms")
    pod = make.channel(np.full(1201, 240.0), "ms", "Stryd")
    balance = make.channel(np.full(1201, 49.5), "percent")
    run = with_channels(make, stance_time=wrist, Ground_Time=pod)
    assert run.contact_time_s == pytest.approx(0.240)
    run = with_channels(make, stance_time=wrist, Ground_Time=pod, stance_time_balance=balance)
    assert run.contact_time_s == pytest.approx(0.260)
    assert run.stream is not None
    assert run.stream.sources["contact_time_s"] == "watch (chest strap)"


def test_nearly_empty_source_gives_way(make: Any) -> None:
    pod = np.full(1201, np.nan)
    pod[:100] = 240.0
    run = with_channels(
        make, stance_time=make.channel(np.full(1201, 260.0), "ms"), Ground_Time=make.channel(pod, "ms", "Stryd")
    )
    assert run.contact_time_s == pytest.approx(0.260)


def test_declared_but_never_recorded_is_absent(make: Any) -> None:
    run = with_channels(make, Ground_Time=make.channel(np.zeros(1201), "ms", "Stryd"))
    assert run.contact_time_s is None
    assert run.issues == ()


def test_pod_power_before_watch_power(make: Any) -> None:
    run = make.recording(
        make.start_s + np.arange(1201.0),
        make.columns(np.arange(1201.0)) | {"power": np.full(1201, 300.0)},
        channels={"Power": make.channel(np.full(1201, 250.0), "Watts", "Stryd")},
    )
    (run,) = clean(run, default_timezone=None)
    assert run.stream is not None
    assert run.stream.sources["power_w"] == "Stryd"
    assert run.stream.column("power_w")[0] == 250


def test_stride_written_as_step_length_is_halved(make: Any) -> None:
    step_mm = 60_000 * 3.0 / 170
    run = with_channels(make, step_length=make.channel(np.full(1201, 2 * step_mm), "mm"))
    assert run.step_length_m == pytest.approx(step_mm / 1000, rel=1e-5)
    assert {issue.code for issue in run.issues} == {"step-was-stride"}


def test_columns_are_float32_but_positions_float64(make: Any) -> None:
    (run,) = clean(make.run(), default_timezone=None)
    assert run.stream is not None
    for name, column in run.stream.columns.items():
        assert column.dtype == (np.float64 if name in ("latitude_deg", "longitude_deg") else np.float32), name
