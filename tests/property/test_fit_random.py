"""Any FIT file that can be written is read exactly; any bytes at all are read or refused, in bounded memory."""

from __future__ import annotations

import contextlib
import math
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fit_writer import BASE_TYPES, EPOCH_S, RECORD, START, FieldSpec, FitWriter, run_writer

from kneewise.domain import Recording
from kneewise.errors import UnreadableFileError
from kneewise.sources.fit import MEMORY_BYTES_PER_BYTE, file_kind, read_fit
from kneewise.sources.fit_profile import RECORD_FIELDS

INTEGERS = [name for name, (_, code, _) in BASE_TYPES.items() if code not in "sfd"]
#: Messages that the reader takes apart one by one: session, lap, event, device_info, field_description, developer.
KINDS = (18, 19, 21, 23, 206, 207)
FIELDS = [number for number, f in RECORD_FIELDS.items() if f.unit != "deg" and number not in (6, 5)]


@st.composite
def definitions(draw: st.DrawFn) -> tuple[FieldSpec, ...]:
    numbers = draw(st.lists(st.sampled_from(FIELDS), unique=True, max_size=5))
    native = [FieldSpec(n, draw(st.sampled_from([*INTEGERS, "float32"]))) for n in numbers]
    unknown = draw(st.lists(st.builds(FieldSpec, st.integers(200, 250), st.sampled_from(INTEGERS)), max_size=2))
    developer = [
        FieldSpec(n, "uint16", developer=0) for n in draw(st.lists(st.integers(0, 3), unique=True, max_size=2))
    ]
    return (*draw(st.permutations([FieldSpec(253, "uint32"), *native, *unknown])), *developer)


def raw_values(spec: FieldSpec) -> st.SearchStrategy[int | float | None]:
    _, code, invalid = BASE_TYPES[spec.base]
    if code == "f":
        return st.none() | st.floats(width=32, allow_nan=False, allow_infinity=False)
    span = 2 ** (8 * spec.bytes)
    low = -span // 2 if code.islower() else 0
    return st.none() | st.integers(low, low + span - 1).filter(lambda value: value != invalid)


@st.composite
def written_files(draw: st.DrawFn) -> tuple[bytes, list[dict[str, float]]]:
    """Return a valid file and, for each record, the values it holds by channel name."""
    writer = FitWriter()
    for number in range(4):
        writer.describe(0, number, "uint16", f"Dev {number}", "u", scale=10)
    expected: list[dict[str, float]] = []
    defined: dict[int, tuple[FieldSpec, ...]] = {}
    for _ in range(draw(st.integers(1, 8))):
        local = draw(st.sampled_from([0, 1, 3, 9]))
        if local not in defined or draw(st.booleans()):
            defined[local] = draw(definitions())
            writer.define(local, RECORD, defined[local], big_endian=draw(st.booleans()))
        for _ in range(draw(st.integers(1, 20))):
            time = START + len(expected)
            values = [time if spec.number == 253 else draw(raw_values(spec)) for spec in defined[local]]
            writer.data(local, values)
            pairs = zip(defined[local], values, strict=True)
            expected.append({name: value for spec, raw in pairs for name, value in physical(spec, raw)})
    return writer.to_bytes(), expected


def physical(spec: FieldSpec, raw: float | None) -> Iterator[tuple[str, float]]:
    """Yield channel name and value of a field, if the profile or the file names it."""
    value = math.nan if raw is None else float(raw)
    if spec.developer is not None:
        yield f"Dev {spec.number}", value / 10
    elif spec.number == 253:
        yield "time", value + EPOCH_S
    elif spec.number in RECORD_FIELDS:
        about = RECORD_FIELDS[spec.number]
        yield about.name, value / about.scale - about.offset


def refused_or_read(data: bytes) -> list[Recording]:
    with contextlib.suppress(UnreadableFileError):
        file_kind(data)
    try:
        recordings = read_fit(data, "x")
    except UnreadableFileError:
        return []
    for recording in recordings:
        for channel in recording.channels.values():
            assert channel.values.shape == recording.time_s.shape
            assert not np.isinf(channel.values).any()
        assert recording.recovery.bytes_skipped <= len(data)
    return recordings


