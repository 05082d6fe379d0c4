"""Steps of the way back in words: a runner never reads an id."""

from __future__ import annotations

from kneewise.plan.amounts import distance_words
from kneewise.plan.course import Course, stage_of

_ADDS = {
    "strides": "strides",
    "intervals": "short fast bits",
    "hills_up": "short climbs",
    "hills_down": "short bits downhill",
    "stairs": "stairs",
}


def stage_words(course: Course, stage_id: str) -> str:
    """Return what a step of the course is; ids that this course does not hold are a step of an earlier one."""
    index = stage_of(course, stage_id)
    if index is None:
        return "another way back"
    stage = course.stages[index]
    if stage.kind == "rung" and stage.rung is not None:
        return stage.rung.name
    if stage.kind == "add":
        return f"{_ADDS[stage.adds]} in one run of the week"
    longest = distance_words(round(course.base.long_m * stage.factor, -2))
    if stage.factor == 1:
        return f"your usual runs, the longest {longest}"
    return f"runs a little {'longer' if stage.factor > 1 else 'shorter'} than usual, the longest up to {longest}"
