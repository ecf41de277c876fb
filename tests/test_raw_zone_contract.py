"""The contract of the raw zone's format between the extraction and the jobs.

The expected records are literal: the writer writes exactly these, the reader reads them.
"""

import gzip
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract_lambda.errors import ExtractError
from extract_lambda.raw_zone import RawZone
from jobs.dates import list_inputs
from jobs.inspection import refusals
from jobs.raw_items import Item
from jobs.raw_objects import ObjectSummary, read_items
from lake.raw_format import RAW_KEY, InvalidPlaylistId, raw_key
from lake.storage import open_storage
from tests.support.raw_objects import song

ON = date(2026, 11, 22)
LIST = "37i9dQZEVXbMDoHDwVN2tF"
KEY = f"raw/snapshot_date=2026-11-22/{LIST}.jsonl.gz"
FETCHED = datetime(2026, 11, 22, 6, 7, 8, 9000, tzinfo=UTC)

HEADER = {
    "format_version": 1,
    "playlist_id": LIST,
    "snapshot_date": "2026-11-22",
    "fetched_at": "2026-11-22T06:07:08.009Z",
    "source": "api.spotify.com",
}
URI = f"spotify:track:{'x' * 22}"
SONG: dict[str, Any] = {"uri": URI, "name": "née \u2028 \ud83c", "track": True}
END: dict[str, Any] = {
    **HEADER,
    "record": "end",
    "item_count": 2,
    "total": 2,
    "page_count": 2,
    "spotify_snapshot_id": "AAAA",
}
RECORDS: list[dict[str, Any]] = [
    {**HEADER, "record": "playlist", "playlist": {"name": "Mine", "public": None}},
    {**HEADER, "record": "items_page", "offset": 0, "page": {"items": [{"item": SONG}, None]}},
    {**HEADER, "record": "items_page", "offset": 2, "page": {"items": [], "total": 2}},
    END,
]
# The same list where its bodies have keys that the writer drops
DROPPED: list[dict[str, Any]] = [
    {"key": "items[].addedByName", "count": 2},
    {"key": "playlist.ownerName", "count": 1},
]

# A chart file has rows instead of pages
CHART_ROW = {"uri": URI, "artist_names": "A, B", "track_name": "n", "streams": 7}
CHART: list[dict[str, Any]] = [
    {**HEADER, "record": "chart_rows", "offset": 0, "rows": [{**CHART_ROW, "rank": 1}]},
    {**END, "item_count": 1, "total": 1, "page_count": 1, "spotify_snapshot_id": None},
]


def test_the_writer_writes_the_documented_records(tmp_path: Path) -> None:
    with RawZone(open_storage(tmp_path)).draft(ON, LIST, source="api.spotify.com") as draft:
        playlist, *pages, end = RECORDS
        draft.playlist({**playlist["playlist"], "tracks": {"items": [5]}, "items": 5}, FETCHED)
        for page in pages:
            draft.page(page["offset"], page["page"], FETCHED)
        draft.end(end["total"], end["spotify_snapshot_id"], FETCHED)

    assert written(tmp_path) == RECORDS


def test_the_writer_names_the_keys_that_it_drops(tmp_path: Path) -> None:
    row = {"item": SONG, "addedByName": "Ann"}
    with RawZone(open_storage(tmp_path)).draft(ON, LIST, source="api.spotify.com") as draft:
        draft.playlist({"name": "Mine", "ownerName": "Bo"}, FETCHED)
        draft.page(0, {"items": [row, row]}, FETCHED)
        draft.end(2, "AAAA", FETCHED)

    assert written(tmp_path)[-1] == {**END, "page_count": 1, "dropped_keys": DROPPED}


def test_the_reader_reads_the_dropped_keys(tmp_path: Path) -> None:
    _, without = read(put(tmp_path / "1", RECORDS))
    _, summary = read(put(tmp_path / "2", [*RECORDS[:-1], {**END, "dropped_keys": DROPPED}]))

    assert without.dropped_keys == {}
    assert summary.dropped_keys == {"items[].addedByName": 2, "playlist.ownerName": 1}


def test_the_writer_writes_a_chart_as_documented(tmp_path: Path) -> None:
    with RawZone(open_storage(tmp_path)).draft(ON, LIST, source="api.spotify.com") as draft:
        draft.chart(0, CHART[0]["rows"], FETCHED)
        draft.end(1, None, FETCHED)

    assert written(tmp_path) == CHART


def test_the_reader_reads_the_documented_records(tmp_path: Path) -> None:
    items, summary = read(put(tmp_path, RECORDS))

    assert (summary.source, summary.fetched_at) == ("api.spotify.com", FETCHED)
    assert summary.playlist
    assert summary.playlist.name == "Mine"
    first, null_row = items
    assert first.entry
    assert (first.entry.item_uri, first.entry.name) == (URI, "née \u2028 ?")
    assert (null_row.entry, null_row.reason) == (None, "null_item")
    assert summary.spotify_snapshot_id == "AAAA"
    assert [page[:2] for page in summary.pages] == [(0, 2), (2, 0)]
    assert (summary.stated_item_count, summary.total, summary.stated_page_count) == (2, 2, 2)
    assert refusals(list_inputs(open_storage(tmp_path), ON).objects, [summary]) == []


