"""What the page works out for each date, against the views that say it in SQL."""

from pathlib import Path
from typing import Any

import pytest

from playlist_lake import connect
from playlist_lake.report import write_report
from tests.playlist_lake.report.browser import Browser
from tests.playlist_lake.report.conftest import list_address, table_rows
from tests.playlist_lake.report.odd_lists import odd_lists, one_lake
from tests.support.tiny_lakes import write_lake
from tests.support.tiny_lists import week

pytestmark = pytest.mark.slow

_MOVES = {"new": "★ new", "re-entry": "↩ back", "same": "=", None: ""}


def shown(row: tuple[Any, ...]) -> list[str]:
    """A row of the view `chart` as the page writes it."""
    position, name, label, change, *numbers = row
    move = _MOVES.get(label, f"▲ {change}" if label == "up" else f"▼ {-(change or 0)}")
    counts = ["" if number is None else str(number) for number in numbers]
    return [str(position), move, name or "(no name)", *counts]


@pytest.mark.parametrize("lake", ["week", "odd"])
def test_charts_are_those_of_the_view(chromium: Browser, tmp_path: Path, lake: str) -> None:
    tables = week() if lake == "week" else one_lake(odd_lists().values())
    with connect(write_lake(tmp_path / "lake", **tables)) as con:
        write_report(con, tmp_path / "report.html")
        rows = con.execute(
            """
            SELECT
                playlist_id, snapshot_date,
                list(
                    (position, last.name, label, change, days_on_list, times_seen, best_position)
                    ORDER BY position
                )
            FROM chart JOIN (SELECT item_uri, name FROM items_latest) AS last USING (item_uri)
            WHERE position <= 100 GROUP BY playlist_id, snapshot_date
            """
        ).fetchall()
    chromium.open(tmp_path / "report.html")
    for playlist_id, on, of_date in sorted(rows)[:: 1 if lake == "week" else 7]:
        chromium.go_to(list_address(playlist_id, on, on))
        # Without the small line, which needs two dates
        found = table_rows(chromium, "#chart")
        assert found == [shown(row) for row in of_date], f"{playlist_id} {on}"
