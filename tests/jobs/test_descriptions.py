"""Which description of a song, an album or an artist wins where lists disagree about it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from jobs import descriptions, transforms
from jobs.raw_objects import ObjectSummary, Page

DAY = date(2026, 11, 22)
EARLY, LATE = (datetime(2026, 11, 22, hour, tzinfo=UTC) for hour in (1, 2))

ITEMS = (
    "snapshot_date date, playlist_id string, page_offset bigint, position int, song_id string, "
    "name string, song_gaps int, artists array<struct<id:string,name:string>>, album_id string, "
    "album_name string, album_gaps int, album_artists array<struct<id:string,name:string>>"
)
NUMBERS = "snapshot_date date, playlist_id string, page_offset bigint, first_number bigint"
SONG, ALBUM = "s" * 22, "b" * 22
API, CHART = "api.spotify.com", "chart_csv"


class Paged(NamedTuple):
    """The items of a page as rows, and the summary of the page's object."""

    rows: list[tuple[Any, ...]]
    summary: ObjectSummary

    def dated(self, on: date) -> "Paged":
        """The same page on another date."""
        rows = [(on, *row[1:]) for row in self.rows]
        return Paged(rows, replace(self.summary, snapshot_date=on))


class Built(NamedTuple):
    """What is built of all cases: data frames, and the rows of each."""

    frames: list[DataFrame]
    rows: list[list[Row]]


class Found(NamedTuple):
    """What is built of one case."""

    winners: list[Row]
    artist_rows: list[Row]
    song_artists: list[Row]

    def songs(self, *columns: str) -> list[tuple[Any, ...]]:
        return self._of(descriptions.SONG, columns)

    def albums(self, *columns: str) -> list[tuple[Any, ...]]:
        return self._of(descriptions.ALBUM, columns)

    def artists(self) -> list[tuple[str, str | None]]:
        """The letter of each artist's id, and the name."""
        return sorted((row.artist_id[0], row.name) for row in self.artist_rows)

    def _of(self, slot: int, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        rows = [row for row in self.winners if slot in row.slots]
        return sorted(tuple(row[column] for column in columns) for row in rows)


# All cases are built in one run, each on its own date: case 0 on DAY, case 1 a day later
CASES: list[Sequence[Paged]] = []


def cases(pages: Mapping[str, Sequence[Paged]]) -> pytest.MarkDecorator:
    """Calls a test with what is built of each of these cases."""
    first = len(CASES)
    CASES.extend(pages.values())
    numbers = range(first, len(CASES))
    return pytest.mark.parametrize("found", numbers, indirect=True, ids=pages.keys())


def case(*pages: Paged) -> pytest.MarkDecorator:
    return cases({"": pages})


@pytest.fixture(scope="module")
def built(spark: SparkSession) -> Built:
    pages = [
        page.dated(DAY + timedelta(number))
        for number, of_case in enumerate(CASES)
        for page in of_case
    ]
    rows = [row for page in pages for row in page.rows]
    numbers = descriptions.first_numbers([page.summary for page in pages])
    items = descriptions.numbered(
        spark.createDataFrame(rows, ITEMS), spark.createDataFrame(numbers, NUMBERS)
    )
    winners = descriptions.winners(items, len(rows)).cache()
    frames = [winners, transforms.artists(winners), transforms.song_artists(winners)]
    return Built(frames, [frame.collect() for frame in frames])


@pytest.fixture
def found(built: Built, request: pytest.FixtureRequest) -> Found:
    on = DAY + timedelta(request.param)
    return Found(*([row for row in rows if row.snapshot_date == on] for rows in built.rows))


def artist(letter: str, name: str | None = None) -> tuple[str, str | None]:
    return letter * 22, name or f"artist {letter}"


def item(
    name: str | None,
    source: str = API,
    fetched_at: datetime = EARLY,
    playlist_id: str = "list",
    position: int = 1,
    **more: Any,
) -> Paged:
    """A page of one song called `name` on the album `album NAME`; `more` replaces parts of them."""
    row = (
        DAY,
        playlist_id,
        position - 1,
        position,
        more.get("song_id", SONG),
        name,
        more.get("song_gaps", 0),
        more.get("artists", []),
        more.get("album_id", ALBUM),
        f"album {name}",
        more.get("album_gaps", 0),
        more.get("album_artists", []),
    )
    return Paged([row], _summary(playlist_id, Page(position - 1, 1, source, fetched_at)))


def page_of(songs: list[tuple[str, str]], fetched_at: datetime = EARLY, position: int = 1) -> Paged:
    """A page of songs, each given by the letter of its id and its name, all of one album."""
    offset = position - 1
    rows = [
        (DAY, "list", offset, position + index, *item(name, song_id=letter * 22).rows[0][4:])
        for index, (letter, name) in enumerate(songs)
    ]
    return Paged(rows, _summary("list", Page(offset, len(rows), API, fetched_at)))


def _summary(playlist_id: str, page: Page) -> ObjectSummary:
    return ObjectSummary(DAY, playlist_id, pages=[page])


# Pairs of descriptions of a song: the first of each wins
CONFLICTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "API before chart file": (
        {"source": API, "fetched_at": EARLY, "playlist_id": "z", "position": 9},
        {"source": CHART, "fetched_at": LATE, "playlist_id": "a", "position": 1},
    ),
    "fetched last": (
        {"fetched_at": LATE, "playlist_id": "z", "position": 9},
        {"fetched_at": EARLY, "playlist_id": "a", "position": 1},
    ),
    "API before import": (
        {"source": API, "fetched_at": EARLY, "playlist_id": "z"},
        {"source": "import", "fetched_at": LATE, "playlist_id": "a"},
    ),
    **{
        f"{better} before {worse}": (
            {"source": better, "fetched_at": EARLY, "playlist_id": "z"},
            {"source": worse, "fetched_at": LATE, "playlist_id": "a"},
        )
        for better, worse in pairwise(
            ("import", "spotify_backup", "exportify", "playlist_archive", "account_data", CHART)
        )
    },
    "fewest gaps": (
        {"source": CHART, "playlist_id": "z", "position": 9, "song_gaps": 1, "album_gaps": 1},
        {"source": API, "fetched_at": LATE, "song_gaps": 2, "album_gaps": 2},
    ),
    "smaller playlist id": (
        {"playlist_id": "Z", "position": 9},
        {"playlist_id": "a", "position": 1},
    ),
    "smaller position": ({"position": 9}, {"position": 10}),
}


