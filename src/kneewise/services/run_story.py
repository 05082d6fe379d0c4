"""One run told: what it cost along its way, what made it dear or cheap, and what other steps would have made of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kneewise.activities.track import Track, track
from kneewise.domain import Estimate, Interval, Issue, json_number
from kneewise.errors import InvalidInputError
from kneewise.load import knee_load
from kneewise.load.along import Stretch, Way, distance_along, even_edges, split_edges, stretches
from kneewise.load.chart import Pause, chart_columns, pauses
from kneewise.load.compared_ends import ComparedEnds, compare_ends
from kneewise.load.contributions import Contribution, contributions
from kneewise.load.reference import Reference
from kneewise.load.run_sentences import Sentence, sentences
from kneewise.load.what_if import CadenceChange, cadence_changes
from kneewise.services import loads
from kneewise.services.listing import ListedActivity, current_reference, listed
from kneewise.services.place import Place, opened
from kneewise.storage import load_stream, read_activities, read_activity_order, read_reference
from kneewise.units import METRES_PER_KM

if TYPE_CHECKING:
    from kneewise.domain import Runner
    from kneewise.load import RunLoad
    from kneewise.storage import ActivityPlace, Record, StoredActivity

#: How the contributions are counted, to be shown beside them.
ORDER_TEXT = (
    "Each share is the mean over every order in which speed, cadence, contact time and slope can be moved from your "
    "easy running to this run; moved_first and moved_last tell how much the order matters."
)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What stands beside a run in the record.

    Attributes
    ----------
    previous, next : str or None
        Activities that count, before and after it.
    copies : tuple of str
        Second recordings of the same run, which it counts for.
    """

    previous: str | None
    next: str | None
    copies: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {"previous_id": self.previous, "next_id": self.next, "copies": list(self.copies)}


@dataclass(frozen=True, slots=True, eq=False)
class RunStory:
    """One run.

    Attributes
    ----------
    item : ListedActivity
        As ``kneewise activities`` shows it.
    reference : Reference
        The easy flat running that it is compared with.
    columns : mapping of str to list
        Chart along the way, see `kneewise.load.chart.chart_columns`; empty where it was no run.
    splits : sequence of Stretch
        Kilometre by kilometre, or by other pieces of one length.
    what_if : sequence of CadenceChange
        The same run at other cadences.
    track : Track or None
        Only where asked for, and where the record holds positions.
    has_positions : bool
        Whether there is a way to draw.
    neighbours : Neighbours
    peak_force : Estimate or None
        Mean peak force on the kneecap joint over the steps, body weights.
    convention : str
        How absolute force is counted, in words.
    """

    item: ListedActivity
    reference: Reference
    columns: Mapping[str, list[float | None]]
    splits: Sequence[Stretch]
    pauses: Sequence[Pause]
    contributions: Sequence[Contribution]
    ends: ComparedEnds | None
    sentences: Sequence[Sentence]
    what_if: Sequence[CadenceChange]
    track: Track | None
    has_positions: bool
    issues: tuple[Issue, ...]
    neighbours: Neighbours
    peak_force: Estimate | None = None
    convention: str = ""

    def changed(self, percent: int) -> CadenceChange:
        """Return the run at one other cadence.

        Raises
        ------
        InvalidInputError
            For a change that was not computed.
        """
        found = next((change for change in self.what_if if change.percent == percent), None)
        if found is None:
            known = [change.percent for change in self.what_if]
            choice = f"choose a whole number from {known[0]} to {known[-1]}" if known else "this run has no number"
            raise InvalidInputError(f"A cadence change of {percent} % cannot be shown; {choice}.")
        return found

    def to_json(self) -> dict[str, Any]:
        """Return the document of ``kneewise activities show``."""
        return {
            "activity": self.item.to_json(),
            "reference": {
                "kind": self.reference.kind,
                "speed_mps": json_number(self.reference.speed_mps),
                "cadence_spm": json_number(self.reference.cadence_spm),
                "basis": self.reference.basis,
            },
            "columns": dict(self.columns),
            "splits": [_split(part) for part in self.splits],
            "pauses": [pause.to_json() for pause in self.pauses],
            "contributions": [part.to_json() for part in self.contributions],
            "order": ORDER_TEXT,
            "ends": None if self.ends is None else self.ends.to_json(),
            "sentences": [sentence.to_json() for sentence in self.sentences],
            "what_if": [change.to_json() for change in self.what_if],
            "has_positions": self.has_positions,
            "track": None if self.track is None else self.track.to_json(),
            "issues": [issue.to_json() for issue in self.issues],
            "peak_force_bw": None if self.peak_force is None else self.peak_force.to_json(),
            "convention": self.convention,
            **self.neighbours.to_json(),
        }


