"""The public running data of Fukuchi, Fukuchi & Duarte 2017 through the lab tier: one row per runner, speed and leg.

Run ``python -m benchmarks.rbds FOLDER`` with the folder of the raw files (C3D, participants.csv) to write the two small
tables from which ``benchmarks.calibrate`` fits, the bands are made and the tests read; about a minute.
"""

from __future__ import annotations

import csv
import json
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneewise.errors import KneewiseError
from kneewise.services.lab import LabTrial, lab_trial

Floats = NDArray[np.float64]

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "benchmarks" / "data" / "rbds_trials.csv"
EXAMPLE = ROOT / "benchmarks" / "data" / "rbds_example.json"
#: The runner and speed whose curves stand against the bands in the documentation.
SHOWN = (12, 3.5)
BANDS = ROOT / "src" / "kneewise" / "evidence" / "bands.json"
SPEEDS = (2.5, 3.5, 4.5)
LEGS = ("left", "right")
#: Means over the steps of one leg that the table holds, with the digits kept.
COLUMNS = {
    "speed_mps": 3,
    "cadence_spm": 2,
    "contact_time_s": 4,
    "vertical_oscillation_m": 4,
    "knee_flexion_ic_deg": 2,
    "knee_flexion_peak_deg": 2,
    "knee_moment_peak_nm_per_kg": 4,
    "vgrf_peak_bw": 4,
    "pfj_peak_bw": 4,
    "pfj_impulse_bw_s": 5,
    "pfj_peak_share": 4,
}
#: Curves over stance in the bands, with the digits kept.
CURVES = {
    "knee_flexion_deg": 1,
    "hip_flexion_deg": 1,
    "ankle_dorsiflexion_deg": 1,
    "knee_moment_nm_per_kg": 3,
    "hip_moment_nm_per_kg": 3,
    "ankle_moment_nm_per_kg": 3,
    "vertical_force_bw": 3,
    "pfj_force_bw": 3,
}
#: Single numbers in the bands.
NUMBERS = {
    "contact_time_s": 4,
    "cadence_spm": 1,
    "vertical_oscillation_m": 4,
    "knee_flexion_peak_deg": 1,
    "knee_moment_peak_nm_per_kg": 3,
    "vgrf_peak_bw": 3,
    "pfj_peak_bw": 3,
    "pfj_impulse_bw_s": 4,
}
POINTS = 51
#: Steps of a leg below which its mean is not used.
FEWEST_STEPS = 10
SOURCE = (
    "Computed by Kneewise (benchmarks/rbds.py) from the raw C3D files of Fukuchi RK, Fukuchi CA, Duarte M. 2017, "
    "A public dataset of running biomechanics and the effects of running speed on lower extremity kinematics and "
    "kinetics, PeerJ 5:e3298, data doi 10.6084/m9.figshare.4543435, CC BY 4.0"
)


@dataclass(frozen=True)
class Person:
    """One runner of the set; ``prefix`` is how its files begin."""

    number: int
    prefix: str
    sex: Any
    height_m: float
    mass_kg: float


