"""Do the quicker steps still hold after months? The check rides on a usual run, and the watch makes it by itself."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from kneewise.domain.plan import PlannedSession
from kneewise.evidence.progression import GaitSession
from kneewise.plan.inputs import PlanInputs
from kneewise.retraining import schedule_over, schedule_records
from kneewise.units import MONTHS_PER_YEAR


def checks_ahead(inputs: PlanInputs) -> Iterator[tuple[date, GaitSession]]:
    """Yield the day and the record of each check that no run has met yet; none before the course was done.

    Notes
    -----
    The months count from the first session of the course. Any run from the day of the check on shows by itself whether
    the steps held (`kneewise.retraining.retention`), so what was run since needs no reminder.
    """
    done = inputs.gait.sessions_done
    if not schedule_over(done):
        return
    first = min(each.local_date for each in done)
    last_run = max((run.local_date for run in inputs.runs if run.local_date <= inputs.today), default=date.min)
    for record in schedule_records("check"):
        day = _months_later(first, int(record.at_month or 0))
        if last_run < day:
            yield day, record


def with_checks(runs: Iterable[PlannedSession], inputs: PlanInputs) -> tuple[PlannedSession, ...]:
    """Return the runs with each check on the first usual run from its day on."""
    placed = list(runs)
    for day, record in checks_ahead(inputs):
        usual = (place for place, run in enumerate(placed) if run.kind == "run" and run.local_date >= day)
        found = next(usual, None)
        if found is not None:
            run = placed[found]
            dose = f"{run.dose}, with a {record.check_min:g}-minute check of your steps"
            placed[found] = replace(run, dose=dose, why=f"{run.why} {check_words(record)}")
    return tuple(placed)


def check_words(record: GaitSession) -> str:
    """Return what the check is and what follows."""
    return (
        f"It is {record.at_month:g} months since you began the quicker steps. A watch checks them by itself. "
        f"Without one, count your steps for {record.check_min:g} minutes. If they fell by more than "
        f"{record.refresh_if_drift_pct:g} %, do a refresh."
    )


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, MONTHS_PER_YEAR)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))
