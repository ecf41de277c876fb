"""Run the jobs of a day and print what each cost: `python -m bench.jobs_of_a_day LAKE DATE DATES`.

DATES is the number of dates to keep. Prints one line of JSON: the figures by subject.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psutil
from pyspark.sql import SparkSession

from jobs.flatten import flatten_playlists
from jobs.options import JobOptions
from jobs.run import RunRecord
from jobs.stays import build_stays
from lake.folder import FolderStorage
from playlist_lake.building.local_session import local_session

_CALLS = ("list_objects", "list_folders", "exists", "read", "open", "write", "stage", "delete")
_READS = ("read", "open")

Figures = dict[str, float]


def main(lake: Path, on: date, kept: int) -> dict[str, Figures]:
    """The figures of both jobs and of their steps, by subject."""
    calls: Counter[str] = Counter()
    _count_calls(calls)
    options = JobOptions(str(lake), retention_days=kept - 1)
    started = _reading(calls, None)
    spark = local_session()
    ready = _reading(calls, spark)
    flattened = flatten_playlists(spark, options, clock=lambda: _morning(on))
    between = _reading(calls, spark)
    stays = build_stays(spark, options, clock=lambda: _morning(on))
    end = _reading(calls, spark)
    return {
        "start": _difference(started, ready),
        "the rest": _difference(ready, between),
        "the stays": _difference(between, end),
        **_steps(flattened),
        **_steps(stays),
    }


def _morning(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 7, tzinfo=UTC)


def _count_calls(calls: Counter[str]) -> None:
    """Count the calls of the lake's storage by name; on S3 each is at least one request."""
    for name in _CALLS:
        setattr(FolderStorage, name, _counted(name, getattr(FolderStorage, name), calls))


def _counted(name: str, method: Callable[..., Any], calls: Counter[str]) -> Callable[..., Any]:
    def counted(*arguments: Any, **named: Any) -> Any:
        calls[name] += 1
        return method(*arguments, **named)

    return counted


def _reading(calls: Counter[str], spark: SparkSession | None) -> Figures:
    """What this process and its children have used so far.

    Bytes are those of all reading system calls; a file counts each time that it is read.
    """
    process = psutil.Process()
    processes = [process, *process.children(recursive=True)]
    return {
        "seconds": time.monotonic(),
        "CPU_seconds": sum(sum(one.cpu_times()[:2]) for one in processes),
        "MB_read": sum(one.io_counters().read_chars for one in processes) / 1e6,
        "files_read": sum(calls[name] for name in _READS) + (_scanned_files(spark) if spark else 0),
        "calls": sum(calls.values()),
    }


def _scanned_files(spark: SparkSession) -> int:
    """The number of files that Spark's scans have read."""
    store = spark._jsparkSession.sharedState().statusStore()
    executions = store.executionsList()
    # The scan behind a cached frame appears in every plan that uses the frame
    files: dict[int, int] = {}
    for execution in map(executions.apply, range(executions.size())):
        values = store.executionMetrics(execution.executionId())
        metrics = execution.metrics()
        for metric in map(metrics.apply, range(metrics.size())):
            number = metric.accumulatorId()
            if metric.name() == "number of files read" and values.contains(number):
                files[number] = max(
                    files.get(number, 0), int(values.apply(number).replace(",", ""))
                )
    return sum(files.values())


def _difference(before: Figures, after: Figures) -> Figures:
    return {name: after[name] - before[name] for name in after}


def _steps(record: RunRecord) -> dict[str, Figures]:
    return {
        f"step {record.job} {name}": {"seconds": seconds}
        for name, seconds in record.seconds.items()
    }


if __name__ == "__main__":
    lake, on, kept = sys.argv[1:]
    figures = main(Path(lake), date.fromisoformat(on), int(kept))
    print(json.dumps(figures))  # noqa: T201
