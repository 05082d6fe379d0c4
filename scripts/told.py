"""Collect what lower layers say to a runner, and bring the translations of it up to date.

The texts of the knowledge files are found by the types of their records, the sentences of the code by reading the code:
an f-string becomes a template with holes such as ``{days}``, a choice inside it becomes one template each. What cannot
be found this way - single words that stand alone - is listed in ``web/locale/told.txt``.

What a report says of the runner instead of to the runner is in ``reported.po``, in English, too.

Run ``python scripts/told.py`` after a text changed. ``--reported FOLDER`` takes texts for reports from JSON files, each
``{"English": {"en": ..., "de": ...}}``. ``--merge FOLDER`` takes translations from the JSON files of a
folder, each ``{"English": "German"}``; ``--todo`` prints what has no translation yet.
"""

from __future__ import annotations

import ast
import dataclasses
import json
import re
import sys
import typing
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import product
from pathlib import Path

from kneewise.evidence.knowledge import Knowledge, knowledge
from kneewise.evidence.records import Refers, RunnerText
from kneewise.language.told import read_entries
from kneewise.services.evidence_cards import cards

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "kneewise"
LOCALE = SOURCE / "web" / "locale"
LANGUAGES = ("de",)
#: Packages whose sentences reach a page.
LAYERS = (
    "plan", "monitoring", "assessment", "retraining", "load", "services", "sources", "activities", "motion",
    "gait/filmed_gait.py", "gait/standing.py", "report/session_text.py", "report/week_html.py", "errors.py",
)  # fmt: skip
#: What only the command line says (lab, video, markers), and files that are handed out.
_NOT_ON_PAGES = re.compile(
    r"load/(knee/muscles|chart)|sources/fit_names|services/(gait/trial|measuring|demo/|own_data/export)"
)
#: Knowledge that no page shows in words: codes, citations, names of papers.
_NO_TEXT = frozenset({"sources", "priors", "reference_audit", "regulation", "content_safety"})
_CODES = frozenset({
    "unit", "tempo", "kind", "options_from", "of", "asks", "adds", "when", "not_when", "variables", "question",
    "one_of", "dependent", "words", "examples", "doi", "id", "mark", "certainty", "sources", "to",
})  # fmt: skip
_WORD = re.compile(r"[A-Za-z]{2,}")
_HOLE = re.compile(r"\{\w+\}")
#: A hole of ``str.format`` without a name.
_UNNAMED = re.compile(r"\{(?::[^}]*)?\}")
_ALTERNATIVES = 12
_SENTENCE, _TITLE = 3, 2
_SQL = r"SELECT|INSERT|CREATE|DELETE|UPDATE|PRAGMA|VACUUM|DROP|ALTER"
#: Statements for a database, parts of a page, addresses, expressions.
_NOT_SAID = re.compile(rf"(?s)\s*(?:{_SQL})\b|<|\{{\w+\}}<|https?:|.*\(\?|.*\\")
#: Arguments whose text is said even where it is one word.
_SAID_WHOLE = frozenset({"title", "text", "dose", "why", "label", "reason"})
_INTERNAL = frozenset({"KeyError", "AssertionError", "ValueError", "TypeError", "RuntimeError", "getLogger", "compile"})


def told_texts() -> dict[str, str]:
    """Return every text with where it comes from, in a steady order."""
    found: dict[str, str] = {}
    for origin, text in [*_in_knowledge(), *_in_code(), *_on_cards(), *_listed()]:
        found.setdefault(text, origin)
    return found


# --------------------------------------------------------------------------------------------------------- knowledge


def _in_knowledge() -> Iterator[tuple[str, str]]:
    for name, held in vars(Knowledge).items():
        if isinstance(held, cached_property) and name not in _NO_TEXT:
            for record in getattr(knowledge(), name).values():
                yield from _texts(record, name, "")


def _texts(value: object, origin: str, kind: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        single = " " in value or origin.endswith(".topic")
        if kind == "plain" or (kind == "text" and _WORD.search(value) and single):
            yield from [(f"{origin}{'' if kind == 'plain' else ' (card)'}", value)] if value else []
    elif dataclasses.is_dataclass(value):
        hints = typing.get_type_hints(type(value), include_extras=True)
        for field in dataclasses.fields(value):
            kind = _kind(hints[field.name])
            if field.name not in _CODES or kind == "plain" or field.name == "question":
                yield from _texts(getattr(value, field.name), f"{origin.split('.')[0]}.{field.name}", kind)
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item, origin, kind)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item, origin, kind)


