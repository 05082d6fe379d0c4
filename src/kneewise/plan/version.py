"""Version of the rules and knowledge that make a plan."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

#: Files whose content decides a plan.
_RULE_FILES = (
    "adherence.toml",
    "exercise_rules.toml",
    "exercises.toml",
    "gait_retraining.toml",
    "gait_rules.toml",
    "ladder.toml",
    "ladder_rules.toml",
    "load_rules.toml",
    "pain_rules.toml",
    "parameters.toml",
    "phases.toml",
    "red_flags.toml",
    "tendon_stages.toml",
)


@cache
def rules_version() -> str:
    """Return the version of the rules: a hash of the files they stand in."""
    folder = files("kneewise.evidence")
    content = b"".join(folder.joinpath(name).read_bytes() for name in _RULE_FILES)
    return hashlib.sha256(content).hexdigest()[:12]
