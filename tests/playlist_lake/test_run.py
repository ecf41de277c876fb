"""A run from the simulated Spotify to tables, with Spark."""

from pathlib import Path

import pytest

from jobs.lock import locked
from jobs.run import utc_now
from lake.folder import FolderStorage
from playlist_lake import connect
from simulator.spotify import SimulatedSpotify, faults
from simulator.spotify.library import EDITORIAL_ID
from tests.playlist_lake.conftest import Command
from tests.support.simulated_client import SUNDAY, Client, catalogue

CHART, FRESH, _ = catalogue().playlist_ids


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
def test_a_run_builds_the_lists_that_it_read_and_fails_for_the_rest(
    logged_in: SimulatedSpotify, tmp_path: Path, command: Command
) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/playlists.txt").write_text(f"{FRESH}\n{CHART}\n{EDITORIAL_ID}\n")
    logged_in.fault(faults.WrongTotal(), path=f"/v1/playlists/{FRESH}/items", times=None)
    status, out, err = command("run", "--lake", tmp_path)
    assert status == 1
    assert out[0].startswith("Snapshots of 2026-11-01: 1 extracted, 1 not_found, 1 failed (50")
    assert out[1] == f"extracted: playlist {CHART} was read completely: 50 items"
    assert out[2] == "Built    1 snapshot date (2026-11-01) from 50 items"
    assert out[out.index("") + 1 :] == [
        "Nothing to compare yet: Top 50 - Lakeside",
        f"{FRESH}: never read, failed since 2026-11-01",
        f"{EDITORIAL_ID}: never read, not found since 2026-11-01",
        "Simulated data: lists, songs and artists are invented.",
        f"Report: {tmp_path}/report.html",
    ]
    assert (tmp_path / "report.html").exists()
    # Lists that were not extracted are named before the build, which may fail
    assert [line.split(":")[0] for line in err[:4]] == [
        "extract 3 lists",
        "failed",
        "not_found",
        "start Spark",
    ]
    assert err[-1] == "error: some lists were not extracted; see above"
    question = "SELECT item_uri FROM playlist_entries ORDER BY position"
    served = catalogue().items_page(CHART, SUNDAY, "2026", limit=50)["items"]
    assert connect(tmp_path).execute(question).fetchall() == [
        (row["item"]["uri"],) for row in served
    ]
    (tmp_path / "config/playlists.txt").write_text(f"{CHART}\n")
    calls = len(logged_in.requests)
    status, out, err = command("run", "--lake", tmp_path)
    assert (status, err) == (0, ["extract 1 list"])
    assert len(logged_in.requests) == calls
    assert out == [
        "Nothing new: 1 list had a snapshot of 2026-11-01, and the tables are up to date. "
        f"Report: {tmp_path}/report.html"
    ]


def test_a_run_extracts_while_another_command_has_the_lock(
    logged_in: SimulatedSpotify, tmp_path: Path, command: Command
) -> None:
    assert logged_in
    (tmp_path / "config").mkdir()
    (tmp_path / "config/playlists.txt").write_text(f"{CHART}\n")
    with locked(FolderStorage(tmp_path), "first", utc_now):
        status, out, err = command("run", "--lake", tmp_path)
    assert (status, len(out)) == (1, 2)
    assert out[1] == f"extracted: playlist {CHART} was read completely: 50 items"
    assert err[-1].startswith(f"error: {tmp_path}: run first (process ")
    assert (tmp_path / f"raw/snapshot_date={SUNDAY}/{CHART}.jsonl.gz").exists()


@pytest.mark.slow
@pytest.mark.usefixtures("spark")
def test_a_run_makes_tables_of_liked_songs(
    logged_in: SimulatedSpotify, tmp_path: Path, command: Command
) -> None:
    client = Client.of(logged_in)
    page = client.get("/me/tracks", limit=50).json()
    rows = page["items"]
    while page["next"]:
        page = client.get(page["next"]).json()
        rows += page["items"]
    assert command("follow", "liked-songs", "--lake", tmp_path)[0] == 0

    status, out, _ = command("run", "--lake", tmp_path)

    assert (status, out[out.index("") + 1]) == (0, "Nothing to compare yet: Liked Songs")
    con = connect(tmp_path)
    lists = con.sql("SELECT * EXCLUDE (source, fetched_at) FROM playlists").to_arrow_table()
    assert [
        {key: one for key, one in row.items() if one is not None} for row in lists.to_pylist()
    ] == [
        {
            "playlist_id": "liked-songs",
            "name": "Liked Songs",
            "is_public": False,
            "is_collaborative": False,
            "item_count": len(rows),
            "total": len(rows),
            "is_complete": True,
            "snapshot_date": SUNDAY,
        }
    ]
    entries = con.sql(
        "SELECT item_uri, strftime(added_at, '%Y-%m-%dT%H:%M:%SZ') FROM playlist_entries "
        "WHERE item_type = 'song' ORDER BY position"
    )
    assert entries.fetchall() == [(row["track"]["uri"], row["added_at"]) for row in rows]
    assert con.sql("SELECT outcome, items FROM outcomes").fetchall() == [("extracted", len(rows))]
    status, out, _ = command("status", "--lake", tmp_path)
    assert (status, out[-1].split()) == (0, ["Liked", "Songs", str(SUNDAY), str(len(rows))])
