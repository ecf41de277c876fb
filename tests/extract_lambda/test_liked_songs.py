"""Liked Songs: read whole from `/me/tracks`, newest first, and again if they change meanwhile."""

import json
from typing import Any

import boto3
import pytest

from extract_lambda.outcomes import ListOutcome
from simulator.spotify import SimulatedSpotify, faults
from simulator.spotify.faults import Fault
from simulator.world.payloads import Generation
from tests.extract_lambda.cloud import SECRET, Cloud
from tests.extract_lambda.extractor import NOON, Answer, Changed, Extractor, set_key
from tests.support.simulated_client import Client

LIKED = "liked-songs"
ME = "/v1/me/tracks"


def served(spotify: SimulatedSpotify) -> list[Any]:
    """All rows, as another client gets them."""
    client = Client(spotify)
    client.log_in("user-library-read")
    page = client.get("/me/tracks", limit=50).json()
    rows: list[Any] = page["items"]
    while page["next"]:
        page = client.get(page["next"]).json()
        rows += page["items"]
    return rows


@pytest.fixture
def size(extractor: Extractor) -> int:
    found = len(served(extractor.spotify))
    # So that a page more or less does not matter to the tests
    assert found % 50 > 2
    return found


def pages(size: int) -> int:
    return -(-size // 50)


def log_in_as_before(spotify: SimulatedSpotify) -> str:
    """A refresh token of a login from before Liked Songs could be followed."""
    return Client(spotify).log_in("playlist-read-private playlist-read-collaborative")


def test_liked_songs_are_read_whole_and_their_number_before_and_after(
    extractor: Extractor, size: int
) -> None:
    before = len(extractor.requests)

    assert extractor.run_one(LIKED) == ListOutcome(
        LIKED,
        "extracted",
        f"playlist {LIKED} was read completely: {size} items",
        items=size,
        calls=pages(size) + 2,
    )

    assert extractor.requests[before:] == [
        "me/tracks?limit=1&offset=0",
        "me/tracks?limit=50&offset=0",
        *[f"me/tracks?offset={offset}&limit=50" for offset in range(50, size, 50)],
        "me/tracks?limit=1&offset=0",
    ]
    assert extractor.waits == []


@pytest.mark.parametrize("generation", ["legacy", "transitional", "2026"])
def test_the_raw_object_has_the_rows_as_received_and_a_playlist_object_of_its_own(
    extractor: Extractor, generation: Generation
) -> None:
    extractor.spotify.generation = generation
    rows = served(extractor.spotify)

    outcome = extractor.run_one("https://open.spotify.com/collection/tracks")

    assert outcome.sentence.endswith(f"{len(rows)} items")
    head, *_, end = extractor.records(LIKED)
    assert {key: head[key] for key in ("record", "playlist_id", "playlist")} == {
        "record": "playlist",
        "playlist_id": LIKED,
        "playlist": {"collaborative": False, "id": LIKED, "name": "Liked Songs", "public": False},
    }
    assert (end["item_count"], end["total"]) == (len(rows), len(rows))
    assert end["spotify_snapshot_id"] is None
    assert extractor.items(LIKED) == rows


def test_unknown_keys_of_a_row_are_dropped(extractor: Extractor) -> None:
    changed = Changed(lambda body: body["items"][0].update({"added_by": {"id": "ann"}, "who": 1}))
    extractor.spotify.fault(changed, path=ME, after=1)

    outcome = extractor.run_one(LIKED)

    assert outcome.sentence.endswith("; dropped unknown keys: items[].who (1)")
    assert extractor.items(LIKED)[0].keys() == {"added_at", "track"}


@pytest.mark.parametrize(
    ("changed_at", "first_calls"),
    [
        # The second page says one song less than the first
        (2, 3),
        # The last call says one song less than the pages
        (-1, None),
    ],
)
def test_liked_songs_that_change_while_they_are_read_are_read_again(
    extractor: Extractor, size: int, changed_at: int, first_calls: int | None
) -> None:
    whole = pages(size) + 2
    extractor.spotify.fault(faults.Edited(), path=ME, after=changed_at % whole)

    outcome = extractor.run_one(LIKED)

    calls = (first_calls or whole) + whole
    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", size - 1, calls)
    assert extractor.items(LIKED) == served(extractor.spotify)
    assert extractor.waits == []


def test_another_newest_song_is_a_change_even_if_their_number_is_the_same(
    extractor: Extractor, size: int
) -> None:
    whole = pages(size) + 2
    other = Changed(lambda body: body["items"][0].update({"added_at": "2026-10-03T11:59:59Z"}))
    extractor.spotify.fault(other, path=ME, after=whole - 1)

    outcome = extractor.run_one(LIKED)

    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", size, 2 * whole)


def test_liked_songs_that_change_in_every_reading_are_not_stored(extractor: Extractor) -> None:
    extractor.spotify.fault(faults.Edited(), path=ME, times=None)

    outcome = extractor.run_one(LIKED)

    assert (outcome.outcome, outcome.cause) == ("failed", "answers_disagree")
    assert extractor.files == []


@pytest.mark.parametrize(
    ("fault", "calls"),
    [(faults.LeftOut(60), 2), (faults.LeftOut(0), 2)],
)
def test_a_song_that_spotify_leaves_out_makes_them_incomplete(
    extractor: Extractor, size: int, fault: Fault, calls: int
) -> None:
    extractor.spotify.fault(fault, path=ME, times=None)

    outcome = extractor.run_one(LIKED)

    assert (outcome.outcome, outcome.items) == ("incomplete", size - 1)
    assert outcome.calls == calls * (pages(size) + 2)


def test_no_liked_songs_are_read_twice(extractor: Extractor) -> None:
    extractor.spotify.fault(faults.Shrunk(to=0), path=ME, times=None)

    outcome = extractor.run_one(LIKED)

    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", 0, 2 + 2)
    assert extractor.waits == [3.0]


def test_there_may_be_more_than_10000(extractor: Extractor) -> None:
    def page(number: int) -> Answer:
        row = {"added_at": "2026-10-01T00:00:00Z", "track": {"uri": "spotify:track:x"}}
        text = json.dumps({"items": [row] * number, "total": number})
        return Answer(text)

    for number in (10_001,) * 3:
        extractor.spotify.fault(page(number), path=ME)

    assert extractor.run_one(LIKED).sentence == (
        f"playlist {LIKED} was read completely: 10,001 items"
    )


def test_a_next_that_leads_to_another_list_is_not_followed(extractor: Extractor) -> None:
    extractor.spotify.fault(faults.WrongNext(to="path"), path=ME, after=1, times=None)

    outcome = extractor.run_one(LIKED)

    assert (outcome.outcome, outcome.cause) == ("failed", "misleading_page")
    assert outcome.sentence == (
        f"the page of playlist {LIKED} at offset 0: its `next` is not a page of this list on the "
        "same server, so it was not followed; run again later"
    )


def test_a_page_of_another_list_is_not_taken_for_liked_songs(extractor: Extractor) -> None:
    chart = extractor.spotify.playlist_ids[0]
    href = f"{extractor.spotify.api_url}/playlists/{chart}/items?offset=0"
    extractor.spotify.fault(set_key("href", href), path=ME, times=None)

    assert extractor.run_one(LIKED).cause == "unreadable_response"


def test_a_rate_limit_is_waited_for(extractor: Extractor, size: int) -> None:
    extractor.spotify.fault(faults.RateLimited(retry_after_s=4), path=ME, after=2)

    outcome = extractor.run_one(LIKED)

    assert (outcome.outcome, outcome.calls) == ("extracted", pages(size) + 3)
    assert extractor.waits == [5.5]


def test_a_login_without_the_scope_needs_a_new_one_and_the_other_lists_are_read(
    extractor: Extractor,
) -> None:
    extractor.environ["SPOTIFY_REFRESH_TOKEN"] = log_in_as_before(extractor.spotify)
    chart = extractor.spotify.playlist_ids[0]

    refused, extracted = extractor.run(LIKED, chart).outcomes

    assert (refused.outcome, refused.calls) == ("forbidden", 1)
    assert refused.sentence == (
        'Spotify forbids GET /v1/me/tracks ("Insufficient client scope"): the login does not cover '
        "Liked Songs; run playlist-lake login again"
    )
    assert extracted.outcome == "extracted"
    (records,) = extractor.outcomes()
    assert (records[0].playlist_id, records[0].reason) == (LIKED, refused.sentence)


def test_the_lambda_reads_liked_songs(cloud: Cloud) -> None:
    cloud.follow(LIKED)

    assert cloud.run()["lists"]["extracted"] == 1

    assert f"raw/snapshot_date={NOON.date()}/{LIKED}.jsonl.gz" in cloud.objects()
    assert cloud.run({"playlist_ids": [LIKED]})["lists"]["already_present"] == 1


def test_an_old_login_of_the_lambda_is_a_forbidden_list(cloud: Cloud) -> None:
    cloud.follow(LIKED)
    old = cloud.spotify.credentials._replace(refresh_token=log_in_as_before(cloud.spotify))
    text = json.dumps(old._asdict())
    boto3.client("secretsmanager").put_secret_value(SecretId=SECRET, SecretString=text)

    assert cloud.run()["lists"]["forbidden"] == 1
