"""Write FIT files for tests: any definition, either byte order, developer fields, compressed times, odd headers.

It shares nothing with the reader, not even the checksum, so that the two can be held against each other.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Value: TypeAlias = int | float | str | bytes | Sequence[int | float | None] | None

#: Base type byte, struct code and invalid pattern, by name.
BASE_TYPES: dict[str, tuple[int, str, int]] = {
    "enum": (0x00, "B", 0xFF),
    "sint8": (0x01, "b", 0x7F),
    "uint8": (0x02, "B", 0xFF),
    "sint16": (0x83, "h", 0x7FFF),
    "uint16": (0x84, "H", 0xFFFF),
    "sint32": (0x85, "i", 0x7FFFFFFF),
    "uint32": (0x86, "I", 0xFFFFFFFF),
    "string": (0x07, "s", 0),
    "float32": (0x88, "f", 0xFFFFFFFF),
    "float64": (0x89, "d", 0xFFFFFFFFFFFFFFFF),
    "uint8z": (0x0A, "B", 0),
    "uint16z": (0x8B, "H", 0),
    "uint32z": (0x8C, "I", 0),
    "byte": (0x0D, "B", 0xFF),
    "sint64": (0x8E, "q", 0x7FFFFFFFFFFFFFFF),
    "uint64": (0x8F, "Q", 0xFFFFFFFFFFFFFFFF),
    "uint64z": (0x90, "Q", 0),
}

#: Bytes of one value, by name of the base type.
_WIDTHS = {name: struct.calcsize(f"<{code}") for name, (_, code, _) in BASE_TYPES.items()}

#: 2026-05-03T06:00:00Z in seconds since the FIT epoch.
START = 1_146_722_400
EPOCH_S = 631_065_600

RECORD, SESSION, LAP, EVENT, FILE_ID, ACTIVITY, DEVICE_INFO = 20, 18, 19, 21, 0, 34, 23


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of a definition; ``size`` overrides the bytes that base type and count imply."""

    number: int
    base: str
    count: int = 1
    size: int | None = None
    developer: int | None = None

    @property
    def bytes(self) -> int:
        return self.size if self.size is not None else self.count * _WIDTHS[self.base]


def _remainder(byte: int) -> int:
    """Return what one byte does to the FIT checksum, bit by bit."""
    for _ in range(8):
        byte = byte >> 1 ^ 0xA001 if byte & 1 else byte >> 1
    return byte


_REMAINDERS = tuple(map(_remainder, range(256)))


def crc16(data: bytes) -> int:
    """Return the FIT checksum, byte by byte."""
    crc = 0
    for byte in data:
        crc = crc >> 8 ^ _REMAINDERS[(crc ^ byte) & 255]
    return crc


def byte_order(*, big_endian: bool) -> Literal["big", "little"]:
    return "big" if big_endian else "little"


def encode(value: Value, spec: FieldSpec, *, big_endian: bool) -> bytes:
    """Return the bytes of one field; None stands for the invalid pattern."""
    _, code, invalid = BASE_TYPES[spec.base]
    if type(value) is int and spec.count == 1 and spec.size is None and code not in "fds":  # nearly every value
        return value.to_bytes(_WIDTHS[spec.base], "big" if big_endian else "little", signed=value < 0)
    if isinstance(value, bytes):
        return value[: spec.bytes].ljust(spec.bytes, b"\0")
    if spec.base == "string":
        return str(value or "").encode()[: spec.bytes].ljust(spec.bytes, b"\0")
    order = byte_order(big_endian=big_endian)
    assert not isinstance(value, str), "text needs the base type string"
    values: list[int | float | None] = [*value] if isinstance(value, Sequence) else [value]
    values += [None] * (spec.count - len(values))
    width = _WIDTHS[spec.base] if spec.size is None else min(spec.bytes, _WIDTHS[spec.base])
    encoded = b""
    for number in values:
        if number is None:
            encoded += (invalid & (1 << 8 * width) - 1).to_bytes(width, order)
        elif code in "fd":
            encoded += struct.pack(f"{'>' if big_endian else '<'}{code}", number)
        else:
            encoded += int(number).to_bytes(width, order, signed=number < 0)
    return encoded[: spec.bytes].ljust(spec.bytes, b"\xff")


