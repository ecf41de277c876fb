"""The rows of a table on all its dates, read by Python.

A lake has a small file per table and date. Spark takes a hundredth of a second of processor time to
open one, Python a thousandth. The driver reads if there is little to read, else Spark's Python
workers do.
"""

import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession

from jobs.arrow_files import parquet
from jobs.column_types import COLUMN_TYPES
from jobs.errors import JobError
from jobs.locked_lake import LockedLake
from jobs.scratch import Scratch, write_rows
from jobs.tables import Table
from lake.errors import LakeError
from lake.storage import Storage, open_storage

Dates = Iterable[tuple[date, pa.Table]]
"""The rows of a table: some of its columns, date by date."""

MakeRows = Callable[[Dates], Iterable[tuple[Any, ...]]]

# Below this, starting Python workers takes longer than reading
_BYTES_PER_PART = 128 * 1024 * 1024
# Small files are read side by side, because on S3 each one is a request
_BYTES_AT_A_TIME = 8 * 1024 * 1024
_READERS = 16


class TableDamaged(JobError):
    """A file of a table cannot be read."""


class _Day(NamedTuple):
    """The files of a table on a date."""

    on: date
    keys: Sequence[str]
    size: int


@dataclass(frozen=True)
class _Part:
    """A part of the reading: some columns of a table on some dates, and what to make of them."""

    lake: str
    table: Table
    columns: Sequence[str]
    days: Sequence[_Day]
    number: int


class History:
    """The tables of a locked lake with all their dates, as readers see them now."""

    def __init__(self, spark: SparkSession, lake: LockedLake, scratch: Scratch) -> None:
        self._spark, self._lake, self._scratch = spark, lake, scratch

    def frame(
        self,
        table: Table,
        columns: Sequence[str],
        make_rows: MakeRows,
        name: str,
        types: Mapping[str, str],
    ) -> DataFrame:
        """The rows that a function makes of a table's columns.

        It is called once for each part of the dates. The rows go through the scratch folder `name`.
        """
        parts = self._parts(table, columns)
        # The scratch folder itself cannot go to a worker
        keys = [self._scratch.key(name, part.number) for part in parts]

        def write(part: _Part) -> None:
            storage = open_storage(part.lake)
            rows = make_rows(_read(storage, part))
            write_rows(storage, keys[part.number], types, rows)

        self._each(parts, write)
        return self._scratch.read(self._spark, name, types)

    def rows(
        self,
        table: Table,
        columns: Sequence[str],
        make_rows: MakeRows,
        dates: Collection[date] | None = None,
    ) -> list[tuple[Any, ...]]:
        """The rows of some or all dates in the driver, as frame() makes them; they must be few."""
        parts = self._parts(table, columns, dates)
        found = self._each(
            parts, lambda part: list(make_rows(_read(open_storage(part.lake), part)))
        )
        return [row for rows in found for row in rows]

    def newest_first(
        self,
        table: Table,
        columns: Sequence[str],
        summarize: Callable[[Dates], pa.Table],
        name: str,
    ) -> Iterator[pa.Table]:
        """What a function makes of each part of the dates, part by part in the driver.

        The newest part comes first, and in it the newest date. The results go through the scratch
        folder `name`, so that the driver holds one at a time.
        """
        parts = [
            replace(part, days=part.days[::-1]) for part in reversed(self._parts(table, columns))
        ]
        keys = {part.number: self._scratch.key(name, part.number) for part in parts}

        def write(part: _Part) -> None:
            storage = open_storage(part.lake)
            storage.write(keys[part.number], parquet(summarize(_read(storage, part))))

        self._each(parts, write)
        for key in keys.values():
            yield pq.read_table(pa.BufferReader(self._lake.storage.read(key)))

    def _parts(
        self, table: Table, columns: Sequence[str], dates: Collection[date] | None = None
    ) -> list[_Part]:
        root = self._lake.storage.root
        split = list(_split(self._days(table, dates), _BYTES_PER_PART)) or [[]]
        return [_Part(root, table, columns, days, number) for number, days in enumerate(split)]

    def _days(self, table: Table, dates: Collection[date] | None) -> list[_Day]:
        """The dates with files, in order. Without rows, a date may have no file."""
        locations = self._lake.catalog.locations(table.name, dates)
        on_by_location = {location: on for on, location in locations.items() if on}
        keys: dict[date, list[str]] = {}
        sizes: dict[date, int] = {}
        for stored in self._lake.storage.list_objects(f"tables/{table.name}/"):
            on = on_by_location.get(stored.key.rpartition("/")[0])
            if on and stored.key.endswith(".parquet"):
                keys.setdefault(on, []).append(stored.key)
                sizes[on] = sizes.get(on, 0) + stored.size
        return [_Day(on, keys[on], sizes[on]) for on in sorted(keys)]

    def _each(self, parts: Sequence[_Part], do: Callable[[_Part], Any]) -> list[Any]:
        """What a function returns for each part."""
        attempt = partial(_attempt, do)
        if len(parts) == 1:
            found = list(map(attempt, parts))
        else:
            found = self._spark.sparkContext.parallelize(parts, len(parts)).map(attempt).collect()
        for result in found:
            if isinstance(result, (JobError, LakeError)):
                raise result
        return found


def _attempt(do: Callable[[_Part], Any], part: _Part) -> Any:
    """What the function returns, or its error, which Spark would turn into one of its own."""
    # The rows have no cycles to look for
    gc.disable()
    try:
        return do(part)
    except (JobError, LakeError) as error:
        return error
    finally:
        gc.enable()


def _split(days: Iterable[_Day], bytes_per_part: int) -> Iterator[list[_Day]]:
    """The days in their order, in parts of about that many bytes."""
    part: list[_Day] = []
    for day in days:
        if part and sum(one.size for one in part) + day.size > bytes_per_part:
            yield part
            part = []
        part.append(day)
    if part:
        yield part


def _read(storage: Storage, part: _Part) -> Dates:
    with ThreadPoolExecutor(_READERS) as pool:
        for days in _split(part.days, _BYTES_AT_A_TIME):
            keys = [key for day in days for key in day.keys]
            contents = dict(zip(keys, pool.map(storage.read, keys), strict=True))
            for day in days:
                files = [_columns(storage, part, day, key, contents.pop(key)) for key in day.keys]
                yield day.on, pa.concat_tables(files)


def _columns(storage: Storage, part: _Part, day: _Day, key: str, content: bytes | None) -> pa.Table:
    """Columns of a file; those that it lacks, because it is older than they are, are NULL."""
    try:
        file = pq.ParquetFile(pa.BufferReader(content or b""))
        stored = [name for name in part.columns if name in file.schema_arrow.names]
        rows = file.read(stored, use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise TableDamaged(
            f"{storage.root}/{key} cannot be read ({error}); build {day.on} by itself and run again"
        ) from error
    types = {column.name: COLUMN_TYPES[column.type].arrow for column in part.table.columns}
    for name in part.columns:
        if name not in stored:
            rows = rows.append_column(name, pa.nulls(len(rows), types[name]))
    return rows.select(part.columns)
