"""The demo's extraction over HTTP, without the tables that are built from it."""

from datetime import date
from pathlib import Path

import pytest

from extract_lambda.genres.candidates import newest_artists
from extract_lambda.raw_zone import RawZone
from lake.genre_answers import genres_of_mbids
from lake.genres import genres_keys, read_genre_calls
from lake.storage import open_storage
from playlist_lake.demo import (
    DATES,
    DemoFailed,
    NoDemoLake,
    is_written,
    write_demo,
    write_demo_genres,
)
from simulator import spotify as simulated_spotify
from simulator.spotify import SimulatedSpotify, faults
from tests.playlist_lake.conftest import Command
from tests.support.saved_responses import raw
from tests.support.simulated_client import catalogue

# One day per generation of payloads
THREE_DAYS = DATES[-3:]
CHART, FRESH, MIXTAPE = catalogue().playlist_ids


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> list[SimulatedSpotify]:
    """The servers that demos have started."""
    started: list[SimulatedSpotify] = []

    class Watched(SimulatedSpotify):
        def __enter__(self) -> "Watched":
            started.append(self)
            return super().__enter__()

    monkeypatch.setattr(simulated_spotify, "SimulatedSpotify", Watched)
    return started


def test_every_day_is_extracted_over_http_as_of_that_day(
    servers: list[SimulatedSpotify], tmp_path: Path
) -> None:
    done: list[date] = []
    write_demo(tmp_path, THREE_DAYS, done.append)
    assert done == list(THREE_DAYS)
    (spotify,) = servers
    # ⌈items / 50⌉ + 2 calls for a list, and a token a day
    assert len(spotify.requests) == 3 * (3 + 4 + 10 + 1)
    assert {one.status for one in spotify.requests} == {200}
    for on, keys in zip(THREE_DAYS, ({"track"}, {"item", "track"}, {"item"}), strict=True):
        records = raw(tmp_path, CHART, on)
        served = catalogue().items_page(CHART, on, "2026", limit=50)["items"]
        rows = records[1]["page"]["items"]
        assert set(rows[0]) & {"item", "track"} == keys
        assert [(row.get("item") or row["track"])["uri"] for row in rows] == [
            row["item"]["uri"] for row in served
        ]
        assert {record["source"] for record in records} == {"127.0.0.1"}
        assert all(record["fetched_at"].startswith(f"{on}T06:00:0") for record in records)
        assert raw(tmp_path, FRESH, on)[-1]["item_count"] == 100
        assert raw(tmp_path, MIXTAPE, on)[-1]["item_count"] == 400


def test_a_second_demo_asks_only_for_what_is_missing(
    servers: list[SimulatedSpotify], tmp_path: Path
) -> None:
    on = THREE_DAYS[-1]
    write_demo(tmp_path, [on], lambda _: None)
    (tmp_path / f"raw/snapshot_date={on}/{FRESH}.jsonl.gz").unlink()
    write_demo(tmp_path, [on], lambda _: None)
    asked = [one.path for one in servers[1].requests if one.path.startswith("/v1/")]
    assert {path.split("/")[3] for path in asked} == {FRESH}


def test_the_demo_is_written_once_every_list_of_every_date_is_there(tmp_path: Path) -> None:
    assert not is_written(tmp_path, THREE_DAYS)
    write_demo(tmp_path, THREE_DAYS, lambda _: None)
    assert not is_written(tmp_path, THREE_DAYS)
    write_demo_genres(tmp_path, THREE_DAYS[-1])
    assert is_written(tmp_path, THREE_DAYS)
    (tmp_path / f"raw/snapshot_date={THREE_DAYS[1]}/{FRESH}.jsonl.gz").unlink()
    assert not is_written(tmp_path, THREE_DAYS)
    (tmp_path / f"raw/snapshot_date={THREE_DAYS[1]}/other.jsonl.gz").touch()
    with pytest.raises(NoDemoLake, match=r"such as raw/.*/other\.jsonl\.gz"):
        is_written(tmp_path, THREE_DAYS)


def test_genres_of_the_last_day_are_asked_for_over_http(tmp_path: Path) -> None:
    write_demo(tmp_path, THREE_DAYS[-1:], lambda _: None)
    write_demo_genres(tmp_path, THREE_DAYS[-1])
    storage = open_storage(tmp_path)
    (key,) = genres_keys(storage)
    assert key.startswith("genres/fetched_on=2026-10-31/")
    calls = read_genre_calls(storage, key)
    artists = newest_artists(RawZone(storage), catalogue().playlist_ids, THREE_DAYS[-1])
    asked = [one for call in calls if call.service == "musicbrainz" for one in call.asked]
    assert asked == artists
    assert any(genres for genres in genres_of_mbids(calls[-1]).values())
    write_demo_genres(tmp_path, THREE_DAYS[-1])
    assert genres_keys(storage) == [key]


def test_a_list_that_cannot_be_extracted_ends_the_demo_with_its_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Broken(SimulatedSpotify):
        def __enter__(self) -> "Broken":
            self.fault(faults.Forbidden("no_premium"), path=f"/v1/playlists/{FRESH}")
            return super().__enter__()

    monkeypatch.setattr(simulated_spotify, "SimulatedSpotify", Broken)
    sentence = r"the simulated snapshots of 2026-10-29 could not be taken: .* no Premium"
    with pytest.raises(DemoFailed, match=sentence):
        write_demo(tmp_path, THREE_DAYS, lambda _: None)
    assert not list(tmp_path.glob("raw/snapshot_date=2026-10-30/*"))


def test_the_demo_is_never_mixed_with_other_snapshots(tmp_path: Path, command: Command) -> None:
    other = tmp_path / "raw/snapshot_date=2026-10-31/37i9dQZEVXbMDoHDwVN2tF.jsonl.gz"
    other.parent.mkdir(parents=True)
    other.touch()
    status, out, err = command("demo", "--lake", tmp_path)
    assert (status, out) == (2, [])
    assert err[-1].startswith(
        f"error: {tmp_path} has snapshots that are not the demo's, such as raw/"
    )
    assert list(tmp_path.glob("raw/*/*")) == [other]
