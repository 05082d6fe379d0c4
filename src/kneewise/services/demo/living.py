"""The story in its order: earlier years, pain, a plan, its weeks, and the sample runs of other people."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import resources
from pathlib import Path

import numpy as np

from kneewise import clock
from kneewise.domain import Runner
from kneewise.services.demo.body import MadeRun, run_track
from kneewise.services.demo.filmed import film
from kneewise.services.demo.fit_bytes import fit_bytes
from kneewise.services.demo.lived import begin_plan, live_week
from kneewise.services.demo.story import story
from kneewise.services.demo.told import check_in_days, note_changes, score_all
from kneewise.services.demo.training import days_ago, earlier_runs, starting
from kneewise.services.importing import import_files
from kneewise.services.place import DEFAULT_RUNNER, Place
from kneewise.services.planning import revise_plan
from kneewise.services.profile import set_profile
from kneewise.storage import Record, open_record

#: The other runner of the demo: real people's runs, from open-source projects.
SAMPLES_RUNNER = "samples"
_KILO = 1000
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_DAWN = 5
_TABLE = ("Activity ID", "Activity Date", "Activity Name", "Activity Type", "Filename")


@dataclass(slots=True, eq=False)
class _Life:
    """The made runner, and what was run on which day."""

    place: Place
    record: Record
    runner: Runner
    today: date
    files: Path
    chance: np.random.Generator
    kilometres: dict[date, float] = field(default_factory=dict)

    def run(self, runs: Iterable[MadeRun], name: str) -> None:
        """Write runs as a watch would, with the table of an account's export beside them, and import them."""
        folder = self.files / name
        (folder / "activities").mkdir(parents=True)
        rows: list[tuple[object, ...]] = []
        for run in runs:
            track = run_track(run, self.chance)
            file = f"activities/made-{run.start:%Y-%m-%d-%H%M}.fit"
            (folder / file).write_bytes(fit_bytes(track))
            metres = float(track.columns["distance_m"][-1])
            self.kilometres[run.start.date()] = metres / _KILO
            rows.append((len(rows) + 1, f"{run.start:%Y-%m-%d %H:%M:%S}", run.title, "Run", file))
        if rows:
            with (folder / "activities.csv").open("w", encoding="utf-8", newline="") as table:
                csv.writer(table).writerows([_TABLE, *rows])
            import_files([folder], place=self.place)

    def tell(self, first: date, end: date) -> None:
        """Tell of the days from the first up to the end, as far as the runner did."""
        days = [first + number * _DAY for number in range((end - first).days)]
        check_in_days(self.record, self.runner, days, self.kilometres, self.today, self.chance)
        score_all(self.place, first, end, self.today)


def tell_story(data: Path, today: date, tell: Callable[[str], None]) -> set[str]:
    """Fill an empty folder with the demo's record.

    Parameters
    ----------
    today : date
        Day in the made runner's zone that the story leads up to; the same day gives the same story.
    tell : callable
        Told in words what is being done.

    Returns
    -------
    set of str
        SHA-256 of every original.
    """
    with open_record(data) as record:
        place = Place(data, runner_id=DEFAULT_RUNNER, record=record)
        runner = _profile(place, today)
        chance = np.random.default_rng(story()["seed"])
        life = _Life(place, record, runner, today, data / "files", chance)
        tell("two made clips")
        film(place, today, life.files)
        tell("two years of made runs")
        life.run(earlier_runs(today, chance), "earlier")
        tell("a sore knee")
        first = days_ago(today, "plan")
        life.tell(days_ago(today, "onset"), first)
        begin_plan(place, today)
        tell("a plan, week by week")
        while first < today:
            end = min(first + _WEEK, today)
            life.run(live_week(place, first, today, chance), f"week-{first}")
            life.tell(first, end)
            first = end
        note_changes(record, runner, today)
        with clock.standing_at(starting(today, _DAWN)):
            revise_plan(place)
        tell("sample runs")
        _import_samples(Place(data, runner_id=SAMPLES_RUNNER, record=record))
        shutil.rmtree(life.files)
        return set(record.originals)


def _profile(place: Place, today: date) -> Runner:
    told = story()["runner"]
    return set_profile(
        place,
        birth_year=today.year - told["age_years"],
        sex=told["sex"],
        height_m=told["height_m"],
        mass_kg=told["mass_kg"],
        timezone=story()["zone"],
    ).runner


def _import_samples(place: Place) -> None:
    """Give the sample runs to a runner of their own: they are other people's."""
    set_profile(place, timezone=story()["zone"])
    with resources.as_file(resources.files("kneewise.services.demo").joinpath("samples")) as folder:
        import_files(sorted(folder.glob("*.fit")), place=place)
