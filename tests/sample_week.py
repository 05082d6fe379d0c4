"""A plan with one session of every kind, as a full and an awkward week would have them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from kneewise.domain import Alternative, Estimate, ExerciseDose, Interval, Plan, PlannedSession, Repeat, RunStep

MONDAY = date(2026, 7, 13)
ISSUED = datetime(2026, 7, 12, 18, 0, tzinfo=UTC)


def knee_km(value: float, spread: float = 0.1) -> Estimate:
    return Estimate(value, value * (1 - spread), value * (1 + spread), "knee-km", "watch")


WALK_RUN = PlannedSession(
    id="2026-07-13-walk-run",
    local_date=MONDAY,
    kind="walk_run",
    title="Ladder rung 4",
    dose="Walk and run in turn, 30 min in all",
    why="Your knee took the last two runs well, so the run parts grow by one minute.",
    rule="ladder.next_rung",
    start_time=time(18, 30),
    duration_s=1800,
    blocks=(
        Repeat(times=1, steps=(RunStep(kind="warm_up", duration_s=300, text="Walk briskly."),)),
        Repeat(
            times=5,
            steps=(
                RunStep(kind="run", duration_s=180, cadence_spm=Interval(166, 172), text="Easy: you can talk."),
                RunStep(kind="walk", duration_s=60),
            ),
        ),
        Repeat(times=1, steps=(RunStep(kind="cool_down", duration_s=300),)),
    ),
    knee_km=knee_km(2.1),
    cadence_target_spm=Interval(166, 172),
    effort="Easy. You can talk in whole sentences",
    terrain="Flat ground",
    alternatives=(Alternative(text="The same run at 176 steps a minute costs 1.9", knee_km=knee_km(1.9)),),
)
STRENGTH = PlannedSession(
    id="2026-07-14-strength",
    local_date=date(2026, 7, 14),
    kind="strength",
    title="Strength A",
    dose="Three exercises, about 20 min",
    why="Strong hips and thighs share the work with the kneecap.",
    rule="strength.base",
    duration_s=1200,
    exercises=(
        ExerciseDose(
            exercise="wall_sit",
            name="Wall sit",
            sets=4,
            pain_cap=3,
            hold_s=30,
            rest_s=60,
            knee_angle_deg=Interval(0, 60),
            load="body weight",
        ),
        ExerciseDose(
            exercise="side_lying_hip_abduction",
            name="Side-lying leg lift",
            sets=3,
            pain_cap=3,
            reps=12,
            rest_s=60,
            per_side=True,
            load="2 kg ankle weight",
            tempo="3-1-3",
            text="Keep your hip bones stacked.",
        ),
        ExerciseDose(exercise="calf_raise", name="Calf raise", sets=3, pain_cap=3, reps=15, load="body weight"),
    ),
)
REST = PlannedSession(
    id="2026-07-15-rest",
    local_date=date(2026, 7, 15),
    kind="rest",
    title="Rest: pain flare",
    dose="No running and no strength",
    why="Two days off after a hard day let the knee settle.",
    rule="spacing.rest",
)
PRACTICE = PlannedSession(
    id="2026-07-16-steps",
    local_date=date(2026, 7, 16),
    kind="gait_retraining",
    title="Cadence practice 3 of 8",
    dose="20 min easy with cues in the first and last part",
    why="Quicker, shorter steps eased your pain in the trial.",
    rule="gait.fade",
    blocks=(
        Repeat(times=1, steps=(RunStep(kind="run", duration_s=450, cadence_spm=Interval(171, 177), feedback=True),)),
        Repeat(times=1, steps=(RunStep(kind="run", duration_s=300, cadence_spm=Interval(171, 177)),)),
        Repeat(times=1, steps=(RunStep(kind="run", duration_s=450, cadence_spm=Interval(171, 177), feedback=True),)),
    ),
    knee_km=knee_km(2.6),
    cadence_target_spm=Interval(171, 177),
)
CYCLING = PlannedSession(
    id="2026-07-17-cross",
    local_date=date(2026, 7, 17),
    kind="cross_training",
    title="Bike",
    dose="40 min easy on a bike, saddle high",
    why="It keeps you fit at little cost for the knee.",
    rule="cross.easy",
    start_time=time(7, 0),
    duration_s=2400,
)
LONG_RUN = PlannedSession(
    id="2026-07-18-run",
    local_date=date(2026, 7, 18),
    kind="run",
    title="Long run after knee pain",
    dose="Your longest run this week",
    why="It stays below 110 % of your longest run in the last 30 days.",
    rule="load.longest",
    distance_m=6000,
    knee_km=knee_km(6.0),
    effort="Easy",
    terrain="Avoid long downhills",
)
SATURDAY_STRENGTH = PlannedSession(
    id="2026-07-18-strength",
    local_date=date(2026, 7, 18),
    kind="strength",
    title="Strength B",
    dose="Two exercises, about 10 min",
    why="Short, because you ran today.",
    rule="strength.base",
    exercises=(
        ExerciseDose(exercise="bridge", name="Bridge", sets=3, pain_cap=3, reps=12),
        ExerciseDose(exercise="step_down", name="Step-down", sets=3, pain_cap=3, reps=8, per_side=True),
    ),
)
SESSIONS = (WALK_RUN, STRENGTH, REST, PRACTICE, CYCLING, LONG_RUN, SATURDAY_STRENGTH)
RUNS = (WALK_RUN, PRACTICE, LONG_RUN)


def plan_of(*sessions: PlannedSession, version: int = 1, issued_at: datetime = ISSUED) -> Plan:
    """Return a plan version that holds the sessions."""
    days = [session.local_date for session in sessions] or [MONDAY]
    return Plan(
        version=version,
        issued_at=issued_at,
        start=min(days),
        end=max(days),
        phase="rebuild",
        sessions=sessions,
        changes=(),
    )


WEEK = plan_of(*SESSIONS)
