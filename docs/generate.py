"""Writes the parts of the documentation that the program itself knows best.

Run ``python docs/generate.py`` (part of ``make docs``): the command reference from ``--help``, the sample output in
README and start page from the sample runs, the list of Python names from ``kneewise.__all__``, and the figures.
``tests/docs`` fails when a committed page differs from what this writes.
"""

from __future__ import annotations

import importlib.util
import inspect
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
import typer.main
from typer.testing import CliRunner

import kneewise
from kneewise.cli.app import app

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
SAMPLES = Path("tests/data/runs")
PROFILE = ("--birth-year", "1988", "--sex", "f", "--height-m", "1.70", "--mass-kg", "62", "--timezone", "Europe/Berlin")
#: Width of the sample output, whatever the terminal.
COLUMNS = "100"


def pages() -> dict[Path, str]:
    """Return every generated file with its content."""
    sample = sample_output()
    readme = filled(ROOT / "README.md", sample=fenced(sample))
    return {
        DOCS / "commands.md": commands_page(),
        ROOT / "README.md": readme,
        DOCS / "index.md": index_page(readme),
        DOCS / "start.md": filled(DOCS / "start.md", sample=fenced(sample)),
        DOCS / "python.md": filled(DOCS / "python.md", names=names_table()),
        DOCS / "my-data.md": filled(DOCS / "my-data.md", dictionary=dictionary_tables()),
        **figures(),
        **neighbour("evidence_pages").evidence_pages(),
    }


def index_page(readme: str) -> str:
    """Return the front page of the documentation: the README with its links seen from here."""
    page = readme.replace("](docs/", "](")
    return page.replace("[tests/data](tests/data/README.md)", "`tests/data/README.md`")


def dictionary_tables() -> str:
    """Return every column of an export with its unit and meaning, a table for each table."""
    from kneewise.services.own_data.dictionary import columns, table_text

    lines: list[str] = []
    for table in dict.fromkeys(column.table for column in columns()):
        lines += ["", f"### `{table}`", "", table_text(table), "", "| column | unit | meaning |", "| --- | --- | --- |"]
        lines += [f"| `{one.name}` | {one.unit} | {one.meaning} |" for one in columns() if one.table == table]
    return "\n".join(lines[1:])


def filled(path: Path, **blocks: str) -> str:
    """Return a page with its marked blocks replaced."""
    text = path.read_text(encoding="utf-8")
    for name, content in blocks.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        found = pattern.findall(text)
        if len(found) != 1:
            raise SystemExit(f"{path}: the block '{name}' must stand there once, found {len(found)} times.")
        before, after = pattern.split(text)[0], pattern.split(text)[-1]
        [(opening, closing)] = found
        text = f"{before}{opening}{content}\n{closing}{after}"
    return text


def fenced(text: str) -> str:
    """Return text as a code block."""
    return f"```text\n{text.rstrip()}\n```"


def sample_output() -> str:
    """Return what ``kneewise activities`` prints for the sample runs."""
    with tempfile.TemporaryDirectory() as folder:
        run("--data", folder, "profile", "set", *PROFILE)
        run("--data", folder, "import", str(SAMPLES))
        lines = run("--data", folder, "activities").splitlines()
    # What was noted while reading follows after the table; the table is what these pages are about.
    end = next((number for number, line in enumerate(lines) if line.startswith("Noted")), len(lines))
    return "\n".join(lines[:end])


def run(*arguments: str) -> str:
    """Run the program as its user would and return what it prints."""
    environment = {**os.environ, "COLUMNS": COLUMNS}
    command = [sys.executable, "-m", "kneewise", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout


def commands_page() -> str:
    """Return the command reference: every command with its help."""
    parts = [
        "# Commands\n",
        "Written by `python docs/generate.py` from `--help`. Global options stand before the command; every command",
        "takes `--json` and `--help`. Exit status: 0 done, 1 the input could not be used (one sentence says why), 2",
        "wrong usage.\n",
    ]
    for path in every_command():
        name = " ".join(("kneewise", *path))
        parts.append(f"{'#' * (2 + len(path))} `{name}`\n\n```text\n{help_of(path)}\n```\n")
    return "\n".join(parts)


def help_of(path: tuple[str, ...]) -> str:
    """Return what ``--help`` prints for a command."""
    shown = CliRunner().invoke(app, [*path, "--help"], prog_name="kneewise")
    return shown.output.rstrip()


def every_command() -> Iterator[tuple[str, ...]]:
    """Yield the path of every command and group, in the program's order."""
    yield from _below(typer.main.get_command(app), ())


def _below(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield path
    if hasattr(command, "list_commands"):
        context = typer.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if not child.hidden:
                yield from _below(child, (*path, name))


def names_table() -> str:
    """Return the public Python names with the first line of their documentation."""
    rows = ["| name | what it is |", "| --- | --- |"]
    for name in kneewise.__all__:
        words = (inspect.getdoc(getattr(kneewise, name)) or "").split("\n\n")[0].replace("\n", " ")
        rows.append(f"| `{name}` | {words} |")
    return "\n".join(rows)


def figures() -> dict[Path, str]:
    """Return the drawn figures."""
    return {DOCS / "figures" / name: draw().svg() for name, draw in neighbour("figures").FIGURES_BY_NAME.items()}


def neighbour(name: str) -> Any:
    """Return another script of this folder as a module."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Write every generated file."""
    for path, content in pages().items():
        path.write_text(content, encoding="utf-8")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
