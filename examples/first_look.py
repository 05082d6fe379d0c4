"""A first look at your runs with the Python API.

Open it as a notebook (every ``# %%`` is a cell) or run it: ``python examples/first_look.py FOLDER_OF_RUNS``.
Nothing is kept: the record lies in a temporary folder.
"""

# %% Where the runs lie, and a record for them
from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np

import kneewise

FALLBACK = Path(__file__).resolve().parents[1] / "tests" / "data"


def main(runs: Path, data: Path) -> None:
    """Walk through reading, importing, listing and the calculator."""
    # %% One file: clean activities in SI units, without storing anything
    files = sorted(path for path in runs.rglob("*") if path.suffix in {".fit", ".tcx", ".gpx"})
    activity = kneewise.read(files[0])[0]
    print(f"{files[0].name}: {activity.sport} on {activity.local_date}, {activity.moving_s:.0f} s moving")

    # %% Its table: one row per record, NaN where nothing is known; integrate with interval_s, never count rows
    stream = activity.stream
    if stream is not None:
        speed_mps, seconds = stream.column("speed_mps"), stream.interval_s
        known = np.isfinite(speed_mps)
        print(f"{len(stream)} rows; distance from speed: {float(speed_mps[known] @ seconds[known]) / 1000:.2f} km")
        print("columns:", ", ".join(f"{name} ({stream.sources.get(name, 'watch')})" for name in stream.columns))

    # %% All of them into a record; the runner's height and mass scale the load
    place = kneewise.locate(data)
    kneewise.set_profile(place, height_m=1.70, mass_kg=62, sex="f", timezone="Europe/Berlin")
    report = kneewise.import_files([runs], place=place)
    print(f"{report.count('imported')} files imported, {report.count('duplicate')} there already")

    # %% Every run in knee-km: kilometres of this runner's own easy flat running that load the knee as much
    listing = kneewise.list_activities(place)
    print(f"1 knee-km is 1 km of {listing.reference.basis}")
    for item in listing.activities:
        if item.knee_km is not None:
            load = item.knee_km.value
            print(f"{item.activity.local_date}  {load.value:6.2f} knee-km  ({load.low:.2f} to {load.high:.2f})")

    # %% Day by day, each run against the longest of the 30 days before
    for day in kneewise.load_exposure(place).days:
        print(day.local_date, "; ".join(flag.text for flag in day.flags) or "nothing to note")

    # %% What would a faster cadence change? The calculator for one steady state
    for cadence_spm in (160, 170, 180):
        cost = kneewise.knee_load(3.0, cadence_spm, height_m=1.70, mass_kg=62)
        force, per_km = cost.per_step["peak_force_bw"], cost.knee_km_per_km
        print(f"{cadence_spm} steps/min: {force.value:.2f} body weights a step, {per_km.value:.2f} knee-km/km")


# %% Run it
if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(Path(sys.argv[1]) if len(sys.argv) > 1 else FALLBACK, Path(folder))
