"""``kneewise checkin``: thirty seconds about the knee."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from kneewise.cli.frame import Json, day, frame
from kneewise.cli.paragraphs import bullets, heading, wrapped
from kneewise.cli.state import DIARY_WORDS, decision_lines, flag_lines

if TYPE_CHECKING:
    from collections.abc import Mapping


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("checkin")(checkin)


def checkin(
    context: typer.Context,
    on: Annotated[
        Any,
        typer.Option(
            "--date",
            parser=day,
            metavar="DAY",
            help="Day of the session [default: today; with --next-morning yesterday]",
        ),
    ] = None,
    before: Annotated[float | None, typer.Option(help="Pain before the run, 0 to 10.")] = None,
    during: Annotated[float | None, typer.Option(help="Worst pain during the run, 0 to 10.")] = None,
    after: Annotated[float | None, typer.Option(help="Pain one hour after, 0 to 10.")] = None,
    next_morning: Annotated[float | None, typer.Option(help="Pain the morning after that day, 0 to 10.")] = None,
    stairs: Annotated[float | None, typer.Option(help="Pain on stairs, 0 to 10.")] = None,
    swelling: Annotated[bool | None, typer.Option("--swelling/--no-swelling", help="New swelling.")] = None,
    limp: Annotated[bool | None, typer.Option("--limp/--no-limp", help="A limp.")] = None,
    night: Annotated[bool | None, typer.Option("--night/--no-night", help="Pain at night.")] = None,
    zone: Annotated[
        str | None, typer.Option(help="Where it hurt; 'kneewise evidence list pain_map' has the zones.")
    ] = None,
    side: Annotated[str | None, typer.Option(metavar="left|right|both", help="Which knee.")] = None,
    note: Annotated[str | None, typer.Option(help="Your own words.")] = None,
    correct: Annotated[
        str | None, typer.Option(metavar="ID", help="The check-in that this one corrects; both are kept.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell how the knee is: pain from 0 to 10 during, an hour after, the next morning, on stairs. Any of it will do."""
    from kneewise.services.checking_in import record_check_in
    from kneewise.services.planning import plan_notice

    recorded = record_check_in(
        frame(context).place(),
        on=on,
        pain={
            "before": before,
            "during": during,
            "after_60min": after,
            "next_morning": next_morning,
            "stairs": stairs,
        },
        signs={"swelling": swelling, "limp": limp, "night_pain": night},
        zone=zone,
        side=side,  # type: ignore[arg-type]
        note=note,
        correct=correct,
    )
    document = recorded.to_json()
    document["plan"] = plan_notice(frame(context).place())
    frame(context).show(document, lambda: _text(document), as_json=as_json)


def _text(document: Mapping[str, Any]) -> str:
    told = document["check_in"]
    parts = [f"{words} {told[key]:g}" for key, words in DIARY_WORDS.items() if told.get(key) is not None]
    signs = {"swelling": "swelling", "limp": "limp", "night_pain": "pain at night"}
    parts += [f"{words}: {'yes' if told[key] else 'no'}" for key, words in signs.items() if told[key] is not None]
    stored = f"Stored for {told['local_date']}: {', '.join(parts)}. (id {told['id']})"
    lines = [*wrapped(stored), "", *decision_lines(document["state"]["pain"]["decision"])]
    today = next((one for one in document["state"]["pain"]["days"] if one["local_date"] == told["local_date"]), None)
    if today is not None and today["colour"] is not None and not today["waiting"]:
        lines += ["", *wrapped(f"That day is {today['colour']}. {today['why']}")]
    elif today is not None and today["waiting"]:
        lines += ["", *wrapped("Tell how the knee is tomorrow morning; then this day can be judged.")]
    if document["new_flags"]:
        lines += [*heading("New"), *bullets(flag_lines(document["new_flags"]))]
    if document["plan"] is not None:
        refused = document["plan"]["refused"] is not None
        text = "Your plan may not be followed now" if refused else "Your plan should follow this"
        command = "kneewise today" if refused else "kneewise plan adapt"
        lines += ["", *wrapped(f"{text}: run '{command}'.")]
    return "\n".join(lines)
