"""Building the stays reads the large tables of every snapshot date a fixed number of times."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.flatten import flatten_playlists
from jobs.options import JobOptions
from jobs.stays import build_stays
from lake.folder import FolderStorage
from tests.support.raw_objects import put_raw, song
from tests.support.runs import FakeClock

TODAY = date(2026, 11, 23)


def files_read(spark: SparkSession, since: int) -> Counter[str]:
    """The number of files that Parquet scans read in the queries after `since`, by table."""
    store = spark._jsparkSession.sharedState().statusStore()
    executions = store.executionsList()
    # The scan behind a cached frame appears in every plan that uses the frame. Plans that only use
    # it say 0 files
    scans: dict[int, tuple[str, int]] = {}
    for execution in map(executions.apply, range(executions.size())):
        if execution.executionId() <= since:
            continue
        values = store.executionMetrics(execution.executionId())
        nodes = store.planGraph(execution.executionId()).allNodes()
        for node in map(nodes.apply, range(nodes.size())):
            metrics = node.metrics()
            for metric in map(metrics.apply, range(metrics.size())):
                number = metric.accumulatorId()
                if metric.name() == "number of files read" and values.contains(number):
                    _, files = scans.get(number, ("", 0))
                    files = max(files, int(values.apply(number)))
                    scans[number] = table_of(node.desc()), files
    read: Counter[str] = Counter()
    for table, files in scans.values():
        read[table] += files
    return read


def table_of(scan: str) -> str:
    """The large table whose column a scan reads."""
    columns = {"linked_from_uri": "entries", "isrc": "songs", "artist_id": "song_artists"}
    return next((table for column, table in columns.items() if f"{column}#" in scan), "others")


def last_query(spark: SparkSession) -> int:
    """The number of the last query that the session ran."""
    executions = spark._jsparkSession.sharedState().statusStore().executionsList()
    return max(int(executions.apply(n).executionId()) for n in range(executions.size()))


def relinked_song() -> dict[str, Any]:
    """An item for which Spotify plays a song that has an ISRC."""
    linked_from = {"uri": f"spotify:track:R{1:021}"}
    return song(9, external_ids={"isrc": "QZAAA2600009"}, linked_from=linked_from)


@pytest.mark.slow
def test_stays_read_entries_twice_and_songs_once(
    tmp_path: Path, clock: FakeClock, spark: SparkSession
) -> None:
    days = [TODAY - timedelta(days=number) for number in range(3)]
    storage = FolderStorage(tmp_path)
    for number, on in enumerate(days):
        # With a null row, so that each table has a file for each date
        put_raw(storage, on, [relinked_song(), song(number), None])
    flatten_playlists(spark, JobOptions(str(tmp_path)), clock=clock)
    since = last_query(spark)

    record = build_stays(spark, JobOptions(str(tmp_path)), clock=clock)

    assert record.dates[None].counts == {"list_snapshots": 3, "playlist_stays": 4}
    read = files_read(spark, since)
    # Once for the sightings, and once for the relinked songs; no stay continues another one here
    assert read["entries"] == 2 * 3
    assert read["songs"] == 3
    assert read["song_artists"] == 0