def _kind(hint: object) -> str:
    """Return ``plain`` for what a runner reads, ``text`` for other words, empty for ids and everything else."""
    if typing.get_origin(hint) is typing.Annotated:
        base, *notes = typing.get_args(hint)
        if any(isinstance(note, RunnerText) for note in notes):
            return "plain"
        return "" if any(isinstance(note, Refers) for note in notes) else _kind(base)
    if hint is str:
        return "text"
    return next((kind for part in typing.get_args(hint) if (kind := _kind(part))), "")


def _on_cards() -> Iterator[tuple[str, str]]:
    """Headings that cards make from the names of fields."""
    for card in cards():
        for words in card.texts:
            yield "headings of cards (card)", words.label


def _listed() -> Iterator[tuple[str, str]]:
    path = LOCALE / "told.txt"
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        if line and not line.startswith("#"):
            yield "words (told.txt)", line


# -------------------------------------------------------------------------------------------------------------- code


def _in_code() -> Iterator[tuple[str, str]]:
    for layer in LAYERS:
        place = SOURCE / layer
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            name = path.relative_to(SOURCE).as_posix()
            if not _NOT_ON_PAGES.match(name):
                tree = ast.parse(path.read_text(encoding="utf-8"))
                yield from ((name, text) for text in _sentences(tree))


def _sentences(tree: ast.AST, inside: bool = False) -> Iterator[str]:
    """Walk through the texts below a node; ``inside`` a sentence single words count, too."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # a docstring
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in _INTERNAL:
            continue
        if isinstance(node, ast.keyword) and node.arg in _SAID_WHOLE and isinstance(node.value, ast.Constant):
            yield from (text for text in _alternatives(node.value) if _is_said(text, inside=True))
        elif isinstance(node, (ast.Constant, ast.JoinedStr, ast.BinOp)) and (texts := _alternatives(node)):
            said = [text for text in texts if _is_said(text, inside)]
            yield from said
            yield from _sentences_in_holes(node, bool(said))
        elif not isinstance(node, ast.Subscript) or isinstance(node.value, (ast.Dict, ast.Tuple)):
            yield from _sentences(node, inside)


def _sentences_in_holes(node: ast.AST, said: bool) -> Iterator[str]:
    for hole in ast.walk(node):
        if isinstance(hole, ast.FormattedValue) and not isinstance(hole.value, ast.IfExp):
            yield from _sentences(hole, said)


def _is_said(text: str, inside: bool) -> bool:
    if _NOT_SAID.match(text):
        return False
    bare = _HOLE.sub("", text)
    words = len(_WORD.findall(bare))
    if inside and text == bare:
        return words > 0 and "_" not in text and not text.startswith("%")
    if "_" in bare and words < 2 * _SENTENCE:
        return False
    if words >= _SENTENCE and " " in bare.strip():
        return True
    if text != bare and words and (text[0].isupper() or text.endswith(".")) and " " in text:
        return True
    return words == _TITLE and (text[0].isupper() or text != bare) and " " in bare.strip()


def _alternatives(node: ast.AST) -> list[str]:
    """Return the texts that an expression can give, with holes; empty where it is no text."""
    if isinstance(node, ast.Constant):
        return [_numbered(_UNNAMED.sub("{value}", node.value))] if isinstance(node.value, str) else []
    if isinstance(node, ast.IfExp):
        return [*_alternatives(node.body), *_alternatives(node.orelse)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _alternatives(node.left), _alternatives(node.right)
        if not left and not right:
            return []
        return _joined([left or [_held(node.left)], right or [_held(node.right)]])
    if isinstance(node, ast.JoinedStr):
        return _joined([_part(part) for part in node.values])
    return []


def _part(part: ast.expr) -> list[str]:
    if isinstance(part, ast.Constant):
        return [str(part.value)]
    assert isinstance(part, ast.FormattedValue)
    choices = _alternatives(part.value) if isinstance(part.value, ast.IfExp) else []
    complete = isinstance(part.value, ast.IfExp) and all(
        _alternatives(side) for side in (part.value.body, part.value.orelse)
    )
    return choices if complete else [_held(part.value)]


def _joined(parts: list[list[str]]) -> list[str]:
    amount = 1
    for place, part in enumerate(parts):
        amount *= len(part)
        if amount > _ALTERNATIVES:
            parts[place] = ["{choice}"]
            amount //= len(part)
    return [_numbered("".join(choice)) for choice in product(*parts)]


def _numbered(text: str) -> str:
    """Give holes of the same name a number."""
    seen: dict[str, int] = {}

    def name(hole: re.Match[str]) -> str:
        base = hole.group()[1:-1].rstrip("0123456789")
        seen[base] = seen.get(base, 0) + 1
        return f"{{{base}{'' if seen[base] == 1 else seen[base]}}}"

    return _HOLE.sub(name, text)


def _held(node: ast.AST) -> str:
    return f"{{{_hole(node)}}}"


def _hole(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id.strip("_") or "value"
    if isinstance(node, ast.Attribute):
        return node.attr.strip("_")
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        return re.sub(r"\W", "", node.slice.value) or "value"
    if isinstance(node, ast.Subscript):
        return _hole(node.value)
    if isinstance(node, ast.BinOp):
        return _hole(node.left)
    if isinstance(node, ast.Call):
        if (
            isinstance(node.func, ast.Name)
            and node.func.id in ("abs", "round", "len", "max", "min", "value")
            and node.args
        ):
            return _hole(node.args[0]) if not isinstance(node.args[0], ast.Constant) else _last_word(node.args[0].value)
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Constant) and node.args:
            return _hole(node.args[0])
        return _hole(node.func)
    return "value"


def _last_word(name: object) -> str:
    return re.sub(r"\W", "", str(name).rsplit(".", 1)[-1]) or "value"


# --------------------------------------------------------------------------------------------------------- catalogue


def catalogue_path(language: str) -> Path:
    """Return where the translations into a language stand."""
    return LOCALE / language / "LC_MESSAGES" / "told.po"


def untranslated_path(language: str) -> Path:
    """Return the list of what is not translated yet; it may only get shorter."""
    return LOCALE / language / "untranslated.txt"


def written(texts: Mapping[str, str], translations: Mapping[str, str]) -> str:
    """Return a catalogue as it is stored: one entry after the other under its origin, each text on one line."""
    lines = ['msgid ""', r'msgstr "Content-Type: text/plain; charset=utf-8\n"', ""]
    for text, origin in texts.items():
        lines += [f"#. {origin}", f"msgid {_quoted(text)}", f"msgstr {_quoted(translations.get(text, ''))}", ""]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def missing(texts: Mapping[str, str], translations: Mapping[str, str]) -> list[str]:
    """Return the texts without a translation."""
    return [text for text in texts if not translations.get(text)]


def wrong(translations: Mapping[str, str]) -> Iterator[str]:
    """Walk through translations that lack a hole of their text, have another one, or changed a number."""
    for text, translation in translations.items():
        if translation and sorted(set(_HOLE.findall(text))) != sorted(set(_HOLE.findall(translation))):
            yield f"holes differ: {text} -> {translation}"


def update(language: str, added: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Write one language's catalogue; return what is missing and what of the added texts nobody says."""
    texts = told_texts()
    path = catalogue_path(language)
    known = dict(read_entries(path.read_text(encoding="utf-8"))) if path.exists() else {}
    known.update({text: translation for text, translation in added.items() if translation})
    path.write_text(written(texts, known), encoding="utf-8")
    lacking = missing(texts, known)
    untranslated_path(language).write_text(
        "".join(f"{json.dumps(text)}\n" for text in sorted(lacking)), encoding="utf-8"
    )
    return lacking, [text for text in added if text not in texts]


