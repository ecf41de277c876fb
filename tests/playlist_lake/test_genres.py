"""Asking for genres from the command line, over HTTP."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from extract_lambda.genres.candidates import newest_artists
from extract_lambda.raw_zone import RawZone
from lake.genres import genres_keys, read_genre_calls
from lake.storage import open_storage
from playlist_lake import connect
from simulator import metadata_faults as faults
from simulator.listenbrainz import SimulatedListenBrainz
from simulator.musicbrainz import SimulatedMusicBrainz
from simulator.spotify import SimulatedSpotify
from simulator.world.genres import invented_directory
from tests.playlist_lake.conftest import NOON, Command
from tests.support.simulated_client import SUNDAY, catalogue

CHART = catalogue().playlist_ids[0]
CONTACT = ("--contact", "you@example.org")


class Services(NamedTuple):
    musicbrainz: SimulatedMusicBrainz
    listenbrainz: SimulatedListenBrainz

    def call_counts(self) -> tuple[int, int]:
        return len(self.musicbrainz.requests), len(self.listenbrainz.requests)


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    directory = invented_directory(catalogue().artists)
    with ExitStack() as stack:
        found = Services(
            stack.enter_context(SimulatedMusicBrainz(directory, lambda: NOON)),
            stack.enter_context(SimulatedListenBrainz(directory, lambda: NOON)),
        )
        monkeypatch.setenv("MUSICBRAINZ_URL", found.musicbrainz.url)
        monkeypatch.setenv("LISTENBRAINZ_URL", found.listenbrainz.url)
        monkeypatch.setattr("playlist_lake.genres.time.sleep", lambda _: None)
        yield found


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/playlists.txt").write_text(f"{CHART}\n")
    return tmp_path


@pytest.fixture
def read_lake(lake: Path, logged_in: SimulatedSpotify, command: Command) -> Path:
    """A lake with today's snapshot of a list."""
    assert logged_in
    assert command("extract", "--lake", lake)[0] == 0
    return lake


def artists(lake: Path) -> list[str]:
    return newest_artists(RawZone(open_storage(lake)), [CHART], SUNDAY)


def asked(lake: Path) -> list[str]:
    """The artists in the answers of MusicBrainz."""
    storage = open_storage(lake)
    calls = [call for key in genres_keys(storage) for call in read_genre_calls(storage, key)]
    return [one for call in calls if call.service == "musicbrainz" for one in call.asked]


def test_the_artists_of_followed_lists_are_asked_for_once(
    services: Services, read_lake: Path, command: Command
) -> None:
    expected = artists(read_lake)
    status, out, err = command("genres", "--lake", read_lake, *CONTACT)

    calls = -(-len(expected) // 50)
    assert (status, err, asked(read_lake)) == (0, [], expected)
    assert services.call_counts() == (calls, 1)
    assert services.musicbrainz.requests[0].user_agent.endswith(" ( you@example.org )")
    assert out[0].startswith(f"Genres of {len(expected)} artists: ")
    assert out[0].endswith(f"({calls} calls to MusicBrainz, 1 to ListenBrainz)")
    assert out[1:] == ["playlist-lake build makes tables of the answers."]

    # The address is kept, and all answers are fresh
    status, out, err = command("genres", "--lake", read_lake)
    assert (status, err, len(out)) == (0, [], 1)
    assert services.call_counts() == (calls, 1)


def test_an_address_is_required_before_any_call(
    services: Services, read_lake: Path, command: Command
) -> None:
    status, out, err = command("genres", "--lake", read_lake)
    assert (status, out, len(err)) == (1, [], 1)
    assert "run playlist-lake genres --contact ADDRESS once" in err[0]
    status, out, err = command("genres", "--lake", read_lake, "--contact", "me")
    assert (status, out, len(err)) == (2, [], 1)
    assert err[0].startswith("error: 'me' is not an e-mail or web address")
    assert services.call_counts() == (0, 0)


def test_a_lake_without_followed_lists_is_told_of_all(
    services: Services, tmp_path: Path, command: Command
) -> None:
    status, _, err = command("genres", "--lake", tmp_path, *CONTACT)
    assert (status, len(err)) == (1, 1)
    assert err[0].endswith("playlist-lake genres --all asks for every artist of the lake")
    assert services.call_counts() == (0, 0)


def test_a_service_that_refuses_is_one_sentence_and_the_next_run_continues(
    services: Services, read_lake: Path, command: Command
) -> None:
    services.listenbrainz.fault(faults.refused(429), times=2)
    status, _, err = command("genres", "--lake", read_lake, *CONTACT)
    assert status == 1
    assert err == [
        "warning: ListenBrainz refuses more calls for now (429), for the second time in this run; "
        "run again another day",
        err[1],
        "error: some artists were not asked for; see above",
    ]
    assert err[1].startswith("The next run asks for ")
    before, _ = services.call_counts()
    assert command("genres", "--lake", read_lake)[0] == 0
    assert services.call_counts() == (before, 3)


@pytest.mark.parametrize("has_contact", [True, False])
def test_genres_never_fail_a_run(
    services: Services, read_lake: Path, command: Command, has_contact: bool
) -> None:
    if has_contact:
        (read_lake / "config/contact.txt").write_text("you@example.org\n")
    services.musicbrainz.fault(faults.html_page(), times=None)
    status, out, err = command("run", "--no-build", "--genres", "--lake", read_lake)
    assert (status, out[0][:42]) == (0, "Snapshots of 2026-11-01: 1 already_present")
    assert err[:2] == ["extract 1 list", "ask for genres"]
    reason = "the response is empty" if has_contact else "config/contact.txt does not exist"
    (warning,) = [line for line in err if line.startswith("warning: ")]
    assert reason in warning


@pytest.mark.slow
@pytest.mark.usefixtures("spark", "logged_in")
def test_a_run_builds_the_genres_after_everything_else(
    services: Services, lake: Path, command: Command
) -> None:
    (lake / "config/contact.txt").write_text("you@example.org\n")
    status, out, err = command("run", "--genres", "--lake", lake)
    assert (status, err[-2:]) == (0, ["ask for genres", "write the report"])
    assert any(line.startswith("Genres of ") for line in out)
    con = connect(lake)
    matches = con.execute("SELECT artist_id FROM artist_matches ORDER BY 1").fetchall()
    assert [one for (one,) in matches] == sorted(artists(lake))
    assert con.execute("SELECT count(*) > 0 FROM artist_genres").fetchone() == (True,)

    before = services.call_counts()
    status, out, err = command("genres", "--all", "--lake", lake)
    assert (status, services.call_counts()) == (0, before)
    assert out[0].startswith(f"Genres of {len(matches)} artists: ")
