"""Three lists on which each kind of change happened, worked by hand."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.playlist_lake.conftest import Command
from tests.support.tiny_lakes import Row, write_lake
from tests.support.tiny_lists import day, snapshots, stay, together

CHART = "37i9dQZF1DX000000000Aa"


def changing() -> dict[str, list[Row]]:
    """Chart changes on the 2nd and 4th, Calm never does, Gone has no snapshot after the 2nd.

    Chart: on the 2nd B leaves and C enters. On the 4th the list and A have new names, the
    description is removed, D enters, C leaves.
    """
    tables = together(
        snapshots(CHART, {1: "A B", 2: "A C", 4: "A D"}, "Chart"),
        snapshots("calm", {1: "A", 2: "A", 4: "A"}, "Calm"),
        snapshots("gone", {1: "A", 2: "A D"}, "Gone"),
        playlist_stays=[
            stay(CHART, "A", 1, (1, 4, None), is_old=True),
            stay(CHART, "B", 1, (1, 1, 2), (2, 2, 2), is_old=True),
            stay(CHART, "C", 1, (2, 2, 4), (2, 2, 2)),
            stay(CHART, "D", 1, (4, 4, None), (2, 2, 2)),
            stay("calm", "A", 1, (1, 4, None), is_old=True),
            stay("gone", "A", 1, (1, 2, None), is_old=True),
            stay("gone", "D", 1, (2, 2, None), (2, 2, 2)),
        ],
    )
    for row in tables["playlists"]:
        row["fetched_at"] = datetime.combine(row["snapshot_date"], datetime.min.time(), UTC)
        row["spotify_snapshot_id"] = "s"
        row["description"] = None if row["snapshot_date"] == day(4) else "Tea &amp; songs"
        if row["playlist_id"] == CHART and row["snapshot_date"] == day(4):
            row["name"] = "Chart of\nto\x07day"
        elif row["playlist_id"] != CHART:
            row["description"] = "The same"
    for row in tables["playlist_entries"]:
        if row["playlist_id"] == CHART and row["snapshot_date"] == day(4) and row["position"] == 1:
            row["name"] = "Song A <Live> & more"
    return tables


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    return write_lake(tmp_path / "lake", **changing())


@pytest.fixture
def diff(lake: Path, command: Command) -> Command:
    """Calls diff on the lake, or on another one; leaves the warning of a lake without state out."""

    def call(*arguments: str | Path) -> tuple[int, list[str], list[str]]:
        where = () if "--lake" in arguments else ("--lake", lake)
        status, out, err = command("diff", *arguments, *where)
        return status, out, [line for line in err if not line.startswith("warning: the stays are ")]

    return call
