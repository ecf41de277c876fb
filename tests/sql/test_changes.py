"""The view changes: each kind of change, by values worked out by hand."""

from pathlib import Path
from typing import Any

import pytest

from playlist_lake import connect
from tests.support.tiny_lakes import Row, write_lake
from tests.support.tiny_lists import day, snapshots, stay, together, uri

Tables = dict[str, list[Row]]

# 25 items: s01 at position 1 and so on
LONG = [f"s{number:02}" for number in range(1, 26)]


def changed(folder: Path, tables: Tables, columns: str) -> list[tuple[Any, ...]]:
    """Some columns of the view, by date, list, kind of change and item; dates as days of January.

    The item is that of `item_uri`, without what its URI begins with.
    """
    with connect(write_lake(folder, **tables)) as con:
        return con.sql(
            f"""
            WITH numbered AS (
                SELECT
                    * REPLACE (split_part(item_uri, ':', -1) AS item_uri),
                    day(snapshot_date) AS day,
                    day(previous_date) AS previous_day
                FROM changes
            )
            SELECT {", ".join(columns.split())} FROM numbered
            ORDER BY snapshot_date, playlist_id, change, item_uri
            """  # noqa: S608
        ).fetchall()


def staying(items: str, last: int = 2) -> list[Row]:
    """The stays of items that are on the list from the first day on."""
    return [stay("chart", item, 1, (1, last, None), is_old=True) for item in items.split()]


def edited(tables: Tables, number: int, item: str, **values: object) -> Tables:
    """The tables, with other values in the entries of an item on a day."""
    for row in tables["playlist_entries"]:
        if row["snapshot_date"] == day(number) and row["item_uri"] == uri(item):
            row.update(values)
    return tables


def described(first: Row, second: Row) -> Tables:
    """A list with an item, described like this on two days."""
    tables = together(snapshots("chart", {1: "A", 2: "A"}), playlist_stays=staying("A"))
    for row, values in zip(tables["playlists"], (first, second), strict=True):
        row.update(values)
    return tables


def test_items_enter_and_leave(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A B C", 2: "A C D ep"}),
        playlist_stays=[
            *staying("A C"),
            stay("chart", "B", 1, (1, 1, 2), is_old=True),
            stay("chart", "D", 1, (2, 2, None)),
            stay("chart", "ep", 1, (2, 2, None)),
        ],
    )
    columns = (
        "day previous_day change item_uri name artists position previous_position value"
        " previous_value"
    )
    # The first snapshot has no rows, and C went up by one position only
    assert changed(tmp_path, tables, columns) == [
        (2, 1, "entered", "D", "Song D", "Artist D, Guest", 3, None, None, None),
        (2, 1, "entered", "ep", "Song ep", None, 4, None, None, None),
        (2, 1, "left", "B", "Song B", "Artist B, Guest", None, 2, None, None),
    ]


@pytest.mark.parametrize(
    ("second", "moved"),
    [
        # Up 10 ranks; the others go down by one, s10 out of the first 10
        ([*LONG[:4], "s15", *LONG[4:14], *LONG[15:]], [("s10", 11, 10), ("s15", 5, 15)]),
        # Up 9 ranks, and not into the first 10
        ([*LONG[:15], "s25", *LONG[15:24]], []),
        ([*LONG[:14], "s25", *LONG[14:24]], [("s25", 15, 25)]),
        # Into the first 10 by one rank
        ([*LONG[:9], "s11", "s10", *LONG[11:]], [("s10", 11, 10), ("s11", 10, 11)]),
        # Pushed down by 12 that entered, without a move among those that stay
        ([*(f"n{number:02}" for number in range(1, 13)), *LONG], []),
    ],
)
def test_an_item_moves_by_ten_ranks_or_across_position_ten(
    tmp_path: Path, second: list[str], moved: list[tuple[str, int, int]]
) -> None:
    tables = together(
        snapshots("chart", {1: " ".join(LONG), 2: " ".join(second)}),
        playlist_stays=[
            *staying(" ".join(LONG)),
            *[stay("chart", item, 1, (2, 2, None)) for item in second if item not in LONG],
        ],
    )
    rows = changed(tmp_path, tables, "change item_uri position previous_position")
    assert [row[1:] for row in rows if row[0] == "moved"] == moved


