"""The FIT checksum, at the speed of XOR.

A file whose last two bytes are its CRC-16 (polynomial x^16 + x^15 + x^2 + 1, least significant bit first, starting from
zero) is, read as one long polynomial, a multiple of that polynomial, which is (x + 1)(x^15 + x + 1). A multiple of
x + 1 has an even number of ones. For the other factor, squaring over GF(2) gives x^15k = x^k + 1 for every power of two
k, so with k = 8b a byte that lies 15b places ahead may be XORed onto those that lie b and 0 places ahead: each pass
folds nearly half of the file onto the rest, and a few dozen passes leave fifteen bytes.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

_GENERATOR: Final = (1 << 15) | 0b11


def crc_holds(data: NDArray[np.uint8]) -> bool:
    """Tell whether ``data``, shape (n,), checksum included, agrees with its checksum."""
    if int(np.bitwise_xor.reduce(data, initial=0)).bit_count() % 2:
        return False
    rest = data.copy()
    while rest.size > 15:
        block = 1 << ((rest.size - 1) // 15).bit_length() - 1
        excess = min(rest.size - 15 * block, 14 * block)
        high, rest = rest[:excess], rest[excess:]
        for ahead in (14 * block, 15 * block):
            rest[ahead - excess : ahead] ^= high
    return _remainder(rest) == 0


def _remainder(data: NDArray[np.uint8]) -> int:
    """Return the last bytes, bit by bit, modulo x^15 + x + 1."""
    value = int("0" + "".join(f"{byte:08b}"[::-1] for byte in data.tolist()), 2)
    while (degree := value.bit_length() - 1) >= 15:
        value ^= _GENERATOR << (degree - 15)
    return value
