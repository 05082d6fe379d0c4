"""BlazePose GHUM on LiteRT: the adapter of the pose library.

The picture goes in as MediaPipe cuts it, the landmarks come out as MediaPipe refines them, but there is no filter over
time: what one frame says is independent of the frames before, except for where to look.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from kneewise.errors import MissingLibraryError
from kneewise.motion.keypoints import NAMES
from kneewise.motion.pose import detection
from kneewise.motion.pose.backend import Sighting
from kneewise.motion.pose.heatmap import refine
from kneewise.motion.pose.weights import DETECTOR, LANDMARKER, LIVE_LANDMARKER, WeightsFile, weights_of
from kneewise.motion.region import Picture, Region, region_between, sample

if TYPE_CHECKING:
    from ai_edge_litert.interpreter import Interpreter

#: Side of the landmark model's picture in pixels.
_SIDE: Final = 256
_WHITE: Final = 255.0
#: The file descriptor of standard error.
_STDERR: Final = 2
#: Outputs of the landmark model that are used; the silhouette and the landmarks in metres are not.
_POINTS, _PRESENCE, _HEATMAP = "Identity", "Identity_1", "Identity_3"
_BOXES, _SCORES = "Identity", "Identity_1"
#: After the 33 landmarks: the middle of the hips and a point on the circle around the body.
_MIDDLE, _EDGE = 33, 34
_SIZES: Final = {LANDMARKER: "heavy", LIVE_LANDMARKER: "full"}


class BlazePose:
    """A BlazePose model with its detector.

    Parameters
    ----------
    model : WeightsFile
        The heavy one measures; the smaller one of the live session is here so that both can be compared.
    at_once : int
        Pictures looked at together, each by one core: two cores that share one picture lose a tenth of their time
        waiting for each other.

    Raises
    ------
    MissingLibraryError, MissingModelError
        When the extra ``video`` or the model files are missing.
    """

    def __init__(self, at_once: int = 2, model: WeightsFile = LANDMARKER) -> None:
        self.name = f"BlazePose GHUM {_SIZES[model]}"
        self.at_once = at_once
        self._detector = _Network(weights_of(DETECTOR), (_BOXES, _SCORES), at_once)
        weights = weights_of(model)
        self._landmarkers = [_Network(weights, (_POINTS, _PRESENCE, _HEATMAP), 1) for _ in range(at_once)]
        self._workers = ThreadPoolExecutor(at_once)

    def find(self, picture: Picture, region: Region) -> list[Region]:
        """Return the regions of all persons in a part of the picture, the surest first."""
        cut = sample(picture, region, detection.SIDE, black_outside=True)
        cut *= 2 / _WHITE
        cut -= 1
        out = self._detector(cut)
        found = detection.decode(out[_BOXES][0], out[_SCORES][0, :, 0])
        points = [region.to_picture(one.points) for one in found]
        return [region_between(of_one[0], of_one[1]) for of_one in points]

    def look(self, pictures: Sequence[Picture], region: Region) -> list[Sighting]:
        """Return the pose of the person in the same region of up to ``at_once`` neighbouring pictures."""
        if len(pictures) == 1:
            return [_sighting(self._landmarkers[0], pictures[0], region)]
        regions = [region] * len(pictures)
        return list(self._workers.map(_sighting, self._landmarkers[: len(pictures)], pictures, regions))


def _sighting(landmarker: _Network, picture: Picture, region: Region) -> Sighting:
    cut = sample(picture, region, _SIDE)
    cut *= 1 / _WHITE
    out = landmarker(cut)
    raw = out[_POINTS].reshape(-1, 5).astype(np.float64)
    shares = refine(raw[:, :2] / _SIDE, out[_HEATMAP][0])
    flat = region.to_picture(shares)
    known = slice(len(NAMES))
    points = np.concatenate([flat[known], raw[known, 2:3] / _SIDE * region.size_px], axis=1)
    visibility = 1 / (1 + np.exp(-raw[known, 3]))
    return Sighting(float(out[_PRESENCE][0, 0]), points, visibility, region_between(flat[_MIDDLE], flat[_EDGE]))


class _Network:
    """One loaded model without the parts of it that nobody reads."""

    def __init__(self, model: bytes, outputs: tuple[str, ...], threads: int) -> None:
        runtime, kept = _runtime(), _only(model, outputs)
        with _quiet():
            interpreter = runtime(model_content=kept, num_threads=threads)
            interpreter.allocate_tensors()
        self._interpreter = interpreter
        self._input = interpreter.get_input_details()[0]["index"]
        self._outputs = {d["name"]: d["index"] for d in interpreter.get_output_details() if d["name"] in outputs}

    def __call__(self, picture: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        self._interpreter.set_tensor(self._input, picture[None])
        self._interpreter.invoke()
        return {name: self._interpreter.get_tensor(index) for name, index in self._outputs.items()}


def _runtime() -> Callable[..., Interpreter]:
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as missing:
        raise MissingLibraryError(
            "Measuring video needs the pose runtime; install it with: pip install 'kneewise[video]'."
        ) from missing
    make: Callable[..., Interpreter] = Interpreter
    return make


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the runtime's remarks off standard error; its C++ writes them past Python and has no switch for it."""
    try:
        told = os.dup(_STDERR)
    except OSError:  # a process without one
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, _STDERR)
        yield
    finally:
        os.dup2(told, _STDERR)
        os.close(told)
        os.close(nowhere)


def _only(model: bytes, outputs: tuple[str, ...]) -> bytes:
    """Drop the operators that lead to no wanted output: an eighth of the time, with the same numbers in the rest."""
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    graph_model: Any = schema.ModelT.InitFromObj(schema.Model.GetRootAs(model, 0))
    graph = graph_model.subgraphs[0]
    graph.outputs = [tensor for tensor in graph.outputs if graph.tensors[tensor].name.decode() in outputs]
    needed = set(graph.outputs)
    kept = []
    for operator in reversed(graph.operators):
        if needed.intersection(operator.outputs):
            kept.append(operator)
            needed.update(operator.inputs)
    graph.operators = kept[::-1]
    builder = flatbuffers.Builder(len(model))
    builder.Finish(graph_model.Pack(builder), b"TFL3")
    return bytes(builder.Output())
