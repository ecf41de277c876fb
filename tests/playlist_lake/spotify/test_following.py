"""Following lists of the simulated Spotify, and checking the followed lists."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from extract_lambda.credentials import Credentials, FileStore, credentials_path
from lake.storage import open_storage
from playlist_lake.spotify.following import CheckedList, add
from simulator.spotify import SimulatedSpotify, faults
from simulator.spotify.library import EDITORIAL_ID, EMPTY_ID, SOMEBODY_ELSES_ID
from tests.playlist_lake.conftest import NOON, Command
from tests.support.simulated_client import catalogue

CHART, FRESH, MIXTAPE = catalogue().playlist_ids
FILE = "config/playlists.txt"
UNPUBLISHED = "Spotify does not say how many its quota allows"


def write(lake: Path, content: bytes) -> Path:
    path = lake / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


@pytest.mark.usefixtures("logged_in")
def test_readable_lists_are_appended_with_their_names(tmp_path: Path, command: Command) -> None:
    links = (f"<HTTPS://OPEN.SPOTIFY.COM/playlist/{CHART}#_=_>", f"spotify:playlist:{EMPTY_ID}")
    status, out, err = command("follow", *links, CHART, "--lake", tmp_path)
    assert (status, err) == (0, [])
    # Playlist object and snapshot id of each, and a page of 50 items
    assert out == [
        "followed: Top 50 - Lakeside, 50 items",
        "followed: Nothing here yet, 0 items",
        f"2 followed lists take 5 calls a day; {UNPUBLISHED}",
    ]
    assert (tmp_path / FILE).read_text() == (
        f"{CHART}  # Top 50 - Lakeside\n{EMPTY_ID}  # Nothing here yet\n"
    )
    status, out, err = command("follow", CHART, "--lake", tmp_path)
    assert (status, out[0], err) == (0, "already followed: Top 50 - Lakeside, 50 items", [])
    assert (tmp_path / FILE).read_text().count(CHART) == 1


def test_follow_makes_the_calls_of_an_extraction(
    logged_in: SimulatedSpotify, tmp_path: Path, command: Command
) -> None:
    assert command("follow", MIXTAPE, "--lake", tmp_path)[0] == 0
    assert [one.path for one in logged_in.requests if one.path.startswith("/v1")] == [
        f"/v1/playlists/{MIXTAPE}",
        f"/v1/playlists/{MIXTAPE}/items",
    ]


@pytest.mark.usefixtures("logged_in")
def test_unreadable_lists_are_explained_and_not_followed(tmp_path: Path, command: Command) -> None:
    status, out, err = command("follow", EDITORIAL_ID, FRESH, SOMEBODY_ELSES_ID, "--lake", tmp_path)
    assert status == 1
    assert out == [
        "followed: Fresh Catch Friday 🎣, 100 items",
        f"1 followed list takes 4 calls a day; {UNPUBLISHED}",
    ]
    assert err[0].startswith(
        f"not readable: Spotify has no list for GET /v1/playlists/{EDITORIAL_ID}:"
    )
    assert "new apps cannot read since November 2024" in err[0]
    assert err[1].startswith(
        f"not readable: Spotify forbids GET /v1/playlists/{SOMEBODY_ELSES_ID}/items"
    )
    assert err[2] == "error: some lists cannot be followed; see above"
    assert (tmp_path / FILE).read_text() == f"{FRESH}  # Fresh Catch Friday 🎣\n"


def test_a_link_that_is_not_to_a_list_is_a_misuse_before_any_call(
    logged_in: SimulatedSpotify, tmp_path: Path, command: Command
) -> None:
    album = f"https://open.spotify.com/album/{CHART}"
    assert command("follow", CHART, album, "--lake", tmp_path) == (
        2,
        [],
        [f"error: '{album}' leads to an album, not to a playlist"],
    )
    assert logged_in.requests == []
    assert list(tmp_path.glob("config/*")) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"# mine\n\nhello\n", b"# mine\n\nhello\n%(id)s  # A name\n"),
        (b"\xef\xbb\xbf# mine\r\n# none", b"\xef\xbb\xbf# mine\r\n# none\r\n%(id)s  # A name\r\n"),
        (b"", b"%(id)s  # A name\n"),
        (b"spotify:playlist:%(id)s # old name", b"spotify:playlist:%(id)s # old name"),
    ],
)
def test_the_rest_of_the_file_is_not_changed(tmp_path: Path, before: bytes, after: bytes) -> None:
    ids = {b"id": CHART.encode()}
    path = write(tmp_path, before % ids)
    add(open_storage(tmp_path), [CheckedList(CHART, "A name", 50)])
    assert path.read_bytes() == after % ids
    assert [one.name for one in path.parent.iterdir()] == ["playlists.txt"]


@pytest.mark.usefixtures("logged_in")
def test_a_file_in_another_encoding_is_not_changed(tmp_path: Path, command: Command) -> None:
    path = write(tmp_path, "# für später\n".encode("latin-1"))
    status, _, err = command("follow", CHART, "--lake", tmp_path)
    assert (status, err) == (
        1,
        [f"error: {path} is not UTF-8 text (byte 3); save it as UTF-8"],
    )
    assert path.read_bytes() == b"# f\xfcr sp\xe4ter\n"


def test_without_links_follow_checks_login_quota_and_lists(
    logged_in: SimulatedSpotify, tmp_path: Path, command: Command
) -> None:
    write(tmp_path, f"{CHART}\n{EDITORIAL_ID}\n{CHART}\n".encode())
    status, out, err = command("follow", "--lake", tmp_path)
    # Nothing failed, but one list is not found
    assert status == 3
    assert out == [
        "Login: valid since 2026-07-24, 80 of 180 days left",
        "Quota: not throttled",
        "readable: Top 50 - Lakeside, 50 items",
        f"2 followed lists take at least 5 calls a day; {UNPUBLISHED}",
    ]
    assert err[0].endswith(f"playlists.txt, line 3: {CHART} is in line 1 already")
    assert err[1].startswith("not readable: Spotify has no list")
    assert len(err) == 2
    logged_in.fault(faults.QuotaExceeded(3600), path="/v1/**")
    status, out, err = command("follow", "--lake", tmp_path)
    assert (status, out[1]) == (1, "Quota: not throttled")
    throttled = "Spotify accepts no calls before 2026-11-01 13:00:00 UTC (rate limit or quota)"
    assert f"not checked: {CHART}, {EDITORIAL_ID}: {throttled}; run again after that" in err
    calls = len(logged_in.requests)
    status, out, err = command("follow", "--lake", tmp_path)
    assert (status, out[1]) == (1, "Quota: throttled until 2026-11-01 13:00:00 UTC")
    assert len(logged_in.requests) == calls


@pytest.mark.usefixtures("logged_in")
def test_a_list_that_is_not_checked_counts_with_its_last_snapshot(
    tmp_path: Path, command: Command
) -> None:
    write(tmp_path, f"{MIXTAPE}\n".encode())
    assert command("extract", "--lake", tmp_path)[0] == 0
    # 400 items of the snapshot: 8 pages and 2 calls; 50 items of the link: 1 page and 2 calls
    out = command("follow", CHART, "--lake", tmp_path)[1]
    assert out[-1] == f"2 followed lists take 13 calls a day; {UNPUBLISHED}"


@pytest.mark.parametrize(
    ("year", "text"), [(1, "739556 days ago"), (9999, "2912318 of 180 days left")]
)
def test_a_login_at_an_extreme_time_has_a_number_of_days(
    served: SimulatedSpotify, tmp_path: Path, command: Command, year: int, text: str
) -> None:
    write(tmp_path, f"{CHART}\n".encode())
    FileStore(credentials_path()).save(
        Credentials(*served.credentials, authorized_at=datetime(year, 12, 31, tzinfo=UTC))
    )
    status, out, _ = command("follow", "--lake", tmp_path)
    assert status == 0
    assert text in out[0]


def test_a_login_that_ends_soon_comes_with_advice(
    served: SimulatedSpotify, tmp_path: Path, command: Command
) -> None:
    write(tmp_path, f"{CHART}\n".encode())
    for days, text in (
        (160, "valid since 2026-05-25, 20 of 180 days left"),
        (180, "valid since 2026-05-05, 0 of 180 days left"),
        (200, "ended; the consent of 2026-04-15 was 200 days ago"),
    ):
        FileStore(credentials_path()).save(
            Credentials(*served.credentials, authorized_at=NOON - timedelta(days=days))
        )
        line = command("follow", "--lake", tmp_path)[1][0]
        assert line == f"Login: {text}; run playlist-lake login to renew it"


def test_a_revoked_login_is_one_line_for_all_lists(
    logged_in: SimulatedSpotify, tmp_path: Path, command: Command
) -> None:
    logged_in.accounts.revoke()
    status, _, err = command("follow", CHART, FRESH, "--lake", tmp_path)
    assert (status, len(err)) == (1, 2)
    assert err[0].startswith(f"not checked: {CHART}, {FRESH}: Spotify no longer accepts the")
    assert err[0].endswith("run playlist-lake login")
    assert [one.path for one in logged_in.requests] == ["/api/token"]


@pytest.mark.usefixtures("logged_in")
def test_without_followed_lists_the_error_says_how_to_follow(
    tmp_path: Path, command: Command
) -> None:
    status, _, err = command("follow", "--lake", tmp_path)
    assert status == 1
    assert err == [
        f"error: {tmp_path}/config/playlists.txt does not exist; create it with one playlist "
        "link per line, or run playlist-lake follow LINK"
    ]


@pytest.mark.usefixtures("served")
def test_follow_without_a_login_is_an_error(tmp_path: Path, command: Command) -> None:
    status, _, err = command("follow", CHART, "--lake", tmp_path)
    assert status == 1
    assert err == [
        "error: there are no credentials in the environment or in "
        f"{tmp_path}/home/.config/playlist-lake/credentials.toml; run playlist-lake login"
    ]


def test_a_name_is_written_on_one_line(tmp_path: Path) -> None:
    files = open_storage(tmp_path)
    add(files, [CheckedList(CHART, "lone \ud83c surrogate"), CheckedList(FRESH, "")])
    assert (tmp_path / FILE).read_bytes() == f"{CHART}  # lone ? surrogate\n{FRESH}\n".encode()


@pytest.mark.usefixtures("logged_in")
def test_lists_of_a_lake_on_s3_can_be_followed(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="lakes")
        status, _, err = command("follow", CHART, "--lake", "s3://lakes/mine")
        stored = client.get_object(Bucket="lakes", Key=f"mine/{FILE}")["Body"].read()
    assert (status, err, stored) == (0, [], f"{CHART}  # Top 50 - Lakeside\n".encode())
