"""Running a clinic's server: every setting is documented, none is made up, and the files agree with the program."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from kneewise.cli.app import app
from kneewise.services.place import Place
from kneewise.services.profile import set_profile
from kneewise.web.options import DEFAULT_PORT, WebOptions

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PAGE = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
#: Only for building the front end, and only for the script of the backup.
NOT_OF_THE_PROGRAM = {"KNEEWISE_NODE_WHEEL", "KNEEWISE_PROGRAM"}


def documented() -> dict[str, str]:
    """Return the table's variables with their defaults."""
    return dict(re.findall(r"^\| `(KNEEWISE_[A-Z_]+)` \| ([^|]+) \|", PAGE, re.MULTILINE))


def of_the_app() -> dict[str, str]:
    fields = WebOptions.model_fields
    return {f"KNEEWISE_WEB_{name.upper()}": str(field.default) or "none" for name, field in fields.items()}


def read_directly() -> set[str]:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    return set(re.findall(r"\bKNEEWISE_[A-Z]+(?:_[A-Z]+)*\b(?!_)", code)) - of_the_app().keys()


def test_every_setting_is_in_the_table_and_the_table_has_no_other() -> None:
    assert {"KNEEWISE_DATA", "KNEEWISE_DATABASE", "KNEEWISE_DEBUG"} == read_directly()  # the search finds what is there
    assert set(documented()) == of_the_app().keys() | read_directly()


def test_defaults_are_those_of_the_program() -> None:
    told = documented()
    assert {name: told[name].strip() for name in of_the_app()} == of_the_app()


def test_every_setting_of_the_app_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {name: "x.test" if field.annotation is str else 7 for name, field in WebOptions.model_fields.items()}
    for name, value in given.items():
        monkeypatch.setenv(f"KNEEWISE_WEB_{name.upper()}", str(value))
    assert WebOptions().model_dump() == given


def test_the_security_pages_settings_are_in_the_table() -> None:
    security = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(KNEEWISE_[A-Z_]+)` \| ([^|]+) \|", security, re.MULTILINE))
    assert told.items() <= documented().items()


def options_of(command: Any) -> set[str]:
    return {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}


def test_every_option_of_serve_is_in_its_table_and_no_other() -> None:
    rows = re.findall(r"^\| ((?:`--[a-z-]+`(?:, )?)+) \|", PAGE, re.MULTILINE)
    options = options_of(get_command(app).commands["serve"])  # type: ignore[attr-defined]
    assert {name.strip("`") for row in rows for name in row.split(", ")} == options - {"--help", "-h"}


#: What stands before the words of a call: nothing, a path, a container, other variables; the script's own variable.
_CALL = re.compile(r"""(?:(?:^|/bin/|exec kneewise |KNEEWISE_DATA )kneewise|"\$program") (.+)$""", re.MULTILINE)


def commands_in(text: str) -> list[list[str]]:
    """Return the words of each call of the program: of a page, a unit, a script, the lines of an image."""
    told = re.findall(r"^(?:ENTRYPOINT|CMD) (\[.*\])$", text, re.MULTILINE)
    if told:
        return [[word for part in told for word in json.loads(part)][1:]]
    return [call.rstrip("'").split() for call in _CALL.findall(text)]


def _check(words: list[str]) -> None:
    command: Any = get_command(app)
    options = options_of(command)
    for word in words:
        if word in getattr(command, "commands", ()):
            command = command.commands[word]
            options |= options_of(command)
    assert not hasattr(command, "commands"), words
    assert {word for word in words if word.startswith("--")} <= options, words


@pytest.mark.parametrize(
    ("path", "calls"),
    [
        ("deploy/kneewise.service", 1),
        ("deploy/Containerfile", 1),
        ("deploy/kneewise-backup", 1),
        ("docs/deployment.md", 5),
    ],
)
def test_commands_and_their_options_exist(path: str, calls: int) -> None:
    found = commands_in((ROOT / path).read_text(encoding="utf-8"))
    assert len(found) >= calls, found
    for words in found:
        _check(words)


