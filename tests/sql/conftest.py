"""One lake for two engines: a folder for DuckDB, and a simulated AWS where Trino acts as Athena."""

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.flatten import flatten_playlists
from jobs.options import JobOptions
from jobs.stays import build_stays
from lake.storage import open_storage
from playlist_lake import connect
from playlist_lake.answers.athena_target import WORKGROUP
from playlist_lake.cli import run
from playlist_lake.demo import DATES, write_demo
from tests.cloud.athena import Athena
from tests.cloud.athena import athena as served_athena
from tests.cloud.athena_trino import engine
from tests.cloud.trino import Trino, trino
from tests.support.cloud import Cloud, cloud, put_folder
from tests.support.genre_objects import listenbrainz, mbid, musicbrainz, put_calls
from tests.support.glue_tables import BUCKET, DATABASE, LAKE
from tests.support.oracle import Snapshot
from tests.support.outcomes_oracle import put_lines
from tests.support.raw_objects import put_bytes, put_object, record, song, write_raw

RESULTS = f"s3://{BUCKET}/athena-results/"
DEMO_DATES = DATES[-3:]
# What Spotify leaves of a song that is withdrawn
EMPTIED = {"name": "", "artists": [{"id": None, "name": ""}], "duration_ms": 0, "external_ids": {}}
ODD_DATES = [DEMO_DATES[0] - timedelta(days=days) for days in range(34, 0, -1) if days % 11]


@pytest.fixture(scope="package")
def lake(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three days of the demo after a month of odd lists; one object of the last day is torn.

    Six days have a chart file.
    One list is forbidden on the last days, another one was never read. Most artists have genres.
    """
    folder = tmp_path_factory.mktemp("two_engines") / "lake"
    write_demo(folder, DEMO_DATES, lambda _: None)
    chance = random.Random(7)  # noqa: S311, no secret
    for on in [*ODD_DATES, *DEMO_DATES]:
        write_raw(folder, _odd(on, "odd", chance))
        if on.day % 3:
            write_raw(folder, _odd(on, "rare", chance))
    for snapshot in (*_wrong_days(), *_changing_days()):
        write_raw(folder, snapshot)
    for on in [*ODD_DATES[-3:], *DEMO_DATES]:
        _put_chart_file(folder, on, chance)
    for on in DEMO_DATES[:2]:
        put_lines(
            open_storage(folder), on, f"wrong-{on}", {"wrong": "forbidden", "never": "failed"}
        )
    put_bytes(folder, "torn", b"no gzip", DEMO_DATES[-1])
    flatten_playlists(spark, JobOptions(str(folder)))
    _put_genres(folder, chance)
    build_stays(spark, JobOptions(str(folder)))
    return folder


def _odd(on: date, name: str, chance: random.Random) -> Snapshot:
    """Songs that come and go, copies, shared ISRCs, artists without an id, and a null row.

    Some songs name an artist twice. A list and some songs have no names on some dates.
    """
    items: list[Any] = [song(number) for number in chance.sample(range(15), 8)]
    for item in items:
        track = item["item"]
        if track["duration_ms"] % 3000 == 0:
            track["artists"] = [{"id": None, "name": "Only a name"}, track["artists"][0]]
            track["external_ids"] = {"isrc": f"QZAAA{track['duration_ms'] % 2000:07}"}
        if track["duration_ms"] % 5000 == 0:
            track["artists"] = [{"id": None, "name": f"Nobody {track['duration_ms']}"}]
        if track["duration_ms"] % 4000 == 0:
            track["artists"] = [*track["artists"], *track["artists"]]
        if chance.random() < 0.1:
            item["item"] = track | EMPTIED | {"album": track["album"] | {"name": ""}}
    items += [items[0], _local(chance.randrange(3)), None]
    chance.shuffle(items)
    is_cut = chance.random() < 0.15
    list_name = f"{name} 🎣" if chance.random() < 0.8 else ""
    return Snapshot(on, name, [(0, items)], len(items) + is_cut, {"name": list_name})


def _wrong_days() -> Iterator[Snapshot]:
    """A list of songs 20 to 31: a drop, an incomplete snapshot, and song 41 that continues 31.

    With the drop song 32 enters. The incomplete snapshot is the only one that has song 33.
    """
    numbers = {day: [*range(20, 32)] for day in range(12)}
    numbers[3] = [20, 21, 22, 32]
    numbers[5] = [20, 33]
    for day in range(7, 12):
        numbers[day][-1] = 41
    numbers[9].pop()
    for day, on in enumerate(ODD_DATES[-12:]):
        items = [_with_isrc(number) for number in numbers[day]]
        yield Snapshot(on, "wrong", [(0, items)], len(items) + (day == 5), {"name": "Wrong days"})


def _changing_days() -> Iterator[Snapshot]:
    """A list of which everything changes on the second day, and most is missing on the third."""
    first = [song(number, is_playable=number != 51) for number in range(50, 65)]
    second = [song(50, is_playable=False, name="A new title"), song(51, is_playable=True)]
    # 64 moves to the top, 65 replaces 63
    second = [first[14], *second, *first[2:13], song(65)]
    for number, (on, items) in enumerate(
        zip(DEMO_DATES, (first, second, second[:3]), strict=True), 1
    ):
        about = {
            "name": f"Changing {number}",
            "description": f"Day {number}",
            "images": [{"url": f"https://i.scdn.co/image/ab67706c0000da84{number:024}"}],
        }
        yield Snapshot(on, "changing", [(0, items)], len(items), about)


def _with_isrc(number: int) -> dict[str, Any]:
    """A song whose ISRC and artist are those of the song with the same last digit."""
    like = song(number % 10)["item"]["artists"]
    return song(number, external_ids={"isrc": f"QZAAA{number % 10:07}"}, artists=like)


def _put_chart_file(folder: Path, on: date, chance: random.Random) -> None:
    """A chart of six songs, one of them without streams."""
    rows = [
        {
            "uri": song(number)["item"]["uri"],
            "track_name": f"Song {number}",
            "artist_names": "Ann, Bo",
            "streams": None if rank == 5 else chance.randrange(1000, 1010),
            "peak_rank": f"{chance.randrange(1, rank + 1)}",
            "days_on_chart": f"{chance.randrange(1, 99)}",
        }
        for rank, number in enumerate(chance.sample(range(8), 6), start=1)
    ]
    chart = "regional-global-daily"
    page = record("chart_rows", chart, on, offset=0, rows=rows, source="chart_csv")
    end = {"item_count": 6, "total": 6, "page_count": 1, "spotify_snapshot_id": None}
    put_object(folder, chart, [page, record("end", chart, on, source="chart_csv", **end)], on)


def _local(number: int) -> dict[str, Any]:
    uri = f"spotify:local:::memo+{number}:9"
    track = {"uri": uri, "type": "track", "is_local": True, "id": None, "name": f"memo {number}"}
    return {"is_local": True, "item": track | {"artists": [{"id": None, "name": "Me"}]}}


def _put_genres(folder: Path, chance: random.Random) -> None:
    """Answers about all artists: MusicBrainz does not know some, some have equal votes."""
    with connect(folder) as con:
        found = con.sql("SELECT DISTINCT artist_id FROM artists ORDER BY 1").fetchall()
    matches = {
        artist: [mbid(number)] if chance.random() < 0.8 else []
        for number, (artist,) in enumerate(found)
    }
    mbids = [one for of_artist in matches.values() for one in of_artist]
    tags = {
        one: [
            (f"genre {genre}", chance.randrange(1, 4), mbid(1000 + genre))
            for genre in chance.sample(range(12), chance.randrange(5))
        ]
        for one in mbids
    }
    at = f"{DEMO_DATES[-1]}T06:00:00.000Z"
    put_calls(open_storage(folder), "r1", musicbrainz(at, matches), listenbrainz(at, mbids, tags))


@pytest.fixture(scope="package")
def aws(lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The same files in a bucket, registered in the catalog."""
    with cloud(tmp_path_factory.mktemp("aws")) as running:
        put_folder(running, lake)
        _register(running, lake)
        yield running


@pytest.fixture(scope="package")
def engines(aws: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Trino, Athena]]:
    """Trino on these files, and a simulated Athena that uses it."""
    with (
        trino(aws, tmp_path_factory.mktemp("trino")) as server,
        served_athena(engine(server), aws.client("s3"), {WORKGROUP: RESULTS}) as front,
    ):
        yield server, front


