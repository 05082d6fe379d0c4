from __future__ import annotations

from pathlib import Path

import pytest

from kneewise.sources.strava_export import StravaRow, file_key, read_strava_index

GERMAN = (
    "Aktivitäts-ID,Aktivitätsdatum,Name der Aktivität,Aktivitätsart,Aktivitätsbeschreibung,Verstrichene Zeit,Distanz,"
    "Max. Herzfrequenz,Relative Leistung,Pendelfahrt,Ausrüstung,Dateiname,Distanz\n"
    '1,"29.05.2022, 15:53:35","Lauf, am Morgen",Lauf,"zwei\nZeilen",1428,"3,32",,,false,Schuh A,'
    "activities/1.fit.gz,3322\n"
    '2,"30.05.2022, 15:53:35",Radfahrt,Radfahrt,,1428,"3,32",,,false,,activities/2.GPX,3322\n'
    '3,"31.05.2022, 15:53:35",Lauf am Abend,Lauf,,1428,"3,32",,,true,Schuh A,,3322\n'
    '4,"01.06.2022, 15:53:35",Trail,Traillauf,,1428,"3,32",,,false,Schuh B,activities/4.tcx.gz,3322\n'
)


def test_columns_are_found_by_content_whatever_the_language() -> None:
    index = read_strava_index(GERMAN.encode("utf-8-sig"))
    assert list(index) == ["activities/1.fit.gz", "activities/2.gpx", "activities/4.tcx.gz"]
    assert index["activities/1.fit.gz"] == StravaRow(
        "activities/1.fit.gz", "Lauf, am Morgen", "Lauf", "running", None, "Schuh A"
    )
    assert index["activities/2.gpx"].gear is None
    assert index["activities/2.gpx"].sport == "cycling"


@pytest.mark.parametrize("extra", [0, 3, 7])
def test_more_columns_change_nothing(extra: int) -> None:
    lines = GERMAN.replace("zwei\nZeilen", "zwei Zeilen").splitlines()
    wider = "\n".join(line + ",x" * extra for line in lines)
    assert read_strava_index(wider.encode()) == read_strava_index(GERMAN.encode())


@pytest.mark.parametrize(
    "data", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", b'"activities/1.fit', b"Filename\nactivities/1.fit\n", bytes(50)]
)
def test_other_tables_are_harmless(data: bytes) -> None:
    assert all(row.title is None for row in read_strava_index(data).values())


def test_key_is_the_end_of_the_path() -> None:
    assert file_key("exports/export.zip/activities/12.FIT.gz") == "activities/12.fit.gz"
    assert file_key("export/media/12.jpg") is None


def test_real_export(shared_data: Path) -> None:
    data = (shared_data / "activities" / "strava-export" / "activities.csv").read_bytes()
    row = read_strava_index(data)["activities/12866632127.fit.gz"]
    assert (row.title, row.sport_text, row.sport) == ("Laufen Landal Park", "Run", "running")
