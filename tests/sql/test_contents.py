"""The queries about what lists hold: artist_share, make_up and overlap."""

from datetime import date
from pathlib import Path

import pytest

from tests.support.tiny_lakes import Row
from tests.support.tiny_lists import answered, day, snapshots, together

SHARE = "playlist_id rank_number artist artist_id share entries songs collaborations concentration"
MAKE_UP = "tier bucket_number bucket appearances share recordings"


def credited(number: int, song: str, *artists: str) -> list[Row]:
    """The artists of a song on a date."""
    return [
        {"snapshot_date": day(number), "song_id": song, "artist_id": a, "artist_position": i}
        for i, a in enumerate(artists, 1)
    ]


def test_an_entry_counts_in_equal_parts_for_its_artists(tmp_path: Path) -> None:
    tables = together(
        # The local file's artist has only a name, the episode has none; the 3rd is incomplete
        snapshots("chart", {1: "A B", 2: "A loc ep", 3: "B"}, incomplete=(3,)),
        song_artists=[
            *credited(1, "A", "x", "y"),
            *credited(1, "B", "x"),
            *credited(2, "A", "x", "y"),
            *credited(3, "B", "x"),
        ],
        artists=[
            {"snapshot_date": day(number), "artist_id": artist, "name": f"{artist.upper()}{number}"}
            for number in (1, 2, 3)
            for artist in "xy"
        ],
    )
    for row in tables["playlist_entries"]:
        if row["item_type"] == "local":
            row["artist_names"] = ["Z"]
    # x has 1/2 + 1 + 1/2, y 1/2 + 1/2, Z 1, of 4 entries; an artist has the newest name
    assert answered(tmp_path, tables, "artist_share", SHARE) == [
        ("chart", 1, "X2", "x", 0.5, 3, 2, 1, 0.375),
        ("chart", 2, "Y2", "y", 0.25, 2, 1, 1, 0.375),
        ("chart", 3, "Z", None, 0.25, 1, 1, 0, 0.375),
    ]


def test_artists_without_ids_are_told_apart_by_name(tmp_path: Path) -> None:
    tables = snapshots("voice", {1: "loc1 loc2"}, "Voice")
    assert answered(tmp_path, tables, "artist_share", SHARE) == [
        ("voice", 1, "Guest", None, 0.5, 2, 2, 2, 0.375),
        ("voice", 2, "Artist loc1", None, 0.25, 1, 1, 1, 0.375),
        ("voice", 3, "Artist loc2", None, 0.25, 1, 1, 1, 0.375),
    ]


def test_a_list_without_artists_has_no_shares(tmp_path: Path) -> None:
    assert answered(tmp_path, snapshots("talk", {1: "ep1"}), "artist_share", SHARE) == []


def song(number: int, name: str, **facts: object) -> Row:
    """A song on a date; facts that are not given are NULL."""
    return {
        "snapshot_date": day(number),
        "song_id": name,
        "isrc": None,
        "album_id": None,
        "is_explicit": None,
        "duration_ms": None,
        **facts,
    }


def album(number: int, name: str, type_: str, released: date | None) -> Row:
    """An album on a date."""
    return {
        "snapshot_date": day(number),
        "album_id": name,
        "album_type": type_,
        "release_date": released,
    }


@pytest.fixture(scope="module")
def make_up(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    """Rows by aspect. A and A2 are one recording; of C, at 11, only `explicit` is known."""
    tables = together(
        snapshots("chart", {40: "A A2 B . . . . . . . C loc ep", 41: "A2"}, incomplete=(41,)),
        songs=[
            song(40, "A", isrc="I", is_explicit=True, duration_ms=119_999, album_id="new"),
            song(40, "A2", isrc="I", is_explicit=False, duration_ms=400_000, album_id="old"),
            song(40, "B", is_explicit=False, duration_ms=120_000, album_id="old"),
            song(40, "C", is_explicit=True),
            song(41, "A2", isrc="I", is_explicit=False),
        ],
        albums=[
            album(40, "new", "single", date(2026, 1, 10)),
            album(40, "old", "mixtape", date(1999, 12, 31)),
        ],
    )
    lake = tmp_path_factory.mktemp("make_up")
    found: dict[str, list[tuple[object, ...]]] = {}
    for aspect, *row in answered(lake, tables, "make_up", f"aspect {MAKE_UP}"):
        found.setdefault(aspect, []).append(tuple(row))
    return found


THIRD, TWO_THIRDS = pytest.approx(1 / 3), pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("aspect", "rows"),
    [
        (
            "item type",
            [
                ("all", 1, "song", 3, 0.6, 3),
                ("all", 2, "episode", 1, 0.2, 1),
                ("all", 3, "local", 1, 0.2, 1),
            ],
        ),
        (
            "explicit",
            [
                ("1-10", 1, "explicit", 1, 0.5, 1),
                ("1-10", 2, "not explicit", 1, 0.5, 1),
                ("11-50", 1, "explicit", 1, 1.0, 1),
                ("all", 1, "explicit", 2, TWO_THIRDS, 2),
                ("all", 2, "not explicit", 1, THIRD, 1),
            ],
        ),
        (
            "duration",
            [
                ("all", 1, "under 2 min", 1, THIRD, 1),
                ("all", 2, "2 to 3 min", 1, THIRD, 1),
                ("all", None, "unknown", 1, THIRD, 1),
            ],
        ),
        # Day 40 is the 9th of February
        (
            "release age",
            [
                ("all", 1, "up to 30 days", 1, THIRD, 1),
                ("all", 4, "over 5 years", 1, THIRD, 1),
                ("all", None, "unknown", 1, THIRD, 1),
            ],
        ),
        (
            "decade",
            [
                ("all", 1990, "1990s", 1, THIRD, 1),
                ("all", 2020, "2020s", 1, THIRD, 1),
                ("all", None, "unknown", 1, THIRD, 1),
            ],
        ),
        (
            "album type",
            [
                ("all", 2, "single", 1, THIRD, 1),
                ("all", None, "unknown", 2, TWO_THIRDS, 2),
            ],
        ),
        (
            "versions",
            [
                ("all", 1, "one version", 2, TWO_THIRDS, 2),
                ("all", 2, "several versions", 1, THIRD, 1),
            ],
        ),
    ],
)
def test_make_up_counts_recordings_by_bucket(
    make_up: dict[str, list[tuple[object, ...]]], aspect: str, rows: list[tuple[object, ...]]
) -> None:
    assert make_up[aspect] == rows


def test_a_recording_counts_once_however_many_dates_have_it(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A B", 2: "A2 A2", 3: "A"}),
        songs=[
            song(number, name, isrc="I" if name != "B" else None)
            for number, name in ((1, "A"), (1, "B"), (2, "A2"), (3, "A"))
        ],
    )
    rows = answered(tmp_path, tables, "make_up", f"aspect {MAKE_UP}")
    assert [row for row in rows if row[0] in ("item type", "versions")] == [
        ("item type", "all", 1, "song", 4, 1.0, 2),
        ("versions", "all", 1, "one version", 1, 0.25, 1),
        ("versions", "all", 2, "several versions", 3, 0.75, 1),
    ]


def test_a_list_of_local_files_has_only_item_types(tmp_path: Path) -> None:
    tables = snapshots("voice", {1: "loc1"}, "Voice")
    assert answered(tmp_path, tables, "make_up", f"aspect {MAKE_UP}") == [
        ("item type", "all", 3, "local", 1, 1.0, 1)
    ]
