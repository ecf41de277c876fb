"""The table `runs`: how each run ended. It is one file, which each run writes anew with its rows.

The file is written without Spark, so that the table also has the runs in which Spark failed. As
for all tables, the catalog points at the newest one, and the older ones are garbage.
"""

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from jobs.catalog import Switch
from jobs.errors import JobError
from jobs.locked_lake import LockedLake
from jobs.pending import read_pending, write_pending
from jobs.run import RunRecord
from jobs.run_folders import parse_run_folder, run_folder
from jobs.tables import RUNS, arrow_schema

# Where Terraform declares the table, and where earlier versions wrote a file per run
DECLARED_FOLDER = f"tables/{RUNS.name}"

_SCHEMA = arrow_schema(RUNS)
_ORDER = [(name, "ascending") for name in ("started_at", *RUNS.key)]


class RunsDamaged(JobError):
    """A file of the table `runs` is not what this project wrote there."""


def append_to_runs(lake: LockedLake, record: RunRecord) -> None:
    """Add a finished run's rows to the table `runs`; a repetition changes nothing.

    Only the run that holds the lake's lock may do this. Raises RunsDamaged.
    """
    old = lake.catalog.locations(RUNS.name).get(None) or DECLARED_FOLDER
    is_declared = parse_run_folder(old) is None
    stored = _stored(lake, old)
    is_there = any(record.run_id in table["run_id"].to_pylist() for table in stored)
    rows = _rows(record)
    if not rows or (is_there and not is_declared):
        return
    new = run_folder(RUNS.name, record.run_id)
    content = pa.BufferOutputStream()
    pq.write_table(_merged([pa.Table.from_pylist(rows, _SCHEMA), *stored]), content)
    lake.storage.write(f"{new}/part-00000.parquet", content.getvalue().to_pybytes())
    if not is_declared:
        pending = read_pending(lake.storage)
        pending.supersede([old], lake.clock())
        write_pending(lake.storage, pending)
    lake.catalog.point([Switch(RUNS.name, None, old, new)])


def _stored(lake: LockedLake, folder: str) -> list[pa.Table]:
    """The Parquet files of a folder and, without a catalog, of those below it, newest first."""
    tables = []
    for stored in reversed(lake.storage.list_objects(f"{folder}/")):
        if not stored.key.endswith(".parquet"):
            continue
        try:
            content = lake.storage.read(stored.key) or b""
            table = pq.read_table(pa.BufferReader(content))
            table["run_id"].to_pylist()
            pa.unify_schemas([_SCHEMA, table.schema])
            tables.append(table)
        except (pa.ArrowException, OSError, KeyError) as error:
            raise RunsDamaged(
                f"{lake.storage.root}/{stored.key} cannot be read ({error}); restore it, or delete "
                "it to begin the table `runs` anew; until then the table gets no new rows"
            ) from error
    return tables


def _merged(tables: list[pa.Table]) -> pa.Table:
    """The rows of all tables; those of a run from the first table that has it."""
    seen: set[str] = set()
    kept = []
    for table in tables:
        run_ids = table["run_id"].to_pylist()
        kept.append(table.filter(pa.array([one not in seen for one in run_ids], pa.bool_())))
        seen.update(run_ids)
    # An older version's file may lack the newest columns
    return pa.concat_tables(kept, promote_options="default").sort_by(_ORDER)


def _rows(record: RunRecord) -> list[dict[str, Any]]:
    return [
        {
            "run_id": record.run_id,
            "job": record.job,
            "snapshot_date": on,
            "status": result.status,
            "started_at": record.started_at,
            "finished_at": record.finished_at,
            "counts": sorted(result.all_counts.items()),
            "refused_objects": [
                {"object": refused.key, "reason": refused.reason}
                for refused in record.refused
                if on in (None, refused.snapshot_date)
            ],
        }
        for on, result in record.dates.items()
    ]
