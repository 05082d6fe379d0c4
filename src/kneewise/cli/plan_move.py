"""``kneewise plan move``: a session on another day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from kneewise.cli.frame import Json, day, frame
from kneewise.cli.paragraphs import heading, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDS = {"allowed": "yes", "warning": "yes, but", "refused": "no"}


def move(
    context: typer.Context,
    session: Annotated[str, typer.Argument(metavar="SESSION_ID", help="Id of the session; 'plan show --json' has it.")],
    to: Annotated[Any, typer.Option("--to", parser=day, metavar="DAY", help="The new day.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Only say which days may take it; move nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Move a session to another day, where the rules allow it; the plan keeps it there when it adapts."""
    from kneewise.services.moving import check_session_move, move_session

    if to is None and not check:
        raise typer.BadParameter("Name the new day with --to, or ask with --check which days may take it.")
    place = frame(context).place()
    document = (check_session_move(place, session, to) if check else move_session(place, session, to)).to_json()
    frame(context).show(document, lambda: _text(document), as_json=as_json)


def _text(document: Mapping[str, Any]) -> str:
    lines = []
    for change in document["changes"]:
        lines += wrapped(change["text"])
    if not document["issued"]:
        lines += heading(document["session"]["title"])
        asked = [] if document["choice"] is None else [document["choice"]]
        for choice in asked or document["week"]:
            lines += wrapped(f"{choice['local_date']}: {_WORDS[choice['verdict']]} {choice['text']}".rstrip())
    return "\n".join(lines)
