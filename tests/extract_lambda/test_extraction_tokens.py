"""Tokens in a run: expired, revoked, rotated, or unavailable."""

from datetime import timedelta
from pathlib import Path

import pytest

from extract_lambda.credentials import Credentials, CredentialStore, FileStore
from extract_lambda.errors import ExtractError
from extract_lambda.extraction import extract_playlists
from extract_lambda.raw_zone import RawZone
from extract_lambda.spotify_api import SpotifyApi
from lake.storage import open_storage
from simulator.spotify import faults
from simulator.spotify.faults import Fault
from tests.extract_lambda.extractor import CHANCE, DAY, NOON, Answer, Extractor

ITEMS, TOKEN = "/v1/playlists/*/items", "/api/token"


def test_an_expired_access_token_is_renewed_once(extractor: Extractor) -> None:
    fresh = extractor.spotify.playlist_ids[1]
    extractor.spotify.fault(faults.TokenExpired(), path=ITEMS, after=1)

    outcome = extractor.run_one(fresh)

    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", 100, 5)
    assert extractor.token_requests == 2
    assert extractor.waits == []


def test_access_tokens_may_expire_several_times_in_a_long_run(extractor: Extractor) -> None:
    extractor.spotify.fault(faults.TokenExpired(), path=ITEMS, times=1)
    extractor.spotify.fault(faults.TokenExpired(), path=ITEMS, after=2, times=1)

    outcome = extractor.run_one(extractor.spotify.playlist_ids[2])

    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", 400, 12)
    assert extractor.token_requests == 3


def test_a_list_that_refuses_every_token_fails_alone(extractor: Extractor) -> None:
    chart, fresh, _ = extractor.spotify.playlist_ids
    unauthorised = Answer('{"error": {"status": 401, "message": "No"}}', 401)
    extractor.spotify.fault(unauthorised, path=f"/v1/playlists/{chart}", times=None)

    failed, extracted = extractor.run(chart, fresh).outcomes

    assert (failed.outcome, failed.cause, failed.calls) == ("failed", "access_token_refused", 2)
    assert failed.sentence == (
        f'Spotify refuses every access token for GET /v1/playlists/{chart} ("No"), even a new '
        "one; run playlist-lake login"
    )
    assert extracted.outcome == "extracted"
    assert extractor.token_requests == 2


@pytest.mark.parametrize("path", [ITEMS, TOKEN])
def test_a_revoked_token_stops_all_calls_and_asks_for_a_login(
    extractor: Extractor, path: str
) -> None:
    chart, fresh, _ = extractor.spotify.playlist_ids
    extractor.spotify.fault(faults.TokenRevoked(), path=path)

    report = extractor.run(chart, fresh)

    first, second = report.outcomes
    assert first.calls == (2 if path == ITEMS else 0)
    assert (first.outcome, first.cause) == ("failed", "login_needed")
    assert (second.outcome, second.cause) == ("failed", "login_needed")
    assert first.sentence == (
        'Spotify no longer accepts the refresh token ("Refresh token revoked"): access was '
        "revoked, or the login is over six months old; run playlist-lake login"
    )
    assert second.calls == 0
    assert extractor.token_requests == (2 if path == ITEMS else 1)
    assert extractor.waits == []
    assert extractor.files == []


def test_a_refresh_token_expires_after_six_months(extractor: Extractor) -> None:
    extractor.spotify.advance(timedelta(days=183))

    outcome = extractor.run_one(extractor.spotify.playlist_ids[0])

    assert (outcome.outcome, outcome.cause, outcome.calls) == ("failed", "login_needed", 0)
    assert "Refresh token expired" in outcome.sentence


def test_a_wrong_client_secret_is_reported_without_its_value(extractor: Extractor) -> None:
    extractor.environ["SPOTIFY_CLIENT_SECRET"] = "not-the-secret-of-this-app"  # noqa: S105

    report = extractor.run(*extractor.spotify.playlist_ids)

    assert {(one.outcome, one.cause, one.calls) for one in report.outcomes} == {
        ("failed", "app_refused", 0)
    }
    assert "compare them with the app's page" in report.outcomes[0].sentence
    assert "not-the-secret" not in report.outcomes[0].sentence
    assert extractor.token_requests == 1


PASSING = [
    faults.ServerError(503, body="empty"),
    faults.ServerError(500, body="html"),
    faults.EmptyBody(),
    faults.HtmlPage(),
    faults.Torn(),
    faults.Cut(),
    Answer("[]"),
    Answer('{"access_token": "", "expires_in": 3600}'),
    Answer('{"access_token": "a\\nb", "expires_in": 3600}'),
    Answer('{"access_token": "abc", "expires_in": "3600"}'),
    Answer('{"access_token": "abc"}'),
]


@pytest.mark.parametrize("fault", PASSING)
def test_a_single_fault_of_the_token_url_costs_a_second(extractor: Extractor, fault: Fault) -> None:
    extractor.spotify.fault(fault, path=TOKEN)

    outcome = extractor.run_one(extractor.spotify.playlist_ids[0])

    assert (outcome.outcome, outcome.calls, extractor.waits) == ("extracted", 3, [1.0])
    assert extractor.token_requests == 2


