"""Numbers in words."""

from __future__ import annotations

from kneewise.cli.words import duration, interval, kilometres, number, pace, plural, table, whole


def test_numbers() -> None:
    assert (duration(59.6), duration(3599), duration(3600), duration(None)) == ("1:00", "59:59", "1:00:00", "–")
    assert (pace(1000 / 299.7), pace(0), pace(None)) == ("5:00", "–", "–")
    assert (kilometres(10_234.0), kilometres(None)) == ("10.23", "–")
    assert (whole(167.6), whole(float("nan")), number(1.005, 1), number(None, 1)) == ("168", "–", "1.0", "–")
    assert (plural(1, "run"), plural(2, "run"), plural(2, "activity", "activities")) == (
        "1 run",
        "2 runs",
        "2 activities",
    )


def test_intervals() -> None:
    assert interval({"value": 10.0, "low": 9.44, "high": 11.06}, 1) == "10.0 (9.4–11.1)"
    assert interval({"value": None, "low": None, "high": None}, 1) == "–"
    assert interval(None, 1) == "–"


def test_tables_align() -> None:
    assert table(("name", "n", ""), [("a", "10", "note"), ("bcdef", "2", "")], left=(0, 2)) == [
        "name    n",
        "─────  ──",
        "a      10  note",
        "bcdef   2",
    ]
