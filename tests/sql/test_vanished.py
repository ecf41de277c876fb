"""The query vanished: what left, cannot be played or read, and what replaces it."""

from pathlib import Path

import pytest

from tests.support.tiny_lakes import Row
from tests.support.tiny_lists import answered, day, snapshots, stay, together, uri

Tables = dict[str, list[Row]]
ISRC = "QZAAA2600001"


def isrcs(number: int, **of_songs: str) -> list[Row]:
    """The ISRCs of songs on a day."""
    return [
        {"snapshot_date": day(number), "song_id": song, "name": f"Song {song}", "isrc": isrc}
        for song, isrc in of_songs.items()
    ]


def playable(tables: Tables, item: str, *values: bool | None) -> Tables:
    """The tables, with what Spotify says of an item's entries, in order of date."""
    entries = [row for row in tables["playlist_entries"] if row["item_uri"] == uri(item)]
    for row, value in zip(entries, values, strict=True):
        row["is_playable"] = value
    return tables


def two_lists() -> Tables:
    """A leaves one of two lists, B leaves both, C is re-issued as D."""
    return together(
        snapshots("chart", {1: "C A B", 2: "D B", 3: "D"}),
        snapshots("other", {1: "B A", 2: "A"}, "Other"),
        playlist_stays=[
            stay("chart", "A", 1, (1, 1, 2), (2, 2, 2), is_old=True),
            stay("chart", "B", 1, (1, 2, 3), (3, 2, 2), is_old=True),
            stay("chart", "C", 1, (1, 1, 2), is_old=True),
            stay("chart", "D", 1, (2, 3, None), chain=("C", 1)),
            stay("other", "A", 1, (1, 2, None), (2, 1, 1), is_old=True),
            stay("other", "B", 1, (1, 1, 2), is_old=True),
        ],
    )


def test_an_item_that_left_all_lists_has_the_last_list_that_had_it(tmp_path: Path) -> None:
    columns = (
        "reason song_name artists isrc playlist_name last_position last_seen_on exited_on"
        " last_playable_on replacement_uri item_uri"
    )
    # The list Other is no longer read, but nothing says that A left it
    assert answered(tmp_path, two_lists(), "vanished", columns) == [
        (
            *("left", "Song B", "Artist B, Guest", None, "Chart", 2, day(2), day(3), None, None),
            uri("B"),
        )
    ]


def test_a_chain_that_left_has_one_row(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A", 2: "B", 3: ""}),
        playlist_stays=[
            stay("chart", "A", 1, (1, 1, 2), is_old=True),
            stay("chart", "B", 1, (2, 2, 3), chain=("A", 1)),
        ],
    )
    assert answered(tmp_path, tables, "vanished", "reason item_uri") == [("left", uri("B"))]


@pytest.mark.parametrize(
    ("said", "rows"),
    [
        ((True, False, None), [("unplayable", day(3), None, day(1))]),
        ((False, False, False), [("unplayable", day(3), None, None)]),
        ((False, False, True), []),
        ((None, None, None), []),
    ],
)
def test_an_item_is_unplayable_if_that_was_said_last(
    tmp_path: Path, said: tuple[bool | None, ...], rows: list[tuple[object, ...]]
) -> None:
    tables = together(
        snapshots("chart", dict.fromkeys((1, 2, 3), "A")),
        playlist_stays=[stay("chart", "A", 1, (1, 3, None), is_old=True)],
    )
    columns = "reason last_seen_on exited_on last_playable_on"
    assert answered(tmp_path, playable(tables, "A", *said), "vanished", columns) == rows


def hidden(drawn: dict[int, str], *others: Row, **kinds: tuple[int, ...]) -> Tables:
    """A list on which A was last seen on the 1st and has not left."""
    return together(
        snapshots("chart", drawn, incomplete=kinds.get("incomplete", ())),
        playlist_stays=[
            stay("chart", "A", 1, (1, 1, None), (1, 1, 1), is_old=True),
            stay("chart", "B", 1, (1, max(drawn), None), (2, 2, 2), is_old=True),
            *others,
        ],
    )


