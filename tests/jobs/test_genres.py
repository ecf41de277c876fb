"""The tables of genres: their rows, when they are built, and that they fail nothing else."""

import io
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from jobs.genres import audit_genres, build_genres
from jobs.genres_inputs import genres_are_current
from jobs.metrics import measures
from jobs.options import JobOptions
from jobs.publish import open_lake
from jobs.run import DateResult, RunRecord
from jobs.stays import build_stays
from jobs.tables import ARTIST_GENRES, ARTIST_MATCHES, Table, arrow_schema
from lake.errors import AccessDenied
from lake.folder import FolderStorage
from lake.storage import open_storage
from tests.support.genre_objects import (
    ENDED,
    GENRE_COLUMNS,
    MATCH_COLUMNS,
    artist_id,
    expected_rows,
    listenbrainz,
    mbid,
    musicbrainz,
    put_calls,
)
from tests.support.oracle import Row
from tests.support.runs import FakeClock, Interrupted, Interrupter, day, keys, remove, visit

pytestmark = pytest.mark.usefixtures("no_fsync")

A, B, C = (artist_id(number) for number in (1, 2, 3))
M1, M2, M3 = (mbid(number) for number in (1, 2, 3))
ROCK, POP = mbid(101), mbid(102)
FIRST, SECOND = "2026-11-20T06:00:00.000Z", "2026-11-21T06:00:00.000Z"


def build(options: JobOptions, clock: FakeClock) -> RunRecord | None:
    with open_lake(options, clock) as lake:
        return build_genres(lake)


def built(options: JobOptions, clock: FakeClock) -> RunRecord:
    record = build(options, clock)
    assert record is not None
    return record


def published(options: JobOptions, clock: FakeClock) -> tuple[list[Row], list[Row]]:
    """The rows that readers see of both tables, in the order of the file."""
    tables = []
    with open_lake(options, clock) as lake:
        for table, columns in (("artist_matches", MATCH_COLUMNS), ("artist_genres", GENRE_COLUMNS)):
            (key,) = keys(lake.storage, f"{lake.catalog.locations(table)[None]}/")
            content = pq.ParquetFile(io.BytesIO(lake.storage.read(key) or b"")).read()
            assert content.column_names == columns.split()
            tables.append([tuple(row.values()) for row in content.to_pylist()])
    return tables[0], tables[1]


def test_an_artist_has_the_match_and_the_genres_of_the_newest_answer(
    lake: JobOptions, clock: FakeClock
) -> None:
    storage = open_storage(lake.lake)
    put_calls(
        storage,
        "r1",
        musicbrainz(FIRST, {A: [M1], B: [M2, M3], C: []}),
        listenbrainz(FIRST, [M1], {M1: [("rock", 3, ROCK), ("pop", 1, POP), ("bristol", 7, None)]}),
    )
    put_calls(storage, "r2", musicbrainz(SECOND, {B: [M1, ENDED + M2], C: [M3]}))
    # M3 is not in the answer
    put_calls(storage, "r3", listenbrainz(SECOND, [M3, M2], {M2: [("pop", 0, POP)]}))

    record = built(lake, clock)

    counts = {"artist_matches": 3, "artist_genres": 4}
    assert (record.job, record.status) == ("build_genres", "succeeded")
    assert record.dates == {None: DateResult("succeeded", counts)}
    matches, genres = published(lake, clock)
    assert (matches, genres) == expected_rows(storage)
    assert [(row[0], row[1], row[2], str(row[4])) for row in matches] == [
        (A, M1, "found", "2026-11-20"),
        (B, M1, "found", "2026-11-21"),
        (C, M3, "found", "2026-11-21"),
    ]
    assert [(*row[:2], *row[3:5]) for row in genres] == [
        (A, "pop", 1, 0.25),
        (A, "rock", 3, 0.75),
        (B, "pop", 1, 0.25),
        (B, "rock", 3, 0.75),
    ]


