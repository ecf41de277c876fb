"""Damaged raw objects are refused by name, remembered, and built once they are repaired."""

import gzip
import json
import shutil
import tracemalloc
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pyspark.sql import SparkSession

from jobs import raw_lines
from jobs.dates import list_inputs, outdated_dates, write_inputs
from jobs.flatten import flatten_playlists
from jobs.history import TableDamaged
from jobs.inspection import refusals
from jobs.options import JobOptions
from jobs.raw_objects import ObjectSummary, read_items
from jobs.rules import RULES_VERSION
from jobs.run import RefusedObject, RunRecord
from jobs.stays import build_stays
from lake.storage import open_storage
from tests.support.raw_objects import Lines, put_bytes, put_object, record, records, song, to_gzip
from tests.support.readers import published
from tests.support.runs import FakeClock, day

DAY, NEW_DAY = day(22), day(21)
# The list of two pages that every case damages
PAGES = [(0, [song(1), song(2)]), (2, [song(3)])]
REMEDY = (
    "; extract or import that list again with --refresh, or delete the object to build 2026-11-22 "
    "without it"
)
NO_END = "has no end record (the write was interrupted)"
TRUNCATED = "is truncated (the write was interrupted)"
VERSION = "has lines that are not of format_version 1"
NO_ITEMS = "has pages without an offset or a list of items"
NO_KIND = "has lines that are not a playlist"
OVERLAP = "has pages that overlap or lie outside of the list"
NO_TOTAL = "has an end record without total"
UNDATED = "has records without fetched_at or source"


def without(line: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name != key}


def text(line: dict[str, Any], old: str, new: str) -> bytes:
    return json.dumps(line).replace(old, new, 1).encode()