def reported_path(language: str) -> Path:
    """Return where texts stand as a report says them."""
    return LOCALE / language / "LC_MESSAGES" / "reported.po"


def update_reported(language: str, added: Mapping[str, str]) -> None:
    """Write what reports say in one language, without what nobody says any more."""
    path = reported_path(language)
    known = dict(read_entries(path.read_text(encoding="utf-8"))) if path.exists() else {}
    known.update(added)
    said = {text: origin for text, origin in told_texts().items() if text in known}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(written(said, known), encoding="utf-8")


def _reported(arguments: list[str], language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    if "--reported" in arguments:
        for path in sorted(Path(arguments[arguments.index("--reported") + 1]).glob("*.json")):
            texts = json.loads(path.read_text(encoding="utf-8"))
            found.update({text: forms[language] for text, forms in texts.items() if language in forms})
    return found


def _merged(folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.json")):
        found.update(json.loads(path.read_text(encoding="utf-8")))
    return found


def main(arguments: list[str]) -> None:
    """Update all languages; see the top of this file for the options."""
    added = _merged(Path(arguments[arguments.index("--merge") + 1])) if "--merge" in arguments else {}
    for language in ("en", *LANGUAGES):
        update_reported(language, _reported(arguments, language))
    for language in LANGUAGES:
        lacking, unknown = update(language, added)
        texts = told_texts()
        if "--todo" in arguments:
            print(*(f"{texts[text]}\t{json.dumps(text, ensure_ascii=False)}" for text in lacking), sep="\n")
        print(*(f"nobody says: {text}" for text in unknown), *wrong(added), sep="\n", file=sys.stderr)
        words = sum(len(text.split()) for text in lacking)
        print(
            f"{language}: {len(texts) - len(lacking)} translated, {len(lacking)} missing ({words} words)",
            file=sys.stderr,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
