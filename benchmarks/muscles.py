"""Muscle forces and the whole lab chain: time, agreement and ratio to OpenSim where it is installed (extra ``peers``).

Run: python -m benchmarks.muscles
"""

from __future__ import annotations

import importlib.util
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kneewise.load.knee.muscles_file import read_muscles
from kneewise.load.knee.muscles_forces import muscle_forces
from kneewise.load.knee.muscles_solver import solve

Floats = NDArray[np.float64]

ROOT = Path(__file__).resolve().parents[1]
LEG = ROOT / "tests" / "data" / "muscles" / "made-leg.toml"
TRIALS = ROOT.parent / "shared" / "data" / "rbds"
FRAMES, LIMIT_PER_S = 20_000, 20_000
CHAIN_LIMIT_S, MEMORY_LIMIT_MB = 1.0, 500
REPEATS = 3
#: Frames of both legs in 30 s at the markers' usual rate.
CHAIN_FRAMES = 2 * 30 * 150


def problem(frames: int = FRAMES) -> tuple[Floats, Floats, Floats]:
    """One leg of the size of published models: 5 joint angles, 40 muscles, moments of running."""
    generator = np.random.default_rng(0)
    arms = generator.normal(0, 0.03, (5, 40)) * (generator.random((5, 40)) < 0.5)
    phase = np.linspace(0, 60 * np.pi, frames)
    strength = arms * (1 + 0.2 * np.sin(phase))[:, None, None] * generator.uniform(300, 6000, 40)
    moment = np.stack([np.sin(phase + joint) * (60 + 40 * joint) for joint in range(5)], axis=1)
    return strength, moment, np.ones(5)


def best_s(action: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return min(times)


def solver_line() -> str:
    strength, moment, reserve = problem()
    seconds = best_s(lambda: solve(strength, moment, reserve, 0.01, 1.0))
    rate = FRAMES / seconds
    verdict = "met" if rate >= LIMIT_PER_S else "NOT met"
    return f"solver, 5 joints and 40 muscles: {rate:,.0f} frames/s; limit {LIMIT_PER_S:,} {verdict}"


def file_line() -> str:
    leg = read_muscles(LEG.read_text(encoding="utf-8"))
    phase = np.linspace(0, 60 * np.pi, FRAMES)
    angles = {"hip_flexion": 20 + 20 * np.sin(phase), "knee_flexion": 30 + 20 * np.cos(phase)}
    angles["ankle_dorsiflexion"] = 10 * np.sin(phase)
    moments = {"hip_flexion": 60 * np.sin(phase), "knee_flexion": -80 + 70 * np.cos(phase)}
    moments["ankle_dorsiflexion"] = -80 + 70 * np.sin(phase)
    seconds = best_s(lambda: muscle_forces(leg, angles, moments))
    return f"angles and moments to forces, made-up leg of {len(leg.muscles)} muscles: {FRAMES / seconds:,.0f} frames/s"


def chain_line() -> str:
    run, standing = TRIALS / "RBDS012runT35.c3d", TRIALS / "RBDS012static.c3d"
    if not run.exists() or importlib.util.find_spec("ezc3d") is None:
        return "lab chain: not measured; it needs ezc3d and the raw trials of Fukuchi 2017 in ../shared/data/rbds"
    from kneewise.services.lab import lab_trial

    seconds = best_s(lambda: lab_trial(run, standing, 75.7, sex="m"))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    verdict = "met" if seconds < CHAIN_LIMIT_S and memory < MEMORY_LIMIT_MB else "NOT met"
    limits = f"limits {CHAIN_LIMIT_S:g} s and {MEMORY_LIMIT_MB} MB {verdict}"
    return f"lab chain, 30 s trial from C3D to every step: {seconds:.2f} s, {memory:.0f} MB at most; {limits}"


def peer_lines() -> list[str]:
    if importlib.util.find_spec("opensim") is None:
        return ["OpenSim: not installed (extra peers), not compared"]
    from benchmarks.opensim_leg import MUSCLES, RESERVE_NM, solve_in_opensim

    peer = solve_in_opensim()
    frames = len(peer.activation)
    reserve = np.full(peer.moment_nm.shape[1], RESERVE_NM)
    repeated = [np.concatenate([part] * 50) for part in (peer.strength_nm, peer.moment_nm)]
    ours_s = best_s(lambda: solve(repeated[0], repeated[1], reserve, 0.01, 1.0)) / 50
    ours = solve(peer.strength_nm, peer.moment_nm, reserve, 0.01, 1.0)
    forces = np.array([force for force, _ in MUSCLES.values()])
    off = np.abs(ours.activation - peer.activation) * forces
    share = off.max() / (peer.activation * forces).max()
    whole = CHAIN_FRAMES * peer.seconds / frames
    theirs, mine = f"{frames / peer.seconds:,.0f} frames/s", f"{frames / ours_s:,.0f} frames/s"
    return [
        f"OpenSim {peer.version}, static optimisation of a leg of {len(MUSCLES)} muscles: {theirs}",
        f"ours on the same problem: {mine} ({peer.seconds / ours_s:,.0f} times)",
        f"largest difference of any muscle: {off.max():.1f} N, {share:.2%} of the largest force",
        f"both legs of a 30 s trial at that rate: OpenSim {whole:.0f} s for this step alone",
    ]


def main() -> None:
    for line in (solver_line(), file_line(), chain_line(), *peer_lines()):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