@pytest.fixture(scope="package")
def environment(aws: Cloud, engines: tuple[Trino, Athena]) -> dict[str, str]:
    """Environment variables with which a process uses them as AWS."""
    return aws.environment | {"AWS_ENDPOINT_URL_ATHENA": engines[1].url}


@pytest.fixture(scope="package")
def athena(engines: tuple[Trino, Athena], environment: dict[str, str]) -> Trino:
    """Trino with the views of the `views` command, which may run twice."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        assert [run(["views"]), run(["views"])] == [0, 0]
    return engines[0]


@pytest.fixture
def in_athena(
    athena: Trino,
    engines: tuple[Trino, Athena],
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> Athena:
    """The simulated Athena with the views, as commands find it."""
    assert athena
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return engines[1]


def _register(running: Cloud, lake: Path) -> None:
    """Point the catalog's partitions at the files that the folder's catalog names."""
    glue = running.client("glue")
    for table, locations in json.loads((lake / "state/catalog.json").read_bytes())[
        "tables"
    ].items():
        declared = glue.get_table(DatabaseName=DATABASE, Name=table)["Table"]
        storage = declared["StorageDescriptor"]
        for on, location in locations.items():
            placed = storage | {"Location": f"{LAKE}/{location}"}
            if on:
                glue.create_partition(
                    DatabaseName=DATABASE,
                    TableName=table,
                    PartitionInput={"Values": [on], "StorageDescriptor": placed},
                )
            else:
                kept = {key: declared[key] for key in ("Name", "TableType", "Parameters")}
                glue.update_table(
                    DatabaseName=DATABASE, TableInput=kept | {"StorageDescriptor": placed}
                )
