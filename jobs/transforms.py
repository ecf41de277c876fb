"""From the lines of the raw zone to the tables of a snapshot date: pure functions of frames."""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs import tables
from jobs.raw_objects import is_spotify_id, utc_timestamp
from jobs.tables import PARTITION_COLUMN, Table

CHART_SOURCE = "chart_csv"


def items(lines: DataFrame) -> DataFrame:
    """One row per raw item: where it stood, what it is, and why it is rejected (else NULL)."""
    exploded = lines.select(
        "snapshot_date",
        "playlist_id",
        "source",
        "fetched_at",
        "offset",
        F.posexplode("items").alias("index", "item"),
    )
    return exploded.select(
        "snapshot_date",
        "playlist_id",
        "source",
        "fetched_at",
        (F.col("offset") + F.col("index") + 1).cast("int").alias("position"),
        "item.track",
        "item.item_uri",
        "item.item_type",
        "item.added_at",
        "item.streams",
        "item.reason",
        "item.text",
    )


def playlists(objects: DataFrame) -> DataFrame:
    """One row per snapshot date and list.  Source: PlaylistObject, end record."""
    playlist = F.col("playlist")
    pages = F.filter("pages", lambda page: page["size"] > 0)
    first_offset, last = F.get(pages, 0)["offset"], F.get(pages, F.size(pages) - 1)
    is_complete = (
        (F.col("stated_item_count") == F.col("total"))
        # pages do not overlap: so nothing is missing if they fill the list from end to end
        & (F.coalesce(first_offset, F.lit(0)) == 0)
        & (F.coalesce(last["offset"] + last["size"], F.lit(0)) == F.col("total"))
    )
    return objects.select(
        "snapshot_date",
        "playlist_id",
        _text(playlist["name"]).alias("name"),
        _text(playlist["description"]).alias("description"),
        playlist["public"].alias("is_public"),
        playlist["collaborative"].alias("is_collaborative"),
        F.coalesce("spotify_snapshot_id", playlist["snapshot_id"]).alias("spotify_snapshot_id"),
        F.col("stated_item_count").cast("int").alias("item_count"),
        F.col("total").cast("int").alias("total"),
        is_complete.alias("is_complete"),
        playlist["followers"]["total"].alias("followers"),
        _image_url(playlist["images"]).alias("image_url"),
        "source",
        "fetched_at",
    )


def playlist_entries(items_frame: DataFrame) -> DataFrame:
    """One row per snapshot date, list and position that holds a usable item."""
    track = F.col("track")
    names = F.filter(
        F.transform(track["artists"], lambda artist: _text(artist["name"])),
        lambda name: name.isNotNull(),
    )
    return items_frame.where(F.col("reason").isNull()).select(
        "snapshot_date",
        "playlist_id",
        "position",
        "item_type",
        "item_uri",
        _text(track["name"]).alias("name"),
        F.when(F.size(names) > 0, names).alias("artist_names"),
        _song_id().alias("song_id"),
        _text(track["linked_from"]["uri"]).alias("linked_from_uri"),
        _added_at().alias("added_at"),
        track["is_playable"].alias("is_playable"),
        "streams",
    )


def rejects(items_frame: DataFrame) -> DataFrame:
    """One row per snapshot date, list and position that holds no usable item."""
    return items_frame.where(F.col("reason").isNotNull()).select(
        "snapshot_date", "playlist_id", "position", "reason", F.col("text").alias("item_json")
    )


def described_songs(items_frame: DataFrame) -> DataFrame:
    """One row per snapshot date and song: the description that counts, artists included."""
    seen = items_frame.where(_song_id().isNotNull()).select(
        "snapshot_date", _song_id().alias("song_id"), *_RANK_COLUMNS, "track"
    )
    return _first_per(seen, "song_id")


def songs(described: DataFrame) -> DataFrame:
    """One row per snapshot date and song, of `described_songs`.  Source: TrackObject."""
    track = F.col("track")
    return described.select(
        "snapshot_date",
        "song_id",
        _text(track["name"]).alias("name"),
        _id(track["album"]["id"]).alias("album_id"),
        track["duration_ms"].alias("duration_ms"),
        track["explicit"].alias("is_explicit"),
        track["disc_number"].alias("disc_number"),
        track["track_number"].alias("track_number"),
        _text(track["external_ids"]["isrc"]).alias("isrc"),
        track["popularity"].alias("popularity"),
    )


def song_artists(described: DataFrame) -> DataFrame:
    """One row per snapshot date, song and artist position, of `described_songs`."""
    return _named_artists(described, "song_id", F.col("track.artists"))


def described_albums(items_frame: DataFrame) -> DataFrame:
    """One row per snapshot date and album: the description that counts, artists included."""
    album = F.col("track.album")
    seen = items_frame.where(_song_id().isNotNull() & is_spotify_id(album["id"])).select(
        "snapshot_date", album["id"].alias("album_id"), *_RANK_COLUMNS, album.alias("album")
    )
    return _first_per(seen, "album_id")


