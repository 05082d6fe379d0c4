"""The part of the FIT profile that a recording needs: message numbers, base types and the record message's fields.

Names, units, scales and offsets are those of the FIT protocol's public profile; what the profile counts in semicircles
is listed in degrees here and converted by the decoder.
"""

from __future__ import annotations

from typing import Final, NamedTuple

FILE_ID: Final = 0
SESSION: Final = 18
LAP: Final = 19
RECORD: Final = 20
EVENT: Final = 21
DEVICE_INFO: Final = 23
ACTIVITY: Final = 34
FIELD_DESCRIPTION: Final = 206
DEVELOPER_DATA_ID: Final = 207

#: Field 253 holds the time in every message that has one.
TIMESTAMP: Final = 253
#: Record field 8 packs speed and distance into three bytes.
COMPRESSED_SPEED_DISTANCE: Final = 8


class BaseType(NamedTuple):
    """How one value is stored; ``code`` is numpy's kind and size, ``sentinel`` the pattern that means no value."""

    code: str
    size: int
    sentinel: int | None


STRING: Final = 7
BYTE: Final = 13

#: By the low five bits of the base type byte.
BASE_TYPES: Final[tuple[BaseType, ...]] = (
    BaseType("u1", 1, 0xFF),  # enum
    BaseType("i1", 1, 0x7F),
    BaseType("u1", 1, 0xFF),
    BaseType("i2", 2, 0x7FFF),
    BaseType("u2", 2, 0xFFFF),
    BaseType("i4", 4, 0x7FFFFFFF),
    BaseType("u4", 4, 0xFFFFFFFF),
    BaseType("S", 1, None),
    BaseType("f4", 4, None),
    BaseType("f8", 8, None),
    BaseType("u1", 1, 0),  # the z types, for which zero is no value
    BaseType("u2", 2, 0),
    BaseType("u4", 4, 0),
    BaseType("u1", 1, 0xFF),  # byte
    BaseType("i8", 8, 0x7FFFFFFFFFFFFFFF),
    BaseType("u8", 8, 0xFFFFFFFFFFFFFFFF),
    BaseType("u8", 8, 0),
)

#: What a field whose size is no multiple of its base type is read as (COROS writes 32-bit fields in one byte).
UNSIGNED_BY_SIZE: Final = {1: BASE_TYPES[2], 2: BASE_TYPES[4], 4: BASE_TYPES[6], 8: BASE_TYPES[15]}


class Field(NamedTuple):
    """A field's name and unit; value = raw / scale - offset."""

    name: str
    unit: str
    scale: float = 1.0
    offset: float = 0.0


RECORD_FIELDS: Final[dict[int, Field]] = {
    0: Field("position_lat", "deg"),
    1: Field("position_long", "deg"),
    2: Field("altitude", "m", 5, 500),
    3: Field("heart_rate", "bpm"),
    4: Field("cadence", "rpm"),
    5: Field("distance", "m", 100),
    6: Field("speed", "m/s", 1000),
    7: Field("power", "watts"),
    9: Field("grade", "%", 100),
    10: Field("resistance", ""),
    11: Field("time_from_course", "s", 1000),
    12: Field("cycle_length", "m", 100),
    13: Field("temperature", "C"),
    17: Field("speed_1s", "m/s", 16),
    18: Field("cycles", "cycles"),
    19: Field("total_cycles", "cycles"),
    28: Field("compressed_accumulated_power", "watts"),
    29: Field("accumulated_power", "watts"),
    30: Field("left_right_balance", ""),
    31: Field("gps_accuracy", "m"),
    32: Field("vertical_speed", "m/s", 1000),
    33: Field("calories", "kcal"),
    39: Field("vertical_oscillation", "mm", 10),
    40: Field("stance_time_percent", "percent", 100),
    41: Field("stance_time", "ms", 10),
    42: Field("activity_type", ""),
    43: Field("left_torque_effectiveness", "percent", 2),
    44: Field("right_torque_effectiveness", "percent", 2),
    45: Field("left_pedal_smoothness", "percent", 2),
    46: Field("right_pedal_smoothness", "percent", 2),
    47: Field("combined_pedal_smoothness", "percent", 2),
    48: Field("time128", "s", 128),
    49: Field("stroke_type", ""),
    50: Field("zone", ""),
    51: Field("ball_speed", "m/s", 100),
    52: Field("cadence256", "rpm", 256),
    53: Field("fractional_cadence", "rpm", 128),
    54: Field("total_hemoglobin_conc", "g/dL", 100),
    55: Field("total_hemoglobin_conc_min", "g/dL", 100),
    56: Field("total_hemoglobin_conc_max", "g/dL", 100),
    57: Field("saturated_hemoglobin_percent", "%", 10),
    58: Field("saturated_hemoglobin_percent_min", "%", 10),
    59: Field("saturated_hemoglobin_percent_max", "%", 10),
    62: Field("device_index", ""),
    67: Field("left_pco", "mm"),
    68: Field("right_pco", "mm"),
    69: Field("left_power_phase", "degrees", 0.7111111),
    70: Field("left_power_phase_peak", "degrees", 0.7111111),
    71: Field("right_power_phase", "degrees", 0.7111111),
    72: Field("right_power_phase_peak", "degrees", 0.7111111),
    73: Field("enhanced_speed", "m/s", 1000),
    78: Field("enhanced_altitude", "m", 5, 500),
    81: Field("battery_soc", "percent", 2),
    82: Field("motor_power", "watts"),
    83: Field("vertical_ratio", "percent", 100),
    84: Field("stance_time_balance", "percent", 100),
    85: Field("step_length", "mm", 10),
    87: Field("cycle_length16", "m", 100),
    91: Field("absolute_pressure", "Pa"),
    92: Field("depth", "m", 1000),
    93: Field("next_stop_depth", "m", 1000),
    94: Field("next_stop_time", "s"),
    95: Field("time_to_surface", "s"),
    96: Field("ndl_time", "s"),
    97: Field("cns_load", "percent"),
    98: Field("n2_load", "percent"),
    99: Field("respiration_rate", "breaths/min"),
    108: Field("enhanced_respiration_rate", "breaths/min", 100),
    114: Field("grit", ""),
    115: Field("flow", ""),
    116: Field("current_stress", "", 100),
    117: Field("ebike_travel_range", "km"),
    118: Field("ebike_battery_level", "percent"),
    119: Field("ebike_assist_mode", ""),
    120: Field("ebike_assist_level_percent", "percent"),
    123: Field("air_time_remaining", "s"),
    124: Field("pressure_sac", "bar/min", 100),
    125: Field("volume_sac", "L/min", 100),
    126: Field("rmv", "L/min", 100),
    127: Field("ascent_rate", "m/s", 1000),
    129: Field("po2", "percent", 100),
    139: Field("core_temperature", "C", 100),
}

#: Every name that a native channel can have; a developer field of the same name must step aside.
NATIVE_NAMES: Final = frozenset(field.name for field in RECORD_FIELDS.values())
