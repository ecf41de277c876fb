"""The table `outcomes`: its rows, what is published, and what is refused."""

import io
import json
import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from jobs.file_catalog import FileCatalog
from jobs.flatten import flatten_playlists
from jobs.metrics import measures
from jobs.options import JobOptions
from jobs.outcomes import audit_outcomes
from jobs.outcomes_plan import plan_outcomes
from jobs.publish import open_lake
from jobs.run import DateResult, RefusedOutcomes, RunRecord, load
from jobs.tables import OUTCOMES, arrow_schema
from lake.folder import FolderStorage
from lake.storage import open_storage
from tests.support.oracle import Row
from tests.support.outcomes_oracle import COLUMNS, expected_outcomes, outcomes_in, put_lines
from tests.support.raw_objects import put_raw, song
from tests.support.run_records import runs_rows
from tests.support.runs import (
    FakeClock,
    Interrupted,
    Interrupter,
    day,
    keys,
    publish_outcomes,
    remove,
    visit,
)

CHART, MIXTAPE = "37i9dQZEVXbMDoHDwVN2tF", "00wHcTN0zQiun4xri9pmvX"
D1, D2 = day(21), day(22)

pytestmark = pytest.mark.usefixtures("no_fsync")


def built(options: JobOptions, clock: FakeClock) -> RunRecord:
    record = publish_outcomes(options, clock)
    assert record is not None
    return record


def published(options: JobOptions, clock: FakeClock) -> list[Row]:
    """The rows that readers see, in the order of the files."""
    rows = []
    with open_lake(options, clock) as lake:
        for on, location in sorted(lake.catalog.locations("outcomes").items(), key=str):
            for key in keys(lake.storage, f"{location}/"):
                content = pq.ParquetFile(io.BytesIO(lake.storage.read(key) or b"")).read()
                assert ["snapshot_date", *content.column_names] == COLUMNS
                rows += [(on, *row.values()) for row in content.to_pylist()]
    return rows


def test_a_row_is_the_newest_attempt_of_its_date_and_list(
    lake: JobOptions, clock: FakeClock
) -> None:
    storage = open_storage(lake.lake)
    put_lines(storage, D1, "r1", {CHART: "extracted", MIXTAPE: "forbidden"})
    put_lines(storage, D1, "r2", {CHART: "already_present", MIXTAPE: "throttled"}, hour=9)
    put_lines(storage, D2, "r3", {MIXTAPE: "not_found", "liked-songs": "already_present"})
    put_lines(storage, D2, "r4", {"liked-songs": "already_present"}, hour=9)

    record = built(lake, clock)

    assert record.dates == {
        D1: DateResult("succeeded", {"outcomes": 2}),
        D2: DateResult("succeeded", {"outcomes": 2}),
    }
    assert record.status == "succeeded"
    rows = published(lake, clock)
    assert rows == expected_outcomes(outcomes_in(storage))
    assert [(row[0], row[1], row[2]) for row in rows] == [
        (D1, MIXTAPE, "throttled"),
        (D1, CHART, "extracted"),
        (D2, MIXTAPE, "not_found"),
        (D2, "liked-songs", "already_present"),
    ]


def test_the_rows_of_many_extractions_are_those_of_the_oracle(
    tmp_path: Path, clock: FakeClock
) -> None:
    drawn = random.Random("outcomes")  # noqa: S311
    words = ("extracted", "incomplete", "already_present", "forbidden", "failed", "pending")
    storage = FolderStorage(tmp_path)
    for number in range(60):
        lists = drawn.sample([f"list{letter}" for letter in "abcdef"], k=drawn.randint(1, 6))
        outcomes = {playlist_id: drawn.choice(words) for playlist_id in lists}
        put_lines(storage, day(drawn.randint(1, 9)), f"r{number}", outcomes, number % 24)

    built(JobOptions(str(tmp_path)), clock)

    assert published(JobOptions(str(tmp_path)), clock) == expected_outcomes(outcomes_in(storage))


def test_a_second_extraction_that_changes_no_row_publishes_nothing(
    lake: JobOptions, clock: FakeClock
) -> None:
    storage = open_storage(lake.lake)
    put_lines(storage, D1, "r1", {CHART: "extracted"})
    built(lake, clock)
    tables, rows = keys(storage, "tables/"), published(lake, clock)
    put_lines(storage, D1, "r2", {CHART: "already_present"}, hour=9)

    assert publish_outcomes(lake, clock) is None

    assert (keys(storage, "tables/"), published(lake, clock)) == (tables, rows)
    with open_lake(lake, clock) as opened:
        assert plan_outcomes(storage, opened.catalog, lake, clock().date()) == {}


