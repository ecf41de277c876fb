"""The report in a browser: what it shows, what one can choose, and that it asks for nothing."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playlist_lake import connect
from playlist_lake.report import write_report
from tests.playlist_lake.browser import Browser, browser
from tests.support.tiny_lakes import Row, write_lake
from tests.support.tiny_lists import day, snapshots, stay, together, week

pytestmark = pytest.mark.slow

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
CHARTS = ("positions", "movement", "stays", "artists", "overlap")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.fixture(autouse=True)
def _asks_for_nothing_and_complains_of_nothing(chromium: Browser) -> Iterator[None]:
    yield
    own = ("file:", "data:", "chrome:")
    assert [url for url in chromium.requests() if not url.startswith(own)] == []
    assert chromium.said() == []


def report(folder: Path, tables: dict[str, list[Row]]) -> Path:
    path = folder / "report.html"
    with connect(write_lake(folder / "lake", **tables)) as con:
        write_report(con, path)
    return path


@pytest.fixture(scope="module")
def a_week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of four lists of a week, see tiny_lists; they are named in this order."""
    return report(tmp_path_factory.mktemp("week"), week())


def rows(page: Browser, section: str) -> list[list[str]]:
    """The cells of a section's table."""
    return list(
        page.run(
            """return [...document.querySelectorAll(arguments[0] + " tbody tr")].map(
                (row) => [...row.cells].map((cell) => cell.firstChild?.textContent ?? ""))""",
            section,
        )
    )


def marks(page: Browser, section: str, kind: str) -> int:
    """How many lines, points or bars a section's charts have."""
    return len(page.texts(f"{section} .mark-{kind} > path"))


def moves(page: Browser) -> dict[str, str]:
    """What the bars of entries and exits say of the dates that have any."""
    bars = "return [...document.querySelectorAll('#movement .mark-rect > path')]"
    found: dict[str, str] = {}
    for said in page.run(f"{bars}.map((bar) => bar.ariaLabel)"):
        on, event, items = (
            re.search(rf"{part}: ([^;]*)", said)[1]  # type: ignore[index]
            for part in ("date", "event", "items")
        )
        if items != "0":
            sign = {"entered": "+", "left": "-"}[event]
            found[on] = f"{found.get(on, '')} {sign}{items}".strip()
    return found


def labels(page: Browser, section: str) -> list[str]:
    """The texts that stand at a section's bars and cells."""
    return page.texts(f"{section} .mark-text.role-mark text")


def test_the_chart_is_that_of_the_last_date(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week)
    assert chromium.text("#extent") == "4 lists, 6 dates from 2026-01-01 to 2026-01-07"
    assert chromium.texts("#list option") == ["Chart", "empty", "Other", "Voice"]
    assert chromium.text("#chart h2") == "The list on 2026-01-07"
    assert rows(chromium, "#chart") == [
        ["1", "▲ 2", "Song A", "7", "1"],
        ["2", "", "Song B", "7", "1"],
        ["3", "▼ 2", "Song C", "4", "1"],
        ["4", "=", "Song ep", "3", "4"],
    ]
    artists = ["Artist A, Guest", "Artist B, Guest", "Artist C, Guest", ""]
    assert chromium.texts("#chart td small") == artists


def test_the_charts_show_the_whole_week(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week)
    # B hides behind a null row on the 6th, C was away on the 2nd
    assert marks(chromium, "#positions", "line") == 6
    points = "return [...document.querySelectorAll('#positions .mark-symbol path')]"
    described = chromium.run(f"{points}.map((point) => point.ariaLabel)")
    assert len([text for text in described if "song: " in text]) == 17
    assert moves(chromium) == {"2026-01-02": "+1 -1", "2026-01-05": "+2 -2"}
    assert chromium.text("#movement .says").startswith("3 entries and 3 exits from 2026-01-01 to")
    # C and the episode, both of the 5th, on the 6th; nothing else entered whose next day is known
    assert "there were still: 100.0 % after 1 day." in chromium.text("#movement .says")
    assert labels(chromium, "#stays") == ["≥ 7 ▸", "≥ 7 ▸", "3 ▸", "3 ▸", "≥ 2", "≥ 1", "1"]
    # Chart held A B C D loc ep, Other A F D, Voice one of its own; D came to Other three days later
    assert labels(chromium, "#overlap") == ["33.3 %", "0.0 %"]
    assert rows(chromium, "#overlap") == [["Other", "2", "1", "3"], ["Voice", "0", "0", ""]]
    chromium.choose("list", "Other")
    assert labels(chromium, "#overlap") == ["66.7 %", "0.0 %"]
    assert rows(chromium, "#overlap") == [["Chart", "2", "0", ""], ["Voice", "0", "0", ""]]


