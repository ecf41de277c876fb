"""Three days of the deployed stack, with a laptop's lake before them and failures after them."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from playlist_lake.demo import DATES
from simulator.listenbrainz import SimulatedListenBrainz
from simulator.musicbrainz import SimulatedMusicBrainz
from simulator.spotify import SimulatedSpotify, faults, library
from simulator.world.catalogue import SimulatedCatalogue
from simulator.world.genres import invented_directory
from simulator.world.payloads import Generation
from tests.cloud.deployed import Deployed, Invoked
from tests.support.genre_objects import artist_id, listenbrainz, mbid, musicbrainz, object_of
from tests.support.job_scripts import Ended
from tests.support.oracle import Snapshot

TODAY = datetime.now(UTC).date()
D1, D2, D3 = (TODAY - timedelta(days=days) for days in (2, 1, 0))
# Older than RETENTION_DAYS of tests/cloud/stack.py
EXPIRED = TODAY - timedelta(days=400)
LAPTOP: dict[date, Generation] = {
    DATES[-3]: "legacy",
    DATES[-2]: "transitional",
    DATES[-1]: "2026",
}
CATALOGUE = SimulatedCatalogue()
CHART, _, MIXTAPE = CATALOGUE.playlist_ids
TORN = f"raw/snapshot_date={D3}/{CHART}.jsonl.gz"
HEARD = "heard"
# From a laptop: of two artists, one of which MusicBrainz does not know
KNOWN, UNKNOWN = artist_id(1), artist_id(2)
GENRES = (
    musicbrainz(f"{D1}T02:00:00.000Z", {KNOWN: [mbid(1)], UNKNOWN: []}),
    listenbrainz(
        f"{D1}T02:00:01.000Z",
        [mbid(1)],
        {mbid(1): [("trip hop", 3, mbid(101)), ("ambient", 1, mbid(102))]},
    ),
)
PAGE_ITEMS = 50


class Day(NamedTuple):
    """What the functions and the jobs did after one start by the schedule."""

    invoked: Invoked
    jobs: dict[str, Ended]
    events: list[Any]
    genres: tuple[Invoked, ...] = ()


@dataclass
class History:
    """Everything that ran, by name."""

    deployed: Deployed
    secrets: list[str]
    days: dict[str, Day] = field(default_factory=dict)
    # Runs of flatten_playlists that were started by hand
    by_hand: dict[str, Ended] = field(default_factory=dict)
    failures: dict[str, Invoked] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """All output of the functions and the jobs."""
        texts = [one.said for day in self.days.values() for one in (day.invoked, *day.genres)]
        texts += [one.said for one in self.failures.values()]
        texts += [one.said for one in self.by_hand.values()]
        texts += [one.said for day in self.days.values() for one in day.jobs.values()]
        return "\n".join(texts)


def run(deployed: Deployed, laptop: Path, expired: Path) -> History:
    """Run everything, on top of a laptop's lake and of a date past retention."""
    now = [datetime.combine(D1, time(), UTC)]
    directory = invented_directory(CATALOGUE.artists)
    with (
        listening(deployed),
        SimulatedSpotify(clock=lambda: now[0]) as spotify,
        SimulatedMusicBrainz(directory, _real_now) as musicbrainz,
        SimulatedListenBrainz(directory, _real_now) as listenbrainz,
    ):
        services = {"MUSICBRAINZ_URL": musicbrainz.url, "LISTENBRAINZ_URL": listenbrainz.url}
        settings = {
            "SPOTIFY_API_URL": spotify.api_url,
            "SPOTIFY_TOKEN_URL": f"{spotify.accounts_url}/api/token",
        }
        spotify.accounts.rotates_refresh_tokens = True
        credentials = spotify.credentials
        history = History(deployed, [credentials.client_secret, credentials.refresh_token])

        def fired(name: str, on: date, hour: int, *, tear: str | None = None) -> None:
            now[0] = datetime.combine(on, time(hour), UTC)
            invoked = deployed.invoke(now[0], settings)
            if tear:
                _tear(deployed, tear)
            events = heard(deployed)
            jobs = deployed.run_workflow(name) if events else {}
            # The event starts both at the same time; here the jobs end first
            genres = [deployed.invoke_genres(event, now[0], services) for event in events]
            history.days[name] = Day(invoked, jobs, events, tuple(genres))

        def started(name: str, arguments: dict[str, str]) -> None:
            flatten = deployed.outputs["jobs"]["flatten_playlists"]
            history.by_hand[name] = deployed.run_job(flatten, name, arguments)

        _copy_raw_zone(deployed, laptop)
        _copy_raw_zone(deployed, expired)
        _put(deployed, *object_of("r1", *GENRES))
        _put_secret(deployed, credentials._asdict())
        _follow(deployed, [*spotify.playlist_ids, library.SOMEBODY_ELSES_ID])
        started("expired", {"--snapshot_dates": str(EXPIRED), "--retention_days": "500"})
        fired("first", D1, 3)
        fired("second", D2, 3)
        fired("second-again", D2, 6)
        started("rebuilt", {"--snapshot_dates": str(D2)})
        fired("third", D3, 3, tear=TORN)
        _fail(history, spotify, now[0], settings)
    return history