def test_the_rows_of_many_answers_are_those_of_a_plain_reading(
    tmp_path: Path, clock: FakeClock
) -> None:
    drawn = random.Random("genres")  # noqa: S311
    storage = open_storage(tmp_path)
    artists = [artist_id(number) for number in range(40)]
    mbids = [mbid(number) for number in range(30)]
    for number in range(1, 29):
        lines = []
        for second in range(4):
            at = f"2026-11-{number:02}T06:00:{second:02}.{drawn.randrange(1000):03}Z"
            if second % 2:
                asked = drawn.sample(mbids, 8)
                known = drawn.sample(asked, 6)
                tags = {
                    one: [
                        (f"genre {genre}", drawn.randrange(9), drawn.choice([mbid(genre), None]))
                        for genre in drawn.sample(range(20), drawn.randrange(12))
                    ]
                    for one in known
                }
                lines.append(listenbrainz(at, asked, tags))
            else:
                found = {
                    one: [
                        drawn.choice(["", "", ENDED]) + chosen
                        for chosen in drawn.sample(mbids, drawn.choice([0, 1, 1, 1, 2]))
                    ]
                    for one in drawn.sample(artists, 10)
                }
                lines.append(musicbrainz(at, found))
        put_calls(storage, f"r{number}", *lines)

    built(JobOptions(str(tmp_path)), clock)

    matches, genres = published(JobOptions(str(tmp_path)), clock)
    assert (matches, genres) == expected_rows(storage)
    assert {row[2] for row in matches} == {"found", "unknown", "ambiguous"}
    assert len(genres) > 20


def test_genres_are_built_again_only_when_the_answers_changed(
    lake: JobOptions, clock: FakeClock
) -> None:
    storage = open_storage(lake.lake)
    assert build(lake, clock) is None
    put_calls(storage, "r1", musicbrainz(FIRST, {A: [M1]}))
    assert built(lake, clock).dates[None].counts == {"artist_matches": 1, "artist_genres": 0}
    assert build(lake, clock) is None
    key = put_calls(storage, "r2", musicbrainz(SECOND, {B: []}))
    assert built(lake, clock).dates[None].counts["artist_matches"] == 2
    remove(storage, key)
    assert built(lake, clock).dates[None].counts["artist_matches"] == 1


def test_a_lost_file_is_built_again(tmp_path: Path, clock: FakeClock) -> None:
    storage, options = FolderStorage(tmp_path), JobOptions(str(tmp_path))
    put_calls(storage, "r1", musicbrainz(FIRST, {A: [M1]}))
    built(options, clock)
    with open_lake(options, clock) as lake:
        assert genres_are_current(storage, lake.catalog)
        (lost,) = keys(storage, f"{lake.catalog.locations('artist_matches')[None]}/")
        remove(storage, lost)
        assert not genres_are_current(storage, lake.catalog)
    built(options, clock)
    assert len(published(options, clock)[0]) == 1


def test_an_object_that_cannot_be_read_is_left_out_with_a_warning(
    lake: JobOptions, clock: FakeClock
) -> None:
    storage = open_storage(lake.lake)
    put_calls(storage, "r1", musicbrainz(FIRST, {A: [M1]}))
    storage.write("genres/fetched_on=2026-11-21/torn.jsonl.gz", b"no gzip")
    storage.write("genres/fetched_on=2026-11-21/notes.txt", b"mine")

    record = built(lake, clock)

    assert record.status == "succeeded"
    torn, ignored = record.warnings
    assert torn.startswith("genres/fetched_on=2026-11-21/torn.jsonl.gz cannot be read (")
    assert torn.endswith("; its answers are left out")
    assert ignored == (
        "genres/fetched_on=2026-11-21/notes.txt is not a genres object and is ignored"
    )
    assert measures(record) == dict.fromkeys(measures(record), 0)
    assert [row[0] for row in published(lake, clock)[0]] == [A]
    # The damage is named once
    assert build(lake, clock) is None


