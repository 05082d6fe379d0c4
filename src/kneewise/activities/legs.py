"""Split a recording into its sessions: one sport, one leg."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kneewise.activities.sport import sessions_of
from kneewise.domain import Channel, Floats, Recording, Session


@dataclass(frozen=True, slots=True, eq=False)
class Leg:
    """The rows of a recording that belong to one session.

    Attributes
    ----------
    session : Session or None
        ``None`` where the file has no session.
    rows : ndarray of intp, shape (k,)
        Rows of the recording, in file order.
    earlier_m : float or None
        Last distance that the device wrote before this leg; ``None`` for the first.
    alone : bool
        Whether the recording is one leg.
    """

    session: Session | None
    rows: NDArray[np.intp]
    earlier_m: float | None = None
    alone: bool = True


def split(recording: Recording) -> list[Leg]:
    """Return the legs of a recording in the order of time.

    A leg lasts from its session's start to the next one's. The first also takes the records before its start, the
    last those after its end, because devices round and restart; sessions may stand before or after the records.
    """
    everything = np.arange(len(recording.time_s))
    sessions = sessions_of(recording)
    if len(sessions) <= 1 or any(session.start_s is None for session in sessions):
        return [Leg(sessions[0] if sessions else None, everything)]
    starts = np.array([session.start_s for session in sessions], dtype=np.float64)
    times = recording.time_s
    owner = np.searchsorted(starts[1:], times, side="right")
    owner[~np.isfinite(times)] = -1
    distance = recording.channels.get("distance")
    legs, earlier = [], None
    for number, session in enumerate(sessions):
        rows = np.flatnonzero(owner == number)
        legs.append(Leg(session, rows, earlier, alone=False))
        earlier = _last_m(distance, rows, earlier)
    return legs


def shifted(recording: Recording, shift_s: float) -> Recording:
    """Return a recording whose clock is moved: times, sessions, laps and events alike."""

    def moved(time_s: float | None) -> float | None:
        return None if time_s is None else time_s + shift_s

    return replace(
        recording,
        time_s=recording.time_s + shift_s,
        sessions=tuple(replace(session, start_s=moved(session.start_s)) for session in recording.sessions),
        laps=tuple(replace(lap, start_s=moved(lap.start_s)) for lap in recording.laps),
        events=tuple(replace(event, time_s=event.time_s + shift_s) for event in recording.events),
        utc_offset_s=None,
    )


def _last_m(distance: Channel | None, rows: NDArray[np.intp], before: float | None) -> float | None:
    if distance is None or len(rows) == 0:
        return before
    known: Floats = distance.values[rows]
    known = known[np.isfinite(known)]
    return float(known[-1]) if len(known) else before
