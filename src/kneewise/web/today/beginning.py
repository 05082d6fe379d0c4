"""The first steps of a new runner: who you are, bring your runs, tell about the knee, then a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kneewise.services.today import Today
from kneewise.web.wording import gettext as _
from kneewise.web.wording import ngettext


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the beginning.

    Attributes
    ----------
    state : {"done", "next", "later"}
        ``next`` for the first that is not done.
    href : str
        Empty where there is no page for it.
    """

    title: str
    text: str
    state: str
    href: str
    action: str


def beginning(found: Today, paths: Mapping[str, str]) -> tuple[Step, ...]:
    """Return the steps until there is a plan; none once there is one."""
    if found.plan is not None:
        return ()
    runner = found.gathered.inputs.runner
    runs = found.gathered.run_count
    steps = [
        (
            runner.height_m is not None and runner.mass_kg is not None,
            _("Who you are"),
            _("Height and mass scale what a run costs your knee."),
            paths.get("settings", ""),
            _("Tell"),
        ),
        (runs > 0, _("Bring your runs"), _runs_text(runs), paths.get("import", ""), _("Import")),
        (
            found.gathered.folded.intake is not None,
            _("Tell about the knee"),
            _("Five minutes of questions, the safety questions first."),
            _below(paths, "knee", "intake"),
            _("Answer"),
        ),
    ]
    if found.refused is None:
        text = _("On the days that you have, every line with its reason.")
        steps.append((False, _("Make a plan"), text, _below(paths, "plan", "new"), _("Plan")))
    first = next((place for place, (done, *_rest) in enumerate(steps) if not done), None)
    return tuple(
        Step(title, text, "done" if done else "next" if place == first else "later", href, action)
        for place, (done, title, text, href, action) in enumerate(steps)
    )


def _below(paths: Mapping[str, str], area: str, name: str) -> str:
    return f"{paths[area]}/{name}" if area in paths else ""


def _runs_text(runs: int) -> str:
    if runs:
        return ngettext("%(num)s run is in.", "%(num)s runs are in.", runs)
    return _("Files of your watch, a folder, or the whole export of Strava or Garmin. All of it stays here.")
