"""Building the stays reads the files of every snapshot date a fixed number of times."""

from collections import Counter
from pathlib import Path
from unittest.mock import patch

import pytest
from pyspark.sql import SparkSession

from lake.folder import FolderStorage
from tests.support.built_stays import built_rows
from tests.support.drawn_histories import snapshots_of
from tests.support.oracle import expected_tables

# With a relinked song and a null row on each date; no stay continues another one
TABLES = expected_tables(snapshots_of(dict.fromkeys((1, 2, 3), "R<A=I1 B=I2 -"), "list", 0))


@pytest.mark.slow
def test_stays_read_entries_three_times_and_songs_once(spark: SparkSession, tmp_path: Path) -> None:
    files_read: Counter[str] = Counter()
    read = FolderStorage.read

    def counted(storage: FolderStorage, key: str, max_bytes: int | None = None) -> bytes | None:
        folder, table, *_ = key.split("/")
        files_read[table] += folder == "tables"
        return read(storage, key, max_bytes)

    with patch.object(FolderStorage, "read", counted):
        stays, _ = built_rows(spark, tmp_path, TABLES)

    assert len(stays) == 2
    # For the runs, for the items and for the relinked songs
    assert files_read["playlist_entries"] == 3 * 3
    assert [files_read[table] for table in ("playlists", "rejects", "songs")] == [3, 3, 3]
    assert files_read["song_artists"] == 0
