"""What clips mean beyond themselves: for the runner's own knee, the history, the findings and the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kneewise.assessment.findings import FindingResult
from kneewise.domain import KneeStyle
from kneewise.load.knee.personal import generic_style
from kneewise.services.findings import findings
from kneewise.services.gait.trial import read_trial
from kneewise.services.intake import blocks_of, latest_intake
from kneewise.services.place import Place, opened
from kneewise.storage import row_counts
from kneewise.storage.jobs import read_jobs


@dataclass(frozen=True, slots=True, eq=False)
class ClipMeaning:
    """What the clips of the record mean.

    Attributes
    ----------
    generic, own : KneeStyle
        What a watch alone knows of this runner's knee, and what is known of it with all trials.
    runs : int
        Activities whose load is computed with it.
    following : bool
        Whether their loads are just being computed anew.
    found : sequence of FindingResult
        Findings that rest on the newest clips.
    asked : bool
        Whether the safety questions were ever answered; no plan is made before.
    blocked : bool
        Whether the last safety questions hold every plan back.
    trial : mapping or None
        The last trial of quicker steps, if there was one.
    """

    generic: KneeStyle
    own: KneeStyle
    runs: int
    following: bool
    found: Sequence[FindingResult]
    asked: bool
    blocked: bool
    trial: dict[str, Any] | None


def clip_meaning(place: Place) -> ClipMeaning:
    """Return what the clips of the record mean for its other parts."""
    with opened(place) as (record, runner):
        intake = latest_intake(record, runner)
        told = read_trial(record, runner, intake)
        with record.reading() as connection:
            runs = row_counts(connection, runner.id)["activity"]
            following = any(job.live for job in read_jobs(connection, ["loads"], runner_id=runner.id))
    every = findings(place).results
    return ClipMeaning(
        generic=generic_style(),
        own=runner.style or generic_style(),
        runs=runs,
        following=following,
        found=[one for one in every if one.measure is not None and one.measure.origin == "video"],
        asked=intake is not None,
        blocked="plan" in blocks_of(intake),
        trial=None if told is None else told.to_json(),
    )
