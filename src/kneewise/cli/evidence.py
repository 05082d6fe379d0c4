"""``kneewise evidence``: what the software knows, how sure it is, and where it is from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from kneewise.cli.frame import Json, frame
from kneewise.cli.paragraphs import bullets, heading, wrapped
from kneewise.cli.words import plural, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kneewise.services.evidence_cards import EvidenceCard, Family
    from kneewise.services.evidence_parts import Quantity

#: Longest text of a list that still stands in one line with its neighbours.
_SHORT = 32
#: Where the short form of "how sure" ends.
_SHORTLY = re.compile("[:;]")


def register(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(help="What Kneewise knows: every record with its certainty, its figures and its sources.")
    group.command("list")(list_)
    group.command("show")(show)
    app.add_typer(group, name="evidence", no_args_is_help=True)


def list_(
    context: typer.Context,
    family: Annotated[str | None, typer.Argument(metavar="[FAMILY]", help="Kind of record, such as findings.")] = None,
    as_json: Json = False,
) -> None:
    """The families of records, or all records of one family."""
    from kneewise.services.evidence_cards import families, list_evidence

    if family is None:
        found = families()
        frame(context).show([one.to_json() for one in found], lambda: _families(found), as_json=as_json)
        return
    cards = list_evidence(family)
    document = [card.summary() for card in cards]
    frame(context).show(document, lambda: _list(cards), as_json=as_json)


def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="ID", help="A record's id; FAMILY/ID where several share it.")],
    as_json: Json = False,
) -> None:
    """One record: what is known, how sure, the figures and the sources."""
    from kneewise.services.evidence_cards import show_evidence

    cards = show_evidence(name)
    document = {"id": name, "records": [card.to_json() for card in cards]}
    frame(context).show(document, lambda: "\n\n\n".join(card_text(card) for card in cards), as_json=as_json)


def _families(found: Sequence[Family]) -> str:
    rows = [(family.id, str(family.records), family.what) for family in found]
    lines = table(("family", "records", "what it holds"), rows, left=(0, 2))
    return "\n".join([*lines, "", "See one family with 'kneewise evidence list FAMILY', one record with 'show ID'."])


def _list(cards: Sequence[EvidenceCard]) -> str:
    rows = [(card.id, _SHORTLY.split(card.how_sure)[0], card.title) for card in cards]
    return "\n".join(table(("id", "how sure", "what"), rows, left=(0, 1, 2)))


def card_text(card: EvidenceCard) -> str:
    """Return a card for reading."""
    lines = [*wrapped(card.title), *wrapped(f"{card.family}/{card.id} · {card.how_sure}")]
    if card.last_reviewed is not None:
        lines.append(f"Last reviewed {card.last_reviewed.isoformat()}.")
    lines.append("")
    for words in card.texts:
        if words.text == card.title:
            continue
        if len(words.items) > 1 and max(len(item) for item in words.items) > _SHORT:
            lines += [f"{words.label}:", *bullets(words.items)]
        else:
            lines += wrapped(f"{words.label}: {words.text}", hanging=2)
    return "\n".join([*lines, *_facts(card), *_figures(card), *_sources(card)])


def _facts(card: EvidenceCard) -> list[str]:
    if not card.facts:
        return []
    said = [f"{fact.topic.capitalize()}: {fact.text}{_label(fact.mark, fact.sources)}" for fact in card.facts]
    return [*heading("Facts"), *bullets(said)]


def _figures(card: EvidenceCard) -> list[str]:
    from kneewise.services.evidence_cards import status_of

    lines: list[str] = []
    for status, title in (
        ("evidence", "Figures"),
        ("our own default", "Our own settings (no published figure)"),
        ("not checked yet", "Not checked yet (from memory; not evidence)"),
    ):
        chosen = [quantity for quantity in card.quantities if status_of(quantity.mark) == status]
        if chosen:
            lines += [*heading(title), *bullets(_figure(quantity) for quantity in chosen)]
    return lines


def _figure(quantity: Quantity) -> str:
    against = f", against {quantity.compared_with}" if quantity.compared_with else ""
    whom = f" In: {quantity.population}." if quantity.population else ""
    cited = f" [{', '.join(quantity.sources)}]" if quantity.sources else ""
    return f"{quantity.what}: {quantity.text}{against}.{whom}{cited}"


def _label(mark: str, sources: Sequence[str]) -> str:
    cited = f" [{', '.join(sources)}]" if sources else ""
    words = {"M": " (not checked yet)", "E": " (our own view)", "V2": " (second-hand)"}.get(mark, "")
    return f"{words}{cited}"


def _sources(card: EvidenceCard) -> list[str]:
    if not card.sources:
        return [*heading("Sources"), "  None."]
    said = []
    for source in card.sources:
        unread = " Not read again yet." if source.mark == "M" else ""
        said.append(f"{source.id}: {source.citation}.{unread} {source.link or ''}".rstrip())
    return [*heading(plural(len(card.sources), "source").capitalize()), *bullets(said)]