def test_other_dates_are_chosen(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week)
    chromium.choose("to", "2026-01-05")
    chromium.choose("from", "2026-01-02")
    assert chromium.text("#chart h2") == "The list on 2026-01-05"
    assert [row[:3] for row in rows(chromium, "#chart")] == [
        ["1", "↩ back", "Song C"],
        ["2", "▼ 1", "Song B"],
        ["3", "▼ 1", "Song A"],
        ["4", "", "Song A"],
        ["5", "★ new", "Song ep"],
    ]
    assert rows(chromium, "#movement") == [
        ["↩ back", "Song C", ""],
        ["★ new", "Song ep", ""],
        ["✕ left", "Song D", "3"],
        ["✕ left", "Song loc", "4"],
    ]
    # Those of A, B and C up to then; D and the local file had left
    assert labels(chromium, "#stays") == ["≥ 5 ▸", "≥ 5 ▸", "≥ 2", "1 ▸", "1", "1 ▸"]


def test_a_first_date_after_the_last_moves_the_last(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week)
    chromium.choose("to", "2026-01-02")
    chromium.choose("from", "2026-01-06")
    assert chromium.text("#chart h2") == "The list on 2026-01-06"
    chromium.choose("to", "2026-01-02")
    assert chromium.run("return document.getElementById('from').value") == "2026-01-02"


def test_an_incomplete_snapshot_says_so(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week)
    chromium.choose("to", "2026-01-04")
    assert chromium.text("#chart .says").startswith("Incomplete: ")


def test_a_list_with_one_date_is_shown_with_what_it_has(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week)
    chromium.choose("list", "Voice")
    assert rows(chromium, "#chart") == [["1", "", "Song loc2", "1", "1"]]
    assert "There is one date" in chromium.text("#positions .says")
    assert chromium.text("#movement .none") == "Nothing entered and nothing left in these dates."
    assert labels(chromium, "#stays") == ["≥ 1 ▸"]
    assert labels(chromium, "#artists") == ["50.0 %", "50.0 %"]


def test_an_empty_list_says_what_is_not_there(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week)
    chromium.choose("list", "empty")
    assert rows(chromium, "#chart") == []
    assert chromium.text("#chart .says") == "The list is empty."
    for section in ("positions", "movement", "stays", "artists", "make-up"):
        assert chromium.text(f"#{section} .none")
        assert chromium.texts(f"#{section} svg") == []


def test_a_heading_sorts_by_its_column_and_back(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week)

    def sorted_by(column: int) -> list[str]:
        chromium.run(f"document.querySelectorAll('#chart th button')[{column}].click()")
        return [row[2] for row in rows(chromium, "#chart")]

    assert sorted_by(3)[:2] == ["Song ep", "Song C"]
    assert chromium.texts("#chart th[aria-sort=ascending]") == ["Days"]
    assert sorted_by(3)[-2:] == ["Song C", "Song ep"]
    assert chromium.texts("#chart th[aria-sort=descending]") == ["Days"]
    assert sorted_by(2) == ["Song A", "Song B", "Song C", "Song ep"]


def test_health_names_what_to_look_at(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week)
    # Chart: an incomplete snapshot and no 3rd; Other: days without a snapshot
    assert chromium.text("#health .says").startswith("2 lists of 4 should be looked at")


def test_markup_in_names_stays_text(chromium: Browser, tmp_path: Path) -> None:
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
    assert [row[2] for row in rows(chromium, "#chart")] == [f"B{evil}", f"A{evil}"]
    assert chromium.run("return window.broken ?? null") is None
    assert chromium.texts("img") == []


