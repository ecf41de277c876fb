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
from pyspark.sql import SparkSession

from extract_lambda.errors import ExtractError
from extract_lambda.raw_zone import RawZone
from jobs.dates import list_inputs
from jobs.inspection import objects, refusals, summaries
from jobs.raw_objects import read_lines
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
SONG: dict[str, Any] = {"uri": "spotify:track:x", "name": "née \u2028 \ud83c", "track": True}
RECORDS: list[dict[str, Any]] = [
    {**HEADER, "record": "playlist", "playlist": {"name": "Mine", "public": None}},
    {**HEADER, "record": "items_page", "offset": 0, "page": {"items": [{"item": SONG}, None]}},
    {**HEADER, "record": "items_page", "offset": 2, "page": {"items": [], "total": 2}},
    {
        **HEADER,
        "record": "end",
        "item_count": 2,
        "total": 2,
        "page_count": 2,
        "spotify_snapshot_id": "AAAA",
    },
]


# A chart file has rows instead of pages
CHART_ROW = {"uri": "spotify:track:x", "artist_names": "A, B", "track_name": "n", "streams": 7}
CHART: list[dict[str, Any]] = [
    {**HEADER, "record": "chart_rows", "offset": 0, "rows": [{**CHART_ROW, "rank": 1}]},
    {**RECORDS[-1], "item_count": 1, "total": 1, "page_count": 1, "spotify_snapshot_id": None},
]


def test_the_writer_writes_the_documented_records(tmp_path: Path) -> None:
    with RawZone(open_storage(tmp_path)).draft(ON, LIST, source="api.spotify.com") as draft:
        playlist, *pages, end = RECORDS
        draft.playlist({**playlist["playlist"], "tracks": {"items": [5]}, "items": 5}, FETCHED)
        for page in pages:
            draft.page(page["offset"], page["page"], FETCHED)
        draft.end(end["total"], end["spotify_snapshot_id"], FETCHED)

    assert written(tmp_path) == RECORDS


def test_the_writer_writes_a_chart_as_documented(tmp_path: Path) -> None:
    with RawZone(open_storage(tmp_path)).draft(ON, LIST, source="api.spotify.com") as draft:
        draft.chart(CHART[0]["rows"], FETCHED)
        draft.end(1, None, FETCHED)

    assert written(tmp_path) == CHART


def test_the_reader_reads_the_documented_records(spark: SparkSession, tmp_path: Path) -> None:
    path = put(tmp_path, RECORDS)

    lines = read_lines(spark, [str(path)])
    rows = {(row["record"], row["offset"]): row for row in lines.collect()}
    (summary,) = summaries(objects(lines))

    assert {(row["snapshot_date"], row["playlist_id"]) for row in rows.values()} == {(ON, LIST)}
    assert {row["source"] for row in rows.values()} == {"api.spotify.com"}
    assert {row["fetched_at"].replace(tzinfo=UTC) for row in rows.values()} == {FETCHED}
    assert rows["playlist", None]["playlist"]["name"] == "Mine"
    first, null_row = rows["items_page", 0]["items"]
    assert (first["item_uri"], first["track"]["name"]) == ("spotify:track:x", "née \u2028 ?")
    assert (null_row["item_uri"], null_row["reason"]) == (None, "null_item")
    assert rows["end", None]["spotify_snapshot_id"] == "AAAA"
    assert summary.pages == [(0, 2), (2, 0)]
    assert (summary.stated_item_count, summary.total, summary.stated_page_count) == (2, 2, 2)
    storage = open_storage(str(tmp_path))
    assert refusals(storage, list_inputs(storage, ON).objects, [summary]) == []


def test_the_reader_reads_a_chart_as_documented(spark: SparkSession, tmp_path: Path) -> None:
    lines = read_lines(spark, [str(put(tmp_path, CHART))])
    (row,) = lines.where("record = 'chart_rows'").collect()
    (item,) = row["items"]

    assert (row["offset"], item["item_uri"], item["streams"]) == (0, "spotify:track:x", 7)
    assert (item["track"]["name"], item["track"]["artists"][0]["name"]) == ("n", "A, B")
    assert (item["item_type"], item["reason"]) == ("song", None)


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
def extremes(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Extremes:
    """The names and reasons that the reader finds for each list that the writer accepted."""
    lake = tmp_path_factory.mktemp("extremes")
    for name, value in EXTREMES.items():
        extra = nested(value) if name.startswith("nested") else value
        items = [song(1, extra=extra), None, song(2)]
        try:
            with RawZone(open_storage(lake)).draft(ON, name, source="import") as draft:
                draft.page(0, {"items": items}, FETCHED)
                draft.end(3, None, FETCHED)
        except ExtractError:
            continue
    paths = [str(path) for path in lake.glob("raw/*/*.gz")]
    rows = read_lines(spark, paths).where("record = 'items_page'")
    found = rows.select("playlist_id", "items").collect()
    return {
        row["playlist_id"]: [
            (item["track"] and item["track"]["name"], item["reason"]) for item in row["items"] or ()
        ]
        for row in found
    }


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


def put(lake: Path, lines: list[dict[str, Any]]) -> Path:
    """Put the raw object without the writer under test."""
    path = lake / KEY
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress("".join(json.dumps(line) + "\n" for line in lines).encode()))
    return path
