"""The lab chain on one 30 s trial: in a running process, in a fresh one, and its memory.

Run: python -m benchmarks.lab_chain [FOLDER]. The folder holds public running trials; without it a made one is written.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kneewise import lab_trial

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "rbds"
TARGET_S, TARGET_MB = 1.0, 500.0
REPEATS = 5
_CHILD = "import sys, kneewise; kneewise.lab_trial(sys.argv[1], sys.argv[2], 65.0)"


def trial(folder: Path, made: Path) -> tuple[Path, Path, float]:
    """Return a running trial of 30 s, its standing trial and the mass."""
    if (folder / "RBDS011runT35.c3d").is_file():
        return folder / "RBDS011runT35.c3d", folder / "RBDS011static.c3d", 75.0
    from tests.lab_trials import MASS_KG, running, standing, write

    return write(made / "run.c3d", running(30.0)), write(made / "standing.c3d", standing()), MASS_KG


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    with tempfile.TemporaryDirectory() as made:
        run, still, mass = trial(folder, Path(made))
        print(f"{run.name}, {run.stat().st_size / 1e6:.1f} MB")
        seconds = []
        for _ in range(REPEATS):
            start = time.perf_counter()
            found = lab_trial(run, still, mass)
            seconds.append(time.perf_counter() - start)
        verdict = "met" if min(seconds) < TARGET_S else "not met"
        print(
            f"whole chain, {len(found.steps)} steps: {min(seconds):.2f} s (best of {REPEATS}), first {seconds[0]:.2f} s"
        )
        print(f"below {TARGET_S:g} s: {verdict}")
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", _CHILD.replace("65.0", str(mass)), str(run), str(still)], check=True)
        cold = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"fresh process, start and imports included: {cold:.2f} s, {peak:.0f} MB at most (below {TARGET_MB:g})")
    print("OpenSim on the same trial: 95 s for inverse kinematics and dynamics alone (lab evidence, not timed here)")


if __name__ == "__main__":
    main()
