"""What running costs the knee: per step, per run in knee-km, per day.

The order of use: :func:`run_load` turns each clean run into sums, :func:`learn_reference` finds the runner's easy flat
running in them, :func:`knee_km` expresses runs in knee-km, :func:`daily_exposure` sums them by local day.
:func:`knee_load` is the calculator for one steady state, :func:`per_step` the model itself on arrays.
"""

from kneewise.load.calculator import KneeLoad, knee_load
from kneewise.load.exposure import DatedRun, Day, Exposure, Week, daily_exposure
from kneewise.load.knee.convention import Convention
from kneewise.load.knee.per_step import StepLoad, per_step
from kneewise.load.knee_km import KneeKm, knee_km
from kneewise.load.reference import Reference, learn_reference, population_reference
from kneewise.load.run_load import run_load
from kneewise.load.runs import RunLoad
from kneewise.load.spikes import Flag, Spike

__all__ = [
    "Convention",
    "DatedRun",
    "Day",
    "Exposure",
    "Flag",
    "KneeKm",
    "KneeLoad",
    "Reference",
    "RunLoad",
    "Spike",
    "StepLoad",
    "Week",
    "daily_exposure",
    "knee_km",
    "knee_load",
    "learn_reference",
    "per_step",
    "population_reference",
    "run_load",
]
