"""The built front end: which hashed file stands for which entry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from kneewise.errors import NotBuiltError

FOLDER = Path(__file__).with_name("static")
ICON = Path(__file__).with_name("icon.svg")
_MANIFEST = FOLDER / ".vite" / "manifest.json"
_MAIN = "src/main.ts"
_BUILT = "assets"
#: How long what never changes under its name may be kept.
A_YEAR = "public, max-age=31536000, immutable"
#: The worker of the pose model has a policy of its own: compiling WebAssembly needs a word that no page is given.
_WORKER = "assets/worker-"
_OF_WORKER = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"


@dataclass(frozen=True, slots=True)
class Entry:
    """Addresses that a page loads for one entry."""

    scripts: tuple[str, ...]
    preloads: tuple[str, ...]
    styles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assets:
    """All that was built.

    Attributes
    ----------
    version : str
        Changes with every build that differs.
    """

    manifest: dict[str, Any]
    version: str

    def entry(self, area: str | None = None) -> Entry:
        """Return what a page of an area loads; what every page loads for ``None`` or an area without an entry."""
        names = [_MAIN, f"src/areas/{area}.ts"] if f"src/areas/{area}.ts" in self.manifest else [_MAIN]
        chunks = [self.manifest[name] for name in names]
        needed = [other for chunk in chunks for other in self._imports(chunk)]
        return Entry(
            scripts=tuple(_address(chunk["file"]) for chunk in chunks),
            preloads=tuple(dict.fromkeys(_address(other["file"]) for other in needed)),
            styles=tuple(dict.fromkeys(_address(css) for chunk in [*needed, *chunks] for css in chunk.get("css", ()))),
        )

    def all_files(self) -> tuple[str, ...]:
        """Return the address of every built file that pages load."""
        files = (file for chunk in self.manifest.values() for file in (chunk["file"], *chunk.get("css", ())))
        return tuple(dict.fromkeys(_address(file) for file in files if file != "sw.js"))

    def late_files(self) -> dict[str, int]:
        """Return the address and size in bytes of every built file that only a worker loads; no page names them."""
        named = set(self.all_files())
        built = {_address(f"{_BUILT}/{path.name}"): path.stat().st_size for path in sorted((FOLDER / _BUILT).iterdir())}
        return {address: size for address, size in built.items() if address not in named}

    def _imports(self, chunk: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for name in chunk.get("imports", ()):
            yield self.manifest[name]
            yield from self._imports(self.manifest[name])


@cache
def assets() -> Assets:
    """Return what was built.

    Raises
    ------
    NotBuiltError
        When nothing was.
    """
    try:
        text = _MANIFEST.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise NotBuiltError(
            f"The app's pages are not built yet: {FOLDER} holds no front end; in a checkout run 'make frontend'."
        ) from error
    return Assets(json.loads(text), sha256(text.encode()).hexdigest()[:12])


class BuiltFiles(StaticFiles):
    """The built files; a name with a hash in it never changes its content."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file with how long it may be kept."""
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = A_YEAR if path.startswith("assets/") else "no-cache"
        if path.startswith(_WORKER):
            response.headers["content-security-policy"] = _OF_WORKER
        return response


def _address(file: str) -> str:
    return f"/static/{file}"
