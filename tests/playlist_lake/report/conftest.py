"""The report of a week, and a browser that opens reports and checks what they load."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from playlist_lake import connect
from playlist_lake.report import write_report
from tests.playlist_lake.report.browser import Browser, browser
from tests.support.tiny_lakes import Row, write_lake
from tests.support.tiny_lists import week


@pytest.fixture(scope="package")
def _running_browser() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.fixture
def chromium(_running_browser: Browser) -> Iterator[Browser]:
    """A browser with a wide, light screen; its pages may not load other files or log errors."""
    _running_browser.set_screen(1200, "light")
    yield _running_browser
    own = ("file:", "data:", "chrome:")
    assert [url for url in _running_browser.requests() if not url.startswith(own)] == []
    assert _running_browser.console() == []


@pytest.fixture(scope="package")
def a_week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of four lists of a week (see tiny_lists), which are ordered by these names."""
    return report(tmp_path_factory.mktemp("week"), week())


def report(folder: Path, tables: dict[str, list[Row]]) -> Path:
    """Write the report of a lake with these tables."""
    path = folder / "report.html"
    with connect(write_lake(folder / "lake", **tables)) as con:
        write_report(con, path)
    return path


def table_rows(page: Browser, section: str) -> list[list[str]]:
    """The cells of a section's table."""
    return list(
        page.run(
            """return [...document.querySelectorAll(arguments[0] + " tbody tr")].map(
                (row) => [...row.cells].map((cell) => cell.firstChild?.textContent ?? ""))""",
            section,
        )
    )


def mark_count(page: Browser, section: str, kind: str) -> int:
    """The number of lines, points or bars in a section's charts."""
    return len(page.texts(f"{section} .mark-{kind} > path"))


def bar_texts(page: Browser, section: str) -> list[str]:
    """What a section's bars say to the pointer and to a screen reader."""
    bars = f"return [...document.querySelectorAll('#{section} .mark-rect > path')]"
    return list(page.run(f"{bars}.map((bar) => bar.ariaLabel)"))


def line_lengths(page: Browser) -> list[int]:
    """The number of points in each line of the positions, which are straight; sorted."""
    lines = "return [...document.querySelectorAll('#positions .mark-line > path')]"
    drawn = page.run(f"{lines}.map((line) => line.getAttribute('d'))")
    assert not re.search("[^MLZ0-9.,-]", "".join(drawn))
    return sorted(len(re.findall("[ML]", line)) for line in drawn)


def labels(page: Browser, section: str) -> list[str]:
    """The texts at a section's bars."""
    return page.texts(f"{section} .mark-text.role-mark text")
