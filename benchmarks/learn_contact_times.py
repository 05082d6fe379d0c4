"""Learn how signs of a contact are weighed (``gait.timing`` in the evidence) from half of the lab runners.

Run ``python -m benchmarks.learn_contact_times [FOLDER]`` with the folder of the raw files; it prints the parameters
and, by leaving one runner out at a time, what they are worth to a runner who was not learned from. Takes two minutes.
The other half of the runners is not looked at.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np

from benchmarks.virtual_clips import DATA, SAME_S, SCATTER, WHOLE, Trial, clean_clip, halves, trials
from kneewise.domain import Floats
from kneewise.gait.filmed_body import FilmedBody, filmed_body
from kneewise.gait.filmed_contacts import find_filmed_contacts
from kneewise.gait.filmed_timing import CONTACT_SIGNS, TOE_OFF_SIGNS, sign_lags

#: Pull of the weights towards nil, in variances of a sign.
PULL = 0.05
SIGNS = {"contact": CONTACT_SIGNS, "toe_off": TOE_OFF_SIGNS}


@dataclass(frozen=True, eq=False)
class Leg:
    """One leg of one clip: first guesses, lags of the signs, and what force plates say later or earlier."""

    runner: int
    start_s: Floats
    end_s: Floats
    lags: dict[str, Floats]
    late_s: dict[str, Floats]


def legs_of(trial: Trial, seed: int) -> list[Leg]:
    """Return the first guesses of both legs of one clip beside the truth."""
    noise = WHOLE if seed % 3 else SCATTER
    film = clean_clip(trial, "side", 120, noise, seed)
    if film is None:
        return []
    keypoints, begin_s = film
    found: list[Leg] = []

    def kept(body: FilmedBody, leg: int, start: Floats, end: Floats) -> tuple[Floats, Floats]:
        lab = trial.contacts
        own = lab.leg == leg
        apart = np.abs((start + begin_s)[:, None] - lab.initial_contact_s[own])
        match = apart.argmin(axis=1)
        same = (apart.min(axis=1) < SAME_S) & np.isfinite(end)
        late = {
            "contact": np.where(same, lab.initial_contact_s[own][match] - begin_s - start, np.nan),
            "toe_off": np.where(same, lab.toe_off_s[own][match] - begin_s - end, np.nan),
        }
        found.append(Leg(trial.person.number, start, end, sign_lags(body, leg, start, end), late))
        return start, end

    with patch("kneewise.gait.filmed_contacts.sharpened", kept):
        find_filmed_contacts(filmed_body(keypoints))
    return [leg for leg in found if np.isfinite(leg.late_s["contact"]).sum() > 3]


def table(legs: list[Leg], event: str) -> tuple[Floats, Floats]:
    """Return the median lags (legs, signs) and the mean lateness (legs,)."""
    lags = np.array([[np.nanmedian(leg.lags[name]) for name in SIGNS[event]] for leg in legs])
    return np.where(np.isfinite(lags), lags, np.nanmedian(lags, axis=0)), np.array(
        [np.nanmean(leg.late_s[event]) for leg in legs]
    )


def weights(lags: Floats, late: Floats) -> Floats:
    """Return one weight for each sign."""
    spread = lags.std(axis=0)
    scaled = (lags - lags.mean(axis=0)) / spread
    drive = scaled.T @ (late - late.mean()) / len(late)
    return np.asarray(np.linalg.solve(scaled.T @ scaled / len(late) + PULL * np.eye(len(spread)), drive) / spread)


def left_out(legs: list[Leg], event: str) -> tuple[float, float]:
    """Return the error of a leg's mean time in ms, before and after, of runners who are left out one by one."""
    lags, late = table(legs, event)
    runner = np.array([leg.runner for leg in legs])
    before, after = [], []
    for one in np.unique(runner):
        others = runner != one
        learned = weights(lags[others], late[others])
        told = late[others].mean() + (lags[~others] - lags[others].mean(axis=0)) @ learned
        before.append(late[~others] - late[others].mean())
        after.append(late[~others] - told)
    off = [1000 * float(np.sqrt((np.concatenate(parts) ** 2).mean())) for parts in (before, after)]
    return off[0], off[1]


def shares(legs: list[Leg]) -> dict[str, float]:
    """Return how far one step is drawn towards the leg's contact time and rhythm."""
    rows: list[Floats] = []
    for leg in legs:
        contact = leg.end_s - leg.start_s
        early = np.full(len(contact), np.nan)
        early[1:-1] = (leg.start_s[:-2] + leg.start_s[2:]) / 2 - leg.start_s[1:-1]
        row = np.stack([contact - np.nanmedian(contact), early, leg.late_s["contact"], leg.late_s["toe_off"]], axis=1)
        row = row[np.isfinite(row).all(axis=1) & (np.abs(row[:, :2]) < 0.04).all(axis=1)]
        rows.append(row - row.mean(axis=0))
    known = np.concatenate(rows)
    start, end = np.linalg.lstsq(known[:, :2], known[:, 2:], rcond=None)[0].T
    return {
        "start_by_end": start[0],
        "start_by_rhythm": start[1],
        "end_by_start": -end[0],
        "end_by_rhythm": end[1],
    }


def main() -> None:
    setting, _ = halves(trials(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA))
    legs = [leg for k, trial in enumerate(setting) for lag in range(4) for leg in legs_of(trial, 7 * k + 101 * lag)]
    print(f"{len(legs)} legs of {len({leg.runner for leg in legs})} runners")
    for event, signs in SIGNS.items():
        lags, late = table(legs, event)
        print(f"{event}_s = {late.mean():.4f}")
        for name, usual, weight in zip(signs, lags.mean(axis=0), weights(lags, late), strict=True):
            print(f"{name}_s = {usual:.4f}   {name}_weight = {weight:.3f}")
        before, after = left_out(legs, event)
        print(f"  a leg's mean, runner left out: {before:.1f} ms without these signs, {after:.1f} with them")
    for name, share in shares(legs).items():
        print(f"{name} = {share:.2f}")


if __name__ == "__main__":
    main()
