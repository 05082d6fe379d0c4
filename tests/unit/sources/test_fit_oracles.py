"""The FIT reader beside Garmin's SDK and fitdecode, value by value, on real files.

Known faults of the oracles are stepped around: the SDK hands out sentinels of developer fields as values and does not
read compressed times; fitdecode refuses files whose header holds no size.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fitdecode
import garmin_fit_sdk
import numpy as np
import pytest

from kneewise.domain import Recording
from kneewise.errors import NotAnActivityError, UnreadableFileError
from kneewise.sources.fit import file_kind, read_fit
from kneewise.sources.fit_profile import BASE_TYPES, NATIVE_NAMES
from kneewise.units import FIT_EPOCH_S, semicircles_to_deg

SHIPPED = Path(__file__).parents[2] / "data" / "fit"
#: The pure Python oracles need seconds for more than this.
LARGEST = 400_000

Columns = dict[str, list[float]]


def put(columns: Columns, name: str, row: int, value: Any) -> None:
    """Store a value, or each of several under its place in the array, padding the rows without one."""
    values = value if isinstance(value, list | tuple) else [value]
    for place, single in enumerate(values):
        if isinstance(single, int | float) and math.isfinite(single):
            column = columns.setdefault(name if len(values) == 1 else f"{name}[{place}]", [])
            column += [math.nan] * (row - len(column))
            column.append(float(single))


def by_sdk(data: bytes) -> tuple[int, Columns]:
    decoder = garmin_fit_sdk.Decoder(garmin_fit_sdk.Stream.from_byte_array(bytearray(data)))
    decoded: Any = decoder.read(
        convert_datetimes_to_dates=False,
        convert_types_to_strings=False,
        enable_crc_check=False,
        expand_sub_fields=False,
        expand_components=False,
        merge_heart_rates=False,
    )
    messages = decoded[0]
    described = {d["key"]: d for d in messages.get("field_description_mesgs", [])}
    columns: Columns = {}
    records = messages.get("record_mesgs", [])
    for row, record in enumerate(records):
        for name, value in record.items():
            if name in NATIVE_NAMES or name == "timestamp":
                put(columns, name, row, value)
        for key, value in record.get("developer_fields", {}).items():
            if value != BASE_TYPES[described[key]["fit_base_type_id"] & 31].sentinel:
                put(columns, f"developer {described[key]['field_name']}", row, value)
    return len(records), columns


def by_fitdecode(data: bytes) -> tuple[int, Columns]:
    columns: Columns = {}
    row = 0
    with fitdecode.FitReader(data, processor=None, check_crc=fitdecode.CrcCheck.DISABLED) as reader:
        for frame in reader:
            if frame.frame_type != fitdecode.FIT_FRAME_DATA or frame.name != "record":
                continue
            for item in frame.fields:
                is_developer = isinstance(item.field, fitdecode.types.DevField)
                # What it derives from other fields we leave derived, except times and distances that have no field.
                if item.is_expanded and frame.time_offset is None:
                    continue
                if not is_developer and item.name not in NATIVE_NAMES and item.name != "timestamp":
                    continue
                number = item.raw_value if isinstance(item.value, str) else item.value
                put(columns, f"developer {item.name}" if is_developer else item.name, row, number)
            row += 1
    return row, columns


def ours(run: Recording) -> dict[str, np.ndarray[Any, Any]]:
    renamed = {
        name if channel.source == "watch" else f"developer {name.partition(' (')[0]}": channel.values
        for name, channel in run.channels.items()
    }
    return renamed | {"timestamp": run.time_s - FIT_EPOCH_S}


def agree(runs: list[Recording], count: int, columns: Columns) -> None:
    assert sum(run.time_s.size for run in runs) == count
    assert columns
    (run,) = runs
    found = ours(run)
    assert {name for name in found if np.isfinite(found[name]).any()} == set(columns)
    for name in columns:
        expected = np.array(columns[name] + [math.nan] * (count - len(columns[name])))
        if name in ("position_lat", "position_long"):
            expected = semicircles_to_deg(expected)
        np.testing.assert_allclose(found[name], expected, rtol=1e-12, atol=1e-9, err_msg=name)


def files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.glob("*.fit")) if path.stat().st_size < LARGEST)


@pytest.mark.parametrize("path", [p for p in files(SHIPPED) if "not-an" not in p.name], ids=lambda p: p.stem)
def test_shipped_files_agree_with_both_oracles(path: Path) -> None:
    data = path.read_bytes()
    if "compressed" not in path.name:
        agree(read_fit(data, path.name), *by_sdk(data))
    agree(read_fit(data, path.name), *by_fitdecode(data))


def test_real_runs_agree_with_garmins_sdk(shared_data: Path) -> None:
    for path in files(shared_data / "activities" / "runs"):
        if not path.name.startswith(("not-an", "compressed")):
            data = path.read_bytes()
            agree(read_fit(data, path.name), *by_sdk(data))


def test_real_runs_agree_with_fitdecode(shared_data: Path) -> None:
    for path in files(shared_data / "activities" / "runs"):
        if not path.name.startswith(("not-an", "compressed")) and path.stat().st_size < LARGEST // 2:
            data = path.read_bytes()
            agree(read_fit(data, path.name), *by_fitdecode(data))


def test_packed_distance_is_that_of_the_laps() -> None:
    (run,) = read_fit((SHIPPED / "compressed-timestamps.fit").read_bytes(), "x")
    assert run.time_s.size == 755
    assert run.channels["distance"].values[-1] == pytest.approx(
        sum(lap.distance_m or 0.0 for lap in run.laps), rel=0.01
    )
    assert (np.diff(run.time_s) >= 0).all()


@pytest.mark.parametrize(
    ("name", "records"),
    [
        ("02_header_crc_zero.fit", 5694),
        ("07_datasize0_sportslib.fit", 2319),
        ("09_chained_connectstats.fit", 3942),
        ("11_compressed_ts.fit", 755),
        ("12_antfs_compressed.fit", 686),
        ("14_no_app_id.fit", 132),
        ("16_unterminated_strings.fit", 33),
        ("25_unexpected_eof.fit", 14),
    ],
)
def test_damaged_files_keep_their_records(shared_data: Path, name: str, records: int) -> None:
    runs = read_fit((shared_data / "activities" / "damaged" / name).read_bytes(), name)
    assert sum(run.time_s.size for run in runs) == records


@pytest.mark.parametrize("name", ["18_macos_resource_fork.fit", "19_empty.fit", "21_gzip_wrapped.fit"])
def test_files_that_are_no_fit_are_refused(shared_data: Path, name: str) -> None:
    with pytest.raises(UnreadableFileError, match="is not a FIT file"):
        read_fit((shared_data / "activities" / "damaged" / name).read_bytes(), name)


@pytest.mark.parametrize("kind", ["monitoring", "settings"])
def test_other_kinds_are_told_from_the_first_bytes(kind: str) -> None:
    data = (SHIPPED / f"not-an-activity-{kind}.fit").read_bytes()
    assert file_kind(data[:128]) == kind
    with pytest.raises(NotAnActivityError):
        read_fit(data, "x")


@pytest.mark.parametrize(
    ("cut", "length", "least"), [("zeros", 64, 4480), ("noise", 512, 4475), ("end", 0, 2480), ("tail", 2000, 4488)]
)
def test_damage_to_a_real_file_costs_little(shared_data: Path, cut: str, length: int, least: int) -> None:
    data = (shared_data / "activities" / "runs" / "garmin-fr965-dynamics-power.fit").read_bytes()
    rng = np.random.default_rng(11)
    for _ in range(5):
        at = int(rng.integers(len(data) // 10, len(data) * 9 // 10))
        damaged = {
            "zeros": data[:at] + bytes(length) + data[at + length :],
            "noise": data[:at] + rng.bytes(length) + data[at + length :],
            "end": data[: len(data) * 6 // 10],
            "tail": data + bytes(length),
        }[cut]
        (run,) = read_fit(damaged, "x")
        assert least <= run.time_s.size <= 4490
