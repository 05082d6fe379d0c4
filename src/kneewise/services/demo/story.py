"""The numbers and answers of the made runner's story, read from its two files; they are fiction, not evidence."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any


@lru_cache(maxsize=1)
def story() -> Mapping[str, Any]:
    """Return the story's numbers, by table."""
    return _read("story.toml")


@lru_cache(maxsize=1)
def answers() -> Mapping[str, Any]:
    """Return what the runner answered, by table."""
    return _read("answers.toml")


def _read(name: str) -> Mapping[str, Any]:
    text = resources.files("kneewise.services.demo").joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)
