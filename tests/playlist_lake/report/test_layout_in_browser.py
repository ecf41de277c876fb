"""The report's layout in a browser: widths, colours, axes, long lists, odd names."""

from pathlib import Path
from typing import Any

import pytest

from tests.playlist_lake.report.browser import Browser
from tests.playlist_lake.report.conftest import labels, mark_count, report, table_rows
from tests.support.tiny_lists import day, snapshots, stay, together

pytestmark = pytest.mark.slow

PICTURES = Path(__file__).parents[3] / "build" / "screenshots"
CHARTS = ("positions", "movement", "stays", "artists", "overlap")


def test_names_in_every_script_and_direction_are_shown(chromium: Browser, tmp_path: Path) -> None:
    tables = snapshots("a", {1: "A B"}, "شريط 🎣")
    for row, name in zip(tables["playlist_entries"], ["قارب ورقي", "종이배 👩‍🚀"], strict=True):
        row["name"] = name
    tables["playlist_stays"] = [
        stay("a", item, 1, (1, 1, None), is_old=True) for item in ("A", "B")
    ]
    chromium.open(report(tmp_path, tables))
    assert [row[2] for row in table_rows(chromium, "#chart")] == ["قارب ورقي", "종이배 👩‍🚀"]
    directions = "return [...document.querySelectorAll('#chart td[dir]')].map(getComputedStyle)"
    assert chromium.run(f"{directions}.map((style) => style.direction)") == ["rtl", "ltr"]


def test_a_list_of_ten_thousand_items_is_cut(chromium: Browser, tmp_path: Path) -> None:
    tables = snapshots("big", {1: " ".join(f"s{number}" for number in range(10_000))}, "Big")
    tables["playlist_stays"] = [
        stay("big", f"s{number}", 1, (1, 1, None), is_old=True) for number in range(10_000)
    ]
    chromium.open(report(tmp_path, tables))
    assert len(table_rows(chromium, "#chart")) == 100
    assert "The first 100 of 10,000 positions" in chromium.text("#chart .note")
    assert "15 of 10,000 stays" in chromium.text("#stays .note")


def test_charts_fit_the_screen_in_light_and_dark_mode(chromium: Browser, a_week: Path) -> None:
    backgrounds = set()
    for scheme in ("light", "dark"):
        for width in (1200, 390):
            chromium.set_screen(width, scheme)
            chromium.open(a_week)
            assert chromium.run("return document.documentElement.scrollWidth") <= width
            widths = {chart: chromium.run(_WIDTH, f"#{chart} svg") for chart in CHARTS}
            assert all(0.6 * width < one <= width for one in _full_widths(widths, width)), widths
            backgrounds.add(chromium.run("return getComputedStyle(document.body).backgroundColor"))
            chromium.save_screenshot(PICTURES / f"report-{scheme}-{width}.png")
    assert len(backgrounds) == 2


_WIDTH = "return document.querySelector(arguments[0]).getBoundingClientRect().width"


def _full_widths(widths: dict[str, Any], screen_width: int) -> list[float]:
    """The widths of the charts that have a row for themselves."""
    paired = {"stays", "artists"} if screen_width > 1000 else set()
    return [width for chart, width in widths.items() if chart not in paired]


def test_a_list_of_a_year_is_drawn_from_its_first_date(chromium: Browser, tmp_path: Path) -> None:
    drawn = dict.fromkeys(range(1, 366), " ".join(f"s{number}" for number in range(20)))
    drawn[200] += " once"
    tables = together(
        snapshots("a", drawn),
        playlist_stays=[
            stay("a", "once", 1, (200, 200, 201)),
            *(stay("a", f"s{number}", 1, (1, 365, None), is_old=True) for number in range(20)),
        ],
    )
    chromium.open(report(tmp_path, tables))
    assert mark_count(chromium, "#positions", "line") == 10
    assert chromium.run("return document.getElementById('from').value") == str(day(336))
    chromium.choose("from", str(day(1)))
    assert chromium.text("#positions .note").startswith(
        "Positions of the first 10 items of 2026-12-31"
    )
    assert labels(chromium, "#stays") == ["≥ 365 ▸"] * 15
    widths = "return [...document.querySelectorAll('#movement .mark-rect path')].map((bar) => bar"
    assert min(chromium.run(f"{widths}.getBoundingClientRect().width)")) >= 1