LIST_A: dict[str, Any] = {"fetched_at": LATE, "playlist_id": "A"}
LIST_B: dict[str, Any] = {"fetched_at": EARLY, "playlist_id": "B"}
FIRST: dict[str, Any] = {"artists": [artist("a")]}
SECOND: dict[str, Any] = {"artists": [artist("c")], "album_id": "d" * 22}


@case(
    item("One", song_id="1" * 22, **LIST_A, **FIRST),
    item("Two", song_id="2" * 22, **LIST_A, artists=[("a" * 22, None)], position=2),
    item("One (old)", song_id="1" * 22, **LIST_B, **FIRST),
    item("Three", song_id="3" * 22, **LIST_B, **SECOND, position=2),
)
def test_the_example_in_the_module_docstring(found: Found) -> None:
    slots = {row.name: sorted(row.slots) for row in found.winners}
    assert slots == {"One": [0, 1, 2], "Two": [0], "Three": [0, 1, 2]}
    assert len(found.winners) == 3


@cases(
    {
        f"{rule}, {order}": [item("wins", **first), item("loses", **second)][::step]
        for rule, (first, second) in CONFLICTS.items()
        for order, step in (("read first", 1), ("read last", -1))
    }
)
def test_one_of_two_descriptions_wins_in_any_order_of_reading(found: Found) -> None:
    assert found.songs("name", "album_name") == [("wins", "album wins")]


@case(
    page_of([("s", "first"), ("t", "second")], fetched_at=LATE),
    page_of([], position=7),
    page_of([("s", "third"), ("u", "fourth")], position=7),
)
def test_the_items_of_several_pages_are_numbered_without_gaps_or_overlaps(found: Found) -> None:
    """If each page counted as one item, `third` would have the number of `second`."""
    expected = [("s" * 22, "first"), ("t" * 22, "second"), ("u" * 22, "fourth")]
    assert found.songs("song_id", "name") == expected


@case(
    item("wins", fetched_at=LATE, album_id="b" * 22),
    item("loses", playlist_id="other", album_id="c" * 22, artists=[artist("a")]),
)
def test_an_item_that_loses_its_song_still_wins_what_no_other_item_mentions(found: Found) -> None:
    assert found.albums("album_id") == [("b" * 22,), ("c" * 22,)]
    assert found.songs("name") == [("wins",)]
    assert found.artists() == [("a", "artist a")]


@case(item("wins", fetched_at=LATE), item("loses", playlist_id="other"))
def test_an_item_that_wins_nothing_is_left_out(found: Found) -> None:
    assert [row.name for row in found.winners] == ["wins"]


@case(
    item("old", artists=[artist("a", "old name")], album_artists=[artist("v", "old")]),
    item("new", playlist_id="other", fetched_at=LATE, artists=[artist("a", "new name")]),
)
def test_albums_and_artists_follow_the_rules_of_songs(found: Found) -> None:
    assert found.albums("album_id", "album_name", "album_artists") == [(ALBUM, "album new", [])]
    assert found.artists() == [("a", "new name"), ("v", "old")]


@case(
    item("first", artists=[("a" * 22, None), ("z" * 22, None)], fetched_at=LATE),
    item("second", playlist_id="other", album_artists=[artist("a")]),
)
def test_an_artist_is_named_by_a_mention_that_has_a_name(found: Found) -> None:
    assert found.artists() == [("a", "artist a"), ("z", None)]


@case(item("x", artists=[artist("a", "of song")], album_artists=[artist("a", "of album")]))
def test_an_artist_of_song_and_album_has_the_name_that_the_song_mentions(found: Found) -> None:
    assert found.artists() == [("a", "of song")]


@case(item("x", artists=[artist("z"), (None, "somebody"), artist("a"), artist("z")]))
def test_an_artist_without_an_id_keeps_its_position_free(found: Found) -> None:
    rows = [(row.song_id, row.artist_id, row.artist_position) for row in found.song_artists]
    assert sorted(rows, key=lambda row: row[2]) == [
        (SONG, "z" * 22, 1),
        (SONG, "a" * 22, 3),
        (SONG, "z" * 22, 4),
    ]


@case(
    item("file", song_id=None, artists=[artist("a")]),
    item("song", song_id="t" * 22, position=4, album_id=None),
)
def test_items_without_a_song_id_win_nothing(found: Found) -> None:
    assert found.songs("song_id") == [("t" * 22,)]
    assert found.albums("album_id") == []
    assert found.artists() == []


def test_the_columns_have_the_types_of_the_tables(built: Built) -> None:
    _, artists, song_artists = built.frames
    assert artists.dtypes == [
        ("snapshot_date", "date"),
        ("artist_id", "string"),
        ("name", "string"),
    ]
    assert song_artists.dtypes == [
        ("snapshot_date", "date"),
        ("song_id", "string"),
        ("artist_id", "string"),
        ("artist_position", "int"),
    ]
