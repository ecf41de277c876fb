"""`query` and `report` warn if the stays or genres of a lake are missing or out of date."""

import json
from pathlib import Path

import pytest

from jobs.options import JobOptions
from jobs.publish import open_lake
from jobs.run import utc_now
from lake.folder import FolderStorage
from tests.playlist_lake.conftest import Command
from tests.support.genre_objects import artist_id, musicbrainz, put_calls
from tests.support.runs import day, publish_run, publish_stays

MISSING = ", so rows and names may be missing"


def test_query_and_report_warn_of_stays_that_are_out_of_date(
    tmp_path: Path, command: Command
) -> None:
    options = JobOptions(str(tmp_path))
    publish_run(options, utc_now, [day(21)])
    warning = (
        f"warning: the stays are out of date{MISSING}; run playlist-lake build --lake {tmp_path}"
    )
    status, out, err = command("query", "entries_and_exits", "--lake", tmp_path)
    assert (status, len(out), err) == (0, 1, [warning])
    assert warning in command("report", "--lake", tmp_path)[2]

    publish_stays(options, utc_now)
    assert command("query", "health", "--lake", tmp_path)[2] == []

    publish_run(options, utc_now, [day(22)])
    assert command("query", "health", "--lake", tmp_path)[2] == [warning]


def test_query_warns_of_genres_that_are_out_of_date(tmp_path: Path, command: Command) -> None:
    options = JobOptions(str(tmp_path))
    publish_run(options, utc_now, [day(21)])
    answers = musicbrainz("2026-11-20T06:00:00.000Z", {artist_id(1): []})
    put_calls(FolderStorage(tmp_path), "r1", answers)
    (warning,) = command("query", "health", "--lake", tmp_path)[2]
    assert warning.startswith(
        f"warning: the stays and the genres are out of date{MISSING}; run playlist-lake"
    )

    publish_stays(options, utc_now)
    (warning,) = command("query", "health", "--lake", tmp_path)[2]
    assert warning.startswith(
        f"warning: the genres are out of date{MISSING}; run playlist-lake build "
    )


@pytest.mark.parametrize("table", ["list_snapshots", "items"])
def test_stays_that_an_earlier_version_built_are_out_of_date(
    tmp_path: Path, command: Command, table: str
) -> None:
    """It did not know the table."""
    options = JobOptions(str(tmp_path))
    publish_run(options, utc_now, [day(21)])
    publish_stays(options, utc_now)
    catalog = tmp_path / "state/catalog.json"
    content = json.loads(catalog.read_bytes())
    del content["tables"][table]
    catalog.write_text(json.dumps(content), encoding="utf-8")

    _, _, (warning,) = command("query", "health", "--lake", tmp_path)

    assert warning.startswith(
        f"warning: the stays are out of date{MISSING}; run playlist-lake build "
    )


def test_while_a_build_runs_the_advice_is_to_wait(tmp_path: Path, command: Command) -> None:
    options = JobOptions(str(tmp_path))
    publish_run(options, utc_now, [day(21)])
    with open_lake(options):
        _, _, (warning,) = command("query", "health", "--lake", tmp_path)
    assert warning.startswith(f"warning: the stays are out of date{MISSING}; run ")
    assert warning.endswith(") is building the tables, so wait until it ends")
