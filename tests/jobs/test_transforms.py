"""Rules of single transforms, on frames of a few rows: which of two descriptions counts."""

from datetime import UTC, date, datetime
from typing import Any

from chispa import assert_df_equality
from pyspark.sql import DataFrame, SparkSession

from jobs import transforms

DAY = date(2026, 11, 22)
EARLY, LATE = (datetime(2026, 11, 22, hour, tzinfo=UTC) for hour in (1, 2))

ARTISTS = "array<struct<id:string,name:string>>"
ITEMS = (
    "snapshot_date date, source string, fetched_at timestamp, playlist_id string, position int, "
    f"item_type string, track struct<id:string,name:string,artists:{ARTISTS},"
    f"album:struct<id:string,name:string,artists:{ARTISTS}>>"
)
SONG, ALBUM = "s" * 22, "b" * 22
API, CHART = "api.spotify.com", "chart_csv"


def artist(letter: str, name: str | None = None) -> tuple[str, str | None]:
    return letter * 22, name or f"artist {letter}"


def item(
    name: str,
    source: str = API,
    fetched_at: datetime = EARLY,
    playlist_id: str = "list",
    position: int = 1,
    **more: Any,
) -> tuple[Any, ...]:
    """A song named `name` on an album named so, too; `more` replaces parts of them."""
    artists, album_artists = more.get("artists", []), more.get("album_artists", [])
    album = (more.get("album_id", ALBUM), f"album {name}", album_artists)
    track = (more.get("song_id", SONG), name, artists, album)
    return DAY, source, fetched_at, playlist_id, position, more.get("item_type", "song"), track


# Two descriptions of a song: the first one counts, whichever is read first
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


def test_one_of_two_descriptions_counts_whichever_is_read_first(spark: SparkSession) -> None:
    rows = []
    for letter, (rule, (first, second)) in zip("abcde", CONFLICTS.items(), strict=True):
        rows.append(item(rule, song_id=letter * 22, **first))
        rows.append(item(f"not {rule}", song_id=letter * 22, **second))
        rows.append(item(f"not {rule}", song_id=letter.upper() * 22, **second))
        rows.append(item(rule, song_id=letter.upper() * 22, **first))

    described = transforms.described_songs(spark.createDataFrame(rows, ITEMS))

    expected = [
        (song_id * 22, rule, f"album {rule}")
        for letter, rule in zip("abcde", CONFLICTS, strict=True)
        for song_id in (letter, letter.upper())
    ]
    assert_df_equality(
        described.selectExpr("song_id", "track.name", "track.album.name as album"),
        _frame(spark, expected, "song_id string, name string, album string"),
        ignore_row_order=True,
    )


def test_albums_and_artists_are_described_by_the_same_item(spark: SparkSession) -> None:
    frame = spark.createDataFrame(
        [
            item("old", artists=[artist("a", "old name")], album_artists=[artist("v", "old")]),
            item("new", fetched_at=LATE, artists=[artist("a", "new name")], album_artists=[]),
        ],
        ITEMS,
    )

    album = transforms.described_albums(frame).select("album_id", "album.name", "album.artists")
    artists = transforms.artists(frame)

    columns = f"album_id string, name string, artists {ARTISTS}"
    assert_df_equality(album, _frame(spark, [(ALBUM, "album new", [])], columns))
    named = [(DAY, "a" * 22, "new name"), (DAY, "v" * 22, "old")]
    columns = "snapshot_date date, artist_id string, name string"
    assert_df_equality(artists, _frame(spark, named, columns), ignore_row_order=True)


def test_an_artist_without_a_name_where_it_counts_stays_without(spark: SparkSession) -> None:
    nameless = ("a" * 22, None)
    frame = spark.createDataFrame(
        [item("first", artists=[nameless]), item("second", position=2, artists=[artist("a")])],
        ITEMS,
    )

    artists = transforms.artists(frame).select("artist_id", "name")

    assert_df_equality(artists, _frame(spark, [nameless], "artist_id string, name string"))


def test_the_song_names_an_artist_before_its_album_does(spark: SparkSession) -> None:
    frame = spark.createDataFrame(
        [item("x", artists=[artist("a", "of song")], album_artists=[artist("a", "of album")])],
        ITEMS,
    )

    artists = transforms.artists(frame).select("name")

    assert_df_equality(artists, _frame(spark, [("of song",)], "name string"))


def test_artists_keep_the_place_they_are_named_at(spark: SparkSession) -> None:
    named = [artist("z"), ("no id", "somebody"), artist("a"), artist("z")]
    described = transforms.described_songs(spark.createDataFrame([item("x", artists=named)], ITEMS))

    song_artists = transforms.song_artists(described)

    expected = [(DAY, SONG, "z" * 22, 1), (DAY, SONG, "a" * 22, 3), (DAY, SONG, "z" * 22, 4)]
    columns = "snapshot_date date, song_id string, artist_id string, artist_position int"
    assert_df_equality(
        song_artists,
        _frame(spark, expected, columns),
        ignore_row_order=True,
        ignore_nullable=True,
    )


def test_local_files_and_episodes_describe_nothing(spark: SparkSession) -> None:
    rows = [
        item("file", item_type="local", artists=[artist("a")]),
        item("talk", item_type="episode", position=2, artists=[artist("a")]),
        item("no id", song_id="none", position=3, artists=[artist("a")]),
        item("song", song_id="t" * 22, position=4, album_id=None),
    ]
    frame = spark.createDataFrame(rows, ITEMS)

    songs = transforms.described_songs(frame).select("song_id")

    assert_df_equality(songs, _frame(spark, [("t" * 22,)], "song_id string"))
    assert transforms.described_albums(frame).isEmpty()
    assert transforms.artists(frame).isEmpty()


def _frame(spark: SparkSession, rows: list[Any], columns: str) -> DataFrame:
    return spark.createDataFrame(rows, columns)
