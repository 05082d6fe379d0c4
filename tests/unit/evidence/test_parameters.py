"""No number without an entry, no entry without a source and a use."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kneewise.errors import EvidenceError
from kneewise.evidence import parameters as module
from kneewise.evidence.parameters import parameter, parameters, value
from kneewise.evidence.source_list import sources

SOURCE_TREE = Path(__file__).resolve().parents[3] / "src" / "kneewise"
EVIDENCE = SOURCE_TREE / "evidence"

#: Numbers of arithmetic, not of physiology: halves, series, percent, unit factors, seconds and minutes.
ARITHMETIC = frozenset({0, 1, 2, 3, 4, 8, 10, 15, 24, 60, 100, 180, 360, 1000, 3600, 0.5})


#: Factors between units and tolerances of rounding, in the cleaning.
UNIT_FACTORS = frozenset({1e-2, 1e-3, 1e-4, 1e-6, 1e-9, 3.6, 120.0, 900.0})


def trees(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for path in sorted((SOURCE_TREE / folder).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def bare_numbers(tree: ast.Module, *, named_decimals: bool) -> Iterator[float]:
    """Numbers outside arithmetic; named whole numbers of a module (sizes of buffers, days of a week) may stand."""
    named = {
        id(node)
        for statement in tree.body
        if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and _is_named(statement, named_decimals)
        for node in ast.walk(statement)
    }
    for node in ast.walk(tree):
        number = node.value if isinstance(node, ast.Constant) and id(node) not in named else None
        if isinstance(number, (int, float)) and number not in ARITHMETIC:
            yield number


def _is_named(statement: ast.Assign | ast.AnnAssign | ast.AugAssign, named_decimals: bool) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    decimals = [n for n in ast.walk(statement) if isinstance(n, ast.Constant) and isinstance(n.value, float)]
    named = all(isinstance(target, ast.Name) and target.id.isupper() for target in targets)
    return named and (named_decimals or all(n.value in (1000.0,) for n in decimals))


def test_no_bare_number_in_the_load_model() -> None:
    numbers = {path.name: list(bare_numbers(tree, named_decimals=False)) for path, tree in trees("load")}
    assert {name: found for name, found in numbers.items() if found} == {}


def test_no_bare_decimal_in_the_cleaning() -> None:
    numbers = {
        path.name: [
            n for n in bare_numbers(tree, named_decimals=True) if isinstance(n, float) and n not in UNIT_FACTORS
        ]
        for path, tree in trees("activities")
    }
    assert {name: found for name, found in numbers.items() if found} == {}


def test_the_check_for_bare_numbers_finds_one() -> None:
    tree = ast.parse("SIZE = 4096\nSHARE = 0.37\ndef f(x): return 0.77 * x + 2 * 60")
    assert sorted(bare_numbers(tree, named_decimals=False)) == [0.37, 0.77]


def strings_in_source() -> tuple[set[str], list[re.Pattern[str]]]:
    """Every string of the source, and every f-string as a pattern."""
    nodes = [node for _, tree in trees(".") for node in ast.walk(tree)]
    plain = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    patterns = [_pattern(node) for node in nodes if isinstance(node, ast.JoinedStr)]
    return plain, [pattern for pattern in patterns if pattern is not None]


def _pattern(node: ast.JoinedStr) -> re.Pattern[str] | None:
    parts = [str(part.value) if isinstance(part, ast.Constant) else None for part in node.values]
    if not parts or parts[0] is None or not re.fullmatch(r"[a-z_]+\.[a-z_.]*", parts[0]):
        return None
    return re.compile("".join("[a-z0-9_.]+" if part is None else re.escape(part) for part in parts))


def test_every_parameter_is_used() -> None:
    """By its own name, by a name put together, or with its siblings by the name of their table."""
    plain, patterns = strings_in_source()
    unused = [
        name
        for name in parameters()
        if name not in plain
        and name.rpartition(".")[0] not in plain
        and not any(pattern.fullmatch(name) for pattern in patterns)
    ]
    assert unused == []


def test_every_cited_source_is_listed() -> None:
    missing = {
        (name, source) for name, entry in parameters().items() for source in entry.sources if source not in sources()
    }
    assert missing == set()


def test_every_source_of_the_load_model_is_cited() -> None:
    listed = tomllib.loads((EVIDENCE / "sources" / "biomechanics.toml").read_text(encoding="utf-8"))
    cited = {source for entry in parameters().values() for source in entry.sources}
    assert set(listed) - cited == set()


def test_only_engineering_defaults_have_no_source() -> None:
    assert [name for name, entry in parameters().items() if not entry.sources and entry.mark != "E"] == []


def test_nothing_from_memory_is_a_calibration() -> None:
    """Body proportions are the only numbers of the load model known from memory alone."""
    ours = ("joint.", "area.", "watch.", "noise.", "population.", "style.", "video.", "exposure.")
    remembered = {name for name, entry in parameters().items() if entry.mark == "M" and name.startswith(ours)}
    assert remembered == {"watch.body.thigh_share", "watch.body.knee_height_share"}


def test_values_lie_in_their_ranges_and_have_units() -> None:
    for entry in parameters().values():
        assert entry.low <= entry.value <= entry.high
        assert entry.unit
        assert entry.sd is None or entry.sd > 0


def test_asking_for_a_number() -> None:
    assert value("joint.lever_arm.c0") == parameter("joint.lever_arm.c0").value == 0.046
    with pytest.raises(KeyError):
        parameter("joint.lever_arm.c9")


ENTRY = {"value": 1.0, "low": 0.5, "high": 2.0, "unit": "1", "mark": "V", "sources": ["someone"], "note": ""}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": 3.0}, "outside its range"),
        ({"mark": "X"}, "is not one of"),
        ({"sources": []}, "needs a source"),
        ({"colour": "red"}, "unknown"),
    ],
)
def test_an_entry_that_breaks_the_schema_is_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(EvidenceError, match=words):
        module._parameter("made.up", {**ENTRY, **change})
