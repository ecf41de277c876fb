"""The extractor against the simulated Spotify, with a fake clock, sleep and random number."""

import gzip
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Response, request

from extract_lambda.credentials import EnvironmentStore
from extract_lambda.extraction import extract_playlists
from extract_lambda.outcomes import ExtractionReport, ListOutcome
from extract_lambda.raw_zone import RawZone
from extract_lambda.retries import CALL_MAX_S, RetryBudget
from extract_lambda.settings import ApiSettings
from extract_lambda.spotify_api import SpotifyApi
from extract_lambda.throttle import Throttle
from lake.outcomes import OutcomeRecord, outcomes_keys, read_outcomes
from lake.storage import open_storage
from simulator.spotify import SimulatedSpotify
from simulator.spotify.faults import Exchange, Fault

DAY = date(2026, 10, 3)
NOON = datetime(2026, 10, 3, 12, tzinfo=UTC)
OUTCOMES_KEY = re.compile(r"outcomes/snapshot_date=[\d-]{10}/\d{8}T\d{6}Z-[0-9a-f]{6}\.jsonl")
# Half of the largest jitter
CHANCE = 0.5


@dataclass
class Extractor:
    """Runs of the extractor over a lake in a folder; each run has a new client, like a process."""

    spotify: SimulatedSpotify
    lake: Path
    now: datetime = NOON
    waits: list[float] = field(default_factory=list)
    environ: dict[str, str] = field(default_factory=dict)
    settings: ApiSettings = field(default_factory=ApiSettings)
    call_max_s: float = CALL_MAX_S

    def __post_init__(self) -> None:
        credentials = self.spotify.credentials
        self.environ = {
            "SPOTIFY_CLIENT_ID": credentials.client_id,
            "SPOTIFY_CLIENT_SECRET": credentials.client_secret,
            "SPOTIFY_REFRESH_TOKEN": credentials.refresh_token,
        }
        self.settings = ApiSettings(
            api_url=self.spotify.api_url, token_url=f"{self.spotify.accounts_url}/api/token"
        )

    def clock(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(float(seconds))
        self.now += timedelta(seconds=seconds)

    def throttle(self) -> Throttle:
        return Throttle(open_storage(self.lake), self.clock)

    def api(self, budget: RetryBudget | None = None) -> SpotifyApi:
        return SpotifyApi(
            self.settings,
            EnvironmentStore(self.environ),
            self.throttle(),
            sleep=self.sleep,
            random=lambda: CHANCE,
            budget=budget,
        )

    def run(
        self,
        *playlists: str,
        snapshot_date: date = DAY,
        refresh: bool = False,
        time_left: Callable[[], float] | None = None,
        on_outcome: Callable[[ListOutcome], object] = lambda _: None,
        on_end: Callable[[ExtractionReport], object] = lambda _: None,
    ) -> ExtractionReport:
        return extract_playlists(
            playlists,
            RawZone(open_storage(self.lake)),
            self.api(RetryBudget(time_left=time_left, call_max_s=self.call_max_s)),
            snapshot_date=snapshot_date,
            clock=self.clock,
            refresh=refresh,
            time_left=time_left,
            on_outcome=on_outcome,
            on_end=on_end,
        )

    def run_one(self, playlist: str) -> ListOutcome:
        (outcome,) = self.run(playlist).outcomes
        return outcome

    @property
    def requests(self) -> list[str]:
        """The requests to the Web API, as PATH?QUERY below /v1."""
        return [
            f"{asked.path}?{asked.query}".removeprefix("/v1/")
            for asked in self.spotify.requests
            if asked.path.startswith("/v1/")
        ]

    @property
    def token_requests(self) -> int:
        return sum(asked.path == "/api/token" for asked in self.spotify.requests)

    @property
    def files(self) -> list[str]:
        """Every file of the lake, hidden ones too, apart from the outcomes."""
        found = (path for path in self.lake.rglob("*") if path.is_file())
        names = sorted(path.relative_to(self.lake).as_posix() for path in found)
        return [name for name in names if not OUTCOMES_KEY.fullmatch(name)]

    def outcomes(self, on: date = DAY) -> list[list[OutcomeRecord]]:
        """The records of each outcomes object of a date, in the order of the runs."""
        storage = open_storage(self.lake)
        return [read_outcomes(storage, key) for key in outcomes_keys(storage, on)]

    def records(self, playlist_id: str, on: date = DAY) -> list[Any]:
        path = self.lake / f"raw/snapshot_date={on}/{playlist_id}.jsonl.gz"
        return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]

    def items(self, playlist_id: str) -> list[Any]:
        return [
            item
            for record in self.records(playlist_id)
            if record["record"] == "items_page"
            for item in record["page"]["items"]
        ]


@dataclass(frozen=True)
class Answer(Fault):
    """A fixed response; `{sent}` in the body stands for the secrets of the request."""

    body: str | bytes = ""
    status: int = 200
    headers: Iterable[tuple[str, str]] = ()
    content_type: str = "application/json"

    def answer(self, exchange: Exchange) -> Response:  # noqa: ARG002
        sent = f"{request.headers.get('Authorization')} {request.get_data().decode()}"
        body = self.body
        if isinstance(body, str):
            body = body.replace("{sent}", sent)
        return Response(body, self.status, list(self.headers), content_type=self.content_type)


@dataclass(frozen=True)
class Changed(Fault):
    """The ordinary response with a changed body."""

    change: Callable[[dict[str, Any]], object]

    def answer(self, exchange: Exchange) -> Response:
        response = exchange.ordinary()
        body = response.get_json()
        self.change(body)
        response.set_data(json.dumps(body))
        return response


@dataclass(frozen=True)
class Alias(Fault):
    """Serves one list under any id."""

    source: str

    def answer(self, exchange: Exchange) -> Response:
        asked = request.view_args or {}
        alias = asked["playlist_id"]
        asked["playlist_id"] = self.source
        response = exchange.ordinary()
        response.set_data(response.get_data().replace(self.source.encode(), alias.encode()))
        return response


def set_key(key: str, value: Any) -> Changed:
    return Changed(lambda body: body.update({key: value}))


def drop_key(key: str) -> Changed:
    return Changed(lambda body: body.pop(key))
