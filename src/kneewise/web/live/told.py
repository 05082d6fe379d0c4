"""What a device sends after a live session or a live trial, checked for its form."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from kneewise.retraining import PracticeBlock, TrialStep
from kneewise.services.live_log import LiveTold

Number = Annotated[float, Field(allow_inf_nan=False)]
Pain = Annotated[float | None, Field(ge=0, le=10, allow_inf_nan=False)]
SourceName = Literal["motion", "microphone", "camera", "tap", "watch"]


class Block(BaseModel):
    """A stretch with the feedback on or off."""

    model_config = ConfigDict(extra="forbid")

    from_s: Number
    to_s: Number
    on: bool
    cadence_spm: Number | None = None


class SessionDone(BaseModel):
    """A live session of quicker steps."""

    model_config = ConfigDict(extra="forbid")

    session_id: str = Field(max_length=80)
    run_s: Number
    planned_s: Number
    ended: Literal["done", "stopped", "pain"] = "done"
    started_at: AwareDatetime | None = None
    beat_spm: Number | None = None
    cue: str = Field(default="", max_length=200)
    sources: list[SourceName] = Field(default_factory=list, max_length=5)
    apart_spm: Number | None = None
    blocks: list[Block] = Field(default_factory=list, max_length=400)
    pain_during: Pain = None
    calf_or_achilles_pain: Pain = None

    def told(self) -> LiveTold:
        """Return it as the service takes it."""
        started: datetime | None = self.started_at
        return LiveTold(
            session_id=self.session_id,
            run_s=self.run_s,
            planned_s=self.planned_s,
            ended=self.ended,
            started_at=started,
            beat_spm=self.beat_spm,
            cue=self.cue,
            sources=tuple(self.sources),
            apart_spm=self.apart_spm,
            blocks=tuple(PracticeBlock(**block.model_dump()) for block in self.blocks),
            pain_during=self.pain_during,
            calf_or_achilles_pain=self.calf_or_achilles_pain,
        )


class Step(BaseModel):
    """One step of a trial."""

    model_config = ConfigDict(extra="forbid")

    above_pct: Annotated[float, Field(gt=0, le=10, allow_inf_nan=False)]
    pain: Pain = None
    comfortable: bool | None = None
    calf_or_achilles_pain: Pain = None

    def told(self) -> TrialStep:
        """Return it as the service takes it."""
        return TrialStep(**self.model_dump())


class TrialDone(BaseModel):
    """A live trial of quicker steps."""

    model_config = ConfigDict(extra="forbid")

    counts_spm: list[Number] = Field(max_length=10)
    pain_usual: Pain = None
    pain_during: Pain = None
    calf_or_achilles_pain: Pain = None
    acute_calf: bool | None = None
    steps: list[Step] = Field(default_factory=list, max_length=10)
