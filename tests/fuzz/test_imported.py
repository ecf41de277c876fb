"""The comparison of files and raw zone finds rows that were lost, moved or made."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from playlist_lake.importing.files import file_on_disk
from playlist_lake.importing.import_report import ImportedList, ImportReport
from tests.fuzz.imported import import_faults
from tests.support.oracle import Snapshot
from tests.support.saved_responses import DAY, LIST, page, playlist, save

ROWS: list[Any] = [{"item": {"id": "a"}}, None, {"item": {"id": "b"}}, {"item": {"id": "c"}}]
CHART = "rank,uri,artist_names,track_name,streams\n1,spotify:track:4uLU6hMCjMI75M1A2tKUQC,a,b,5\n"


def faults(*paths: Path, pages: list[tuple[int, list[Any]]], list_id: str = LIST) -> list[str]:
    files = tuple(map(file_on_disk, paths))
    report = ImportReport(written=[ImportedList(DAY, list_id, files)])
    return list(import_faults(paths, [report], [Snapshot(DAY, list_id, pages, 4)]))


@pytest.mark.parametrize(
    "pages",
    [
        [(0, ROWS[:3])],
        [(0, [*ROWS[:2], *ROWS[:1:-1]])],
        [(1, ROWS)],
        [(0, ROWS), (4, [{"item": {"id": "new"}}])],
    ],
    ids=["lost", "swapped", "shifted", "made"],
)
def test_wrong_rows_are_found(tmp_path: Path, pages: list[tuple[int, list[Any]]]) -> None:
    whole = save(tmp_path / f"list-{DAY}.json", playlist(ROWS))
    two = [
        save(tmp_path / f"list-1-{DAY}.json", page(ROWS[:2])),
        save(tmp_path / f"list-2-{DAY}.json", page(ROWS[2:], offset=2)),
    ]

    assert (faults(whole, pages=[(0, ROWS)]), faults(*two, pages=[(0, ROWS)])) == ([], [])
    assert faults(whole, pages=pages)
    assert faults(*two, pages=pages)


def test_a_moved_chart_row_is_found(tmp_path: Path) -> None:
    path = tmp_path / f"chart-x-daily-{DAY}.csv"
    path.write_text(CHART)
    song = {"uri": "spotify:track:4uLU6hMCjMI75M1A2tKUQC", "name": "b", "artists": [{"name": "a"}]}
    row = {"track": song, "streams": 5}

    assert faults(path, pages=[(0, [row])], list_id="chart-x-daily") == []
    assert faults(path, pages=[(1, [row])], list_id="chart-x-daily")


def test_a_file_without_an_outcome_is_found(tmp_path: Path) -> None:
    path = save(tmp_path / f"list-{date.min}.json", playlist(ROWS))

    assert list(import_faults([path], [ImportReport()], [])) == [
        f"{path}: neither imported nor refused"
    ]
