"""The large files that only the camera needs: a device keeps them when it first uses them, or when its runner asks."""

from __future__ import annotations

from kneewise.services.live_camera import camera_lacks, model_sizes
from kneewise.web.assets import assets

#: Where the networks are served; a name there changes with its content.
MODELS = "/models"


def late_files() -> dict[str, int]:
    """Return address and size in bytes of each; empty where this installation has no pose model."""
    if camera_lacks():
        return {}
    models = {f"{MODELS}/{name}": size for name, size in model_sizes().items()}
    return {**assets().late_files(), **models}
