"""From parsed items to the tables of snapshot dates: pure functions of DataFrames."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs import descriptions, tables
from jobs.tables import PARTITION_COLUMN, TABLES, Table


def playlist_entries(items: DataFrame) -> DataFrame:
    """One row per snapshot date, list and position that holds a usable item."""
    return items.where(F.col("reason").isNull()).select(
        "snapshot_date",
        "playlist_id",
        "position",
        "item_type",
        "item_uri",
        "name",
        "artist_names",
        "song_id",
        "linked_from_uri",
        "added_at",
        "is_playable",
        "streams",
        "peak_rank",
        "days_on_chart",
        "weeks_on_chart",
    )


def rejects(items: DataFrame) -> DataFrame:
    """One row per snapshot date, list and position that holds no usable item."""
    return items.where(F.col("reason").isNotNull()).select(
        "snapshot_date", "playlist_id", "position", "reason", "item_json"
    )


def songs(winners: DataFrame) -> DataFrame:
    """One row per snapshot date and song. Source: TrackObject."""
    return _with_slot(descriptions.SONG, winners).select(
        "snapshot_date",
        "song_id",
        "name",
        "album_id",
        "duration_ms",
        "is_explicit",
        "disc_number",
        "track_number",
        "isrc",
        "popularity",
    )


def song_artists(winners: DataFrame) -> DataFrame:
    """One row per snapshot date, song and artist position."""
    return _artists_of(_with_slot(descriptions.SONG, winners), "song_id", "artists")


def albums(winners: DataFrame) -> DataFrame:
    """One row per snapshot date and album. Source: AlbumObject."""
    return _with_slot(descriptions.ALBUM, winners).select(
        "snapshot_date",
        "album_id",
        F.col("album_name").alias("name"),
        "album_type",
        "release_date",
        "release_date_precision",
        "release_date_raw",
        "total_tracks",
        "image_url",
    )


def album_artists(winners: DataFrame) -> DataFrame:
    """One row per snapshot date, album and artist position."""
    return _artists_of(_with_slot(descriptions.ALBUM, winners), "album_id", "album_artists")


def artists(winners: DataFrame) -> DataFrame:
    """One row per snapshot date and artist of a song or an album. Source: ArtistObject."""
    artist = F.get(descriptions.mentions(), F.col("slot"))
    return (
        winners.withColumn("slot", F.explode("slots"))
        .where(F.col("slot") >= descriptions.FIRST_ARTIST)
        .select("snapshot_date", artist["id"].alias("artist_id"), artist["name"].alias("name"))
    )


def _with_slot(slot: int, winners: DataFrame) -> DataFrame:
    """The winners whose song (or album) won, one row per song (or album)."""
    return winners.where(F.array_contains("slots", slot))


def _artists_of(owners: DataFrame, key: str, artists_column: str) -> DataFrame:
    artist_id: Column = F.col("artist.id")
    return (
        owners.select("snapshot_date", key, F.posexplode(artists_column).alias("index", "artist"))
        .where(artist_id.isNotNull())
        .select(
            "snapshot_date",
            key,
            artist_id.alias("artist_id"),
            (F.col("index") + 1).alias("artist_position"),
        )
    )


def conform(frame: DataFrame, table: Table) -> DataFrame:
    """The frame with exactly a table's columns and types, the partition column last."""
    return frame.to(tables.spark_schema(table).add(PARTITION_COLUMN, "date"))


def all_tables(items: DataFrame, playlists: DataFrame, winners: DataFrame) -> dict[str, DataFrame]:
    """Every table of some snapshot dates, by name; those that take longest to write come first.

    `items` has the columns of parsed items, `winners` comes from `descriptions.winners`.
    """
    frames = {
        "playlist_entries": playlist_entries(items),
        "songs": songs(winners),
        "rejects": rejects(items),
        "playlists": playlists,
        "song_artists": song_artists(winners),
        "albums": albums(winners),
        "album_artists": album_artists(winners),
        "artists": artists(winners),
    }
    return {name: conform(frame, TABLES[name]) for name, frame in frames.items()}
