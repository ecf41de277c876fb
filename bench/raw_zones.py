"""Raw zones to measure with, of any size: written in parallel, the same bytes for the same seed.

The bytes are those that the extractor would write. They are put together from items that are
encoded once per date, since the lists of a market share them.
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
from extract_lambda.raw_zone import raw_key
from extract_lambda.snapshot_draft import FORMAT_VERSION
from simulator.world.catalogue import BASE_URL, PAGE_LIMIT
from simulator.world.lists import Row
from simulator.world.names import base62_id
from simulator.world.payloads import Body, Generation, item_body, reference

LAST_DATE = date(2026, 10, 31)
_SOURCE = "api.spotify.com"
_SEED = 2026
_LISTS_OF_A_MARKET = 7
_ABOUT = "zone.json"
# Counted up when the same size and seed give other bytes than before
_VERSION = 1


class RawZone(NamedTuple):
    """A lake's folder with nothing but a raw zone; `page_bytes` are those of pages, gunzipped."""

    folder: Path
    size: Size
    page_bytes: int

    @property
    def raw(self) -> Path:
        """The raw zone's own folder."""
        return self.folder / "raw"


class _ListOfDate(NamedTuple):
    on: date
    number: int
    playlist_id: str


def zone(data: Path, size: Size, seed: int = _SEED) -> RawZone:
    """The raw zone of a size below a folder, written unless it is there already."""
    folder = data / size.name.replace(" ", "")
    known: dict[str, Any] = {"size": list(size[:4]), "seed": seed, "version": _VERSION}
    about = folder / _ABOUT
    if about.exists():
        found = json.loads(about.read_text())
        page_bytes = found.pop("page_bytes")
        if found == known:
            return RawZone(folder, size, page_bytes)
    shutil.rmtree(folder, ignore_errors=True)
    page_bytes = write_zone(folder, size, seed)
    about.write_text(json.dumps(known | {"page_bytes": page_bytes}))
    return RawZone(folder, size, page_bytes)


def write_zone(folder: Path, size: Size, seed: int = _SEED) -> int:
    """Write the raw zone of a size into a lake's folder; returns the bytes of pages, gunzipped."""
    markets = max(os.cpu_count() or 1, -(-size.lists // _LISTS_OF_A_MARKET))
    write = functools.partial(_write_market, folder, size, seed, markets)
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        return sum(pool.map(write, range(min(markets, size.lists))))


def playlist_id_of(number: int, seed: int = _SEED) -> str:
    """The id of a list."""
    return base62_id(random.Random(f"{seed}/list/{number}"))  # noqa: S311, no secret


def _write_market(folder: Path, size: Size, seed: int, markets: int, market_number: int) -> int:
    market = Market(seed + market_number)
    page_bytes = 0
    for back in reversed(range(size.dates)):
        on = LAST_DATE - timedelta(days=back)
        # The popularity of a song, and so its text, is another on every date
        encoded = functools.cache(_encoded_item)
        for number in range(market_number, size.lists, markets):
            rows = market.rows(number, on.toordinal(), size.items)
            generation = generation_of(number)
            items = [encoded(row, generation) for row in rows]
            listed = _ListOfDate(on, number, playlist_id_of(number, seed))
            page_bytes += _write_object(folder, listed, items, generation)
    return page_bytes


def _encoded_item(row: Row, generation: Generation) -> str:
    return _json(without_personal_data(item_body(row, generation, BASE_URL)))


def _write_object(
    folder: Path, listed: _ListOfDate, items: list[str], generation: Generation
) -> int:
    """Write one object; returns the bytes of its pages."""
    path = folder / raw_key(listed.on, listed.playlist_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    pages = list(_pages(listed, items, generation))
    snapshot_id = _snapshot_id(listed)
    end = {
        "item_count": len(items),
        "total": len(items),
        "page_count": len(pages),
        "spotify_snapshot_id": snapshot_id,
    }
    playlist = _playlist(listed, generation, snapshot_id)
    lines = [
        _line(listed, 0, "playlist", f'"playlist":{_json(without_personal_data(playlist))}'),
        *pages,
        _line(listed, len(pages) + 1, "end", _json(end)[1:-1]),
    ]
    gzip_stream = zlib.compressobj(wbits=31)
    path.write_bytes(b"".join([*map(gzip_stream.compress, lines), gzip_stream.flush()]))
    return sum(map(len, pages))


def _pages(listed: _ListOfDate, items: list[str], generation: Generation) -> Iterator[bytes]:
    limit = PAGE_LIMIT[generation]
    path = "tracks" if generation == "legacy" else "items"

    def url(at: int) -> str:
        return f"{BASE_URL}/playlists/{listed.playlist_id}/{path}?offset={at}&limit={limit}"

    for offset in range(0, len(items), limit):
        after = {
            "limit": limit,
            "next": url(offset + limit) if offset + limit < len(items) else None,
            "offset": offset,
            "previous": url(max(0, offset - limit)) if offset else None,
            "total": len(items),
        }
        page = (
            f'{{"href":{_json(url(offset))},'
            f'"items":[{",".join(items[offset : offset + limit])}],{_json(after)[1:]}'
        )
        number = offset // limit + 1
        yield _line(listed, number, "items_page", f'"offset":{offset},"page":{page}')


def _playlist(listed: _ListOfDate, generation: Generation, snapshot_id: str) -> Body:
    body: Body = reference("playlist", listed.playlist_id, BASE_URL) | {
        "collaborative": False,
        "description": f"List {listed.number} of the simulated markets.",
        "images": [{"height": None, "url": f"https://i.scdn.example/{listed.number}"}],
        "name": f"Market list {listed.number}",
        "owner": {},
        "primary_color": None,
        "public": True,
        "snapshot_id": snapshot_id,
    }
    if generation != "2026":
        body["followers"] = {"href": None, "total": 1000 + listed.number}
    return body


def _snapshot_id(listed: _ListOfDate) -> str:
    return hashlib.sha256(f"{listed.playlist_id}/{listed.on}".encode()).hexdigest()[:32]


def _line(listed: _ListOfDate, number: int, record: str, content: str) -> bytes:
    """One line of an object: its header's fields, then `content`, which is JSON without braces."""
    start = datetime.combine(listed.on, time(6), UTC)
    fetched_at = start + timedelta(seconds=listed.number, milliseconds=100 * number)
    header = {
        "format_version": FORMAT_VERSION,
        "record": record,
        "playlist_id": listed.playlist_id,
        "snapshot_date": listed.on.isoformat(),
        "fetched_at": f"{fetched_at:%Y-%m-%dT%H:%M:%S}.{fetched_at.microsecond // 1000:03}Z",
        "source": _SOURCE,
    }
    return f"{_json(header)[:-1]},{content}}}\n".encode()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
