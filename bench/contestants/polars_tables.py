"""Polars: reads the needed columns of the pages and writes four Parquet tables."""

import sys
from pathlib import Path

import polars as pl

_ARTISTS = pl.List(pl.Struct({"id": pl.String, "name": pl.String}))
_ALBUM = pl.Struct(
    {
        "id": pl.String,
        "name": pl.String,
        "album_type": pl.String,
        "release_date": pl.String,
        "total_tracks": pl.Int32,
        "artists": _ARTISTS,
    }
)
_SONG = pl.Struct(
    {
        "id": pl.String,
        "uri": pl.String,
        "name": pl.String,
        "type": pl.String,
        "duration_ms": pl.Int64,
        "explicit": pl.Boolean,
        "popularity": pl.Int32,
        "external_ids": pl.Struct({"isrc": pl.String}),
        "artists": _ARTISTS,
        "album": _ALBUM,
    }
)
_ITEM = pl.Struct({"added_at": pl.String, "item": _SONG, "track": _SONG})
_SCHEMA = {
    "record": pl.String,
    "playlist_id": pl.String,
    "snapshot_date": pl.String,
    "fetched_at": pl.String,
    "offset": pl.Int32,
    "page": pl.Struct({"items": pl.List(_ITEM)}),
}


def main(raw: str, output: str) -> None:
    song = pl.col("song").struct
    pages = pl.scan_ndjson(f"{raw}/*/*.jsonl.gz", schema=_SCHEMA)
    entries = (
        pages.filter(pl.col("record") == "items_page")
        .select(
            pl.col("snapshot_date").str.to_date(),
            "playlist_id",
            "fetched_at",
            pl.col("page").struct.field("items").alias("one"),
            pl.int_ranges(
                pl.col("offset") + 1,
                pl.col("offset")
                + 1
                + pl.col("page").struct.field("items").list.len().cast(pl.Int32),
            ).alias("position"),
        )
        .explode("one", "position")
        .with_columns(
            pl.col("one").struct.field("added_at"),
            pl.coalesce(
                pl.col("one").struct.field("item"), pl.col("one").struct.field("track")
            ).alias("song"),
        )
        .drop("one")
        .filter(song.field("uri").is_not_null())
        .collect()
        .sort("fetched_at", descending=True)
    )
    songs = entries.filter((song.field("type") == "track") & song.field("id").is_not_null())
    album = song.field("album").struct
    tables = {
        "songs": songs.select(
            "snapshot_date",
            song.field("id").alias("song_id"),
            song.field("name"),
            album.field("id").alias("album_id"),
            song.field("duration_ms"),
            song.field("explicit").alias("is_explicit"),
            song.field("external_ids").struct.field("isrc"),
            song.field("popularity"),
        ).unique(["snapshot_date", "song_id"], keep="first"),
        "albums": songs.select(
            "snapshot_date",
            album.field("id").alias("album_id"),
            album.field("name"),
            album.field("album_type"),
            album.field("release_date"),
            album.field("total_tracks"),
        ).unique(["snapshot_date", "album_id"], keep="first"),
        "artists": songs.select(
            "snapshot_date",
            song.field("artists").list.concat(album.field("artists")).alias("artist"),
        )
        .explode("artist")
        .select(
            "snapshot_date",
            pl.col("artist").struct.field("id").alias("artist_id"),
            pl.col("artist").struct.field("name"),
        )
        .unique(["snapshot_date", "artist_id"], keep="first"),
        "playlist_entries": entries.select(
            "snapshot_date",
            "playlist_id",
            "position",
            song.field("uri").alias("item_uri"),
            song.field("name"),
            pl.when(song.field("type") == "track").then(song.field("id")).alias("song_id"),
            pl.col("added_at").str.to_datetime(time_zone="UTC"),
        ),
    }
    for name, table in tables.items():
        Path(output, name).mkdir(parents=True)
        table.write_parquet(f"{output}/{name}/part.parquet")


if __name__ == "__main__":
    main(*sys.argv[1:])
