"""The demo: a made runner whose runs, answers and plan go through the same services as anybody's.

Runs are written as FIT files and imported; the plan is built and adapted by the real rules, day by day in the past of
the story. ``story.toml`` and ``answers.toml`` hold everything that is made up.
"""

from kneewise.services.demo.building import DemoMark, PreparedDemo, demo_folder, prepare_demo, read_demo
from kneewise.services.demo.sample_runs import sample_runs, samples_beside

__all__ = ["DemoMark", "PreparedDemo", "demo_folder", "prepare_demo", "read_demo", "sample_runs", "samples_beside"]
