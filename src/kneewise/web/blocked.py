"""What a triage blocks, in words."""

from __future__ import annotations

from collections.abc import Collection

from kneewise.web.wording import gettext as _
from kneewise.web.wording import message

_WORDS = {
    "everything": message("everything but getting help"),
    "plan": message("a training plan"),
    "progression": message("more load"),
    "running": message("running"),
    "impact": message("hopping and jumping"),
    "strength": message("strength work"),
    "gait_retraining": message("changing how you run"),
    "self_tests": message("tests on your own"),
    "weight_bearing": message("standing on the leg"),
    "tendon_loading": message("tendon loading"),
    "manual_care": message("hands-on treatment"),
}
_EVERYTHING = "everything"


def blocked_words(blocks: Collection[str]) -> tuple[str, ...]:
    """Return what is blocked, each in words; where everything is, only that."""
    return tuple(_(_WORDS[block]) for block in ([_EVERYTHING] if _EVERYTHING in blocks else blocks))
