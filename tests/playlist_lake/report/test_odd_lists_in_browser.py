"""Odd lists in a browser: every control, every kind of mark, long and short histories."""

import re
from pathlib import Path
from typing import Literal

import pytest

from tests.playlist_lake.report.browser import Browser
from tests.playlist_lake.report.conftest import bar_texts, report
from tests.playlist_lake.report.odd_lists import MARKUP, odd_lists, one_lake
from tests.playlist_lake.report.walk import (
    ENDS,
    faults,
    point_at_marks,
    sort_tables,
    tooltip,
)

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
    kinds: dict[str, set[str]] = {section: set() for section in ENDS}
    for name in chromium.texts("#list option"):
        chromium.choose("list", name)
        assert tooltip(chromium) == "", f"the tooltip of the list before, on {name}"
        for control in ("to", "from"):
            for date in reversed(choices(chromium, control)):
                chromium.choose(control, date)
                assert faults(chromium) == [], f"{name}, {control} {date}"
        sort_tables(chromium)
        for section, end in ENDS.items():
            for kind, tooltips in point_at_marks(chromium, section).items():
                kinds[section].add(kind)
                for text in tooltips:
                    assert re.search(rf"(^|\n){end}\Z", text), f"{name}: {section} {kind}"
            assert faults(chromium) == [], f"{name}, {section}"
    chromium.set_screen(width, "dark" if scheme == "light" else "light")
    chromium.wait_until_drawn()
    assert faults(chromium) == []
    assert tooltip(chromium) == ""
    bars, points = {"rect", "text"}, {"line", "symbol", "path"}
    assert kinds == dict.fromkeys(ENDS, bars) | {"positions": points, "movement": {"rect"}}
    assert chromium.run("return window.broken ?? null") is None


@pytest.mark.parametrize("name", ["dense", "sparse"])
@pytest.mark.parametrize("width", [1200, 390])
def test_a_long_history_can_be_read(
    chromium: Browser, odd_lake: Path, name: str, width: int
) -> None:
    chromium.set_screen(width, "light")
    chromium.open(odd_lake)
    chromium.choose("list", name)
    dates = chromium.texts("#from option")
    chromium.choose("to", dates[-1])
    chromium.choose("from", dates[0])
    assert len(bar_texts(chromium, "movement")) == 2 * len(dates)
    assert min(chromium.run(_BAR_WIDTHS)) > 2
    assert chromium.run(_MISPLACED_LABELS) == []


_BAR_WIDTHS = """
    return [...document.querySelectorAll("#movement .mark-rect > path")]
        .map((bar) => bar.getBoundingClientRect().width)
"""

# The labels of stays that are neither white within their bar nor dark beside it
_MISPLACED_LABELS = """
    const bars = [...document.querySelectorAll("#stays .mark-rect > path")];
    const frame = document.querySelector("#stays .plot").getBoundingClientRect();
    const labels = [...document.querySelectorAll("#stays .mark-text.role-mark text")];
    return labels.filter((label, index) => {
        const text = label.getBoundingClientRect(), bar = bars[index].getBoundingClientRect();
        const isWithin = text.left >= bar.left && text.right <= bar.right;
        const isBeside = text.right <= bar.left || text.left >= bar.right;
        return text.right > frame.right || text.left < frame.left
            || (label.getAttribute("fill") === "white" ? !isWithin : !isBeside);
    }).map((label) => label.textContent);
"""


@pytest.mark.parametrize("name", odd_lists())
def test_a_lake_of_one_odd_list_is_shown(chromium: Browser, tmp_path: Path, name: str) -> None:
    chromium.set_screen(390, "light")
    chromium.open(report(tmp_path, one_lake([odd_lists()[name]])))
    assert faults(chromium) == []
    shown = {"odd-names": MARKUP, "never-read": "one-read", "stale": "stale (not read)"}
    assert chromium.texts("#list option") == [shown.get(name, name)]