def _real_now() -> datetime:
    """The time that passes while a function waits."""
    return datetime.now(UTC)


def served(
    on: date, playlist_ids: Iterable[str], generation: Generation = "2026"
) -> list[Snapshot]:
    """The lists of a date as the simulated Spotify served them to the function at 03:00."""
    found = []
    for playlist_id in playlist_ids:
        playlist = CATALOGUE.playlist(playlist_id, on, generation)
        total = (playlist.get("items") or playlist["tracks"])["total"]
        pages = [
            CATALOGUE.items_page(playlist_id, on, generation, offset=offset)
            for offset in range(0, total, PAGE_ITEMS)
        ]
        found.append(
            Snapshot(
                on,
                playlist_id,
                [(page["offset"], page["items"]) for page in pages],
                total,
                playlist,
                source="127.0.0.1",
                fetched_at=datetime.combine(on, time(3), UTC),
            )
        )
    return found


def _follow(deployed: Deployed, lines: Iterable[str]) -> None:
    """Write which lists are followed."""
    body = "".join(f"{line}\n" for line in lines).encode()
    _put(deployed, "config/playlists.txt", body)


def _fail(
    history: History, spotify: SimulatedSpotify, now: datetime, settings: dict[str, str]
) -> None:
    """Let the function fail in the ways that only a user can repair, and be throttled."""
    deployed = history.deployed
    kept = _secret(deployed)
    history.secrets.append(kept["refresh_token"])
    _delete(deployed, f"raw/snapshot_date={D3}/{MIXTAPE}.jsonl.gz")
    _put(deployed, "config/playlists.txt", b"\xff\xfe\x00 no text")
    history.failures["unreadable list of lists"] = deployed.invoke(now, settings)
    _follow(deployed, spotify.playlist_ids)
    _put_secret(deployed, dict.fromkeys(kept, ""))
    history.failures["empty secret"] = deployed.invoke(now, settings)
    _put_secret(deployed, kept)
    spotify.fault(faults.RateLimited(retry_after_s=7200))
    later = now + timedelta(hours=1)
    history.days["throttled"] = Day(deployed.invoke(later, settings), {}, heard(deployed))
    _delete(deployed, "state/throttled_until.json")
    spotify.accounts.revoke()
    later += timedelta(hours=1)
    history.failures["revoked token"] = deployed.invoke(later, settings)
    # The outcomes have changed; nothing is built from them here
    heard(deployed)


def _copy_raw_zone(deployed: Deployed, laptop: Path) -> None:
    """Copy a laptop's raw zone into the bucket, as `aws s3 sync` does."""
    for path in sorted((laptop / "raw").rglob("*.jsonl.gz")):
        _put(deployed, path.relative_to(laptop).as_posix(), path.read_bytes())


def _put(deployed: Deployed, key: str, body: bytes) -> None:
    deployed.cloud.client("s3").put_object(Bucket=deployed.bucket, Key=key, Body=body)


def _put_secret(deployed: Deployed, credentials: dict[str, str]) -> None:
    content = {"authorized_at": f"{D1}T00:00:00Z"} | credentials
    deployed.cloud.client("secretsmanager").put_secret_value(
        SecretId=deployed.outputs["secret"], SecretString=json.dumps(content)
    )


def _secret(deployed: Deployed) -> dict[str, str]:
    client = deployed.cloud.client("secretsmanager")
    answer = client.get_secret_value(SecretId=deployed.outputs["secret"])
    return dict(json.loads(answer["SecretString"]))


def _tear(deployed: Deployed, key: str) -> None:
    """Truncate an object."""
    body = deployed.cloud.client("s3").get_object(Bucket=deployed.bucket, Key=key)["Body"].read()
    _put(deployed, key, body[: len(body) // 2])


def _delete(deployed: Deployed, key: str) -> None:
    deployed.cloud.client("s3").delete_object(Bucket=deployed.bucket, Key=key)


@contextmanager
def listening(deployed: Deployed) -> Iterator[None]:
    """Send the events that the deployed rule matches to a queue of the test too."""
    queues, events = deployed.cloud.client("sqs"), deployed.cloud.client("events")
    url = queues.create_queue(QueueName=HEARD)["QueueUrl"]
    found = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    target = {"Id": "of the test", "Arn": found["QueueArn"]}
    events.put_targets(Rule=deployed.rule, Targets=[target])
    yield
    events.remove_targets(Rule=deployed.rule, Ids=[target["Id"]])
    queues.delete_queue(QueueUrl=url)


def heard(deployed: Deployed) -> list[Any]:
    """The events since the last call, while listening."""
    client = deployed.cloud.client("sqs")
    url = client.get_queue_url(QueueName=HEARD)["QueueUrl"]
    found = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for message in found:
        client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in found]
