"""A lab trial measured in a process of its own: what a damaged file does to its reader, it does not do to a server."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from kneewise.errors import UnreadableFileError
from kneewise.services.lab import LabTrial, lab_trial
from kneewise.services.workers import confined


def lab_trial_apart(trial: Path, static: Path, mass_kg: float, **given: Any) -> LabTrial:
    """Return what `lab_trial` returns.

    Raises
    ------
    UnreadableFileError
        Also where reading ended the process.
    """
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn, initializer=confined) as pool:
        try:
            return pool.submit(lab_trial, trial, static, mass_kg, **given).result()
        except (BrokenProcessPool, MemoryError) as error:
            raise UnreadableFileError(
                f"Reading {trial.name} ended its process (most likely out of memory); export a shorter trial."
            ) from error
