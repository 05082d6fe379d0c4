"""What is told of one clip on its way to being measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from kneewise.services.gait.work import ClipLook, ClipOrder
from kneewise.storage.jobs import Job

State = Literal["chosen", "waiting", "running", "done", "cancelled", "refused", "failed", "interrupted"]


@dataclass(frozen=True, slots=True)
class GaitJob:
    """One clip on its way, as it stood when it was asked for.

    Attributes
    ----------
    name : str
        What the runner calls the file.
    order : ClipOrder or None
        What the runner said of it, the last time.
    share : float
        How much is done, 0 to 1.
    text : str
        Why it was refused or failed, in words; empty else.
    clip_id : str
        Of the clip in the record, once it is there.
    ending : bool
        The runner wants its end, and the process that has it in hand has not yet heard.
    """

    id: str
    name: str
    begun_at: datetime
    look: ClipLook
    order: ClipOrder | None = None
    state: State = "chosen"
    share: float = 0.0
    text: str = ""
    clip_id: str = ""
    ending: bool = False

    @property
    def open(self) -> bool:
        """Whether it can be described, perhaps once more: a refused clip may only have been described wrongly."""
        return self.state in ("chosen", "refused")

    @property
    def live(self) -> bool:
        """Whether it goes on by itself."""
        return self.state in ("waiting", "running")

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
            "duration_s": self.look.duration_s,
            "fps": self.look.fps,
        }


def told_of(job: Job) -> GaitJob:
    """Return what is told of a job of the table."""
    data = job.data
    state: State = ("refused" if job.text else "chosen") if job.state == "asking" else job.state
    return GaitJob(
        id=job.id,
        name=data["name"],
        begun_at=job.begun_at,
        look=ClipLook(**data["look"]),
        order=None if data["order"] is None else ClipOrder.from_json(data["order"]),
        state=state,
        share=job.progress.get("share", 0.0),
        text=job.text.replace(data["clip"], data["name"]),
        clip_id=job.progress.get("clip", ""),
        ending=job.cancel_wanted and state == "running",
    )
