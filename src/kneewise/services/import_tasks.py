"""What an import, and computing anew, do as jobs: so that one that was cut off goes on and tells the same.

One of them is done at a time, for all of them need the lock that keeps two imports apart.
"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

from kneewise.services.importing import import_files
from kneewise.services.job_worker import JobHand, JobStoppedError, Lines
from kneewise.services.outcomes import FileReport
from kneewise.services.place import Place, record_of
from kneewise.services.recomputing import recompute, recompute_loads
from kneewise.storage import read_imported_since
from kneewise.storage.jobs import Job


class ImportTask:
    """The task of an import."""

    def __init__(self, place: Place, folder: Path) -> None:
        self._place = place
        self._folder = folder

    def run(self, hand: JobHand) -> Lines:
        """Import the files; what is stored already is passed over."""
        data, place = hand.job.data, replace(self._place, runner_id=hand.job.runner_id)
        stored = self._stored(hand.job) if hand.job.attempts > 1 else frozenset()

        def told(report: FileReport) -> None:
            hand.tell(_of_this_job(report, stored).to_json())
            hand.progress(done=len(hand.told))
            hand.stop_if_wanted()

        try:
            done = import_files(
                [Path(path) for path in data["paths"]],
                place=place,
                strip_positions=data["strip_positions"],
                on_file=told,
                names=data["names"],
            )
        except JobStoppedError:
            if hand.cancel_wanted and any(line["status"] == "imported" for line in hand.told):
                import_files([], place=place)  # duplicates and reference of what was stored before the end came
            raise
        return [_of_this_job(report, stored).to_json() for report in done.files]

    def over(self, job: Job) -> None:
        """Remove the uploads."""
        if job.data["folder"]:
            shutil.rmtree(self._folder / job.data["folder"], ignore_errors=True)

    def _stored(self, job: Job) -> frozenset[str]:
        """Return the paths that an attempt before this one stored."""
        with record_of(self._place) as record, record.reading() as connection:
            return read_imported_since(connection, job.runner_id, job.begun_at)


class RecomputeTask:
    """The task of computing everything anew."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def run(self, hand: JobHand) -> Lines:
        """Compute; what a lost process left half way is computed again."""

        def count(done: int, counts: Counter[str], at: str) -> None:  # noqa: ARG001 - as `Progress`
            hand.progress(done=done)
            hand.stop_if_wanted()

        made = recompute(replace(self._place, runner_id=hand.job.runner_id), progress=count)
        return [report.to_json() for report in made.files]

    def over(self, job: Job) -> None:
        """Nothing lies about."""


class LoadsTask:
    """The task of computing the loads anew, which follow what was learned of the runner's knee."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def run(self, hand: JobHand) -> None:
        """Compute; what a lost process left half way is computed again."""
        recompute_loads(replace(self._place, runner_id=hand.job.runner_id))

    def over(self, job: Job) -> None:
        """Nothing lies about."""


def _of_this_job(report: FileReport, stored: frozenset[str]) -> FileReport:
    """Return a file that this very job had stored before it was cut off as what it is: imported, not there before."""
    same_run = any(issue.code == "same-run" for issue in report.issues)
    if report.status == "duplicate" and report.path in stored and not same_run:
        return replace(report, status="imported")
    return report
