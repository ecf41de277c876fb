"""Spotify's Web API: the calls that playlist-lake makes, with retries and throttling."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tenacity import Retrying

from extract_lambda.access_token import AccessToken
from extract_lambda.credentials import CredentialStore
from extract_lambda.errors import ExtractError
from extract_lambda.pages import (
    MY_PLAYLISTS,
    PAGE_LIMIT,
    Listing,
    Page,
    items_of,
    next_page,
)
from extract_lambda.responses import (
    AccessTokenRefused,
    RateLimited,
    UnreadableResponse,
    check_api_response,
)
from extract_lambda.retries import RetryBudget, retrying
from extract_lambda.sessions import network_errors, open_session
from extract_lambda.settings import ApiSettings
from extract_lambda.throttle import Throttle
from lake.raw_format import LIKED_SONGS

if TYPE_CHECKING:
    import spotipy

# Spotify's lists have up to 10,000 items. A larger total would keep a run busy for hours
MAX_TOTAL = 100_000
_TYPES = ("track", "episode")

_Body = dict[str, Any]


class SpotifyApi:
    """Spotify's Web API, for one run.

    Calls with a RetryableError are repeated, with waits within the budget. A long rate limit or a
    spent quota stops all calls until it ends, in later runs too. The first call requests the
    access token; a call that finds it expired renews it once.

    `clock` gives the time in UTC, `sleep` waits for seconds, `random` gives a number from 0 to 1.
    """

    def __init__(
        self,
        settings: ApiSettings,
        credentials: CredentialStore,
        throttle: Throttle,
        *,
        sleep: Callable[[float], None],
        random: Callable[[], float],
        budget: RetryBudget | None = None,
    ) -> None:
        self.host = settings.host
        self.calls = 0
        """Requests to the Web API so far, with retries, without those for tokens."""
        self._settings = settings
        self._throttle = throttle
        self._budget = budget or RetryBudget()
        self._sleep = sleep
        self._random = random
        self._token = AccessToken(settings, credentials, throttle, self._budget, self._retrying)
        self._is_authorised = False

    @property
    def unsaved_token(self) -> ExtractError | None:
        """Why a new refresh token could not be saved; None if there was no error."""
        return self._token.unsaved

    def playlist(self, playlist_id: str) -> _Body:
        """The playlist object, which may include the first items; raises ApiError."""

        def check(body: _Body) -> bool:
            return body.get("id") == playlist_id and _has_snapshot_id(body)

        return self._call(
            lambda client: client.playlist(playlist_id, additional_types=_TYPES),
            check,
            f"playlist {playlist_id}",
        )

    def pages(self, listing: Listing) -> Iterator[Page]:
        """The pages of a listing in order, at least one; raises ApiError."""
        offset, url = 0, None
        while True:
            page = self._page(listing, offset, url)
            yield page
            if not (following := next_page(page, listing, self._settings.api_url)):
                return
            offset, url = following
            del page

    def newest_liked_song(self) -> Page:
        """A page with only the newest of Liked Songs, or with none; raises ApiError."""
        return self._page(items_of(LIKED_SONGS), limit=1)

    def user_id(self) -> str:
        """The id of the user who is logged in, as in the `owner` of a list; raises ApiError."""
        body = self._call(
            lambda client: client.me(), lambda body: isinstance(body.get("id"), str), "the user"
        )
        found: str = body["id"]
        return found

    def snapshot_id(self, playlist_id: str) -> str | None:
        """Spotify's id of the current version of a list; raises ApiError."""
        body = self._call(
            lambda client: client.playlist(
                playlist_id, fields="snapshot_id", additional_types=_TYPES
            ),
            _has_snapshot_id,
            f"the snapshot id of playlist {playlist_id}",
        )
        found: str | None = body["snapshot_id"]
        return found

    def pause(self, seconds: float) -> bool:
        """Wait before the next call; False, without a wait, if the run has no time for both."""
        if not self._budget.allows(seconds):
            return False
        self._budget.spend(seconds)
        self._sleep(seconds)
        return True

    def _page(
        self, listing: Listing, offset: int = 0, url: str | None = None, limit: int = PAGE_LIMIT
    ) -> Page:
        """The page at a URL; without one, the first page."""
        what = f"the page of {listing.name} at offset {offset}"
        call, check = _page_call(listing, url, limit), _page_check(listing, offset)
        return Page(offset, self._call(call, check, what))

    def _call(
        self, call: Callable[[spotipy.Spotify], Any], check: Callable[[_Body], bool], what: str
    ) -> _Body:
        self._throttle.check()
        try:
            body: _Body = self._retrying()(self._attempt, call, check, what)
        except RateLimited as limit:
            raise self._throttle.begin(limit) from limit
        return body

    def _attempt(
        self, call: Callable[[spotipy.Spotify], Any], check: Callable[[_Body], bool], what: str
    ) -> _Body:
        if not self._is_authorised:
            self._renew()
        try:
            body = self._request(call, what)
        except AccessTokenRefused:
            self._renew()
            body = self._request(call, what)
        if not isinstance(body, dict) or not check(body):
            raise UnreadableResponse(f"{what}: the response is empty or damaged; run again later")
        return body

    @cached_property
    def _client(self) -> spotipy.Spotify:
        # spotipy is slow to import, and a run without a call does not need it
        import spotipy

        client = spotipy.Spotify(
            requests_session=open_session(
                self._settings.api_url, check_api_response, self._budget.call_limit_s
            ),
        )
        client.prefix = f"{self._settings.api_url}/"
        return client

    def _request(self, call: Callable[[spotipy.Spotify], Any], what: str) -> Any:
        self.calls += 1
        with network_errors(what):
            try:
                return call(self._client)
            except RecursionError as error:
                raise UnreadableResponse(
                    f"{what}: the response is nested too deeply; run again later"
                ) from error

    def _renew(self) -> None:
        # If the renewal fails, no later call uses the old token
        self._is_authorised = False
        self._client.set_auth(self._token.renew())
        self._is_authorised = True

    def _retrying(self) -> Retrying:
        return retrying(self._budget, self._sleep, self._random)


def _page_call(listing: Listing, url: str | None, limit: int) -> Callable[[spotipy.Spotify], Any]:
    if url is not None:
        return lambda client: client.next({"next": url})
    if listing == MY_PLAYLISTS:
        return lambda client: client.current_user_playlists(limit)
    if listing == items_of(LIKED_SONGS):
        return lambda client: client.current_user_saved_tracks(limit)
    playlist_id = listing.path.removeprefix("/playlists/")
    return lambda client: client.playlist_items(playlist_id, limit=limit, additional_types=_TYPES)


def _page_check(listing: Listing, offset: int) -> Callable[[_Body], bool]:
    def check(body: _Body) -> bool:
        total = body.get("total")
        named = re.search(r"/playlists/[0-9A-Za-z]{22}(?=/)", str(body.get("href")))
        return (
            isinstance(body.get("items"), list)
            and type(total) is int
            and 0 <= total <= MAX_TOTAL
            and body.get("offset", offset) == offset
            and (not named or named[0] == listing.path)
        )

    return check


def _has_snapshot_id(body: _Body) -> bool:
    return "snapshot_id" in body and isinstance(body["snapshot_id"], str | None)
