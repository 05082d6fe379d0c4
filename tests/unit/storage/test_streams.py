"""Streams come back within their stated resolution."""

from __future__ import annotations

import timeit

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kneewise.domain import STREAM_COLUMNS, Stream
from kneewise.errors import StorageError
from kneewise.storage import decode_stream, encode_stream
from kneewise.storage.streams import RESOLUTION


def _stream(rows: int, columns: dict[str, np.ndarray] | None = None) -> Stream:
    generator = np.random.default_rng(rows)
    made: dict[str, np.ndarray] = {}
    for name in STREAM_COLUMNS:
        walk = generator.normal(0, 0.1, rows).cumsum() + 10
        made[name] = walk if name in {"latitude_deg", "longitude_deg"} else walk.astype(np.float32)
    return Stream(
        elapsed_s=np.arange(rows, dtype=np.float64) + np.float64(0.25),
        interval_s=np.ones(rows, np.float32),
        running=generator.random(rows) > 0.2,
        columns=made if columns is None else columns,
        sources={"speed_mps": "watch", "power_w": "Stryd"},
    )


@pytest.mark.parametrize("rows", [0, 1, 7, 8, 3600])
def test_every_column_comes_back_within_half_of_its_resolution(rows: int) -> None:
    stream = _stream(rows)
    back = decode_stream(encode_stream(stream))
    assert list(back.columns) == list(stream.columns)
    assert back.sources == stream.sources
    np.testing.assert_array_equal(back.running, stream.running)
    np.testing.assert_allclose(back.elapsed_s, stream.elapsed_s, atol=RESOLUTION["elapsed_s"] / 2)
    for name, column in stream.columns.items():
        assert back.columns[name].dtype == column.dtype
        np.testing.assert_allclose(back.columns[name], column, atol=RESOLUTION[name] * 0.51, rtol=1e-6)


def test_every_stream_column_has_a_resolution() -> None:
    assert set(STREAM_COLUMNS) <= set(RESOLUTION)


def test_missing_values_stay_missing_and_only_they() -> None:
    column = np.array([np.nan, 1, np.nan, np.nan, 2.5, np.nan], np.float32)
    back = decode_stream(encode_stream(_stream(6, {"speed_mps": column, "power_w": np.full(6, np.nan, np.float32)})))
    np.testing.assert_array_equal(np.isnan(back.columns["speed_mps"]), np.isnan(column))
    assert back.columns["speed_mps"][4] == pytest.approx(2.5)
    assert np.isnan(back.columns["power_w"]).all()


@pytest.mark.parametrize("odd", [1e9, -3e30, np.inf])
def test_values_too_large_for_integers_are_kept_without_loss(odd: float) -> None:
    column = np.array([1.5, odd, np.nan], np.float32)
    back = decode_stream(encode_stream(_stream(3, {"altitude_m": column}))).columns["altitude_m"]
    np.testing.assert_array_equal(back, column)


def test_an_unknown_column_is_kept_without_loss() -> None:
    column = np.array([np.pi, np.e], np.float32)
    back = decode_stream(encode_stream(_stream(2, {"spring_kn_per_m": column})))
    np.testing.assert_array_equal(back.columns["spring_kn_per_m"], column)


@given(st.lists(st.floats(-1e5, 1e5, width=32) | st.just(float("nan")), max_size=60))
def test_any_column_survives(values: list[float]) -> None:
    column = np.array(values, np.float32)
    back = decode_stream(encode_stream(_stream(len(values), {"distance_m": column}))).columns["distance_m"]
    np.testing.assert_allclose(back, column, atol=RESOLUTION["distance_m"] * 0.51, rtol=1e-6)


@pytest.mark.parametrize("damage", [b"", b"KWS9" + bytes(20), b"KWS1\xff\xff\xff\xff", None])
def test_a_damaged_stream_is_a_sentence(damage: bytes | None) -> None:
    blob = encode_stream(_stream(20))[:-9] if damage is None else damage
    with pytest.raises(StorageError, match="recompute"):
        decode_stream(blob)


def test_an_hour_is_encoded_in_milliseconds_and_small() -> None:
    stream = _stream(3600)
    raw = sum(column.nbytes for column in stream.columns.values())
    assert len(encode_stream(stream)) < raw / 2
    assert min(timeit.repeat(lambda: encode_stream(stream), number=3, repeat=5)) / 3 < 0.03