# Damaged files: a function from the sound file to the damaged one, and the reason of its refusal
DAMAGED_FILES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "half": (lambda content: content[: len(content) // 2], TRUNCATED),
    "ten-bytes": (lambda content: content[:10], TRUNCATED),
    "plain-text": (lambda _: b"no gzip at all\n", "is not gzip"),
    "not-compressed": (gzip.decompress, "is not gzip"),
    "empty-file": (lambda _: b"", NO_END),
    "empty-gzip": (lambda _: gzip.compress(b""), NO_END),
    "no-json": (lambda _: gzip.compress(b"<html>\n</html>\n"), NO_KIND),
    "utf-16": (lambda c: gzip.compress(gzip.decompress(c).decode().encode("utf-16")), NO_KIND),
    "checksum": (lambda content: content[:-8] + bytes(4) + content[-4:], "is damaged"),
    "end-cut": (lambda c: gzip.compress(gzip.decompress(c)[:-9]), NO_KIND),
}
# Damaged lines: a function from the lines page, page and end to the damaged ones, and the reason
DAMAGED_LINES: dict[str, tuple[Callable[[Any, Any, Any], Lines], str]] = {
    "page-missing": (lambda _, b, end: [b, end], "holds 1 items in 1 pages, its end record says"),
    "page-twice": (lambda a, b, end: [a, a, b, end], "holds 5 items in 3 pages"),
    "item-missing": (lambda a, b, end: [{**a, "page": {"items": [1]}}, b, end], "holds 2 items"),
    "end-missing": (lambda a, b, _: [a, b], NO_END),
    "end-inside-a-page": (
        lambda a, b, _: [a, {**b, "page": {"record": "end", **b["page"]}}],
        NO_END,
    ),
    "end-nested": (lambda a, b, end: [a, b, text(end, "null", "[" * 1200 + "]" * 1200)], NO_KIND),
    "end-twice": (lambda a, b, end: [a, b, end, end], "has more than one end record"),
    "version-2": (lambda a, b, end: [a, b, {**end, "format_version": 2}], VERSION),
    "version-text": (lambda a, b, end: [{**a, "format_version": "1"}, b, end], NO_KIND),
    "line-no-json": (lambda a, b, end: [a, b"<html>", b, end], NO_KIND),
    "line-empty": (lambda a, b, end: [a, b"", b, end], NO_KIND),
    "line-scalar": (lambda a, b, end: [a, b"5", b, end], NO_KIND),
    "line-nested": (lambda a, b, end: [text(a, "{", '{"x":' + "[" * 2000), b, end], NO_KIND),
    "line-long-number": (lambda a, b, end: [text(a, "1000", "9" * 5000), b, end], NO_KIND),
    "record-unknown": (lambda a, b, end: [a, b, {**a, "record": "note"}, end], NO_KIND),
    "record-missing": (lambda a, b, end: [a, b, without(a, "record"), end], NO_KIND),
    "other-list": (lambda a, b, end: [{**a, "playlist_id": "x"}, b, end], "another list"),
    "no-list": (lambda a, b, end: [without(a, "playlist_id"), b, end], "another list"),
    "other-date": (
        lambda a, b, end: [a, b, {**end, "snapshot_date": "2026-11-21"}],
        "holds records of another snapshot date",
    ),
    "pages-overlap": (lambda a, b, end: [a, {**b, "offset": 1}, end], OVERLAP),
    "offset-negative": (lambda a, b, end: [{**a, "offset": -2}, b, end], OVERLAP),
    "offset-huge": (lambda a, b, end: [a, {**b, "offset": 2**62}, end], OVERLAP),
    "offset-missing": (lambda a, b, end: [a, without(b, "offset"), end], NO_ITEMS),
    "offset-text": (lambda a, b, end: [a, {**b, "offset": "2"}, end], NO_ITEMS),
    "items-text": (lambda a, b, end: [a, {**b, "page": {"items": "x"}}, end], NO_ITEMS),
    "items-null": (lambda a, b, end: [a, {**b, "page": {"items": None}}, end], NO_ITEMS),
    "items-object": (lambda a, b, end: [a, {**b, "page": {"items": {"0": 1}}}, end], NO_ITEMS),
    "page-text": (lambda a, b, end: [a, {**b, "page": "x"}, end], NO_ITEMS),
    "page-list": (lambda a, b, end: [a, {**b, "page": [1]}, end], NO_ITEMS),
    "total-missing": (lambda a, b, end: [a, b, without(end, "total")], NO_TOTAL),
    "total-text": (lambda a, b, end: [a, b, {**end, "total": "3"}], NO_TOTAL),
    "total-huge": (lambda a, b, end: [a, b, {**end, "total": 2**70}], NO_TOTAL),
    "total-negative": (lambda a, b, end: [a, b, {**end, "total": -1}], "has an impossible total"),
    "count-text": (lambda a, b, end: [a, b, {**end, "item_count": "3"}], "holds 3 items"),
    "undated": (lambda a, b, end: [a, b, {**end, "fetched_at": "yesterday"}], UNDATED),
    "no-source": (lambda a, b, end: [{**a, "source": None}, b, end], UNDATED),
    "playlist-twice": (
        lambda a, b, end: [
            *[record("playlist", "playlist-twice", DAY, playlist={"name": "x"})] * 2,
            *[a, b, end],
        ],
        "has more than one playlist record",
    ),
}
REASONS = {name: reason for name, (_, reason) in (DAMAGED_FILES | DAMAGED_LINES).items()}


class Built(NamedTuple):
    """A lake after its first run, with the run's record."""

    lake: Path
    record: RunRecord


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One date with a sound list and all the damaged ones, and another with a damaged list only."""
    lake = tmp_path_factory.mktemp("damaged")
    put_object(lake, "sound", records("sound", PAGES, DAY), DAY)
    for name, (damage, _) in DAMAGED_FILES.items():
        put_bytes(lake, name, damage(to_gzip(records(name, PAGES, DAY))), DAY)
    for name, (rewrite, _) in DAMAGED_LINES.items():
        put_object(lake, name, rewrite(*records(name, PAGES, DAY)), DAY)
    put_bytes(lake, "nothing-but-this", b"", NEW_DAY)
    return lake


@pytest.fixture(scope="module")
def built(spark: SparkSession, damaged: Path) -> Built:
    return Built(damaged, build(spark, damaged, FakeClock()))


@pytest.mark.parametrize("playlist_id", REASONS)
def test_a_damaged_object_is_refused_with_reason_and_remedy(
    damaged: Path, playlist_id: str
) -> None:
    (refused,) = refused_objects(damaged, playlist_id)

    assert refused.key == f"raw/snapshot_date=2026-11-22/{playlist_id}.jsonl.gz"
    assert REASONS[playlist_id] in refused.reason
    assert refused.reason.endswith(REMEDY)


def test_a_line_of_absurd_length_is_refused_without_reading_it_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw_lines, "MAX_LINE_BYTES", 1024 * 1024)
    page, *_, end = records("long", PAGES, DAY)
    bomb = gzip.compress(json.dumps(page).encode()[:-1] + b" " * 50_000_000 + b"}\n")
    put_bytes(tmp_path, "long", bomb + to_gzip([end]), DAY)

    tracemalloc.start()
    (refused,) = refused_objects(tmp_path, "long")
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert refused.reason == "has a line of more than 1 MB" + REMEDY
    assert peak_bytes < 10_000_000


def test_an_object_that_unpacks_to_an_absurd_size_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw_lines, "MAX_OBJECT_BYTES", 1024 * 1024)
    pages = [(number, [song(number)]) for number in range(3000)]
    put_object(tmp_path, "large", records("large", pages, DAY), DAY)

    (refused,) = refused_objects(tmp_path, "large")

    assert refused.reason == "has more than 1 MB unpacked" + REMEDY


def test_a_reject_in_a_page_that_is_nested_too_deeply_is_refused(tmp_path: Path) -> None:
    lines = records("deep", [(0, [5, "nested"])], DAY)
    nested = b"[" * 1010 + b"]" * 1010
    content = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    put_bytes(tmp_path, "deep", gzip.compress(content.replace(b'"nested"', nested)), DAY)

    (refused,) = refused_objects(tmp_path, "deep")

    assert refused.reason == "is nested too deeply" + REMEDY


def test_nothing_of_a_refused_object_is_published(built: Built) -> None:
    assert len(built.record.refused) == len(REASONS) + 1
    for table in ("playlists", "playlist_entries", "rejects"):
        assert {row[:2] for row in published(built.lake, table)} <= {(DAY, "sound")}


def test_a_new_date_is_published_without_its_refused_objects(built: Built) -> None:
    assert (built.record.status, built.record.dates[DAY].status) == ("partial", "partial")
    assert positions(built.lake, DAY) == {"sound": [1, 2, 3]}


def test_a_date_with_refused_objects_only_is_not_published(built: Built) -> None:
    result = built.record.dates[NEW_DAY]

    assert (result.status, result.reason) == ("failed", "all its raw objects are refused")
    assert NEW_DAY.isoformat() not in catalog(built.lake)["playlists"]


@pytest.mark.slow
def test_refused_objects_are_not_tried_again_until_they_change(
    built: Built, spark: SparkSession
) -> None:
    again = build(spark, built.lake, FakeClock())
    put_object(built.lake, "nothing-but-this", records("nothing-but-this", PAGES, NEW_DAY), NEW_DAY)
    repaired = build(spark, built.lake, FakeClock())

    assert (again.status, again.dates, again.refused) == ("succeeded", {}, [])
    assert (repaired.status, list(repaired.dates)) == ("succeeded", [NEW_DAY])
    assert positions(built.lake, NEW_DAY) == {"nothing-but-this": [1, 2, 3]}


@pytest.mark.slow
def test_a_published_date_is_kept_unless_partial_builds_are_allowed(
    spark: SparkSession, tmp_path: Path
) -> None:
    build_and_tear(spark, tmp_path)
    # As if older rules had built it; the date that is held back keeps their rows
    write_inputs(open_storage(tmp_path), DAY, {}, "old", RULES_VERSION - 1)
    before = catalog(tmp_path)
    put_object(tmp_path, "kept", records("kept", PAGES[:1], DAY), DAY)

    held = build(spark, tmp_path, FakeClock())
    forgotten = build(spark, tmp_path, FakeClock())

    assert held.status == held.dates[DAY].status == "failed"
    assert outdated_dates(open_storage(tmp_path), [DAY]) == [DAY]
    assert held.dates[DAY].reason == (
        "stays as it was published, because 1 of its 2 raw objects is refused; "
        "to build it without them, pass --allow-partial (on Glue --allow_partial true)"
    )
    assert (forgotten.status, forgotten.dates) == ("succeeded", {})
    assert catalog(tmp_path) == before
    assert positions(tmp_path, DAY) == {"kept": [1, 2, 3], "torn": [1, 2, 3]}

    allowed = build(spark, tmp_path, FakeClock(), snapshot_dates=(DAY,), allow_partial=True)

    assert (allowed.status, allowed.dates[DAY].status) == ("partial", "partial")
    assert [refused.reason for refused in allowed.refused] == [NO_END + REMEDY]
    assert positions(tmp_path, DAY) == {"kept": [1, 2]}

    put_object(tmp_path, "torn", records("torn", PAGES, DAY), DAY)
    repaired = build(spark, tmp_path, FakeClock())

    assert (repaired.status, repaired.refused) == ("succeeded", [])
    assert positions(tmp_path, DAY) == {"kept": [1, 2], "torn": [1, 2, 3]}


@pytest.mark.slow
def test_a_date_whose_tables_were_deleted_is_built_without_refused_objects(
    spark: SparkSession, tmp_path: Path
) -> None:
    build_and_tear(spark, tmp_path)
    shutil.rmtree(tmp_path / "tables")

    run = build(spark, tmp_path, FakeClock())

    assert run.dates[DAY].status == "partial"
    assert positions(tmp_path, DAY) == {"kept": [1, 2, 3]}


@pytest.mark.slow
def test_a_damaged_table_stops_only_the_stays_and_is_named_with_its_remedy(
    spark: SparkSession, tmp_path: Path
) -> None:
    before, options = DAY - timedelta(days=1), JobOptions(str(tmp_path))
    put_object(tmp_path, "a", records("a", PAGES, before), before)
    build(spark, tmp_path, FakeClock())
    (file,) = tmp_path.glob("tables/playlists/*/*/*.parquet")
    file.write_bytes(b"rubbish")
    put_object(tmp_path, "a", records("a", PAGES, DAY), DAY)
    build(spark, tmp_path, FakeClock())

    with pytest.raises(TableDamaged, match=rf"{file.name} .*; build {before} by itself and run"):
        build_stays(spark, options, clock=FakeClock())
    build(spark, tmp_path, FakeClock(), snapshot_dates=(before,))
    stays = build_stays(spark, options, clock=FakeClock())

    assert [positions(tmp_path, on) for on in (before, DAY)] == [{"a": [1, 2, 3]}] * 2
    assert stays.status == "succeeded"


def test_an_object_that_is_cut_anywhere_is_refused(tmp_path: Path) -> None:
    content = to_gzip(records("cut", PAGES, DAY))
    for cut in (0, *range(2, len(content))):
        put_bytes(tmp_path, "cut", content[:cut], DAY)
        (refused,) = refused_objects(tmp_path, "cut")

        assert refused.reason in (TRUNCATED + REMEDY, NO_END + REMEDY), cut


def refused_objects(lake: Path, playlist_id: str) -> list[RefusedObject]:
    """What is refused of a list's object of DAY, without Spark."""
    storage = open_storage(lake)
    listed = [raw for raw in list_inputs(storage, DAY).objects if raw.playlist_id == playlist_id]
    summary = ObjectSummary(DAY, playlist_id)
    list(read_items(storage, summary))
    return refusals(listed, [summary])


def build(spark: SparkSession, lake: Path, clock: FakeClock, **options: Any) -> RunRecord:
    return flatten_playlists(spark, JobOptions(lake=str(lake), **options), clock=clock)


def build_and_tear(spark: SparkSession, lake: Path) -> None:
    """Build the lists `kept` and `torn`, then remove the end record of `torn`."""
    for name in ("kept", "torn"):
        put_object(lake, name, records(name, PAGES, DAY), DAY)
    build(spark, lake, FakeClock())
    put_object(lake, "torn", records("torn", PAGES, DAY)[:-1], DAY)


def positions(lake: Path, on: date) -> dict[str, list[int]]:
    """The published positions of every list on a date."""
    found: dict[str, list[int]] = {
        row[1]: [] for row in published(lake, "playlists") if row[0] == on
    }
    for row in published(lake, "playlist_entries"):
        if row[0] == on:
            found[row[1]].append(row[2])
    return {playlist_id: sorted(of_list) for playlist_id, of_list in found.items()}


def catalog(lake: Path) -> Any:
    """The locations of all tables but `runs`, to which each run adds rows."""
    tables = json.loads((lake / "state/catalog.json").read_text())["tables"]
    return {table: locations for table, locations in tables.items() if table != "runs"}
