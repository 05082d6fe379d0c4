"""``kneewise activities``: the runs, each with what it cost the knee."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from kneewise.cli.frame import Json, day, frame, note
from kneewise.cli.run_story import show
from kneewise.cli.words import NONE, duration, interval, kilometres, number, pace, plural, table, whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


_HEADER = ("date", "km", "time", "pace /km", "steps/min", "knee-km", "per km", "")
#: Issues about the runner or about every run alike: said once below the table.
_SHOWN_ISSUES = 6
_REASONS = frozenset({"load-incomplete", "no-running"})
#: Issues that the line itself tells.
_SAID = _REASONS | {"not-a-run", "same-run", "typed-in"}
_NONE = "No activities. Import watch files with 'kneewise import PATH', or add a run with 'activities add'."
_NONE_THEN = "No activities in this time."
_USUAL = frozenset({"", "generic", "street"})
#: Below this share the line says how much of the activity was run, and how much of the running has a number.
_WHOLE = 0.95

Since = Annotated[Any, typer.Option(parser=day, metavar="DAY", help="First local day, such as 2026-03-14.")]
Until = Annotated[Any, typer.Option(parser=day, metavar="DAY", help="Last local day.")]


def register(app: typer.Typer) -> None:
    """Add the command and its subcommands."""
    group = typer.Typer(cls=TyperGroup, invoke_without_command=True)
    group.callback()(activities)
    group.command("add")(add)
    group.command("show")(show)
    app.add_typer(group, name="activities")


def activities(
    context: typer.Context,
    since: Since = None,
    until: Until = None,
    duplicates: Annotated[
        bool, typer.Option("--duplicates", help="Also second recordings of a run that is counted already.")
    ] = False,
    as_json: Json = False,
) -> None:
    """The runs, oldest first, each with its knee-kilometres; 'add' stores runs without a watch, 'show' tells one."""
    if context.invoked_subcommand is not None:
        return
    check_days(since, until)
    from kneewise.services.listing import drawn_activities

    with drawn_activities(frame(context).place(), since=since, until=until, duplicates=duplicates) as drawn:
        documents = (item.to_json() for item in drawn.activities)
        basis = drawn.reference.basis
        none = _NONE_THEN if since or until else _NONE
        frame(context).show_each(documents, lambda shown: text(shown, basis, none), as_json=as_json)


def add(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE.csv]", readable=False, help="A table of runs; see below.")
    ] = None,
    on: Annotated[Any, typer.Option("--date", parser=day, metavar="DAY", help="Local day of the run.")] = None,
    at: Annotated[
        str | None, typer.Option("--start", metavar="HH:MM", help="Local time of day; noon if unknown.")
    ] = None,
    distance_m: Annotated[float | None, typer.Option(help="Distance, metres.")] = None,
    moving_s: Annotated[float | None, typer.Option(help="Time run, seconds.")] = None,
    speed_mps: Annotated[
        float | None, typer.Option(help="Speed, metres per second; of the belt on a treadmill.")
    ] = None,
    treadmill: Annotated[bool, typer.Option("--treadmill", help="On a treadmill.")] = False,
    grade_deg: Annotated[float | None, typer.Option(help="Slope of belt or road, degrees, uphill positive.")] = None,
    cadence_spm: Annotated[float | None, typer.Option(help="Steps per minute of both feet.")] = None,
    terrain: Annotated[str | None, typer.Option(metavar="road|trail|track|treadmill", help="Where you ran.")] = None,
    title: Annotated[str | None, typer.Option(help="A name for the run.")] = None,
    as_json: Json = False,
) -> None:
    """Add a run without a watch: two of distance, time and speed are enough.

    A table has one run per line and these columns, in any order: date, distance_m (or distance_km), moving_s (or
    duration), speed_mps (or speed_kmh), treadmill, grade_deg (or grade_percent), cadence_spm, terrain, start, title.
    """
    from kneewise.services.adding import TypedRun, add_activity, read_csv

    if (file is None) == (on is None):
        raise typer.BadParameter("Give either a FILE.csv or --date with two of --distance-m, --moving-s, --speed-mps.")
    if file is not None:
        runs, issues = read_csv(file)
        for issue in issues:
            note(issue.text)
    else:
        run = TypedRun(
            date=on,
            distance_m=distance_m,
            moving_s=moving_s,
            speed_mps=speed_mps,
            treadmill=treadmill,
            grade_deg=grade_deg,
            cadence_spm=cadence_spm,
            terrain=terrain,
            start=_time(at),
            title=title,
        )
        runs = [run]
    added = [item.to_json() for item in add_activity(frame(context).place(), runs)]
    frame(context).show(added, lambda: f"{plural(len(added), 'run')} added.\n\n{text(added, None)}", as_json=as_json)


def _time(text: str | None) -> Any:
    from datetime import time

    if text is None:
        return None
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"'{text}' is no time of day; write it like 07:30", param_hint="--start") from error


def check_days(since: date | None, until: date | None) -> None:
    """Refuse days in the wrong order, which would look like a time without runs."""
    if since is not None and until is not None and since > until:
        raise typer.BadParameter(f"{since} is after --until {until}", param_hint="--since")


def text(documents: Iterable[dict[str, Any]], reference: str | None, none: str = _NONE) -> str:
    """Return activities in words: one line each, and what the unit means underneath; each is drawn once."""
    totals = _Totals()
    rows = [totals.taken(item) for item in documents]
    if not rows:
        return none
    lines = table(_HEADER, rows, left=(0, 7))
    if reference is not None and totals.runs:
        lines += ["", *_legend(totals, reference)]
    return "\n".join(lines + _issues(totals))


@dataclass(slots=True)
class _Totals:
    """What the lines below the table need of all activities."""

    runs: int = 0
    knee_km: float = 0.0
    metres: float = 0.0
    seconds: float = 0.0
    covered_s: float = 0.0
    #: Activities by the code of their issues; the first text of each code, and whether there are others.
    count: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)
    varied: set[str] = field(default_factory=set)

    def taken(self, item: dict[str, Any]) -> tuple[str, ...]:
        """Add one activity and return its line."""
        self.count.update(sorted({issue["code"] for issue in item["issues"]} - _SAID))
        for issue in item["issues"]:
            if self.first.setdefault(issue["code"], issue["text"]) != issue["text"]:
                self.varied.add(issue["code"])
        if item["knee_km"] is not None:
            seconds = item["moving_s"] or 0
            self.runs += 1
            self.seconds += seconds
            if item["knee_km"]["value"] is not None:
                self.knee_km += item["knee_km"]["value"]
                self.metres += item["distance_m"] or 0
                self.covered_s += seconds * item["coverage"]
        return _line(item)


def _line(item: dict[str, Any]) -> tuple[str, ...]:
    from datetime import date

    local = date.fromisoformat(item["local_date"])
    per_km = item["knee_km_per_km"]
    return (
        f"{local:%a} {local.isoformat()}",
        kilometres(item["distance_m"]),
        duration(item["moving_s"]),
        pace(item["speed_mps"]),
        whole(item["cadence_spm"]),
        interval(item["knee_km"], 1),
        NONE if per_km is None else number(per_km["value"], 2),
        _remark(item),
    )


def _remark(item: dict[str, Any]) -> str:
    """Return what the line is about: the sport, or why there is no number."""
    if item["counted_id"] is not None:
        return f"same run as {item['counted_id']}, counted there"
    if item["knee_km"] is None:
        sport = "sport not told" if item["sport"] == "unknown" else item["sport"].replace("_", " ")
        return f"{sport}: knee-km are for running only"
    if item["knee_km"]["value"] is None:
        reason = next(
            (issue["text"] for issue in item["issues"] if issue["code"] in _REASONS), item["knee_km"]["basis"]
        )
        return f"no number: {reason.split(':')[0]}"
    kind = (item["sub_sport"] or "").replace("_", " ")
    parts = [item["title"], "" if kind in _USUAL else kind, "typed in" if _typed_in(item) else ""]
    ran = (item["running_s"] or 0) / item["moving_s"] if item["moving_s"] else 1
    parts.append(f"{1 - ran:.0%} walked" if ran < _WHOLE else "")
    parts.append(f"{item['coverage']:.0%} of the running has a number" if item["coverage"] < _WHOLE else "")
    return " · ".join(part for part in parts if part)


def _typed_in(item: dict[str, Any]) -> bool:
    return any(issue["code"] == "typed-in" for issue in item["issues"])


def _legend(totals: _Totals, reference: str) -> list[str]:
    share = totals.covered_s / totals.seconds if totals.seconds else 0.0
    sums = f"{plural(totals.runs, 'run')}, {kilometres(totals.metres)} km, {totals.knee_km:.1f} knee-km"
    meaning = "1 knee-km loads the kneecap joint as much as 1 km of easy flat running"
    brackets = "In brackets: the 90 % interval for comparing your own runs"
    return [
        f"{sums}. {meaning}.",
        f"Easy flat running here: {reference}.",
        f"{brackets}. {share:.0%} of the running time has a number.",
    ]


def _issues(totals: _Totals) -> list[str]:
    """Return the issues of all activities, each kind once with how many activities it concerns."""
    count = totals.count
    if not count:
        return []
    lines = ["", "Noted:"]
    for code, many in count.most_common(_SHOWN_ISSUES):
        some = ", for one" if code in totals.varied else ""
        lines.append(f"  {plural(many, 'activity', 'activities')}{some}: {totals.first[code]}")
    if len(count) > _SHOWN_ISSUES:
        lines.append(
            f"  and {plural(len(count) - _SHOWN_ISSUES, 'further kind')} of note; --json tells all for each run."
        )
    return lines
