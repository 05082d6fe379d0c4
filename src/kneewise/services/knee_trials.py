"""The ladder: a lab or video trial is kept as an event and sets the runner's own knee; the history is computed anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from kneewise import clock
from kneewise.domain import Issue, KneeStyle
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.load.knee.personal import StyleTrial, generic_style
from kneewise.services.local_day import local_day
from kneewise.services.own_knee import counted_trials, trial_of
from kneewise.services.place import Place, opened
from kneewise.services.recomputing import recompute_loads
from kneewise.storage import Event, append_event, new_event

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from kneewise.domain import Runner
    from kneewise.services.lab import LabTrial
    from kneewise.storage import Record


@dataclass(frozen=True, slots=True)
class KeptTrial:
    """A trial in the record.

    Attributes
    ----------
    name : str
        File that it came from.
    trial : StyleTrial
        What it showed.
    """

    id: str
    recorded_at: datetime
    local_date: date
    name: str
    trial: StyleTrial

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        told = {name: number for name, number in asdict(self.trial).items() if name != "session"}
        return {"id": self.id, "local_date": self.local_date.isoformat(), "name": self.name, **told}


@dataclass(frozen=True, slots=True)
class StyleChange:
    """What is known of the runner's knee before and after a change of its trials.

    Attributes
    ----------
    recomputed : int
        Runs whose load was computed anew.
    """

    before: KneeStyle
    after: KneeStyle
    trials: Sequence[KeptTrial]
    recomputed: int
    issues: tuple[Issue, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the document of the command."""
        return {
            "before": self.before.to_dict(),
            "after": self.after.to_dict(),
            "trials": [trial.to_json() for trial in self.trials],
            "recomputed": self.recomputed,
            "issues": [issue.to_json() for issue in self.issues],
        }


def keep_lab_trial(place: Place, found: LabTrial, name: str, *, on: date | None = None) -> StyleChange:
    """Keep what a lab trial shows of the runner's knee, and compute all loads anew with it.

    Parameters
    ----------
    found : LabTrial
        Computed under the net-moment convention.
    name : str
        File that it came from; the same file is kept once.
    on : date or None
        Day of the measurement; today in the runner's zone. Trials of one day share their markers.

    Raises
    ------
    InvalidInputError
        When the runner's height is not known, mass or plates' scale are doubtful, a leg has too few steps, or the day
        lies in the future.
    """
    with opened(place) as (_, runner):
        trial = lab_style_trial(found, runner, name, str(on or local_day(clock.now(), runner)))
    return keep_knee_trial(place, trial, name, on=on)


def keep_knee_trial(place: Place, trial: StyleTrial, name: str, *, on: date | None = None) -> StyleChange:
    """Keep one trial of any tier, and compute all loads anew with it; kept twice, it changes nothing.

    Raises
    ------
    InvalidInputError
        When the day lies in the future.
    """
    now = clock.now()
    with opened(place) as (record, runner):
        today = local_day(now, runner)
        day = on or today
        if day > today:
            raise InvalidInputError(f"{day} lies in the future; give the day of the measurement, at most {today}.")
        before = runner.style or generic_style()
        with record.writing("keeping the trial") as connection:
            event = new_trial(connection, runner, trial, name, day, now)
            if event is not None:
                append_event(connection, runner.id, event)
    return trial_kept(place, before, name, 0 if event is None else recompute_loads(place), known=event is None)


def new_trial(
    connection: Connection, runner: Runner, trial: StyleTrial, name: str, day: date, now: datetime
) -> Event | None:
    """Return the event that keeps a trial, not stored yet; ``None`` where the record holds the same trial."""
    data = {"name": name, **asdict(trial), "session": day.isoformat()}
    if any(dict(one.data) == data for one in counted_trials(connection, runner.id)):
        return None
    return new_event(runner.id, "knee_trial", recorded_at=now, local_date=day, data=data)


