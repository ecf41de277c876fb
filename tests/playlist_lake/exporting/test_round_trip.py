"""A CSV file that `export` writes becomes the same entries when it is imported."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from jobs.raw_items import Artist, Item
from jobs.raw_objects import ObjectSummary, read_items
from lake.storage import open_storage
from playlist_lake.cli import run as run_command
from tests.support import saved_responses
from tests.support.tiny_lakes import Row, write_lake

ON = date(2026, 11, 22)
LIST = saved_responses.LIST
ADDED = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def id_(text: str) -> str:
    return text * 22


# Position, item, name, artists with ids
ENTRIES: list[tuple[int, str, str | None, dict[str, str | None]]] = [
    (1, f"spotify:track:{id_('a')}", 'Say "hi",\nnow; \\ ok', {"Me, Myself": "m", "Guest": None}),
    (2, f"spotify:track:{id_('b')}", "=SUM(1)", {"Tyler, The Creator": "t"}),
    (3, f"spotify:track:{id_('a')}", "The first again", {"Me, Myself": "m", "Guest": None}),
    (5, "spotify:local:Fenwick:Demos:Tea:187", "Tea", {"Fenwick": None}),
    (6, f"spotify:episode:{id_('e')}", "Radio, part 1", {}),
    (7, f"spotify:track:{id_('c')}", None, {}),
]


def tables() -> dict[str, list[Row]]:
    """The rows of a list with these entries, a null row at 4, and nothing at 8."""
    of_list = {"snapshot_date": ON, "playlist_id": LIST}
    rows: dict[str, list[Row]] = {
        "playlists": [{**of_list, "name": "Mix", "item_count": 7, "total": 8}],
        "rejects": [{**of_list, "position": 4, "reason": "null_item"}],
        "playlist_entries": [],
        "songs": [],
        "song_artists": [],
        "albums": [{"snapshot_date": ON, "album_id": id_("x"), "name": "Best, of"}],
    }
    rows["albums"][0] |= {"release_date_raw": "1999-05", "image_url": "https://i.example/x"}
    for position, uri, name, artists in ENTRIES:
        kind, song = uri.split(":")[1].replace("track", "song"), uri.split(":")[2]
        song_id = song if kind == "song" else None
        entry = {**of_list, "position": position, "item_type": kind, "item_uri": uri, "name": name}
        entry |= {"artist_names": list(artists) or None, "song_id": song_id, "added_at": ADDED}
        rows["playlist_entries"].append(entry)
        if song_id is None or any(row["song_id"] == song_id for row in rows["songs"]):
            continue
        described = {"snapshot_date": ON, "song_id": song_id, "album_id": id_("x")}
        described |= {"duration_ms": 1000 + position, "is_explicit": position == 1}
        described |= {"isrc": f"QZAAA260000{position}", "disc_number": 1, "track_number": position}
        rows["songs"].append(described)
        rows["song_artists"] += [
            {"snapshot_date": ON, "song_id": song_id, "artist_id": id_(one), "artist_position": at}
            for at, one in enumerate(artists.values(), 1)
            if one
        ]
    return rows


@pytest.fixture(params=[(), ("--excel",)], ids=["plain", "excel"])
def imported(tmp_path: Path, request: pytest.FixtureRequest) -> dict[int, Item]:
    """What the import of the exported file has at each position."""
    lake = write_lake(tmp_path / "lake", **tables())
    file = tmp_path / f"mix-{ON}.csv"
    arguments = ["export", "Mix", "--lake", str(lake), "-o", str(file), *request.param]
    assert run_command(arguments) == 0
    report = saved_responses.run(tmp_path / "new", file, playlist_id=LIST)
    assert report.failures == []
    summary = ObjectSummary(ON, LIST)
    items = list(read_items(open_storage(tmp_path / "new"), summary))
    return {one.position: one.item for one in items}


def test_every_position_has_its_item_or_none(imported: dict[int, Item]) -> None:
    entries = {position: item.entry for position, item in imported.items() if item.entry}
    assert [(position, one.item_uri, one.name) for position, one in sorted(entries.items())] == [
        (position, uri, name) for position, uri, name, _ in ENTRIES
    ]
    assert sorted(imported.keys() - entries.keys()) == [4, 8]


def test_an_item_keeps_what_is_known_of_it(imported: dict[int, Item]) -> None:
    rows = tables()
    for row in rows["playlist_entries"]:
        entry = imported[row["position"]].entry
        assert entry
        assert (entry.item_type, entry.song_id) == (row["item_type"], row["song_id"])
        assert (entry.artist_names or None, entry.added_at) == (row["artist_names"], ADDED)
    first = imported[1]
    assert first.song[:5] == (1001, True, 1, 1, "QZAAA2600001")
    assert first.song.artists == [Artist(id_("m"), "Me, Myself"), Artist(None, "Guest")]
    assert first.album[:2] == (id_("x"), "Best, of")
    assert (first.album.release_date_raw, first.album.image_url) == (
        "1999-05",
        "https://i.example/x",
    )
