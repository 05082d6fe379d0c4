from __future__ import annotations

import math
from datetime import date, time

import pytest

from kneewise.errors import UnreadableFileError
from kneewise.sources.run_table import read_run_table


def test_comma_table_in_si_units() -> None:
    table = read_run_table(
        b"date,distance_m,moving_s,treadmill,speed_mps,grade_percent,cadence_spm,title\n"
        b'2026-03-01,10000,3600,yes,2.8,1.0,168,"Easy, flat"\n',
        "runs.csv",
    )
    (run,) = table.runs
    assert (run.date, run.distance_m, run.moving_s, run.treadmill) == (date(2026, 3, 1), 10000, 3600, True)
    assert run.grade_deg == pytest.approx(math.degrees(math.atan(0.01)))
    assert (run.cadence_spm, run.title, run.line) == (168, "Easy, flat", 2)
    assert table.issues == ()


def test_semicolons_decimal_commas_durations_and_dotted_dates() -> None:
    table = read_run_table(
        "Datum;km;Duration\r\n01.03.2026;10,5;1:02:30\r\n\r\n2.3.2026;0,250;1:30,5\r\n".encode("utf-16"), "r"
    )
    assert [(run.distance_m, run.moving_s, run.line) for run in table.runs] == [(10500, 3750, 2), (250, 90.5, 4)]


def test_the_third_of_distance_time_and_speed_is_worked_out() -> None:
    table = read_run_table(b"date\tmoving_s\tspeed_mps\n2026-03-01\t1000\t3\n", "r")
    assert table.runs[0].distance_m == 3000


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("31.02.2026;5;30:00;", "no day"),
        ("03/04/2026;5;30:00;", "write it as 2026-03-31"),
        (";5;30:00;", "the date '' is not understood"),
        ("2026-03-01;;30:00;", "needs two of distance, time and speed"),
        ("2026-03-01;-5;30:00;", "must be above 0"),
        ("2026-03-01;five;30:00;", "is no number"),
        ("2026-03-01;10,500;30:00;", "may mean two numbers"),
        ("2026-03-01;nan;30:00;", "is no number"),
        ("2026-03-01;5;half an hour;", "write it as 1:05:30"),
        ("2026-03-01;5;30:00;maybe", "treadmill must be yes or no"),
        ("2026-03-01;5;30:00;;beach", "the terrain 'beach' is not known"),
        ("2026-03-01;5;30:00;;;25:00", "the start '25:00' is not understood"),
        ("2026-03-01;5;30:00;;;noon", "write it as 07:30"),
    ],
)
def test_each_bad_line_is_one_issue_with_its_number(line: str, words: str) -> None:
    table = read_run_table(
        f"date;distance_km;duration;treadmill;terrain;start\n2026-03-01;5;30:00;\n{line}\n2026-03-02;5;30:00;no\n".encode(),
        "runs.csv",
    )
    assert len(table.runs) == 2
    (issue,) = table.issues
    assert issue.where == "runs.csv, line 3"
    assert words in issue.text


def test_terrain_and_time_of_day() -> None:
    table = read_run_table(
        b"date,km,duration,terrain,start\n2026-03-01,5,30:00,Trail,7:05\n2026-03-02,5,30:00,,\n", "r"
    )
    assert [(run.terrain, run.start) for run in table.runs] == [("trail", time(7, 5)), (None, None)]
    assert table.issues == ()


def test_unknown_columns_are_told() -> None:
    table = read_run_table(b"date,km,duration,shoes\n2026-03-01,5,30:00,blue\n", "r.csv")
    assert [issue.code for issue in table.issues] == ["unknown-column"]
    assert len(table.runs) == 1


@pytest.mark.parametrize("data", [b"", b"\n\n", b"a,b,c\n1,2,3\n", b"date\n2026-03-01\n"])
def test_a_table_without_the_columns_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFileError, match=r"first line must name the columns"):
        read_run_table(data, "runs.csv")
