"""Which description of a song, an album or an artist wins where lists disagree about it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from chispa import assert_df_equality
from pyspark.sql import DataFrame, SparkSession

from jobs import descriptions, transforms

DAY = date(2026, 11, 22)
EARLY, LATE = (datetime(2026, 11, 22, hour, tzinfo=UTC) for hour in (1, 2))

ARTISTS = "array<struct<id:string,name:string>>"
TRACK = (
    f"struct<id:string,name:string,artists:{ARTISTS},"
    f"album:struct<id:string,name:string,artists:{ARTISTS}>>"
)
LINES = (
    "snapshot_date date, playlist_id string, offset bigint, "
    f"items array<struct<item_type:string,track:{TRACK}>>"
)
OBJECTS = (
    "snapshot_date date, playlist_id string, "
    "pages array<struct<offset:bigint,size:int,source:string,fetched_at:timestamp>>"
)
SONG, ALBUM = "s" * 22, "b" * 22
API, CHART = "api.spotify.com", "chart_csv"


class Page(NamedTuple):
    """A page of a list: a row of the lines, a row of the objects."""

    line: tuple[Any, ...]
    object: tuple[Any, ...]


def artist(letter: str, name: str | None = None) -> tuple[str, str | None]:
    return letter * 22, name or f"artist {letter}"


def item(
    name: str,
    source: str = API,
    fetched_at: datetime = EARLY,
    playlist_id: str = "list",
    position: int = 1,
    on: date = DAY,
    **more: Any,
) -> Page:
    """A page of one song called `name` on the album `album NAME`; `more` replaces parts of them."""
    artists, album_artists = more.get("artists", []), more.get("album_artists", [])
    album = (more.get("album_id", ALBUM), f"album {name}", album_artists)
    track = (more.get("song_id", SONG), name, artists, album)
    offset = position - 1
    return Page(
        (on, playlist_id, offset, [(more.get("item_type", "song"), track)]),
        (on, playlist_id, [(offset, 1, source, fetched_at)]),
    )


def page_of(songs: list[tuple[str, str]], fetched_at: datetime = EARLY, position: int = 1) -> Page:
    """A page of songs, each given by the letter of its id and its name, all of one album."""
    items = [item(name, song_id=letter * 22).line[3][0] for letter, name in songs]
    page = (position - 1, len(items), API, fetched_at)
    return Page((DAY, "list", position - 1, items), (DAY, "list", [page]))


def winners(spark: SparkSession, *pages: Page) -> DataFrame:
    return descriptions.winners(
        spark.createDataFrame([one.line for one in pages], LINES),
        spark.createDataFrame([one.object for one in pages], OBJECTS),
        len(pages),
    )


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
    "import like API": (
        {"source": "import", "fetched_at": LATE, "playlist_id": "z"},
        {"source": API, "fetched_at": EARLY, "playlist_id": "a"},
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
        item("Two", song_id="2" * 22, **list_a, **first, position=2),
        item("One (old)", song_id="1" * 22, **list_b, **first),
        item("Three", song_id="3" * 22, **list_b, **second, position=2),
    )

    assert_df_equality(
        found.selectExpr("track.name", "sort_array(slots) AS slots"),
        _frame(
            spark,
            [("One", [0, 1, 2]), ("Two", [0]), ("Three", [0, 1, 2])],
            "name string, slots array<int>",
        ),
        ignore_row_order=True,
        ignore_nullable=True,
    )


def test_one_of_two_descriptions_wins_in_any_order_of_reading(spark: SparkSession) -> None:
    items: list[Page] = []
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
        found.selectExpr("snapshot_date", "track.name", "track.album.name as album"),
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
        found.select("track.id", "track.name"),
        _frame(spark, expected, "id string, name string"),
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
        albums(frame).select("track.album.id"),
        _frame(spark, [("b" * 22,), ("c" * 22,)], "id string"),
        ignore_row_order=True,
    )
    assert songs(frame).select("track.name").collect() == [("wins",)]
    assert transforms.artists(frame).select("artist_id").collect() == [("a" * 22,)]


def test_an_item_that_wins_nothing_is_left_out(spark: SparkSession) -> None:
    frame = winners(spark, item("wins", fetched_at=LATE), item("loses", playlist_id="other"))

    assert frame.select("track.name").collect() == [("wins",)]


def test_albums_and_artists_follow_the_rules_of_songs(spark: SparkSession) -> None:
    frame = winners(
        spark,
        item("old", artists=[artist("a", "old name")], album_artists=[artist("v", "old")]),
        item("new", playlist_id="other", fetched_at=LATE, artists=[artist("a", "new name")]),
    )

    album = albums(frame).select("track.album.id", "track.album.name", "track.album.artists")
    artists = transforms.artists(frame)

    columns = f"id string, name string, artists {ARTISTS}"
    assert_df_equality(album, _frame(spark, [(ALBUM, "album new", [])], columns))
    expected = [(DAY, "a" * 22, "new name"), (DAY, "v" * 22, "old")]
    columns = "snapshot_date date, artist_id string, name string"
    assert_df_equality(artists, _frame(spark, expected, columns), ignore_row_order=True)


def test_the_winning_mention_of_an_artist_may_lack_a_name(spark: SparkSession) -> None:
    nameless = ("a" * 22, None)
    frame = winners(
        spark,
        item("first", artists=[nameless]),
        item("second", position=2, artists=[artist("a")]),
    )

    artists = transforms.artists(frame).select("artist_id", "name")

    assert_df_equality(artists, _frame(spark, [nameless], "artist_id string, name string"))


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
    artists = [artist("z"), ("no id", "somebody"), artist("a"), artist("z")]

    song_artists = transforms.song_artists(winners(spark, item("x", artists=artists)))

    expected = [(DAY, SONG, "z" * 22, 1), (DAY, SONG, "a" * 22, 3), (DAY, SONG, "z" * 22, 4)]
    columns = "snapshot_date date, song_id string, artist_id string, artist_position int"
    assert_df_equality(
        song_artists,
        _frame(spark, expected, columns),
        ignore_row_order=True,
        ignore_nullable=True,
    )


def test_local_files_and_episodes_and_songs_without_id_win_nothing(spark: SparkSession) -> None:
    frame = winners(
        spark,
        item("file", item_type="local", artists=[artist("a")]),
        item("talk", item_type="episode", position=2, artists=[artist("a")]),
        item("no id", song_id="none", position=3, artists=[artist("a")]),
        item("song", song_id="t" * 22, position=4, album_id=None),
    )

    assert_df_equality(songs(frame).select("track.id"), _frame(spark, [("t" * 22,)], "id string"))
    assert albums(frame).isEmpty()
    assert transforms.artists(frame).isEmpty()


def _frame(spark: SparkSession, rows: list[Any], columns: str) -> DataFrame:
    return spark.createDataFrame(rows, columns)
