"""The wheel works where nothing else of ours is: an own environment, no development dependencies, no checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "tests" / "data" / "runs" / "garmin-fr245-run-hilly.fit"


def _uv() -> str:
    """Return uv from the system or from the checkout's own environment."""
    found = shutil.which("uv") or shutil.which("uv", path=str(ROOT / ".uv" / "bin"))
    if found is None:
        pytest.skip("uv, which builds the wheel, is neither on the PATH nor in .uv (run 'make test')")
    return found


def _done(*command: object, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode and ("dns error" in done.stderr or "error sending request" in done.stderr):
        pytest.skip("the package index cannot be reached, so no environment can be made for the wheel")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an environment that holds the wheel and what it needs, nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    _done(_uv(), "build", "--wheel", "--out-dir", folder / "dist", ROOT, cwd=folder)
    [wheel] = (folder / "dist").glob("*.whl")
    _done(_uv(), "venv", "--python", sys.executable, folder / "env", cwd=folder)
    python = folder / "env" / "bin" / "python"
    _done(_uv(), "pip", "install", "--python", python, wheel, cwd=folder)
    return folder / "env"


def test_it_imports_a_run_and_prints_it_in_knee_km(installed: Path, tmp_path: Path) -> None:
    program = installed / "bin" / "kneewise"
    _done(program, "--data", tmp_path / "data", "import", SAMPLE, cwd=tmp_path)
    [run] = json.loads(_done(program, "--data", tmp_path / "data", "activities", "--json", cwd=tmp_path))
    assert run["knee_km"]["low"] < run["knee_km"]["value"] < run["knee_km"]["high"]


def test_it_brings_its_knowledge(installed: Path, tmp_path: Path) -> None:
    code = "from kneewise.evidence.knowledge import knowledge; print(len(knowledge().exercises))"
    assert _done(installed / "bin" / "python", "-c", code, cwd=tmp_path).strip() == "57"


def test_it_needs_no_development_package(installed: Path, tmp_path: Path) -> None:
    code = "import importlib.metadata as m; print(' '.join(d.name.lower() for d in m.distributions()))"
    names = set(_done(installed / "bin" / "python", "-c", code, cwd=tmp_path).split())
    assert not names & {"pytest", "hypothesis", "mypy", "ruff", "garmin-fit-sdk", "fitdecode"}
