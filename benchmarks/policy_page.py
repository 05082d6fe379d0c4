"""The page of `benchmarks.policy`: tables, and in words where this plan is better and where it is not."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from benchmarks.policy_figures import Figure, Outcome, differences, figures
from benchmarks.policy_parameters import WORLDS, Range
from benchmarks.policy_world import WEEKS
from kneewise.plan.version import rules_version

Results = Mapping[str, Mapping[str, Outcome]]
OURS, BASE = "this plan", "base"

HEAD = f"""# Does the policy work?

Written by `make policy`. **This is a simulation.** No person ran and no knee was measured. It shows how rules behave in
made-up worlds: whether they stand still, overshoot or recover, and what they do with missing and noisy answers. It
cannot show that the plan helps people, how many flares a person will have, or when somebody will be back. Every number
of these worlds is a default of ours. Compare policies inside one world; do not carry a number out of it.

Each runner lives {WEEKS} weeks under each of four policies with the same knee and the same luck: the same bad days,
missed sessions, forgotten answers, illnesses and hikes.

| policy | what it does |
| --- | --- |
| this plan | the real plan with the real pain state, a new version on the morning of each planned run |
| +10 % a week | three equal runs a week, 10 % more each week up to the usual ones, whatever the knee says |
| rest, then resume | rest until three mornings without pain, then the usual runs; rest again at pain of 4 or more |
| fixed ladder | rungs R1 to R10, one a week, whatever the knee says; then 10 % more each week up to the usual run |

All run on Mondays, Wednesdays and Fridays. Under each policy a runner stays at home on a morning with much pain (5 to
7, by runner), and breaks off half-way when the run hurts 7 or more. The goal is reached when, in two weeks without a
flare, five of six runs in one go were at least 90 % as long as wanted: the own usual run, or half an hour (the own run,
where that is shorter). Intervals are 95 % bootstrap intervals over runners.
"""

NOTES = """## How to read it

- The knees know nothing of the plan's rules, and nothing of the model behind *Did it help?*. They have a capacity for
  one session and for a week, which load raises after a delay and rest lowers. Load above it sets off a flare days
  later, by chance. Pain only leaks from this, rounded, with noise, and is sometimes not told.
- In these worlds any running during a flare keeps it going a little. That is an assumption, and it is hard on
  everything that goes on running, this plan included.
- Left out: strength work, gait retraining, pace, races, a clinician's help, and the effect of having a plan at all. The
  plan's strides and hills cost 10 % more on their day. The safety questions are always answered "no".
- This plan is issued anew on the morning of each planned run; the answers that came in between are in it.
- The tests before the first run are taken to hurt as much as that morning, and are repeated until they are passed.

## What was changed after the first run

The ranges of the base world were written down before any policy had run (the first version of
`benchmarks/policy_world.py` in the history). None of them was changed. Three things came later:
whether a runner stays at home or breaks off now follows from the pain as the runner tells it, so that the silent world
is silent throughout; the worlds *exact* and *unhurt* were added when a try-out with 40 runners showed this plan
standing still, to see how much of that comes from noisy and missing answers and how much from its own speed limits; so
was the table of how this plan judged its sessions.

The first full run showed this plan with the fewest flares and far too slow: 9 % were back at half an hour, with 0.72
flares a runner. Its rules on pace were then thought through again. Each change has a reason of its own, none was picked
by trying values here, and the colours of the days are what they were:

- An amber within the measurement error of the 0 to 10 scale (less than 2 above what green allows) repeats the session
  and keeps the greens. It is no bad day, unless it comes three times with no green between.
- A missing answer is never green, and never a bad day either: it repeats the session and keeps the greens.
- The third bad day in two weeks leads one stage back, once: what led back is spent, and two greens in a row end the
  count. It used to lead back again with every further amber. Only red leads back by more, to the smaller restart.
- A smaller session after a bad morning is one session, as the rule says, not all until the next green.
- One green walk is enough for who has passed the tests: it shows the one thing still open, the morning after.
- Half an hour may grow by the rule for single runs at once. Its two green weeks stand before strides and hills.
- Runs that differ by less than a fifth are alike. The usual ones used to stop growing short of the goal.
- Below half of the usual runs come the rungs of the ladder. A runner in a long flare used to go on running that half.

