"""Decide which raw objects are sound, from one summary row per object."""

import gzip
import json
import zlib
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.dates import RawObject
from jobs.errors import JobError
from jobs.run import RefusedObject
from lake.errors import ObjectMissing
from lake.raw_format import (
    CHART_ROWS,
    END,
    FORMAT_VERSION,
    ITEMS_PAGE,
    MAX_ITEMS,
    PLAYLIST,
    raw_key,
)
from lake.storage import Storage

GZIP_MAGIC = b"\x1f\x8b"


class InputUnreadable(JobError):
    """A raw object could not be read, but it is not damaged."""


class ObjectSummary(NamedTuple):
    """What the lines of one raw object hold: counts of records, and `pages` in order of offset.

    A page is (offset, number of items). `stated_` is what the end record says.
    """

    snapshot_date: date
    playlist_id: str
    unknown_records: int
    other_versions: int
    other_playlist_ids: int
    other_snapshot_dates: int
    undated: int
    playlist_records: int
    end_records: int
    pages_without_items: int
    malformed_items: int | None
    pages: list[tuple[int, int]]
    stated_item_count: int | None
    stated_page_count: int | None
    total: int | None

    @property
    def key(self) -> str:
        """The object's key in the lake."""
        return raw_key(self.snapshot_date, self.playlist_id)

    @property
    def item_count(self) -> int:
        """The number of items in the pages."""
        return sum(size for _, size in self.pages)


def objects(lines: DataFrame) -> DataFrame:
    """One row per raw object: the columns of ObjectSummary, and those of the table `playlists`.

    `pages` are structs of offset, size, source and fetched_at, in order of offset.
    """
    is_page = F.col("record").isin(ITEMS_PAGE, CHART_ROWS)
    is_end = F.col("record") == END
    is_playlist = F.col("record") == PLAYLIST
    version = F.col("format_version")
    has_items = is_page & F.col("items").isNotNull()
    page = F.struct("offset", F.size("items").alias("size"), "source", "fetched_at")
    return lines.groupBy("snapshot_date", "playlist_id").agg(
        _count((is_page | is_end | is_playlist) & version.isNotNull(), wanted=False).alias(
            "unknown_records"
        ),
        _count(version != FORMAT_VERSION).alias("other_versions"),
        _count(F.col("stated_playlist_id") == F.col("playlist_id"), wanted=False).alias(
            "other_playlist_ids"
        ),
        _count(
            F.col("stated_snapshot_date") == F.col("snapshot_date").cast("string"), wanted=False
        ).alias("other_snapshot_dates"),
        _count(F.col("fetched_at").isNotNull() & F.col("source").isNotNull(), wanted=False).alias(
            "undated"
        ),
        _count(is_playlist & F.col("playlist").isNotNull()).alias("playlist_records"),
        _count(is_end).alias("end_records"),
        _count(is_page & (F.col("items").isNull() | F.col("offset").isNull())).alias(
            "pages_without_items"
        ),
        F.sum(
            F.when(has_items, F.size(F.filter("items", lambda item: item["is_malformed"])))
        ).alias("malformed_items"),
        F.sort_array(F.collect_list(F.when(has_items & F.col("offset").isNotNull(), page))).alias(
            "pages"
        ),
        F.max("item_count").alias("stated_item_count"),
        F.max("page_count").alias("stated_page_count"),
        F.max("total").alias("total"),
        F.max("spotify_snapshot_id").alias("spotify_snapshot_id"),
        F.max("source").alias("source"),
        F.max(F.when(is_end, F.col("fetched_at"))).alias("fetched_at"),
        F.first("playlist", ignorenulls=True).alias("playlist"),
    )


def summaries(objects_frame: DataFrame) -> list[ObjectSummary]:
    """The summaries, collected to the driver: a few numbers per object."""
    pages = F.transform("pages", lambda page: F.struct(page["offset"], page["size"]))
    rows = objects_frame.withColumn("pages", pages).select(*ObjectSummary._fields).collect()
    return [
        ObjectSummary(**row.asDict() | {"pages": [(page[0], page[1]) for page in row["pages"]]})
        for row in rows
    ]


