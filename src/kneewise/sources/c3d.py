"""C3D files of motion-capture laboratories, read with ezc3d (extra ``lab``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kneewise.domain import Capture, Floats, PlateRecord
from kneewise.errors import MissingLibraryError, UnreadableFileError
from kneewise.sources.c3d_whole import check_whole

#: Factors to metre, newton and newton metre.
_LENGTHS = {"mm": 1e-3, "cm": 1e-2, "m": 1.0}
_MOMENTS = {"nmm": 1e-3, "n.mm": 1e-3, "n-mm": 1e-3, "n*mm": 1e-3, "nm": 1.0, "n.m": 1.0, "n-m": 1.0, "n*m": 1.0}
#: Channels of each plate type, and the shape of its calibration.
_CHANNELS = {1: 6, 2: 6, 3: 8, 4: 6, 5: 8}
_CALIBRATED = (4, 5)


def read_capture(path: Path) -> Capture:
    """Return markers and force plates of one C3D file.

    Parameters
    ----------
    path : Path
        A file on disk: the library cannot read bytes.

    Returns
    -------
    Capture
        Metres, newtons; a marker that was not seen is NaN, whether the file says so by a negative residual or by
        the point (0, 0, 0).

    Raises
    ------
    MissingLibraryError
        Without ezc3d.
    UnreadableFileError
        When the file is no C3D file, is damaged, or holds no markers.
    """
    check_whole(path)
    content = _decoded(path)
    parameters = content["parameters"]
    labels, points = _points(content, path)
    ratio = max(content["data"]["analogs"].shape[2] // max(len(points), 1), 1)
    rate = _first(parameters, "POINT", "RATE", 0.0)
    if not rate > 0:
        raise UnreadableFileError(f"{path} states no sampling rate of its markers; export the trial again.")
    return Capture(
        name=path.name,
        labels=labels,
        points_m=points,
        rate_hz=rate,
        force_rate_hz=rate * ratio,
        plates=tuple(_plates(content, path)),
    )


def _decoded(path: Path) -> Any:
    try:
        import ezc3d
    except ImportError as error:
        raise MissingLibraryError(
            "Reading C3D files needs ezc3d, which is not installed; install Kneewise with 'pip install kneewise[lab]'."
        ) from error
    try:
        return ezc3d.c3d(str(path))
    except Exception as error:  # the library raises whatever its C++ half throws
        raise UnreadableFileError(
            f"{path} is damaged and cannot be decoded ({error}); export the trial again."
        ) from error


def _points(content: Any, path: Path) -> tuple[tuple[str, ...], Floats]:
    points = content["data"]["points"]
    named = _texts(content["parameters"], "POINT", "LABELS")
    count = min(points.shape[1], len(named))
    if count == 0 or points.shape[2] == 0:
        raise UnreadableFileError(f"{path} holds no marker trajectories; name a trial that was labelled and exported.")
    unit = _texts(content["parameters"], "POINT", "UNITS")
    scale = _LENGTHS.get(unit[0].strip().lower() if unit else "mm")
    if scale is None:
        raise UnreadableFileError(f"{path} gives marker positions in '{unit[0]}'; export it in mm or m.")
    metres: Floats = np.ascontiguousarray(points[:3, :count].transpose(2, 1, 0), dtype=np.float64)
    residuals = np.asarray(content["data"]["meta_points"]["residuals"])[0, :count].T
    metres *= scale
    metres[(residuals < 0) | ~metres.any(axis=2)] = np.nan
    return tuple(name.rpartition(":")[2].strip() for name in named[:count]), metres


def _plates(content: Any, path: Path) -> list[PlateRecord]:
    parameters = content["parameters"]
    group = parameters.get("FORCE_PLATFORM", {})
    used = int(_first(parameters, "FORCE_PLATFORM", "USED", 0))
    analog = content["data"]["analogs"]
    if used == 0 or analog.shape[1] == 0:
        return []
    kinds = np.atleast_1d(group["TYPE"]["value"]).astype(int)[:used]
    unknown = sorted(set(kinds.tolist()) - set(_CHANNELS))
    if unknown:
        raise UnreadableFileError(
            f"{path} has a force plate of type {unknown[0]}, which Kneewise cannot calibrate; export it as type 2."
        )
    units = [text.strip().lower() for text in _texts(parameters, "ANALOG", "UNITS")]
    length = _LENGTHS[(_texts(parameters, "POINT", "UNITS") or ["mm"])[0].strip().lower()]
    matrices = _matrices(group, used)
    records = []
    for plate, (kind, columns) in enumerate(zip(kinds.tolist(), _columns(group, kinds, path, analog), strict=True)):
        moment = _moment_factor([units[column] for column in columns if column < len(units)], length)
        samples: Floats = analog[0, columns].T.astype(np.float64)
        calibration = matrices[plate] if kind in _CALIBRATED else None
        if calibration is not None:
            calibration = calibration * np.array([1.0, 1.0, 1.0, moment, moment, moment])[:, None]
        else:
            samples = _scaled(samples, kind, moment, length)
        corners = np.asarray(group["CORNERS"]["value"], dtype=np.float64)
        origins = np.asarray(group["ORIGIN"]["value"], dtype=np.float64).reshape(3, -1)
        records.append(
            PlateRecord(kind, samples, calibration, corners[:, :, plate].T * length, origins[:, plate] * length)
        )
    return records


def _columns(group: Mapping[str, Any], kinds: Any, path: Path, analog: Any) -> list[list[int]]:
    """Return the analog columns of every plate; the file counts them from one."""
    channel = np.asarray(group["CHANNEL"]["value"]).astype(int)
    channel = channel.reshape(channel.shape[0], -1)
    found = [channel[: _CHANNELS[kind], plate] - 1 for plate, kind in enumerate(kinds.tolist())]
    if any(columns.min(initial=0) < 0 or columns.max(initial=0) >= analog.shape[1] for columns in found):
        raise UnreadableFileError(f"{path} names force channels that it does not hold; export the trial again.")
    return [columns.tolist() for columns in found]


def _matrices(group: Mapping[str, Any], used: int) -> list[Floats]:
    if "CAL_MATRIX" not in group:
        return [np.eye(6)] * used
    values = np.asarray(group["CAL_MATRIX"]["value"], dtype=np.float64)
    values = values.reshape(*values.shape[:2], -1)
    return [values[:, :, min(plate, values.shape[2] - 1)] for plate in range(used)]


def _moment_factor(units: Sequence[str], length: float) -> float:
    """Return the factor from the file's moments to N m; moments are in the markers' length where none is named."""
    return next((_MOMENTS[unit] for unit in units if unit in _MOMENTS), length)


def _scaled(samples: Floats, kind: int, moment: float, length: float) -> Floats:
    if kind == 1:
        factors = [1.0, 1.0, 1.0, length, length, moment]
    elif kind == 2:
        factors = [1.0, 1.0, 1.0, moment, moment, moment]
    else:
        return samples
    scaled: Floats = samples * np.array(factors)
    return scaled


def _texts(parameters: Any, group: str, name: str) -> list[str]:
    """Return a list of texts, continued in ``name2``, ``name3`` where there are more than 255."""
    found: list[str] = []
    part = 1
    while (key := name if part == 1 else f"{name}{part}") in parameters.get(group, {}):
        found += [str(text) for text in parameters[group][key]["value"]]
        part += 1
    return found


def _first(parameters: Any, group: str, name: str, default: float) -> float:
    values = np.atleast_1d(parameters.get(group, {}).get(name, {}).get("value", [])).ravel()
    return float(values[0]) if values.size else default