def trial_kept(place: Place, before: KneeStyle, name: str, recomputed: int, *, known: bool) -> StyleChange:
    """Return what a trial led to, after it was stored and the loads were computed anew."""
    told = Issue("trial-known", name, "This trial is in the record already; nothing changed.")
    return _change(place, before, recomputed, (told,) if known else ())


def withdraw_knee_trial(place: Place, trial_id: str) -> StyleChange:
    """Leave a trial out from now on, such as one of somebody else; the log keeps that it was there.

    Raises
    ------
    InvalidInputError
        When there is no such trial.
    """
    now = clock.now()
    with opened(place) as (record, runner):
        before = runner.style or generic_style()
        with record.writing("withdrawing the trial") as connection:
            if all(event.id != trial_id for event in counted_trials(connection, runner.id)):
                raise InvalidInputError(
                    f"There is no trial '{trial_id}' in the record; 'kneewise lab-trials' lists those that are."
                )
            today, data = local_day(now, runner), {"withdrawn": trial_id}
            event = new_event(runner.id, "knee_trial_withdrawn", recorded_at=now, local_date=today, data=data)
            append_event(connection, runner.id, event)
    return _change(place, before, recompute_loads(place), ())


def list_knee_trials(place: Place) -> list[KeptTrial]:
    """Return the trials that set the runner's own knee, in the order of keeping."""
    with opened(place) as (record, runner):
        return _listed(record, runner)


def knee_style(place: Place) -> KneeStyle:
    """Return what is known of the runner's own knee, the generic runner's without a trial."""
    with opened(place) as (_, runner):
        return runner.style or generic_style()


def lab_style_trial(found: LabTrial, runner: Runner, name: str, session: str) -> StyleTrial:
    """Return what a lab trial shows: means of each leg's steps, then of both legs.

    Raises
    ------
    InvalidInputError
        When the runner's height is not known, mass or plates' scale are doubtful, a leg has too few steps with a load,
        or flexors were counted.
    """
    if runner.height_m is None:
        raise InvalidInputError(
            "The runner's height is not known, and the watch model needs it; set it with 'kneewise profile set "
            "--height-m'."
        )
    if found.convention["cocontraction"] != value("joint.cocontraction.net_moment"):
        raise InvalidInputError(
            f"{name} was computed with muscle forces, and the runner's history with the net moment; keep the trial as "
            "computed without --muscles."
        )
    if any(issue.code == "mass-doubtful" for issue in found.issues):
        # A wrong mass is a wrong force in body weights, and it would stay in every run of the history.
        raise InvalidInputError(
            f"{name} is not kept: its mean vertical force is {found.checks['mean_vertical_force_bw']:.2f} body weights "
            "and must be 1; give the mass of that day, or correct the plates' scale."
        )
    used = np.isfinite(found.column("pfj_peak_bw"))
    fewest = int(value("personal.fewest_steps"))
    legs = [used & (found.steps.leg == leg) for leg in range(2)]
    if min(int(leg.sum()) for leg in legs) < fewest:
        raise InvalidInputError(
            f"{name} has fewer than {fewest} steps with a load on one leg; keep a trial of at least half a minute."
        )

    def mean(column: str) -> float:
        return float(np.mean([np.nanmean(found.column(column)[leg]) for leg in legs]))

    return StyleTrial(
        "lab",
        session,
        mean("speed_mps"),
        mean("cadence_spm"),
        runner.height_m,
        mean("knee_flexion_peak_deg"),
        mean("pfj_peak_bw"),
    )


def _change(place: Place, before: KneeStyle, recomputed: int, issues: tuple[Issue, ...]) -> StyleChange:
    with opened(place) as (record, runner):
        return StyleChange(before, runner.style or generic_style(), _listed(record, runner), recomputed, issues)


def _listed(record: Record, runner: Runner) -> list[KeptTrial]:
    with record.reading() as connection:
        kept = counted_trials(connection, runner.id)
    return [
        KeptTrial(event.id, event.recorded_at, event.local_date, event.data["name"], trial_of(event)) for event in kept
    ]
