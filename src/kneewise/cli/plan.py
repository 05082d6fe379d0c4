"""``kneewise plan``: build, show, adapt."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from kneewise.cli.frame import Json, day, frame
from kneewise.cli.paragraphs import bullets, heading, wrapped
from kneewise.cli.plan_move import move
from kneewise.cli.plan_words import change_lines, day_words, in_order, refusal_lines, session_lines, week_table
from kneewise.cli.words import plural

if TYPE_CHECKING:
    from kneewise.domain import Goal
    from kneewise.services.availability import Wishes
    from kneewise.services.planning import PlanAnswer

GoalName = Literal["distance", "race", "run-without-thinking", "daily-life"]
_SHOWN_WEEKS = 4


def register(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(help="The way back to running: runs, walk-run steps, strength and rest, each with its reason.")
    group.command("build")(build)
    group.command("show")(show)
    group.command("adapt")(adapt)
    group.command("move")(move)
    app.add_typer(group, name="plan")


def build(
    context: typer.Context,
    goal: Annotated[GoalName | None, typer.Option(help="What you want [default: the goal of your intake]")] = None,
    distance_m: Annotated[float | None, typer.Option(metavar="METRES", help="Distance of the goal or race.")] = None,
    race_date: Annotated[Any, typer.Option(parser=day, metavar="DAY", help="Day of the race.")] = None,
    days: Annotated[
        str | None,
        typer.Option(
            metavar="DAYS", help="Days you have, with minutes and time where you like: mon,wed:45,sat:90@9:30"
        ),
    ] = None,
    runs_per_week: Annotated[int | None, typer.Option(metavar="N", help="Runs a week you would like.")] = None,
    long_run_day: Annotated[
        str | None, typer.Option(metavar="DAY", help="Day of the longest run, such as sun.")
    ] = None,
    equipment: Annotated[
        str | None, typer.Option(metavar="LIST", help="What you have for strength work: band,dumbbell,step,machine...")
    ] = None,
    strength_minutes: Annotated[
        float | None, typer.Option(metavar="MIN", help="Minutes for one strength session.")
    ] = None,
    away: Annotated[
        list[str] | None,
        typer.Option(metavar="FROM..TO", help="Days without training; may be given more than once."),
    ] = None,
    start: Annotated[
        Any, typer.Option(parser=day, metavar="DAY", help="Begin anew on this day [default: today, or go on]")
    ] = None,
    weeks: Annotated[int | None, typer.Option(metavar="N", help="Length in weeks [default: 16]")] = None,
    as_json: Json = False,
) -> None:
    """Make a plan from your record. Where safety stops it, nothing is stored and the exit status is 1.

    What you tell here is kept; leave out what has not changed. With --json a refusal is told in the document too, under
    "refused".
    """
    from kneewise.services.planning import make_plan

    answer = make_plan(
        frame(context).place(),
        goal=_goal(goal, distance_m, race_date),
        wishes=_wishes(
            days, runs_per_week, long_run_day, equipment, strength_minutes, away, _race(distance_m, race_date)
        ),
        start=start,
        weeks=weeks,
    )
    _end(context, answer, as_json=as_json)


def show(
    context: typer.Context,
    version: Annotated[int | None, typer.Option(metavar="N", help="An earlier version [default: the latest]")] = None,
    week: Annotated[bool, typer.Option("--week", help="Only seven days from today, with all details.")] = False,
    as_json: Json = False,
) -> None:
    """Show the plan as it was issued, and whether it should be adapted."""
    from kneewise.services.planning import show_plan

    answer = show_plan(frame(context).place(), version=version, week=week)
    document = answer.to_json()
    today = answer.gathered.today
    frame(context).show(document, lambda: _plan_text(document, today, details=week), as_json=as_json)


def adapt(context: typer.Context, as_json: Json = False) -> None:
    """Adapt the plan to what is known now: check-ins, runs, missed days. A new version only where something changes."""
    from kneewise.services.planning import revise_plan

    _end(context, revise_plan(frame(context).place()), as_json=as_json)


def _end(context: typer.Context, answer: PlanAnswer, *, as_json: bool) -> None:
    """Show a plan, or say on standard error why there is none and end with status 1."""
    document = answer.to_json()
    refused = document["refused"]
    if refused is None:
        today = answer.gathered.today
        frame(context).show(document, lambda: _issued_text(document, today), as_json=as_json)
        return
    if as_json or frame(context).as_json:
        frame(context).show(document, str, as_json=True)
    typer.echo(refusal_sentence(refused), err=True)
    raise typer.Exit(1)


def refusal_sentence(refused: dict[str, Any]) -> str:
    """Return why there is no plan, and what to do, as one line."""
    reasons = " ".join(dict.fromkeys(reason["text"] for reason in refused["reasons"]))
    return f"There is no plan for now: {reasons} {refused['action']}"


# ------------------------------------------------------------------------------------------------------------ options


def _goal(name: GoalName | None, distance_m: float | None, race_date: date | None) -> Goal | None:
    from kneewise.domain import Goal

    if name is None and distance_m is None and race_date is None:
        return None
    if name is None:
        name = "distance" if race_date is None else "race"
    kind: Any = name.replace("-", "_")
    return Goal(kind=kind, distance_m=distance_m, day=race_date)


def _race(distance_m: float | None, race_date: date | None) -> tuple[float, date] | None:
    return None if distance_m is None or race_date is None else (distance_m, race_date)


def _wishes(
    days: str | None,
    runs_per_week: int | None,
    long_run_day: str | None,
    equipment: str | None,
    strength_minutes: float | None,
    away: list[str] | None,
    race: tuple[float, date] | None,
) -> Wishes:
    from kneewise.plan.inputs import Race
    from kneewise.services.availability import Wishes, read_away, read_days, weekday_of

    minutes, times = (None, None) if days is None else read_days(days)
    return Wishes(
        minutes=minutes,
        start_times=times,
        long_run_weekday=None if long_run_day is None else weekday_of(long_run_day),
        runs_per_week=runs_per_week,
        equipment=None if equipment is None else frozenset(filter(None, map(str.strip, equipment.split(",")))),
        strength_minutes=strength_minutes,
        away=None if not away else tuple(read_away(span) for span in away),
        races=None if race is None else (Race(day=race[1], distance_m=race[0]),),
    )


# -------------------------------------------------------------------------------------------------------------- words


def _issued_text(document: dict[str, Any], today: date) -> str:
    if not document["issued"]:
        return f"Nothing changes: version {document['version']} of your plan still holds."
    return _plan_text(document, today, details=False)


def _plan_text(document: dict[str, Any], today: date, *, details: bool) -> str:
    title = f"YOUR PLAN, VERSION {document['version']}"
    lines: list[str] = []
    if document["refused"] is not None:
        lines += [*refusal_lines(document["refused"]), ""]
    lines += [title, "═" * len(title)]
    span = f"{day_words(document['start'], year=True)} to {day_words(document['end'], year=True)}"
    lines += wrapped(f"{span}. {_phase(document['phase'])}")
    if document["outlook"] is not None and document["refused"] is None:
        lines += wrapped(f"{_goal_words(document['goal'])} {document['outlook']['text']}")
    if document["changes"] and document["refused"] is None:
        lines += [*heading("What changed" if document["version"] > 1 else "Where it starts from")]
        lines += change_lines(document["changes"])
    if document["refused"] is not None:
        # Days under "no plan for now" would be two voices; they are stored, and --json has them.
        lines += ["", *wrapped("What lies ahead in it does not hold now. It can go on when this is cleared up.")]
        return "\n".join(lines)
    lines += _days(document, today, details=details)
    said = {change["text"] for change in document["changes"]}
    warned = [text for one in _shown(document, today, details=details) for text in one["warnings"] if text not in said]
    if warned:
        lines += [*heading("About these weeks"), *bullets(warned)]
    if document["done"]["planned"]:
        lines += ["", *wrapped(document["done"]["text"])]
    if document["issues"]:
        lines += [*heading("Good to know"), *bullets(issue["text"] for issue in document["issues"])]
    if document["adapt"] is not None:
        lines += [*heading("This plan should be adapted: run 'kneewise plan adapt'")]
        lines += change_lines(document["adapt"]["changes"])
    return "\n".join(lines)


def _days(document: dict[str, Any], today: date, *, details: bool) -> list[str]:
    first = today.isoformat()
    ahead = [one for one in document["days"] if one["local_date"] >= first]
    if details:
        lines = heading("The next seven days")
        for one in ahead:
            lines += ["", day_words(one["local_date"])]
            lines += [line for item in in_order(one["items"]) for line in session_lines(item)]
        return lines if ahead else [*lines, *wrapped("Nothing is planned in these days.")]
    shown = _shown(document, today, details=False)
    lines = [*heading(f"The next {_SHOWN_WEEKS} weeks"), *week_table(shown)]
    left = sum(len(one["items"]) for one in ahead) - sum(len(one["items"]) for one in shown)
    if left:
        more = f"{plural(left, 'further session')} until {day_words(document['end'])}; --json has them all."
        lines += ["", *wrapped(f"{more} 'kneewise plan show --week' tells how and why.")]
    return lines


def _shown(document: dict[str, Any], today: date, *, details: bool) -> list[dict[str, Any]]:
    """Return the days that are listed: those from today on, without details those of the next weeks."""
    first = today.isoformat()
    until = date.fromisoformat(max(first, document["start"])) + timedelta(weeks=_SHOWN_WEEKS)
    ahead = [one for one in document["days"] if one["local_date"] >= first]
    return ahead if details else [one for one in ahead if one["local_date"] < until.isoformat()]


def _phase(phase: str) -> str:
    from kneewise.evidence.knowledge import knowledge

    record = knowledge().phases[phase]
    return f"Phase: {record.name}. {record.goal}"


def _goal_words(goal: dict[str, Any]) -> str:
    words = {
        "distance": "run a distance",
        "race": "a race",
        "run_without_thinking": "run without thinking about the knee",
        "daily_life": "daily life without pain",
    }
    distance = "" if goal["distance_m"] is None else f", {goal['distance_m'] / 1000:g} km"
    day_of = "" if goal["day"] is None else f" on {day_words(goal['day'], year=True)}"
    return f"Goal: {words[goal['kind']]}{distance}{day_of}."
