"""The items of the raw objects of a build, read by Python and handed over to Spark as columns.

The driver reads them if there is little to read, else Spark's Python workers do.
"""

import gc
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pyspark.sql import DataFrame, SparkSession

from jobs.dates import RawObject
from jobs.raw_items import Entry
from jobs.raw_objects import ObjectSummary, read_items
from jobs.scratch import Scratch, write_rows
from lake.errors import LakeError
from lake.storage import Storage, open_storage

ITEM_TYPES = {
    "snapshot_date": "date",
    "playlist_id": "string",
    "page_offset": "bigint",
    "position": "int",
    "reason": "string",
    "item_json": "string",
    # Entry
    "item_type": "string",
    "item_uri": "string",
    "name": "string",
    "artist_names": "array<string>",
    "song_id": "string",
    "linked_from_uri": "string",
    "added_at": "timestamp",
    "is_playable": "boolean",
    "streams": "bigint",
    "peak_rank": "int",
    "days_on_chart": "int",
    "weeks_on_chart": "int",
    # Song
    "duration_ms": "bigint",
    "is_explicit": "boolean",
    "disc_number": "int",
    "track_number": "int",
    "isrc": "string",
    "popularity": "int",
    "artists": "array<struct<id:string,name:string>>",
    "song_gaps": "int",
    # Album
    "album_id": "string",
    "album_name": "string",
    "album_type": "string",
    "release_date": "date",
    "release_date_precision": "string",
    "release_date_raw": "string",
    "total_tracks": "int",
    "image_url": "string",
    "album_artists": "array<struct<id:string,name:string>>",
    "album_gaps": "int",
}
"""The columns of parsed items. Those of a reject are NULL but for its key, reason and JSON."""

# Bytes of gzip. Starting Python workers takes as long as reading this much
DRIVER_BYTES = 2 * 1024 * 1024
_NO_ENTRY = (None,) * len(Entry._fields)


class Parsed(NamedTuple):
    """The items, with the columns of ITEM_TYPES, and a summary per raw object."""

    items: DataFrame
    summaries: list[ObjectSummary]


class _Part(NamedTuple):
    """A part of the reading: raw objects of a lake, and the key of the file for their items."""

    lake: str
    objects: Sequence[RawObject]
    key: str


def parse_items(
    spark: SparkSession, scratch: Scratch, objects: Sequence[RawObject], bytes_per_part: int
) -> Parsed:
    """Read raw objects, each once.

    Raises StorageError if the storage fails; damaged objects are told in their summaries.
    """
    parts = [
        _Part(scratch.storage.root, chosen, scratch.key("items", number))
        for number, chosen in enumerate(_split(objects, bytes_per_part))
    ]
    if sum(raw.size for raw in objects) <= DRIVER_BYTES:
        found = list(map(_read_part, parts))
    else:
        found = spark.sparkContext.parallelize(parts, len(parts)).map(_read_part).collect()
    summaries = []
    for result in found:
        if isinstance(result, LakeError):
            raise result
        summaries += result
    return Parsed(scratch.read(spark, "items", ITEM_TYPES), summaries)


def parse_objects(
    storage: Storage, summaries: Sequence[ObjectSummary]
) -> Iterator[tuple[Any, ...]]:
    """The items of raw objects, in the order of ITEM_TYPES; fills in the summaries on the way."""
    for summary in summaries:
        for one in read_items(storage, summary):
            item = one.item
            yield (
                summary.snapshot_date,
                summary.playlist_id,
                one.page_offset,
                one.position,
                item.reason,
                one.item_json,
                *(item.entry or _NO_ENTRY),
                *item.song,
                *item.album,
            )


def _split(objects: Sequence[RawObject], bytes_per_part: int) -> list[list[RawObject]]:
    """The objects in their order, in parts of about that many bytes."""
    parts: list[list[RawObject]] = [[]]
    size = 0
    for raw in objects:
        if size >= bytes_per_part:
            parts.append([])
            size = 0
        parts[-1].append(raw)
        size += raw.size
    return parts


def _read_part(part: _Part) -> list[ObjectSummary] | LakeError:
    """Read the objects of a part, and write their items to its file.

    An error of the storage is returned: Spark would turn it into an error of its own.
    """
    summaries = [ObjectSummary(raw.snapshot_date, raw.playlist_id) for raw in part.objects]
    # JSON has no cycles to look for, and looking takes a fifth of the time
    gc.disable()
    try:
        storage = open_storage(part.lake)
        write_rows(storage, part.key, ITEM_TYPES, parse_objects(storage, summaries))
    except LakeError as error:
        return error
    finally:
        gc.enable()
    return summaries