What is left is the price of asking. A step up takes two green sessions, and on calm days about half are green: the rest
lack an answer or differ by a point. In a try-out with 100 runners, taking slight ambers for green as well brought 28 %
to half an hour instead of 23 %, and missing answers too, 43 %, with 1.1 flares. Neither is done: what nobody told is
not known to be well. The world *exact* shows the plan when every answer is given.
"""

RATE = """Who runs less has fewer flares, under any policy: *flares in 100 knee-km* says how much of the difference is
more than that."""
CALM = """*Calm*: no flare was there, and none began within three days. A judgement other than green on a calm day holds
the runner back for nothing."""


def page(results: Results, seed: int) -> str:
    """Return the page.

    Parameters
    ----------
    results : mapping of world to mapping of policy to Outcome
    seed : int
        Of the runners, and of the bootstrap.
    """
    base = results[BASE]
    parts = [
        HEAD,
        f"## Results: {len(base[OURS].laid_off)} runners in the base world",
        _figures_table(base, seed),
        "## Differences to this plan, runner by runner",
        "Other policy less this plan. *Sooner* and *later*: share of the runners who reach the goal sooner or later.",
        _differences_table(base, seed),
        "### In words",
        "\n".join(_in_words(base, seed)),
        RATE,
        "## By how they start",
        _starts_table(base, seed),
        "## Other worlds",
        _worlds_text(results),
        _worlds_table(results, seed),
        "## How this plan judged its sessions",
        CALM,
        _colours_table(results),
        NOTES,
        "## Parameters",
        "Each runner draws a value evenly from the range (*log*: evenly in the logarithm).",
        _parameters_table(),
        f"Seed {seed}, rules version {rules_version()}.",
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def told(found: Figure, digits: int = 1, *, percent: bool = False) -> str:
    """Return a figure with its interval; beyond the course as ``>16``."""
    numbers = [_number(each, digits, percent=percent) for each in (found.value, found.low, found.high)]
    return f"{numbers[0]} ({numbers[1]} to {numbers[2]})"


def _number(value: float, digits: int, *, percent: bool) -> str:
    if math.isinf(value):
        return f">{WEEKS}"
    text = f"{100 * value:.0f}" if percent else f"{value:.{digits}f}"
    # "-0" is a rounded number on the other side of nothing.
    return text.removeprefix("-") if float(text) == 0 else text


def _figures_table(base: Mapping[str, Outcome], seed: int) -> str:
    head = (
        "policy", "weeks to own run (median)", f"at own run in {WEEKS} weeks, %", "weeks to half an hour (median)",
        f"at half an hour in {WEEKS} weeks, %", "flares", "flares in 100 knee-km",
        "days with pain of 5 or more", "knee-km",
    )  # fmt: skip
    rows = []
    for name, outcome in base.items():
        found = figures(outcome, seed)
        goals = [
            cell
            for goal in ("own", "half_hour")
            for cell in (told(found[f"{goal}_weeks"]), told(found[f"{goal}_share"], percent=True))
        ]
        flares = (told(found["flares"], 2), told(found["rate"], 2))
        rows.append((name, *goals, *flares, told(found["bad_days"]), told(found["knee_km"], 0)))
    return table(head, rows)


def _differences_table(base: Mapping[str, Outcome], seed: int) -> str:
    head = (
        "policy", "at own run, points", "sooner / later, %", "at half an hour, points", "sooner / later, %", "flares",
        "days with pain of 5 or more", "knee-km",
    )  # fmt: skip
    rows = []
    for name, found in _compared(base, seed).items():
        goals = []
        for goal in ("own", "half_hour"):
            sides = [f"{100 * found[f'{goal}_{side}'].value:.0f}" for side in ("sooner", "later")]
            goals += [told(found[f"{goal}_share"], percent=True), " / ".join(sides)]
        rows.append((name, *goals, told(found["flares"], 2), told(found["bad_days"]), told(found["knee_km"], 0)))
    return table(head, rows)


def _compared(base: Mapping[str, Outcome], seed: int) -> dict[str, dict[str, Figure]]:
    return {name: differences(each, base[OURS], seed) for name, each in base.items() if name != OURS}


#: Measure, words, and whether more of it is better.
_WORDS = (
    ("own_share", "runners at their own run", True),
    ("half_hour_share", "runners at half an hour", True),
    ("flares", "flares", False),
    ("bad_days", "days with pain of 5 or more", False),
)


def _in_words(base: Mapping[str, Outcome], seed: int) -> list[str]:
    """Return where each policy is better or worse than this plan; what the intervals leave open is called so."""
    lines = []
    for name, found in _compared(base, seed).items():
        better = [words for key, words, more in _WORDS if found[key].sign == (1 if more else -1)]
        worse = [words for key, words, more in _WORDS if found[key].sign == (-1 if more else 1)]
        even = [words for key, words, _ in _WORDS if found[key].sign == 0]
        texts = [
            f"this plan is **worse** on {', '.join(better)}" if better else "",
            f"this plan is better on {', '.join(worse)}" if worse else "",
            f"no clear difference on {', '.join(even)}" if even else "",
        ]
        lines.append(f"- Against *{name}*: {'; '.join(filter(None, texts))}.")
    return lines


def _starts_table(base: Mapping[str, Outcome], seed: int) -> str:
    head = ("start", "policy", "runners", "at own run, %", "at half an hour, %", "flares", "knee-km")
    rows = []
    for start, laid_off in (("no run for two weeks or more", True), ("still running", False)):
        for name, outcome in base.items():
            part = outcome.only(outcome.laid_off == laid_off)
            if not len(part.laid_off):
                continue
            found = figures(part, seed)
            shares = (told(found["own_share"], percent=True), told(found["half_hour_share"], percent=True))
            count = str(len(part.laid_off))
            rows.append((start, name, count, *shares, told(found["flares"], 2), told(found["knee_km"], 0)))
    return table(head, rows)


def _worlds_text(results: Results) -> str:
    lines = [
        f"- *{world.name}* ({len(results[world.name][OURS].laid_off)} runners): {world.meaning}" for world in WORLDS
    ]
    return "\n".join(lines)


def _worlds_table(results: Results, seed: int) -> str:
    head = (
        "world",
        "policy",
        "weeks to own run",
        "at own run, %",
        "at half an hour, %",
        "flares",
        "bad days",
        "knee-km",
    )
    rows = []
    for world in WORLDS:
        for name, outcome in results[world.name].items():
            found = figures(outcome, seed)
            shares = (told(found["own_share"], percent=True), told(found["half_hour_share"], percent=True))
            means = (told(found["flares"], 2), told(found["bad_days"]), told(found["knee_km"], 0))
            rows.append((world.name, name, told(found["own_weeks"]), *shares, *means))
    return table(head, rows)


def _colours_table(results: Results) -> str:
    others = ("amber, %", "answer missing, %", "red, %")
    head = ("world", "sessions", "on calm days: green, %", *others, "else: green, %", *others)
    rows = []
    for world in WORLDS:
        colours = results[world.name][OURS].colours
        cells = [_shares(colours, calm=calm) for calm in (True, False)]
        rows.append((world.name, str(colours.total()), *cells[0], *cells[1]))
    return table(head, rows)


def _shares(colours: Counter[tuple[str, bool]], *, calm: bool) -> list[str]:
    counts = np.array([colours[colour, calm] for colour in ("green", "amber", "missing", "red")])
    return [f"{100 * count / max(counts.sum(), 1):.0f}" for count in counts]


def _parameters_table() -> str:
    others = [world for world in WORLDS if world.changes]
    names = list(WORLDS[0].parameters())
    head = ("parameter", "meaning", "unit", "range", "other worlds")
    rows = []
    for name in names:
        each = WORLDS[0].parameters()[name]
        changed = [f"{world.name}: {_range(world.changes[name])}" for world in others if name in world.changes]
        rows.append((f"`{name}`", each.meaning, each.unit, _range(each), "; ".join(changed)))
    return table(head, rows)


def _range(each: Range) -> str:
    if each.low == each.high:
        return f"{each.low:g}"
    return f"{each.low:g} to {each.high:g}" + (", log" if each.log else "")
