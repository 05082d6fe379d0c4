"""What the made runner told day by day: pain with its gaps, scores, tests, changes; every note says it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import numpy as np

from kneewise import clock
from kneewise.domain import CheckIn, Moment, Runner
from kneewise.monitoring import new_check_in
from kneewise.services.demo.story import answers, story
from kneewise.services.demo.training import days_ago, starting
from kneewise.services.measuring import score_measure
from kneewise.services.place import Place
from kneewise.services.told import check_in_of
from kneewise.storage import Record, append_event, new_event, read_events

_DAY: Final = timedelta(days=1)
_SETTLING: Final = timedelta(days=10)
_EVENING, _MORNING = 20, 7
_OWN_FIELDS = ("id", "recorded_at", "local_date")


def usual_pain(day: date, today: date) -> float:
    """Return the pain of a day on which nothing was run, 0 to 10, before its noise."""
    pain = story()["pain"]
    known = [
        (days_ago(today, "onset"), pain["at_onset"]),
        (days_ago(today, "flare"), pain["at_onset"]),
        (days_ago(today, "flare") + _DAY, pain["at_flare"]),
        (days_ago(today, "plan"), pain["at_plan"]),
        (days_ago(today, "plan") + _SETTLING, pain["settled"]),
        (today, pain["now"]),
    ]
    level = np.interp(day.toordinal(), [at.toordinal() for at, _ in known], [number for _, number in known])
    return float(level) + (pain["shoes"] if day >= days_ago(today, "shoes") else 0.0)


def check_in_days(
    record: Record, runner: Runner, days: Sequence[date], run_km: Mapping[date, float], today: date, chance: Any
) -> None:
    """Store what was told about some days; a day that was not told of stays empty.

    Parameters
    ----------
    days : sequence of date
        In order.
    run_km : mapping of date to float
        Kilometres of the days with a run.
    today : date
        The end of the story; its own morning is left for whoever opens the demo.
    chance : numpy Generator
    """
    with record.writing("telling the made story") as connection:
        log: list[CheckIn] = [check_in_of(event) for event in read_events(connection, runner.id, "check_in")]
        for day in days:
            for recorded_at, pain in _told(day, run_km.get(day), today, chance):
                draft: dict[str, Any] = {
                    "recorded_at": recorded_at.astimezone(UTC),
                    "local_date": day,
                    "pain": pain,
                    "note": story()["note"],
                }
                checked = new_check_in(log, id="", today=recorded_at.date(), zone="ant_diffuse", side="left", **draft)
                data = {name: answer for name, answer in checked.to_json().items() if name not in _OWN_FIELDS}
                event = new_event(runner.id, "check_in", recorded_at=recorded_at, local_date=day, data=data)
                append_event(connection, runner.id, event)
                log.append(check_in_of(event))


def _told(
    day: date, kilometres: float | None, today: date, chance: np.random.Generator
) -> list[tuple[datetime, dict[Moment, float | None]]]:
    """Return the answers about a day: in the evening, and after a run on the next morning too."""
    pain, under_plan = story()["pain"], day >= days_ago(today, "plan")
    silent, unlucky, noise = chance.random(2), chance.random(), pain["noise"] * chance.standard_normal()
    level = usual_pain(day, today) + noise
    share = pain["told_share_of_runs"] if under_plan and kilometres is not None else pain["told_share"]
    told: list[tuple[datetime, dict[Moment, float | None]]] = []
    evening: dict[Moment, float | None] = {"stairs": _scale(level)}
    worse = 0.0
    if kilometres is not None:
        luck = unlucky >= pain["unlucky_share"] or (today - day).days <= pain["lucky_days"]
        worse = float(not luck) if under_plan else pain["per_km"] * kilometres
        evening |= {"before": _scale(level), "during": _scale(level + worse + pain["during"])}
        evening["after_60min"] = _scale(level + worse)
    # Whoever opens the demo finds the run of yesterday told, and its morning still to tell.
    last = day == today - _DAY
    if silent[0] < share or last:
        told.append((starting(day, _EVENING), evening))
    if silent[1] < share and not last:
        morning = _scale(pain["morning_share"] * (usual_pain(day, today) + worse))
        told.append((starting(day + _DAY, _MORNING), {"next_morning": morning}))
    return told


def _scale(pain: float) -> float:
    return float(min(10, max(0, round(pain))))


def score_all(place: Place, since: date, until: date, today: date) -> None:
    """Store the scores of the days from one day up to another."""
    for each in answers()["score"]:
        day = today - timedelta(days=each["days_ago"])
        if since <= day < until:
            with clock.standing_at(starting(day, _EVENING)):
                score_measure(place, each["measure"], each.get("own") or each["items"])


def note_changes(record: Record, runner: Runner, today: date) -> None:
    """Note what the runner changed, so that it can be asked whether it helped."""
    with record.writing("telling the made story") as connection:
        for each in answers()["change"]:
            day = days_ago(today, each["name"])
            event = new_event(
                runner.id,
                "change",
                recorded_at=starting(day, _EVENING),
                local_date=day,
                data={"what": f"{each['what']} (made)"},
            )
            append_event(connection, runner.id, event)
