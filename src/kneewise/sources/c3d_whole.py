"""Whether a C3D file is whole, looked at before a library in C++ reads it: on a damaged one that may not come back.

Header and parameter section are as the C3D standard has them (c3d.org): blocks of 512 bytes; the header names the
parameter section, the number of points and analog samples, the frames and the first block of data; parameters are a
chain of records.
"""

from __future__ import annotations

import math
import struct
from pathlib import Path

from kneewise.errors import UnreadableFileError

#: Minutes of two hundred markers and of every plate; the library takes some thirteen times as much.
MOST_BYTES = 128 << 20
_BLOCK = 512
#: Second byte of every C3D file.
_MAGIC = 0x50
#: Bytes before the first parameter; the last names the byte order: Intel, DEC, big-endian.
_SECTION = 4
_DEC = 85
_BYTE_ORDERS = {84: "<", _DEC: "<", 86: ">"}
#: Sizes of values by type: text, byte, integer, real.
_TYPES = {-1: 1, 1: 1, 2: 2, 4: 4}
#: A record holds at least its own link and one byte more.
_LEAST_STEP = 3
#: A group's record is its link and a text of at most 255 letters; a longer one is a parameter taken for a group.
_LONGEST_GROUP = 260
#: No parameter has more dimensions.
_MOST_DIMENSIONS = 7


def check_whole(path: Path) -> None:
    """Refuse a file that is empty, no C3D file, cut short, broken in its head or too large to be read at once.

    Raises
    ------
    UnreadableFileError
    """
    try:
        with path.open("rb") as file:
            head = file.read(_BLOCK)
            file.seek(max(head[0] - 1, 0) * _BLOCK if head else 0)
            section = file.read(256 * _BLOCK)
            size = file.seek(0, 2)
    except OSError as error:
        reason = error.strerror or error
        raise UnreadableFileError(
            f"{path} could not be read ({reason}); check the name and its permissions."
        ) from error
    if not head:
        raise UnreadableFileError(f"{path} is empty; copy it from the laboratory's computer again.")
    if len(head) < _BLOCK or head[1] != _MAGIC:
        raise UnreadableFileError(f"{path} is no C3D file; name the file that the motion-capture system wrote.")
    if size > MOST_BYTES:
        raise UnreadableFileError(
            f"{path} is larger than {MOST_BYTES >> 20} MiB, and reading takes many times that; export the part in "
            "which the runner runs."
        )
    known = len(section) >= _SECTION and section[3] in _BYTE_ORDERS
    if not known or size < _least_size(head, section) or not _chain_holds(section):
        raise UnreadableFileError(f"{path} is damaged or cut short; copy it again or export the trial again.")


def _least_size(head: bytes, section: bytes) -> int:
    """Return the bytes that the file must have by its own header."""
    order = _BYTE_ORDERS[section[3]]
    points, analogs, first, last = struct.unpack_from(f"{order}4H", head, 2)
    (start,) = struct.unpack_from(f"{order}H", head, 16)
    # The sign of the scale tells floats from integers; it is in the last byte of the number but for DEC's order.
    sign = head[12] if order == ">" else head[13] if section[3] == _DEC else head[15]
    width = 4 if sign & 0x80 else 2
    frames = max(last - first + 1, 0)
    parameters = (max(head[0] - 1, 0) + section[2]) * _BLOCK
    return int(max(parameters, (start - 1) * _BLOCK + frames * (4 * points + analogs) * width))


def _chain_holds(section: bytes) -> bool:
    """Whether every record of the parameters leads to the next one within the section, and holds what it says."""
    order, end = _BYTE_ORDERS[section[3]], section[2] * _BLOCK or len(section)
    at = _SECTION
    while at + 2 <= min(end, len(section)):
        length, group = struct.unpack_from("2b", section, at)
        link = at + 2 + abs(length)
        if length == 0 or group == 0:
            return True
        if link + 2 > len(section):
            return False
        (step,) = struct.unpack_from(f"{order}H", section, link)
        if step == 0:
            return True
        whole = step >= _LEAST_STEP and link + step <= end
        text = link + 2 if group < 0 else _after_values(section, link + 2)
        if not whole or not _text_fits(section, text, link + step):
            return False
        if group < 0 and step > _LONGEST_GROUP:
            return False
        at = link + step
    return True


def _after_values(section: bytes, at: int) -> int:
    """Return where a parameter's values end; beyond the section where they cannot be right."""
    nowhere = len(section) + 1
    if at + 2 > len(section):
        return nowhere
    kind, dimensions = struct.unpack_from("2b", section, at)
    if kind not in _TYPES or not 0 <= dimensions <= _MOST_DIMENSIONS:
        return nowhere
    sizes = section[at + 2 : at + 2 + dimensions]
    return int(at + 2 + dimensions + _TYPES[kind] * math.prod(sizes))


def _text_fits(section: bytes, at: int, end: int) -> bool:
    """Whether a description, its length before it, ends before the next record begins."""
    return at < min(end, len(section)) and at + 1 + section[at] <= end