def albums(described: DataFrame) -> DataFrame:
    """One row per snapshot date and album, of `described_albums`.  Source: AlbumObject."""
    album = F.col("album")
    precision, raw = album["release_date_precision"], album["release_date"]
    return described.select(
        "snapshot_date",
        "album_id",
        _text(album["name"]).alias("name"),
        _text(album["album_type"]).alias("album_type"),
        _release_date(raw, precision).alias("release_date"),
        _text(precision).alias("release_date_precision"),
        _text(raw).alias("release_date_raw"),
        album["total_tracks"].alias("total_tracks"),
        _image_url(album["images"]).alias("image_url"),
    )


def album_artists(described: DataFrame) -> DataFrame:
    """One row per snapshot date, album and artist position, of `described_albums`."""
    return _named_artists(described, "album_id", F.col("album.artists"))


def artists(items_frame: DataFrame) -> DataFrame:
    """One row per snapshot date and artist of a song or an album.  Source: ArtistObject."""
    none = F.array().cast("array<struct<id:string,name:string>>")
    named = F.concat(F.coalesce("track.artists", none), F.coalesce("track.album.artists", none))
    seen = (
        items_frame.where(_song_id().isNotNull())
        .select(
            "snapshot_date",
            *_RANK_COLUMNS,
            # Most albums have the artists of their songs
            F.posexplode(F.array_distinct(named)).alias("index", "artist"),
        )
        .select(
            "snapshot_date",
            *_RANK_COLUMNS,
            "index",
            F.col("artist.id").alias("artist_id"),
            _text(F.col("artist.name")).alias("name"),
        )
        .where(is_spotify_id(F.col("artist_id")))
    )
    return _first_per(seen, "artist_id", tie=("index",)).select(
        "snapshot_date", "artist_id", "name"
    )


_RANK_COLUMNS = ("source", "fetched_at", "playlist_id", "position")


def _first_per(seen: DataFrame, key: str, tie: Sequence[str] = ()) -> DataFrame:
    """One row per snapshot date and key where lists disagree, always the same one.

    API before chart CSV, then the page fetched last, then the smaller playlist id, then the
    smaller position.
    """
    rank = F.struct(
        F.col("source") == CHART_SOURCE,
        -F.unix_micros("fetched_at"),
        "playlist_id",
        "position",
        *tie,
    )
    rest = [name for name in seen.columns if name not in ("snapshot_date", key)]
    return (
        seen.groupBy("snapshot_date", key)
        .agg(F.min_by(F.struct(*rest), rank).alias("first"))
        .select("snapshot_date", key, "first.*")
    )


def _named_artists(described: DataFrame, key: str, artists_column: Column) -> DataFrame:
    return (
        described.select(
            "snapshot_date", key, F.posexplode(artists_column).alias("index", "artist")
        )
        .where(is_spotify_id(F.col("artist.id")))
        .select(
            "snapshot_date",
            key,
            F.col("artist.id").alias("artist_id"),
            (F.col("index") + 1).alias("artist_position"),
        )
    )


def _added_at() -> Column:
    added_at = utc_timestamp(F.col("added_at"))
    # Charts say with the epoch that they do not know
    return F.when(F.unix_micros(added_at) != 0, added_at)


def _song_id() -> Column:
    return F.when(F.col("item_type") == "song", _id(F.col("track.id")))


def _id(column: Column) -> Column:
    return F.when(is_spotify_id(column), column)


def _text(column: Column) -> Column:
    return F.when(column != "", column)


def _image_url(images: Column) -> Column:
    return _text(F.get(images, 0)["url"])


def _release_date(raw: Column, precision: Column) -> Column:
    """The first day of a release date's precision; NULL for `0000` and other nonsense."""
    day = (
        F.when((precision == "year") & raw.rlike(r"^\d{4}\z"), F.concat(raw, F.lit("-01-01")))
        .when((precision == "month") & raw.rlike(r"^\d{4}-\d{2}\z"), F.concat(raw, F.lit("-01")))
        .when((precision == "day") & raw.rlike(r"^\d{4}-\d{2}-\d{2}\z"), raw)
    )
    # There was no year 0, and Python's dates begin with the year 1
    return F.when(~day.startswith("0000"), F.try_to_timestamp(day)).cast("date")


def conform(frame: DataFrame, table: Table) -> DataFrame:
    """The frame with exactly a table's columns and types, the partition column last."""
    return frame.to(tables.spark_schema(table).add(PARTITION_COLUMN, "date"))


def all_tables(
    items_frame: DataFrame, objects: DataFrame, songs_frame: DataFrame, albums_frame: DataFrame
) -> dict[str, DataFrame]:
    """Every table of some snapshot dates, by name; the last two frames are the described ones."""
    frames = {
        "artists": artists(items_frame),
        "albums": albums(albums_frame),
        "songs": songs(songs_frame),
        "album_artists": album_artists(albums_frame),
        "song_artists": song_artists(songs_frame),
        "playlists": playlists(objects),
        "rejects": rejects(items_frame),
        "playlist_entries": playlist_entries(items_frame),
    }
    return {table.name: conform(frames[table.name], table) for table in tables.SNAPSHOT_TABLES}
