"""Words that the device says while a session runs; holes in braces are filled there."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kneewise.web.wording import message

WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "warm_up": message("Warm up: walk and jog easily"),
        "settle": message("Run at your usual speed, with your usual steps"),
        "count": message("Your usual steps are counted: {number} of {count}"),
        "step": message("Quicker steps: {percent} %% more. Keep the speed."),
        "run_on": message("With the beat"),
        "run_off": message("On your own: keep the rhythm"),
        "walk": message("Walk"),
        "paused": message("Pause"),
        "pause": message("Pause"),
        "resume": message("Go on"),
        "skip": message("I am warm"),
        "steps_a_minute": message("steps a minute"),
        "aim": message("Aim {low} to {high}"),
        "aim_one": message("Aim {low}"),
        "hidden": message("No number now. Feel the rhythm."),
        "listening": message("The first number takes {seconds} seconds."),
        "faster": message("A little quicker"),
        "slower": message("A little slower"),
        "right": message("Right on"),
        "left": message("{time} left"),
        "motion": message("Motion"),
        "microphone": message("Microphone"),
        "camera": message("Camera"),
        "tap": message("Tapping"),
        "source": message("{name}, ±{accuracy}"),
        "agree": message("{one} {first}, {other} {second}: they agree."),
        "disagree": message("{one} {first}, {other} {second}: one of them is wrong. Count once by hand."),
        "denied_motion": message("Motion was not allowed; allow it in the browser or tap your steps."),
        "denied_microphone": message("The microphone was not allowed; allow it in the browser or tap your steps."),
        "denied_camera": message("The camera was not allowed; allow it in the browser or tap your steps."),
        "missing_motion": message("This device tells nothing about motion here; tap your steps."),
        "missing_microphone": message("No microphone was found; tap your steps."),
        "missing_camera": message("No camera was found; tap your steps."),
        "silent_motion": message("No motion was felt so far. Carry the phone on you, or tap your steps."),
        "pain_stops": message("Stop here. Walk until it is calm. The plan takes it in."),
        "pain_goes_on": message("You can go on. Stop if it gets worse."),
        "blocked": message("Not now. Let the calf, Achilles tendon or sole get calm first."),
        "count_missing": message("Tell both counts: steps of both feet in one minute, from {low} to {high}."),
        "counts_apart": message("Your two counts differ too much. Keep the speed even and count again."),
        "answer_missing": message("Please answer every question."),
        "verdict_train": message("Quicker steps suit you: up to {percent} %% more than usual."),
        "verdict_no_response": message("They did not help you at once. That is so for most. The plan goes on."),
        "verdict_stop": message("Stop: quicker steps are not for you now."),
        "verdict_unanswered": message("An answer is missing, so nothing is decided."),
        "less_pain": message("It hurt {points} less at once."),
        "comfortable": message("It felt good, and it did not hurt more."),
        "with_feedback": message("With feedback"),
        "without_feedback": message("On your own"),
        "ran": message("Time run"),
        "pain": message("Pain"),
        "calf": message("Calf, Achilles"),
        "usual": message("Your usual steps a minute"),
        "stored": message("Stored."),
        "resume_at": message("{time} run. Your answers are kept."),
        "stale": message("This page was kept on another day. Connect once before you begin."),
    }
)