def test_a_new_attempt_replaces_the_rows_of_its_date_alone(
    lake: JobOptions, clock: FakeClock
) -> None:
    storage = open_storage(lake.lake)
    put_lines(storage, D1, "r1", {CHART: "extracted"})
    put_lines(storage, D2, "r2", {CHART: "throttled"})
    first = built(lake, clock)
    put_lines(storage, D2, "r3", {CHART: "extracted"}, hour=9)

    second = built(lake, clock)

    assert list(second.dates) == [D2]
    assert published(lake, clock) == expected_outcomes(outcomes_in(storage))
    clock.pass_hours(24)
    visit(lake, clock)
    assert [key.rpartition("/")[0] for key in keys(storage, "tables/outcomes/")] == sorted(
        [
            f"tables/outcomes/{first.run_id}/snapshot_date={D1}",
            f"tables/outcomes/{second.run_id}/snapshot_date={D2}",
        ]
    )


def test_an_object_that_cannot_be_read_is_refused_once_and_the_others_are_built(
    lake: JobOptions, clock: FakeClock
) -> None:
    storage = open_storage(lake.lake)
    torn = put_lines(storage, D1, "r1", {CHART: "extracted"})
    storage.write(torn, (storage.read(torn) or b"")[:-9])
    put_lines(storage, D1, "r2", {MIXTAPE: "forbidden"})
    put_lines(storage, D2, "r3", {CHART: "extracted"})

    record = built(lake, clock)

    assert (record.status, record.dates[D1].status) == ("partial", "partial")
    assert record.dates[D2].status == "succeeded"
    (refused,) = record.refused
    assert (refused.snapshot_date, refused.key) == (D1, torn)
    assert refused.reason.startswith("cannot be read (its end is missing")
    assert "restore it or delete it" in refused.reason
    assert load(storage, record.run_id).refused == [refused]
    assert measures(record) == {
        "new_dates": 0,
        "partial": 1,
        "refused_objects": 1,
        "shrunk_lists": 0,
        "drifted_columns": 0,
    }
    assert [row[1] for row in published(lake, clock)] == [MIXTAPE, CHART]
    (row,) = [one for one in runs_rows(storage) if one["snapshot_date"] == D1]
    assert (row["job"], row["status"]) == ("build_outcomes", "partial")
    assert row["refused_objects"] == [{"object": torn, "reason": refused.reason}]

    assert publish_outcomes(lake, clock) is None
    put_lines(storage, D1, "r1", {CHART: "extracted"})
    assert built(lake, clock).status == "succeeded"
    assert published(lake, clock) == expected_outcomes(outcomes_in(storage))


def test_a_date_without_a_readable_object_keeps_its_rows(
    lake: JobOptions, clock: FakeClock
) -> None:
    storage = open_storage(lake.lake)
    key = put_lines(storage, D1, "r1", {CHART: "extracted"})
    built(lake, clock)
    rows = published(lake, clock)
    storage.write(key, b"torn\n")

    record = built(lake, clock)

    assert record.status == "failed"
    assert record.dates[D1].reason == "none of its outcomes objects can be read"
    assert published(lake, clock) == rows
    assert publish_outcomes(lake, clock) is None


@pytest.mark.parametrize(
    "more", [{"items": 2**31}, {"items": 2**70}, {"reason": "half a pair \ud800"}]
)
def test_a_value_that_no_column_can_hold_is_refused(
    tmp_path: Path, clock: FakeClock, more: dict[str, Any]
) -> None:
    key = put_lines(FolderStorage(tmp_path), D1, "r1", {CHART: "extracted"}, **more)

    record = built(JobOptions(str(tmp_path)), clock)

    (refused,) = record.refused
    assert refused.key == key
    assert refused.reason.endswith("; restore it or delete it")


def test_a_file_that_is_not_an_outcomes_object_is_ignored_with_one_warning(
    tmp_path: Path, clock: FakeClock
) -> None:
    storage, options = FolderStorage(tmp_path), JobOptions(str(tmp_path))
    put_lines(storage, D1, "r1", {CHART: "extracted"})
    built(options, clock)
    rows = published(options, clock)
    strays = [f"outcomes/snapshot_date={on}/notes.txt" for on in (D1, D2)]
    for key in (*strays, "outcomes/readme.txt"):
        storage.write(key, b"mine")

    record = built(options, clock)

    assert (record.status, record.refused) == ("succeeded", [])
    assert record.warnings == [f"{key} is not an outcomes object and is ignored" for key in strays]
    # A folder without outcomes objects gives a date neither rows nor a result
    assert record.dates == {D1: DateResult("succeeded", {"outcomes": 1})}
    assert published(options, clock) == rows
    assert publish_outcomes(options, clock) is None


@pytest.mark.parametrize("damage", ["deleted", "torn"])
def test_rows_whose_file_is_damaged_are_written_again(
    lake: JobOptions, clock: FakeClock, damage: str
) -> None:
    storage = open_storage(lake.lake)
    put_lines(storage, D1, "r1", {CHART: "extracted"})
    built(lake, clock)
    (file,) = keys(storage, "tables/outcomes/")
    if damage == "torn":
        storage.write(file, b"PAR1")
        lake = JobOptions(lake.lake, (D1,), lake.database)
    else:
        remove(storage, file)

    assert built(lake, clock).dates[D1].status == "succeeded"

    assert published(lake, clock) == expected_outcomes(outcomes_in(storage))


