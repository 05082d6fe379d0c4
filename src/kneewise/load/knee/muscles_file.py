"""Reads a scaled musculoskeletal model from the open format of docs/muscles.md (TOML, or the same as JSON)."""

from __future__ import annotations

import json
import math
import tomllib
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import parameter, value
from kneewise.load.knee.muscles import COORDINATES, HEADS, Coordinate, Muscle, MuscleModel, Polynomial, Spline

FORMAT = "kneewise-muscles 1"
_MODEL_KEYS = frozenset({"format", "name", "source", "mass_kg", "coordinates", "muscles"})
_COORDINATE_KEYS = frozenset({"name", "low_deg", "high_deg", "reserve_nm"})
_MUSCLE_KEYS = frozenset({"name", "head", "max_force_n", "arms"})
_SPLINE_KEYS = frozenset({"over", "angles_deg", "arms_m"})


def read_muscles(text: str, where: str = "the muscle file") -> MuscleModel:
    """Read a model and refuse one that would give wrong sums.

    Parameters
    ----------
    text : str
        TOML; JSON where it begins with a brace.
    where : str
        Name of the file, for messages.

    Returns
    -------
    MuscleModel

    Raises
    ------
    InvalidInputError
        Naming the entry and what to do: a key that is missing or unknown, a head that is missing or doubled, an arm of
        the wrong sign or in the wrong unit, a joint that no muscle moves.
    """
    document = _decoded(text, where)
    _keys(document, _MODEL_KEYS, {"mass_kg"}, where, "the model")
    if document["format"] != FORMAT:
        raise _refusal(where, f"the format is {document['format']!r}; this reader knows '{FORMAT}'")
    if not str(document["source"]).strip():
        raise _refusal(where, "'source' is empty; say where moment arms and forces come from")
    mass = document.get("mass_kg")
    coordinates = tuple(_coordinate(entry, where) for entry in _list(document, "coordinates", where))
    names = [coordinate.name for coordinate in coordinates]
    _no_doubles(names, where, "the coordinate")
    if "knee_flexion" not in names:
        raise _refusal(where, "there is no coordinate 'knee_flexion'; without it there is no kneecap force")
    muscles = tuple(_muscle(entry, names, where) for entry in _list(document, "muscles", where))
    _no_doubles([muscle.name for muscle in muscles], where, "the muscle")
    _heads(muscles, where)
    model = MuscleModel(
        str(document["name"]),
        str(document["source"]),
        None if mass is None else _positive(mass, "mass_kg", where),
        coordinates,
        muscles,
    )
    _arms(model, where)
    return model


def _decoded(text: str, where: str) -> dict[str, Any]:
    try:
        document = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except ValueError as error:
        raise _refusal(where, f"it is neither TOML nor JSON ({error})") from error
    if not isinstance(document, dict):
        raise _refusal(where, "it holds no table at its top")
    return document


def _coordinate(entry: Any, where: str) -> Coordinate:
    _keys(entry, _COORDINATE_KEYS, {"reserve_nm"}, where, "a coordinate")
    name = entry["name"]
    if name not in COORDINATES:
        raise _refusal(where, f"'{name}' is no coordinate; choose from {', '.join(COORDINATES)}")
    low, high = (_number(entry[key], f"{name}.{key}", where) for key in ("low_deg", "high_deg"))
    if not low < high:
        raise _refusal(where, f"{name} goes from {low:g} to {high:g} degrees; low_deg has to be below high_deg")
    reserve = entry.get("reserve_nm", value("muscles.reserve_nm"))
    return Coordinate(name, low, high, _positive(reserve, f"{name}.reserve_nm", where))


def _muscle(entry: Any, coordinates: list[str], where: str) -> Muscle:
    _keys(entry, _MUSCLE_KEYS, {"head"}, where, "a muscle")
    name = str(entry["name"])
    arms = entry["arms"]
    if not isinstance(arms, dict) or not arms:
        raise _refusal(where, f"{name} has no moment arm; leave it out or give arms by coordinate")
    unknown = sorted(set(arms) - set(coordinates))
    if unknown:
        raise _refusal(where, f"{name} has an arm about '{unknown[0]}', which is no coordinate of this model")
    fits = {joint: _arm(arm, coordinates, f"{name}, {joint}", where) for joint, arm in arms.items()}
    force = _positive(entry["max_force_n"], f"{name}.max_force_n", where)
    return Muscle(name, str(entry.get("head", "other")), force, fits)


def _arm(entry: Any, coordinates: list[str], what: str, where: str) -> Polynomial | Spline:
    if isinstance(entry, dict) and set(entry) == {"terms"}:
        return _polynomial(entry["terms"], len(coordinates), what, where)
    if isinstance(entry, dict) and set(entry) == _SPLINE_KEYS:
        return _spline(entry, coordinates, what, where)
    raise _refusal(where, f"{what}: an arm is {{terms = [...]}} or {{over, angles_deg, arms_m}}")