@pytest.mark.parametrize(("incomplete_days", "drop_days"), [((2,), ()), ((), (2,))])
def test_nothing_moves_in_an_incomplete_snapshot_or_a_drop(
    tmp_path: Path, incomplete_days: tuple[int, ...], drop_days: tuple[int, ...]
) -> None:
    drawn = {1: " ".join(LONG), 2: " ".join(reversed(LONG))}
    tables = together(
        snapshots("chart", drawn, incomplete=incomplete_days, drops=drop_days),
        playlist_stays=staying(" ".join(LONG)),
    )
    assert changed(tmp_path, tables, "change") == []


def test_a_song_is_reissued(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "X A", 2: "B X"}),
        playlist_stays=[
            *staying("X"),
            stay("chart", "A", 1, (1, 1, 2), is_old=True),
            stay("chart", "B", 1, (2, 2, None), chain=("A", 1)),
        ],
    )
    columns = "change item_uri name position previous_position value previous_value"
    # Its other title belongs to the re-issue
    assert changed(tmp_path, tables, columns) == [
        ("reissued", "B", "Song B", 1, 2, uri("B"), uri("A"))
    ]


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (True, False, ["unavailable"]),
        (False, True, ["available"]),
        (None, False, []),
        (False, None, []),
        (False, False, []),
    ],
)
def test_a_song_becomes_available_or_unavailable(
    tmp_path: Path, before: bool | None, after: bool | None, change: list[str]
) -> None:
    tables = together(snapshots("chart", {1: "A", 2: "A"}), playlist_stays=staying("A"))
    edited(tables, 1, "A", is_playable=before)
    edited(tables, 2, "A", is_playable=after)
    assert changed(tmp_path, tables, "change") == [(one,) for one in change]


def test_a_song_is_renamed(tmp_path: Path) -> None:
    tables = together(snapshots("chart", {1: "A B", 2: "A B"}), playlist_stays=staying("A B"))
    edited(tables, 2, "A", name="Song A (Remaster)")
    edited(tables, 2, "B", name=None)
    columns = "change item_uri name value previous_value"
    assert changed(tmp_path, tables, columns) == [
        ("song_renamed", "A", "Song A (Remaster)", "Song A (Remaster)", "Song A")
    ]


@pytest.mark.parametrize(
    ("played", "change"), [("P", [("song_renamed", "A", "New")]), ("Q", []), ("A", [])]
)
def test_another_song_that_is_played_is_not_a_new_title(
    tmp_path: Path, played: str, change: list[tuple[str, str, str]]
) -> None:
    tables = together(snapshots("chart", {1: "A", 2: "A"}), playlist_stays=staying("A"))
    edited(tables, 1, "A", item_uri=uri("P"), linked_from_uri=uri("A"))
    linked_from = None if played == "A" else uri("A")
    edited(tables, 2, "A", item_uri=uri(played), linked_from_uri=linked_from, name="New")
    assert changed(tmp_path, tables, "change item_uri value") == change


def test_a_list_gets_another_name_and_description(tmp_path: Path) -> None:
    tables = described(
        {"name": "Old", "description": "Rain &amp; tea"}, {"name": "New", "description": "Sun"}
    )
    columns = "change item_uri name position value previous_value"
    assert changed(tmp_path, tables, columns) == [
        ("description_changed", None, None, None, "Sun", "Rain &amp; tea"),
        ("list_renamed", None, None, None, "New", "Old"),
    ]


