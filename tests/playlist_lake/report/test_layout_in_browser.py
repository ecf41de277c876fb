"""The report's layout in a browser: widths, colours, axes, long lists, odd names."""

from pathlib import Path

import pytest

from tests.playlist_lake.report.browser import Browser
from tests.playlist_lake.report.conftest import bar_texts, list_address, report, table_rows
from tests.support.tiny_lists import day, snapshots, stay, together

pytestmark = pytest.mark.slow

PICTURES = Path(__file__).parents[3] / "build" / "screenshots"
CHARTS = ("positions", "movement")


def test_names_in_every_script_and_direction_are_shown(chromium: Browser, tmp_path: Path) -> None:
    tables = snapshots("a", {1: "A B"}, "شريط 🎣")
    for row, name in zip(tables["playlist_entries"], ["قارب ورقي", "종이배 👩‍🚀"], strict=True):
        row["name"] = name
    tables["playlist_stays"] = [
        stay("a", item, 1, (1, 1, None), is_old=True) for item in ("A", "B")
    ]
    chromium.open(report(tmp_path, tables), list_address("a"))
    assert [row[2] for row in table_rows(chromium, "#chart")] == ["قارب ورقي", "종이배 👩‍🚀"]
    # Each name has the direction of its letters, whatever stands around it
    assert len(chromium.texts("#chart td .song > a > bdi")) == 2


def test_a_list_of_ten_thousand_items_is_cut(chromium: Browser, tmp_path: Path) -> None:
    tables = snapshots("big", {1: " ".join(f"s{number}" for number in range(10_000))}, "Big")
    tables["playlist_stays"] = [
        stay("big", f"s{number}", 1, (1, 1, None), is_old=True) for number in range(10_000)
    ]
    chromium.open(report(tmp_path, tables), list_address("big"))
    assert len(table_rows(chromium, "#chart")) == 100
    assert "The first 100 of 10,000 positions" in chromium.text("#chart .note")
    assert chromium.text("#stays caption").endswith("(15 of 10,000)")
    # The chart has its first rows at first, all of them on request, and all of them on paper
    assert chromium.run(_SHOWN_ROWS) == 20
    chromium.set_medium("print")
    assert chromium.run(_SHOWN_ROWS) == 100
    chromium.set_medium("screen")
    for shown, text in ((100, "Show the first 20 rows"), (20, "Show all 100 rows")):
        chromium.click("#chart .all")
        assert (chromium.run(_SHOWN_ROWS), chromium.text("#chart .all")) == (shown, text)


_SHOWN_ROWS = """
    return [...document.querySelectorAll("#chart tbody tr")]
        .filter((row) => getComputedStyle(row).display !== "none").length;
"""


def test_charts_fit_the_screen_in_light_and_dark_mode(chromium: Browser, a_week: Path) -> None:
    backgrounds = set()
    for scheme in ("light", "dark"):
        for width in (1200, 768, 390):
            chromium.set_screen(width, scheme)
            for page, address in {"lists": "", "list": list_address("chart")}.items():
                chromium.open(a_week, address)
                assert chromium.run("return document.documentElement.scrollWidth") <= width
                chromium.save_screenshot(PICTURES / f"{page}-{scheme}-{width}.png")
                chromium.set_screen(width, scheme)
            widths = [chromium.run(_WIDTH, f"#{chart} svg.plot") for chart in CHARTS]
            assert all(0.8 * width < one <= width for one in widths), widths
            backgrounds.add(chromium.run("return getComputedStyle(document.body).backgroundColor"))
    assert len(backgrounds) == 2


_WIDTH = "return document.querySelector(arguments[0]).getBoundingClientRect().width"


def test_a_list_of_a_year_is_drawn_from_its_first_date(chromium: Browser, tmp_path: Path) -> None:
    drawn = dict.fromkeys(range(1, 366), " ".join(f"s{number}" for number in range(20)))
    drawn[200] += " once"
    tables = together(
        snapshots("a", drawn),
        playlist_stays=[
            stay("a", "once", 1, (200, 200, 201)),
            *(
                stay("a", f"s{number}", 1, (1, 365, None), is_old=True, seen=365)
                for number in range(20)
            ),
        ],
    )
    chromium.open(report(tmp_path, tables), list_address("a"))
    assert len(chromium.texts("#positions .line")) == 10
    assert chromium.run("return document.getElementById('from').selectedOptions[0].text") == str(
        day(336)
    )
    chromium.choose("from", str(day(1)))
    assert chromium.text("#positions .note").startswith(
        "Positions of the first 10 items of 2026-12-31"
    )
    assert [row[4] for row in table_rows(chromium, "#stays .table:nth-of-type(2)")] == [
        "≥ 365"
    ] * 15
    widths = "return [...document.querySelectorAll('#movement .target')].map((bar) => bar"
    assert min(chromium.run(f"{widths}.getBoundingClientRect().width)")) > 2.9


@pytest.mark.parametrize(
    ("days", "axis_labels"),
    [
        ((1,), ["1 Jan"]),
        ((1, 2), ["2 Jan", "1 Jan"]),
        # The first two are too near to each other. The last one is always named
        ((1, 2, 9), ["9 Jan", "2 Jan"]),
        ((1, 200, 420), ["24 Feb", "2027", "19 Jul", "2026", "1 Jan", "2026"]),
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
    tables = together(snapshots("a", drawn), playlist_stays=stays)
    chromium.open(report(tmp_path, tables), list_address("a"))
    for chart in ("positions", "movement") if days[1:] else ("positions",):
        shown = chromium.texts(f"#{chart} svg.plot .tick.middle")
        assert shown == axis_labels, chart


def test_songs_with_one_title_have_different_colours(chromium: Browser, tmp_path: Path) -> None:
    tables = snapshots("a", {1: "A B", 2: "B A"})
    for row in tables["playlist_entries"]:
        row["name"] = "Same"
    tables["playlist_stays"] = [
        stay("a", item, 1, (1, 2, None), is_old=True) for item in ("A", "B")
    ]
    chromium.open(report(tmp_path, tables), list_address("a"))
    lines = "return [...document.querySelectorAll('#positions .line path')]"
    assert len(set(chromium.run(f"{lines}.map((line) => getComputedStyle(line).stroke)"))) == 2


def test_many_lists_fit_a_phone(chromium: Browser, tmp_path: Path) -> None:
    names = [f"A list of a rather long name, number {number}" for number in range(1, 61)]
    parts = [snapshots(f"id{at}", {1: "A"}, name) for at, name in enumerate(names)]
    stays = [stay(f"id{at}", "A", 1, (1, 1, None), is_old=True) for at in range(len(names))]
    chromium.set_screen(390, "light")
    path = report(tmp_path, together(*parts, playlist_stays=stays))
    chromium.open(path)
    # Small cards: a few screens instead of many
    assert len(chromium.texts(".cards.dense .card")) == 60
    assert chromium.run("return document.querySelector('.cards').offsetHeight") < 60 * 160
    chromium.open(path, list_address("id0"))
    assert len(bar_texts(chromium, "overlap")) == 15
    assert "15 of 59 other lists" in chromium.text("#overlap .note")
    assert [row[0] for row in table_rows(chromium, "#overlap .table")] == names[1:]
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
    chromium.open(report(tmp_path, tables), list_address("a"))
    assert chromium.text("#list option") == evil
    assert [row[2] for row in table_rows(chromium, "#chart")] == [f"B{evil}", f"A{evil}"]
    assert chromium.run("return window.broken ?? null") is None
    assert chromium.texts("img") == []
