"""How most lab runners run, for the words of rough numbers (``gait.usual`` in the evidence).

Run ``python -m benchmarks.usual_gait``; it takes half a minute and prints the section. Mean over the runners of the
lab tier's numbers by the video tier's names, of both legs, and one standard deviation over runners and speeds.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from benchmarks.virtual_clips import DATA, trials
from kneewise.gait.category import USUAL
from kneewise.gait.certainty import KINDS


def main() -> None:
    found: dict[str, list[float]] = defaultdict(list)
    every = trials(DATA)
    for trial in every:
        truth = trial.truth()
        for name in USUAL:
            found[name].append(float(np.mean([np.nanmean(truth[name][trial.steps.leg == leg]) for leg in (0, 1)])))
    runners = len({trial.person.number for trial in every})
    print("[gait.usual]")
    for name, numbers in found.items():
        mean, spread = float(np.mean(numbers)), float(np.std(numbers, ddof=1))
        print(
            f"{name} = {{ value = {mean:.3g}, low = {mean - spread:.3g}, high = {mean + spread:.3g}, "
            f'unit = "{KINDS[name].unit}", mark = "D", sources = ["fukuchi-2017"], '
            f'note = "lab tier, {runners} runners at 2.5, 3.5 and 4.5 m/s on a treadmill: mean, and one standard '
            'deviation to both sides" }'
        )


if __name__ == "__main__":
    main()
