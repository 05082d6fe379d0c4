"""From today's place on the course to a session on each run day, as if each were green; later versions know better."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from kneewise.domain.plan import PlannedSession
from kneewise.evidence.knowledge import knowledge
from kneewise.monitoring import pain_rule
from kneewise.plan.brakes import Brakes
from kneewise.plan.course import Course, Place, after_green, last_done, stage_of
from kneewise.plan.inputs import PastRun, PlanInputs, Race
from kneewise.plan.quicker_steps import retraining_days, with_practice
from kneewise.plan.rules import is_layoff, largest_allowed_m, load_rule, longest_before
from kneewise.plan.running import RunCost, in_two
from kneewise.plan.runs import RunPlace, distance_run
from kneewise.plan.session_ids import SessionIds
from kneewise.plan.variants import ladder_from, open_tests_text
from kneewise.plan.walk_run import Limits, rung_session
from kneewise.units import METRES_PER_KM, SECONDS_PER_MINUTE


class Projection:
    """Walks through the run days once; holds what changes on the way.

    Parameters
    ----------
    counts : callable
        Whether the session of a number, from 0, counts for the way; each does by default.
    """

    def __init__(
        self,
        inputs: PlanInputs,
        course: Course,
        place: Place,
        brakes: Brakes,
        cost: RunCost,
        counts: Callable[[int], bool] = lambda _: True,
    ) -> None:
        self._counts, self._number = counts, 0
        self._inputs, self._course, self._place = inputs, course, place
        self._brakes, self._cost = brakes, cost
        self._runs = [run for run in inputs.runs if run.local_date <= inputs.today]
        self._last = last_done(course, inputs.done)
        self._share = brakes.share
        self._last_day: date | None = None

    def lay_out(self, days: Sequence[date], ids: SessionIds) -> Iterator[PlannedSession]:
        """Yield a session for each day, in order."""
        week = [*self._behind(), *days]
        long_days, new_days = _long_days(week, self._inputs), _new_days(week, self._inputs)
        races = {race.day: race for race in self._inputs.availability.races}
        quicker: dict[date, PlannedSession] = {}
        for number, day in enumerate(days):
            if self._brakes.rests(day):
                yield cross_training(day, ids.of(day, "run"), self._usual_min(), self._brakes)
                continue
            self._take_up_the_ladder(day)
            # The schedule is laid out once, from the first day on which the runner is far enough for it.
            quicker = quicker or self._quicker([each for each in days[number:] if each not in races])
            if day in quicker:
                self._go_on(quicker[day])
                yield quicker[day]
                continue
            place = RunPlace(day=day, session_id=ids.of(day, "run"), long=day in long_days, new=day in new_days)
            session = self._session(place, races.get(day))
            if session is None:
                continue
            self._go_on(session)
            yield with_practice(self._with_split(session, days[number + 1 :]), self._inputs)

    def _with_split(self, session: PlannedSession, later: Sequence[date]) -> PlannedSession:
        """Offer a plain run in two parts where the day after is free and keeps its distance to the next run."""
        after = session.local_date + timedelta(days=1)
        on_ladder = session.stage.rstrip("-") in knowledge().ladder
        too_near = any((day - after).days < self._course.gap_days for day in later[:1])
        race = any(race.day in (session.local_date, after) for race in self._inputs.availability.races)
        metres = session.distance_m
        if session.kind != "run" or metres is None or len(session.blocks) != 1 or on_ladder or too_near or race:
            return session
        if self._inputs.availability.minutes_on(after) < self._cost.minutes(metres / 2):
            return session
        way = in_two(self._cost, metres, after)
        return session if way is None else replace(session, alternatives=(*session.alternatives, way))

    def _quicker(self, days: Sequence[date]) -> dict[date, PlannedSession]:
        return retraining_days(self._inputs, self._course, self._place, self._brakes, self._cost, days)

    @property
    def speed_mps(self) -> float:
        """Easy pace of the runs."""
        return self._cost.speed_mps

    def _behind(self) -> list[date]:
        """Return the run days of this week that lie behind, as issued: they keep their part in the week."""
        previous, today = self._inputs.previous, self._inputs.today
        monday = today - timedelta(days=today.weekday())
        issued = () if previous is None else previous.sessions
        return sorted(
            {each.local_date for each in issued if each.kind != "strength" and monday <= each.local_date < today}
        )

    def _usual_min(self) -> float:
        stage = self._course.stages[self._place.index]
        if stage.rung is not None and stage.kind == "rung":
            return stage.rung.total_min or 0
        return self._cost.minutes(self._course.base.usual_m)

    def _take_up_the_ladder(self, day: date) -> None:
        """Switch to the ladder where the calendar itself makes a break of two weeks."""
        if self._course.kind == "walking":
            return
        begun = any(run.local_date >= self._course.start for run in self._runs)
        last = max((run.local_date for run in self._runs), default=None)
        if self._last_day is not None:
            last = self._last_day if last is None else max(last, self._last_day)
        gap = None if last is None else (day - last).days
        if gap is None or not is_layoff(gap) or (self._course.kind == "ladder" and not begun):
            return
        self._course = ladder_from(self._inputs, day, self._cost)
        self._place, self._last = Place(index=self._course.first), self._course.first

    def _session(self, place: RunPlace, race: Race | None) -> PlannedSession | None:
        held = self._brakes.holds(place.day)
        index = min(self._place.index, self._last + (0 if held else 1))
        walks = self._brakes.walks_until is not None and place.day <= self._brakes.walks_until
        if walks:
            index = 0
        stage = self._course.stages[index]
        limits = self._limits(
            place.day,
            # A race has its own day off: the minutes of the week do not bound it.
            long=place.long,
            free_min=math.inf if race is not None else self._inputs.availability.minutes_on(place.day),
            stage_is_rung=stage.kind == "rung",
            first_rungs=_is_mixed(self._course, index),
        )
        limits = replace(
            limits,
            why=" ".join(
                filter(None, (limits.why, self._brakes.text if held else "", open_tests_text() if walks else ""))
            ),
        )
        if stage.kind == "rung":
            session = rung_session(stage, place.day, place.session_id, self._cost, limits)
            if self._course.kind == "walking":
                # What leads on from here is no count of walks but what the course says.
                session = replace(session, why=" ".join(filter(None, (self._course.why, limits.why))))
        else:
            made = distance_run(self._course, stage, place, self._cost, limits)
            if made is None:
                return None
            session = made
        return session if race is None else _raced(session, race, stage_kind=stage.kind, limits=limits, cost=self._cost)

    def _limits(self, day: date, *, long: bool, free_min: float, stage_is_rung: bool, first_rungs: bool) -> Limits:
        course, cost, brakes = self._course, self._cost, self._brakes
        found: list[tuple[float, str, str]] = []
        if not first_rungs:
            allowed = largest_allowed_m(longest_before(self._runs, day), cost.knee_km_per_km)
            rule = load_rule("single_run")
            found.append((allowed, rule.text, rule.id))
        if course.capped_min is not None or course.cap_m is not None:
            rule_of = knowledge().ladder_rules["itbs_cap"]
            minutes = math.inf if course.capped_min is None else cost.distance_m(course.capped_min)
            found.append((min(minutes, course.cap_m or math.inf), rule_of.text, rule_of.id))
        if not stage_is_rung:
            found.append((cost.distance_m(free_min), f"You have {free_min:g} minutes on this day.", "time"))
        metres, why, rule_id = min(found, default=(math.inf, "", ""))
        binds = self._binds(metres, stage_is_rung=stage_is_rung, long=long)
        share, self._share = self._share, 1.0
        texts = [why] if binds else []
        if share < 1:
            texts.append(pain_rule("amber_reduce").text)
            rule_id, binds = "amber_reduce", True
        return Limits(
            run_min=_whole(cost.minutes(metres)) if stage_is_rung else math.inf,
            distance_m=metres,
            share=share,
            walk_breaks=brakes.walk_breaks_until is not None and day <= brakes.walk_breaks_until,
            slower=brakes.slower_until is not None and day <= brakes.slower_until,
            why=" ".join(texts),
            rule=rule_id if binds else "",
        )

    def _binds(self, metres: float, *, stage_is_rung: bool, long: bool) -> bool:
        stage = self._course.stages[self._place.index]
        if stage_is_rung:
            run_min = (stage.rung.run_min if stage.rung is not None else None) or 0
            return self._cost.minutes(metres) < run_min
        factor = stage.factor if stage.kind == "level" else 1.0
        base = self._course.base
        return metres < (base.long_m if long else base.usual_m) * factor

    def _go_on(self, session: PlannedSession) -> None:
        day = session.local_date
        self._last_day = day
        run = expected_run(session, self._cost)
        if run is not None:
            self._runs.append(run)
        done = stage_of(self._course, session.stage)
        self._last = self._last if done is None else done
        self._number += 1
        if done is not None and self._counts(self._number - 1) and not self._brakes.holds(day):
            self._place = after_green(self._course, self._place, day, done)


def _whole(minutes: float) -> float:
    # A hair is added because 20 minutes times 1.1 may come out just under 22.
    return minutes if math.isinf(minutes) else math.floor(minutes + 1 / METRES_PER_KM)


def expected_run(session: PlannedSession, cost: RunCost) -> PastRun | None:
    """Return a planned session as the run that it would be; only the running in it counts."""
    if session.knee_km is None:
        return None
    metres = session.distance_m
    if metres is None:
        metres = cost.distance_m(running_min(session))
    return PastRun(
        local_date=session.local_date,
        distance_m=metres,
        moving_s=metres / cost.speed_mps,
        knee_km=session.knee_km.value,
    )


def running_min(session: PlannedSession) -> float:
    """Return the minutes of running in a session that is planned by time."""
    seconds = sum(
        block.times * (step.duration_s or 0) for block in session.blocks for step in block.steps if step.kind == "run"
    )
    return seconds / SECONDS_PER_MINUTE


def _is_mixed(course: Course, index: int) -> bool:
    """Whether the stage is a rung below the first run in one go: there the ladder itself is the step."""
    rung = course.stages[index].rung
    steady = knowledge().ladder_rules["spacing"].to_rung
    return rung is not None and course.stages[index].kind == "rung" and rung.order <= _order(steady)


def _order(rung_id: str | None) -> int:
    return 0 if rung_id is None else knowledge().ladder[rung_id].order


def cross_training(day: date, session_id: str, minutes: float, brakes: Brakes) -> PlannedSession:
    """Return other sport in place of a run while the knee rests, minute for minute."""
    care = knowledge().interventions["cross_training"]
    flare = pain_rule("flare")
    last = brakes.rest_until
    until = "" if last is None else f" No running up to {last:%A} {last.day} {last:%B}."
    return PlannedSession(
        id=session_id,
        local_date=day,
        kind="cross_training",
        title="Other sport instead of a run",
        dose=f"{_whole(minutes):g} min",
        why=f"The knee had a bad session.{until}",
        rule=flare.id,
        sources=care.sources,
        duration_s=_whole(minutes) * SECONDS_PER_MINUTE,
        effort="Easy, with pain of 2 or less.",
        terrain="A bike with a high seat, water, or what feels good.",
    )


def _raced(session: PlannedSession, race: Race, *, stage_kind: str, limits: Limits, cost: RunCost) -> PlannedSession:
    name = race.name or f"{race.distance_m / METRES_PER_KM:.1f} km"
    held_back = limits.share < 1 or limits.walk_breaks
    if stage_kind == "rung" or race.distance_m > limits.distance_m or held_back:
        what = "more than your knee takes now" if held_back else "longer than the rules allow on this day"
        text = f"The race ({name}) is {what}. Run this much, or watch."
        return replace(session, why=text, rule="single_run", sources=load_rule("single_run").sources)
    return replace(
        session,
        title=f"Race: {name}",
        dose=f"{race.distance_m / METRES_PER_KM:.1f} km",
        why="Your race. Its length is within the rule for single runs. Start easy, and stop if pain goes above 2.",
        distance_m=race.distance_m,
        duration_s=cost.minutes(race.distance_m) * SECONDS_PER_MINUTE,
        knee_km=cost.knee_km(race.distance_m),
        blocks=(),
        alternatives=(),
    )


def _long_days(days: Iterable[date], inputs: PlanInputs) -> frozenset[date]:
    """Return the day of the longest run in each week: the wished weekday, else the one with the most time."""
    chosen = []
    for week in _weeks(days):
        wished = [day for day in week if day.weekday() == inputs.availability.long_run_weekday]
        chosen.append((wished or [max(week, key=lambda day: (inputs.availability.minutes_on(day), day))])[0])
    return frozenset(chosen)


def _new_days(days: Iterable[date], inputs: PlanInputs) -> frozenset[date]:
    """Return the day in each week for the one new thing: the first that is not the long one."""
    long_days = _long_days(days, inputs)
    return frozenset(next((day for day in week if day not in long_days), week[0]) for week in _weeks(days))


def _weeks(days: Iterable[date]) -> list[list[date]]:
    weeks: dict[date, list[date]] = {}
    for day in days:
        weeks.setdefault(day - timedelta(days=day.weekday()), []).append(day)
    return list(weeks.values())
