"""``kneewise lab``."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.lab_trials import MASS_KG, running, standing, write
from tests.unit.cli.calling import Call, call, document, sentence

__all__ = ["call"]

pytest.importorskip("ezc3d", reason="the extra 'lab' is not installed")


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("lab")
    return write(folder / "run.c3d", running()), write(folder / "standing.c3d", standing())


def test_json_has_every_step(call: Call, trials: tuple[Path, Path]) -> None:
    found = document(call("lab", trials[0], "--static", trials[1], "--mass-kg", MASS_KG, "--sex", "m", "--json"))
    assert len(found["steps"]) == found["checks"]["steps"] == 16
    assert found["convention"]["tier"] == "lab"


def test_words_name_legs_convention_and_doubts(call: Call, trials: tuple[Path, Path]) -> None:
    result = call("lab", trials[0], "--static", trials[1], "--mass-kg", MASS_KG * 1.07)
    assert result.exit_code == 0, result.output
    for words in (
        "left",
        "right",
        "peak force behind the kneecap",
        "Convention: net moment",
        "Note: The mean vertical",
    ):
        assert words in result.stdout


def test_what_cannot_be_used_gives_one_sentence(call: Call, trials: tuple[Path, Path], tmp_path: Path) -> None:
    empty = tmp_path / "empty.c3d"
    empty.touch()
    assert "is empty" in sentence(call("lab", empty, "--static", trials[1], "--mass-kg", MASS_KG))
    assert "Nobody runs" in sentence(call("lab", trials[1], "--static", trials[1], "--mass-kg", MASS_KG))
