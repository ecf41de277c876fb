"""The Glue job of the tutorials: an inferred schema, `explode`, three CSV tables.

It follows a dozen public repositories, but uses Spark only. Our raw zone needs two additions: it
skips lines without a page, and it reads songs from `track` or `item`.
"""

import sys
from pathlib import Path

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql.functions import coalesce, col, concat, explode, to_date


def song(path: str) -> Column:
    return coalesce(col(f"item.track.{path}"), col(f"item.item.{path}"))


def exploded_songs(df: DataFrame) -> DataFrame:
    items = df.select(explode("page.items").alias("item"))
    return items.where((song("type") == "track") & song("id").isNotNull())


def process_albums(df: DataFrame) -> DataFrame:
    return (
        exploded_songs(df)
        .select(
            song("album.id").alias("album_id"),
            song("album.name").alias("name"),
            song("album.release_date").alias("release_date"),
            song("album.total_tracks").alias("total_tracks"),
            song("album.external_urls.spotify").alias("url"),
        )
        .dropDuplicates(["album_id"])
    )


def process_artists(df: DataFrame) -> DataFrame:
    artists = concat(song("artists"), song("album.artists"))
    return (
        exploded_songs(df)
        .select(explode(artists).alias("artist"))
        .select(
            col("artist.id").alias("artist_id"),
            col("artist.name").alias("name"),
            col("artist.external_urls.spotify").alias("url"),
        )
        .dropDuplicates(["artist_id"])
    )


def process_songs(df: DataFrame) -> DataFrame:
    return (
        exploded_songs(df)
        .select(
            song("id").alias("song_id"),
            song("name").alias("name"),
            song("duration_ms").alias("duration_ms"),
            song("external_urls.spotify").alias("url"),
            col("item.track.popularity").alias("popularity"),
            to_date("item.added_at").alias("song_added"),
            song("album.id").alias("album_id"),
            song("artists")[0]["id"].alias("artist_id"),
        )
        .dropDuplicates(["song_id"])
    )


def main(raw: str, output: str, session_ready: str) -> None:
    spark = (
        SparkSession.builder.master("local[*]")
        .config("spark.driver.memory", "2g")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    Path(session_ready).touch()
    df = spark.read.json(f"{raw}/*/*.jsonl.gz").where(col("record") == "items_page")
    for name, table in (
        ("songs", process_songs(df)),
        ("albums", process_albums(df)),
        ("artists", process_artists(df)),
    ):
        table.write.option("header", True).csv(f"{output}/{name}")
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