@settings(max_examples=60, deadline=None)
@given(written_files())
def test_a_valid_file_is_read_exactly(case: tuple[bytes, list[dict[str, float]]]) -> None:
    data, expected = case
    (run,) = read_fit(data, "x")
    assert run.issues == ()
    assert run.recovery.bytes_skipped == 0
    columns = {"time": run.time_s} | {name: channel.values for name, channel in run.channels.items()}
    for name in {name for record in expected for name in record} | set(columns):
        wanted = np.array([record.get(name, math.nan) for record in expected])
        found = columns.get(name, np.full(len(expected), math.nan))
        np.testing.assert_array_equal(found, wanted, err_msg=name)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    refused_or_read(data)
    refused_or_read(b"\x0e\x20\x8b\x08" + len(data).to_bytes(4, "little") + b".FIT\0\0" + data)


@settings(max_examples=60, deadline=None)
@given(
    written_files(),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 80), st.binary(max_size=80)), min_size=1, max_size=4),
)
def test_any_damage_is_survived(
    case: tuple[bytes, list[dict[str, float]]], damages: list[tuple[float, int, bytes]]
) -> None:
    data = case[0]
    for place, removed, inserted in damages:
        at = int(place * len(data))
        data = data[:at] + inserted + data[at + removed :]
    refused_or_read(data)


def one_byte_messages() -> bytes:
    writer = FitWriter()
    writer.define(0, RECORD, [])
    writer.body += bytes(200_000)
    return writer.to_bytes()


def two_byte_records() -> bytes:
    writer = FitWriter()
    writer.define(0, RECORD, [FieldSpec(3, "uint8")])
    writer.body += b"\0\x50" * 100_000
    return writer.to_bytes()


def many_declared_fields() -> bytes:
    """Return a file whose table of records times fields grows with the square of its size."""
    writer = FitWriter()
    for number in range(2000):
        writer.describe(number // 250, number % 250, "uint8", f"{number}", "")
        writer.define(1, RECORD, [FieldSpec(number % 250, "uint8", developer=number // 250)])
        writer.data(1, [7])
    writer.body += b"\1\7" * 20_000
    return writer.to_bytes()


def many_definitions() -> bytes:
    writer = FitWriter()
    for number in range(10_000):
        writer.define(0, RECORD, [FieldSpec(number % 256, "uint8"), FieldSpec(number // 256, "uint8")])
        writer.data(0, [1, 2])
    return writer.to_bytes()


def many_small_messages(number: int) -> bytes:
    writer = FitWriter()
    writer.session()
    writer.define(
        0, number, [FieldSpec(253, "uint32"), FieldSpec(0, "enum"), FieldSpec(1, "enum"), FieldSpec(5, "enum")]
    )
    writer.body += b"".join(b"\0" + (START + time).to_bytes(4, "little") + b"\0\0\1" for time in range(20_000))
    return writer.to_bytes()


def many_sequences() -> bytes:
    writer = FitWriter()
    writer.define(0, RECORD, [FieldSpec(3, "uint8")])
    writer.data(0, [77])
    return writer.to_bytes(header_size=12) * 3000


def many_damages() -> bytes:
    data = bytearray(run_writer(8000).to_bytes())
    rng = np.random.default_rng(3)
    for at in rng.integers(0, len(data), 4000):
        data[at] = rng.integers(256)
    return bytes(data)


def only_headers() -> bytes:
    return b"\x0c\x20\0\0\0\0\0\0.FIT!" * 10_000


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(one_byte_messages, id="one-byte messages"),
        pytest.param(two_byte_records, id="two-byte records"),
        pytest.param(many_declared_fields, id="fields by records"),
        pytest.param(many_definitions, id="definitions"),
        *(pytest.param(partial(many_small_messages, number), id=f"messages {number}") for number in KINDS),
        pytest.param(many_sequences, id="sequences"),
        pytest.param(many_damages, id="damages"),
        pytest.param(only_headers, id="headers"),
        pytest.param(lambda: b"\x0c\x20\0\0\0\0\0\0.FIT" + np.random.default_rng(0).bytes(200_000), id="noise"),
        pytest.param(lambda: b"\x0c\x20\0\0\0\0\0\0.FIT" + bytes(200_000), id="zeros"),
    ],
)
def test_memory_stays_below_the_stated_multiple(made: Callable[[], bytes]) -> None:
    data = made()
    tracemalloc.start()
    try:
        refused_or_read(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MEMORY_BYTES_PER_BYTE * len(data) + (8 << 20)