def test_without_a_readable_object_the_tables_stay_as_they_are(
    lake: JobOptions, clock: FakeClock
) -> None:
    storage = open_storage(lake.lake)
    key = put_calls(storage, "r1", musicbrainz(FIRST, {A: [M1]}))
    built(lake, clock)
    storage.write(key, b"torn")

    record = built(lake, clock)

    assert record.status == "failed"
    (warning,) = record.warnings
    assert warning.startswith(
        f"the tables of genres were not built: no object in genres/ can be read: {key} cannot be "
    )
    assert [row[0] for row in published(lake, clock)[0]] == [A]
    put_calls(storage, "r1", musicbrainz(FIRST, {A: [M1], B: []}))
    assert built(lake, clock).status == "succeeded"


def test_a_role_that_may_not_list_genres_fails_nothing(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise AccessDenied("genres/ cannot be listed")

    with open_lake(JobOptions(str(tmp_path)), clock) as lake:
        monkeypatch.setattr(FolderStorage, "list_objects", refused)
        record = build_genres(lake)
        monkeypatch.undo()
    assert record is not None
    assert record.warnings == [
        "the tables of genres were not built: genres/ cannot be listed; the other tables are "
        "complete"
    ]


@pytest.mark.slow
def test_the_job_of_the_stays_succeeds_and_logs_that_genres_failed(
    spark: SparkSession, tmp_path: Path, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    storage, options = FolderStorage(tmp_path), JobOptions(str(tmp_path))
    storage.write("genres/fetched_on=2026-11-21/torn.jsonl.gz", b"no gzip")

    record = build_stays(spark, options, clock=clock)

    assert (record.job, record.status) == ("build_stays", "succeeded")
    assert "the tables of genres were not built: no object in genres/" in caplog.text
    put_calls(storage, "torn", musicbrainz(SECOND, {A: [M1]}))
    build_stays(spark, options, clock=clock)
    assert published(options, clock) == expected_rows(storage)


@pytest.mark.parametrize("after", [False, True])
def test_a_build_that_is_killed_at_any_write_is_completed_or_repeated(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    interrupter = Interrupter(monkeypatch, after=after)
    kills = 0
    for number in range(1, 30):
        options = JobOptions(str(tmp_path / str(number)))
        storage = open_storage(options.lake)
        put_calls(storage, "r1", musicbrainz(FIRST, {A: [M1]}))
        interrupter.arm(number)
        try:
            build(replace(options, run_id="killed"), clock)
        except Interrupted:
            kills += 1
        interrupter.arm(0)
        visit(options, clock)
        build(options, clock)
        assert published(options, clock) == expected_rows(storage)
    assert kills > 8


def test_the_audit_finds_rows_that_contradict_each_other() -> None:
    match = {"artist_id": A, "mbid": M1, "outcome": "found", "source": "s", "fetched_on": None}
    genre = {"artist_id": A, "genre": "pop", "genre_mbid": POP, "votes": 1, "share": 0.5}
    matches = [match, match | {"artist_id": B, "outcome": "unknown"}, match | {"artist_id": B}]
    genres = [genre, genre | {"artist_id": C, "share": 1.0}]

    found = audit_genres(_as_file(ARTIST_MATCHES, matches), _as_file(ARTIST_GENRES, genres))

    assert found == [
        "artist_matches: 3 rows lack a required value",
        "artist_matches: 1 keys have more than one row",
        "artist_genres: 4 rows lack a required value",
    ]
    dated = [row | {"fetched_on": day(21), "source": "s"} for row in genres]
    once = [row | {"fetched_on": day(21)} for row in matches[:2]]
    assert audit_genres(_as_file(ARTIST_MATCHES, once), _as_file(ARTIST_GENRES, dated)) == [
        "artist_matches: 1 rows have an mbid and another outcome, or none",
        "artist_genres: 1 artists have no match",
        "artist_genres: 1 artists have shares that do not add up to 1",
    ]
    assert audit_genres(None, pa.table({"x": [1]})) == [
        "artist_matches: the file cannot be read, or has other columns",
        "artist_genres: the file cannot be read, or has other columns",
    ]


def _as_file(table: Table, rows: list[dict[str, Any]]) -> pa.Table:
    """The rows with the columns and types of the table's file."""
    columns = {name: [row.get(name) for row in rows] for name in table.column_names}
    return pa.table(columns, arrow_schema(table))
