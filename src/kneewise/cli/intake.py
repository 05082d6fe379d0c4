"""``kneewise intake``: the questions, and what the answers mean."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from kneewise.cli.frame import Json, frame
from kneewise.cli.paragraphs import bullets, heading, labelled, wrapped
from kneewise.cli.words import BLOCK_WORDS, plural
from kneewise.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIT_WORDS = {"strong": "fits well", "moderate": "fits partly", "weak": "fits a little"}
_ANY_FILE = "FILE.json"
_BYTE_ORDER_MARK = "\ufeff"
_TOO_MUCH = "a number is too long, or brackets are too deep"


class _FileOrCommand(TyperGroup):
    """A group whose first word may also be a file: ``intake FILE`` beside ``intake questions``."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Treat a word that is no subcommand as the file of ``read``."""
        if args and args[0] not in self.commands:
            return "read", self.commands["read"], args
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Let ``-`` (standard input) and options of the file's command pass."""
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = ["read", *args]
        return super().parse_args(ctx, args)


def register(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(
        cls=_FileOrCommand,
        help="Ask what a good physiotherapist asks; red flags first. 'intake FILE.json' reads answers, 'intake' asks.",
        invoke_without_command=True,
    )
    group.callback()(start)
    group.command("questions")(questions)
    group.command("read")(read)
    app.add_typer(group, name="intake")


def start(context: typer.Context) -> None:
    """Ask what a good physiotherapist asks; red flags first. 'intake FILE.json' reads answers, 'intake' asks."""
    if context.invoked_subcommand is None:
        read(context, None)


def questions(context: typer.Context, as_json: Json = False) -> None:
    """All questions in the order of asking, with their options and when each is asked."""
    from kneewise.services.intake import intake_questions

    document = intake_questions()
    frame(context).show(document, lambda: _questionnaire(document), as_json=as_json)


def read(
    context: typer.Context,
    file: Annotated[
        str | None, typer.Argument(metavar=f"[{_ANY_FILE}]", help="Answers as JSON; - for standard input.")
    ] = None,
    clinician: Annotated[
        bool, typer.Option("--clinician", help="Also likelihood ratios and the tests that can be added.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Read answers from a file, or ask them here one by one; the answers are stored.

    The file holds {"answers": {"question id": answer}}; a clinician's test results may stand beside it under
    "clinical_tests": {"test id": "positive" or "negative"}.
    """
    from kneewise.services.intake import assess_intake

    if file is None:
        from kneewise.cli.asking import ask_intake

        document: Any = {"answers": ask_intake()}
    else:
        document = _document(file)
    place = frame(context).place()
    result = assess_intake(place, document).to_json(clinician=clinician)
    frame(context).show(result, lambda: intake_text(result, clinician=clinician), as_json=as_json)


def _document(file: str) -> Any:
    where = "standard input" if file == "-" else file
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise InvalidInputError(f"{where} cannot be read ({reason}); give a JSON file of answers.") from error
    try:
        return json.loads(text.removeprefix(_BYTE_ORDER_MARK), object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        reason = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else _TOO_MUCH
        raise InvalidInputError(
            f'{where} is not JSON ({reason}); write it like {{"answers": {{"age_years": 34}}}}.'
        ) from error


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object; one question answered twice is a contradiction that JSON itself would settle in silence."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for place, (name, _) in enumerate(pairs) if name in dict(pairs[:place]))
        raise InvalidInputError(f"'{twice}' is given twice; leave one of the two.")
    return found


# ------------------------------------------------------------------------------------------------------------ words


def intake_text(document: dict[str, Any], *, clinician: bool) -> str:
    """Return the result in the order in which a runner needs it: level, what to do, why, patterns, the rest."""
    label = document["label"]
    lines = ["", label.upper(), "═" * len(label), ""]
    advice = document["advice"]
    lines += wrapped(advice[0]["text"])
    lines += [*heading("Why"), *bullets(dict.fromkeys(reason["text"] for reason in document["reasons"]))]
    if document["refused"]:
        lines += [*heading("What Kneewise does not do"), *bullets(item["text"] for item in document["refused"])]
    if len(advice) > 1:
        lines += [*heading("What you can do"), *bullets(dict.fromkeys(item["text"] for item in advice[1:]))]
    if document["blocks"]:
        blocks = ["everything"] if "everything" in document["blocks"] else document["blocks"]
        blocked = ", ".join(BLOCK_WORDS[block] for block in blocks)
        lines += [*heading("Not until this is cleared up"), *wrapped(f"{blocked[0].upper()}{blocked[1:]}.", indent=2)]
    lines += _patterns(document["patterns"], clinician=clinician)
    if document["unanswered"] and document["level"] != "emergency":
        open_ = f"{plural(len(document['unanswered']), 'safety question')} not answered yet"
        lines += ["", *wrapped(f"{open_}. Run 'kneewise intake' and answer them, so that nothing is missed.")]
    lines += ["", *wrapped("This is a guide and not a diagnosis. If you are worried, have the knee looked at.")]
    return "\n".join(lines)


def _patterns(patterns: Sequence[dict[str, Any]], *, clinician: bool) -> list[str]:
    if not patterns:
        return []
    lines = heading("What your answers look like (patterns, not a diagnosis)")
    for pattern in patterns:
        name = f"{pattern['name'][0].upper()}{pattern['name'][1:]}"
        term = "" if pattern["clinical_name"].lower() == pattern["name"].lower() else f" ({pattern['clinical_name']})"
        ratio = f", likelihood ratio {pattern['likelihood_ratio']:g}{_basis(pattern)}" if clinician else ""
        lines += ["", *wrapped(f"{name}{term}: {_FIT_WORDS[pattern['fit']]}{ratio}")]
        lines += bullets(pattern["for"], sign="+")
        lines += bullets(pattern["against"], sign="-")
        lines += labelled("  To tell it apart: ", pattern["tells_apart"], column=20)
        lines += labelled("  Next: ", pattern["next"], column=8)
        lines += _tests(pattern) if clinician else []
    return lines


def _basis(pattern: dict[str, Any]) -> str:
    published = sum(clue["published"] for clue in pattern["clues"])
    return f" ({published} of {plural(len(pattern['clues']), 'clue')} published, the rest weights of our own; capped)"


def _tests(pattern: dict[str, Any]) -> list[str]:
    said = [
        f"{test['id']}: {test['name']} (LR+ {_ratio(test['lr_positive'])}, LR- {_ratio(test['lr_negative'])})"
        for test in pattern["tests_to_add"]
    ]
    return ["  Tests that can be added:", *bullets(said, indent=4)] if said else []


def _ratio(value: float | None) -> str:
    return "not known" if value is None else f"{value:g}"


def _questionnaire(document: Sequence[dict[str, Any]]) -> str:
    lines: list[str] = []
    group = None
    for question in document:
        if question["group"] != group:
            group = question["group"]
            lines += heading(group)
        term = f" ({question['term']})" if question["term"] else ""
        lines += ["", *wrapped(f"{question['text']}{term}"), *wrapped(_how(question), indent=2, hanging=2)]
        if question["type"] in ("choice", "choices"):
            lines += bullets(f"{option['id']}: {option['text']}" for option in question["options"])
        if question["asked_when"]:
            lines += wrapped(f"Asked only when {_when(question['asked_when'])}.", indent=2, hanging=2)
    return "\n".join(lines).lstrip("\n")


def _how(question: dict[str, Any]) -> str:
    kinds = {
        "yes_no_unsure": "yes, no or unsure",
        "choice": "one of",
        "choices": "any of",
        "scale": "0 to 10",
        "text": "your own words",
    }
    kind = kinds.get(question["type"])
    if kind is None:
        limits = f"{question['low']:g} to {question['high']:g}" if question["high"] is not None else "a number"
        kind = f"{limits} {question['unit'] or ''}".rstrip()
    return f"[{question['id']}] {kind}"


def _when(clauses: Sequence[dict[str, Any]]) -> str:
    said = []
    for clause in clauses:
        limits = [
            f"{word} {clause[key]:g}"
            for key, word in (("at_least", "at least"), ("at_most", "at most"))
            if key in clause
        ]
        said.append(f"{clause['question']} is {' or '.join(clause.get('one_of', ())) or ' and '.join(limits)}")
    return " and ".join(said)
