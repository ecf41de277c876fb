"""The tables that stays are built from, and whether the published stays are up to date."""

import json
from hashlib import sha256

from jobs import run
from jobs.catalog import Catalog
from jobs.run_folders import parse_run_folder
from jobs.tables import (
    PLAYLIST_ENTRIES,
    PLAYLISTS,
    REJECTS,
    SONG_ARTISTS,
    SONGS,
    STAYS_TABLES,
)
from lake.storage import Storage

STAYS_INPUTS = (PLAYLISTS, PLAYLIST_ENTRIES, REJECTS, SONGS, SONG_ARTISTS)


def digest_of_inputs(catalog: Catalog) -> str:
    """A digest of the folders that the catalog has for these tables.

    Every run writes into folders of its own, so the digest changes with every date that is
    published or dropped, whatever the clocks of the runs say.
    """
    folders = {
        table.name: sorted(
            (str(on), folder) for on, folder in catalog.locations(table.name).items()
        )
        for table in STAYS_INPUTS
    }
    return sha256(json.dumps(folders, sort_keys=True).encode()).hexdigest()


def stays_are_current(storage: Storage, catalog: Catalog) -> bool:
    """Whether the stays exist, and were built from the tables that the catalog has now.

    Stays whose run has no record, or one of an earlier version without the digest, are outdated.
    """
    return all(_is_current(storage, catalog, table.name) for table in STAYS_TABLES)


def _is_current(storage: Storage, catalog: Catalog, table: str) -> bool:
    location = catalog.locations(table).get(None)
    folder = parse_run_folder(location) if location else None
    if folder is None:
        return not catalog.locations(PLAYLISTS.name)
    if not storage.exists(run.record_key(folder.run_id)):
        return False
    record = run.load(storage, folder.run_id)
    if record.inputs_digest != digest_of_inputs(catalog):
        return False
    rows = record.dates[None].counts.get(table)
    return not rows or bool(storage.list_objects(f"{location}/"))
