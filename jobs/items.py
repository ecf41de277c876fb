"""The table `items`: what was last known of the items of the lists, from the entries of all dates.

Without it, every reader of the stays would read all entries for a few names.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from jobs.history import Dates
from jobs.tables import ITEMS, arrow_schema

ENTRY_COLUMNS = (
    *("item_uri", "linked_from_uri"),
    *("item_type", "name", "artist_names", "song_id"),
)
"""The columns of `playlist_entries` that are needed."""

_SCHEMA = arrow_schema(ITEMS)
_VALUES = ("item_type", "name", "artists", "song_id")
# Merging takes as long as reading as many rows, so it waits until there are as many new ones
_ROWS_TO_MERGE = 200_000


def last_known(dates: Dates) -> pa.Table:
    """One row per item of some dates, in the columns of `items`. The newest date comes first.

    Memory holds the items, not the entries: once the names of an item are known, its older entries
    are skipped.
    """
    found, added = [_SCHEMA.empty_table()], 0
    named = pa.array([], pa.string())
    for on, entries in dates:
        of_date = _of_date(on, entries, named)
        has_names = pc.and_(of_date["name"].is_valid(), of_date["artists"].is_valid())
        newly_named = of_date["item_uri"].filter(has_names)
        named = pa.concat_arrays([named, *newly_named.chunks])
        found.append(of_date)
        added += len(of_date)
        if added > max(_ROWS_TO_MERGE, len(found[0])):
            found, added = [merged(found)], 0
    return merged(found)


def merged(tables: Sequence[pa.Table]) -> pa.Table:
    """One row per item, each column with the first value that is not NULL."""
    grouped = pa.concat_tables(tables).group_by("item_uri", use_threads=False)
    columns = [name for name in _SCHEMA.names if name != "item_uri"]
    first = grouped.aggregate([(name, "first") for name in columns])
    return first.rename_columns(["item_uri", *columns]).cast(_SCHEMA)


def items_table(parts: Iterable[pa.Table]) -> pa.Table:
    """The table, from what `last_known` found in each part of the dates, the newest part first.

    Memory holds the items twice, about 200 bytes each.
    """
    rows = _SCHEMA.empty_table()
    for part in parts:
        rows = merged([rows, part])
    rows = rows.sort_by("item_uri")
    song_id = pc.if_else(pc.equal(rows["item_type"], "song"), rows["song_id"], None)
    return rows.set_column(_SCHEMA.get_field_index("song_id"), _SCHEMA.field("song_id"), song_id)


def _of_date(on: date, entries: pa.Table, named: pa.Array) -> pa.Table:
    """One row per item of a date that has no names yet.

    Of several values the text that sorts last counts.
    """
    item_uri = pc.coalesce(entries["linked_from_uri"], entries["item_uri"])
    is_needed = pc.invert(pc.is_in(item_uri, value_set=named))
    needed = entries.filter(is_needed)
    described = pa.table(
        {
            "item_uri": item_uri.filter(is_needed),
            "item_type": needed["item_type"],
            "name": needed["name"],
            "artists": _joined(needed["artist_names"]),
            "song_id": needed["song_id"],
        }
    )
    grouped = described.group_by("item_uri", use_threads=False)
    last = grouped.aggregate([(name, "max") for name in _VALUES])
    dates = pa.repeat(pa.scalar(on, pa.date32()), len(last))
    return pa.table([*last.columns, dates], schema=_SCHEMA)


def _joined(names: pa.ChunkedArray) -> pa.ChunkedArray:
    """The names as one text; NULL if there are none."""
    if pc.list_flatten(names).null_count:
        lists = [one and [name for name in one if name is not None] for one in names.to_pylist()]
        names = pa.chunked_array([pa.array(lists, pa.list_(pa.string()))])
    texts = pc.binary_join(names, ", ")
    return pc.if_else(pc.equal(texts, ""), None, texts)
