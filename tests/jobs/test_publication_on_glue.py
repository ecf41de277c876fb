"""Failing calls to Glue: each table is in its old or new state, and the next run completes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError

from jobs import publish, run
from jobs.catalog import CatalogError
from jobs.glue_catalog import GlueCatalog
from jobs.locked_lake import LockedLake
from jobs.options import JobOptions
from jobs.pending import read_pending
from jobs.run_folders import run_folder
from lake.folder import FolderStorage
from tests.support.glue_tables import TABLE_NAMES, create_glue_tables
from tests.support.raw_objects import put_raw, song
from tests.support.run_records import runs_seen
from tests.support.runs import (
    FakeClock,
    day,
    expected_locations,
    expire,
    publish_run,
    visit,
    write_run,
)

pytestmark = pytest.mark.usefixtures("no_fsync")

D1, D2 = day(21), day(22)
CHANGES = ("BatchCreatePartition", "BatchUpdatePartition", "BatchDeletePartition", "UpdateTable")


class FailingGlue:
    """A Glue client whose n-th call after `arm` fails, before or after it takes effect."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._real = BaseClient._make_api_call  # type: ignore[attr-defined]
        self._left, self._takes_effect = 0, False
        self.changes = 0
        """The number of calls that changed the catalog since it was armed."""

        def call(client: Any, action: str, arguments: Any) -> Any:
            return self._call(client, action, arguments)

        monkeypatch.setattr(BaseClient, "_make_api_call", call)

    def arm(self, number: int, *, takes_effect: bool) -> None:
        self._left, self._takes_effect, self.changes = number, takes_effect, 0

    def disarm(self) -> None:
        self._left = 0

    def _call(self, client: Any, action: str, arguments: Any) -> Any:
        is_here = self._left == 1
        self._left = max(0, self._left - 1)
        if is_here and not self._takes_effect:
            error: Any = {"Error": {"Code": "InternalServiceException", "Message": "sorry"}}
            raise ClientError(error, action)
        self.changes += action in CHANGES
        answer = self._real(client, action, arguments)
        if is_here:
            raise EndpointConnectionError(endpoint_url="https://glue")
        return answer


@pytest.fixture
def glue(aws: None, monkeypatch: pytest.MonkeyPatch) -> FailingGlue:  # noqa: ARG001
    """Glue that fails once it is armed."""
    # One client for all lakes of a test: creating one takes longer than all of its calls
    client = boto3.client("glue")
    monkeypatch.setattr(boto3, "client", lambda *_, **__: client)
    return FailingGlue(monkeypatch)


def lake_with_a_published_date(folder: Path, clock: FakeClock) -> JobOptions:
    """A lake in a folder with a database of its own, D1 published by run r1."""
    create_glue_tables(str(folder), folder.name)
    for on in (D1, D2):
        put_raw(FolderStorage(folder), on, [song(1)])
    publish_run(options_of(folder, "r1"), clock, [D1])
    return options_of(folder)


def options_of(folder: Path, run_id: str | None = None) -> JobOptions:
    return JobOptions(str(folder), database=folder.name, run_id=run_id)


def seen(options: JobOptions) -> dict[str, Any]:
    """The locations of each table, without completing a publication first."""
    catalog = GlueCatalog(options.database or "", options.lake)
    return {table: catalog.locations(table) for table in TABLE_NAMES}


def after_changes(count: int) -> dict[str, Any]:
    """The locations after this many calls of run r2, over D1 and D2, took effect.

    Table by table, dimensions first, entries last; in each the new date is created, then the
    published one is moved.
    """
    order = [(table, on) for table in TABLE_NAMES for on in (D2, D1)]
    tables = expected_locations({D1: "r1"})
    for table, on in order[:count]:
        tables[table][on] = run_folder(table, "r2", on)
    return tables


# A publication first reads every table; then for each it reads, creates and updates partitions
SOME_CALLS = (1, 8, 10, 11, 12, 13, 32)
SWITCHES = 16


@pytest.mark.parametrize("takes_effect", [False, True], ids=["refused", "answer_lost"])
@pytest.mark.parametrize(
    "numbers",
    [SOME_CALLS, pytest.param(range(1, 100), marks=pytest.mark.slow)],
    ids=["some", "every"],
)
def test_after_a_failed_call_each_table_is_old_or_new_and_the_next_run_completes(
    glue: FailingGlue,
    tmp_path: Path,
    clock: FakeClock,
    numbers: Sequence[int],
    *,
    takes_effect: bool,
) -> None:
    new = expected_locations({D1: "r2", D2: "r2"})
    changes = []
    for number in numbers:
        options = lake_with_a_published_date(tmp_path / f"lake_{number}", clock)
        with publish.open_lake(options_of(Path(options.lake), "r2"), clock) as lake:
            record = write_run(lake, [D1, D2])
            glue.arm(number, takes_effect=takes_effect)
            failure = failure_of(lake, record)
            glue.disarm()
        assert seen(options) == after_changes(glue.changes)
        if failure is None:
            break
        assert "Glue " in failure
        assert f" on {options.database}." in failure
        changes.append(glue.changes)
        assert read_pending(lake.storage).publication == "r2"
        # When all switches are done, the last calls add the run's rows to the table `runs`
        possible = ["publishing", "succeeded"] if glue.changes >= SWITCHES else ["publishing"]
        assert run.load(lake.storage, "r2").status in possible

        visit(options, clock)

        assert seen(options) == new
        assert read_pending(lake.storage).publication is None
        assert run.load(lake.storage, "r2").status == "succeeded"
        assert runs_seen(lake.storage, lake.catalog) == {"r1", "r2"}
    # Calls failed before the first, between and at the last of the switches
    assert {0, 1, 2} <= set(changes)
    assert max(changes) >= 15


