"""Days on which Spotify is wrong leave no false history, and are told as what they were."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from playlist_lake import connect
from simulator.spotify.replaced_songs import replaced_id
from tests.playlist_lake.wrong_days import (
    CHART,
    DAYS,
    LEFT_OUT,
    OTHERS,
    PICKS,
    REISSUED,
    RELINKED,
    Day,
    play,
    song_of_picks,
    songs_of_chart,
)
from tests.support.simulated_client import SUNDAY

pytestmark = pytest.mark.slow

# Entered, last seen, exited: numbers of days
Stay = tuple[str, int, int, int | None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("wrong-days")


@pytest.fixture(scope="module")
def days(folder: Path, spark: SparkSession) -> list[Day]:
    """What was printed on each day; the commands share the session of the test run."""
    assert spark
    return play(folder)


def asked(folder: Path, question: str, *values: str) -> list[tuple[Any, ...]]:
    """The rows of an answer, with dates as numbers of days."""
    with connect(folder / "lake") as con:
        rows = con.execute(question, list(values)).fetchall()
    return [tuple(_plain(value) for value in row) for row in rows]


def _plain(value: Any) -> Any:
    return (value - SUNDAY).days + 1 if isinstance(value, date) else value


def stays(folder: Path, playlist_id: str) -> list[Stay]:
    question = "SELECT item_uri, entered_on, last_seen_on, exited_on FROM playlist_stays "
    return sorted(asked(folder, f"{question} WHERE playlist_id = ?", playlist_id), key=repr)


@pytest.mark.usefixtures("days")
def test_each_day_of_each_list_has_the_outcome_that_spotify_gave(folder: Path) -> None:
    rows = asked(folder, "SELECT playlist_id, snapshot_date, outcome FROM outcomes")

    read = {(one, day, "extracted") for one in (CHART, PICKS) for day in range(1, DAYS + 1)}
    of_others = ["extracted", "incomplete", "extracted", "forbidden", "forbidden", "forbidden"]
    others = {(OTHERS, day, outcome) for day, outcome in enumerate(of_others, start=1)}
    assert sorted(rows) == sorted(read | others)


@pytest.mark.usefixtures("days")
def test_an_empty_chart_ends_nothing_and_a_halved_one_when_it_is_seen_again(folder: Path) -> None:
    songs = songs_of_chart()
    # The song is 40th in the chart. It was re-issued while the chart was empty: such a re-issue
    # is not linked
    old = f"spotify:track:{song_of_picks(REISSUED)}"
    new = f"spotify:track:{replaced_id(song_of_picks(REISSUED))}"
    assert songs.index(old) == 39

    kept: list[Stay] = [(song, 1, 6, None) for song in songs[:20]]
    left: list[Stay] = [(song, 1, 3, 4) for song in songs[20:] if song != old]
    back: list[Stay] = [(song, 6, 6, None) for song in songs[20:] if song != old]
    of_reissued: list[Stay] = [(old, 1, 1, 2), (new, 3, 3, 4), (new, 6, 6, None)]
    expected = [*kept, *left, *back, *of_reissued]
    assert stays(folder, CHART) == sorted(expected, key=repr)

    columns = "snapshot_date, item_count, is_drop, previous_date"
    question = f"SELECT {columns} FROM list_snapshots WHERE playlist_id = ? ORDER BY 1"  # noqa: S608
    assert asked(folder, question, CHART) == [
        (1, 50, False, None),
        (2, 0, True, 1),
        (3, 50, False, 1),
        (4, 20, True, 3),
        (5, 20, False, 3),
        (6, 50, False, 5),
    ]


@pytest.mark.usefixtures("days")
def test_a_reissued_song_is_continued_and_a_relinked_one_stays(folder: Path) -> None:
    reissued, relinked = song_of_picks(REISSUED), song_of_picks(RELINKED)
    old, new = f"spotify:track:{reissued}", f"spotify:track:{replaced_id(reissued)}"
    found = stays(folder, PICKS)

    assert len(found) == 100
    assert [stay for stay in found if stay[1:] != (1, 6, None)] == sorted(
        [(old, 1, 1, 2), (new, 2, 6, None)]
    )
    assert (f"spotify:track:{relinked}", 1, 6, None) in found
    columns = "continues_uri, continued_by_uri, first_uri, listed_since"
    question = f"SELECT {columns} FROM playlist_stays WHERE playlist_id = ? AND item_uri = ?"  # noqa: S608
    assert asked(folder, question, PICKS, old) == [(None, new, old, 1)]
    assert asked(folder, question, PICKS, new) == [(old, None, old, 1)]
    # What was played is told too
    question = "SELECT DISTINCT item_uri FROM playlist_entries WHERE linked_from_uri = ?"
    played = f"spotify:track:{replaced_id(relinked)}"
    assert asked(folder, question, f"spotify:track:{relinked}") == [(played,)]


def test_picks_that_are_not_found_once_are_asked_once_more(days: list[Day]) -> None:
    objects = [day.answers[f"playlists/{PICKS}"] for day in days]
    pages = [day.answers[f"playlists/{PICKS}/items"] for day in days]

    # The playlist object, and the snapshot id after the last of two pages
    assert objects == [[200, 200]] * 4 + [[404, 200, 200]] + [[200, 200]]
    assert pages == [[200, 200]] * 6


def test_summary_and_status_name_the_item_that_was_left_out(days: list[Day]) -> None:
    assert _told(days[1].run.out, "Not yours") == [
        "Not yours  2026-11-01 to 2026-11-02, incomplete, 19 of 20 items",
        "An incomplete snapshot does not show what left.",
    ]

    told = [line.split() for line in days[1].status.out if line.startswith("Not yours")]
    assert told == [["Not", "yours", "2026-11-02", "19", "incomplete,", "1", "missing"]]
    assert days[1].answers[f"playlists/{OTHERS}/items"] == [200, 200]


@pytest.mark.usefixtures("days")
def test_a_list_with_an_item_left_out_and_then_forbidden_keeps_what_was_read(folder: Path) -> None:
    songs = songs_of_chart()[:20]
    expected: list[Stay] = [(song, 1, 3, None) for song in songs]

    assert stays(folder, OTHERS) == sorted(expected, key=repr)
    question = "SELECT item_uri FROM playlist_stays WHERE playlist_id = ? AND snapshots_seen <> 3"
    assert asked(folder, question, OTHERS) == [(songs[LEFT_OUT],)]


def test_a_forbidden_list_gives_status_3_from_its_day_on(days: list[Day]) -> None:
    assert [day.run.status for day in days] == [0, 0, 0, 3, 3, 3]
    assert [day.status.status for day in days] == [0, 0, 0, 3, 3, 3]


def test_the_summary_says_what_is_missing_and_then_what_left(days: list[Day]) -> None:
    chart = [_told(day.run.out, "Top 50 - Lakeside")[1:] for day in days[1:]]

    shrank = "The list shrank from 50 to {} items; the next snapshot shows what left."
    assert [[line.split("  ")[0] for line in of_day if line[0] != " "] for of_day in chart] == [
        [shrank.format(0), "Missing 50"],
        ["Entered 1", "Left 1"],
        [shrank.format(20), "Missing 30"],
        ["Left 30"],
        ["Entered 30"],
    ]
    assert [
        line.split("  ")[0] for line in _told(days[1].run.out, "Fresh Catch Friday 🎣")[1:]
    ] == ["Re-issued 1"]


def test_lists_without_changes_have_one_line_together(days: list[Day]) -> None:
    together = [line for day in days for line in day.run.out if line.startswith("Nothing ")]

    picks = "Fresh Catch Friday 🎣"
    assert together == [
        f"Nothing to compare yet: {picks}, Not yours, Top 50 - Lakeside",
        f"Nothing changed: {picks}, Not yours",
        *[f"Nothing changed: {picks}"] * 3,
    ]


def test_summary_and_status_say_until_when_a_list_was_read(days: list[Day]) -> None:
    stale = "read until 2026-11-03, forbidden since 2026-11-04"

    assert [f"Not yours: {stale}" in day.run.out for day in days] == [False] * 3 + [True] * 3
    assert [f"Not yours: {stale}" in day.status.out for day in days] == [False] * 3 + [True] * 3
    assert [day.status.out[3] for day in days] == (
        ["Lists: 3 followed: 3 read"] * 3 + ["Lists: 3 followed: 2 read, 1 forbidden"] * 3
    )


def test_warnings_name_the_shrunk_list_and_the_column_that_lost_its_values(
    days: list[Day],
) -> None:
    warnings = [[line for line in day.run.err if line.startswith("warning: ")] for day in days]

    assert [len(of_day) for of_day in warnings] == [0, 1, 1, 1, 0, 0]
    assert warnings[1][0] == f"warning: list {CHART} fell from 50 to 0 items on 2026-11-02"
    assert warnings[2][0].startswith("warning: songs.isrc has a value in 0 % of 166 rows of ")
    assert warnings[3][0] == f"warning: list {CHART} fell from 50 to 20 items on 2026-11-04"


def _told(out: list[str], name: str) -> list[str]:
    """The lines of the summary on a list that changed."""
    start = next(number for number, line in enumerate(out) if line.startswith(f"{name}  "))
    return out[start : out.index("", start)]