def people(folder: Path) -> list[Person]:
    with (folder / "participants.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = []
    for row in rows:
        number = int(row["Subject"])
        names = [name for name in (f"RBDS{number:03d}", f"RBDS0{number}") if (folder / f"{name}static.c3d").exists()]
        if names:
            sex = row["Gender"].strip().lower()
            found.append(Person(number, names[0], sex, float(row["Height"]) / 100, float(row["Mass"])))
    return found


def trials(folder: Path) -> Iterator[tuple[Person, float, LabTrial]]:
    for person in people(folder):
        for speed in SPEEDS:
            run = folder / f"{person.prefix}runT{10 * speed:.0f}.c3d"
            try:
                trial = lab_trial(run, folder / f"{person.prefix}static.c3d", person.mass_kg, sex=person.sex)
            except KneewiseError as error:
                sys.stderr.write(f"left out: {run.name}: {error}\n")
                continue
            yield person, speed, trial


def of_leg(trial: LabTrial, leg: int) -> NDArray[np.bool_]:
    """Steps of one leg that have a load."""
    whole = np.array([not reason for reason in trial.steps.reason], dtype=np.bool_)
    used: NDArray[np.bool_] = whole & (trial.steps.leg == leg) & np.isfinite(trial.steps.columns["pfj_peak_bw"])
    return used


def means(columns: dict[str, Floats], used: NDArray[np.bool_]) -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return {name: np.nanmean(columns[name][used], axis=0) for name in columns}


def table_rows(person: Person, speed: float, trial: LabTrial) -> Iterator[dict[str, Any]]:
    for leg, side in enumerate(LEGS):
        used = of_leg(trial, leg)
        if used.sum() < FEWEST_STEPS:
            sys.stderr.write(f"left out: {person.prefix} at {speed} m/s, {side}: {int(used.sum())} steps with a load\n")
            continue
        mean = means(trial.steps.columns, used)
        spread = float(np.std(trial.steps.columns["pfj_peak_bw"][used], ddof=1))
        yield {
            "runner": person.number,
            "sex": person.sex,
            "height_m": person.height_m,
            "mass_kg": person.mass_kg,
            "belt_mps": speed,
            "leg": side,
            "steps": int(used.sum()),
            **{name: f"{mean[name]:.{digits}f}" for name, digits in COLUMNS.items()},
            "pfj_peak_sd_bw": f"{spread:.4f}",
        }


def curve_means(trial: LabTrial) -> dict[str, Floats] | None:
    """Mean over both legs of every curve and number of one runner at one speed."""
    legs = [of_leg(trial, leg) for leg in range(2)]
    legs = [used for used in legs if used.sum() >= FEWEST_STEPS]
    if not legs:
        return None
    whole = {name: trial.steps.curves[name] for name in CURVES} | {name: trial.steps.columns[name] for name in NUMBERS}
    both = [means(whole, used) for used in legs]
    return {name: np.mean([mean[name] for mean in both], axis=0) for name in whole}


def bands(found: dict[float, list[tuple[Person, dict[str, Floats]]]]) -> dict[str, Any]:
    """Return mean and standard deviation over runners by speed, for curves and numbers."""
    share = np.linspace(0, 100, POINTS)
    document: dict[str, Any] = {
        "source": SOURCE,
        "convention": "knee centre between the epicondyles; moments from the ground up; net moment; both legs averaged",
        "stance_percent": share.tolist(),
        "speeds": [],
    }
    for speed, runners in sorted(found.items()):
        entry: dict[str, Any] = {
            "speed_mps": speed,
            "runners": len(runners),
            "women": sum(person.sex == "f" for person, _ in runners),
            "curves": {},
            "numbers": {},
        }
        for name, digits in CURVES.items():
            rows = np.stack([resampled(mean[name]) for _, mean in runners])
            entry["curves"][name] = told(rows, digits)
        for name, digits in NUMBERS.items():
            entry["numbers"][name] = told(np.array([mean[name] for _, mean in runners]), digits)
        document["speeds"].append(entry)
    return document


def told(rows: Floats, digits: int) -> dict[str, Any]:
    return {
        "mean": np.round(rows.mean(axis=0), digits).tolist(),
        "sd": np.round(rows.std(axis=0, ddof=1), digits).tolist(),
    }


def resampled(curve: Floats) -> Floats:
    return np.interp(np.linspace(0, 1, POINTS), np.linspace(0, 1, len(curve)), curve)


def write_example(mean: dict[str, Floats]) -> None:
    document = {
        "source": SOURCE,
        "runner": SHOWN[0],
        "speed_mps": SHOWN[1],
        "curves": {name: np.round(resampled(mean[name]), digits).tolist() for name, digits in CURVES.items()},
    }
    EXAMPLE.parent.mkdir(exist_ok=True)
    EXAMPLE.write_text(json.dumps(document, separators=(",", ":")) + "\n", encoding="utf-8")


def write(folder: Path) -> None:
    began = time.perf_counter()
    rows: list[dict[str, Any]] = []
    curves: dict[float, list[tuple[Person, dict[str, Floats]]]] = {}
    for person, speed, trial in trials(folder):
        rows += table_rows(person, speed, trial)
        mean = curve_means(trial)
        if mean is not None:
            curves.setdefault(speed, []).append((person, mean))
            if (person.number, speed) == SHOWN:
                write_example(mean)
    TABLE.parent.mkdir(exist_ok=True)
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {SOURCE}\n")
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    BANDS.write_text(json.dumps(bands(curves), separators=(",", ":")) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(rows)} rows from {len(people(folder))} runners in {time.perf_counter() - began:.0f} s\n")


def main() -> None:
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "participants.csv").exists():
        raise SystemExit(
            "Name the folder with participants.csv and the raw C3D files: python -m benchmarks.rbds FOLDER"
        )
    write(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
