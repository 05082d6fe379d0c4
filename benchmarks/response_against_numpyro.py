"""Compare the response model's own filter with NumPyro's NUTS sampler: same model, same priors, same diaries.

Needs the dependency group ``validation`` (``uv sync --group validation``), or any environment with numpyro and numpy
and this repository's ``src`` on the path. ``--write FILE`` stores diaries and both answers for the golden test.

Numbers agree up to the sampler's Monte Carlo error and the filter's approximations; both are printed.
"""

from __future__ import annotations

import argparse
import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from kneewise.evidence.parameters import value
from kneewise.monitoring.response.diary import Diary, read_diary
from kneewise.monitoring.response.model import ResponseModel, fit_diary
from kneewise.monitoring.response.prior import COEFFICIENTS, HYPERPARAMETERS, coefficient_prior
from kneewise.monitoring.response.simulate import Truth, simulate, simulate_load

LEAD_D = 28
FAR = 60.0
#: Name, knee, days after the lead, share missing, day of a change or None.
CASES: tuple[tuple[str, Truth, int, float, int | None], ...] = (
    ("clear answer", Truth(3.0, 0.8, 1.0, 0.0, 0.7, 1.0, 30.0, 2.0, 21.0), 150, 0.3, None),
    ("mostly no pain", Truth(-0.3, 0.9, 1.0, 0.0, 0.8, 0.9, 20.0, 2.5, 21.0), 150, 0.3, None),
    ("near the top", Truth(8.5, 1.0, 0.0, 0.0, 1.0, 1.2, 30.0, 1.5, 18.0), 120, 0.4, None),
    ("no answer to load", Truth(2.0, 0.0, 0.0, 0.0, 1.4, 0.6, 15.0, 2.0, 25.0), 120, 0.4, None),
    ("helped", Truth(4.0, 0.4, 0.5, -2.0, 0.7, 0.8, 25.0, 2.0, 21.0), 120, 0.3, 88),
    ("short and sparse", Truth(2.5, 1.2, -1.0, 1.0, 0.5, 0.8, 40.0, 3.0, 15.0), 63, 0.4, 60),
)


def made_diary(index: int) -> tuple[Diary, int | None]:
    """Return one case's diary and the index of its change."""
    _, truth, count, missing, change = CASES[index]
    random = np.random.default_rng(1000 + index)
    load = np.round(simulate_load(random, LEAD_D + count), 2)
    made = simulate(truth, load, random, missing=missing, first_report=LEAD_D, change_index=change)
    return read_diary(made.days, made.pain, made.load_knee_km, "next_morning"), change


def summary_of_filter(model: ResponseModel, width: int) -> dict[str, list[float]]:
    """Return posterior mean and standard deviation of every coefficient."""
    means, sds = [], []
    for index in range(width):
        weight, mean, sd = model.coefficient(index)
        middle = float(weight @ mean)
        means.append(middle)
        sds.append(float(np.sqrt(weight @ (sd**2 + (mean - middle) ** 2))))
    return {"mean": means, "sd": sds}


def summary_of_nuts(diary: Diary, change: int | None, draws: int, seed: int) -> dict[str, Any]:
    """Return NumPyro's posterior mean, standard deviation and effective sample size of every coefficient."""
    jax, numpyro = importlib.import_module("jax"), importlib.import_module("numpyro")
    infer = importlib.import_module("numpyro.infer")
    numpyro.enable_x64()
    kernel = infer.NUTS(numpyro_model(diary, change), target_accept_prob=0.95)
    sampler = infer.MCMC(
        kernel, num_warmup=1000, num_samples=draws, num_chains=2, chain_method="sequential", progress_bar=False
    )
    sampler.run(jax.random.PRNGKey(seed))
    chains = np.asarray(sampler.get_samples(group_by_chain=True)["coefficients"])
    diagnostics = importlib.import_module("numpyro.diagnostics")
    flat = chains.reshape(-1, chains.shape[-1])
    return {
        "mean": flat.mean(0).tolist(),
        "sd": flat.std(0).tolist(),
        "effective_draws": np.asarray(diagnostics.effective_sample_size(chains)).tolist(),
        "r_hat": np.asarray(diagnostics.split_gelman_rubin(chains)).tolist(),
        "divergences": int(np.asarray(sampler.get_extra_fields()["diverging"]).sum()),
    }


