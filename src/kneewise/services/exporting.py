"""The plan on its way out: workouts for the watch, a calendar, a week for the fridge door."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from os import PathLike
from pathlib import Path
from typing import Any

from kneewise import clock
from kneewise.domain import Issue, Plan
from kneewise.errors import InvalidInputError, StorageError
from kneewise.language import SOURCE, Language
from kneewise.plan.refusal import PlanRefused
from kneewise.report import calendar_ics, watch_export, week_html, workout_name
from kneewise.report.exercise_figures import exercise_figure
from kneewise.report.workout_fit import WORKOUT_KINDS
from kneewise.services.limits import check_number
from kneewise.services.place import Place
from kneewise.services.plan_now import plan_now
from kneewise.services.planning import plan_in_force

CALENDAR_NAME = "kneewise-plan.ics"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes
    ----------
    paths : tuple of Path
    removed : tuple of Path
        Workouts of earlier versions of the plan that no longer hold.
    adapt_first : bool
        Whether the plan in force should be adapted; what was written is the issued version.
    """

    paths: tuple[Path, ...]
    version: int
    removed: tuple[Path, ...] = ()
    issues: tuple[Issue, ...] = ()
    adapt_first: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the contract's ``export`` document."""
        return {
            "paths": [str(path) for path in self.paths],
            "removed": [str(path) for path in self.removed],
            "version": self.version,
            "adapt_first": self.adapt_first,
            "issues": [issue.to_json() for issue in self.issues],
        }


def export_watch(place: Place, folder: str | PathLike[str], *, days: int = 7) -> Exported:
    """Write a FIT workout for every run of the next days.

    Parameters
    ----------
    folder : path-like
        Made where it is missing. Workouts that Kneewise wrote there before and that no longer hold are removed.
    days : int
        From today on.

    Raises
    ------
    InvalidInputError
        Without a plan, or where the plan may not be followed now.
    StorageError
        When the folder cannot be written.
    """
    check_number("A number of days", days, "days")
    now = clock.now()
    shown = plan_now(place)
    gathered, refused, draft = shown.gathered, shown.refused, shown.draft
    plan = plan_in_force(gathered)
    if refused is not None:
        raise InvalidInputError(_refused(refused))
    until = gathered.today + timedelta(days=days - 1)
    made = watch_export(plan, created=now, since=gathered.today, until=until)
    target = Path(folder)
    ahead = [each for each in plan.sessions if each.local_date >= gathered.today and each.kind in WORKOUT_KINDS]
    removed = _remove_old(target, gathered.plans, keep={workout_name(each) for each in ahead})
    paths = tuple(_write(target / name, content) for name, content in made.files.items())
    return Exported(paths, plan.version, removed, made.issues, adapt_first=draft is not None)


def export_calendar(place: Place, target: str | PathLike[str]) -> Exported:
    """Write the plan as a calendar file; taken in again, it updates what is there.

    Parameters
    ----------
    target : path-like
        A file that ends in ``.ics``, or a folder.

    Raises
    ------
    InvalidInputError
        Without a plan.
    StorageError
        When the file cannot be written.
    """
    now = clock.now()
    current = plan_now(place)
    gathered, refused, draft = current.gathered, current.refused, current.draft
    plan = plan_in_force(gathered)
    path = Path(target)
    path = path if path.suffix.lower() == ".ics" else path / CALENDAR_NAME
    issues: tuple[Issue, ...] = ()
    shown, before = plan, list(gathered.plans)
    if refused is not None:
        # A calendar must not go on asking for runs that may not be run: what lies ahead is cancelled. The number stays
        # that of the version in force, so that the same sessions come back when the questions are cleared up.
        past = tuple(session for session in plan.sessions if session.local_date < gathered.today)
        shown = replace(plan, issued_at=now, sessions=past)
        before[-1] = replace(plan, version=plan.version - 1)
        issues = (Issue("sessions-cancelled", f"plan version {plan.version}", _refused(refused)),)
    content = calendar_ics(shown, timezone=gathered.timezone, now=now, previous=before)
    return Exported((_write(path, content),), plan.version, issues=issues, adapt_first=draft is not None)


def export_week(
    place: Place, file: str | PathLike[str], *, first_day: date | None = None, language: Language = SOURCE
) -> Exported:
    """Write seven days of the plan as one HTML page to print.

    Parameters
    ----------
    first_day : date or None
        Where ``None``, Monday of the week that holds the next session: a finished week is no use on the fridge.
    language : str
        Language of the page.

    Raises
    ------
    InvalidInputError
        Without a plan, or where the plan may not be followed now.
    StorageError
        When the file cannot be written.
    """
    shown = plan_now(place)
    gathered, refused, draft = shown.gathered, shown.refused, shown.draft
    plan = plan_in_force(gathered)
    if refused is not None:
        raise InvalidInputError(_refused(refused))
    first_day = first_day or _week_ahead(plan, gathered.today)
    page = week_html(plan, first_day, figure=exercise_figure, language=language)
    return Exported((_write(Path(file), page.encode()),), plan.version, adapt_first=draft is not None)


def _week_ahead(plan: Plan, today: date) -> date:
    """Return Monday of the week of the next session, of this week where nothing lies ahead."""
    day = min((session.local_date for session in plan.sessions if session.local_date >= today), default=today)
    return day - timedelta(days=day.weekday())


def _refused(refused: PlanRefused) -> str:
    reason = refused.reasons[0].text if refused.reasons else ""
    return f"The plan may not be followed now. {reason} {refused.action}".replace("  ", " ")


def _remove_old(folder: Path, plans: Iterable[Plan], *, keep: Collection[str]) -> tuple[Path, ...]:
    """Remove workouts that only Kneewise can have written: their names hold the number of a planned session."""
    known = {workout_name(each) for plan in plans for each in plan.sessions if each.kind in WORKOUT_KINDS}
    removed = []
    for name in sorted(known - set(keep)):
        path = folder / name
        if path.is_file():
            with _trouble(path):
                path.unlink()
            removed.append(path)
    return tuple(removed)


@contextmanager
def _trouble(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(f"{path} cannot be written ({reason}); choose another folder or free the disk.") from error


def _write(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all."""
    with _trouble(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.part")
        partial.write_bytes(content)
        partial.replace(path)
    return path
