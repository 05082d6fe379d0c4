"""Kept trials as JSON: the document of ``kneewise lab-trials --json``."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path

from kneewise.services.knee_trials import knee_style, list_knee_trials, withdraw_knee_trial
from kneewise.services.place import Place
from kneewise.web.here import PlaceHere
from kneewise.web.trouble import UNPROCESSABLE

router = APIRouter()

TrialId = Annotated[str, Path(max_length=64)]


@router.get("/lab-trials")
def show_lab_trials(place: PlaceHere) -> dict[str, Any]:
    """Return the kept trials, and what they say of the runner's own knee."""
    return _document(place)


@router.delete("/lab-trials/{trial_id}", responses={UNPROCESSABLE: {"description": "There is no such trial"}})
def withdraw_lab_trial(place: PlaceHere, trial_id: TrialId) -> dict[str, Any]:
    """Leave a trial out from now on; every run is computed anew."""
    withdraw_knee_trial(place, trial_id)
    return _document(place)


def _document(place: Place) -> dict[str, Any]:
    return {"trials": [trial.to_json() for trial in list_knee_trials(place)], "style": knee_style(place).to_dict()}
