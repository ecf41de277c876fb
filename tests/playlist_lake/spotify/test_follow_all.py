"""Following all lists of the simulated Spotify's user, and Liked Songs."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from extract_lambda.credentials import Credentials, FileStore, credentials_path
from simulator.spotify import SimulatedSpotify, faults, library
from simulator.spotify.faults.misleading_responses import Page
from tests.extract_lambda.extractor import Changed
from tests.playlist_lake.conftest import NOON, Command
from tests.playlist_lake.spotify.test_following import UNPUBLISHED, write
from tests.support.simulated_client import Client, catalogue

CHART, FRESH, MIXTAPE = catalogue().playlist_ids
FILE = "config/playlists.txt"
SCRIPT = str(Path(sys.executable).with_name("playlist-lake"))
MINE = "/v1/me/playlists"
# The lists that the user owns or collaborates on, with names and numbers of items
NEW = {
    CHART: ("Top 50 - Lakeside", 50),
    FRESH: ("Fresh Catch Friday 🎣", 100),
    MIXTAPE: ("Boathouse mixtape · شريط المرفأ", 400),
    library.EMPTY_ID: ("Nothing here yet", 0),
    library.AT_LIMIT_ID: ("As long as a list can get", 10_000),
    library.OVER_LIMIT_ID: ("Longer than a list can get", 10_001),
    library.WRONG_TOTAL_ID: ("Cannot count", 123),
    library.ODDITIES_ID: ("Rarely seen", 8),
}
# By hand, two calls a list and one for each 50 items: 3 + 4 + 10 + 2 + 202 + 203 + 5 + 3
CALLS = 432


def line(playlist_id: str) -> str:
    name, items = NEW[playlist_id]
    return f"new: {name}, {items:,} items"


def calls(spotify: SimulatedSpotify) -> list[str]:
    return [f"{one.path}?{one.query}" for one in spotify.requests if one.path.startswith("/v1")]


def log_in(spotify: SimulatedSpotify, scope: str) -> None:
    credentials = spotify.credentials._replace(refresh_token=Client(spotify).log_in(scope))
    FileStore(credentials_path()).save(Credentials(*credentials, authorized_at=NOON))


def test_all_lists_that_the_user_owns_or_collaborates_on_are_followed(
    logged_in: SimulatedSpotify, tmp_path: Path, command: Command
) -> None:
    status, out, err = command("follow", "--all", "--yes", "--lake", tmp_path)

    assert out == [
        *map(line, NEW),
        f"8 followed lists will take {CALLS} calls a day; {UNPUBLISHED}",
        "Followed 8 lists.",
    ]
    # Another user's list that is collaborative, but not with this user
    assert (status, len(err)) == (0, 1)
    assert err[0].startswith(
        f"not readable: Spotify forbids GET /v1/playlists/{library.SOMEBODYS_COLLABORATIVE_ID}/it"
    )
    lines = (tmp_path / FILE).read_text().splitlines()
    assert lines == [f"{playlist_id}  # {name}" for playlist_id, (name, _) in NEW.items()]
    # Only the two lists of others that are collaborative are checked one by one
    assert [one.partition("?")[0] for one in calls(logged_in)] == [
        "/v1/me/",
        MINE,
        *[f"/v1/playlists/{MIXTAPE}{path}" for path in ("", "/items")],
        *[f"/v1/playlists/{library.SOMEBODYS_COLLABORATIVE_ID}{path}" for path in ("", "/items")],
    ]


@pytest.mark.usefixtures("logged_in")
def test_again_only_new_lists_are_added_and_none_is_removed(
    tmp_path: Path, command: Command
) -> None:
    other = "OneMoreListOfSomebody0"
    mine = [one for one in NEW if one not in (CHART, library.EMPTY_ID)]
    before = "".join(f"{one} # mine\n" for one in [other, *mine])
    write(tmp_path, before.encode())

    status, out, _ = command("follow", "--all", "--yes", "--lake", tmp_path)

    assert (status, out[:3]) == (
        0,
        [line(CHART), line(library.EMPTY_ID), "6 lists of yours are already followed"],
    )
    assert out[-1] == "Followed 2 lists."
    content = (tmp_path / FILE).read_text()
    assert content == (
        f"{before}{CHART}  # Top 50 - Lakeside\n{library.EMPTY_ID}  # Nothing here yet\n"
    )
    status, out, _ = command("follow", "--all", "--lake", tmp_path)
    assert (status, out[0]) == (0, "8 lists of yours are already followed")
    assert out[1].startswith("9 followed lists take at least ")
    assert len(out) == 2
    assert (tmp_path / FILE).read_text() == content


@pytest.mark.usefixtures("logged_in")
def test_without_a_terminal_and_without_yes_nothing_is_followed(
    tmp_path: Path, command: Command
) -> None:
    status, out, err = command("follow", "--all", "--lake", tmp_path)

    assert status == 2
    assert out[-1] == f"8 followed lists will take {CALLS} calls a day; {UNPUBLISHED}"
    assert err[-1] == "error: there is no terminal to ask on; pass --yes to follow them"
    assert not (tmp_path / FILE).exists()


@pytest.mark.usefixtures("logged_in")
@pytest.mark.parametrize(("answer", "status"), [("y\n", 0), ("n\n", 1)])
def test_on_a_terminal_the_user_is_asked(tmp_path: Path, answer: str, status: int) -> None:
    terminal, its_input = pty.openpty()
    with subprocess.Popen(
        [SCRIPT, "follow", "--all", "--lake", tmp_path],
        stdin=its_input,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        os.close(its_input)
        os.write(terminal, answer.encode())
        assert process.stdout
        shown = process.stdout.read().decode()
    os.close(terminal)

    assert "Follow 8 new lists? [y/N]:" in shown
    assert process.returncode == status
    assert (tmp_path / FILE).exists() == (status == 0)


def test_pages_are_followed_and_a_list_on_two_of_them_is_added_once(
    logged_in: SimulatedSpotify, tmp_path: Path, command: Command
) -> None:
    client = Client(logged_in)
    client.log_in("playlist-read-private")
    mine, null = client.get("/me/playlists", limit=50).json()["items"][0], None
    url = f"{logged_in.api_url}/me/playlists?offset=50&limit=50"
    first: Page = {"items": [mine] * 49 + [null], "total": 52, "next": url, "limit": 50}
    second: Page = {"items": [null, mine], "total": 52, "next": None, "offset": 50, "limit": 50}
    logged_in.fault(Changed(lambda page: page.update(first)), path=MINE)
    logged_in.fault(Changed(lambda page: page.update(second)), path=MINE)

    status, out, err = command("follow", "--all", "--yes", "--lake", tmp_path)

    assert (status, out[0], out[-1], err) == (0, line(CHART), "Followed 1 list.", [])
    assert calls(logged_in)[-2:] == [f"{MINE}?limit=50&offset=0", f"{MINE}?offset=50&limit=50"]


def test_pages_that_contradict_each_other_are_not_believed(
    logged_in: SimulatedSpotify, tmp_path: Path, command: Command
) -> None:
    logged_in.fault(faults.EmptyPage(0), path=MINE)

    assert command("follow", "--all", "--yes", "--lake", tmp_path)[::2] == (
        1,
        [
            "error: Spotify's answers about your playlists do not agree: the page at offset 0 has "
            "a `next`, but no items; nothing was changed, run again later"
        ],
    )
    assert not (tmp_path / FILE).exists()


def test_a_login_without_a_scope_for_lists_says_so(
    served: SimulatedSpotify, tmp_path: Path, command: Command
) -> None:
    log_in(served, "user-library-read")

    status, out, err = command("follow", "--all", "--yes", "--lake", tmp_path)

    assert (status, out, len(err)) == (1, [], 1)
    assert err[0] == (
        'error: Spotify forbids GET /v1/me/playlists ("Insufficient client scope"): the login does '
        "not cover private lists; run playlist-lake login again"
    )


def test_a_rate_limit_is_an_error_and_nothing_is_followed(
    logged_in: SimulatedSpotify, tmp_path: Path, command: Command
) -> None:
    logged_in.fault(faults.QuotaExceeded(3600), path=MINE)

    status, _, err = command("follow", "--all", "--yes", "--lake", tmp_path)

    assert (status, len(err)) == (1, 1)
    assert err[0].startswith("error: Spotify accepts no calls before 2026-11-01 13:00:00 UTC")
    assert not (tmp_path / FILE).exists()


def test_a_list_that_could_not_be_checked_fails_the_command_but_not_the_others(
    logged_in: SimulatedSpotify,
    tmp_path: Path,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The waits between the attempts
    monkeypatch.setattr("playlist_lake.spotify.client.time.sleep", lambda _: None)
    logged_in.fault(faults.EmptyBody(), path=f"/v1/playlists/{MIXTAPE}", times=None)

    status, out, err = command("follow", "--all", "--yes", "--lake", tmp_path)

    assert (status, out[-1]) == (1, "Followed 7 lists.")
    assert any(
        one.startswith(f"not checked: playlist {MIXTAPE}: the response is empty or damaged")
        for one in err
    )
    assert err[-1] == "error: some lists could not be checked; see above"


def test_all_and_links_together_are_a_misuse(
    logged_in: SimulatedSpotify, tmp_path: Path, command: Command
) -> None:
    status, _, err = command("follow", "--all", CHART, "--lake", tmp_path)

    assert status == 2
    assert err == [
        "error: --all follows all of your lists; leave the links out, or leave --all out"
    ]
    assert logged_in.requests == []


def test_liked_songs_are_followed_by_their_own_name(
    logged_in: SimulatedSpotify, tmp_path: Path, command: Command
) -> None:
    client = Client(logged_in)
    client.log_in("user-library-read")
    size = client.get("/me/tracks").json()["total"]
    before = len(calls(logged_in))

    status, out, err = command("follow", "liked-songs", "--lake", tmp_path)

    assert (status, err) == (0, [])
    assert out == [
        f"followed: Liked Songs, {size} items",
        f"1 followed list takes {2 + -(-size // 50)} calls a day; {UNPUBLISHED}",
    ]
    assert calls(logged_in)[before:] == [
        "/v1/me/tracks?limit=1&offset=0",
        "/v1/me/tracks?limit=50&offset=0",
    ]
    assert (tmp_path / FILE).read_text() == "liked-songs  # Liked Songs\n"
    out = command("follow", "spotify:collection:tracks", "--lake", tmp_path)[1]
    assert out[0] == f"already followed: Liked Songs, {size} items"


def test_liked_songs_need_a_login_that_covers_them(
    served: SimulatedSpotify, tmp_path: Path, command: Command
) -> None:
    log_in(served, "playlist-read-private playlist-read-collaborative")

    status, out, err = command("follow", "liked-songs", "--lake", tmp_path)

    assert (status, out) == (1, [])
    assert err == [
        'not readable: liked-songs: Spotify forbids GET /v1/me/tracks ("Insufficient client '
        'scope"): the login does not cover Liked Songs; run playlist-lake login again',
        "error: some lists cannot be followed; see above",
    ]