def refusals(
    storage: Storage, listed: Iterable[RawObject], found: Iterable[ObjectSummary]
) -> list[RefusedObject]:
    """The raw objects that the job refuses, in order of date and list."""
    summary_of = {(summary.snapshot_date, summary.playlist_id): summary for summary in found}
    return [
        RefusedObject(raw.snapshot_date, raw.playlist_id, f"{fault}; {_remedy(raw)}")
        for raw in sorted(listed)
        if (fault := _fault(storage, raw, summary_of.get((raw.snapshot_date, raw.playlist_id))))
    ]


def _count(condition: Column, *, wanted: bool = True) -> Column:
    """The number of rows for which a condition is true; with `wanted` false, of the others."""
    met = F.coalesce(condition, F.lit(False))
    return F.sum((met if wanted else ~met).cast("int"))


def _fault(storage: Storage, raw: RawObject, summary: ObjectSummary | None) -> str | None:
    """What is wrong with an object; None if nothing is."""
    if summary is None or not summary.end_records:
        return _damage(storage, raw.key, summary)
    return _contradiction(summary)


def _contradiction(summary: ObjectSummary) -> str | None:
    """What is wrong with an object that has an end record."""
    counts = (summary.item_count, len(summary.pages))
    stated = (summary.stated_item_count, summary.stated_page_count)
    checks = (
        (summary.other_versions, f"has lines that are not of format_version {FORMAT_VERSION}"),
        (
            summary.unknown_records,
            "has lines that are not a playlist, items_page, chart_rows or end record",
        ),
        (summary.other_playlist_ids, "holds records of another list"),
        (summary.other_snapshot_dates, "holds records of another snapshot date"),
        (summary.undated, "has records without fetched_at or source"),
        (summary.playlist_records > 1, "has more than one playlist record"),
        (summary.end_records > 1, "has more than one end record"),
        (summary.pages_without_items, "has pages without an offset or a list of items"),
        (counts != stated, f"holds %d items in %d pages, its end record says {stated}" % counts),
        (
            not 0 <= (summary.total or 0) <= MAX_ITEMS,
            "has an impossible total in the end record",
        ),
        (summary.total is None, "has an end record without total"),
        (_overlap(summary.pages), "has pages that overlap or lie outside of the list"),
    )
    return next((sentence for is_wrong, sentence in checks if is_wrong), None)


def _overlap(pages: list[tuple[int, int]]) -> bool:
    free_from = 0
    for offset, size in pages:
        if offset < free_from or offset + size > MAX_ITEMS:
            return True
        free_from = offset + size
    return False


def _damage(storage: Storage, key: str, summary: ObjectSummary | None) -> str:
    """How an object without an end record is damaged.

    Spark ignores read errors, so the object is read once more. A damaged object is refused until it
    changes; after a temporary fault of the network the run fails and can be repeated.
    """
    last_line = magic = b""
    try:
        with storage.open(key) as stream:
            magic = stream.read(2)
        with storage.open(key) as stream, gzip.open(stream) as content:
            for line in content:
                last_line = line
    except gzip.BadGzipFile:
        return "is damaged (checksum)" if magic == GZIP_MAGIC else "is not gzip"
    except zlib.error:
        return "is damaged"
    except EOFError:
        return "is truncated (the write was interrupted)"
    except ObjectMissing:
        return "was deleted after it was listed"
    if summary is not None and summary.unknown_records:
        return _contradiction(summary) or ""
    if _is_end(last_line):
        raise InputUnreadable(
            f"{storage.root}/{key} could not be read at first, but it is not damaged; run again"
        )
    return "has no end record (the write was interrupted)"


def _is_end(line: bytes) -> bool:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and record.get("record") == END


def _remedy(raw: RawObject) -> str:
    return (
        "extract or import that list again with --refresh, or delete the object to build "
        f"{raw.snapshot_date} without it"
    )
