"""Importing chart CSV files: what is written, and which line makes a file unusable."""

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from extract_lambda.raw_zone import RawZone
from lake.storage import open_storage
from playlist_lake.importing.chart_files import read_chart
from playlist_lake.importing.files import UnusableFile
from playlist_lake.importing.import_report import ImportReport
from playlist_lake.importing.importer import import_files

DAILY = (
    "rank,uri,artist_names,track_name,source,peak_rank,previous_rank,days_on_chart,streams\r\n"
    '1,spotify:track:1111111111111111111111,"Ann, the Third, Bo","Rain, again",'
    "Lakeside,1,2,9,345\r\n"
    "2,spotify:track:2222222222222222222222,Çelik,Ørsted 🌊,Lakeside,1,-1,1,12\r\n"
)


def save(folder: Path, name: str, text: str = DAILY) -> Path:
    """A file as charts.spotify.com serves it: UTF-8 with a byte order mark."""
    path = folder / name
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    return path


def imported(lake: Path, *paths: Path) -> ImportReport:
    """Import some files without options."""
    zone = RawZone(open_storage(lake))
    return import_files(paths, zone, snapshot_date=None, playlist_id=None)


def records(lake: Path, on: str, playlist_id: str) -> list[dict[str, object]]:
    """The lines of a raw object."""
    path = lake / f"raw/snapshot_date={on}/{playlist_id}.jsonl.gz"
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def test_a_chart_file_becomes_a_raw_object(tmp_path: Path) -> None:
    path = save(tmp_path, "regional-global-daily-2026-10-31.csv")

    report = imported(tmp_path / "lake", path)

    assert report.failures == []
    assert report.dates == {date(2026, 10, 31)}
    playlist, chart, end = records(tmp_path / "lake", "2026-10-31", "regional-global-daily")
    assert playlist["playlist"] == {"name": "regional-global-daily"}
    assert (chart["record"], chart["source"], chart["offset"]) == ("chart_rows", "chart_csv", 0)
    assert chart["fetched_at"] == "2026-10-31T00:00:00.000Z"
    assert chart["rows"] == [
        {
            "rank": 1,
            "uri": "spotify:track:1111111111111111111111",
            "artist_names": "Ann, the Third, Bo",
            "track_name": "Rain, again",
            "source": "Lakeside",
            "peak_rank": "1",
            "previous_rank": "2",
            "days_on_chart": "9",
            "streams": 345,
        },
        {
            "rank": 2,
            "uri": "spotify:track:2222222222222222222222",
            "artist_names": "Çelik",
            "track_name": "Ørsted 🌊",
            "source": "Lakeside",
            "peak_rank": "1",
            "previous_rank": "-1",
            "days_on_chart": "1",
            "streams": 12,
        },
    ]
    assert (end["item_count"], end["total"], end["page_count"]) == (2, 2, 1)


@pytest.mark.parametrize(
    ("name", "playlist_id"),
    [
        ("regional-global-weekly-2026-10-29.csv", "regional-global-weekly"),
        ("regional-de-daily-2026-10-29.csv", "regional-de-daily"),
        ("viral-global-daily-2026-10-29.csv", "viral-global-daily"),
        ("regional-global-daily-2026-10-29 (1).csv", "regional-global-daily"),
    ],
)
def test_the_list_id_is_the_charts_name(tmp_path: Path, name: str, playlist_id: str) -> None:
    report = imported(tmp_path / "lake", save(tmp_path, name))

    assert [(entry.snapshot_date, entry.playlist_id) for entry in report.written] == [
        (date(2026, 10, 29), playlist_id)
    ]


def test_a_chart_without_streams_has_none(tmp_path: Path) -> None:
    text = (
        "rank,uri,artist_names,track_name,source,peak_rank,previous_rank,days_on_chart\n"
        "1,spotify:track:1111111111111111111111,Ann,Rain,Lakeside,1,2,9\n"
    )
    chart = read_chart(save(tmp_path, "viral-global-daily-2026-10-31.csv", text), None)

    assert chart.rows[0].get("streams") is None


def test_the_last_file_by_name_supersedes_the_others(tmp_path: Path) -> None:
    first = save(tmp_path, "regional-global-daily-2026-10-31 (1).csv")
    last = save(tmp_path, "regional-global-daily-2026-10-31.csv", DAILY.replace(",345\r", ",346\r"))

    report = imported(tmp_path / "lake", last, first)

    assert [(old.path, old.by) for old in report.superseded] == [(first, last)]
    (_, chart, _) = records(tmp_path / "lake", "2026-10-31", "regional-global-daily")
    rows = chart["rows"]
    assert isinstance(rows, list)
    assert rows[0]["streams"] == 346


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (DAILY.replace("uri,", "", 1), "line 1 is not the header of a chart (missing: uri)"),
        (
            DAILY.replace("streams", "plays"),
            "line 1 is not the header of a chart (unknown: 'plays')",
        ),
        (
            "Position,Track Name,Artist\n1,a,b\n",
            "line 1 is not the header of a chart (missing: rank",
        ),
        (DAILY.replace("\n2,", "\n3,"), "line 3 has rank 3 instead of 2"),
        (DAILY.replace("\n2,", "\n1,"), "line 3 has rank 1 instead of 2"),
        (DAILY.replace("\n2,", "\nten,"), "line 3 has 'ten' for rank, which is not a number"),
        (DAILY.replace(",345", ",many"), "line 2 has 'many' for streams, which is not a number"),
        (DAILY.replace(",345", ""), "line 2 does not have as many columns as the header"),
        (DAILY.replace(",345", ",345,6"), "line 2 does not have as many columns as the header"),
        (DAILY.replace("track:2", "album:2"), "line 3 has 'spotify:album:2"),
        (DAILY.splitlines()[0] + "\n", "has no rows below its header"),
    ],
)
def test_an_unusable_chart_file_is_refused_with_the_line(
    tmp_path: Path, text: str, message: str
) -> None:
    path = save(tmp_path, "regional-global-daily-2026-10-31.csv", text)

    report = imported(tmp_path / "lake", path)

    assert [failure.path for failure in report.failures] == [path]
    assert message in report.failures[0].message
    assert not (tmp_path / "lake/raw").exists()


def test_a_file_not_named_after_a_chart_needs_the_option(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="pass --playlist-id with the chart's name"):
        read_chart(save(tmp_path, "download-2026-10-31.csv"), None)
