"""The page of a live session: everything that it shows before the first step, and the words for what comes after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kneewise.domain import PlannedSession
from kneewise.services.live_camera import camera_lacks
from kneewise.services.live_sessions import LoggedLiveSession
from kneewise.services.live_setup import LiveSetup
from kneewise.units import SECONDS_PER_MINUTE
from kneewise.web.amounts import day_long, number, percent
from kneewise.web.gait.camera import camera_data
from kneewise.web.late import late_files
from kneewise.web.live.words import WORDS
from kneewise.web.preferences import preferences
from kneewise.web.wording import gettext as _
from kneewise.web.wording import told


@dataclass(frozen=True, slots=True)
class LivePage:
    """The page.

    Attributes
    ----------
    facts : tuple of (str, str)
        What the session is, in pairs of words and amount.
    data : mapping
        What the device needs, with its words.
    camera : mapping or None
        The same for its camera; ``None`` where the pose model is not there.
    """

    kind: str
    title: str
    text: str
    following: str
    facts: tuple[tuple[str, str], ...]
    cues: tuple[str, ...]
    cue_choices: tuple[tuple[str, str], ...]
    data: Mapping[str, Any]
    camera: Mapping[str, Any] | None


def live_page(setup: LiveSetup) -> LivePage:
    """Return the page of a setup."""
    document = setup.to_json()
    cues = tuple(told(cue) for cue in setup.cues)
    texts = {name: told(text) for name, text in document["numbers"].get("texts", {}).items()}
    return LivePage(
        kind=setup.kind,
        title=_title(setup),
        text=told(setup.text) if setup.following is None and setup.kind != "trial" else "",
        following=following_words(setup.following),
        facts=_facts(setup),
        cues=cues,
        cue_choices=tuple((cue, cue) for cue in cues),
        data={
            "kind": setup.kind,
            "day": document["local_date"],
            **({"timezone": setup.timezone} if setup.timezone else {}),
            "practice": document["practice"],
            "usual_pain": setup.usual_pain,
            "numbers": {**document["numbers"], "texts": texts},
            "late": late_files(),
            "language": preferences().language,
            "words": {name: _(text) for name, text in WORDS.items()},
        },
        camera=None if camera_lacks() else camera_data(),
    )


def following_words(session: PlannedSession | None) -> str:
    """Return when the next session is; empty where there is none."""
    if session is None:
        return ""
    return _("Next: %(title)s, %(day)s.", title=told(session.title), day=day_long(session.local_date))


def stored_words(logged: LoggedLiveSession) -> str:
    """Return what follows a session that was just stored."""
    return following_words(logged.following) or told(logged.text)


def after_trial_words(setup: LiveSetup) -> str:
    """Return what follows a trial that was just stored; empty where another trial could."""
    if setup.kind == "session":
        return _("Your first session can begin.")
    return "" if setup.kind == "trial" else following_words(setup.following) or told(setup.text)


def _title(setup: LiveSetup) -> str:
    if setup.practice is not None:
        return told(setup.practice.title)
    return _("Trial of quicker steps") if setup.kind == "trial" else _("Quicker steps")


def _facts(setup: LiveSetup) -> tuple[tuple[str, str], ...]:
    practice = setup.practice
    if practice is None:
        return ()
    walks = () if not practice.walk_s else ((_("Bouts, with walks between"), number(practice.times)),)
    return (
        (_("Running, minutes"), number(practice.run_s / SECONDS_PER_MINUTE)),
        *walks,
        (_("Beat a minute"), number(practice.beat_spm)),
        (_("Your usual steps a minute"), number(practice.baseline_spm)),
        (_("Time with feedback"), percent(practice.feedback_share)),
    )