def test_every_script_and_direction_is_shown(chromium: Browser, tmp_path: Path) -> None:
    tables = snapshots("a", {1: "A B"}, "شريط 🎣")
    for row, name in zip(tables["playlist_entries"], ["قارب ورقي", "종이배 👩‍🚀"], strict=True):
        row["name"] = name
    tables["playlist_stays"] = [
        stay("a", item, 1, (1, 1, None), is_old=True) for item in ("A", "B")
    ]
    chromium.open(report(tmp_path, tables))
    assert [row[2] for row in rows(chromium, "#chart")] == ["قارب ورقي", "종이배 👩‍🚀"]
    directions = "return [...document.querySelectorAll('#chart td[dir]')].map(getComputedStyle)"
    assert chromium.run(f"{directions}.map((style) => style.direction)") == ["rtl", "ltr"]


def test_ten_thousand_items_are_one_readable_page(chromium: Browser, tmp_path: Path) -> None:
    tables = snapshots("big", {1: " ".join(f"s{number}" for number in range(10_000))}, "Big")
    tables["playlist_stays"] = [
        stay("big", f"s{number}", 1, (1, 1, None), is_old=True) for number in range(10_000)
    ]
    chromium.open(report(tmp_path, tables))
    assert len(rows(chromium, "#chart")) == 100
    assert "The first 100 of 10,000 positions" in chromium.text("#chart .says")
    assert "15 of 10,000 stays" in chromium.text("#stays .says")


def test_it_is_readable_at_every_width_in_light_and_dark(chromium: Browser, a_week: Path) -> None:
    papers = set()
    for scheme in ("light", "dark"):
        for width in (1200, 390):
            chromium.look(width, scheme)
            chromium.open(a_week)
            assert chromium.run("return document.documentElement.scrollWidth") <= width
            drawn = {chart: chromium.run(_EXTENT, f"#{chart} svg") for chart in CHARTS}
            assert all(0.6 * width < wide <= width for wide in _whole(drawn, width)), drawn
            papers.add(chromium.run("return getComputedStyle(document.body).backgroundColor"))
            chromium.keep(PICTURES / f"report-{scheme}-{width}.png")
    assert len(papers) == 2
    chromium.look(1200, "light")


_EXTENT = "return document.querySelector(arguments[0]).getBoundingClientRect().width"


def _whole(drawn: dict[str, Any], width: int) -> list[float]:
    """The widths of the charts that have the page for themselves."""
    shared = {"stays", "artists"} if width > 1000 else set()
    return [wide for chart, wide in drawn.items() if chart not in shared]