def _polynomial(terms: Any, coordinates: int, what: str, where: str) -> Polynomial:
    if not isinstance(terms, list) or not terms or any(len(term) != coordinates + 1 for term in _lists(terms)):
        raise _refusal(where, f"{what}: a term is a coefficient in metres and {coordinates} powers, one by coordinate")
    powers = [[_number(power, what, where) for power in term[1:]] for term in terms]
    if any(power < 0 or power != int(power) for row in powers for power in row):
        raise _refusal(where, f"{what}: powers are whole numbers from 0")
    coefficients = np.array([_number(term[0], what, where) for term in terms])
    return Polynomial(coefficients, np.array(powers, dtype=np.int64))


def _lists(terms: list[Any]) -> list[list[Any]]:
    return [term if isinstance(term, list) else [] for term in terms]


def _spline(entry: Mapping[str, Any], coordinates: list[str], what: str, where: str) -> Spline:
    from scipy.interpolate import CubicSpline

    if entry["over"] not in coordinates:
        raise _refusal(where, f"{what}: 'over' is '{entry['over']}', which is no coordinate of this model")
    angles, arms = (
        np.array([_number(number, what, where) for number in entry[key]]) for key in ("angles_deg", "arms_m")
    )
    if angles.size != arms.size or angles.size < 4 or np.any(np.diff(angles) <= 0):
        raise _refusal(where, f"{what}: give at least 4 angles in rising order and one arm for each")
    fit = CubicSpline(np.radians(angles), arms)
    return Spline(coordinates.index(entry["over"]), fit.x, fit.c)


def _heads(muscles: tuple[Muscle, ...], where: str) -> None:
    """The test by names: every head of the three groups once."""
    found = Counter(muscle.head for muscle in muscles)
    for group, heads in HEADS.items():
        for head in heads:
            if found[head] == 1:
                continue
            names = ", ".join(muscle.name for muscle in muscles if muscle.head == head)
            told = f"stands {found[head]} times ({names})" if found[head] else "is missing"
            raise _refusal(where, f"the head '{head}' of the {group} {told}; their sum needs each head exactly once")


def _arms(model: MuscleModel, where: str) -> None:
    """Signs and sizes at the angles where running loads the knee."""
    bent = parameter("muscles.checked_flexion_deg")
    angles = {c.name: np.clip(np.zeros(2), c.low_deg, c.high_deg) for c in model.coordinates}
    angles["knee_flexion"] = np.array([bent.low, bent.high])
    arms = model.arms_m(angles)
    if np.abs(arms).max() > value("muscles.longest_arm_m"):
        worst = model.muscles[int(np.abs(arms).max(axis=(0, 1)).argmax())].name
        told = f"{worst} has an arm of {np.abs(arms).max():.3g} m"
        raise _refusal(
            where, f"{told}; no muscle of the leg has; arms are in metres and angles in radians inside the terms"
        )
    still = [c.name for row, c in enumerate(model.coordinates) if not np.any(arms[:, row])]
    if still:
        raise _refusal(where, f"no muscle moves '{still[0]}'; leave the coordinate out")
    knee = arms[:, [c.name for c in model.coordinates].index("knee_flexion")]
    for group, bends in (("quadriceps", False), ("hamstrings", True), ("gastrocnemius", True)):
        wrong = np.any(knee > 0 if not bends else knee < 0, axis=0) & model.group(group)
        if wrong.any():
            name = model.muscles[int(wrong.argmax())].name
            does = "bend" if not bends else "straighten"
            raise _refusal(where, f"{name} of the {group} would {does} the knee; arms that bend the knee are positive")


def _keys(entry: Any, known: frozenset[str], optional: set[str], where: str, what: str) -> None:
    if not isinstance(entry, dict):
        raise _refusal(where, f"{what} is no table")
    name = f"{what} '{entry['name']}'" if "name" in entry else what
    missing, unknown = sorted(known - optional - set(entry)), sorted(set(entry) - known)
    if missing or unknown:
        told = f"lacks '{missing[0]}'" if missing else f"has an unknown key '{unknown[0]}'"
        raise _refusal(where, f"{name} {told}; the keys are {', '.join(sorted(known))}")


def _list(document: Mapping[str, Any], key: str, where: str) -> list[Any]:
    entries = document[key]
    if not isinstance(entries, list) or not entries:
        raise _refusal(where, f"'{key}' is no list of tables")
    return entries


def _no_doubles(names: list[str], where: str, what: str) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise _refusal(where, f"{what} '{twice[0]}' stands there twice; its forces would count double")


def _number(given: Any, what: str, where: str) -> float:
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not math.isfinite(given):
        raise _refusal(where, f"{what}: {given!r} is no number")
    return float(given)


def _positive(given: Any, what: str, where: str) -> float:
    number = _number(given, what, where)
    if number <= 0:
        raise _refusal(where, f"{what} is {number:g}; give a number above 0")
    return number


def _refusal(where: str, what: str) -> InvalidInputError:
    return InvalidInputError(f"{where}: {what}; see docs/muscles.md for the format.")
