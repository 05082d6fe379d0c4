"""Fit the model of one runner's pain under load.

Latent pain of day ``t`` is ``level + wander_t + fast * fast_load_t + slow * slow_load_t (+ change) + noise_t``; the
report is that number rounded to the runner's own resolution and cut at 0 and 10. ``wander`` is a stationary first-order
autoregression. Both loads are relative to the runner's usual load (see :mod:`kneewise.monitoring.response.exposure`).

What can be told apart: the fast coefficient lives from the contrast between days after runs and days after rest, and is
learnt in weeks; the slow one lives from the few rises and falls of the weekly level in a record, which a slow spell of
the knee imitates: its interval stays wide for months, rightly.

Missing reports are taken to be missing for reasons that the reported pain and the load already show.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from kneewise.domain import Floats, Issue
from kneewise.evidence.parameters import value
from kneewise.monitoring.response.diary import NO_PAIN, WORST_PAIN, Diary, Felt, read_diary
from kneewise.monitoring.response.exposure import exposures
from kneewise.monitoring.response.filter import Posterior, posterior
from kneewise.monitoring.response.prior import Hyperparameters, coefficient_prior
from kneewise.monitoring.response.quadrature import Mixture, integrate

#: Codes of the issues that stop an answer.
TOO_FEW_DATA, LATER_RESPONSE = "too-few-data", "later-response"
_STOPPING = (TOO_FEW_DATA, LATER_RESPONSE)
#: Reports at most this far apart differ mainly by the day's scatter.
_NEIGHBOURS_D = 2
#: Spread of the first look around a guess from the data, in prior standard deviations.
_START_SPREAD = 0.6
#: Best points, and sweeps of the filter, for the check on a later response.
_LEADERS = 16
_SWEEPS = 6


@dataclass(frozen=True, slots=True, eq=False)
class ResponseModel:
    """Posterior of one runner's response: a weighted mixture of g Gaussians over k coefficients.

    Attributes
    ----------
    diary : Diary
        What was fitted.
    weight : ndarray, shape (g,)
        Sums to 1; empty when the data are too few.
    hyper : Hyperparameters
        Shape (g,) each.
    posterior : Posterior or None
        Coefficients in the order of :data:`~kneewise.monitoring.response.prior.COEFFICIENTS`.
    effective_points : float
        How many equally weighted points the mixture is worth: a check on the integration.
    issues : tuple of Issue
        Why the data are too few, or what limits the answers.
    """

    diary: Diary
    weight: Floats
    hyper: Hyperparameters
    posterior: Posterior | None
    effective_points: float
    issues: tuple[Issue, ...]

    @property
    def enough(self) -> bool:
        """Whether there are data enough for any answer."""
        return self.posterior is not None

    @property
    def fits_in_time(self) -> bool:
        """Whether pain follows load as soon as the model assumes; else its answers about single runs mislead."""
        return self.enough and not any(issue.code == LATER_RESPONSE for issue in self.issues)

    @property
    def why(self) -> str:
        """Reason in words why there is no answer; empty where there is one."""
        return " ".join(issue.text for issue in self.issues if issue.code in _STOPPING)

    def coefficient(self, index: int) -> tuple[Floats, Floats, Floats]:
        """Return weight, mean and standard deviation of one coefficient, shape (g,) each."""
        if self.posterior is None:
            raise ValueError("the model has no posterior")
        variance = self.posterior.covariance[:, index, index]
        return self.weight, self.posterior.mean[:, index], np.sqrt(variance)


def fit_response(
    days: ArrayLike, pain: ArrayLike, load_knee_km: ArrayLike, *, felt: Felt = "next_morning"
) -> ResponseModel:
    """Fit one runner's response to load.

    Parameters
    ----------
    days : array of int or datetime64, shape (t,)
        Strictly increasing calendar days; a day left out is unknown in pain and in load.
    pain : array of float, shape (t,)
        0 to 10, NaN missing.
    load_knee_km : array of float, shape (t,)
        Sum of the day's runs; 0 a day of rest, NaN unknown. Give load from before the first report where there is any;
        the time before the first day is taken as usual.
    felt : {"next_morning", "worst_of_day"}
        Whether a day's pain comes before or after that day's run.

    Raises
    ------
    InvalidInputError
        When a column cannot be right.
    """
    diary = read_diary(days, pain, load_knee_km, felt)
    issues = shortfalls(diary)
    return no_fit(diary, issues) if issues else fit_diary(diary, None)


def fit_diary(diary: Diary, change_index: int | None) -> ResponseModel:
    """Fit a diary that has data enough; with ``change_index``, allow another level from that day on."""
    evaluate = partial(_evaluate, diary, change_index, diary.lag_d)
    mixture = integrate(evaluate, _start(diary))
    issues = limits(diary) + _unusual(mixture) + _later_response(diary, change_index, mixture)
    return ResponseModel(diary, mixture.weight, mixture.hyper, mixture.posterior, mixture.effective_points, issues)


def _evaluate(diary: Diary, change_index: int | None, lag_d: int, hyper: Hyperparameters, sweeps: int) -> Posterior:
    """Return the posterior for candidates when a run is first felt ``lag_d`` days later."""
    usual = diary.usual
    if usual is None:
        raise ValueError("a diary without a run cannot be fitted")
    index = diary.reported
    fast, slow = exposures(diary.load_knee_km, usual, hyper.fast_d, hyper.slow_d, lag_d=lag_d)
    columns = [np.ones((hyper.size, index.size)), fast[index].T, slow[index].T]
    if change_index is not None:
        columns.append(np.broadcast_to((index >= change_index).astype(np.float64), columns[0].shape))
    prior = coefficient_prior(len(columns))
    return posterior(diary.reports(), np.stack(columns, axis=2), prior, hyper, sweeps=sweeps)


def _unusual(mixture: Mixture) -> tuple[Issue, ...]:
    """Warn where too few points share the weight for the intervals to be trusted to a digit."""
    if mixture.effective_points >= value("response.floor.effective_points"):
        return ()
    text = "Your check-ins follow a pattern that the model hardly knows, so its intervals are less sure than they say."
    return (Issue("unusual-pattern", "check-ins", text),)


def _later_response(diary: Diary, change_index: int | None, mixture: Mixture) -> tuple[Issue, ...]:
    """Warn where the diary fits clearly better to load that is felt a day later than the model takes it to be."""
    leaders = np.argsort(mixture.weight)[-_LEADERS:]
    weight = mixture.weight[leaders] / mixture.weight[leaders].sum()
    now = mixture.posterior.log_evidence[leaders]
    later = _evaluate(diary, change_index, diary.lag_d + 1, mixture.hyper.take(leaders), _SWEEPS).log_evidence
    gain = later - now
    log_factor = float(gain.max() + np.log(weight @ np.exp(gain - gain.max())))
    if log_factor < np.log(value("response.answer.later_odds")):
        return ()
    text = (
        "Your pain seems to answer to load a day later than the model assumes, so it gives no answer about single runs."
    )
    return (Issue(LATER_RESPONSE, "check-ins", text),)


def _start(diary: Diary) -> tuple[Floats, Floats]:
    """Return where to look first: scatter from neighbouring days, wander from the whole, the rest as the prior."""
    index = diary.reported
    pain = diary.pain[index]
    steps = np.diff(pain)[np.diff(index) <= _NEIGHBOURS_D]
    noise = np.sqrt(0.5 * np.mean(steps**2)) if steps.size else np.std(pain)
    guess = np.log(np.maximum([noise, np.std(pain)], diary.step / 2.0))
    centre, spread = np.zeros(5), np.ones(5)
    for axis, name in enumerate(("noise", "wander")):
        median, log_sd = value(f"response.prior.{name}_median"), value(f"response.prior.{name}_log_sd")
        centre[axis] = np.clip((guess[axis] - np.log(median)) / log_sd, -2.0, 2.0)
        spread[axis] = _START_SPREAD
    return centre, spread


def no_fit(diary: Diary, issues: tuple[Issue, ...]) -> ResponseModel:
    """Return the model that has no answer, and says why."""
    nothing = np.empty(0)
    return ResponseModel(diary, nothing, Hyperparameters(*[nothing] * 5), None, 0.0, issues)


def shortfalls(diary: Diary) -> tuple[Issue, ...]:
    """Return what the data lack for any answer."""
    index = diary.reported
    pain = diary.pain[index]
    inside = int(np.count_nonzero((pain > NO_PAIN) & (pain < WORST_PAIN)))
    span = int(index[-1] - index[0]) + 1 if index.size else 0
    runs = int(np.count_nonzero(diary.load_knee_km[index[0] : index[-1] + 1] > 0)) if index.size else 0
    wanted = (
        ("reports", index.size, "days with both a pain report and known load"),
        ("span", span, "days from the first to the last pain report"),
        ("runs", runs, "days with a run in that time"),
        ("reports_inside", inside, "pain reports other than 0 and 10"),
    )
    return tuple(
        Issue(
            TOO_FEW_DATA,
            "check-ins",
            f"Too few data: {have} {what}, and at least {value(f'response.floor.{name}'):.0f} are needed.",
        )
        for name, have, what in wanted
        if have < value(f"response.floor.{name}")
    )


def limits(diary: Diary) -> tuple[Issue, ...]:
    """Return what limits the answers of a diary that has data enough."""
    index = diary.reported
    left_out = int(np.count_nonzero(np.isfinite(diary.pain))) - index.size
    found = []
    if left_out:
        text = f"{left_out} pain reports were left out because the load of the days before them is not known."
        found.append(Issue("load-unknown", "check-ins", text))
    if index[0] < value("response.prior.slow_d_median"):
        text = "There is little load on record before the first pain report; it is taken to be as usual."
        found.append(Issue("load-before-unknown", "check-ins", text))
    return tuple(found)
