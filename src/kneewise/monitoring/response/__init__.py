"""Did it help me, and what does load do to my knee? One runner's pain under load, with its uncertainty."""

from kneewise.monitoring.response.answers import (
    Forecast,
    Likelihood,
    LoadResponse,
    more_than_usual_tomorrow,
    response_to_load,
)
from kneewise.monitoring.response.change import ChangeEffect, Verdict, effect_of_change
from kneewise.monitoring.response.diary import Diary, Felt
from kneewise.monitoring.response.model import ResponseModel, fit_response

__all__ = [
    "ChangeEffect",
    "Diary",
    "Felt",
    "Forecast",
    "Likelihood",
    "LoadResponse",
    "ResponseModel",
    "Verdict",
    "effect_of_change",
    "fit_response",
    "more_than_usual_tomorrow",
    "response_to_load",
]