def test_a_page_that_complains_or_asks_is_noticed(chromium: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    script = "console.error('so it is'); document.body.dataset.drawn = 'yes';"
    page.write_text(f"<body><img src='http://127.0.0.1:9/x.png'><script>{script}</script></body>")
    chromium.open(page)
    assert any(re.search("so it is", said) for said in chromium.said())
    assert "http://127.0.0.1:9/x.png" in chromium.requests()


def test_the_year_of_a_list_is_drawn_whole(chromium: Browser, tmp_path: Path) -> None:
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
    assert marks(chromium, "#positions", "line") == 10
    assert chromium.run("return document.getElementById('from').value") == str(day(336))
    chromium.choose("from", str(day(1)))
    assert chromium.text("#positions .says").startswith("How the first 10 items of 2026-12-31")
    assert labels(chromium, "#stays") == ["≥ 365 ▸"] * 15
    widths = "return [...document.querySelectorAll('#movement .mark-rect path')].map((bar) => bar"
    assert min(chromium.run(f"{widths}.getBoundingClientRect().width)")) >= 1


def test_a_stay_is_told_up_to_the_chosen_date_in_every_time_zone(
    chromium: Browser, tmp_path: Path
) -> None:
    tables = together(
        snapshots("a", {1: "A B", 2: "A B", 3: "B A"}),
        playlist_stays=[
            stay("a", "A", 1, (1, 3, None), is_old=True) | {"best_position": 1},
            stay("a", "B", 1, (1, 3, None), is_old=True) | {"best_position": 1},
        ],
    )
    chromium.be_in("America/Los_Angeles")
    chromium.open(report(tmp_path, tables))

    def told() -> list[tuple[str, ...]]:
        bars = "return [...document.querySelectorAll('#stays .mark-rect path')]"
        parts = ("song", "entered", "last seen", "best position")
        return [
            tuple(re.search(f"{part}: ([^;]*)", bar)[1] for part in parts)  # type: ignore[index]
            for bar in chromium.run(f"{bars}.map((bar) => bar.ariaLabel)")
        ]

    whole = [
        ("Song A", "2026-01-01", "2026-01-03", "1"),
        ("Song B", "2026-01-01", "2026-01-03", "1"),
    ]
    assert told() == whole
    chromium.choose("to", "2026-01-02")
    # B reached the top on the 3rd only
    assert told() == [
        ("Song A", "2026-01-01", "2026-01-02", "1"),
        ("Song B", "2026-01-01", "2026-01-02", "2"),
    ]
    chromium.be_in("UTC")
    chromium.open(report(tmp_path, tables))
    assert told() == whole


def test_two_lists_of_one_name_are_kept_apart(chromium: Browser, tmp_path: Path) -> None:
    lists = snapshots("one", {1: "A B"}, "Same"), snapshots("two", {1: "A C D E"}, "Same")
    stays = [
        stay(playlist_id, item, 1, (1, 1, None), is_old=True)
        for playlist_id, items in (("one", "AB"), ("two", "ACDE"))
        for item in items
    ]
    chromium.open(report(tmp_path, together(*lists, playlist_stays=stays)))
    assert chromium.texts("#list option") == ["Same (one)", "Same (two)"]
    # A of two, and A of four
    assert labels(chromium, "#overlap") == ["50.0 %"]
    assert [row[0] for row in rows(chromium, "#overlap")] == ["Same (two)"]
    chromium.choose("list", "Same (two)")
    assert labels(chromium, "#overlap") == ["25.0 %"]
    assert [row[0] for row in rows(chromium, "#health")] == ["Same (one)", "Same (two)"]


@pytest.mark.parametrize(
    ("drawn", "incomplete", "sentence"),
    [
        ("A B", (), "All 2 items."),
        ("A -", (), "1 of 2 items can be used."),
        ("- -", (), "None of its 2 items can be used."),
        ("A B", (1,), "Incomplete: 2 of 2 items were read. Move"),
    ],
)
def test_how_many_items_a_list_has_is_told(
    chromium: Browser, tmp_path: Path, drawn: str, incomplete: tuple[int, ...], sentence: str
) -> None:
    chromium.open(report(tmp_path, snapshots("a", {1: drawn}, incomplete=incomplete)))
    assert chromium.text("#chart .says").startswith(sentence)


def test_a_list_beside_an_empty_one_has_nothing_to_be_compared_with(
    chromium: Browser, tmp_path: Path
) -> None:
    chromium.open(
        report(tmp_path, together(snapshots("a", {1: "A"}), snapshots("b", {1: ""}, "No")))
    )
    assert chromium.text("#overlap .none").startswith("At most one list held an item")
    chromium.choose("list", "No")
    assert chromium.text("#positions .says") == ""
    assert "Nothing that can be used" in chromium.text("#stays .none")


@pytest.mark.parametrize(
    ("days", "named"),
    [
        ((1,), ["1 Jan"]),
        ((1, 2), ["1 Jan", "2 Jan"]),
        ((1, 2, 5), ["1 Jan", "2 Jan", "5 Jan"]),
        # Every second one that a phone has room for, and the last
        ((1, 2, 3, 4, 5, 6, 7, 8), ["2 Jan", "4 Jan", "6 Jan", "8 Jan"]),
        ((1, 200, 420), ["1 Jan2026", "19 Jul2026", "24 Feb2027"]),
    ],
)
def test_an_axis_names_dates_of_the_lake_once(
    chromium: Browser, tmp_path: Path, days: tuple[int, ...], named: list[str]
) -> None:
    drawn = {number: "A B" if number == days[0] else "A C" for number in days}
    stays = [stay("a", "A", 1, (days[0], days[-1], None), is_old=True)]
    if days[1:]:
        stays += [
            stay("a", "B", 1, (days[0], days[0], days[1]), is_old=True),
            stay("a", "C", 1, (days[1], days[-1], None)),
        ]
    chromium.look(390, "light")
    chromium.open(report(tmp_path, together(snapshots("a", drawn), playlist_stays=stays)))
    chromium.look(1200, "light")
    for chart in ("positions", "movement", "stays") if days[1:] else ("positions", "stays"):
        (axis,) = chromium.run(_AXIS, f"#{chart}")
        assert axis == named, chart
    if days[1:]:
        counts = chromium.texts("#movement g[aria-label^=Y-axis] .role-axis-label text")
        assert [text for text in counts if text] == ["1", "0", "1"]


_AXIS = """
    return [...document.querySelectorAll(`${arguments[0]} g[aria-label^=X-axis]`)]
        .map((axis) => [...axis.querySelectorAll(".role-axis-label text")]
            .filter((label) => label.style.opacity !== "0").map((label) => label.textContent))
        .filter((labels) => labels.length)
"""


def test_lists_stand_in_the_order_of_people(chromium: Browser, tmp_path: Path) -> None:
    names = ["List 10", "list 9", "Über", "Zoo"]
    parts = [snapshots(f"id{at}", {1: "A"}, name) for at, name in enumerate(names)]
    stays = [stay(f"id{at}", "A", 1, (1, 1, None), is_old=True) for at in range(len(names))]
    chromium.open(report(tmp_path, together(*parts, playlist_stays=stays)))
    ordered = ["list 9", "List 10", "Über", "Zoo"]
    assert chromium.texts("#list option") == ordered
    assert [row[0] for row in rows(chromium, "#health")] == ordered


def test_songs_of_one_title_have_their_own_colours(chromium: Browser, tmp_path: Path) -> None:
    tables = snapshots("a", {1: "A B", 2: "B A"})
    for row in tables["playlist_entries"]:
        row["name"] = "Same"
    tables["playlist_stays"] = [
        stay("a", item, 1, (1, 2, None), is_old=True) for item in ("A", "B")
    ]
    chromium.open(report(tmp_path, tables))
    lines = "return [...document.querySelectorAll('#positions .mark-line path')]"
    assert len(set(chromium.run(f"{lines}.map((line) => line.getAttribute('stroke'))"))) == 2


def test_how_explicit_a_list_is_goes_from_the_top_down(chromium: Browser, tmp_path: Path) -> None:
    items = [f"s{number}" for number in range(1, 121)]
    loud = {"s1", "s11", "s12", "s101", "s102", "s103", "s104", "s105"}
    tables = snapshots("a", {1: " ".join(items)})
    tables["songs"] = [
        {"snapshot_date": day(1), "song_id": item, "is_explicit": item in loud} for item in items
    ]
    tables["playlist_stays"] = [stay("a", item, 1, (1, 1, None), is_old=True) for item in items]
    chromium.open(report(tmp_path, tables))
    parts = chromium.texts("#make-up h3")
    part = f"#make-up .several > div:nth-child({parts.index('explicit, by position') + 1})"
    assert chromium.texts(f"{part} .role-axis-label text") == [
        "1-10",
        "11-50",
        "51-100",
        "over 100",
    ]
    # 1 of 10, 2 of 40, none of 50, 5 of 20
    assert labels(chromium, part) == ["10.0 %", "5.0 %", "0.0 %", "25.0 %"]


def test_many_lists_are_readable_on_a_phone(chromium: Browser, tmp_path: Path) -> None:
    names = [f"A list of a rather long name, number {number}" for number in range(1, 26)]
    parts = [snapshots(f"id{at}", {1: "A"}, name) for at, name in enumerate(names)]
    stays = [stay(f"id{at}", "A", 1, (1, 1, None), is_old=True) for at in range(len(names))]
    chromium.look(390, "light")
    chromium.open(report(tmp_path, together(*parts, playlist_stays=stays)))
    assert labels(chromium, "#overlap") == ["100.0 %"] * 15
    assert "15 of 24 other lists" in chromium.text("#overlap .says")
    assert [row[0] for row in rows(chromium, "#overlap")] == names[1:]
    chromium.keep(PICTURES / "report-many-lists-390.png")
    chromium.look(1200, "light")