@pytest.mark.parametrize(
    ("days", "axis_labels"),
    [
        ((1,), ["1 Jan"]),
        ((1, 2), ["1 Jan", "2 Jan"]),
        ((1, 2, 5), ["1 Jan", "2 Jan", "5 Jan"]),
        # Every second one fits a phone, and the last one is always named
        ((1, 2, 3, 4, 5, 6, 7, 8), ["2 Jan", "4 Jan", "6 Jan", "8 Jan"]),
        ((1, 200, 420), ["1 Jan2026", "19 Jul2026", "24 Feb2027"]),
    ],
)
def test_an_axis_names_snapshot_dates_only_and_once(
    chromium: Browser, tmp_path: Path, days: tuple[int, ...], axis_labels: list[str]
) -> None:
    drawn = {number: "A B" if number == days[0] else "A C" for number in days}
    stays = [stay("a", "A", 1, (days[0], days[-1], None), is_old=True)]
    if days[1:]:
        stays += [
            stay("a", "B", 1, (days[0], days[0], days[1]), is_old=True),
            stay("a", "C", 1, (days[1], days[-1], None)),
        ]
    chromium.set_screen(390, "light")
    chromium.open(report(tmp_path, together(snapshots("a", drawn), playlist_stays=stays)))
    for chart in ("positions", "movement", "stays") if days[1:] else ("positions", "stays"):
        (axis,) = chromium.run(_AXIS, f"#{chart}")
        assert axis == axis_labels, chart
    if days[1:]:
        counts = chromium.texts("#movement g[aria-label^=Y-axis] .role-axis-label text")
        assert [text for text in counts if text] == ["1", "0", "1"]


_AXIS = """
    return [...document.querySelectorAll(`${arguments[0]} g[aria-label^=X-axis]`)]
        .map((axis) => [...axis.querySelectorAll(".role-axis-label text")]
            .filter((label) => label.style.opacity !== "0").map((label) => label.textContent))
        .filter((labels) => labels.length)
"""


def test_songs_with_one_title_have_different_colours(chromium: Browser, tmp_path: Path) -> None:
    tables = snapshots("a", {1: "A B", 2: "B A"})
    for row in tables["playlist_entries"]:
        row["name"] = "Same"
    tables["playlist_stays"] = [
        stay("a", item, 1, (1, 2, None), is_old=True) for item in ("A", "B")
    ]
    chromium.open(report(tmp_path, tables))
    lines = "return [...document.querySelectorAll('#positions .mark-line path')]"
    assert len(set(chromium.run(f"{lines}.map((line) => line.getAttribute('stroke'))"))) == 2


def test_many_lists_fit_a_phone(chromium: Browser, tmp_path: Path) -> None:
    names = [f"A list of a rather long name, number {number}" for number in range(1, 26)]
    parts = [snapshots(f"id{at}", {1: "A"}, name) for at, name in enumerate(names)]
    stays = [stay(f"id{at}", "A", 1, (1, 1, None), is_old=True) for at in range(len(names))]
    chromium.set_screen(390, "light")
    chromium.open(report(tmp_path, together(*parts, playlist_stays=stays)))
    assert labels(chromium, "#overlap") == ["100.0 %"] * 15
    assert "15 of 24 other lists" in chromium.text("#overlap .note")
    assert [row[0] for row in table_rows(chromium, "#overlap")] == names[1:]
    chromium.save_screenshot(PICTURES / "report-many-lists-390.png")


def test_the_browser_notices_errors_and_requests(chromium: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    script = "console.error('an error'); document.body.dataset.drawn = 'yes';"
    page.write_text(f"<body><img src='http://127.0.0.1:9/x.png'><script>{script}</script></body>")
    chromium.open(page)
    assert any("an error" in message for message in chromium.console())
    assert "http://127.0.0.1:9/x.png" in chromium.requests()


def test_markup_in_names_is_shown_as_text(chromium: Browser, tmp_path: Path) -> None:
    evil = "<script>window.broken = 1</script><img src=x onerror='window.broken = 2'>&amp;"
    tables = snapshots("a", {1: "A", 2: "B A"}, evil)
    for row in tables["playlist_entries"]:
        row["name"] = row["artist_names"][0] = f"{row['song_id']}{evil}"
    tables["playlist_stays"] = [
        stay("a", "A", 1, (1, 2, None), is_old=True),
        stay("a", "B", 1, (2, 2, None)),
    ]
    chromium.open(report(tmp_path, tables))
    assert chromium.text("#list option") == evil
    assert [row[2] for row in table_rows(chromium, "#chart")] == [f"B{evil}", f"A{evil}"]
    assert chromium.run("return window.broken ?? null") is None
    assert chromium.texts("img") == []