@pytest.mark.parametrize("fault", PASSING)
def test_all_lists_fail_after_four_attempts_to_get_a_token(
    extractor: Extractor, fault: Fault
) -> None:
    extractor.spotify.fault(fault, path=TOKEN, times=None)

    report = extractor.run(*extractor.spotify.playlist_ids)

    assert {(one.outcome, one.cause, one.calls) for one in report.outcomes} == {
        ("failed", "no_access_token", 0)
    }
    assert report.outcomes[0].sentence.startswith("Spotify gives no access token: ")
    assert extractor.token_requests == 4
    assert extractor.waits == [1.0, 2.0, 4.0]


def test_credentials_are_not_sent_to_another_url(extractor: Extractor) -> None:
    elsewhere = ("Location", f"{extractor.spotify.api_url}/elsewhere")
    extractor.spotify.fault(Answer(status=307, headers=[elsewhere]), path=TOKEN)

    outcome = extractor.run_one(extractor.spotify.playlist_ids[0])

    assert (outcome.outcome, outcome.cause) == ("failed", "redirected")
    assert [asked.path for asked in extractor.spotify.requests] == [TOKEN]


def test_the_users_netrc_and_proxy_are_ignored(
    extractor: Extractor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    assert extractor.run_one(extractor.spotify.playlist_ids[0]).outcome == "extracted"


def test_a_rotated_refresh_token_is_saved_in_its_store(
    extractor: Extractor, tmp_path: Path
) -> None:
    chart, fresh, _ = extractor.spotify.playlist_ids
    given = extractor.spotify.credentials
    store = FileStore(tmp_path / "credentials.toml")
    store.save(Credentials(*given, authorized_at=NOON))
    extractor.spotify.accounts.rotates_refresh_tokens = True
    extractor.spotify.fault(faults.TokenExpired(), path=ITEMS)

    for playlist_id in (chart, fresh):
        report = run_with(extractor, store, playlist_id)
        assert report == ("extracted", None)

    kept = store.load()
    assert kept.refresh_token != given.refresh_token
    assert (kept.client_id, kept.client_secret) == (given.client_id, given.client_secret)
    assert kept.authorized_at == NOON
    # The old tokens are invalid by now: each run used the one that was saved last
    assert extractor.token_requests == 3


@pytest.mark.parametrize(
    "refresh_token", ["", "two words", "two\nlines", "t\u00f6ken", "x" * 5000, None, 5, ["token"]]
)
def test_an_unusable_refresh_token_is_not_saved_and_reported_once(
    extractor: Extractor, tmp_path: Path, caplog: pytest.LogCaptureFixture, refresh_token: object
) -> None:
    store = FileStore(tmp_path / "credentials.toml")
    store.save(Credentials(*extractor.spotify.credentials, authorized_at=NOON))
    before = store.load()
    extractor.spotify.fault(faults.UnusableToken(refresh_token), path=TOKEN, times=None)
    extractor.spotify.fault(faults.TokenExpired(), path=ITEMS)

    assert run_with(extractor, store, extractor.spotify.playlist_ids[0]) == ("extracted", None)

    assert extractor.token_requests == 2
    assert store.load() == before
    warnings = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert warnings == [
        "Spotify gave a new refresh token that is empty or has characters that it cannot have; "
        "the old one is kept"
    ]


class FullStore(CredentialStore):
    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def load(self) -> Credentials:
        return self._credentials

    def save(self, credentials: Credentials) -> None:  # noqa: ARG002
        raise NoSpace("the safe is full; empty it")


class NoSpace(ExtractError):
    """The store is full."""


def test_a_rotated_token_that_cannot_be_saved_fails_the_run_after_its_lists(
    extractor: Extractor,
) -> None:
    extractor.spotify.accounts.rotates_refresh_tokens = True
    extractor.spotify.fault(faults.TokenExpired(), path=ITEMS)
    store = FullStore(Credentials(*extractor.spotify.credentials, authorized_at=None))

    outcome, unsaved = run_with(extractor, store, extractor.spotify.playlist_ids[0])

    assert (outcome, unsaved) == ("extracted", "the safe is full; empty it")


def run_with(
    extractor: Extractor, store: CredentialStore, playlist_id: str
) -> tuple[str, str | None]:
    """The outcome of the list, and why a new refresh token was not saved."""
    api = SpotifyApi(
        extractor.settings,
        store,
        extractor.throttle(),
        sleep=extractor.sleep,
        random=lambda: CHANCE,
    )
    report = extract_playlists(
        [playlist_id],
        RawZone(open_storage(extractor.lake)),
        api,
        snapshot_date=DAY,
        clock=extractor.clock,
    )
    unsaved = report.unsaved_token
    assert report.is_failure == (unsaved is not None)
    return report.outcomes[0].outcome, str(unsaved) if unsaved else None