def numpyro_model(diary: Diary, change: int | None) -> Any:
    """Return the generative model, written from its description and not from the filter's code."""
    jnp = importlib.import_module("jax.numpy")
    lax = importlib.import_module("jax").lax
    numpyro, dist = importlib.import_module("numpyro"), importlib.import_module("numpyro.distributions")
    log_ndtr = importlib.import_module("jax.scipy.special").log_ndtr
    usual = diary.usual
    assert usual is not None
    index, reports = diary.reported, diary.reports()
    surplus = jnp.concatenate([jnp.zeros(1), jnp.asarray(diary.load_knee_km)[:-1] - usual.day_knee_km])
    ago = index[:, None] - np.arange(len(diary.day))[None, :]
    past, ago = jnp.asarray(ago >= 0), jnp.asarray(np.maximum(ago, 0).astype(float))
    gaps = jnp.asarray(np.diff(index).astype(float))
    mean, spread = coefficient_prior(3 if change is None else 4)
    # An infinite bound has no gradient; one this far away has the same probability.
    lower, upper = np.maximum(reports.lower, -FAR), np.minimum(reports.upper, FAR)

    def log_mass(low: Any, high: Any) -> Any:
        flip = low + high > 0
        low, high = jnp.where(flip, -high, low), jnp.where(flip, -low, high)
        top, bottom = log_ndtr(high), log_ndtr(low)
        return top + jnp.log1p(-jnp.exp(jnp.minimum(bottom - top, -1e-12)))

    def model() -> None:
        hyper = {}
        for name in HYPERPARAMETERS:
            median, log_sd = value(f"response.prior.{name}_median"), value(f"response.prior.{name}_log_sd")
            standard = numpyro.sample(name, dist.Normal(0.0, 1.0))
            hyper[name] = jnp.exp(np.log(median) + log_sd * standard)
        raw = numpyro.sample("raw", dist.Normal(0.0, 1.0).expand([len(mean)]))
        coefficients = numpyro.deterministic("coefficients", mean + spread * raw)
        fresh = numpyro.sample("fresh", dist.Normal(0.0, 1.0).expand([len(index)]))
        keep = jnp.exp(-gaps / hyper["memory_d"])

        def step(now: Any, inputs: Any) -> Any:
            kept, new = inputs
            after = kept * now + jnp.sqrt(1.0 - kept**2) * new
            return after, after

        _, later = lax.scan(step, fresh[0], (keep, fresh[1:]))
        wander = hyper["wander"] * jnp.concatenate([fresh[:1], later])
        fast = (jnp.exp(-ago / hyper["fast_d"]) * past) @ surplus / usual.run_knee_km
        gain = 1.0 - jnp.exp(-1.0 / hyper["slow_d"])
        slow = gain * ((jnp.exp(-ago / hyper["slow_d"]) * past) @ surplus) / usual.day_knee_km
        latent = coefficients[0] + wander + coefficients[1] * fast + coefficients[2] * slow
        if change is not None:
            latent = latent + coefficients[3] * jnp.asarray(index >= change)
        low, high = (lower - latent) / hyper["noise"], (upper - latent) / hyper["noise"]
        numpyro.factor("reports", log_mass(low, high).sum())

    return model


def stored_case(index: int, draws: int) -> dict[str, Any]:
    """Return one case with its diary and both answers."""
    diary, change = made_diary(index)
    width = 3 if change is None else 4
    pain = [None if np.isnan(number) else float(number) for number in diary.pain]
    return {
        "name": CASES[index][0],
        "change_index": change,
        "pain": pain,
        "load_knee_km": diary.load_knee_km.tolist(),
        "coefficients": list(COEFFICIENTS[:width]),
        "filter": summary_of_filter(fit_diary(diary, change), width),
        "nuts": summary_of_nuts(diary, change, draws, index),
    }


def show(case: dict[str, Any]) -> None:
    own, nuts = case["filter"], case["nuts"]
    print(f"{case['name']}: {nuts['divergences']} divergences")
    for index, name in enumerate(case["coefficients"]):
        away = (own["mean"][index] - nuts["mean"][index]) / nuts["sd"][index]
        error = nuts["effective_draws"][index] ** -0.5
        print(
            f"  {name:6s} filter {own['mean'][index]:+.3f} +- {own['sd'][index]:.3f}  "
            f"NUTS {nuts['mean'][index]:+.3f} +- {nuts['sd'][index]:.3f}  "
            f"difference {away:+.3f} sd (Monte Carlo error {error:.3f}), "
            f"sd ratio {own['sd'][index] / nuts['sd'][index]:.3f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--draws", type=int, default=3000, help="per chain, of which there are two")
    parser.add_argument("--write", type=Path, help="store diaries and answers, e.g. tests/golden/response_numpyro.json")
    arguments = parser.parse_args()
    cases = []
    for index in range(len(CASES)):
        cases.append(stored_case(index, arguments.draws))
        show(cases[-1])
    if arguments.write:
        arguments.write.write_text(json.dumps({"cases": cases}, indent=None) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