def failure_of(lake: LockedLake, record: run.RunRecord) -> str | None:
    """The error sentence of a publication; None if it succeeds."""
    try:
        publish.publish(lake, record)
    except CatalogError as error:
        return str(error)
    return None


def test_while_glue_keeps_failing_no_other_run_publishes_anything(
    glue: FailingGlue, tmp_path: Path, clock: FakeClock
) -> None:
    options = lake_with_a_published_date(tmp_path / "lake", clock)
    with publish.open_lake(options_of(tmp_path / "lake", "r2"), clock) as lake:
        record = write_run(lake, [D1])
        glue.arm(12, takes_effect=False)
        assert failure_of(lake, record)
    halfway = seen(options)

    for number in (1, 2, 3):
        glue.arm(number, takes_effect=False)
        with pytest.raises(CatalogError):
            publish_run(options_of(tmp_path / "lake", f"late{number}"), clock, [D2])
        assert all(D2 not in dates for dates in seen(options).values())
    glue.disarm()
    publish_run(options_of(tmp_path / "lake", "r3"), clock, [D2])

    assert halfway not in (expected_locations({D1: "r1"}), expected_locations({D1: "r2"}))
    assert seen(options) == expected_locations({D1: "r2", D2: "r3"})


@pytest.mark.parametrize("takes_effect", [False, True], ids=["refused", "answer_lost"])
@pytest.mark.parametrize(
    "numbers",
    [(1, 30, 31, 46, 47), pytest.param(range(1, 100), marks=pytest.mark.slow)],
    ids=["some", "every"],
)
def test_after_a_failed_call_the_next_run_completes_retention(
    glue: FailingGlue,
    tmp_path: Path,
    clock: FakeClock,
    numbers: Sequence[int],
    *,
    takes_effect: bool,
) -> None:
    old, new = expected_locations({D1: "r1", D2: "r2"}), expected_locations({D2: "r2"})
    sides, begun = [], []
    for number in numbers:
        options = lake_with_a_published_date(tmp_path / f"lake_{number}", clock)
        publish_run(options_of(Path(options.lake), "r2"), clock, [D2])
        glue.arm(number, takes_effect=takes_effect)
        try:
            expire(options, D2, clock)
            break
        except CatalogError:
            glue.disarm()
        now = seen(options)
        # Entries first, dimensions last
        dropped = [now[table] == new[table] for table in reversed(TABLE_NAMES)]
        assert dropped == sorted(dropped, reverse=True)
        assert all(now[table] in (old[table], new[table]) for table in TABLE_NAMES)
        sides.append(sum(dropped))

        # A drop that has begun is completed before anything else
        has_begun = read_pending(FolderStorage(Path(options.lake))).dropping == [str(D1)]
        assert has_begun or not any(dropped)
        begun.append(has_begun)
        assert expire(options, D2, clock) == ([] if has_begun else [D1])

        assert seen(options) == new
        assert FolderStorage(Path(options.lake)).list_folders("raw/") == [f"snapshot_date={D2}"]
    glue.disarm()
    assert 0 in sides
    assert max(sides) >= 7
    assert begun == sorted(begun)
    assert set(begun) == {False, True}


def test_stays_move_in_one_call(glue: FailingGlue, tmp_path: Path, clock: FakeClock) -> None:
    options = lake_with_a_published_date(tmp_path / "lake", clock)
    catalog = GlueCatalog(options.database or "", options.lake)
    with publish.open_lake(options_of(tmp_path / "lake", "s1"), clock) as lake:
        record = publish.start_run(lake, "build_stays")
        record.dates[None] = run.DateResult("succeeded")
        record.switches = publish.plan_switches(lake, ["playlist_stays"], [None])
        glue.arm(2, takes_effect=False)
        assert failure_of(lake, record)
    assert catalog.locations("playlist_stays") == {None: "tables/playlist_stays"}

    visit(options, clock)

    assert catalog.locations("playlist_stays") == {None: "tables/playlist_stays/s1"}
