"""``kneewise measure``: outcome measures, scored and compared over time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from kneewise.cli.frame import Json, day, frame
from kneewise.cli.paragraphs import bullets, wrapped
from kneewise.cli.words import NONE, number, table
from kneewise.errors import InvalidInputError

_TOO_MUCH = "a number is too long, or brackets are too deep"
_LEFT_OUT = frozenset({"", "-", "null", "none"})


def register(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(help="Outcome measures: score a form, keep the score, see what became of it.")
    group.command("list")(list_)
    group.command("score")(score)
    group.command("trend")(trend)
    app.add_typer(group, name="measure", no_args_is_help=True)


def list_(context: typer.Context, as_json: Json = False) -> None:
    """Every measure: what it covers, its range, and whether its questions are ours to ship."""
    from kneewise.services.measuring import list_measures

    document = list_measures()
    frame(context).show(document, lambda: _list(document), as_json=as_json)


def score(
    context: typer.Context,
    measure: Annotated[str, typer.Argument(metavar="ID", help="A measure, see 'measure list'.")],
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE.json]", help="Item scores: a list, or an object of your own activities."),
    ] = None,
    items: Annotated[
        str | None, typer.Option(metavar="1,2,-,3", help="Item scores in the order of the form; - where left out.")
    ] = None,
    total: Annotated[float | None, typer.Option(help="Instead of items: a total worked out elsewhere.")] = None,
    subscale: Annotated[str, typer.Option(help="For measures that are scored by subscale.")] = "",
    on: Annotated[
        Any, typer.Option("--date", parser=day, metavar="DAY", help="Day of the answers [default: today]")
    ] = None,
    as_json: Json = False,
) -> None:
    """Score the answers to one form and keep the score. The questions of licensed forms are not part of Kneewise."""
    from kneewise.services.measuring import score_measure

    given = [one for one in (file, items, total) if one is not None]
    if len(given) != 1:
        raise typer.BadParameter("Give one of FILE.json, --items and --total.")
    answers = None if total is not None else _file(file) if file is not None else _items(items or "")
    stored = score_measure(frame(context).place(), measure, answers, total=total, subscale=subscale, on=on)
    document = stored.to_json()
    frame(context).show(document, lambda: _score(document), as_json=as_json)


def trend(context: typer.Context, as_json: Json = False) -> None:
    """What became of every measure that was scored: the change since the start, and whether it is one people notice."""
    from kneewise.services.measuring import measure_trends

    document = [one.to_json() for one in measure_trends(frame(context).place())]
    frame(context).show(document, lambda: _trends(document), as_json=as_json)


def _items(text: str) -> list[float | None]:
    found: list[float | None] = []
    for word in text.split(","):
        if word.strip().lower() in _LEFT_OUT:
            found.append(None)
            continue
        try:
            found.append(float(word))
        except ValueError as error:
            raise typer.BadParameter(f"'{word.strip()}' is no number", param_hint="--items") from error
    return found


def _file(file: Path) -> Any:
    try:
        document = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise InvalidInputError(f"{file} cannot be read ({reason}); give a JSON file of item scores.") from error
    except (ValueError, RecursionError) as error:
        reason = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else _TOO_MUCH
        raise InvalidInputError(f"{file} is not JSON ({reason}); write [1, 2, null].") from error
    if not isinstance(document, (list, dict)):
        raise InvalidInputError(f"{file} must hold a list of scores, or an object of activities and scores.")
    return document


def _list(document: Sequence[dict[str, Any]]) -> str:
    rows = [
        (
            one["measure"],
            one["name"],
            str(one["items"]),
            _range(one["range"]),
            one["better"],
            "ours" if one["ships_items"] else "bring your own" if one["scored"] else "total only",
        )
        for one in document
    ]
    lines = table(("id", "measure", "items", "range", "better", "questions"), rows, left=(0, 1, 4, 5))
    text = (
        "'Bring your own': the questions belong to others and are not part of Kneewise; use your own licensed copy and "
        "enter the scores."
    )
    return "\n".join([*lines, "", *wrapped(text)])


def _range(bounds: dict[str, float | None]) -> str:
    return NONE if bounds["low"] is None or bounds["high"] is None else f"{bounds['low']:g}–{bounds['high']:g}"


def _score(document: dict[str, Any]) -> str:
    lines = [
        f"{_name(document)}, {document['local_date']}",
        "",
        *wrapped(document["text"]),
        *wrapped(document["trend"]["text"]),
    ]
    if document["substantial_problem"]:
        lines += wrapped("This counts as a substantial problem.")
    return "\n".join([*lines, *(["", *bullets(document["notes"])] if document["notes"] else [])])


def _name(document: dict[str, Any]) -> str:
    name, subscale = document["name"], document["subscale"]
    return f"{name}, {subscale.replace('_', ' ')}" if subscale else name


def _trends(document: Sequence[dict[str, Any]]) -> str:
    if not document:
        return "No measure is scored yet. See 'kneewise measure list'."
    lines: list[str] = []
    for one in document:
        lines += ["", _name(one)]
        lines += [f"  {point['local_date']}  {number(point['value'], 1)}" for point in one["points"]]
        lines += wrapped(one["text"], indent=2)
    return "\n".join(lines[1:])
