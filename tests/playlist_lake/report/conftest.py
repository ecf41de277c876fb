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
    # A full history would no longer take what a test adds to it
    _running_browser.open_tab()
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
    """The cells of a section's tables; of a song only its name."""
    return list(
        page.run(
            """return [...document.querySelectorAll(arguments[0] + " tbody tr")].map(
                (row) => [...row.cells].map(
                    (cell) => (cell.querySelector(".song > a") ?? cell).textContent))""",
            section,
        )
    )


def bar_texts(page: Browser, section: str) -> list[str]:
    """The names and the values at a section's bars."""
    return [
        f"{name} {value}"
        for name, value in zip(
            page.texts(f"#{section} .bars tbody th"),
            page.texts(f"#{section} .bars .value"),
            strict=True,
        )
    ]


def tips(page: Browser, section: str) -> list[str]:
    """The tooltips of a section's marks."""
    marks = f"return [...document.querySelectorAll('#{section} [data-tip]')]"
    return list(page.run(f"{marks}.map((mark) => mark.dataset.tip)"))


def line_lengths(page: Browser, selector: str = "#positions .line") -> list[int]:
    """The number of points in each unbroken line of the positions; sorted."""
    lines = f"return [...document.querySelectorAll('{selector} path')]"
    drawn: list[str] = page.run(f"{lines}.map((line) => line.getAttribute('d'))")
    assert not re.search("[^MLZ0-9.,-]", "".join(drawn))
    parts = [part for path in drawn for part in path.split("M") if part]
    return sorted(part.count("L") + 1 for part in parts)


def list_address(playlist_id: str, first: object = None, last: object = None) -> str:
    """The address of a list, on two dates if they are given."""
    dates = [f"{name}={on}" for name, on in (("from", first), ("to", last)) if on]
    return f"#/list/{playlist_id}" + (f"?{'&'.join(dates)}" if dates else "")