def test_the_files_name_the_same_places() -> None:
    text = {path.name: path.read_text(encoding="utf-8") for path in DEPLOY.iterdir()}
    program, settings, script = (
        "/opt/kneewise/bin/kneewise",
        "/etc/kneewise/environment",
        "/usr/local/sbin/kneewise-backup",
    )
    for place, where in (
        (program, ("kneewise.service", "kneewise-backup")),
        (settings, ("kneewise.service", "environment.example", "kneewise.cron")),
        (script, ("kneewise-backup", "kneewise.cron")),
    ):
        assert place in PAGE
        for name in where:
            assert place in text[name], f"{name} does not name {place}"
    assert 'KNEEWISE_DATA="/var/lib/kneewise"' in text["environment.example"]
    assert "StateDirectory=kneewise\n" in text["kneewise.service"]
    assert "User=kneewise\n" in text["kneewise.service"]
    assert re.search(r"^30 2 \* \* \* kneewise set -a; .*\n\Z", text["kneewise.cron"], re.MULTILINE)


def test_the_image_is_made_of_what_is_there() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    copied = [name for line in re.findall(r"^COPY (?!--)(.*) \S+$", text, re.MULTILINE) for name in line.split()]
    assert {"pyproject.toml", "uv.lock", "src"} <= set(copied)
    for name in (*copied, *re.findall(r"python ((?:scripts|tools)/\S+)", text)):
        assert (ROOT / name).exists(), name
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"].keys()
    assert set(re.findall(r"--(?:no-)?extra (\w+)", text)) <= extras
    assert set(re.findall(r"--group (\w+)", text)) <= project["dependency-groups"].keys()
    assert set(re.findall(r"kneewise\[([\w,]+)\]", PAGE)[0].split(",")) <= extras
    assert f"EXPOSE {DEFAULT_PORT}\n" in text
    assert f"http://127.0.0.1:{DEFAULT_PORT}/sign-in" in text


def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not on the PATH")
    unit = tmp_path / "kneewise.service"
    text = (DEPLOY / "kneewise.service").read_text(encoding="utf-8")
    unit.write_text(text.replace("/opt/kneewise/bin/kneewise", sys.executable), encoding="utf-8")
    done = subprocess.run([program, "verify", "--man=no", unit], capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if unit.name in line]) == (0, [])


@pytest.mark.parametrize("path", sorted(DEPLOY.iterdir()), ids=lambda path: path.name)
def test_each_file_is_told_of_and_names_only_settings_that_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert set(re.findall(r"\bKNEEWISE_[A-Z_]+\b", text)) <= documented().keys() | NOT_OF_THE_PROGRAM
    assert f"`{path.name}`" in PAGE


def test_proxies_lead_to_the_default_port_and_take_uploads_of_the_default_size() -> None:
    gigabytes = WebOptions.model_fields["upload_limit_bytes"].default // 2**30
    for name, size in (("Caddyfile", f"max_size {gigabytes}GiB"), ("nginx.conf", f"client_max_body_size {gigabytes}g")):
        text = (DEPLOY / name).read_text(encoding="utf-8")
        assert f"127.0.0.1:{DEFAULT_PORT}" in text
        assert size in text


def test_the_backups_script_keeps_what_is_young_and_deletes_what_is_old(tmp_path: Path) -> None:
    program = shutil.which("kneewise")
    if program is None or os.name != "posix":
        pytest.skip("the program is not on the PATH")
    set_profile(Place(tmp_path / "data"), mass_kg=60.0)
    folder = tmp_path / "backups"
    folder.mkdir()
    old, young, other = (folder / name for name in ("kneewise-old.zip", "kneewise-young.zip", "notes.txt"))
    for path in (old, young, other):
        path.touch()
    for path in (old, other):
        os.utime(path, (0, 0))
    environment = {**os.environ, "KNEEWISE_PROGRAM": program, "KNEEWISE_DATA": str(tmp_path / "data")}
    subprocess.run([DEPLOY / "kneewise-backup", folder, "30"], env=environment, check=True, capture_output=True)
    assert {young, other} < set(folder.iterdir())
    assert not old.exists()
    assert len(list(folder.glob("kneewise-2*.zip"))) == 1
