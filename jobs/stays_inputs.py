"""The tables that stays are built from, and whether the published stays are up to date."""

from jobs.catalog import Catalog
from jobs.tables import (
    PLAYLIST_ENTRIES,
    PLAYLISTS,
    REJECTS,
    SONG_ARTISTS,
    SONGS,
    STAYS_TABLES,
)
from jobs.undated import digest, is_current
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
    return digest(folders)


def stays_are_current(storage: Storage, catalog: Catalog) -> bool:
    """Whether the stays exist, and were built from the tables that the catalog has now."""
    now = digest_of_inputs(catalog)
    has_inputs = bool(catalog.locations(PLAYLISTS.name))
    return all(
        is_current(storage, catalog, table.name, now, has_inputs=has_inputs)
        for table in STAYS_TABLES
    )
