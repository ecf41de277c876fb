"""A process to be killed: it runs one step of the product with a failpoint in it.

`python -m tests.jobs.victim spark` starts Spark, writes the JVM's process id, does the one command
that it reads, and waits to be killed. `python -m tests.jobs.victim fork` needs no Spark: it does
every command that it reads in a child of its own, and writes the child's process id and how it
ended.

A command is a line of JSON: {"action": …, "lake": …, "point": …}. A point is the number of an
event, or its name and which time it happens, such as `after DataFrameSink.write 4`. There is an
event before and one after each call of the steps' functions below; at its point the process
kills itself. Without a point it runs to its end, unless another process kills it.
"""

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from extract_lambda.raw_zone import RawZone
from extract_lambda.snapshot_draft import SnapshotDraft
from jobs import audit, dates, flatten, garbage, pending, publish, retention, run, runs_table, stays
from jobs.file_catalog import FileCatalog
from jobs.locked_lake import LockedLake
from jobs.options import JobOptions
from jobs.run import BuildResult, RunRecord, Steps
from jobs.sink import DataFrameSink
from lake.folder import FolderStorage
from lake.storage import open_storage
from playlist_lake.building.local_session import local_session
from playlist_lake.importing.files import file_on_disk
from playlist_lake.importing.importer import import_files

PREPARED = "prepared.json"
"""The record of a run whose files are in the lake, but that was never started."""

FUNCTIONS = (
    (publish, "finish_pending_publication"),
    (publish, "start_run"),
    (publish, "plan_switches"),
    (publish, "publish"),
    (publish, "complete"),
    (publish, "finish"),
    (pending, "write_pending"),
    (garbage, "collect_garbage"),
    (run, "save"),
    (runs_table, "append_to_runs"),
    (dates, "write_inputs"),
    (audit, "audit"),
    (retention, "drop_expired"),
    (retention, "finish_drop"),
)
METHODS: tuple[tuple[type, str], ...] = (
    (FolderStorage, "write"),
    (FolderStorage, "delete"),
    (FileCatalog, "point"),
    (DataFrameSink, "write"),
    (SnapshotDraft, "playlist"),
    (SnapshotDraft, "page"),
    (SnapshotDraft, "end"),
    (SnapshotDraft, "finish"),
    (Path, "replace"),
)


class Failpoint:
    """Counts events, and kills the process at one of them."""

    def __init__(self, point: str | int | None) -> None:
        self._point = point
        self._number = 0
        self._times: Counter[str] = Counter()

    def install(self, methods: Iterable[tuple[type, str]] = METHODS) -> None:
        """Put an event before and after each of the functions, in every module that imports it."""
        for module, name in FUNCTIONS:
            real = getattr(module, name)
            wrapped = self._around(real, f"{module.__name__.rpartition('.')[2]}.{name}")
            for user in list(sys.modules.values()):
                if user.__name__.startswith("jobs.") and getattr(user, name, None) is real:
                    setattr(user, name, wrapped)
        for owner, name in methods:
            real = getattr(owner, name)
            setattr(owner, name, self._around(real, f"{owner.__name__}.{name}"))

    def _around(self, real: Callable[..., Any], name: str) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **named: Any) -> Any:
            self._pass(f"before {name}")
            answer = real(*arguments, **named)
            self._pass(f"after {name}")
            return answer

        return wrapped

    def _pass(self, event: str) -> None:
        self._number += 1
        self._times[event] += 1
        if self._point in (self._number, f"{event} {self._times[event]}"):
            tell(f"at {event} {self._times[event]}")
            os.kill(os.getpid(), signal.SIGKILL)


def tell(text: str) -> None:
    """Write a line to the parent process, without buffering."""
    os.write(1, f"{text}\n".encode())


def do_import(lake: Path) -> None:
    """Import the captures next to the lake, and replace the objects in its raw zone."""
    captures = sorted((lake.parent / "captures").iterdir())
    import_files(
        map(file_on_disk, captures),
        RawZone(open_storage(lake)),
        snapshot_date=None,
        playlist_id=None,
        refresh=True,
    )


def do_publish(lake: Path) -> None:
    """A flatten run whose tables were written before: publish them."""
    prepared = RunRecord.from_json((lake / PREPARED).read_bytes())

    def build(_steps: Steps) -> BuildResult:
        return BuildResult(flatten.SNAPSHOT_TABLE_NAMES, prepared.dates, prepared.inputs)

    with publish.open_lake(JobOptions(str(lake), run_id=prepared.run_id)) as opened:
        assert isinstance(opened, LockedLake)
        publish.perform(opened, "flatten_playlists", build, run.no_progress)


def do_expire(lake: Path) -> None:
    """Drop all dates before the date in the file `cutoff`."""
    cutoff = date.fromisoformat((lake / "cutoff").read_text())
    with publish.open_lake(JobOptions(str(lake))) as opened:
        retention.drop_expired(opened, cutoff)


def do_flatten(lake: Path) -> None:
    """Build what changed."""
    flatten.flatten_playlists(local_session(), JobOptions(str(lake)))


def do_stays(lake: Path) -> None:
    """Build the stays."""
    stays.build_stays(local_session(), JobOptions(str(lake)))


ACTIONS: dict[str, Callable[[Path], None]] = {
    "import": do_import,
    "publish": do_publish,
    "expire": do_expire,
    "flatten": do_flatten,
    "stays": do_stays,
}


def perform(command: dict[str, Any]) -> None:
    """Do a command in this process."""
    Failpoint(command["point"]).install()
    ACTIONS[command["action"]](Path(command["lake"]))


def fork_and_perform(command: dict[str, Any]) -> None:
    """Do a command in a child."""
    child = os.fork()
    if child == 0:
        os.setsid()
        # Told by the child itself, so that it comes before the event that kills it
        tell(f"child {os.getpid()}")
        perform(command)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    tell(f"ended {os.waitstatus_to_exitcode(status)}")


def main(mode: str) -> None:
    """Do what the input says."""
    if mode == "fork":
        for line in sys.stdin:
            fork_and_perform(json.loads(line))
    else:
        gateway: Any = local_session().sparkContext._gateway
        tell(f"jvm {gateway.proc.pid}")
        perform(json.loads(sys.stdin.readline()))
        tell("done")
        sys.stdin.readline()


if __name__ == "__main__":
    main(sys.argv[1])
