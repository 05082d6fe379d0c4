"""``kneewise today``: one screen."""

from __future__ import annotations

from typing import Any

import typer

from kneewise.cli.frame import Json, frame
from kneewise.cli.paragraphs import bullets, heading, labelled, wrapped
from kneewise.cli.plan_words import change_lines, day_words, in_order, refusal_lines, session_line, session_lines
from kneewise.cli.state import decision_lines, flag_lines
from kneewise.cli.words import BLOCK_WORDS


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("today")(today)


def today(context: typer.Context, as_json: Json = False) -> None:
    """What to do today and why, the check-in to make, and what stands in the way."""
    from kneewise.services.today import today as of_today

    found = of_today(frame(context).place())
    document = found.to_json()
    decision = found.gathered.folded.pain.decision.to_json()
    frame(context).show(document, lambda: _text(document, decision), as_json=as_json)


def _text(document: dict[str, Any], decision: dict[str, Any]) -> str:
    lines = [day_words(document["local_date"], year=True), ""]
    if document["refused"] is not None:
        lines += refusal_lines(document["refused"])
    elif document["first"]:
        lines += wrapped(document["first"])
    else:
        lines += decision_lines(decision)
        lines += _sessions(document)
    said = set() if document["refused"] is None else {document["refused"]["action"], *_reasons(document["refused"])}
    flags = [flag for flag in document["flags"] if flag["text"] not in said and flag["rule"] != "no_intake"]
    if document["check_ins"]:
        lines += [*heading("Check in"), *_check_ins(document["check_ins"])]
    if flags:
        lines += [*heading("Flags"), *bullets(flag_lines(flags))]
    if document["warnings"]:
        lines += [*heading("Good to know"), *bullets(each["text"] for each in document["warnings"])]
    if document["refused"] is not None and set(document["blocks"]) - {"plan"}:
        blocked = ", ".join(BLOCK_WORDS[block] for block in document["blocks"])
        lines += ["", *wrapped(f"Not until this is cleared up: {blocked}.", hanging=2)]
    if document["adapt"] is not None:
        lines += [*heading("Your plan should be adapted: run 'kneewise plan adapt'")]
        lines += change_lines(document["adapt"]["changes"])
    steps = [document["step_check"], None if document["cadence"] is None else document["cadence"]["text"]]
    if any(steps):
        lines += [*heading("Your steps"), *(line for text in steps if text for line in wrapped(text))]
    return "\n".join(lines)


def _reasons(refused: dict[str, Any]) -> set[str]:
    return {reason["text"] for reason in refused["reasons"]}


def _sessions(document: dict[str, Any]) -> list[str]:
    lines = heading("Today")
    for done in document["done"]:
        if done["local_date"] == document["local_date"]:
            lines += wrapped(f"  ✓  Done. {' '.join(done['differences']) or 'As planned.'}", hanging=5)
    over = {done["session_id"] for done in document["done"] if done["local_date"] == document["local_date"]}
    open_ = [item for item in document["items"] if item["id"] not in over]
    if document["decision"]["move"] == "stop" and open_:
        lines += wrapped("No running today. What stands here is meant for such days.", indent=5)
    for item in in_order(open_):
        lines += session_lines(item)
    if not document["items"] and not over:
        lines += wrapped("Nothing is planned. Rest is training too.", indent=5)
    following = document["next"]
    if following is not None:
        lines += ["", *labelled("Next:", f"{day_words(following['local_date'])}, {session_line(following)}", column=6)]
    return lines


def _check_ins(asks: list[dict[str, Any]]) -> list[str]:
    lines = []
    for ask in asks:
        lines += wrapped(f"  •  {ask['text']}", hanging=5)
        lines += wrapped(ask["command"], indent=5)
    return lines
