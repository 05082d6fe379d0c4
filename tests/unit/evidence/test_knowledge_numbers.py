"""No clinical number stands in the code that decides; it stands in the knowledge files, with its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import kneewise

PACKAGE = Path(kneewise.__file__).parent
#: Packages that decide about people; the statistics of ``monitoring/response`` are mathematics.
DECIDING = ("assessment", "monitoring", "plan", "retraining")
NOT_CLINICAL = ("monitoring/response",)
#: Counting, halves, the ends of the 0-10 scale, per cent.
HARMLESS = frozenset({0, 1, 2, 0.5, 10, 100})


def modules() -> list[Path]:
    found = [path for name in DECIDING for path in sorted((PACKAGE / name).rglob("*.py"))]
    return [path for path in found if not path.relative_to(PACKAGE).as_posix().startswith(NOT_CLINICAL)]


def thresholds(source: str) -> Iterator[tuple[int, float]]:
    """Yield the line and value of every number that is compared with, named as a constant, or a default."""
    tree = ast.parse(source)
    places: list[ast.AST | None] = [node for node in ast.walk(tree) if isinstance(node, ast.Compare)]
    places += [node.value for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            places += [*function.args.defaults, *function.args.kw_defaults]
    for place in places:
        for node in ast.walk(place) if place is not None else ():
            if isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value not in HARMLESS:
                yield node.lineno, float(node.value)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_bare_clinical_number(path: Path) -> None:
    assert list(thresholds(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "code", ["if pain > 5: pass", "LIMIT = 25", "def f(cap=3): pass", "def f(*, cap: float = 3.5): pass"]
)
def test_the_scan_finds_a_number(code: str) -> None:
    assert len(list(thresholds(code))) == 1


@pytest.mark.parametrize("code", ["if pain > 0: pass", "SCALE = 10", "def f():\n    return a[3:]"])
def test_the_scan_leaves_counting_alone(code: str) -> None:
    assert list(thresholds(code)) == []
