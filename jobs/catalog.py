"""The catalog says where each table is: its partitions point at folders of the lake."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from jobs.errors import JobError


class CatalogError(JobError):
    """The catalog cannot be read or changed."""


class SchemaMismatch(CatalogError):
    """A table of the catalog has other columns than the declared ones."""


class Switch(NamedTuple):
    """One change of the catalog: a table's partition moves from an old to a new location.

    Locations are folders relative to the lake. `snapshot_date` is None for an unpartitioned
    table, `old` is None for a new partition, `new` is None for a dropped one.
    """

    table: str
    snapshot_date: date | None
    old: str | None
    new: str | None


class Catalog(Protocol):
    """The pointers from tables and dates to folders of the lake."""

    def locations(
        self, table: str, dates: Collection[date] | None = None
    ) -> dict[date | None, str]:
        """The locations of a table's partitions by date: of all of them, or of some dates.

        A date without a partition is not in the result. The location of an unpartitioned table has
        the key None.
        """

    def point(self, switches: Sequence[Switch]) -> None:
        """Carry out switches in their order; a switch may have been carried out before."""
