"""Small lakes for tests: raw objects from items or from bare lines, tables as readers find them."""

import gzip
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from extract_lambda.raw_zone import RawZone
from lake.storage import open_storage
from tests.support.oracle import COLUMNS, Row, Snapshot
from tests.support.stays_oracle import STAY_COLUMNS

DAY = date(2026, 11, 22)

Lines = Sequence[dict[str, Any] | bytes]
"""Records, or their bytes where no JSON library would write them."""


def write_raw(lake: Path, snapshot: Snapshot, *, replace: bool = False) -> None:
    """Write a list into the raw zone with the product's writer."""
    with RawZone(open_storage(lake)).draft(
        snapshot.on, snapshot.playlist_id, source=snapshot.source, replace=replace
    ) as draft:
        if snapshot.playlist is not None:
            draft.playlist(snapshot.playlist, snapshot.fetched)
        for offset, items in snapshot.pages:
            draft.page(offset, {"items": items, "offset": offset}, snapshot.fetched)
        draft.end(snapshot.total, None, snapshot.fetched)


def records(playlist_id: str, pages: Sequence[tuple[int, list[Any]]], on: date = DAY) -> list[Any]:
    """The records of a sound raw object: its pages and its end."""
    item_count = sum(len(items) for _, items in pages)
    ends = {"item_count": item_count, "total": item_count, "page_count": len(pages)}
    return [
        *[
            record("items_page", playlist_id, on, offset=offset, page={"items": items})
            for offset, items in pages
        ],
        record("end", playlist_id, on, **ends, spotify_snapshot_id=None),
    ]


def record(kind: str, playlist_id: str, on: date = DAY, **fields: Any) -> dict[str, Any]:
    """One record of a raw object, with the fields that all of them have."""
    return {
        "format_version": 1,
        "record": kind,
        "playlist_id": playlist_id,
        "snapshot_date": f"{on}",
        "fetched_at": f"{on}T12:00:00.000Z",
        "source": "import",
        **fields,
    }


def put_object(lake: Path, playlist_id: str, lines: Lines, on: date = DAY) -> Path:
    """Put a raw object of these lines, without the product's writer."""
    return put_bytes(lake, playlist_id, to_gzip(lines), on)


def to_gzip(lines: Lines) -> bytes:
    """What a raw object of these lines consists of."""
    texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    return gzip.compress(b"".join(text + b"\n" for text in texts), mtime=0)


def put_bytes(lake: Path, playlist_id: str, content: bytes, on: date = DAY) -> Path:
    """Put any bytes where the raw object of a list belongs."""
    path = lake / f"raw/snapshot_date={on}/{playlist_id}.jsonl.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def published_files(lake: Path, table: str) -> dict[str, list[Path]]:
    """The files of a table that readers are pointed at, by date ("" for the whole table)."""
    catalog = json.loads((lake / "state/catalog.json").read_text())
    return {
        on: sorted((lake / location).glob("*.parquet"))
        for on, location in catalog["tables"][table].items()
    }


def published(lake: Path, table: str) -> list[Row]:
    """The rows of a table as readers find them, in the columns and their order of the design."""
    found = []
    for on, paths in published_files(lake, table).items():
        of_date = {"snapshot_date": date.fromisoformat(on)} if on else {}
        for path in paths:
            file = pq.ParquetFile(path)
            assert [*of_date, *file.schema_arrow.names] == columns(table)
            found += [tuple((of_date | row).values()) for row in file.read().to_pylist()]
    return found


def columns(table: str) -> list[str]:
    """The columns of a table, as the design names and orders them."""
    return (STAY_COLUMNS if table == "playlist_stays" else COLUMNS[table]).split()


def by_repr(rows: list[Row]) -> list[Row]:
    """Rows in an order that NULLs don't disturb."""
    return sorted(rows, key=repr)