@dataclass(slots=True)
class FitWriter:
    """Messages of one FIT sequence, in the order in which the methods are called."""

    body: bytearray = field(default_factory=bytearray)
    offsets: list[int] = field(default_factory=list)
    _defined: dict[int, tuple[tuple[FieldSpec, ...], bool, int]] = field(default_factory=dict)

    def define(self, local: int, message: int, fields: Sequence[FieldSpec], *, big_endian: bool = False) -> None:
        """Write a definition message; the fields with a developer index must come last."""
        native = [f for f in fields if f.developer is None]
        developer = [f for f in fields if f.developer is not None]
        order = byte_order(big_endian=big_endian)
        self.body += bytes([0x40 | (0x20 if developer else 0) | local, 0, big_endian]) + message.to_bytes(2, order)
        self.body.append(len(native))
        for spec in native:
            self.body += bytes([spec.number, spec.bytes, BASE_TYPES[spec.base][0]])
        if developer:
            self.body.append(len(developer))
            for spec in developer:
                self.body += bytes([spec.number, spec.bytes, spec.developer or 0])
        self._defined[local] = ((*native, *developer), big_endian, message)

    def data(self, local: int, values: Sequence[Value], *, compressed_time: int | None = None) -> None:
        """Write a data message of the local type, its header with the low five bits of a time if one is given."""
        fields, big_endian, _ = self._defined[local]
        self.offsets.append(len(self.body))
        self.body.append(local if compressed_time is None else 0x80 | local << 5 | compressed_time & 31)
        for spec, value in zip(fields, values, strict=True):
            self.body += encode(value, spec, big_endian=big_endian)

    def message(self, number: int, values: Mapping[int, tuple[str, Value]], *, local: int = 15) -> None:
        """Write a definition and one message for it: field number -> (base type, value)."""
        specs = []
        for field_number, (base, value) in values.items():
            text = value.encode() if isinstance(value, str) else value
            size = len(text) + (base == "string") if isinstance(text, bytes) else None
            specs.append(FieldSpec(field_number, base, size=size))
        self.define(local, number, specs)
        self.data(local, [value for _, value in values.values()])

    def file_id(self, kind: int = 4, manufacturer: int = 1, product: int = 3992) -> None:
        """Write the file_id message, an activity of a Garmin Forerunner 255 unless told otherwise."""
        self.message(
            FILE_ID,
            {0: ("enum", kind), 1: ("uint16", manufacturer), 2: ("uint16", product), 4: ("uint32", START)},
            local=0,
        )

    def session(self, *, start: int = START, elapsed_s: float = 0.0, sport: int = 1, sub_sport: int = 0) -> None:
        """Write a session message."""
        milliseconds = round(1000 * elapsed_s)
        self.message(
            SESSION,
            {
                253: ("uint32", start + round(elapsed_s)),
                2: ("uint32", start),
                5: ("enum", sport),
                6: ("enum", sub_sport),
                7: ("uint32", milliseconds),
                8: ("uint32", milliseconds),
            },
        )

    def timer(self, time: int, event_type: int) -> None:
        """Write a timer event: 0 start, 4 stop."""
        self.message(EVENT, {253: ("uint32", time), 0: ("enum", 0), 1: ("enum", event_type)})

    def describe(
        self,
        index: int,
        number: int,
        base: str,
        name: str,
        unit: str,
        *,
        native: int | None = None,
        scale: int | None = None,
        offset: int | None = None,
    ) -> None:
        """Write a field_description message."""
        values: dict[int, tuple[str, Value]] = {
            0: ("uint8", index),
            1: ("uint8", number),
            2: ("uint8", BASE_TYPES[base][0]),
            3: ("string", name),
            8: ("string", unit),
        }
        if scale is not None:
            values[6] = ("uint8", scale)
        if offset is not None:
            values[7] = ("sint8", offset)
        if native is not None:
            values |= {14: ("uint16", RECORD), 15: ("uint8", native)}
        self.message(206, values)

    def developer(self, index: int, application_id: bytes = b"", manufacturer: int | None = None) -> None:
        """Write a developer_data_id message."""
        values: dict[int, tuple[str, Value]] = {3: ("uint8", index)}
        if application_id:
            values[1] = ("byte", application_id)
        if manufacturer is not None:
            values[2] = ("uint16", manufacturer)
        self.message(207, values)

    def to_bytes(
        self,
        *,
        header_size: int = 14,
        header_crc: int | None = None,
        data_size: int | None = None,
        crc: int | None = None,
        has_crc: bool = True,
    ) -> bytes:
        """Return the file; checksums and the size in the header are right unless given."""
        size = len(self.body) if data_size is None else data_size
        header = struct.pack("<BBHI4s", header_size, 0x20, 2195, size, b".FIT")
        if header_size >= 14:
            header += (crc16(header) if header_crc is None else header_crc).to_bytes(2, "little")
        content = header.ljust(header_size, b"\0") + bytes(self.body)
        if not has_crc:
            return content
        return content + (crc16(content) if crc is None else crc).to_bytes(2, "little")


RUN_FIELDS = (
    FieldSpec(253, "uint32"),
    FieldSpec(0, "sint32"),
    FieldSpec(1, "sint32"),
    FieldSpec(5, "uint32"),
    FieldSpec(73, "uint32"),
    FieldSpec(3, "uint8"),
    FieldSpec(4, "uint8"),
)


def run_writer(records: int = 600, *, start: int = START, sport: int = 1) -> FitWriter:
    """Return a plain outdoor run: one record a second at 3 m/s, 85 strides a minute."""
    writer = FitWriter()
    writer.file_id()
    writer.timer(start, 0)
    writer.define(1, RECORD, RUN_FIELDS)
    for second in range(records):
        position = 600_000_000 + 400 * second
        writer.data(1, [start + second, position, 100_000_000, 300 * second, 3000, 140 + second % 10, 85])
    writer.timer(start + records, 4)
    writer.session(start=start, elapsed_s=records, sport=sport)
    return writer
