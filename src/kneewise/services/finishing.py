"""What is done once all runs are stored: count each run once, learn what easy running is."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from kneewise import clock
from kneewise.activities.duplicates import Fingerprint, counted_instead
from kneewise.domain import Runner
from kneewise.load import RunLoad, learn_reference
from kneewise.storage import (
    Record,
    StoredActivity,
    append_reference,
    each_activity,
    each_load,
    read_duplicates,
    read_reference,
    replace_duplicates,
)
from kneewise.storage.withheld import with_plain

if TYPE_CHECKING:
    from sqlalchemy import Connection

_SAME_RUN = "the same run, recorded twice"


def finish(record: Record, runner: Runner) -> None:
    """Find duplicates over all activities and learn the reference from those that count.

    Both are computed from all that is stored, and written together, only where they changed: running this again changes
    nothing. Where trials set the runner's knee, the reference without them is kept beside it.
    """
    with record.reading() as connection:
        old_links = read_duplicates(connection, runner.id)
        fingerprints: list[Fingerprint] = []
        runs: set[str] = set()
        for item in each_activity(connection, runner.id, with_loads=False):
            if _start_is_known(item):
                fingerprints.append(_fingerprint(item))
            if item.activity.is_run:
                runs.add(item.id)
        links = counted_instead(fingerprints)
        runs -= links.keys()
        before, reference = _learned(connection, runner, runs)
    same_links, same_reference = links == old_links, reference == before
    if runner.style is not None:
        with record.without({"video"}).reading() as connection:
            before, plain = _learned(connection, runner, runs)
        reference, same_reference = with_plain(reference, plain), same_reference and plain == before
    if same_links and same_reference:
        return
    with record.writing("noting which runs count") as connection:
        if not same_links:
            named = {item: (other, _SAME_RUN) for item, other in links.items()}
            replace_duplicates(connection, runner.id, named)
        if not same_reference:
            append_reference(connection, runner.id, reference, clock.now())


def _learned(
    connection: Connection, runner: Runner, runs: Collection[str]
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """Return the reference as it was learned last, and as the runs give it now."""
    loads = (RunLoad.from_dict(data) for item, data in each_load(connection, runner.id) if item in runs)
    return read_reference(connection, runner.id), learn_reference(loads, runner.height_m).to_dict()


def _fingerprint(item: StoredActivity) -> Fingerprint:
    return Fingerprint(
        key=item.id,
        start_s=item.activity.start.timestamp(),
        elapsed_s=item.activity.elapsed_s,
        moving_s=item.activity.moving_s,
        distance_m=item.activity.distance_m,
        sport=item.activity.sport,
        worth=item.worth,
    )


def _start_is_known(item: StoredActivity) -> bool:
    # Two runs typed in for one day without a time both stand at noon; that says nothing about them.
    return all(issue.code != "start-assumed" for issue in item.activity.issues)
