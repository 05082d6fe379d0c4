"""Several signs of one contact, and the runner's own rhythm."""

from __future__ import annotations

import numpy as np
import pytest

from kneewise.domain import Floats
from kneewise.evidence.parameters import value
from kneewise.gait import filmed_timing
from kneewise.gait.filmed_body import FilmedBody
from kneewise.gait.filmed_timing import CONTACT_SIGNS, TOE_OFF_SIGNS, sharpened

_STARTS: Floats = np.linspace(0.5, 6.1, 9)
_ENDS: Floats = np.linspace(0.75, 6.35, 9)


def _nobody() -> FilmedBody:
    """A runner who is nowhere to be seen, so that no sign shows."""
    nowhere = np.full((2, 900, 2), np.nan)
    return FilmedBody(120.0, "side", nowhere, nowhere, nowhere, nowhere, nowhere, nowhere, near=0)


def _lags(monkeypatch: pytest.MonkeyPatch, **told: float) -> None:
    names = (*CONTACT_SIGNS, *TOE_OFF_SIGNS)

    def lags(body: FilmedBody, leg: int, start: Floats, end: Floats) -> dict[str, Floats]:
        return {name: np.full(len(start), told.get(name, value(f"gait.timing.{name}_s"))) for name in names}

    monkeypatch.setattr(filmed_timing, "sign_lags", lags)


def test_a_sign_that_shows_late_moves_all_steps_of_the_leg(monkeypatch: pytest.MonkeyPatch) -> None:
    _lags(monkeypatch)
    usual, _ = sharpened(_nobody(), 0, _STARTS, _ENDS)
    _lags(monkeypatch, heel_down=value("gait.timing.heel_down_s") + 0.02)
    later, _ = sharpened(_nobody(), 0, _STARTS, _ENDS)
    expected = 0.02 * value("gait.timing.heel_down_weight")
    assert (later - usual) == pytest.approx(np.full(9, expected))


def test_few_steps_show_no_habit(monkeypatch: pytest.MonkeyPatch) -> None:
    def moved(steps: int) -> float:
        starts, ends = _STARTS[:steps], _ENDS[:steps]
        _lags(monkeypatch)
        usual, _ = sharpened(_nobody(), 0, starts, ends)
        _lags(monkeypatch, heel_down=value("gait.timing.heel_down_s") + 0.02)
        return float((sharpened(_nobody(), 0, starts, ends)[0] - usual)[0])

    assert moved(7) == pytest.approx(moved(9))
    assert moved(2) == pytest.approx(moved(7) * 2 / 7)


def test_a_sign_that_cannot_be_is_believed_only_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    _lags(monkeypatch, shank_turns=5.0)
    wild, _ = sharpened(_nobody(), 0, _STARTS, _ENDS)
    farthest = abs(value("gait.timing.contact_s")) + value("gait.timing.farthest_s")
    assert np.abs(wild - _STARTS).max() <= farthest


def test_one_step_out_of_rhythm_is_drawn_towards_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    _lags(monkeypatch)
    late = _STARTS.copy()
    late[4] += 0.02
    steady, _ = sharpened(_nobody(), 0, _STARTS, _ENDS)
    found, _ = sharpened(_nobody(), 0, late, _ENDS)
    assert 0 < found[4] - steady[4] < 0.02


def test_without_any_sign_the_first_guess_stays_but_for_what_all_move_by() -> None:
    start, end = sharpened(_nobody(), 0, _STARTS, np.full(9, np.nan, dtype=np.float64))
    assert start == pytest.approx(_STARTS + value("gait.timing.contact_s"))
    assert np.isnan(end).all()


def test_a_leg_without_steps_has_none() -> None:
    start, end = sharpened(_nobody(), 0, np.zeros(0), np.zeros(0))
    assert len(start) == len(end) == 0
