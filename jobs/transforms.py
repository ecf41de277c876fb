"""From the lines of raw objects to the tables of snapshot dates: pure functions of DataFrames."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs import descriptions, tables
from jobs.raw_objects import is_spotify_id, utc_timestamp
from jobs.tables import PARTITION_COLUMN, TABLES, Table


def items(lines: DataFrame) -> DataFrame:
    """One row per raw item: its position, what it is, and why it is rejected (else NULL)."""
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
    """One row per snapshot date and list. Source: PlaylistObject, end record."""
    playlist = F.col("playlist")
    pages = F.filter("pages", lambda page: page["size"] > 0)
    first_offset, last = F.get(pages, 0)["offset"], F.get(pages, F.size(pages) - 1)
    is_complete = (
        (F.col("stated_item_count") == F.col("total"))
        # Pages don't overlap: none is missing if `total` items begin at 0 and end at the total
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
    names = track["artists"]["name"]
    # NULL if a name is NULL. Spark does not compile `filter`, so it runs only where it is needed
    are_complete = ~F.array_contains(names, "")
    names = F.when(are_complete, names).otherwise(F.filter(names, lambda name: name != ""))
    return items_frame.where(F.col("reason").isNull()).select(
        "snapshot_date",
        "playlist_id",
        "position",
        "item_type",
        "item_uri",
        _text(track["name"]).alias("name"),
        F.when(F.size(names) > 0, names).alias("artist_names"),
        F.when(F.col("item_type") == "song", _id(track["id"])).alias("song_id"),
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


def songs(winners: DataFrame) -> DataFrame:
    """One row per snapshot date and song. Source: TrackObject."""
    track = F.col("track")
    return _with_slot(descriptions.SONG, winners).select(
        "snapshot_date",
        track["id"].alias("song_id"),
        _text(track["name"]).alias("name"),
        _id(track["album"]["id"]).alias("album_id"),
        track["duration_ms"].alias("duration_ms"),
        track["explicit"].alias("is_explicit"),
        track["disc_number"].alias("disc_number"),
        track["track_number"].alias("track_number"),
        _text(track["external_ids"]["isrc"]).alias("isrc"),
        track["popularity"].alias("popularity"),
    )


def song_artists(winners: DataFrame) -> DataFrame:
    """One row per snapshot date, song and artist position."""
    return _artists_of(_with_slot(descriptions.SONG, winners), "song_id", F.col("track"))


def albums(winners: DataFrame) -> DataFrame:
    """One row per snapshot date and album. Source: AlbumObject."""
    album = F.col("track.album")
    precision, raw = album["release_date_precision"], album["release_date"]
    return _with_slot(descriptions.ALBUM, winners).select(
        "snapshot_date",
        album["id"].alias("album_id"),
        _text(album["name"]).alias("name"),
        _text(album["album_type"]).alias("album_type"),
        _release_date(raw, precision).alias("release_date"),
        _text(precision).alias("release_date_precision"),
        _text(raw).alias("release_date_raw"),
        album["total_tracks"].alias("total_tracks"),
        _image_url(album["images"]).alias("image_url"),
    )


def album_artists(winners: DataFrame) -> DataFrame:
    """One row per snapshot date, album and artist position."""
    return _artists_of(_with_slot(descriptions.ALBUM, winners), "album_id", F.col("track.album"))


def artists(winners: DataFrame) -> DataFrame:
    """One row per snapshot date and artist of a song or an album. Source: ArtistObject."""
    artist = F.get(descriptions.mentions(), F.col("slot"))
    return (
        winners.select("snapshot_date", "track", F.explode("slots").alias("slot"))
        .where(F.col("slot") >= descriptions.FIRST_ARTIST)
        .select(
            "snapshot_date", artist["id"].alias("artist_id"), _text(artist["name"]).alias("name")
        )
    )


def _with_slot(slot: int, winners: DataFrame) -> DataFrame:
    """The winners whose song (or album) won, one row per song (or album)."""
    return winners.where(F.array_contains("slots", slot))


def _artists_of(owners: DataFrame, key: str, owner: Column) -> DataFrame:
    return (
        owners.select(
            "snapshot_date",
            owner["id"].alias(key),
            F.posexplode(owner["artists"]).alias("index", "artist"),
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
    # Spotify's charts have 1970-01-01 instead of the date
    return F.when(F.unix_micros(added_at) != 0, added_at)


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
    # There was no year 0, and Python's dates begin with year 1
    return F.when(~day.startswith("0000"), F.try_to_timestamp(day)).cast("date")


def conform(frame: DataFrame, table: Table) -> DataFrame:
    """The frame with exactly a table's columns and types, the partition column last."""
    return frame.to(tables.spark_schema(table).add(PARTITION_COLUMN, "date"))


def all_tables(
    items_frame: DataFrame, objects: DataFrame, winners: DataFrame
) -> dict[str, DataFrame]:
    """Every table of some snapshot dates, by name; those that take longest to write come first.

    `items_frame` comes from `items`, `objects` from `inspection.objects`, and `winners` from
    `descriptions.winners`.
    """
    frames = {
        "playlist_entries": playlist_entries(items_frame),
        "songs": songs(winners),
        "rejects": rejects(items_frame),
        "playlists": playlists(objects),
        "song_artists": song_artists(winners),
        "albums": albums(winners),
        "album_artists": album_artists(winners),
        "artists": artists(winners),
    }
    return {name: conform(frame, TABLES[name]) for name, frame in frames.items()}
