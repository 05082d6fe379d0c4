"""What the FIT reader saves from broken files, and what it says about them."""

from __future__ import annotations

import numpy as np
import pytest
from tests.fit_writer import EPOCH_S, RECORD, START, FieldSpec, FitWriter, crc16, run_writer

from kneewise.sources.fit import read_fit
from kneewise.sources.fit_crc import crc_holds

RECORDS = 2000


def _codes(data: bytes) -> tuple[int, list[str]]:
    runs = read_fit(data, "run.fit")
    return sum(run.time_s.size for run in runs), [issue.code for run in runs for issue in run.issues]


@pytest.mark.parametrize("size", [2, 3, 15, 16, 17, 29, 30, 31, 32, 100, 1000, 4097, 50_000])
def test_the_checksum_by_folding_is_the_checksum(size: int) -> None:
    rng = np.random.default_rng(size)
    content = rng.bytes(size)
    whole = np.frombuffer(content + crc16(content).to_bytes(2, "little"), dtype=np.uint8).copy()
    assert crc_holds(whole)
    for _ in range(20):
        flipped = whole.copy()
        flipped[rng.integers(size + 2)] ^= 1 << rng.integers(8)
        assert not crc_holds(flipped)


@pytest.mark.parametrize("header_size", [12, 14, 20])
def test_any_header_size_and_a_header_checksum_of_zero_are_legal(header_size: int) -> None:
    assert _codes(run_writer(RECORDS).to_bytes(header_size=header_size, header_crc=0)) == (RECORDS, [])


def test_a_wrong_checksum_is_only_an_issue() -> None:
    assert _codes(run_writer(RECORDS).to_bytes(crc=0x1234)) == (RECORDS, ["fit-checksum"])


@pytest.mark.parametrize("has_crc", [True, False])
def test_a_data_size_of_zero_means_to_the_end(has_crc: bool) -> None:
    assert _codes(run_writer(RECORDS).to_bytes(data_size=0, has_crc=has_crc)) == (RECORDS, ["fit-unfinished"])


def test_a_cut_file_keeps_what_is_left() -> None:
    writer = run_writer(RECORDS)
    data = writer.to_bytes()
    cut = len(data) * 6 // 10
    whole_records = sum(14 + at + 26 <= cut for at in writer.offsets[2 : RECORDS + 2])
    assert _codes(data[:cut]) == (whole_records, ["fit-unfinished"])


@pytest.mark.parametrize("trailing", [bytes(2000), b"\xff" * 5, b"junk" * 100])
def test_trailing_bytes_do_not_matter(trailing: bytes) -> None:
    assert _codes(run_writer(RECORDS).to_bytes() + trailing) == (RECORDS, [])


def test_chained_sequences_give_a_recording_each() -> None:
    settings = FitWriter()
    settings.file_id(kind=2)
    first, second = run_writer(100), run_writer(200, start=START + 5000)
    data = first.to_bytes() + settings.to_bytes() + second.to_bytes(crc=1)
    runs = read_fit(data, "x")
    assert [run.time_s.size for run in runs] == [100, 200]
    assert [run.time_s[0] - EPOCH_S for run in runs] == [START, START + 5000]
    assert [[i.code for i in run.issues] for run in runs] == [[], ["fit-checksum"]]


def test_an_unfinished_sequence_ends_where_the_next_begins() -> None:
    first, second = run_writer(100), run_writer(200)
    runs = read_fit(first.to_bytes(data_size=0) + second.to_bytes(), "x")
    assert [run.time_s.size for run in runs] == [100, 200]


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(("length", "is_random", "lost"), [(64, False, 4), (512, True, 30), (4096, True, 200)])
def test_damage_in_the_middle_costs_little_more_than_itself(seed: int, length: int, is_random: bool, lost: int) -> None:
    rng = np.random.default_rng(seed)
    data = bytearray(run_writer(RECORDS).to_bytes())
    at = int(rng.integers(2000, len(data) - 2000 - length))
    data[at : at + length] = rng.bytes(length) if is_random else bytes(length)
    (run,) = read_fit(bytes(data), "x")
    assert RECORDS - lost <= run.time_s.size <= RECORDS + 2
    whole = np.sum((run.time_s >= START + EPOCH_S) & (run.time_s < START + EPOCH_S + RECORDS))
    assert whole >= RECORDS - lost
    assert run.sessions, "the summary after the damage is kept"
    assert "fit-checksum" in [issue.code for issue in run.issues]


@pytest.mark.parametrize("missing", [1, 7, 100])
def test_bytes_that_went_missing_cost_only_their_records(missing: int) -> None:
    data = run_writer(RECORDS).to_bytes()
    middle = len(data) // 2 + 5
    (run,) = read_fit(data[:middle] + data[middle + missing :], "x")
    assert RECORDS - 2 - missing // 20 <= run.time_s.size <= RECORDS


def test_damage_before_the_first_record_is_survived_by_the_next_definition() -> None:
    writer = FitWriter()
    writer.file_id()
    writer.define(1, RECORD, [FieldSpec(253, "uint32"), FieldSpec(3, "uint8")])
    start = len(writer.body)
    for second in range(500):
        if second == 100:
            writer.define(1, RECORD, [FieldSpec(253, "uint32"), FieldSpec(3, "uint8")])
        writer.data(1, [START + second, 140])
    data = bytearray(writer.to_bytes())
    data[14 + start - 12 : 14 + start] = b"\xee" * 12  # the first definition of the records
    (run,) = read_fit(bytes(data), "x")
    assert run.time_s.size >= 400


def test_damage_after_the_one_message_of_a_doubtful_definition_costs_only_its_bytes() -> None:
    fields = [FieldSpec(253, "uint32"), FieldSpec(3, "uint8")]
    writer = FitWriter()
    writer.define(1, RECORD, fields)
    for second in range(100):
        writer.data(1, [START + second, 140])
    # one byte of a type that takes two: readable, and nothing that the search for a way back would believe
    writer.define(2, RECORD, [FieldSpec(253, "uint32"), FieldSpec(3, "uint16", size=1)])
    writer.data(2, [START + 100, b"\x8c"])
    writer.body += b"\x0e" * 40  # a local type that nothing has defined
    for second in range(101, 200):
        writer.data(1, [START + second, 140])
    (run,) = read_fit(writer.to_bytes(), "x")
    np.testing.assert_array_equal(run.time_s, START + EPOCH_S + np.arange(200))
    assert run.recovery.bytes_skipped == 40


def test_a_clock_that_is_set_during_a_damaged_run_loses_nothing() -> None:
    writer = FitWriter()
    writer.define(1, RECORD, [FieldSpec(253, "uint32"), FieldSpec(3, "uint8")])
    for second in range(1000):
        writer.data(1, [second + (START if second > 300 else 1000), 140])
    assert _codes(writer.to_bytes(crc=7)) == (1000, ["fit-checksum"])


@pytest.mark.parametrize("seed", range(3))
def test_a_thousand_small_damages_cost_a_few_records_each(seed: int) -> None:
    rng = np.random.default_rng(seed)
    data = bytearray(run_writer(20_000).to_bytes())
    for at in rng.integers(100, len(data) - 10, 1000):
        data[at : at + 8] = rng.bytes(8)
    (run,) = read_fit(bytes(data), "x")
    assert run.time_s.size > 18_500
    believable = (run.time_s >= START + EPOCH_S) & (run.time_s < START + EPOCH_S + 20_000)
    assert believable.mean() > 0.98
