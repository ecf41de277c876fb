"""What commands print at the end: one line for many equal failures."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from jobs.run import DateResult, RefusedObject, RunRecord
from playlist_lake.building.build import Build
from playlist_lake.command_results import print_build, remark_import
from playlist_lake.importing.files import file_on_disk
from playlist_lake.importing.import_report import Failure, ImportReport

DAYS = [date(2026, 1, day) for day in range(1, 10)]


def test_files_that_fail_for_one_reason_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    failures = [
        Failure(file_on_disk(Path(name)), f"{name} has no date in its name")
        for name in ("a", "b", "c")
    ]
    failures.insert(1, Failure(file_on_disk(Path("x.json")), "x.json is not JSON"))
    remark_import(ImportReport(failures=failures))
    assert capsys.readouterr().err.splitlines() == [
        "not imported: a has no date in its name (the same for 2 files: b, c)",
        "not imported: x.json is not JSON",
    ]


def test_objects_and_dates_that_fail_for_one_reason_are_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    record = RunRecord("run-1", "flatten_playlists", datetime(2026, 1, 10, tzinfo=UTC), "failed")
    record.refused = [RefusedObject(on, "list", "has no end record") for on in DAYS]
    record.dates = {on: DateResult("failed", reason="has refused objects") for on in DAYS[:2]}
    print_build(Build([record]))
    folder = "raw/snapshot_date=2026-01-0"
    others = ", ".join(f"{folder}{day}/list.jsonl.gz" for day in range(2, 7))
    assert capsys.readouterr().err.splitlines() == [
        f"refused: {folder}1/list.jsonl.gz has no end record (the same for 8 objects: {others}, …)",
        "not built: 2026-01-01 has refused objects (the same for 1 date: 2026-01-02)",
    ]


def test_in_a_pipe_no_line_ends_with_blanks(capsys: pytest.CaptureFixture[str]) -> None:
    counts = {"playlists": 1, "playlist_entries": 50, "songs": 50, "albums": 40, "artists": 60}
    record = RunRecord("run-1", "flatten_playlists", datetime(2026, 1, 10, tzinfo=UTC), "succeeded")
    record.dates = {DAYS[0]: DateResult("succeeded", counts | {"raw_items": 50})}
    print_build(Build([record]))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Built    1 snapshot date (2026-01-01) from 50 items"
    assert [line for line in lines if line != line.rstrip()] == []


def test_of_many_remarks_only_the_first_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    remark_import(ImportReport(remarks=[f"list {number}" for number in range(1_022)]))
    assert capsys.readouterr().err.splitlines() == [
        *(f"list {number}" for number in range(20)),
        "… and 1,002 more like these",
    ]
