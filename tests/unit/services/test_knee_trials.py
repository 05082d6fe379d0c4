"""The ladder in the record: trials are kept, the history follows, a withdrawal undoes, nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from tests.histories import write_runs

from kneewise.domain import Issue, KneeStyle
from kneewise.errors import InvalidInputError
from kneewise.load.knee.lab import LabSteps
from kneewise.load.knee.personal import StyleTrial, generic_style
from kneewise.services.importing import import_files
from kneewise.services.knee_trials import (
    keep_knee_trial,
    keep_lab_trial,
    knee_style,
    list_knee_trials,
    withdraw_knee_trial,
)
from kneewise.services.lab import LabTrial
from kneewise.services.listing import list_activities
from kneewise.services.place import Place
from kneewise.services.profile import set_profile, show_profile
from kneewise.storage import open_record, read_runner

TRIAL = StyleTrial("lab", "", 3.0, 166.0, 1.75, 46.0, 6.4)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path / "data")
    set_profile(Place(place.data, runner_id="me"), height_m=1.75, mass_kg=68.0, sex="f", timezone="Europe/Berlin")
    import_files([write_runs(tmp_path / "runs", 4)], place=place)
    return place


def widths(place: Place) -> list[float]:
    found = []
    for item in list_activities(place).activities:
        assert item.knee_km is not None
        estimate = item.knee_km.value
        assert estimate.others is not None
        found.append(estimate.others.high / estimate.others.low)
    return found


def values(place: Place) -> list[float]:
    return [item.knee_km.value.value for item in list_activities(place).activities if item.knee_km is not None]


def test_a_trial_makes_the_history_sharper(place: Place) -> None:
    wide, before = widths(place), values(place)
    change = keep_knee_trial(place, TRIAL, "run.c3d")
    assert change.recomputed == 4
    assert change.before == generic_style()
    assert change.after.knee_sd_deg < change.before.knee_sd_deg
    assert change.after.force_line_sd_share < change.before.force_line_sd_share
    assert 0 < change.after.knee_offset_deg < 46.0 - 41.0
    assert all(after < old for after, old in zip(widths(place), wide, strict=True))
    # The runner's own easy kilometre stays 1 knee-km: the size of a run hardly moves, its interval does.
    assert values(place) == pytest.approx(before, rel=0.1)
    assert "your own knee from 1 lab trial" in list_activities(place).activities[0].knee_km.value.basis  # type: ignore[union-attr]


def test_told_twice_is_kept_once(place: Place) -> None:
    first = keep_knee_trial(place, TRIAL, "run.c3d")
    again = keep_knee_trial(place, TRIAL, "run.c3d")
    assert (again.after, again.recomputed) == (first.after, 0)
    assert [issue.code for issue in again.issues] == ["trial-known"]
    assert len(list_knee_trials(place)) == 1


def test_a_withdrawal_restores_every_number(place: Place) -> None:
    wide, before = widths(place), values(place)
    [kept] = keep_knee_trial(place, TRIAL, "somebody.c3d").trials
    change = withdraw_knee_trial(place, kept.id)
    assert change.after == generic_style()
    assert (widths(place), values(place)) == (wide, before)
    assert list_knee_trials(place) == []
    with pytest.raises(InvalidInputError, match="There is no trial"):
        withdraw_knee_trial(place, kept.id)


def test_new_days_add_what_old_ones_cannot(place: Place) -> None:
    today = date.fromisoformat(str(keep_knee_trial(place, TRIAL, "a.c3d").trials[0].local_date))
    one = knee_style(place)
    keep_knee_trial(place, TRIAL, "b.c3d", on=today)
    same_day = knee_style(place)
    keep_knee_trial(place, TRIAL, "c.c3d", on=today - timedelta(days=30))
    other_day = knee_style(place)
    assert one.knee_sd_deg > same_day.knee_sd_deg > other_day.knee_sd_deg
    assert (one.sessions, same_day.sessions, other_day.sessions) == (1, 1, 2)


def test_the_stored_profile_holds_no_style(place: Place) -> None:
    keep_knee_trial(place, TRIAL, "run.c3d")
    assert isinstance(show_profile(place).style, KneeStyle)
    assert "style" not in show_profile(place).to_json()
    set_profile(place, mass_kg=70.0)
    assert show_profile(place).style is not None
    with open_record(place.data) as record, record.reading() as connection:
        runner = read_runner(connection, "me")
    assert runner is not None
    assert runner.style is None


def test_a_day_to_come_is_refused(place: Place) -> None:
    with pytest.raises(InvalidInputError, match="lies in the future"):
        keep_knee_trial(place, TRIAL, "run.c3d", on=date(2999, 1, 1))


def lab(steps_left: int = 30, steps_right: int = 30) -> LabTrial:
    leg = np.array([0] * steps_left + [1] * steps_right)
    columns = {
        "speed_mps": np.full(leg.size, 3.0),
        "cadence_spm": np.full(leg.size, 166.0),
        "knee_flexion_peak_deg": np.where(leg == 0, 45.0, 47.0),
        "pfj_peak_bw": np.where(leg == 0, 6.0, 6.8),
    }
    return LabTrial(LabSteps(leg, columns, {}, ("",) * leg.size), {}, {}, {"cocontraction": 1.0}, ())


def test_a_lab_trial_is_the_mean_of_both_legs(place: Place) -> None:
    change = keep_lab_trial(place, lab(40, 20), "run.c3d")
    trial = change.trials[0].trial
    assert trial.knee_flexion_deg == pytest.approx(46.0)
    assert (trial.height_m, trial.tier) == (1.75, "lab")
    assert trial.peak_force_bw == pytest.approx(6.4)
    assert change.to_json()["trials"][0]["name"] == "run.c3d"


def test_too_few_steps_of_a_leg_are_not_kept(place: Place) -> None:
    with pytest.raises(InvalidInputError, match="fewer than 10 steps"):
        keep_lab_trial(place, lab(40, 9), "run.c3d")
    assert list_knee_trials(place) == []


def test_without_a_height_nothing_is_kept(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="height is not known"):
        keep_lab_trial(Place(tmp_path / "new"), lab(), "run.c3d")


def test_forces_of_muscles_do_not_enter_a_history_of_net_moments(place: Place) -> None:
    found = replace(lab(), convention={"cocontraction": "static optimisation"})
    with pytest.raises(InvalidInputError, match="without --muscles"):
        keep_lab_trial(place, found, "run.c3d")


def test_a_wrong_mass_does_not_enter_the_history(place: Place) -> None:
    doubtful = Issue("mass-doubtful", "run.c3d", "The mass is off by 14 %.")
    found = replace(lab(), checks={"mean_vertical_force_bw": 0.862}, issues=(doubtful,))
    with pytest.raises(InvalidInputError, match=r"0\.86 body weights"):
        keep_lab_trial(place, found, "run.c3d")
    assert list_knee_trials(place) == []
