"""The calls to MusicBrainz and ListenBrainz: serial, slow enough, with the extraction's retries."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from requests import Response
from tenacity import Retrying

from extract_lambda.error_bodies import json_body, read_error_body
from extract_lambda.errors import ExtractError
from extract_lambda.genres.settings import GenreSettings, user_agent
from extract_lambda.responses import (
    PermanentError,
    RateLimited,
    RequestRefused,
    UnreadableResponse,
    check_any,
    retry_after_s,
)
from extract_lambda.retries import MAX_SHORT_WAIT_S, RetryBudget, retrying
from extract_lambda.sessions import network_errors, open_session
from lake.genre_answers import (
    SPOTIFY_ARTIST_URL,
    AnswerNotUnderstood,
    GenreCall,
    Service,
    check_answer,
)

# MusicBrainz cuts lists above 100 without a word; 100 URLs are near the limits of request lines
MAX_ASKED: dict[Service, int] = {"musicbrainz": 50, "listenbrainz": 100}
"""The most ids in a call."""
# At most one a second on average, else MusicBrainz refuses every call
MUSICBRAINZ_PAUSE_S = 1.1
MAX_REFUSALS = 2
"""A run ends at this refusal."""
# The refusal of a service that does not say how long to wait
_DEFAULT_WAIT_S = 10.0

_NAMES: dict[Service, str] = {"musicbrainz": "MusicBrainz", "listenbrainz": "ListenBrainz"}


class Refused(PermanentError):
    """A service refuses more calls for now."""


class OutOfTime(ExtractError):
    """The run is about to be killed."""


class GenreApi:
    """MusicBrainz and ListenBrainz, for one run; one call at a time.

    Calls with a RetryableError are repeated, with waits within the budget. The first refusal is
    waited for if it is short; the second one, of either service, is Refused.

    `clock` gives the time in UTC, `sleep` waits for seconds, `random` gives a number from 0 to 1.
    """

    def __init__(
        self,
        settings: GenreSettings,
        contact: str,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        random: Callable[[], float],
        budget: RetryBudget | None = None,
    ) -> None:
        self.calls = Counter[Service]()
        """Requests so far, with retries."""
        self._settings = settings
        self._headers = {"User-Agent": user_agent(contact), "Accept": "application/json"}
        self._clock = clock
        self._sleep = sleep
        self._random = random
        self._budget = budget or RetryBudget()
        self._refusals = 0
        # When the pause before the next call began, and its seconds
        self._pauses: dict[Service, tuple[datetime, float]] = {}
        self._sessions = {
            service: open_session(
                settings.url(service), self._check_for(service), self._budget.call_limit_s
            )
            for service in _NAMES
        }

    def ask(self, service: Service, ids: Sequence[str]) -> GenreCall:
        """Ask for artists of Spotify (MusicBrainz), or for MBIDs (ListenBrainz): MAX_ASKED ids.

        Raises ApiError, OutOfTime, and AnswerNotUnderstood, for this answer only.
        """
        what = f"{_NAMES[service]} about {len(ids)} artist{'s' if len(ids) > 1 else ''}"
        call: GenreCall = self._retrying()(self._attempt, service, tuple(ids), what)
        try:
            check_answer(call)
        except AnswerNotUnderstood as error:
            raise AnswerNotUnderstood(f"{what}, the first is {ids[0]}: {error}") from error
        return call

    def _attempt(self, service: Service, ids: tuple[str, ...], what: str) -> GenreCall:
        self._wait(service)
        self.calls[service] += 1
        with network_errors(what):
            response = self._sessions[service].get(
                self._settings.url(service), params=_parameters(service, ids), headers=self._headers
            )
        answer = json_body(response)
        if answer is None:
            raise UnreadableResponse(
                f"{what}: the response is empty, damaged or not JSON; run again later"
            )
        return GenreCall(service, self._clock(), ids, response.status_code, answer)

    def _wait(self, service: Service) -> None:
        """Wait until the service accepts a call; raises Refused, OutOfTime."""
        now = self._clock()
        began, pause_s = self._pauses.get(service, (now, 0.0))
        # The clock may have been set back
        wait_s = pause_s - max(0.0, (now - began).total_seconds())
        if wait_s > MAX_SHORT_WAIT_S:
            raise Refused(
                f"{_NAMES[service]} accepts no calls for {wait_s:,.0f} s; run again after that"
            )
        if not self._budget.has_time(max(0.0, wait_s)):
            raise OutOfTime("this run is almost out of time; the next one asks for the rest")
        if wait_s > 0:
            self._sleep(wait_s)
        if service == "musicbrainz":
            self._pauses[service] = (self._clock(), MUSICBRAINZ_PAUSE_S)

    def _check_for(self, service: Service) -> Callable[..., None]:
        """The check of a service's responses: raises ApiError if one has no answer."""

        def check(response: Response, **_: Any) -> None:
            name, status = _NAMES[service], response.status_code
            self._obey(service, response)
            if status in (429, 503):
                raise self._refusal(name, response)
            check_any(response, name)
            # MusicBrainz's answer if it does not know the only artist
            is_answer = status == 404 and service == "musicbrainz"
            if status >= 300 and not is_answer:
                message = read_error_body(response).message
                why = f' ("{message}")' if message else ""
                raise RequestRefused(f"{name} refuses a call with {status}{why}; run again later")

        return check

    def _obey(self, service: Service, response: Response) -> None:
        """Begin the pause that a response asks for, if it says that no calls remain."""
        reset_s = _seconds(response, "X-RateLimit-Reset-In")
        if _seconds(response, "X-RateLimit-Remaining") == 0 and reset_s is not None:
            least_s = MUSICBRAINZ_PAUSE_S if service == "musicbrainz" else 0.0
            self._pauses[service] = (self._clock(), max(reset_s, least_s))

    def _refusal(self, name: str, response: Response) -> Refused | RateLimited:
        self._refusals += 1
        message = f"{name} refuses more calls for now ({response.status_code})"
        if self._refusals >= MAX_REFUSALS:
            return Refused(f"{message}, for the second time in this run; run again another day")
        wait_s = retry_after_s(response)
        if wait_s is None:
            wait_s = _seconds(response, "X-RateLimit-Reset-In")
        return RateLimited(
            f"{message}; run again later",
            _DEFAULT_WAIT_S if wait_s is None else wait_s,
            is_quota=False,
        )

    def _retrying(self) -> Retrying:
        return retrying(self._budget, self._sleep, self._random)


def _parameters(service: Service, ids: Sequence[str]) -> list[tuple[str, str]]:
    if service == "musicbrainz":
        resources = [("resource", f"{SPOTIFY_ARTIST_URL}{artist_id}") for artist_id in ids]
        return [*resources, ("inc", "artist-rels"), ("fmt", "json")]
    return [("artist_mbids", ",".join(ids)), ("inc", "tag")]


def _seconds(response: Response, header: str) -> float | None:
    """A header that is a number of seconds, or a number of calls."""
    text = response.headers.get(header, "").strip()
    return float(text) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text) else None
