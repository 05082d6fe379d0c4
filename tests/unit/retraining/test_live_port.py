"""What the device decides in a live session is what Python decides: both answer the questions of one fixture.

``frontend/tests/live_port.test.ts`` asks the browser's side. ``python -m tests.unit.retraining.test_live_port`` writes
the answers anew where Python's side has changed on purpose.
"""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

from kneewise.retraining import Guards, PracticeBlock, TrialStep, block_cadence, judge_trial
from kneewise.services.live_setup import live_numbers

FIXTURE = Path(__file__).resolve().parents[3] / "frontend" / "tests" / "live_port.json"
CALM = Guards(acute_calf_achilles_plantar=False, bone_stress_injury=False, open_red_flags=0)
TRIALS, SESSIONS = 400, 60


def trials() -> list[dict[str, Any]]:
    """Return made trials: pain and comfort of two steps, some of it untold."""
    chance = random.Random(8)
    pains = (None, 0, 0, 0, 1, 2, 3, 4, 6)
    return [
        {
            "usual": chance.choice(pains),
            "steps": [
                {
                    "above_pct": above,
                    "pain": chance.choice(pains),
                    "comfortable": chance.choice((None, True, False)),
                    "calf_or_achilles_pain": chance.choice((None, 0, 0, 0, 0, 1, 2, 3)),
                }
                for above in (5, 7.5)[: chance.choice((0, 1, 2, 2, 2))]
            ],
        }
        for _ in range(TRIALS)
    ]


def sessions() -> list[dict[str, Any]]:
    """Return made sessions: blocks with the feedback on and off, some without a cadence."""
    chance = random.Random(9)
    made = []
    for _ in range(SESSIONS):
        ends = sorted({0, *(chance.randrange(1, 1800) for _ in range(chance.randrange(1, 20)))})
        made.append(
            {
                "error_spm": chance.choice((1, 2)),
                "blocks": [
                    {"from_s": low, "to_s": high, "on": bool(place % 2),
                     "cadence_spm": chance.choice((None, round(chance.uniform(155, 185), 2)))}
                    for place, (low, high) in enumerate(pairwise(ends))
                ],
            }
        )  # fmt: skip
    return made


def answers() -> dict[str, Any]:
    judged = [judge_trial(one["usual"], [TrialStep(**step) for step in one["steps"]], CALM) for one in trials()]
    found = [
        block_cadence([PracticeBlock(**block) for block in one["blocks"]], on=on, error_spm=one["error_spm"])
        for one in sessions()
        for on in (True, False)
    ]
    return {
        "judged": [
            [one.verdict, one.most_pct, one.inputs.get("pain_change_in_trial") if one.verdict == "train" else None]
            for one in judged
        ],
        "cadence": [
            None if one is None else [round(one.value, 9), round((one.high - one.low) / 2, 9)] for one in found
        ],
    }


def fixture() -> dict[str, Any]:
    numbers = {name: each for name, each in live_numbers().items() if name != "texts"}
    return {"numbers": numbers, "trials": trials(), "sessions": sessions(), "answers": answers()}


def test_python_gives_the_answers_of_the_fixture() -> None:
    assert json.loads(FIXTURE.read_text(encoding="utf-8")) == json.loads(json.dumps(fixture()))


def test_the_fixture_asks_for_every_verdict() -> None:
    assert {one[0] for one in answers()["judged"]} == {"train", "no_response", "stop", "unanswered"}


if __name__ == "__main__":
    FIXTURE.write_text(json.dumps(fixture()) + "\n", encoding="utf-8")
