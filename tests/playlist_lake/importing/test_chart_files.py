"""Importing chart CSV files: what is written, and which line makes a file unusable."""

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from extract_lambda.raw_zone import RawZone
from lake.storage import open_storage
from playlist_lake.importing.chart_files import read_chart
from playlist_lake.importing.files import UnusableFile, file_on_disk
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
    return import_files(map(file_on_disk, paths), zone, snapshot_date=None, playlist_id=None)


def records(lake: Path, on: str, playlist_id: str) -> list[Any]:
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
    chart = read_chart(
        file_on_disk(save(tmp_path, "viral-global-daily-2026-10-31.csv", text)), None
    )

    assert chart.rows[0].get("streams") is None


def test_the_last_file_by_name_supersedes_the_others(tmp_path: Path) -> None:
    first = save(tmp_path, "regional-global-daily-2026-10-31 (1).csv")
    last = save(tmp_path, "regional-global-daily-2026-10-31.csv", DAILY.replace(",345\r", ",346\r"))

    report = imported(tmp_path / "lake", last, first)

    assert [(old.file.label, old.by.label) for old in report.superseded] == [
        (str(first), str(last))
    ]
    (_, chart, _) = records(tmp_path / "lake", "2026-10-31", "regional-global-daily")
    assert chart["rows"][0]["streams"] == 346


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
        (DAILY.replace(",345", ""), "line 2 does not have as many columns as the header"),
        (DAILY.replace(",345", ",345,6"), "line 2 does not have as many columns as the header"),
        (DAILY.replace(":track:", ":show:"), "line 2 has 'spotify:show:1111111111111111111111'"),
        (DAILY.splitlines()[0] + "\n", "has no rows below its header"),
    ],
)
def test_an_unusable_chart_file_is_refused_with_the_line(
    tmp_path: Path, text: str, message: str
) -> None:
    path = save(tmp_path, "regional-global-daily-2026-10-31.csv", text)

    report = imported(tmp_path / "lake", path)

    assert [failure.file for failure in report.failures] == [file_on_disk(path)]
    assert message in report.failures[0].message
    assert not (tmp_path / "lake/raw").exists()


HEADER = "rank,uri,artist_names,track_name,streams\n"


def lines(*ranks: str, first: int = 1) -> str:
    """A chart with a song per line; its title is the number of the line below the header."""
    return HEADER + "".join(
        f"{rank},spotify:track:{number:022},Ann,{number},{number}0\n"
        for number, rank in enumerate(ranks, start=first)
    )


@pytest.mark.parametrize(
    ("text", "ranks", "total", "fault"),
    [
        (lines("1", "2", "4"), {1: "1", 2: "2", 4: "3"}, 4, "no song has rank 3"),
        (lines("2", "3"), {2: "1", 3: "2"}, 3, "no song has rank 1"),
        (
            lines("1", "2", "2", "4"),
            {1: "1", 2: "2", 4: "4"},
            4,
            "no song has rank 3; line 4 has rank 2 again",
        ),
        (
            lines("1", "2", "2", "3"),
            {1: "1", 2: "2", 3: "4"},
            4,
            "no song has rank 4; line 4 has rank 2 again",
        ),
        (
            lines("1", "", "3"),
            {1: "1", 3: "3"},
            3,
            "no song has rank 2; line 3 has '' for rank, which is not a rank",
        ),
        (
            lines("0", "1"),
            {1: "2"},
            2,
            "no song has rank 2; line 2 has '0' for rank, which is not a rank",
        ),
        (
            lines("1") + "2,spotify:episode:x,Ann,Chat,5\n" + lines("3", first=3).split("\n", 1)[1],
            {1: "1", 3: "3"},
            3,
            "no song has rank 2; line 3 has 'spotify:episode:x', which is not a song's URI",
        ),
        (lines("1", "20"), {1: "1", 20: "2"}, 20, "no song has rank 2, 3, 4, 5, 6 and 13 more"),
        (lines("2", "1"), {1: "2", 2: "1"}, 2, ""),
        (lines("1.0", "2.0"), {1: "1", 2: "2"}, 2, ""),
    ],
)
def test_a_rank_without_a_song_stays_free_and_is_named(
    tmp_path: Path, text: str, ranks: dict[int, str], total: int, fault: str
) -> None:
    path = save(tmp_path, "regional-xa-daily-2026-10-31.csv", text)

    report = imported(tmp_path / "lake", path)

    _, *charts, end = records(tmp_path / "lake", "2026-10-31", "regional-xa-daily")
    found = {
        chart["offset"] + index: row["track_name"]
        for chart in charts
        for index, row in enumerate(chart["rows"], start=1)
    }
    assert found == ranks
    assert (end["item_count"], end["total"], end["page_count"]) == (len(ranks), total, len(charts))
    incomplete = f"incomplete: regional-xa-daily of 2026-10-31 has {len(ranks)} of {total} items"
    assert report.remarks == ([f"{path}: {fault}", incomplete] if fault else [])
    assert report.failures == []


def test_streams_that_are_not_a_number_are_left_out_and_named(tmp_path: Path) -> None:
    text = DAILY.replace(",345", ",many").replace(",12\r", ",12.0\r")
    chart = read_chart(
        file_on_disk(save(tmp_path, "regional-global-daily-2026-10-31.csv", text)), None
    )

    assert [row["streams"] for row in chart.rows] == [None, 12]
    assert chart.faults == ["line 2 has 'many' for streams, which is not a number"]
    assert chart.total == 2


def test_an_incomplete_chart_is_only_replaced_with_refresh(tmp_path: Path) -> None:
    lake, name = tmp_path / "lake", "regional-xa-daily-2026-10-31.csv"
    incomplete = save(tmp_path, name, lines("1", "3"))
    imported(lake, incomplete)
    assert len(imported(lake, incomplete).already_present) == 1
    better = save(tmp_path, name, lines("1", "2", "3"))

    ((_, message),) = imported(lake, better).failures

    assert "has other rows than the lake; regional-xa-daily of 2026-10-31 is there with 2 of 3" in (
        message
    )
    zone = RawZone(open_storage(lake))
    import_files([file_on_disk(better)], zone, snapshot_date=None, playlist_id=None, refresh=True)
    assert records(lake, "2026-10-31", "regional-xa-daily")[-1]["item_count"] == 3


def test_different_charts_never_become_one_by_the_option(tmp_path: Path) -> None:
    paths = [
        save(tmp_path, f"{name}-2026-10-31.csv", text)
        for name, text in {"a": lines("1", "2"), "b": lines("1")}.items()
    ]
    zone = RawZone(open_storage(tmp_path / "lake"))

    report = import_files(map(file_on_disk, paths), zone, snapshot_date=None, playlist_id="mine")

    assert [failure.file for failure in report.failures] == [*map(file_on_disk, paths)]
    assert report.written == []


def test_a_file_not_named_after_a_chart_needs_the_option(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="pass --playlist-id with the chart's name"):
        read_chart(file_on_disk(save(tmp_path, "download-2026-10-31.csv")), None)
