"""The life of a lake on S3: the job scripts as Glue runs them, against a real catalog and S3A."""

import gzip
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pyspark.sql import SparkSession

from jobs.flatten import flatten_playlists
from jobs.options import JobOptions
from jobs.stays import build_stays
from playlist_lake.demo import DATES
from simulator.world.catalogue import SimulatedCatalogue
from tests.glue.readers import Rows, locations_on_glue, tables_in_folder, tables_on_glue
from tests.glue.submit import Ended, submit
from tests.support.cloud import BUCKET, LAKE, Cloud, put_folder, record_of
from tests.support.small_lakes import TABLE_NAMES

pytestmark = pytest.mark.slow

D1, D2, D3 = DATES[-3:]
CHART, _, MIXTAPE = SimulatedCatalogue().playlist_ids


class Step(NamedTuple):
    """What the lake was after a script had ended."""

    ended: Ended
    tables: Rows
    locations: dict[Any, str]
    requests: int


def raw_key(on: Any, playlist_id: str) -> str:
    return f"raw/snapshot_date={on}/{playlist_id}.jsonl.gz"


@pytest.fixture(scope="module")
def steps(aws: Cloud, three_days: Path) -> dict[str, Step]:
    """Every step of the lake's life, by name, in order."""
    done: dict[str, Step] = {}

    def run(name: str, script: Any, *arguments: str) -> None:
        before = aws.request_count()
        ended = submit(aws, script, *arguments, run_id=f"jr_{name}")
        requests = aws.request_count() - before
        done[name] = Step(ended, tables_on_glue(aws), locations_on_glue(aws), requests)

    def put(on: Any, playlist_id: str, content: bytes) -> None:
        key = f"some/prefix/{raw_key(on, playlist_id)}"
        aws.client("s3").put_object(Bucket=BUCKET, Key=key, Body=content)

    def whole(on: Any, playlist_id: str) -> bytes:
        return (three_days / raw_key(on, playlist_id)).read_bytes()

    put_folder_without(aws, three_days, D1)
    run("first", "flatten_playlists")
    run("stays", "build_stays")
    run("again", "flatten_playlists")
    put(D3, MIXTAPE, whole(D3, MIXTAPE)[:-20])
    run("torn", "flatten_playlists", "--snapshot_dates", str(D3))
    put(D3, MIXTAPE, whole(D3, MIXTAPE))
    put(D1, CHART, whole(D1, CHART))
    put(D1, MIXTAPE, gzip.decompress(whole(D1, MIXTAPE)))
    run("late_and_partial", "flatten_playlists", "--snapshot_dates", str(D1))
    put_folder(aws, three_days)
    run("mended", "flatten_playlists", "--snapshot_dates", f"{D1}..{D3}")
    run("all_stays", "build_stays")
    kept = (datetime.now(UTC).date() - D2).days
    run("retention", "flatten_playlists", "--retention_days", str(kept))
    return done


def put_folder_without(aws: Cloud, folder: Path, on: Any) -> None:
    """Copy a folder lake but for one date."""
    part = folder.parent / "part"
    shutil.copytree(folder, part, ignore=shutil.ignore_patterns(f"snapshot_date={on}"))
    put_folder(aws, part)


@pytest.fixture(scope="module")
def in_a_folder(three_days: Path, spark: SparkSession, tmp_path_factory: Any) -> Rows:
    """The tables that the same raw objects give in a folder."""
    lake = tmp_path_factory.mktemp("folder") / "lake"
    shutil.copytree(three_days / "raw", lake / "raw")
    flatten_playlists(spark, JobOptions(str(lake)))
    build_stays(spark, JobOptions(str(lake)))
    return tables_in_folder(lake)


