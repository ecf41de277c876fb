"""CSV files of Exportify: their encoding, their names, and those that are refused."""

from pathlib import Path

import pytest

from tests.support.exportify_files import (
    CONVERTED,
    HEADER,
    ROW,
    SONG,
    imported,
    text,
    with_cells,
    write,
)
from tests.support.saved_responses import LIST, page, raw, run, save


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff".encode() + text(HEADER, ROW).encode(),
        text(HEADER, ROW).encode("utf-16"),
        text(HEADER, ROW, delimiter="\t").encode("utf-16"),
        text(HEADER, ROW, delimiter=";").encode(),
        text(HEADER, ROW).replace("\r\n", "\n").encode(),
        b"\r\n" + text(HEADER, ROW).encode() + b"\r\n",
    ],
    ids=["mark", "utf-16", "tabs", "semicolons", "line feeds", "blank lines"],
)
def test_a_spreadsheet_may_have_saved_the_file_again(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "chill.csv"
    path.write_bytes(content)

    assert run(tmp_path / "lake", path, playlist_id=LIST).failures == []
    assert raw(tmp_path / "lake")[1]["page"]["items"] == [CONVERTED]


ODD_NAMES = ["two\nlines", "cr\rname", 'a "quoted" name', "שלום", "\u202eabc", "a;b\tc", "😀"]


def test_ten_thousand_rows_with_odd_names_are_imported(tmp_path: Path) -> None:
    names = [f"{ODD_NAMES[number % len(ODD_NAMES)]} {number}" for number in range(10_000)]

    rows = imported(tmp_path, HEADER, *(with_cells(TrackName=name) for name in names))

    assert [row["track"]["name"] for row in rows] == names


@pytest.mark.parametrize(
    ("name", "list_name"),
    [
        ("chill-2026-10-01.csv", "chill"),
        ("2026-10-01 chill.csv", "chill"),
        ("a.b (1).CSV", "a.b (1)"),
    ],
)
def test_the_list_is_named_after_the_file(tmp_path: Path, name: str, list_name: str) -> None:
    report = run(tmp_path / "lake", write(tmp_path / name, HEADER, ROW))

    assert list(report.names.values()) == [list_name]


def test_a_file_that_is_named_by_its_date_alone_needs_an_id(tmp_path: Path) -> None:
    """Else the files of one list would become a list for each date."""
    files = [tmp_path / f"2026-{month}-01.csv" for month in (10, 11)]
    for path in files:
        path.write_text(text(HEADER, ROW))

    refused = run(tmp_path / "lake", *files, snapshot_date=None)
    report = run(tmp_path / "lake", *files, snapshot_date=None, playlist_id=LIST)

    assert [failure.message for failure in refused.failures] == [
        f"{path} does not say which list it is from; pass --playlist-id" for path in files
    ]
    assert [(str(one.snapshot_date), one.playlist_id) for one in report.written] == [
        ("2026-10-01", LIST),
        ("2026-11-01", LIST),
    ]


@pytest.mark.parametrize("name", ["Liked_Songs.csv", "liked.csv", "Liked_Songs-2026-10-01.csv"])
def test_liked_songs_are_known_by_the_files_name(tmp_path: Path, name: str) -> None:
    report = run(tmp_path / "lake", write(tmp_path / name, HEADER, ROW))

    assert [one.playlist_id for one in report.written] == ["liked-songs"]


def test_a_list_may_be_empty_and_a_column_unknown(tmp_path: Path) -> None:
    empty = run(tmp_path / "a", write(tmp_path / "a.csv", HEADER), playlist_id=LIST)
    more = run(tmp_path / "b", write(tmp_path / "b.csv", [*HEADER, "Mood"], [*ROW, "sad"]))

    assert (empty.failures, raw(tmp_path / "a")[-1]["total"]) == ([], 0)
    assert (more.failures, more.dropped_keys) == ([], {"items[].Mood": 1})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (text(HEADER, ROW[:-1]), "line 2 has 18 columns, and the header 19; export the list again"),
        (text(HEADER, [*ROW, "x"]), "line 2 has 20 columns, and the header 19"),
        (text(HEADER, ROW)[:-40], "line 2 is not CSV"),
        (text([*HEADER, "ISRC"], [*ROW, ""]), "has a column twice in line 1"),
        ("Track Name,Artist Name(s)\nRain,Ann\n", "is not of a known format; import playlist obj"),
        ("Straße\n".encode("latin-1"), "is not UTF-8 text; save it in UTF-8"),
    ],
)
def test_a_torn_or_unknown_file_is_refused(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    path = tmp_path / "chill.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())

    ((_, said),) = run(tmp_path / "lake", path).failures

    assert said.startswith(f"{path} {message}")
    assert not (tmp_path / "lake").exists()


def test_charts_and_lists_are_told_apart_by_their_columns(tmp_path: Path) -> None:
    chart = tmp_path / "regional.csv"
    chart.write_text(f"rank;uri;artist_names;track_name\n1;spotify:track:{SONG};Ann;Rain\n")
    files = [
        save(tmp_path / "data.csv", {"id": LIST, "tracks": page(["a"])}),
        write(tmp_path / "list.txt", HEADER, ROW),
        chart,
    ]

    report = run(tmp_path / "lake", *files, playlist_id="mine")

    assert [(one.playlist_id, one.files[0].name) for one in report.written] == [
        (LIST, "data.csv"),
        ("mine", "list.txt"),
    ]
    ((_, said),) = report.failures
    assert said.startswith(f"{chart} is a chart, and another file is a list with the same id, mine")
    # What the sentence advises
    assert len(run(tmp_path / "lake", chart, playlist_id="chart").written) == 1
