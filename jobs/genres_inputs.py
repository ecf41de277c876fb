"""The files that the tables of genres are built from, and whether these tables are up to date."""

from collections.abc import Mapping

from jobs.catalog import Catalog
from jobs.tables import GENRE_TABLES
from jobs.undated import digest, is_current
from lake.genres import GENRES_FOLDER
from lake.storage import Storage


def genres_are_current(storage: Storage, catalog: Catalog) -> bool:
    """Whether both tables were built from the answers that genres/ has now."""
    return are_built_from(genres_files(storage), storage, catalog)


def genres_files(storage: Storage) -> dict[str, str]:
    """The versions of all files in genres/, by key."""
    return {stored.key: stored.version for stored in storage.list_objects(GENRES_FOLDER)}


def are_built_from(files: Mapping[str, str], storage: Storage, catalog: Catalog) -> bool:
    """Whether both tables were built from these files."""
    now = digest(files)
    return all(
        is_current(storage, catalog, table.name, now, has_inputs=bool(files))
        for table in GENRE_TABLES
    )
