"""Captured lists for tests: real ones imported, in later generations, and simulated ones."""

import json
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from extract_lambda.raw_zone import RawZone
from lake.storage import open_storage
from playlist_lake.importing.files import file_on_disk
from playlist_lake.importing.importer import import_files
from simulator.world.catalogue import Generation, SimulatedCatalogue
from tests.support.oracle import Snapshot

EDGES, OTHER_EDGES = date(2026, 11, 22), date(2026, 11, 21)
# The same captures in the three generations of the payload, each on a date of its own
LEGACY, TRANSITIONAL, OF_2026 = (date(2030, 1, day) for day in (1, 2, 3))
SIMULATED = [date(2027, 3, 1) + timedelta(days) for days in range(4)]

OF_2014 = "starred2014"


def import_dated(real: Path, lake: Path) -> list[Snapshot]:
    """Import the captures with a date in their name; returns what they hold."""
    paths = [*real.glob("top50_global/*.json"), *real.glob("playlist_history/*.json")]
    report = import_files(
        map(file_on_disk, paths), RawZone(open_storage(lake)), snapshot_date=None, playlist_id=None
    )
    assert (len(report.written), report.failures) == (19, [])
    return [_snapshot(date.fromisoformat(path.stem), [path]) for path in paths]


def import_edges(real: Path, lake: Path) -> list[Snapshot]:
    """Import the edge cases, two states of one list on two dates; returns what they hold."""
    episodes = real / "edge_cases/episodes.json"
    paths = sorted({*real.glob("edge_cases/*.json")} - {episodes})
    for files, on in ((paths, EDGES), ([episodes], OTHER_EDGES)):
        report = import_files(
            map(file_on_disk, files),
            RawZone(open_storage(lake)),
            snapshot_date=on,
            playlist_id=OF_2014,
        )
        assert report.failures == []
    pages = [path for path in paths if path.stem.startswith("local_files")]
    single = [_snapshot(EDGES, [path]) for path in paths if path not in pages]
    return [*single, _snapshot(EDGES, pages), _snapshot(OTHER_EDGES, [episodes])]


def in_all_generations(snapshots: list[Snapshot]) -> list[Snapshot]:
    """Captures with everything odd, as they would have been sent since February 2026."""
    noon = datetime(2030, 1, 1, 12, tzinfo=UTC)
    chosen = [
        snapshot
        for snapshot in snapshots
        if snapshot.on in (EDGES, date(2024, 5, 15), date(2025, 8, 8))
    ]
    return [
        Snapshot(
            on,
            snapshot.playlist_id,
            [(offset, [convert(item) for item in items]) for offset, items in snapshot.pages],
            snapshot.total,
            _playlist_of(snapshot, on),
            fetched_at=noon,
        )
        for snapshot in chosen
        for on, convert in ((LEGACY, deepcopy), (TRANSITIONAL, _transitional), (OF_2026, _of_2026))
    ]


def simulated() -> list[Snapshot]:
    """Days with null rows, local files, episodes, relinked songs; one day without one list."""
    catalogue = SimulatedCatalogue(7)
    generations: tuple[Generation, ...] = ("legacy", "transitional", "2026", "legacy")
    found = []
    for on, generation in zip(SIMULATED, generations, strict=True):
        for playlist_id in catalogue.playlist_ids:
            if (on, playlist_id) != (SIMULATED[1], catalogue.playlist_ids[0]):
                playlist = catalogue.playlist(playlist_id, on, generation)
                first = playlist.get("items") or playlist["tracks"]
                pages = [
                    catalogue.items_page(playlist_id, on, generation, offset=offset)
                    for offset in range(0, first["total"], 50)
                ]
                bodies = [(page["offset"], page["items"]) for page in pages]
                found.append(Snapshot(on, playlist_id, bodies, first["total"], playlist))
    return found


def _snapshot(on: date, paths: list[Path]) -> Snapshot:
    """The list in a capture's files; a playlist object or, of a page, its link says which."""
    bodies = [json.loads(path.read_text()) for path in paths]
    bodies = [body[0] if isinstance(body, list) else body for body in bodies]
    playlist = bodies[0] if "tracks" in bodies[0] else None
    pages = [body.get("tracks", body) for body in bodies]
    link = pages[0]["href"].partition("/playlists/")[2].partition("/")[0]
    return Snapshot(
        on,
        playlist["id"] if playlist else link or OF_2014,
        [(page["offset"], page["items"]) for page in pages],
        pages[0]["total"],
        playlist,
    )


def _playlist_of(snapshot: Snapshot, on: date) -> dict[str, Any]:
    removed = ("tracks", "followers") if on == OF_2026 else ("tracks",)
    playlist = snapshot.playlist or {}
    return {key: value for key, value in playlist.items() if key not in removed}


def _transitional(item: dict[str, Any]) -> dict[str, Any]:
    return {**item, "item": deepcopy(item["track"])}


def _of_2026(item: dict[str, Any]) -> dict[str, Any]:
    gone = ("popularity", "available_markets", "linked_from", "preview_url")
    thing = {key: value for key, value in item["track"].items() if key not in gone}
    if "album" in thing:
        thing["album"] = {k: v for k, v in thing["album"].items() if k not in gone}
    return {key: value for key, value in item.items() if key != "track"} | {"item": thing}
