"""Small lists as users have them, with the rows worked out by hand."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.flatten import flatten_playlists
from jobs.options import JobOptions
from tests.support.raw_objects import DAY, put_object, records, song
from tests.support.readers import columns, published

ARTIST, ALBUM = "a" * 22, "b" * 22
NAMED = {"id": ARTIST, "name": "Wren Alder"}
Rows = dict[str, list[dict[str, Any]]]


def of_album(item: dict[str, Any], **album: Any) -> dict[str, Any]:
    """The item with other values in its album."""
    item["item"]["album"] |= album
    return item


# A withdrawn song keeps its id, but has lost names, date, ISRC and duration
WITHDRAWN = of_album(
    song(1, name="", duration_ms=0, artists=[{"id": ARTIST, "name": ""}]),
    id=ALBUM,
    name="",
    release_date="0000",
    release_date_precision="year",
)
KEPT = of_album(song(2, artists=[NAMED]), id=ALBUM, name="Night Ferry", release_date="2020-05-01")
LISTS = {
    "withdrawn": [WITHDRAWN, KEPT],
    # The later list knows less: only ids
    "z-thin": [{"track": {"id": f"S{2:021}", "artists": [{"id": ARTIST}], "album": {"id": ALBUM}}}],
    "spoken": [
        song(3),
        {"item": {"type": "chapter", "id": "c" * 22, "name": "Chapter One"}},
        {"item": {"type": "episode", "id": "e" * 22, "name": "Talk"}},
    ],
    "placeholders": [
        {"track": {"id": None, "uri": "spotify:track:null", "name": f"Demo {n}"}, "is_local": True}
        for n in (1, 2)
    ],
    "zero-albums": [of_album(song(4), id="0" * 22), of_album(song(5), id="0" * 22)],
    "typed": [
        song(6, external_ids={"isrc": ["QZAAA2600001"]}, duration_ms=200000.0, track_number=3.0),
        of_album(song(7), name=["A"], release_date="1998", release_date_precision="day"),
        song(8) | {"added_at": "2019-03-04 05:06:07+00:00"},
    ],
}


@pytest.fixture(scope="module")
def tables(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    lake = tmp_path_factory.mktemp("lake")
    _put(lake)
    record = flatten_playlists(spark, JobOptions(str(lake)))
    assert (record.status, record.refused) == ("succeeded", [])
    assert [warning.partition(":")[0] for warning in record.warnings] == [
        "raw/snapshot_date=2026-11-22/typed.jsonl.gz"
    ]
    names = ("playlist_entries", "rejects", "songs", "albums", "artists")
    return {
        name: [dict(zip(columns(name), row, strict=True)) for row in published(lake, name)]
        for name in names
    }


def _put(lake: Path) -> None:
    for playlist_id, items in LISTS.items():
        lines = records(playlist_id, [(0, items)])
        if playlist_id == "z-thin":
            lines = [line | {"fetched_at": f"{DAY}T23:00:00.000Z"} for line in lines]
        put_object(lake, playlist_id, lines)


def test_a_mention_without_a_name_loses_to_one_with(tables: Rows) -> None:
    assert _values(tables["artists"], "artist_id", ARTIST, ["name"]) == [("Wren Alder",)]
    described = ["name", "release_date", "release_date_precision"]
    assert _values(tables["albums"], "album_id", ALBUM, described) == [
        ("Night Ferry", date(2020, 5, 1), "day")
    ]
    assert _values(tables["songs"], "song_id", f"S{2:021}", ["name", "duration_ms"]) == [
        ("song 2", 2000)
    ]


def test_chapters_and_episodes_are_entries_but_not_songs(tables: Rows) -> None:
    entries = _values(
        tables["playlist_entries"], "playlist_id", "spoken", ["position", "item_type", "item_uri"]
    )

    assert sorted(entries) == [
        (1, "song", f"spotify:track:S{3:021}"),
        (2, "other", f"spotify:chapter:{'c' * 22}"),
        (3, "episode", f"spotify:episode:{'e' * 22}"),
    ]
    assert {row["song_id"] for row in tables["songs"]} == {f"S{n:021}" for n in range(1, 9)}


def test_a_placeholder_identifies_nothing(tables: Rows) -> None:
    rejects = _values(tables["rejects"], "playlist_id", "placeholders", ["position", "reason"])
    without_album = [_values(tables["songs"], "song_id", f"S{n:021}", ["album_id"]) for n in (4, 5)]

    assert sorted(rejects) == [(1, "no_uri"), (2, "no_uri")]
    assert without_album == [[(None,)], [(None,)]]
    assert not _values(tables["albums"], "album_id", "0" * 22, ["name"])


def test_a_value_of_another_type_is_null_and_a_whole_float_is_a_number(tables: Rows) -> None:
    described = ["isrc", "duration_ms", "track_number"]

    assert _values(tables["songs"], "song_id", f"S{6:021}", described) == [(None, 200_000, 3)]
    assert _values(
        tables["albums"], "album_id", f"B{7:021}", ["name", "release_date", "release_date_raw"]
    ) == [(None, date(1998, 1, 1), "1998")]
    assert _values(tables["playlist_entries"], "song_id", f"S{8:021}", ["added_at"]) == [
        (datetime(2019, 3, 4, 5, 6, 7, tzinfo=UTC),)
    ]


def _values(
    rows: Iterable[dict[str, Any]], key: str, value: str, wanted: list[str]
) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in wanted) for row in rows if row[key] == value]
