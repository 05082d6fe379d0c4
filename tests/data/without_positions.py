"""Takes the positions out of a FIT file, so that a real run can be shipped without showing where somebody lives.

Run: python tests/data/without_positions.py SOURCE.fit TARGET.fit

Every signed 32-bit field is set to its "no value" (in activity files these are latitudes and longitudes: of records,
laps and sessions), and the file's checksum is made right again. All else stays byte for byte as the watch wrote it.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from pathlib import Path

_SINT32 = 0x85
_NO_VALUE = 0x7FFFFFFF


def without_positions(data: bytes) -> bytes:
    """Return the file without positions; it must be sound and unchained."""
    header, size = data[0], int.from_bytes(data[4:8], "little")
    blank = bytearray(data[: header + size])
    for offset, big_endian in _positions(data[: header + size], header):
        struct.pack_into(">i" if big_endian else "<i", blank, offset, _NO_VALUE)
    return bytes(blank) + struct.pack("<H", _crc16(bytes(blank)))


def _positions(data: bytes, at: int) -> Iterator[tuple[int, bool]]:
    layouts: dict[int, tuple[int, bool, list[int]]] = {}
    while at < len(data):
        header = data[at]
        if header & 0x80:
            local = header >> 5 & 0x03
        elif header & 0x40:
            layouts[header & 0x0F], at = _definition(data, at)
            continue
        else:
            local = header & 0x0F
        size, big_endian, offsets = layouts[local]
        yield from ((at + 1 + offset, big_endian) for offset in offsets)
        at += 1 + size


def _definition(data: bytes, at: int) -> tuple[tuple[int, bool, list[int]], int]:
    developer, big_endian, count = bool(data[at] & 0x20), data[at + 2] == 1, data[at + 5]
    at, size = at + 6, 0
    offsets: list[int] = []
    for _ in range(count):
        width, base_type = data[at + 1], data[at + 2]
        if base_type == _SINT32:
            offsets.extend(range(size, size + width, 4))
        size, at = size + width, at + 3
    if developer:
        fields, at = data[at], at + 1
        size += sum(data[at + 1 + 3 * field] for field in range(fields))
        at += 3 * fields
    return (size, big_endian, offsets), at


def _crc16(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(without_positions(Path(sys.argv[1]).read_bytes()))
