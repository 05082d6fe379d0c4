"""Words that the device says while its camera looks; holes in braces are filled there."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kneewise.web.wording import message

WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "loading": message("The pose model is being loaded ..."),
        "looking": message("The camera looks. Begin to run."),
        "denied": message("The camera was not allowed. Allow it in the browser's settings and start again."),
        "missing": message("No camera was found. Connect one, close other apps that use it, and start again."),
        "failed": message("The pose model does not run in this browser. Take a newer browser, or count by tapping."),
        "stopped": message("The camera is off."),
        "start": message("Start the camera"),
        "stop": message("Stop the camera"),
        "pace": message("{fps} pictures a second, {ms} ms from picture to number, {where}"),
        "webgpu": message("on the graphics processor"),
        "wasm": message("on the processor"),
        "nobody": message("Nobody is seen. Stand so that your whole body is in the picture."),
        "crowd": message("More than one person is in the picture. Turn the camera so that it sees only you."),
        "slow": message("Too few pictures a second to measure steps. Close other apps, or use a quicker device."),
        "front": message("The camera sees you from the front. Put it at your side or behind you."),
        "oblique": message("The camera sees you at an angle. Put it square to your side, or straight behind you."),
        "small": message("You are too small in the picture. Bring the camera nearer, until you fill most of it."),
        "feet": message("Feet, hips or shoulders are hidden or cut off. Free the view of your whole body."),
        "mixed": message(
            "The camera seems to take one leg for the other too often to tell where your foot lands. "
            "More light may help."
        ),
        "still": message("Keep on running evenly. The first number takes {seconds} seconds."),
        "disagree": message("These pictures do not agree well enough for a number. More light may help."),
        "ahead": message("Foot ahead of your centre of mass"),
        "ahead_unit": message("%% of leg length"),
        "ahead_low": message("under you"),
        "ahead_high": message("far ahead"),
        "ahead_aim": message("Aim: left of your mark. Land under you."),
        "shin": message("Shin {degrees}° from upright at contact, ±{doubt}°"),
        "drop": message("Drop of the pelvis"),
        "drop_unit": message("degrees"),
        "drop_low": message("level"),
        "drop_high": message("deep"),
        "legs": message(
            "Standing on the left {left}°, on the right {right}°. The camera sees little of a pelvis: a trend at most."
        ),
        "usual": message("Your mark: {number}"),
        "doubt": message("±{doubt}"),
        "trend": message(
            "{fps} pictures a second blur a single step; this is the mean of the last {steps}. Compare it with your "
            "own mark only."
        ),
        "cadence": message("{spm} steps a minute"),
        "no_cadence": message("No cadence yet"),
    }
)