@pytest.mark.parametrize(
    ("version", "change"), [("v", [("description_changed", "Sun", None)]), (None, [])]
)
def test_a_description_was_added_only_if_spotify_sent_none(
    tmp_path: Path, version: str | None, change: list[tuple[str, str, None]]
) -> None:
    tables = described(
        {"description": None, "spotify_snapshot_id": version},
        {"description": "Sun", "spotify_snapshot_id": "w"},
    )
    assert changed(tmp_path, tables, "change value previous_value") == change


def test_an_unknown_name_proves_nothing(tmp_path: Path) -> None:
    tables = described({"name": None, "image_url": None}, {"name": "New", "image_url": "h/x"})
    assert changed(tmp_path, tables, "change") == []


PICTURE, OTHER_PICTURE = "ccc7975ca6bcb24dd4d49a37", "841993598010e6c1de9543ff"
ALBUM_COVER = f"https://i.scdn.co/image/ab67616d0000b273{PICTURE}"
UPLOADED = f"https://i.scdn.co/image/ab67706c0000da84{PICTURE}"


@pytest.mark.parametrize(
    ("before", "after", "is_change"),
    [
        (UPLOADED, f"https://i.scdn.co/image/ab67706c0000da84{OTHER_PICTURE}", True),
        # Another size, another host
        (UPLOADED, f"https://i.scdn.co/image/ab67706c0000bebb{PICTURE}", False),
        (UPLOADED, f"https://image-cdn-ak.spotifycdn.com/image/ab67706c0000da84{PICTURE}", False),
        # Made by Spotify of one album's cover, or of four
        (ALBUM_COVER, f"https://i.scdn.co/image/ab67616d0000b273{OTHER_PICTURE}", False),
        (ALBUM_COVER, f"https://mosaic.scdn.co/640/{'ab67616d0000b273' + PICTURE * 4}", False),
        (UPLOADED, ALBUM_COVER, True),
        # Lists of Spotify's own
        ("https://thisis-images.scdn.co/a-large.jpg", "https://thisis-images.scdn.co/b.jpg", True),
        ("https://example.org/a.jpg?v=1", "https://example.org/a.jpg?v=2", False),
    ],
)
def test_a_cover_changes_with_its_picture(
    tmp_path: Path, before: str, after: str, is_change: bool
) -> None:
    tables = described({"image_url": before}, {"image_url": after})
    expected = [("cover_changed", after, before)] if is_change else []
    assert changed(tmp_path, tables, "change value previous_value") == expected


def test_an_item_counts_once_at_its_best_position(tmp_path: Path) -> None:
    # A loses a copy and D has two from the start
    tables = together(
        snapshots("chart", {1: "A B A", 2: "B A D D"}),
        playlist_stays=[*staying("A B"), stay("chart", "D", 1, (2, 2, None))],
    )
    assert changed(tmp_path, tables, "change item_uri position") == [("entered", "D", 3)]


def test_an_item_behind_a_null_row_is_still_there(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A B", 2: "- B", 3: "A B"}), playlist_stays=staying("A B", 3)
    )
    assert changed(tmp_path, tables, "change") == []


def drop(*, is_settled: bool) -> Tables:
    """The 2nd is a drop without A and B, in which N enters. On the 3rd, A is back and B is not."""
    drawn = {1: "A B C", 2: "C N", 3: "N A C"}
    days = 3 if is_settled else 2
    b_exit = (2, None) if is_settled else (None, day(2))
    return together(
        snapshots("chart", {number: drawn[number] for number in range(1, days + 1)}, drops=(2,)),
        playlist_stays=[
            *staying("C", days),
            stay("chart", "A", 1, (1, 3 if is_settled else 1, None), is_old=True)
            | {"missing_since": None if is_settled else day(2)},
            stay("chart", "B", 1, (1, 1, b_exit[0]), is_old=True) | {"missing_since": b_exit[1]},
            stay("chart", "N", 1, (2, days, None)),
        ],
    )


