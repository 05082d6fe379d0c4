"""Whether this installation can measure clips, and what it lacks."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final, Literal

from kneewise.motion.pose.weights import DETECTOR, LANDMARKER, weights_folder

Lack = Literal["library", "model"]
_LIBRARIES: Final = ("av", "ai_edge_litert")


def lacks() -> Lack | None:
    """Return what is missing for measuring video: the extra's libraries, the model's files, or nothing.

    Notes
    -----
    Nothing heavy is imported. Keypoints of another model can be measured without either.
    """
    if any(find_spec(name) is None for name in _LIBRARIES):
        return "library"
    files = (LANDMARKER, DETECTOR)
    return None if all(weights_folder().joinpath(file.name).is_file() for file in files) else "model"
