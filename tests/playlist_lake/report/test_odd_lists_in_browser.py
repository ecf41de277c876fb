"""Odd lists in a browser: every control, every kind of mark, long and short histories."""

import re
from pathlib import Path
from typing import Literal

import pytest

from tests.playlist_lake.report.browser import Browser
from tests.playlist_lake.report.conftest import list_address, report, table_rows
from tests.playlist_lake.report.odd_lists import MARKUP, odd_lists, one_lake
from tests.playlist_lake.report.walk import (
    ENDS,
    faults,
    point_at_marks,
    sort_tables,
    tooltip,
)
from tests.support.tiny_lists import day

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def odd_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a lake with all odd lists."""
    return report(tmp_path_factory.mktemp("odd"), one_lake(odd_lists().values()))


def choices(page: Browser, select: str) -> list[str]:
    """All options of a control, or the first, some in the middle and the last."""
    options = page.texts(f"#{select} option")
    return options if len(options) <= 5 else options[:: len(options) // 3] + options[-1:]


@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), (390, "dark")])
def test_no_control_and_no_tooltip_shows_nonsense(
    chromium: Browser, odd_lake: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    chromium.set_screen(width, scheme)
    chromium.open(odd_lake)
    assert faults(chromium) == []
    pointed: dict[str, int] = dict.fromkeys(ENDS, 0)
    chromium.go_to(list_address("dense"))
    for name in chromium.texts("#list option"):
        chromium.choose("list", name)
        assert tooltip(chromium) == "", f"the tooltip of the list before, on {name}"
        for control in ("to", "from"):
            for date in reversed(choices(chromium, control)):
                chromium.choose(control, date)
                assert faults(chromium) == [], f"{name}, {control} {date}"
        sort_tables(chromium)
        for section, end in ENDS.items():
            for text in point_at_marks(chromium, section):
                pointed[section] += 1
                assert re.search(rf"(^|\n){end}\Z", text), f"{name}: {section}"
            assert faults(chromium) == [], f"{name}, {section}"
    assert min(pointed.values()) > 0, pointed
    assert chromium.run("return window.broken ?? null") is None


@pytest.mark.parametrize("width", [1200, 390])
def test_every_page_of_every_song_and_pair_of_dates_is_shown(
    chromium: Browser, odd_lake: Path, width: int
) -> None:
    chromium.set_screen(width, "light")
    chromium.open(odd_lake)
    for address in chromium.run(_ADDRESSES):
        chromium.go_to(address)
        assert faults(chromium) == [], address
        assert chromium.text("h1") != "Not in this report", address


def test_a_chart_from_chart_files_has_their_columns(chromium: Browser, odd_lake: Path) -> None:
    chromium.open(odd_lake, list_address("chart-file"))
    heads = chromium.texts("#chart th")
    assert heads[-4:] == ["Best", "Streams", "Peak", "Chart days"]
    assert [row[-4:] for row in table_rows(chromium, "#chart")] == [
        ["1", "4,000,000", "1", "90"],
        ["1", "2,000,000", "1", "90"],
        ["3", "1,333,333", "1", "90"],
    ]
    chromium.choose("to", str(day(1)))
    assert chromium.texts("#chart th")[-1] == "Best"


# One song of each list, its artists, and its first and last date compared
_ADDRESSES = """
    const { lists, songs, artists } = JSON.parse(document.getElementById("contents").textContent);
    const found = lists.flatMap(({ id, stays, dates }) => [
        `#/compare/${id}?from=${dates[0]}&to=${dates.at(-1)}`,
        ...stays.song.slice(-7).flatMap((song) => [
            `#/song/${encodeURIComponent(songs.uri[song])}`,
            ...songs.artists[song].map((one) => artists.name[one])
                .map((name) => `#/artist/${encodeURIComponent(name)}`)]),
    ]);
    return [...new Set(found)];
"""


@pytest.mark.parametrize("name", odd_lists())
def test_a_lake_of_one_odd_list_is_shown(chromium: Browser, tmp_path: Path, name: str) -> None:
    chromium.set_screen(390, "light")
    chromium.open(report(tmp_path, one_lake([odd_lists()[name]])))
    assert faults(chromium) == []
    shown = {"odd-names": MARKUP, "never-read": "one-read"}
    assert chromium.texts(".card h2") == [shown.get(name, name)]
