"""The ``.task`` bundle that MediaPipe 1.x wants, assembled from our own model files.

MediaPipe's Tasks refuse the legacy models because they carry no metadata about how a picture becomes a tensor; adding
it gives the bundle whose landmarks equal those of the official one on every frame.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from kneewise.motion.pose.weights import DETECTOR, LANDMARKER, weights_of

#: Members of the zip are aligned to this many bytes, so that they can be mapped into memory.
_ALIGNMENT = 4
_EXTRA_HEADER_BYTES = 4
_LOCAL_HEADER_BYTES = 30
#: Mean and spread that take a byte to the range the model wants: -1 to 1, and 0 to 1.
_DETECTOR_RANGE = (127.5, 127.5)
_LANDMARKER_RANGE = (0.0, 255.0)


def write_bundle(path: Path) -> Path:
    """Write ``pose_landmarker_heavy.task`` to a path and return it."""
    members = {
        "pose_detector.tflite": with_metadata(weights_of(DETECTOR), *_DETECTOR_RANGE),
        "pose_landmarks_detector.tflite": with_metadata(weights_of(LANDMARKER), *_LANDMARKER_RANGE),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as bundle:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name)
            start = bundle.start_dir + _LOCAL_HEADER_BYTES + len(name)
            padding = -(start + _EXTRA_HEADER_BYTES) % _ALIGNMENT
            entry.extra = b"\xff\xff" + padding.to_bytes(2, "little") + b"\0" * padding
            bundle.writestr(entry, data)
    return path


def with_metadata(model: bytes, mean: float, spread: float) -> bytes:
    """Return a model with the metadata of a picture in red, green, blue."""
    import flatbuffers
    from mediapipe.tasks.metadata import schema_py_generated as schema

    whole: Any = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(model, 0))
    graph = whole.subgraphs[0]
    buffer = schema.BufferT()
    buffer.data = bytearray(_metadata(len(graph.outputs), mean, spread))
    whole.buffers.append(buffer)
    entry = schema.MetadataT()
    entry.name, entry.buffer = "TFLITE_METADATA", len(whole.buffers) - 1
    whole.metadata = [*(whole.metadata or []), entry]
    builder = flatbuffers.Builder(len(model))
    builder.Finish(whole.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _metadata(outputs: int, mean: float, spread: float) -> bytes:
    import flatbuffers
    from mediapipe.tasks.metadata import metadata_schema_py_generated as schema

    picture = schema.ImagePropertiesT()
    picture.colorSpace = schema.ColorSpaceType.RGB
    content = schema.ContentT()
    content.contentPropertiesType, content.contentProperties = schema.ContentProperties.ImageProperties, picture
    options = schema.NormalizationOptionsT()
    options.mean, options.std = [mean], [spread]
    step = schema.ProcessUnitT()
    step.optionsType, step.options = schema.ProcessUnitOptions.NormalizationOptions, options
    tensor = schema.TensorMetadataT()
    tensor.name, tensor.content, tensor.processUnits = "image", content, [step]
    graph = schema.SubGraphMetadataT()
    graph.inputTensorMetadata = [tensor]
    graph.outputTensorMetadata = [schema.TensorMetadataT() for _ in range(outputs)]
    model = schema.ModelMetadataT()
    model.name, model.subgraphMetadata = "pose", [graph]
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"M001")
    return bytes(builder.Output())
