"""Fuzz import, build, queries and report with mutated files, in one Spark session.

`make fuzz MINUTES=5`, or `python -m tests.fuzz MINUTES`, starts rounds until the minutes are over.
Each round has a seed of its own; `--seed` repeats one round. A failed round keeps its files and its
lake, and prints where they are.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pyspark.sql import SparkSession

from extract_lambda.raw_zone import RawZone
from jobs.flatten import flatten_playlists
from jobs.options import JobOptions
from jobs.stays import build_stays
from lake.storage import open_storage
from playlist_lake.building.local_session import local_session
from playlist_lake.importing.files import file_on_disk
from playlist_lake.importing.import_report import ImportReport
from playlist_lake.importing.importer import import_files
from tests.fuzz.answers import answer_faults
from tests.fuzz.files import SavedFile, real_captures, write_files
from tests.fuzz.imported import import_faults
from tests.support.accounting import KEYS, key_faults, raw_snapshots, row_faults
from tests.support.built_stays import expected_items
from tests.support.oracle import expected_tables
from tests.support.readers import UNDATED, published
from tests.support.stays_oracle import expected_rows

_SHOWN_FAULTS = 20
_LEVELS = 20_000


@dataclass
class Result:
    """What a round, or all of them, did."""

    rounds: int = 0
    files: int = 0
    items: int = 0
    refused: int = 0
    rejects: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, other: "Result") -> None:
        """Add the numbers of another result."""
        self.rounds += other.rounds
        self.files += other.files
        self.items += other.items
        self.refused += other.refused
        self.rejects += other.rejects
        self.faults += other.faults

    def __str__(self) -> str:
        reasons = ", ".join(f"{number} {reason}" for reason, number in sorted(self.rejects.items()))
        return (
            f"{self.rounds} rounds, {self.files} files, {self.items} items, {self.refused} refused "
            f"files or parts, rejects: {reasons or 'none'}; {len(self.faults)} failures"
        )


def main() -> int:
    """Run rounds; the exit status is 1 if any of them failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("minutes", type=float, nargs="?", default=5)
    parser.add_argument("--seed", type=int, help="repeat the round with this seed")
    options = parser.parse_args()
    if not real_captures():
        _print("Without real captures: ../shared/real beside the repository does not exist.")
    ends = time.monotonic() + 60 * options.minutes
    spark, total = local_session(), Result()
    while total.rounds == 0 or (options.seed is None and time.monotonic() < ends):
        seed = random.SystemRandom().getrandbits(32) if options.seed is None else options.seed
        total.add(_play(spark, seed))
    spark.stop()
    _print(f"{total}")
    return int(bool(total.faults))


def _play(spark: SparkSession, seed: int) -> Result:
    """Play one round; its folder stays if it failed."""
    folder, started = Path(tempfile.mkdtemp(prefix=f"fuzz-{seed}-")), time.monotonic()
    result = Result(rounds=1)
    try:
        _check(spark, folder, seed, result)
    except Exception:  # noqa: BLE001, any error of the product is a failure of the round
        result.faults.append(traceback.format_exc())
    _print(f"seed {seed}, {time.monotonic() - started:.0f} s: {result}")
    for fault in result.faults[:_SHOWN_FAULTS]:
        _print(fault if "\n" in fault else f"  {ascii(fault)[:1000]}")
    if result.faults:
        _print(f"  {folder} has the lake, and the files by list, shape, part and date")
    else:
        shutil.rmtree(folder)
    return result


def _check(spark: SparkSession, folder: Path, seed: int, result: Result) -> None:
    lake = folder / "lake"
    with _deep_recursion():
        saved = write_files(folder / "files", random.Random(seed))  # noqa: S311, no secret
    reports = _import(saved, lake)
    with _deep_recursion():
        snapshots = list(raw_snapshots(lake))
        result.faults += import_faults([one.path for one in saved], reports, snapshots)
    result.files = len(saved)
    result.items = sum(len(one.rows) for one in snapshots)
    result.refused = sum(len(report.failures) for report in reports)
    for failure in (one for report in reports for one in report.failures):
        if not failure.message.isprintable() or failure.file.label not in failure.message:
            result.faults.append(f"{failure.file.label}: refused with {failure.message!r}")
    for job in (flatten_playlists, build_stays):
        record = job(spark, JobOptions(str(lake)))
        if record.status != "succeeded" or record.refused:
            result.faults.append(f"{record.job} {record.status}: {record.refused}")
    tables = {table: published(lake, table) for table in KEYS}
    result.rejects = Counter(row[3] for row in tables["rejects"])
    with _deep_recursion():
        result.faults += row_faults(snapshots, tables)
        expected = expected_tables(snapshots)
        undated = *expected_rows(expected), expected_items(expected)
    result.faults += key_faults(tables)
    for table, rows in zip(UNDATED, undated, strict=True):
        found, wanted = Counter(published(lake, table)), Counter(rows)
        result.faults += [f"{table} has the wrong row {row}" for row in found - wanted]
        result.faults += [f"{table} lacks the row {row}" for row in wanted - found]
    result.faults += answer_faults(lake, tables, folder / "answer.json")


def _import(saved: list[SavedFile], lake: Path) -> list[ImportReport]:
    """Import the files: at once those that name their list, then the others, list by list."""
    zone = RawZone(open_storage(lake))
    by_id: dict[str | None, list[Path]] = {None: []}
    for one in saved:
        by_id.setdefault(one.playlist_id, []).append(one.path)
    return [
        import_files(map(file_on_disk, paths), zone, snapshot_date=None, playlist_id=playlist_id)
        for playlist_id, paths in by_id.items()
    ]


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def _deep_recursion() -> Iterator[None]:
    """Let the checks read what is nested deeply; import and build have the usual limit."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(_LEVELS)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


if __name__ == "__main__":
    sys.exit(main())
