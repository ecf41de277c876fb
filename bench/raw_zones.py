"""Raw zones of any size for the benchmarks: the same size gives the same bytes.

The bytes are those that the extractor writes. An item is encoded once per date, because the lists
of a market share their items; markets are written in parallel.
"""

import functools
import hashlib
import json
import os
import random
import shutil
import zlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from bench.markets import Market, generation_of
from bench.sizes import Size
from extract_lambda.personal_data import without_personal_data
from lake.raw_format import END, FORMAT_VERSION, ITEMS_PAGE, PLAYLIST, raw_key
from simulator.world.catalogue import BASE_URL, PAGE_LIMIT
from simulator.world.lists import Row
from simulator.world.names import base62_id
from simulator.world.payloads import Body, Generation, item_body, reference

LAST_DATE = date(2026, 10, 31)
_SOURCE = "api.spotify.com"
_SEED = 2026
_LISTS_OF_A_MARKET = 7
_DESCRIPTION = "zone.json"
# Increase it when the same size gives other bytes
_VERSION = 1


class RawZone(NamedTuple):
    """A lake's folder with only a raw zone; `page_bytes` is the size of its pages, unpacked."""

    folder: Path
    size: Size
    page_bytes: int

    @property
    def raw(self) -> Path:
        """The folder of the raw zone."""
        return self.folder / "raw"


class _Snapshot(NamedTuple):
    on: date
    number: int
    playlist_id: str


def zone(data: Path, size: Size) -> RawZone:
    """The raw zone of a size in a subfolder of `data`; writes it if it does not exist."""
    folder = data / size.name.replace(" ", "")
    wanted: dict[str, Any] = {"size": list(size[:4]), "seed": _SEED, "version": _VERSION}
    description = folder / _DESCRIPTION
    if description.exists():
        existing = json.loads(description.read_text())
        page_bytes = existing.pop("page_bytes")
        if existing == wanted:
            return RawZone(folder, size, page_bytes)
    shutil.rmtree(folder, ignore_errors=True)
    page_bytes = write_zone(folder, size)
    description.write_text(json.dumps(wanted | {"page_bytes": page_bytes}))
    return RawZone(folder, size, page_bytes)


def write_zone(folder: Path, size: Size) -> int:
    """Write a raw zone into a lake's folder; returns the size of its pages, unpacked."""
    markets = max(os.cpu_count() or 1, -(-size.lists // _LISTS_OF_A_MARKET))
    write = functools.partial(_write_market, folder, size, markets)
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        return sum(pool.map(write, range(min(markets, size.lists))))


def _write_market(folder: Path, size: Size, markets: int, market_number: int) -> int:
    market = Market(_SEED + market_number)
    page_bytes = 0
    for days_back in reversed(range(size.dates)):
        on = LAST_DATE - timedelta(days=days_back)
        # A song's popularity changes every day, so its JSON does too
        encoded = functools.cache(_encoded_item)
        for number in range(market_number, size.lists, markets):
            rows = market.rows(number, on.toordinal(), size.items)
            generation = generation_of(number)
            items = [encoded(row, generation) for row in rows]
            snapshot = _Snapshot(on, number, _playlist_id(number))
            page_bytes += _write_object(folder, snapshot, items, generation)
    return page_bytes


def _playlist_id(number: int) -> str:
    return base62_id(random.Random(f"{_SEED}/list/{number}"))  # noqa: S311, not for secrets


def _encoded_item(row: Row, generation: Generation) -> str:
    return _json(without_personal_data(item_body(row, generation, BASE_URL)))


def _write_object(
    folder: Path, snapshot: _Snapshot, items: list[str], generation: Generation
) -> int:
    """Write one object; returns the size of its pages, unpacked."""
    path = folder / raw_key(snapshot.on, snapshot.playlist_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    pages = list(_pages(snapshot, items, generation))
    snapshot_id = _snapshot_id(snapshot)
    end = {
        "item_count": len(items),
        "total": len(items),
        "page_count": len(pages),
        "spotify_snapshot_id": snapshot_id,
    }
    playlist = _playlist(snapshot, generation, snapshot_id)
    lines = [
        _line(snapshot, 0, PLAYLIST, f'"playlist":{_json(without_personal_data(playlist))}'),
        *pages,
        _line(snapshot, len(pages) + 1, END, _json(end)[1:-1]),
    ]
    gzip_stream = zlib.compressobj(wbits=31)
    path.write_bytes(b"".join([*map(gzip_stream.compress, lines), gzip_stream.flush()]))
    return sum(map(len, pages))


def _pages(snapshot: _Snapshot, items: list[str], generation: Generation) -> Iterator[bytes]:
    limit = PAGE_LIMIT[generation]
    path = "tracks" if generation == "legacy" else "items"

    def url(to_offset: int) -> str:
        return (
            f"{BASE_URL}/playlists/{snapshot.playlist_id}/{path}?offset={to_offset}&limit={limit}"
        )

    for offset in range(0, len(items), limit):
        other_keys = {
            "limit": limit,
            "next": url(offset + limit) if offset + limit < len(items) else None,
            "offset": offset,
            "previous": url(max(0, offset - limit)) if offset else None,
            "total": len(items),
        }
        page = (
            f'{{"href":{_json(url(offset))},'
            f'"items":[{",".join(items[offset : offset + limit])}],{_json(other_keys)[1:]}'
        )
        number = offset // limit + 1
        yield _line(snapshot, number, ITEMS_PAGE, f'"offset":{offset},"page":{page}')


def _playlist(snapshot: _Snapshot, generation: Generation, snapshot_id: str) -> Body:
    body: Body = reference("playlist", snapshot.playlist_id, BASE_URL) | {
        "collaborative": False,
        "description": f"List {snapshot.number} of the simulated markets.",
        "images": [{"height": None, "url": f"https://i.scdn.example/{snapshot.number}"}],
        "name": f"Market list {snapshot.number}",
        "owner": {},
        "primary_color": None,
        "public": True,
        "snapshot_id": snapshot_id,
    }
    if generation != "2026":
        body["followers"] = {"href": None, "total": 1000 + snapshot.number}
    return body


def _snapshot_id(snapshot: _Snapshot) -> str:
    return hashlib.sha256(f"{snapshot.playlist_id}/{snapshot.on}".encode()).hexdigest()[:32]


def _line(snapshot: _Snapshot, number: int, record: str, content: str) -> bytes:
    """One line of an object: the header's fields, then `content` (JSON without its braces)."""
    start = datetime.combine(snapshot.on, time(6), UTC)
    fetched_at = start + timedelta(seconds=snapshot.number, milliseconds=100 * number)
    header = {
        "format_version": FORMAT_VERSION,
        "record": record,
        "playlist_id": snapshot.playlist_id,
        "snapshot_date": snapshot.on.isoformat(),
        "fetched_at": f"{fetched_at:%Y-%m-%dT%H:%M:%S}.{fetched_at.microsecond // 1000:03}Z",
        "source": _SOURCE,
    }
    return f"{_json(header)[:-1]},{content}}}\n".encode()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
