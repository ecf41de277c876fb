"""Whether a table without snapshot dates is up to date with what it is built from."""

import json
from hashlib import sha256
from typing import Any

from jobs import run
from jobs.catalog import Catalog
from jobs.run_folders import parse_run_folder
from lake.storage import Storage


def digest(inputs: Any) -> str:
    """A digest of what tables are built from, given as JSON values."""
    return sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def is_current(
    storage: Storage, catalog: Catalog, table: str, inputs_digest: str, *, has_inputs: bool
) -> bool:
    """Whether the table was built from the inputs with this digest, and its file still exists.

    A table whose run has no record, or one of an earlier version without the digest, is outdated.
    A table that was never built is up to date as long as it has no inputs.
    """
    location = catalog.locations(table).get(None)
    folder = parse_run_folder(location) if location else None
    if folder is None:
        return not has_inputs
    # Not `exists`, which lists on S3: the jobs may read records, but not list them
    if storage.read(run.record_key(folder.run_id)) is None:
        return False
    record = run.load(storage, folder.run_id)
    if record.inputs_digest != inputs_digest:
        return False
    rows = record.dates[None].counts.get(table)
    return not rows or bool(storage.list_objects(f"{location}/"))
