"""From the record to what to do today: rules decide the dose, the calendar places it.

`build_plan` makes the first version, `adapt_plan` the next one; both read one frozen `PlanInputs` and return a `Plan`,
or a `PlanRefused` with the reasons. What was done is read back by `kneewise.plan.adherence`.
"""

from kneewise.plan.adapt import adapt_plan
from kneewise.plan.build import build_plan
from kneewise.plan.inputs import Availability, DoneSession, GaitPractice, PastRun, PlanInputs, Race
from kneewise.plan.refusal import PlanRefused

__all__ = [
    "Availability",
    "DoneSession",
    "GaitPractice",
    "PastRun",
    "PlanInputs",
    "PlanRefused",
    "Race",
    "adapt_plan",
    "build_plan",
]