def test_what_a_drop_lacks_is_missing_until_it_is_settled(tmp_path: Path) -> None:
    columns = "day previous_day change item_uri position previous_position"
    assert changed(tmp_path / "unsettled", drop(is_settled=False), columns) == [
        (2, 1, "entered", "N", 2, None),
        (2, 1, "missing", "A", None, 1),
        (2, 1, "missing", "B", None, 2),
    ]
    # The next snapshot is compared with the one before the drop, which no longer has rows
    assert changed(tmp_path / "settled", drop(is_settled=True), columns) == [
        (3, 1, "entered", "N", 1, None),
        (3, 1, "left", "B", None, 2),
    ]


def incomplete(days: int) -> Tables:
    """The 2nd is incomplete and the only one that has E; the 3rd lacks B."""
    drawn = {1: "A B", 2: "A . E", 3: "A"}
    exits = {"B": 2, "E": 3} if days == 3 else {"B": None, "E": None}
    return together(
        snapshots(
            "chart", {number: drawn[number] for number in range(1, days + 1)}, incomplete=(2,)
        ),
        playlist_stays=[
            *staying("A", days),
            stay("chart", "B", 1, (1, 1, exits["B"]), is_old=True),
            stay("chart", "E", 1, (2, 2, exits["E"])),
        ],
    )


def test_an_incomplete_snapshot_shows_what_enters_until_the_next_one(tmp_path: Path) -> None:
    columns = "day previous_day change item_uri position previous_position"
    assert changed(tmp_path / "newest", incomplete(2), columns) == [(2, 1, "entered", "E", 3, None)]
    # E came and went after the 1st
    assert changed(tmp_path / "later", incomplete(3), columns) == [(3, 1, "left", "B", None, 2)]


def test_a_list_that_is_no_longer_read_loses_nothing(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A", 2: "A B", 5: "A B"}),
        snapshots("gone", {1: "A", 2: "A C"}, "Gone"),
        snapshots("never", {1: "A .", 2: "A B"}, "Never complete", incomplete=(1, 2)),
        playlist_stays=[
            *staying("A", 5),
            stay("chart", "B", 1, (2, 5, None)),
            stay("gone", "A", 1, (1, 2, None), is_old=True),
            stay("gone", "C", 1, (2, 2, None)),
            stay("never", "A", 1, (1, 2, None), is_old=True),
            stay("never", "B", 1, (2, 2, None), is_old=True),
        ],
    )
    assert changed(tmp_path, tables, "day playlist_id change item_uri") == [
        (2, "chart", "entered", "B"),
        (2, "gone", "entered", "C"),
    ]


def test_an_item_without_a_title_has_that_of_the_date_before(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A B", 2: "A B C"}),
        playlist_stays=[*staying("A B"), stay("chart", "C", 1, (2, 2, None))],
    )
    edited(tables, 1, "A", is_playable=True)
    edited(tables, 2, "A", is_playable=False, name=None, artist_names=None)
    edited(tables, 2, "C", name=None)
    assert changed(tmp_path, tables, "change item_uri name artists") == [
        ("entered", "C", None, "Artist C, Guest"),
        ("unavailable", "A", "Song A", "Artist A, Guest"),
    ]


def test_the_last_30_dates_have_changes(tmp_path: Path) -> None:
    # 31 dates: the 2nd is the first of the last 30, and is compared with the 1st
    drawn = {number: "A" if number % 2 else "A B" for number in range(1, 32)}
    b = [stay("chart", "B", n // 2, (n, n, n + 1)) for n in range(2, 31, 2)]
    with connect(
        write_lake(
            tmp_path,
            **together(snapshots("chart", drawn), playlist_stays=[*staying("A", 31), *b]),
        )
    ) as con:
        found = con.sql("SELECT snapshot_date, previous_date, change FROM changes ORDER BY 1")
        assert found.fetchall() == [
            (day(n), day(n - 1), "left" if n % 2 else "entered") for n in range(2, 32)
        ]
