"""Building the stays reads the files of every snapshot date a fixed number of times."""

from collections import Counter
from pathlib import Path
from unittest.mock import patch

import pytest
from pyspark.sql import SparkSession

from lake.folder import FolderStorage
from tests.support.built_stays import built_rows
from tests.support.drawn_histories import Days, snapshots_of
from tests.support.oracle import expected_tables
from tests.support.tiny_lakes import RUN_ID

# With a relinked song and a null row on each date; C leaves, and no stay continues another one
DAYS = {1: "R<A=I1 B=I2 - C", 2: "R<A=I1 B=I2 - C", 3: "R<A=I1 B=I2 -"}

pytestmark = pytest.mark.slow


def test_stays_read_entries_three_times_and_songs_once(spark: SparkSession, tmp_path: Path) -> None:
    # The entries for the runs, for the items and for the relinked songs
    read = {"playlists": 3, "rejects": 3, "playlist_entries": 3 * 3, "songs": 3}
    assert files_read(spark, tmp_path, DAYS) == read


def test_songs_are_not_read_while_nothing_entered_later_or_left(
    spark: SparkSession, tmp_path: Path
) -> None:
    read = {"playlists": 2, "rejects": 2, "playlist_entries": 2 * 2}
    assert files_read(spark, tmp_path, {number: DAYS[number] for number in (1, 2)}) == read


def files_read(spark: SparkSession, lake: Path, days: Days) -> Counter[str]:
    """How many files of each table the build of the stays reads."""
    found: Counter[str] = Counter()
    read = FolderStorage.read

    def counted(storage: FolderStorage, key: str, max_bytes: int | None = None) -> bytes | None:
        _, table, *run_id = key.split("/")
        found[table] += RUN_ID in run_id
        return read(storage, key, max_bytes)

    with patch.object(FolderStorage, "read", counted):
        built_rows(spark, lake, expected_tables(snapshots_of(days, "list", 0)))
    return +found
