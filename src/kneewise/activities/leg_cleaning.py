"""One leg from raw channels to a clean activity."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from kneewise.activities import cadence, distance, dynamics, gait_mode, gradient, speed, timeline, timezone
from kneewise.activities.channels import Table
from kneewise.activities.legs import Leg
from kneewise.activities.sport import INDOOR, ON_FOOT, UNKNOWN, is_treadmill, looks_like_running, sport_of
from kneewise.activities.summary import Totals, summarise
from kneewise.domain import Activity, Floats, Issue, Recording, Session, Stream
from kneewise.evidence.parameters import value

_POSITION = ("latitude_deg", "longitude_deg")


@dataclass(slots=True)
class _Draft:
    """What is known of a leg while it is being cleaned."""

    sport: str
    sub_sport: str | None
    columns: dict[str, Floats] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)

    def add(self, name: str, values: Floats | None, source: str) -> None:
        """Keep a column that holds at least one value."""
        if values is not None and bool(np.isfinite(values).any()):
            self.columns[name] = values
            self.sources[name] = source


def clean_leg(recording: Recording, leg: Leg, default_timezone: str | None) -> Activity | None:
    """Return the clean activity of one leg, ``None`` where the leg has neither records nor a summary."""
    sport, sub_sport = sport_of(leg.session)
    draft = _Draft(sport, sub_sport, issues=list(recording.issues) if leg.alone else [])
    clock = timeline.repair_clock(recording.time_s, leg.rows, recording.events, recording.format)
    draft.issues.extend(clock.issues)
    if len(clock.time_s) and not timezone.is_datable(_start_s(leg.session, clock)):
        return None
    if len(clock.time_s) < 2:
        return _from_summary(recording, leg.session, draft, clock.time_s, default_timezone)
    return _from_records(recording, leg, clock, draft, default_timezone)


def _from_records(
    recording: Recording, leg: Leg, clock: timeline.Clock, draft: _Draft, default_timezone: str | None
) -> Activity:
    time_s, table = clock.time_s, Table(recording.channels, clock)
    limit = distance.speed_limit(draft.sport)
    track, found = distance.clean_track(table, time_s, limit)
    draft.issues.extend(found)
    covered, found = distance.clean_distance(table, time_s, track, limit, leg.earlier_m)
    draft.issues.extend(found)
    axis = None if covered is None else distance.filled_m(covered, time_s)
    gap_s = _gaps(recording, clock, axis, draft)
    interval_s = timeline.intervals(gap_s)
    quick, found = speed.clean_speed(table, gap_s, interval_s, axis, limit)
    draft.issues.extend(found)
    mps = None if quick is None else quick.mps
    named = recording.format == "fit" and leg.session is not None and leg.session.sport is not None
    _guess_sport(draft, table, mps, named=named)
    if track is not None:
        draft.add("latitude_deg", track.latitude_deg, "watch")
        draft.add("longitude_deg", track.longitude_deg, "watch")
    if covered is not None:
        draft.add("distance_m", covered.metres, covered.source)
    if quick is not None:
        draft.add("speed_mps", quick.mps, quick.source)
    terrain, found = gradient.clean_terrain(table, gap_s, axis, indoor=draft.sub_sport in INDOOR)
    draft.issues.extend(found)
    draft.add("altitude_m", terrain.altitude_m, terrain.altitude_source)
    draft.add("grade_deg", terrain.grade_deg, terrain.grade_source)
    moving, running = _gait(draft, table, mps, interval_s)
    on_foot = draft.sport in ON_FOOT
    totals, found = summarise(draft.columns, interval_s, moving, running, leg.session, on_foot=on_foot)
    draft.issues.extend(found)
    if on_foot and "speed_mps" not in draft.columns and "cadence_spm" not in draft.columns:
        text = "The records hold neither speed nor cadence: running cannot be told from standing."
        draft.issues.append(Issue("gait-unknown", "whole activity", text))
    start_s = _start_s(leg.session, clock)
    place, found = timezone.locate(start_s, track, recording.utc_offset_s, default_timezone)
    draft.issues.extend(found)
    stream = _stream(time_s - start_s, interval_s, running, draft)
    ascent = leg.session.ascent_m if leg.session is not None and leg.session.ascent_m is not None else terrain.ascent_m
    return _activity(recording, leg.session, draft, place, start_s, totals, stream, (ascent, terrain.descent_m))


def _gaps(recording: Recording, clock: timeline.Clock, axis_m: Floats | None, draft: _Draft) -> Floats:
    spans, found = timeline.paused_spans(clock.time_s, recording.events, clock.trusted_s)
    draft.issues.extend(found)
    gap_s, issue = timeline.active_gaps(clock.time_s, spans, axis_m)
    if issue is not None:
        draft.issues.append(issue)
    return gap_s


def _guess_sport(draft: _Draft, table: Table, mps: Floats | None, *, named: bool) -> None:
    """Take a recording without a sport for a run if it looks like one; a watch that says "generic" means it."""
    if draft.sport != UNKNOWN or mps is None or named:
        return
    raw = cadence.raw_cadence(table)
    if looks_like_running(mps, None if raw is None else raw.values):
        draft.sport = "running"
        text = "The file does not name a sport; by speed and cadence it is a run."
        draft.issues.append(Issue("sport-guessed", "whole activity", text))


def _gait(
    draft: _Draft, table: Table, mps: Floats | None, interval_s: Floats
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Add cadence and dynamics to the draft; return where the runner moved and where he ran."""
    rows = len(interval_s)
    if draft.sport not in ON_FOOT:
        moving = gait_mode.moving_rows(mps, None, rows)
        columns, _ = dynamics.clean_dynamics(table, moving, only=("heart_rate_bpm",))
        for name, measured in columns.items():
            draft.add(name, measured.values, measured.source)
        return moving, np.zeros(rows, dtype=bool)
    raw = cadence.raw_cadence(table)
    spm = None
    if raw is not None:
        steps, found = cadence.clean_cadence(raw, mps, interval_s)
        draft.issues.extend(found)
        if steps is not None:
            spm = steps.spm
            draft.add("cadence_spm", spm, steps.source)
    moving = gait_mode.moving_rows(mps, spm, rows)
    columns, found = dynamics.clean_dynamics(table, moving)
    draft.issues.extend(found)
    contact_s = columns["contact_time_s"].values if "contact_time_s" in columns else None
    running = gait_mode.running_rows(mps, spm, contact_s, moving, interval_s)
    if mps is not None and spm is not None and "step_length_m" in columns:
        columns["step_length_m"], found = dynamics.step_length_of_steps(columns["step_length_m"], mps, spm, running)
        draft.issues.extend(found)
    for name, measured in columns.items():
        draft.add(name, measured.values, measured.source)
    return moving, running


