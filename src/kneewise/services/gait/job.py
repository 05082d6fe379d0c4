"""What is told of one clip on its way to being measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from kneewise.services.gait.work import ClipLook, ClipOrder

State = Literal["chosen", "waiting", "running", "storing", "done", "cancelled", "refused", "failed", "interrupted"]
#: The clip lies there and waits for the runner's word.
OPEN: Final[tuple[State, ...]] = ("chosen", "refused")
LIVE: Final[tuple[State, ...]] = ("waiting", "running", "storing")


@dataclass(slots=True)
class GaitJob:
    """One clip on its way.

    Attributes
    ----------
    name : str
        What the runner calls the file.
    look : ClipLook or None
        What is known of it; ``None`` for a job of an earlier server.
    share : float
        How much is done, 0 to 1.
    text : str
        Why it was refused or failed, in words; empty else.
    clip_id : str
        Of the clip in the record, once it is there.
    """

    id: str
    name: str
    begun_at: datetime
    look: ClipLook | None = None
    order: ClipOrder | None = None
    on: date | None = None
    keep_clip: bool = False
    state: State = "chosen"
    share: float = 0.0
    text: str = ""
    clip_id: str = ""
    cancel_wanted: bool = False

    @property
    def open(self) -> bool:
        """Whether it can be described, perhaps once more: a refused clip may only have been described wrongly."""
        return self.state in OPEN

    @property
    def live(self) -> bool:
        """Whether it still goes on by itself."""
        return self.state in LIVE

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "id": self.id,
            "name": self.name,
            "begun_at": self.begun_at.isoformat(),
            "state": self.state,
            "live": self.live,
            "share": round(self.share, 3),
            "text": self.text,
            "clip": self.clip_id or None,
            "duration_s": None if self.look is None else self.look.duration_s,
            "fps": None if self.look is None else self.look.fps,
        }