@pytest.mark.parametrize(
    ("change", "violation"),
    [
        ({"playlist_id": ["a", "a"]}, "1 keys have more than one row"),
        ({"playlist_id": ["a", "c"]}, "1 rows are of no list of the objects"),
        ({"playlist_id": ["a", None]}, "1 rows lack a required value"),
        ({"reason": [None, "why"]}, "1 rows lack a required value"),
    ],
)
def test_the_audit_names_what_is_wrong(change: dict[str, Any], violation: str) -> None:
    columns: dict[str, Any] = {
        "playlist_id": ["a", "b"],
        "outcome": ["extracted", "failed"],
        "reason": ["why", "why"],
        "items": [1, None],
        "attempted_at": [1, 2],
    }
    schema = arrow_schema(OUTCOMES)

    def table(**values: Any) -> pa.Table:
        return pa.table(columns | values, schema)

    assert audit_outcomes(table(), {"a", "b"}) == []
    assert f"outcomes: {violation}" in audit_outcomes(table(**change), {"a", "b"})
    assert audit_outcomes(table(), {"a", "b", "c"}) == [
        "outcomes: 1 lists of the objects have no row"
    ]
    assert audit_outcomes(table().drop_columns("items"), {"a", "b"}) == audit_outcomes(None, {"a"})


def test_a_date_that_fails_the_audit_is_not_published_and_stays_due(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    options, storage = JobOptions(str(tmp_path)), FolderStorage(tmp_path)
    put_lines(storage, D1, "r1", {CHART: "extracted"})
    with monkeypatch.context() as patched:
        patched.setattr("jobs.outcomes.audit_outcomes", lambda *_: ["outcomes: 1 fault"])

        record = built(options, clock)

    assert record.dates[D1].reason == (
        "failed the audit: outcomes: 1 fault; this is a bug in playlist-lake"
    )
    assert published(options, clock) == []
    assert built(options, clock).status == "succeeded"


def test_a_record_keeps_which_outcomes_objects_were_refused() -> None:
    record = RunRecord("r1", "build_outcomes", FakeClock()(), refused=[])
    record.refused.append(RefusedOutcomes(D1, "outcomes/x", "cannot be read"))

    assert RunRecord.from_json(record.to_json()).refused == record.refused
    assert json.loads(record.to_json())["refused"][0]["key"] == "outcomes/x"


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_after_any_interruption_readers_see_old_or_new_and_the_next_build_completes(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    interrupter = Interrupter(monkeypatch, after=after)
    seen = []
    for number in range(1, 100):
        options, storage = JobOptions(f"{tmp_path}/{number}"), FolderStorage(tmp_path / f"{number}")
        put_lines(storage, D1, "r1", {CHART: "extracted"})
        built(options, clock)
        old = published(options, clock)
        put_lines(storage, D1, "r2", {CHART: "already_present", MIXTAPE: "forbidden"}, hour=9)
        put_lines(storage, D2, "r3", {MIXTAPE: "failed"})
        interrupter.arm(number)
        is_interrupted = False
        try:
            publish_outcomes(options, clock)
        except Interrupted:
            is_interrupted = True
        interrupter.arm(0)

        # Reading also completes what is pending, as every run does first
        now = published(options, clock)
        assert now in (old, expected_outcomes(outcomes_in(storage)))
        seen.append(now == old)
        publish_outcomes(options, clock)
        assert published(options, clock) == expected_outcomes(outcomes_in(storage))
        assert publish_outcomes(options, clock) is None
        if not is_interrupted:
            break
    # The first writes come before the publication is pending, most come after
    assert seen[0]
    assert seen.count(False) > 5


@pytest.mark.slow
def test_outcomes_and_snapshots_of_a_date_do_not_hold_each_other_back(
    tmp_path: Path, clock: FakeClock, spark: SparkSession, caplog: pytest.LogCaptureFixture
) -> None:
    options, storage = JobOptions(str(tmp_path)), FolderStorage(tmp_path)
    torn = put_lines(storage, D1, "r1", {CHART: "extracted"}, format_version=2)
    put_raw(storage, D1, [song(1)])
    put_lines(storage, D2, "r2", {CHART: "extracted"})
    storage.write(put_raw(storage, D2, [song(1)]), b"torn")

    with caplog.at_level("WARNING", "playlist_lake.jobs"):
        record = flatten_playlists(spark, options, clock=clock)

    assert {on: result.status for on, result in record.dates.items()} == {
        D1: "succeeded",
        D2: "failed",
    }
    assert list(FileCatalog(storage).locations("playlists")) == [D1]
    assert [row[:2] for row in published(options, clock)] == [(D2, CHART)]
    (said,) = caplog.messages
    assert said.startswith(f"{torn} cannot be read (its format_version is 2); restore it or ")
