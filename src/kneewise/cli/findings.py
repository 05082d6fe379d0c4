"""``kneewise findings``: what was found along the chain, from training to gait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kneewise.cli.frame import Json, frame
from kneewise.cli.paragraphs import bullets, heading, wrapped

if TYPE_CHECKING:
    from kneewise.services.findings import Findings

_AREAS = {
    "training": "Training",
    "terrain": "Ground",
    "habits": "Habits",
    "shoes": "Shoes",
    "body": "Body",
    "trunk": "Trunk",
    "lumbar": "Back",
    "hip": "Hip",
    "knee": "Knee",
    "foot": "Foot",
    "gait": "How you run",
}
_SIGNS = {"present": "●", "shown": "○", "claim": "?"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("findings")(findings)


def findings(
    context: typer.Context,
    clinician: Annotated[
        bool, typer.Option("--clinician", help="Also what was not measured, thresholds, and every contested claim.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Also contested claims, with both sides.")] = False,
    ask: Annotated[
        list[str] | None, typer.Option(metavar="CLAIM", help="A contested claim to hear about, such as root_cause.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Factors from training to gait that may load the knee: each with its measure, its evidence and what changes it."""
    from kneewise.services.findings import findings as find

    found = find(frame(context).place(), clinician=clinician, everything=everything, asked=ask or ())
    document = found.to_json(clinician=clinician)
    frame(context).show(document, lambda: _text(found, document, clinician=clinician), as_json=as_json)


def _text(found: Findings, document: Sequence[dict[str, Any]], *, clinician: bool) -> str:
    shown = [one for one in document if one["state"] in _SIGNS]
    if not document:
        return "Nothing is known yet. Run 'kneewise intake' and 'kneewise import PATH' first."
    lines = wrapped(found.note)
    for area, title in _AREAS.items():
        inside = [one for one in shown if one["area"] == area]
        if inside:
            lines += heading(title)
            for one in inside:
                lines += ["", *_finding(one, clinician=clinician)]
    lines += _short("Looked at, and nothing there", [one["name"] for one in document if one["state"] == "absent"])
    lines += _short("Not measured", [one["name"] for one in document if one["state"] == "not_measured"])
    if found.opens:
        opened = [f"{care.name}: {care.message}" for module in found.opens for care in module.interventions]
        lines += [*heading("What this opens"), *bullets(dict.fromkeys(opened))]
    elif "plan" in found.blocks:
        lines += [
            "",
            *wrapped("Care that goes with these findings is held back until the safety questions are cleared up."),
        ]
    return "\n".join([*lines, "", *wrapped("●  found   ○  measured, no limit is known   ?  claims that are contested")])


def _finding(one: dict[str, Any], *, clinician: bool) -> list[str]:
    named = one["clinical_name"].lower() != one["name"].lower() and (clinician or one["state"] == "claim")
    term = f" ({one['clinical_name']})" if named else ""
    lines = wrapped(f"{_SIGNS[one['state']]} {one['name']}{term}", hanging=2)
    if one["measure"] is not None:
        close = " This is close to the limit." if one["close_call"] else ""
        lines += wrapped(f"{one['measure']['text']}{close}", indent=2)
    if one["threshold"] is not None and (clinician or one["state"] == "present"):
        lines += wrapped(f"Limit: {one['threshold']['text']}", indent=2)
    if one["contested"] is not None:
        lines += wrapped(f"For: {one['contested']['for']}", indent=2, hanging=5)
        lines += wrapped(f"Against: {one['contested']['against']}", indent=2, hanging=9)
    elif one["why"]:
        lines += wrapped(one["why"], indent=2)
    lines += wrapped(f"How sure: {one['evidence']['text']}", indent=2, hanging=10)
    if one["what_changes_it"]:
        label = "In short" if one["kind"] == "care" else "What changes it"
        lines += wrapped(f"{label}: {one['what_changes_it']}", indent=2, hanging=len(label) + 2)
    if clinician and one["evidence"]["sources"]:
        lines += wrapped(f"Sources: {', '.join(one['evidence']['sources'])}", indent=2, hanging=9)
    return lines


def _short(title: str, names: Sequence[str]) -> list[str]:
    return [*heading(title), *wrapped(f"{'; '.join(names)}.", indent=2)] if names else []
