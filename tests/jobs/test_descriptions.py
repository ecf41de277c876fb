"""Which description of a song, an album or an artist wins where lists disagree about it."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from chispa import assert_df_equality
from pyspark.sql import DataFrame, SparkSession

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


def artist(letter: str, name: str | None = None) -> tuple[str, str | None]:
    return letter * 22, name or f"artist {letter}"


def item(
    name: str | None,
    source: str = API,
    fetched_at: datetime = EARLY,
    playlist_id: str = "list",
    position: int = 1,
    on: date = DAY,
    **more: Any,
) -> Paged:
    """A page of one song called `name` on the album `album NAME`; `more` replaces parts of them."""
    row = (
        on,
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
    return Paged([row], _summary(on, playlist_id, Page(position - 1, 1, source, fetched_at)))


def page_of(songs: list[tuple[str, str]], fetched_at: datetime = EARLY, position: int = 1) -> Paged:
    """A page of songs, each given by the letter of its id and its name, all of one album."""
    offset = position - 1
    rows = [
        (DAY, "list", offset, position + index, *item(name, song_id=letter * 22).rows[0][4:])
        for index, (letter, name) in enumerate(songs)
    ]
    return Paged(rows, _summary(DAY, "list", Page(offset, len(rows), API, fetched_at)))


def _summary(on: date, playlist_id: str, page: Page) -> ObjectSummary:
    return ObjectSummary(on, playlist_id, pages=[page])


def winners(spark: SparkSession, *pages: Paged) -> DataFrame:
    items = spark.createDataFrame([row for page in pages for row in page.rows], ITEMS)
    numbers = descriptions.first_numbers([page.summary for page in pages])
    first = spark.createDataFrame(numbers, NUMBERS)
    return descriptions.winners(descriptions.numbered(items, first), len(pages))


def songs(frame: DataFrame) -> DataFrame:
    return frame.where(f"array_contains(slots, {descriptions.SONG})")


def albums(frame: DataFrame) -> DataFrame:
    return frame.where(f"array_contains(slots, {descriptions.ALBUM})")


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


def test_the_example_in_the_module_docstring(spark: SparkSession) -> None:
    list_a: dict[str, Any] = {"fetched_at": LATE, "playlist_id": "A"}
    list_b: dict[str, Any] = {"fetched_at": EARLY, "playlist_id": "B"}
    first: dict[str, Any] = {"artists": [artist("a")]}
    second: dict[str, Any] = {"artists": [artist("c")], "album_id": "d" * 22}

    found = winners(
        spark,
        item("One", song_id="1" * 22, **list_a, **first),
        item("Two", song_id="2" * 22, **list_a, artists=[("a" * 22, None)], position=2),
        item("One (old)", song_id="1" * 22, **list_b, **first),
        item("Three", song_id="3" * 22, **list_b, **second, position=2),
    )

    assert_df_equality(
        found.selectExpr("name", "sort_array(slots) AS slots"),
        _frame(
            spark,
            [("One", [0, 1, 2]), ("Two", [0]), ("Three", [0, 1, 2])],
            "name string, slots array<int>",
        ),
        ignore_row_order=True,
        ignore_nullable=True,
    )


def test_one_of_two_descriptions_wins_in_any_order_of_reading(spark: SparkSession) -> None:
    items: list[Paged] = []
    expected = []
    for number, (rule, (first, second)) in enumerate(CONFLICTS.items()):
        for on, is_reversed in (
            (DAY + timedelta(number), False),
            (DAY - timedelta(number + 1), True),
        ):
            pair = [item(rule, on=on, **first), item(f"not {rule}", on=on, **second)]
            items += reversed(pair) if is_reversed else pair
            expected.append((on, rule, f"album {rule}"))

    found = songs(winners(spark, *items))

    assert_df_equality(
        found.selectExpr("snapshot_date", "name", "album_name as album"),
        _frame(spark, expected, "snapshot_date date, name string, album string"),
        ignore_row_order=True,
    )


def test_the_items_of_several_pages_are_numbered_without_gaps_or_overlaps(
    spark: SparkSession,
) -> None:
    """If each page counted as one item, `third` would have the number of `second`."""
    late = page_of([("s", "first"), ("t", "second")], fetched_at=LATE)
    early = page_of([("s", "third"), ("u", "fourth")], position=7)
    empty = page_of([], position=7)

    found = songs(winners(spark, late, empty, early))

    expected = [("s" * 22, "first"), ("t" * 22, "second"), ("u" * 22, "fourth")]
    assert_df_equality(
        found.select("song_id", "name"),
        _frame(spark, expected, "song_id string, name string"),
        ignore_row_order=True,
    )


def test_an_item_that_loses_its_song_still_wins_what_no_other_item_mentions(
    spark: SparkSession,
) -> None:
    frame = winners(
        spark,
        item("wins", fetched_at=LATE, album_id="b" * 22),
        item("loses", playlist_id="other", album_id="c" * 22, artists=[artist("a")]),
    )

    assert_df_equality(
        albums(frame).select("album_id"),
        _frame(spark, [("b" * 22,), ("c" * 22,)], "album_id string"),
        ignore_row_order=True,
    )
    assert songs(frame).select("name").collect() == [("wins",)]
    assert transforms.artists(frame).select("artist_id").collect() == [("a" * 22,)]


def test_an_item_that_wins_nothing_is_left_out(spark: SparkSession) -> None:
    frame = winners(spark, item("wins", fetched_at=LATE), item("loses", playlist_id="other"))

    assert frame.select("name").collect() == [("wins",)]


def test_albums_and_artists_follow_the_rules_of_songs(spark: SparkSession) -> None:
    frame = winners(
        spark,
        item("old", artists=[artist("a", "old name")], album_artists=[artist("v", "old")]),
        item("new", playlist_id="other", fetched_at=LATE, artists=[artist("a", "new name")]),
    )

    album = albums(frame).select("album_id", "album_name", "album_artists")
    artists = transforms.artists(frame)

    columns = (
        "album_id string, album_name string, album_artists array<struct<id:string,name:string>>"
    )
    assert_df_equality(album, _frame(spark, [(ALBUM, "album new", [])], columns))
    expected = [(DAY, "a" * 22, "new name"), (DAY, "v" * 22, "old")]
    columns = "snapshot_date date, artist_id string, name string"
    assert_df_equality(artists, _frame(spark, expected, columns), ignore_row_order=True)


def test_an_artist_is_named_by_a_mention_that_has_a_name(spark: SparkSession) -> None:
    frame = winners(
        spark,
        item("first", artists=[("a" * 22, None), ("z" * 22, None)], fetched_at=LATE),
        item("second", playlist_id="other", album_artists=[artist("a")]),
    )

    artists = transforms.artists(frame).select("artist_id", "name")

    expected = [("a" * 22, "artist a"), ("z" * 22, None)]
    columns = "artist_id string, name string"
    assert_df_equality(artists, _frame(spark, expected, columns), ignore_row_order=True)


def test_an_artist_of_song_and_album_has_the_name_that_the_song_mentions(
    spark: SparkSession,
) -> None:
    frame = winners(
        spark,
        item("x", artists=[artist("a", "of song")], album_artists=[artist("a", "of album")]),
    )

    artists = transforms.artists(frame).select("name")

    assert_df_equality(artists, _frame(spark, [("of song",)], "name string"))


def test_an_artist_without_an_id_keeps_its_position_free(spark: SparkSession) -> None:
    artists = [artist("z"), (None, "somebody"), artist("a"), artist("z")]

    song_artists = transforms.song_artists(winners(spark, item("x", artists=artists)))

    expected = [(DAY, SONG, "z" * 22, 1), (DAY, SONG, "a" * 22, 3), (DAY, SONG, "z" * 22, 4)]
    columns = "snapshot_date date, song_id string, artist_id string, artist_position int"
    assert_df_equality(
        song_artists,
        _frame(spark, expected, columns),
        ignore_row_order=True,
        ignore_nullable=True,
    )


def test_items_without_a_song_id_win_nothing(spark: SparkSession) -> None:
    frame = winners(
        spark,
        item("file", song_id=None, artists=[artist("a")]),
        item("song", song_id="t" * 22, position=4, album_id=None),
    )

    assert_df_equality(
        songs(frame).select("song_id"), _frame(spark, [("t" * 22,)], "song_id string")
    )
    assert albums(frame).isEmpty()
    assert transforms.artists(frame).isEmpty()


def _frame(spark: SparkSession, rows: list[Any], columns: str) -> DataFrame:
    return spark.createDataFrame(rows, columns)