def test_the_reader_reads_a_chart_as_documented(tmp_path: Path) -> None:
    (item,), summary = read(put(tmp_path, CHART))

    assert item.entry
    assert (item.entry.item_uri, item.entry.streams, item.reason) == (URI, 7, None)
    assert (item.entry.name, item.entry.artist_names) == ("n", ["A, B"])
    assert (item.entry.item_type, [page[:2] for page in summary.pages]) == ("song", [(0, 1)])


@given(playlist_id=st.text(max_size=210) | st.from_regex(r"[0-9A-Za-z_-]{1,30}", fullmatch=True))
def test_writer_and_reader_accept_the_same_keys(playlist_id: str) -> None:
    try:
        key = raw_key(ON, playlist_id)
    except InvalidPlaylistId:
        key = f"raw/snapshot_date=2026-11-22/{playlist_id}.jsonl.gz"
        assert not re.fullmatch(RAW_KEY, key)
    else:
        match = re.fullmatch(RAW_KEY, key)
        assert match is not None
        assert match.groups() == ("2026-11-22", playlist_id)


def test_the_reader_does_not_list_a_draft(tmp_path: Path) -> None:
    with RawZone(open_storage(tmp_path)).draft(ON, LIST, source="import") as draft:
        draft.page(0, {"items": []}, FETCHED)
        during = list_inputs(open_storage(str(tmp_path)), ON)
        draft.end(0, None, FETCHED)

    after = list_inputs(open_storage(str(tmp_path)), ON)
    assert during == ([], [])
    assert [stored.key for stored in after.objects] == [KEY]


# Extreme values that are still JSON
EXTREMES: dict[str, Any] = {
    "64-bit": 2**64,
    "1000-digits": 10**999,
    "2000-digits": 10**1999,
    "minus-1000-digits": -(10**999),
    "largest-float": 1.7976931348623157e308,
    "smallest-float": 5e-324,
    "long-text": "x" * 3_000_000,
    "control-characters": "".join(map(chr, range(32))) + "\x7f\x85\u2028\u2029\ufeff\uffff",
    "surrogates": "\ud800 \udfff \udf76\ud83c",
    "odd-keys": {"": 1, "\n": 2, "\ud800": 3, "a.b": 4, "__proto__": 5},
    **{f"nested-{depth}": depth for depth in (10, 100, 300, 500, 900, 990)},
}


Extremes = dict[str, list[tuple[str | None, str | None]]]


@pytest.fixture(scope="module")
def extremes(tmp_path_factory: pytest.TempPathFactory) -> Extremes:
    """The names and reasons that the reader finds for each list that the writer accepted."""
    lake = tmp_path_factory.mktemp("extremes")
    found: Extremes = {}
    for name, value in EXTREMES.items():
        extra = nested(value) if name.startswith("nested") else value
        items = [song(1, extra=extra), None, song(2)]
        try:
            with RawZone(open_storage(lake)).draft(ON, name, source="import") as draft:
                draft.page(0, {"items": items}, FETCHED)
                draft.end(3, None, FETCHED)
        except ExtractError:
            continue
        summary = ObjectSummary(ON, name)
        found[name] = [
            (one.item.entry and one.item.entry.name, one.item.reason)
            for one in read_items(open_storage(lake), summary)
        ]
    return found


@pytest.mark.parametrize("name", EXTREMES)
def test_the_reader_reads_whatever_the_writer_accepts(extremes: Extremes, name: str) -> None:
    taken = [("song 1", None), (None, "null_item"), ("song 2", None)]

    assert extremes.get(name, taken) == taken


def test_the_writer_accepts_what_spotify_may_send(extremes: Extremes) -> None:
    may_refuse = {"2000-digits", "nested-500", "nested-900", "nested-990"}

    assert EXTREMES.keys() - extremes.keys() <= may_refuse


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def written(lake: Path) -> list[Any]:
    """The records in the raw object, one per line."""
    text = gzip.decompress((lake / KEY).read_bytes()).decode("utf-8")
    assert text.endswith("\n")
    return [json.loads(line) for line in text.removesuffix("\n").split("\n")]


def read(lake: Path) -> tuple[list[Item], ObjectSummary]:
    """The items and the summary of the raw object."""
    summary = ObjectSummary(ON, LIST)
    items = [one.item for one in read_items(open_storage(lake), summary)]
    return items, summary


def put(lake: Path, lines: list[dict[str, Any]]) -> Path:
    """Put the raw object without the writer under test; returns the lake."""
    path = lake / KEY
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress("".join(json.dumps(line) + "\n" for line in lines).encode()))
    return lake