def run_story(place: Place, activity_id: str, *, with_track: bool = False, split_m: float = METRES_PER_KM) -> RunStory:
    """Tell one run.

    Parameters
    ----------
    activity_id : str
        As ``kneewise activities --json`` gives it.
    with_track : bool
        Also the way it took, in metres from its start.
    split_m : float
        Length of a split.

    Raises
    ------
    InvalidInputError
        When there is no such activity.
    """
    with opened(place) as (record, runner):
        return story_of(record, runner, activity_id, with_track=with_track, split_m=split_m)


def story_of(
    record: Record, runner: Runner, activity_id: str, *, with_track: bool = False, split_m: float = METRES_PER_KM
) -> RunStory:
    """Tell one run of an open record."""
    with record.reading() as connection:
        found = read_activities(connection, runner.id, ids=[activity_id])
        if not found:
            raise InvalidInputError(
                f"There is no activity '{activity_id}'; 'kneewise activities --json' lists the ids of all."
            )
        [stored] = found
        reference = current_reference(read_reference(connection, runner.id), runner)
        stored = replace(stored, activity=replace(stored.activity, stream=load_stream(connection, stored.id)))
        neighbours = _neighbours(read_activity_order(connection, runner.id), stored)
    return _told(stored, runner, reference, neighbours, with_track=with_track, split_m=split_m)


def _neighbours(order: Sequence[ActivityPlace], stored: StoredActivity) -> Neighbours:
    counted = [one.id for one in order if one.counted_id is None or one.id == stored.id]
    at = counted.index(stored.id)
    return Neighbours(
        previous=counted[at - 1] if at else None,
        next=counted[at + 1] if at + 1 < len(counted) else None,
        copies=tuple(one.id for one in order if one.counted_id == stored.id),
    )


def _told(
    stored: StoredActivity,
    runner: Runner,
    reference: Reference,
    neighbours: Neighbours,
    *,
    with_track: bool,
    split_m: float,
) -> RunStory:
    [item] = listed([stored], reference)
    activity, whole = stored.activity, item.knee_km
    drawn = None if activity.stream is None else track(activity.stream, distance_along(activity.stream))
    empty = RunStory(
        item=item,
        reference=reference,
        columns={},
        splits=(),
        pauses=pauses(activity.stream),
        contributions=(),
        ends=None,
        sentences=(),
        what_if=(),
        track=drawn if with_track else None,
        has_positions=drawn is not None,
        issues=item.issues,
        neighbours=neighbours,
    )
    if whole is None or stored.load is None:
        return empty
    load = loads.unpack(stored.load)
    way = Way.of(activity, replace(runner, height_m=load.height_m), load.convention)
    if not len(way.at_m):
        return empty
    parts = stretches(way, even_edges(way), reference, whole=whole)
    shared, ends = contributions(way, load, whole, reference), compare_ends(way, parts)
    return replace(
        empty,
        columns=chart_columns(way, parts),
        splits=stretches(way, split_edges(way, split_m), reference, whole=whole),
        contributions=shared,
        ends=ends,
        sentences=sentences(load, whole.value, shared, ends, reference),
        what_if=cadence_changes(way, whole),
        peak_force=_peak_force(load),
        convention=load.convention.text,
    )


def _peak_force(load: RunLoad) -> Estimate | None:
    """Return the mean peak force of a run with the relative error of its mean state."""
    if not math.isfinite(load.peak_force_bw):
        return None
    state = knee_load(
        load.speed_mps,
        load.cadence_spm,
        load.height_m,
        contact_time_s=load.contact_time_s,
        area=load.convention.area,
        cocontraction=load.convention.cocontraction,
    ).per_step["peak_force_bw"]
    if not (math.isfinite(state.value) and state.others is not None):
        return None
    factor = load.peak_force_bw / state.value
    others = Interval(state.others.low * factor, state.others.high * factor)
    return replace(state, value=load.peak_force_bw, low=state.low * factor, high=state.high * factor, others=others)


def _split(part: Stretch) -> dict[str, Any]:
    load: RunLoad = part.load
    names = ("running_s", "distance_m", "speed_mps", "cadence_spm", "contact_time_s", "coverage")
    return {
        "start_m": json_number(part.start_m),
        "end_m": json_number(part.end_m),
        "knee_km": part.cost.value.to_json(),
        **{name: json_number(getattr(load, name)) for name in names},
        "uphill_share": json_number(load.uphill_share),
        "downhill_share": json_number(load.downhill_share),
    }
