"""What an import says of files is German in German, whatever the file."""

from __future__ import annotations

import pytest

from kneewise.language import translated
from kneewise.sources.detect import _DESCRIPTION, not_a_recording


@pytest.mark.parametrize("content", [*_DESCRIPTION, "empty", "unknown"])
def test_what_is_no_recording_is_told_in_german(content: str) -> None:
    text = str(not_a_recording(content, "my photo of March.jpg"))  # type: ignore[arg-type]
    german = translated("de", text)
    assert german != text
    assert german.startswith("my photo of March.jpg ist ")
    assert not {"is", "not", "nothing"} & set(german.split()[4:])


@pytest.mark.parametrize(
    ("text", "german"),
    [
        (
            "The file ends early or the device did not finish it; the 1200 records in it are kept.",
            "1.200 Messwerte darin",
        ),
        ("For 35 s the sensor counted half the steps; that was put right.", "der Sensor halb so viele Schritte"),
        ("Speeds above 25.2 km/h were left out.", "über 25,2 km/h"),
        ("Neither file nor profile tells the time zone; the day is that of UTC and may be off by one.", "Weder Datei"),
        (
            "Line 3 was left out: it needs two of distance, time and speed.",
            "Zeile 3 wurde weggelassen: sie braucht zwei",
        ),
    ],
)
def test_doubts_about_a_recording_are_told_in_german(text: str, german: str) -> None:
    assert german in translated("de", text)


def test_a_measure_of_a_video_is_german_whether_its_numbers_have_a_point_or_not() -> None:
    told = translated("de", "6 degrees (between 4 and 9), from your video.")
    assert told == "6 Grad (zwischen 4 und 9), aus deinem Video."
    assert translated("de", "2.1 degrees (between 1.3 and 2.9), from your video.").startswith("2,1 Grad (zwischen 1,3")