def test_an_item_behind_a_null_row_is_unreadable(tmp_path: Path) -> None:
    columns = "reason song_name last_position last_seen_on exited_on"
    found = answered(tmp_path, hidden({1: "A B", 2: "- B"}), "vanished", columns)
    assert found == [("unreadable", "Song A", 1, day(1), None)]


@pytest.mark.parametrize("case", ["incomplete", "missing", "elsewhere"])
def test_an_item_has_not_vanished_if_it_may_be_on_a_list(tmp_path: Path, case: str) -> None:
    if case == "incomplete":
        tables = hidden({1: "A B", 2: ". B"}, incomplete=(2,))
    else:
        tables = hidden({1: "A B", 2: "- B"})
    if case == "missing":
        tables["playlist_stays"][0]["missing_since"] = day(2)
    if case == "elsewhere":
        tables = together(
            tables,
            snapshots("other", {2: "A"}, "Other"),
            playlist_stays=[stay("other", "A", 1, (2, 2, None), is_old=True)],
        )
    assert answered(tmp_path, tables, "vanished", "reason") == []


def with_versions() -> Tables:
    """A left; P and Q have its ISRC and are on its list, R on another one, U is unplayable."""
    return together(
        snapshots("chart", {1: "A U", 2: "U", 3: "U P Q"}),
        snapshots("other", {3: "R"}, "Other"),
        playlist_stays=[
            stay("chart", "A", 1, (1, 1, 2), is_old=True),
            stay("chart", "U", 1, (1, 3, None), (2, 1, 1), is_old=True),
            stay("chart", "P", 1, (3, 3, None), (2, 2, 2)),
            stay("chart", "Q", 1, (3, 3, None), (3, 3, 3)),
            stay("other", "R", 1, (3, 3, None), is_old=True),
        ],
        songs=[
            *isrcs(1, A="qz-aaa-26-00001", U=ISRC),
            *isrcs(3, P=ISRC, Q=ISRC, R=ISRC),
        ],
    )


REPLACED = "item_uri isrc replacement_uri replacement_name replacement_playlist_name"


def test_another_uri_of_the_recording_replaces_it(tmp_path: Path) -> None:
    tables = playable(with_versions(), "U", None, None, False)
    assert answered(tmp_path, tables, "vanished", REPLACED) == [
        (uri("U"), ISRC, uri("P"), "Song P", "Chart"),
        (uri("A"), ISRC, uri("P"), "Song P", "Chart"),
    ]


def test_the_replacement_may_be_on_another_list(tmp_path: Path) -> None:
    tables = playable(with_versions(), "U", None, None, False)
    tables["songs"] = [row for row in tables["songs"] if row["song_id"] not in ("P", "Q")]
    assert answered(tmp_path, tables, "vanished", REPLACED)[1] == (
        *(uri("A"), ISRC, uri("R"), "Song R", "Other"),
    )


@pytest.mark.parametrize("isrc", ["00AAA2600001", "QZAAA26"])
def test_a_placeholder_is_not_an_isrc(tmp_path: Path, isrc: str) -> None:
    tables = with_versions()
    for row in tables["songs"]:
        row["isrc"] = isrc
    assert answered(tmp_path, tables, "vanished", REPLACED) == [(uri("A"), None, None, None, None)]


def test_a_song_that_was_emptied_keeps_what_was_known_of_it(tmp_path: Path) -> None:
    tables = playable(with_versions(), "U", True, True, False)
    for row in tables["playlist_entries"]:
        if row["item_uri"] == uri("U") and row["snapshot_date"] > day(1):
            row.update(name=None, artist_names=None)
    columns = "reason song_name artists isrc last_playable_on last_seen_on"
    assert answered(tmp_path, tables, "vanished", columns)[0] == (
        *("unplayable", "Song U", "Artist U, Guest", ISRC, day(2), day(3)),
    )
