"""Does the policy work? Four ways back to running on the same made-up runners: a simulation, not evidence.

    python -m benchmarks.policy --runners 2000 --workers 2 --write

Prints, and with ``--write`` puts on the page docs/policy.md, for each policy the weeks to the goal, the flares, the
share at the goal after 16 weeks, the bad days and the load, with 95 % bootstrap intervals over the runners, the
differences to this plan runner by runner, and the same in other worlds. The knees are those of
`benchmarks.policy_world`. ``--runners 200`` is the quick form.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from pathlib import Path

from benchmarks.policies import Policy, ThisPlan, policies
from benchmarks.policy_figures import Outcome, colours_of, joined, measures_of
from benchmarks.policy_page import page
from benchmarks.policy_parameters import BASE, WORLDS, World
from benchmarks.policy_world import DAYS, Cohort, Knees, draw_cohort

PAGE = Path(__file__).resolve().parents[1] / "docs" / "policy.md"
SEED, CHUNK = 20261122, 25
#: Runners of each other world, as a share of those of the base world.
OTHERS = 0.1


def run_cohort(cohort: Cohort, seed: int) -> dict[str, Outcome]:
    """Let one cohort live 16 weeks under each policy, with the same luck."""
    return {name: live(cohort, policy) for name, policy in policies(cohort, seed).items()}


def live(cohort: Cohort, policy: Policy) -> Outcome:
    """Let one cohort live 16 weeks under one policy."""
    knees = Knees(cohort)
    for day in range(DAYS):
        morning = knees.morning(day)
        wanted = policy.propose(day, morning)
        policy.hear(day, wanted, knees.live(day, wanted, morning))
    colours = colours_of(policy, knees) if isinstance(policy, ThisPlan) else Counter()
    return Outcome(measures_of(knees), cohort.laid_off, colours)


def run_chunk(world_name: str, seed: int, numbers: range) -> dict[str, Outcome]:
    """Return the outcomes of some runners; worlds go by name because a process cannot be sent one."""
    world = next(world for world in WORLDS if world.name == world_name)
    return run_cohort(draw_cohort(world, numbers, seed), seed)


def run_world(world: World, runners: int, seed: int, pool: Executor) -> dict[str, Outcome]:
    """Let all runners of one world live under each policy, a chunk at a time."""
    chunks = [range(start, min(start + CHUNK, runners)) for start in range(0, runners, CHUNK)]
    parts = list(pool.map(partial(run_chunk, world.name, seed), chunks))
    return {name: joined([part[name] for part in parts]) for name in parts[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description="four ways back to running on made-up runners: a simulation")
    parser.add_argument("--runners", type=int, default=2000)
    parser.add_argument("--others", type=int, help="runners of each other world (a tenth of the runners)")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    arguments = parser.parse_args()
    others = arguments.others or max(round(arguments.runners * OTHERS), 20)
    start = time.perf_counter()
    results = {}
    with ProcessPoolExecutor(arguments.workers) as pool:
        for world in WORLDS:
            runners = arguments.runners if world is BASE else others
            results[world.name] = run_world(world, runners, arguments.seed, pool)
            print(f"{world.name}: {runners} runners, {time.perf_counter() - start:.0f} s", flush=True)
    text = page(results, arguments.seed)
    print(text)
    if arguments.write:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
