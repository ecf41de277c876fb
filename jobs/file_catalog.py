"""The catalog of a lake on one machine: state/catalog.json."""

import json
from collections.abc import Collection, Sequence
from datetime import date

from jobs.catalog import CatalogError, Switch
from lake.storage import Storage, state_file

CATALOG_KEY = "state/catalog.json"
CATALOG_FORMAT_VERSION = 1


_Tables = dict[str, dict[date | None, str]]


class FileCatalog:
    """A catalog in one JSON file, which every change replaces as a whole.

    It is read once, so it shows one state of a lake, and after that its own changes.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._tables: _Tables | None = None

    def locations(
        self, table: str, dates: Collection[date] | None = None
    ) -> dict[date | None, str]:
        if self._tables is None:
            self._tables = self._read()
        return {
            on: location
            for on, location in self._tables.get(table, {}).items()
            if on is None or dates is None or on in dates
        }

    def point(self, switches: Sequence[Switch]) -> None:
        # Read again, because a run that lost its lock must not undo what another one published
        tables = self._read()
        for switch in switches:
            partitions = tables.setdefault(switch.table, {})
            if switch.new is None:
                partitions.pop(switch.snapshot_date, None)
            else:
                partitions[switch.snapshot_date] = switch.new
        content = {
            "format_version": CATALOG_FORMAT_VERSION,
            "tables": {
                table: {str(on or ""): location for on, location in partitions.items()}
                for table, partitions in tables.items()
            },
        }
        self._storage.write(CATALOG_KEY, json.dumps(content, indent=1, sort_keys=True).encode())
        self._tables = tables

    def _read(self) -> _Tables:
        content = self._storage.read(CATALOG_KEY)
        if content is None:
            return {}
        with state_file(self._storage, CATALOG_KEY, "restore it, or delete state/ and build again"):
            catalog = json.loads(content)
            if catalog["format_version"] != CATALOG_FORMAT_VERSION:
                raise CatalogError(
                    f"{self._storage.root}/{CATALOG_KEY} has format_version "
                    f"{catalog['format_version']}, this version reads {CATALOG_FORMAT_VERSION}; "
                    "use the version of playlist-lake that wrote it"
                )
            return {
                table: {
                    date.fromisoformat(on) if on else None: location
                    for on, location in partitions.items()
                }
                for table, partitions in catalog["tables"].items()
            }