def test_scripts_run_as_glue_jobs_that_are_committed_at_their_end(steps: dict[str, Step]) -> None:
    for name in ("first", "stays", "again", "late_and_partial", "mended", "all_stays"):
        ended = steps[name].ended
        assert ended.status == 0, ended.said
        assert "Job.commit" in ended.said.splitlines()
    assert "Job.init flatten_playlists jr_first" in steps["first"].ended.said.splitlines()
    assert "run jr_first: succeeded" in steps["first"].ended.said


def test_the_first_run_publishes_what_is_there(steps: dict[str, Step], in_a_folder: Rows) -> None:
    first = steps["first"]
    for table in TABLE_NAMES:
        assert first.tables[table] == {on: in_a_folder[table][on] for on in (D2, D3)}
        for on in (D2, D3):
            place = f"{LAKE}/tables/{table}/jr_first/snapshot_date={on}/"
            assert first.locations[table, on] == place
    assert first.tables["playlist_stays"] == {None: []}


def test_a_rerun_changes_nothing(steps: dict[str, Step]) -> None:
    assert steps["again"].locations == steps["stays"].locations
    assert steps["again"].tables == steps["stays"].tables
    assert steps["again"].requests < steps["first"].requests / 4


def test_a_torn_object_leaves_its_published_date_as_it_is(steps: dict[str, Step]) -> None:
    torn = steps["torn"]
    assert torn.ended.status == 1
    assert f"{raw_key(D3, MIXTAPE)} is truncated (the write was interrupted)" in torn.ended.said
    assert "run jr_torn published nothing; see above" in torn.ended.said
    assert "Job.commit" not in torn.ended.said
    assert torn.locations == steps["stays"].locations


def test_a_late_date_goes_out_without_what_is_refused(
    steps: dict[str, Step], in_a_folder: Rows
) -> None:
    late = steps["late_and_partial"]
    assert f"{raw_key(D1, MIXTAPE)} is not gzip" in late.ended.said
    assert "run jr_late_and_partial: partial" in late.ended.said
    chart = [
        row for row in in_a_folder["playlist_entries"][D1] if dict(row)["playlist_id"] == CHART
    ]
    assert len(chart) == 50
    assert late.tables["playlist_entries"][D1] == chart
    assert late.tables["playlist_entries"][D2] == in_a_folder["playlist_entries"][D2]


def test_tables_on_s3_equal_those_of_a_folder(steps: dict[str, Step], in_a_folder: Rows) -> None:
    tables = steps["all_stays"].tables
    assert sorted(tables) == sorted(in_a_folder)
    for table, dates in in_a_folder.items():
        assert tables[table] == dates, table
    assert len(tables["playlist_stays"][None]) > 500


def test_retention_drops_a_date_everywhere(steps: dict[str, Step], aws: Cloud) -> None:
    retention = steps["retention"]
    assert retention.ended.status == 0, retention.ended.said
    assert {on for table, on in retention.locations if table in TABLE_NAMES} == {D2, D3}
    listed = aws.client("s3").get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    keys = [item["Key"] for page in listed for item in page.get("Contents", ())]
    gone = [key for key in keys if f"snapshot_date={D1}" in key]
    # A folder that was superseded within 24 hours still has its readers
    assert all(key.startswith("some/prefix/tables/") for key in gone)
    assert all("/jr_late_and_partial/" in key for key in gone)
    assert f"some/prefix/state/inputs/{D1}.json" not in keys


def test_a_record_lists_every_switch_of_its_run(steps: dict[str, Step], aws: Cloud) -> None:
    assert steps
    record = record_of(aws, "jr_mended")
    assert record["status"] == "succeeded"
    switches = {(switch["table"], switch["snapshot_date"]) for switch in record["switches"]}
    assert switches == {(table, str(on)) for table in TABLE_NAMES for on in (D1, D2, D3)}
    old = {switch["old"] for switch in record["switches"] if switch["table"] == "songs"}
    assert old == {
        f"tables/songs/jr_late_and_partial/snapshot_date={D1}",
        *(f"tables/songs/jr_first/snapshot_date={on}" for on in (D2, D3)),
    }