def _start_s(session: Session | None, clock: timeline.Clock) -> float:
    first = float(clock.time_s[0])
    told = None if session is None else session.start_s
    near = told is not None and 0.0 <= first - told <= value("cleaning.timeline.start_s")
    return told if near and told is not None else first


def _stream(elapsed_s: Floats, interval_s: Floats, running: NDArray[np.bool_], draft: _Draft) -> Stream:
    columns = {
        name: values if name in _POSITION else values.astype(np.float32) for name, values in draft.columns.items()
    }
    return Stream(elapsed_s, interval_s.astype(np.float32), running, columns, draft.sources)


def _activity(
    recording: Recording,
    session: Session | None,
    draft: _Draft,
    place: timezone.Place,
    start_s: float,
    totals: Totals,
    stream: Stream | None,
    climb: tuple[float | None, float | None],
) -> Activity:
    span = 0.0 if stream is None else float(stream.elapsed_s[-1])
    told = None if session is None else session.elapsed_s
    agree = told is not None and abs(told - span) <= value("cleaning.timeline.elapsed_s")
    elapsed = max(told, span) if told is not None and (agree or stream is None) else span
    return Activity(
        start=datetime.fromtimestamp(start_s, UTC),
        timezone=place.timezone,
        local_date=place.local_date,
        sport=draft.sport,
        sub_sport=draft.sub_sport,
        device=recording.device,
        elapsed_s=elapsed,
        moving_s=totals.moving_s,
        running_s=totals.running_s,
        distance_m=totals.distance_m,
        ascent_m=climb[0],
        descent_m=climb[1],
        steps=totals.steps,
        cadence_spm=totals.cadence_spm,
        speed_mps=totals.speed_mps,
        contact_time_s=totals.contact_time_s,
        vertical_oscillation_m=totals.vertical_oscillation_m,
        step_length_m=totals.step_length_m,
        treadmill=draft.sport == "running" and is_treadmill(draft.sub_sport),
        title=recording.title,
        stream=stream,
        issues=tuple(draft.issues),
    )


def _from_summary(
    recording: Recording, session: Session | None, draft: _Draft, time_s: Floats, default_timezone: str | None
) -> Activity | None:
    """Return the activity of a session that has a summary but no records."""
    start_s = session.start_s if session is not None else None
    timer_s = None if session is None else session.timer_s or session.elapsed_s
    if session is None or timer_s is None or (start_s is None and len(time_s) == 0):
        return None
    begin = float(time_s[0]) if start_s is None else start_s
    steps = 2.0 * session.cycles if session.cycles and draft.sport in ON_FOOT else None
    run_s = timer_s if draft.sport == "running" else 0.0
    totals = Totals(
        moving_s=timer_s,
        running_s=run_s,
        distance_m=session.distance_m,
        steps=steps,
        cadence_spm=60.0 * steps / timer_s if steps and run_s else None,
        speed_mps=session.distance_m / timer_s if session.distance_m and run_s else None,
        contact_time_s=None,
        vertical_oscillation_m=None,
        step_length_m=session.distance_m / steps if session.distance_m and steps and run_s else None,
    )
    place, found = timezone.locate(begin, None, recording.utc_offset_s, default_timezone)
    text = "The file holds only a summary, no records; means are those of the whole time."
    draft.issues.extend((*found, Issue("no-records", "whole activity", text)))
    return _activity(recording, session, draft, place, begin, totals, None, (session.ascent_m, None))
