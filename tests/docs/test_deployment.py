"""Running a clinic's server: every setting is documented, none is made up, and the files agree with the program."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

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
    assert set(documented()) == of_the_app().keys() | read_directly()


def test_defaults_are_those_of_the_program() -> None:
    told = documented()
    assert {name: told[name].strip() for name in of_the_app()} == of_the_app()


def test_the_security_pages_settings_are_in_the_table() -> None:
    security = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(KNEEWISE_[A-Z_]+)` \| ([^|]+) \|", security, re.MULTILINE))
    assert told.items() <= documented().items()


def test_every_option_of_serve_is_documented() -> None:
    command = get_command(app)
    serve = command.commands["serve"]  # type: ignore[attr-defined]
    options = {name for parameter in serve.params for name in (*parameter.opts, *parameter.secondary_opts)}
    for name in options - {"--help", "-h"}:
        assert f"`{name}`" in PAGE, name


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
