"""Extracting followed lists from the command line, without Spark."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from extract_lambda.raw_zone import RawZone
from jobs.dates import raw_dates
from lake.storage import open_storage
from playlist_lake.spotify import client
from playlist_lake.spotify.extracting import missed_dates
from simulator.spotify import SimulatedSpotify, faults
from simulator.spotify.library import EDITORIAL_ID, EMPTY_ID, SOMEBODY_ELSES_ID
from tests.playlist_lake.conftest import NOON, Command
from tests.support.saved_responses import raw
from tests.support.simulated_client import SUNDAY, catalogue

CHART, FRESH, MIXTAPE = catalogue().playlist_ids


def follow(lake: Path, *lines: str) -> Path:
    (lake / "config").mkdir(exist_ok=True)
    (lake / "config/playlists.txt").write_text("\n".join(lines))
    return lake


def snapshots(lake: Path) -> list[str]:
    return sorted(path.name.partition(".")[0] for path in lake.glob(f"raw/*={SUNDAY}/*.gz"))


def test_every_followed_list_is_taken_once_a_day(
    logged_in: SimulatedSpotify, tmp_path: Path, command: Command
) -> None:
    lake = follow(tmp_path, CHART, FRESH)
    status, out, err = command("extract", "--lake", lake)
    assert (status, err) == (0, ["extract 2 lists"])
    # Two calls per list, and one per page of 50 items
    assert out == [
        "Snapshots of 2026-11-01: 2 extracted (150 items, 7 calls)",
        f"extracted: playlist {CHART} was read completely: 50 items",
        f"extracted: playlist {FRESH} was read completely: 100 items",
    ]
    assert raw(lake, FRESH, SUNDAY)[-1]["item_count"] == 100
    calls = len(logged_in.requests)
    status, out, _ = command("extract", "--lake", lake)
    assert (status, out[0]) == (0, "Snapshots of 2026-11-01: 2 already_present (0 items, 0 calls)")
    assert len(logged_in.requests) == calls
    status, out, _ = command("extract", "--lake", lake, "--refresh")
    assert (status, out[0]) == (0, "Snapshots of 2026-11-01: 2 extracted (150 items, 7 calls)")


@pytest.mark.usefixtures("logged_in")
def test_lists_that_spotify_does_not_serve_give_a_status_of_their_own(
    tmp_path: Path, command: Command
) -> None:
    lake = follow(tmp_path, EDITORIAL_ID, CHART, SOMEBODY_ELSES_ID)
    status, out, err = command("extract", "--lake", lake)
    assert (status, snapshots(lake)) == (3, [CHART])
    assert out[0] == (
        "Snapshots of 2026-11-01: 1 extracted, 1 not_found, 1 forbidden (50 items, 6 calls)"
    )
    assert [line[:40] for line in err[1:]] == [
        "not_found: Spotify has no list for GET /",
        "forbidden: Spotify forbids GET /v1/playl",
    ]


@pytest.mark.usefixtures("logged_in")
def test_outcomes_that_cannot_be_stored_fail_the_command(tmp_path: Path, command: Command) -> None:
    lake = follow(tmp_path, CHART)
    (lake / "outcomes").write_text("no folder", encoding="utf-8")
    status, _, err = command("extract", "--lake", lake)
    assert (status, snapshots(lake)) == (1, [CHART])
    assert err[-2].startswith("warning: the outcomes of 2026-11-01 could not be stored: ")
    assert err[-1] == "error: the outcomes of the lists could not be stored; see above"


def test_a_list_that_failed_is_named_and_the_others_are_kept(
    logged_in: SimulatedSpotify, tmp_path: Path, command: Command
) -> None:
    lake = follow(tmp_path, "hello", FRESH, CHART)
    logged_in.fault(faults.WrongTotal(), path=f"/v1/playlists/{FRESH}/items", times=None)
    status, out, err = command("extract", "--lake", lake)
    assert (status, snapshots(lake)) == (1, [CHART])
    assert out[0].startswith("Snapshots of 2026-11-01: 1 extracted, 2 failed (50 items, ")
    assert err[1].startswith(
        f"failed: {lake}/config/playlists.txt, line 1: 'hello' is not a playlist; give a link"
    )
    assert err[2].startswith(f"failed: Spotify's answers about playlist {FRESH} do not agree")
    assert err[3] == "error: some lists were not extracted; see above"


def test_a_used_up_quota_ends_the_run_and_the_next_one_before_its_first_call(
    logged_in: SimulatedSpotify, tmp_path: Path, command: Command
) -> None:
    lake = follow(tmp_path, CHART, FRESH, MIXTAPE)
    logged_in.fault(faults.QuotaExceeded(7200), path=f"/v1/playlists/{FRESH}")
    sentence = "Spotify accepts no calls before 2026-11-01 14:00:00 UTC (rate limit or quota)"
    status, out, err = command("extract", "--lake", lake)
    assert (status, snapshots(lake)) == (1, [CHART])
    assert out[0] == "Snapshots of 2026-11-01: 1 extracted, 2 throttled (50 items, 4 calls)"
    assert f"throttled: {FRESH}, {MIXTAPE}: {sentence}; run again after that" in err
    calls = len(logged_in.requests)
    assert command("extract", "--lake", lake)[0] == 1
    assert len(logged_in.requests) == calls


def test_a_revoked_login_is_one_line_that_says_what_to_do(
    logged_in: SimulatedSpotify, tmp_path: Path, command: Command
) -> None:
    lake = follow(tmp_path, CHART, FRESH)
    logged_in.accounts.revoke()
    status, _, err = command("extract", "--lake", lake)
    assert (status, len(err)) == (1, 3)
    assert err[1].startswith(f"failed: {CHART}, {FRESH}: Spotify no longer accepts the refresh")
    assert err[1].endswith("run playlist-lake login")


def test_a_new_refresh_token_that_the_environment_cannot_store_gives_a_warning(
    served: SimulatedSpotify, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in served.credentials._asdict().items():
        monkeypatch.setenv(f"SPOTIFY_{key.upper()}", value)
    served.accounts.rotates_refresh_tokens = True
    status, _, err = command("extract", "--lake", follow(tmp_path, CHART))
    assert status == 0
    assert err[1].startswith(
        "warning: Spotify gave a new refresh token, which the environment keeps"
    )


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("name", ["run", "extract"])
def test_without_a_login_the_error_names_the_alternatives(
    tmp_path: Path, command: Command, name: str
) -> None:
    status, out, err = command(name, "--lake", follow(tmp_path, CHART))
    assert (status, out, len(err)) == (1, [], 1)
    for way in ("login", "import", "demo"):
        assert f"playlist-lake {way}" in err[0]


@pytest.mark.parametrize("name", ["run", "extract"])
def test_nothing_followed_is_one_sentence_before_any_call(
    logged_in: SimulatedSpotify, tmp_path: Path, command: Command, name: str
) -> None:
    path = f"{tmp_path}/config/playlists.txt"
    ways = "one link per line, or run playlist-lake follow LINK"
    assert command(name, "--lake", tmp_path)[2] == [
        f"error: {path} does not exist; create it with one playlist link per line, or run "
        "playlist-lake follow LINK"
    ]
    follow(tmp_path, "# none yet")
    assert command(name, "--lake", tmp_path) == (
        1,
        [],
        [f"error: {path} has no playlist; add {ways}"],
    )
    assert logged_in.requests == []


@pytest.mark.usefixtures("logged_in")
def test_addresses_that_would_expose_secrets_are_refused(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPOTIFY_API_URL", "http://spotify.example/v1")
    status, _, err = command("extract", "--lake", follow(tmp_path, CHART))
    assert status == 1
    assert err[0].startswith(
        "error: api_url is http://spotify.example, which would send credentials"
    )


def test_the_dates_since_the_last_snapshot_are_missed(tmp_path: Path) -> None:
    zone = RawZone(open_storage(tmp_path))
    for on, playlist_id in ((date(2026, 10, 20), CHART), (date(2026, 10, 24), FRESH)):
        with zone.draft(on, playlist_id, source="import") as draft:
            draft.end(0, None, datetime(2026, 10, 20, tzinfo=UTC))
    known = raw_dates(open_storage(str(tmp_path)))
    # The 24th has a snapshot, but of a list that is not followed
    assert missed_dates(zone, [CHART, EMPTY_ID], known, date(2026, 10, 26)) == [
        date(2026, 10, day) for day in (21, 22, 23, 24, 25)
    ]
    assert missed_dates(zone, [FRESH], known, date(2026, 10, 25)) == []
    assert missed_dates(zone, [FRESH], known, date(2026, 10, 24)) == []
    assert missed_dates(zone, [MIXTAPE], known, date(2026, 10, 26)) == []


@pytest.mark.usefixtures("logged_in")
def test_a_run_names_the_dates_missed_since_the_last(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = follow(tmp_path, EMPTY_ID)
    assert command("run", "--no-build", "--lake", lake)[2] == ["extract 1 list"]
    for days, missed in ((1, None), (3, "on 2026-11-03"), (6, "from 2026-11-05 to 2026-11-06")):
        later = NOON + timedelta(days=days)
        monkeypatch.setattr(client, "utc_now", lambda later=later: later)
        status, _, err = command("run", "--no-build", "--lake", lake)
        assert status == 0
        assert err[:-1] == (
            [
                f"missed: no snapshot was taken {missed}; Spotify serves only the current list, "
                "but playlist-lake import reads saved responses"
            ]
            if missed
            else []
        )
