"""The files of the pose model: which they are, and that they are the right ones.

They come into the package when it is built (``make models``), never at run time: a measurement must not depend on a
server, and nothing is fetched behind the runner's back.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from kneewise.errors import MissingModelError


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """One file of the model, with its name and SHA-256."""

    name: str
    sha256: str


#: The landmark model BlazePose GHUM heavy.
LANDMARKER: Final = WeightsFile(
    "pose_landmark_heavy.tflite", "59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe"
)
#: Its smaller brother, for live feedback in the browser, where the heavy one is too slow.
LIVE_LANDMARKER: Final = WeightsFile(
    "pose_landmark_full.tflite", "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f"
)
#: The person detector.
DETECTOR: Final = WeightsFile(
    "pose_detection.tflite", "a63c614bef30d35947f13be361820b1e4e3bec9cfeebf4d11216a18373108e85"
)


def weights_folder() -> Traversable:
    """Return the folder of the package that holds the model files; the app serves the browser from it too."""
    return files("kneewise.motion.pose").joinpath("models")


def weights_of(wanted: WeightsFile) -> bytes:
    """Return the bytes of one model file.

    Raises
    ------
    MissingModelError
        When the file is missing or is not the one that Kneewise was validated with.
    """
    path = weights_folder().joinpath(wanted.name)
    if not path.is_file():
        raise MissingModelError(
            f"The pose model ({wanted.name}) is not in this installation; in a checkout run 'make models', "
            "else install a wheel of Kneewise, which holds it."
        )
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != wanted.sha256:
        raise MissingModelError(
            f"The pose model ({wanted.name}) is damaged or another version; delete it and run 'make models' again."
        )
    return data
