"""``kneewise state`` and ``kneewise helped``: what the record says now, and whether a change helped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from kneewise.cli.frame import Json, day, frame
from kneewise.cli.paragraphs import bullets, heading, wrapped
from kneewise.cli.words import BLOCK_WORDS, NONE, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Answers of a day in the order in which they are felt.
DIARY_WORDS = {
    "before": "before",
    "during": "during",
    "after_60min": "an hour after",
    "next_morning": "next morning",
    "stairs": "stairs",
}
_MOVES = {
    "stop": "STOP FOR NOW",
    "step_back": "GO BACK ONE STEP",
    "reduce": "DO LESS",
    "hold": "STAY WHERE YOU ARE",
    "progress": "YOU MAY GO UP A LITTLE",
}
_SHOWN_DAYS = 10


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("state")(state)
    app.command("helped")(helped)


def state(context: typer.Context, as_json: Json = False) -> None:
    """What the record says now: pain, load beside your usual weeks, open flags, and what they block."""
    from kneewise.services.state import pain_state

    document = pain_state(frame(context).place()).to_json()
    frame(context).show(document, lambda: state_text(document), as_json=as_json)


def helped(
    context: typer.Context,
    since: Annotated[
        Any, typer.Option(parser=day, metavar="DAY", help="First day with the change [default: every noted change]")
    ] = None,
    what: Annotated[str | None, typer.Option(help="What you changed, such as 'new shoes'; it is noted.")] = None,
    changes: Annotated[
        bool, typer.Option("--changes", help="List the changes in the record that can be asked about.")
    ] = False,
    days: Annotated[
        bool, typer.Option("--days", help="With --since: also both sides and every day, noting nothing (JSON).")
    ] = False,
    as_json: Json = False,
) -> None:
    """Did it help me? Your pain before and after a change, at equal load, with how sure that is."""
    from kneewise.services.helped import change_candidates, helped_view
    from kneewise.services.response import did_it_help

    if changes:
        found = [candidate.to_json() for candidate in change_candidates(frame(context).place())]
        frame(context).show(found, lambda: _candidates(found), as_json=as_json)
        return
    if days:
        if since is None:
            raise typer.BadParameter("Give the first day with the change.", param_hint="--since")
        view = helped_view(frame(context).place(), since, what).to_json()
        frame(context).show(view, lambda: _helped(view), as_json=as_json)
        return
    if what is not None and since is None:
        raise typer.BadParameter("Give the first day with the change.", param_hint="--since")
    document = [answer.to_json() for answer in did_it_help(frame(context).place(), since, what)]
    frame(context).show(document, lambda: "\n\n".join(_helped(answer) for answer in document), as_json=as_json)


# ------------------------------------------------------------------------------------------------------------ words


def state_text(document: Mapping[str, Any]) -> str:
    """Return the state for reading: what to do, why, pain, load, response, what is missing."""
    pain = document["pain"]
    lines = decision_lines(pain["decision"], said=[flag["text"] for flag in document["flags"]])
    if document["flags"]:
        lines += [*heading("Flags"), *bullets(flag_lines(document["flags"]))]
    if document["blocks"]:
        blocked = ", ".join(BLOCK_WORDS[block] for block in document["blocks"])
        lines += ["", *wrapped(f"Not until this is cleared up: {blocked}.", hanging=2)]
    lines += [*heading("Pain"), *_pain(document)]
    load = document["load_vs_usual"]
    told = "No run yet. Import your watch files with 'kneewise import PATH'." if load is None else load["text"]
    lines += [*heading("Load"), *wrapped(told)]
    lines += [*heading("Does load move your pain?"), *wrapped(document["response_to_load"]["text"])]
    lines += ["", *wrapped(document["coverage"]["text"])]
    return "\n".join(lines)


def decision_lines(decision: Mapping[str, Any], *, said: Sequence[str] | None = None) -> list[str]:
    """Return what the check-ins and the last triage allow next.

    Parameters
    ----------
    said : sequence of str or None
        Texts that are told elsewhere; every further reason but these is listed. ``None`` for the decision alone.
    """
    move = _MOVES[decision["move"]]
    lines = [move, "═" * len(move), *wrapped(decision["text"])]
    if said is not None:
        told = {decision["text"], *said}
        lines += bullets(text for text in decision["told"] if text not in told)
    clinician = {"offer": "You could ask a clinician.", "refer": "See a clinician about this."}
    if decision["clinician"] in clinician:
        lines += wrapped(clinician[decision["clinician"]])
    return lines


def flag_lines(flags: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return flags in words: open ones by their action, the rest by why the questions are asked again."""
    heads = {"open": "Open: ", "unsure": "You were not sure: "}
    return list(dict.fromkeys(f"{heads.get(flag['kind'], '')}{flag['text']}" for flag in flags))


def _pain(document: Mapping[str, Any]) -> list[str]:
    pain = document["pain"]
    days = [one for one in pain["days"] if one["kind"] != "unreported"]
    if not days:
        return wrapped("No check-in in the last days. Tell how it is with 'kneewise checkin --during 2 --after 1'.")
    lines = [*wrapped(pain["usual"]["text"]), *wrapped(pain["trend"]["text"]), *wrapped(pain["streaks"]["text"])]
    lines += wrapped(document["irritability"]["text"])
    if document["flare"]["active"]:
        lines += wrapped(document["flare"]["text"])
    header = ("day", "", "during", "after", "next morning", "why")
    rows = [_day(one) for one in days[-_SHOWN_DAYS:]]
    return [*lines, "", *table(header, rows, left=(0, 1, 5))]


def _day(one: Mapping[str, Any]) -> tuple[str, ...]:
    told = (one["answers"][key] for key in ("during", "after_60min", "next_morning"))
    answers = [NONE if pain is None else f"{pain:g}" for pain in told]
    colour = "waiting" if one["waiting"] else one["colour"] or NONE
    return (one["local_date"], colour, *answers, one["why"])


def _candidates(found: Sequence[Mapping[str, Any]]) -> str:
    """Return the changes that can be asked about, one line each."""
    if not found:
        return "No change is in the record yet. Note one with --since and --what."
    lines = []
    for each in found:
        sides = f"{each['mornings_before']} mornings before, {each['mornings_after']} after"
        few = "" if each["comparable"] else f"; {each['mornings_needed']} are needed on each side"
        lines += wrapped(f"{each['local_date']}: {each['what']} ({sides}{few})")
    return "\n".join(lines)


def _helped(answer: Mapping[str, Any]) -> str:
    what = f": {answer['what']}" if answer["what"] else ""
    points = answer["points"]
    lines = [f"Since {answer['since']}{what}", ""]
    lines += wrapped(answer["text"])
    if points["value"] is not None:
        between = f"between {points['low']:+.1f} and {points['high']:+.1f}"
        lines += [
            "",
            *wrapped(f"Difference at equal load: {points['value']:+.1f} points on the scale of 10 ({between})."),
        ]
    further = [issue["text"] for issue in answer["issues"] if issue["text"] not in answer["text"]]
    return "\n".join([*lines, *bullets(further)])
