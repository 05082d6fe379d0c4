"""``kneewise report``: several forms from one name, errors in a sentence."""

from __future__ import annotations

from pathlib import Path

from tests.clinical import SetNow
from tests.unit.cli.calling import Call, call, document, sentence

__all__ = ["call"]


def test_an_ending_alone_takes_the_name_before_it(call: Call, now: SetNow, tmp_path: Path) -> None:
    target = tmp_path / "out" / "report.html"
    found = document(call("report", "-o", f"{target},.json, .csv", "--language", "de", "--no-notes", "--json"))
    assert [Path(path).name for path in found["paths"]] == ["report.html", "report.json", "report.csv"]
    assert found["language"] == "de"
    assert "Noch nichts zu berichten" in target.read_text(encoding="utf-8")


def test_it_says_what_it_wrote(call: Call, now: SetNow, tmp_path: Path) -> None:
    printed = call("report", "-o", tmp_path / "r.csv").stdout
    assert printed.startswith("1 file written:")
    assert "health data" in printed


def test_a_wrong_ending_is_one_sentence(call: Call, now: SetNow, tmp_path: Path) -> None:
    assert "ends in none of" in sentence(call("report", "-o", tmp_path / "r.docx"))
    assert "Name a file" in sentence(call("report", "-o", ","))
