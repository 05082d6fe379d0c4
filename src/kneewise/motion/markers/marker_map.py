"""Which marker of a laboratory stands for which landmark, from a small TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from kneewise.errors import InvalidInputError

Side = Literal["left", "right"]
SIDES: tuple[Side, Side] = ("left", "right")

#: Landmarks that the standing trial must hold, on both sides.
NEEDED = (
    "asis",
    "psis",
    "knee_lateral",
    "knee_medial",
    "ankle_lateral",
    "ankle_medial",
    "heel",
    "metatarsal_first",
    "metatarsal_fifth",
)
#: Landmarks in the middle of the body, for the lean of the trunk.
OPTIONAL = ("neck", "sternum")
SEGMENTS = ("pelvis", "thigh", "shank", "foot")

#: Stands for the joint centre that the segment above gives.
PROXIMAL = "@proximal"
_LEAST_MARKERS = 3


@dataclass(frozen=True, slots=True)
class MarkerMap:
    """Names of one laboratory's markers.

    Attributes
    ----------
    landmarks : dict
        ``{(landmark, side): names}``, the first name that a file holds counts; the side of a landmark in the middle of
        the body is ``None``.
    clusters : dict
        ``{(segment, side): names}``; the side of the pelvis is ``None``.
    """

    name: str
    title: str
    landmarks: Mapping[tuple[str, Side | None], tuple[str, ...]]
    clusters: Mapping[tuple[str, Side | None], tuple[str, ...]]

    def markers(self) -> set[str]:
        """Return every marker name that the map knows."""
        named = (*self.landmarks.values(), *self.clusters.values())
        return {name for names in named for name in names} - {PROXIMAL}

    def moving_markers(self) -> tuple[str, ...]:
        """Return the markers of the clusters and the middle landmarks, which a running trial is read by."""
        middle = [name for (landmark, _), names in self.landmarks.items() if landmark in OPTIONAL for name in names]
        names = [name for cluster in self.clusters.values() for name in cluster if name != PROXIMAL]
        return tuple(dict.fromkeys([*names, *middle]))


def parse_marker_map(text: str, where: str) -> MarkerMap:
    """Return the marker map of a TOML file.

    Parameters
    ----------
    text : str
        Content of the file.
    where : str
        Name of the file, for messages.

    Raises
    ------
    InvalidInputError
        When it is no TOML or lacks a landmark or a cluster.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInputError(
            f"The marker map {where} is no valid TOML ({error}); compare it with docs/lab.md."
        ) from error
    for section in ("sides", "landmarks", "clusters"):
        if not isinstance(document.get(section), dict):
            raise InvalidInputError(f"The marker map {where} has no section [{section}]; compare it with docs/lab.md.")
    sides = {side: document["sides"].get(side) for side in SIDES}
    landmarks = _named(document["landmarks"], sides, where, OPTIONAL)
    clusters = _named(document["clusters"], sides, where, ("pelvis",))
    known = {name for name, _ in landmarks}, {name for name, _ in clusters}
    missing = [name for name in NEEDED if name not in known[0]] + [name for name in SEGMENTS if name not in known[1]]
    if missing:
        raise InvalidInputError(f"The marker map {where} does not name {', '.join(missing)}; add them.")
    return MarkerMap(str(document.get("name", where)), str(document.get("title", where)), landmarks, clusters)


def _named(
    section: Mapping[str, Any], sides: Mapping[Side, Any], where: str, middle: Collection[str]
) -> dict[tuple[str, Side | None], tuple[str, ...]]:
    found: dict[tuple[str, Side | None], tuple[str, ...]] = {}
    for key, names in section.items():
        texts = [names] if isinstance(names, str) else names
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise InvalidInputError(f"In the marker map {where}, '{key}' must be a marker name or a list of them.")
        if key in middle:
            found[key, None] = tuple(texts)
            continue
        for side in SIDES:
            found[key, side] = tuple(text.replace("{side}", str(sides[side])) for text in texts)
    return found


@cache
def shipped_maps() -> tuple[MarkerMap, ...]:
    """Return the marker maps that come with Kneewise."""
    folder = files("kneewise.motion.markers").joinpath("maps")
    found = [file for file in folder.iterdir() if file.name.endswith(".toml")]
    return tuple(parse_marker_map(file.read_text("utf-8"), file.name) for file in sorted(found, key=lambda f: f.name))


def choose_map(labels: Sequence[str], where: str) -> MarkerMap:
    """Return the shipped map whose names fit the file's markers best.

    Raises
    ------
    InvalidInputError
        When none fits.
    """
    held = set(labels)
    fits = {chosen.name: sum(name in held for name in chosen.moving_markers()) for chosen in shipped_maps()}
    best = max(shipped_maps(), key=lambda chosen: fits[chosen.name])
    if fits[best.name] < _LEAST_MARKERS * len(SEGMENTS):
        few = ", ".join(labels[:6])
        raise InvalidInputError(
            f"{where} uses marker names that no shipped map knows ({few}, ...); write a marker map as docs/lab.md "
            "shows and give it with --markers."
        )
    return best
