"""Warnings about lists that look odd. Such lists are still published."""

from collections.abc import Iterable, Sequence
from datetime import date

from pyspark.sql import SparkSession

from jobs import dates
from jobs.locked_lake import LockedLake
from jobs.raw_objects import ObjectSummary
from jobs.tables import PLAYLISTS, spark_schema


def mistyped_values(accepted: Iterable[ObjectSummary]) -> list[str]:
    """One warning per list that has values of another type than Spotify documents."""
    return [
        f"{summary.key}: {_holders(summary)} values of another type than Spotify documents "
        f"({', '.join(sorted(summary.mistyped))}); these values are NULL, or the item is a reject"
        for summary in accepted
        if summary.mistyped
    ]


def _holders(summary: ObjectSummary) -> str:
    number = summary.mistyped_items
    if not number:
        return "the playlist object holds"
    return f"{number} item holds" if number == 1 else f"{number} items hold"


def shrunk_lists(
    spark: SparkSession,
    lake: LockedLake,
    accepted: Iterable[ObjectSummary],
    published: Sequence[date],
) -> list[str]:
    """One warning per list and date that lost more than half of its items since the date before."""
    counts = {
        (s.snapshot_date, s.playlist_id): s.item_count
        for s in accepted
        if s.snapshot_date in published
    }
    counts |= _counts_before(spark, lake, published)
    warnings = []
    last: dict[str, int] = {}
    for (on, playlist_id), count in sorted(counts.items()):
        if on in published and 2 * count < last.get(playlist_id, 0):
            warnings.append(
                f"list {playlist_id} fell from {last[playlist_id]} to {count} items on {on}"
            )
        last[playlist_id] = count
    return warnings


def _counts_before(
    spark: SparkSession, lake: LockedLake, published: Sequence[date]
) -> dict[tuple[date, str], int]:
    """Items per list on the last published date before these, if there is one."""
    before = [on for on in dates.built_dates(lake.storage) if published and on < published[0]]
    counts: dict[tuple[date, str], int] = {}
    for on in before[-1:]:
        folder = lake.catalog.locations("playlists", [on]).get(on)
        # The files may have been deleted, and Spark fails on a folder without files
        if folder is None or not lake.storage.list_objects(f"{folder}/"):
            continue
        frame = spark.read.schema(spark_schema(PLAYLISTS)).parquet(f"{lake.storage.root}/{folder}")
        for row in frame.select("playlist_id", "item_count").collect():
            counts[on, row["playlist_id"]] = row["item_count"]
    return counts
