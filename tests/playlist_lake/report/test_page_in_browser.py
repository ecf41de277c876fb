"""The report in a browser: what its sections show, and what a user can choose."""

import re
from pathlib import Path

import pytest

from tests.playlist_lake.report.browser import Browser
from tests.playlist_lake.report.conftest import (
    bar_texts,
    line_lengths,
    list_address,
    report,
    table_rows,
    tips,
)
from tests.support.tiny_lists import day, snapshots, stay, together

pytestmark = pytest.mark.slow


def movement_bars(page: Browser) -> dict[str, str]:
    """The entries and exits in the bars, by date, such as `+2 -1`."""
    found: dict[str, str] = {}
    for text in tips(page, "movement"):
        ((on, entered, left),) = re.findall(r"^(.*): (\d+) entered, (\d+) left$", text)
        counts = [f"{sign}{count}" for sign, count in (("+", entered), ("-", left)) if count != "0"]
        if counts:
            found[on] = " ".join(counts)
    return found


def stay_rows(page: Browser, table: int = 1) -> list[list[str]]:
    """The rows of what entered (1) or was there from the start (2): song, entry, end, days, seen,
    entry position, best and last position."""
    rows = table_rows(page, f"#stays .table:nth-of-type({table})")
    return [[*row[:2], *row[3:]] for row in rows]


def test_the_chart_shows_the_last_date(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week, list_address("chart"))
    assert chromium.texts("#list option") == ["Chart", "empty", "Other", "Voice"]
    assert chromium.text("#chart h2") == "The list on 2026-01-07"
    # Since the snapshot before, and since the first chosen date, which is the 1st
    assert table_rows(chromium, "#chart") == [
        ["1", "▲ 2", "Song A", "", "=", "7", "6", "1"],
        ["2", "", "Song B", "", "=", "7", "4", "1"],
        ["3", "▼ 2", "Song C", "", "↩ back", "4", "4", "1"],
        ["4", "=", "Song ep", "", "★ new", "3", "3", "4"],
    ]
    artists = ["Artist A, Guest", "Artist B, Guest", "Artist C, Guest", ""]
    assert chromium.texts("#chart td small") == artists


def test_the_charts_show_the_whole_week(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week, list_address("chart"))
    # A has three lines with 2, 1 and 3 points, because the 4th is incomplete. B has 2, 1 and 1,
    # because a null row hides it on the 6th. C has 1 and 3, the episode 3
    assert line_lengths(chromium) == [1, 1, 1, 1, 2, 2, 3, 3, 3]
    assert movement_bars(chromium) == {
        "2026-01-02": "+1 -1",
        "2026-01-04": "+1",
        "2026-01-05": "+2 -3",
    }
    assert chromium.text("#movement h2 + .note").startswith(
        "4 entries and 4 exits from 2026-01-01 to"
    )
    # C and the episode entered on the 5th and were there on the 6th. E entered on the 4th and was
    # not there on the 5th. The other entries lack a next day
    note = chromium.text("#survival")
    assert "66.7 % after 1 day (3 of 4 could be followed)" in note
    assert "How many are still there after 7 days or 30 days is not known" in note
    assert stay_rows(chromium) == [
        ["Song C", "2026-01-05", "▸ still there", "3", "3", "1", "1", "3"],
        ["Song ep", "2026-01-05", "▸ still there", "3", "3", "5", "4", "4"],
        ["Song D", "2026-01-02", "2026-01-02", "1", "1", "3", "3", "3"],
        ["Song E", "2026-01-04", "2026-01-04", "1", "1", "4", "4", "4"],
    ]
    assert [row[:4] for row in stay_rows(chromium, 2)] == [
        ["Song A", "by 2026-01-01", "▸ still there", "≥ 7"],
        ["Song B", "by 2026-01-01", "▸ still there", "≥ 7"],
        ["Song loc", "by 2026-01-01", "2026-01-02", "≥ 2"],
        ["Song C", "by 2026-01-01", "2026-01-01", "≥ 1"],
    ]
    # Chart had A B C D E loc ep, Other A F D; D reached Other three days later
    assert bar_texts(chromium, "overlap") == ["Other 28.6 %", "Voice 0.0 %"]
    assert table_rows(chromium, "#overlap .table") == [
        ["Other", "2", "1", "3"],
        ["Voice", "0", "0", ""],
    ]
    chromium.choose("list", "Other")
    assert bar_texts(chromium, "overlap") == ["Chart 66.7 %", "Voice 0.0 %"]
    assert table_rows(chromium, "#overlap .table") == [
        ["Chart", "2", "0", ""],
        ["Voice", "0", "0", ""],
    ]


def test_other_dates_can_be_chosen(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week, list_address("chart"))
    chromium.choose("to", "2026-01-05")
    chromium.choose("from", "2026-01-02")
    assert chromium.text("#chart h2") == "The list on 2026-01-05"
    # The 5th is compared with the 2nd, so there is one move only
    assert [row[:3] for row in table_rows(chromium, "#chart")] == [
        ["1", "↩ back", "Song C"],
        ["2", "▼ 1", "Song B"],
        ["3", "▼ 1", "Song A"],
        ["4", "", "Song A"],
        ["5", "★ new", "Song ep"],
    ]
    # The 5th is compared with the 2nd; only the incomplete 4th had E
    assert table_rows(chromium, "#movement") == [
        ["↩ back", "Song C", "1"],
        ["★ new", "Song E", "4"],
        ["★ new", "Song ep", "5"],
        ["✕ left", "Song D", "3"],
        ["✕ left", "Song loc", "4"],
        ["✕ left", "Song E", "4"],
    ]
    # Up to that date; a stay that goes on has no last position yet
    assert [[row[0], *row[2:4], row[-1]] for row in stay_rows(chromium)] == [
        ["Song C", "▸ still there", "1", ""],
        ["Song D", "2026-01-02", "1", "3"],
        ["Song E", "2026-01-04", "1", "4"],
        ["Song ep", "▸ still there", "1", ""],
    ]


def test_a_first_date_after_the_last_date_moves_the_last_date(
    chromium: Browser, a_week: Path
) -> None:
    chromium.open(a_week, list_address("chart"))
    chromium.choose("to", "2026-01-02")
    chromium.choose("from", "2026-01-06")
    assert chromium.text("#chart h2") == "The list on 2026-01-06"
    chromium.choose("to", "2026-01-02")
    assert chromium.run("return document.getElementById('from').selectedOptions[0].text") == (
        "2026-01-02"
    )


def test_another_list_is_shown_on_its_own_last_date_until_dates_are_chosen(
    chromium: Browser, tmp_path: Path
) -> None:
    lists = snapshots("a", {1: "A", 2: "B A"}, "Older"), snapshots("b", {2: "A", 5: "A"}, "Newer")
    chromium.open(report(tmp_path, together(*lists)), list_address("a"))
    chromium.choose("list", "Newer")
    assert chromium.text("#chart h2") == "The list on 2026-01-05"
    chromium.choose("to", "2026-01-02")
    chromium.choose("list", "Older")
    chromium.choose("list", "Newer")
    assert chromium.text("#chart h2") == "The list on 2026-01-02"


@pytest.mark.parametrize(
    ("days", "lengths"),
    [((1, 2, 3), [3]), ((1, 2, 4, 5, 6, 7), [1, 1, 2, 2]), ((1, 8, 15, 29), [1, 3])],
    ids=["no gap", "a missing day and an incomplete one", "weeks, one of them missing"],
)
def test_a_line_has_gaps(
    chromium: Browser, tmp_path: Path, days: tuple[int, ...], lengths: list[int]
) -> None:
    tables = snapshots("a", dict.fromkeys(days, "A"), incomplete=(5,))
    chromium.open(report(tmp_path, tables), list_address("a"))
    assert line_lengths(chromium) == lengths


def test_an_incomplete_snapshot_is_marked(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week, list_address("chart"))
    chromium.choose("to", "2026-01-04")
    assert chromium.text("#chart .note").startswith("Incomplete: ")


def test_a_list_with_one_date_is_shown(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week, list_address("chart"))
    chromium.choose("list", "Voice")
    assert table_rows(chromium, "#chart") == [["1", "", "Song loc2", "1", "1", "1"]]
    assert "There is only one date" in chromium.text("#positions .note")
    assert chromium.text("#movement .empty").startswith("Choose an earlier first date")
    assert [row[3] for row in stay_rows(chromium)] == ["≥ 1"]
    assert bar_texts(chromium, "artists") == ["Artist loc2 50.0 %", "Guest 50.0 %"]
    assert chromium.texts("#artists tbody .detail") == ["1 song, with others"] * 2


def test_an_empty_list_has_notes_instead_of_charts(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week, list_address("chart"))
    chromium.choose("list", "empty")
    assert table_rows(chromium, "#chart") == []
    assert chromium.text("#chart .note") == "The list is empty."
    for section in ("positions", "movement", "stays", "artists", "composition", "overlap"):
        assert chromium.text(f"#{section} .empty")
        assert chromium.texts(f"#{section} svg, #{section} table") == []


def test_a_heading_sorts_its_column_in_both_directions(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week, list_address("chart"))

    def sorted_by(column: int) -> list[str]:
        chromium.run(f"document.querySelectorAll('#chart th button')[{column}].click()")
        return [row[2] for row in table_rows(chromium, "#chart")]

    assert sorted_by(5)[:2] == ["Song ep", "Song C"]
    assert chromium.texts("#chart th[aria-sort=ascending]") == ["Days"]
    assert sorted_by(5)[-2:] == ["Song C", "Song ep"]
    assert chromium.texts("#chart th[aria-sort=descending]") == ["Days"]
    # By positions gained; what has no move comes last
    assert sorted_by(1) == ["Song C", "Song ep", "Song A", "Song B"]
    assert sorted_by(2) == ["Song A", "Song B", "Song C", "Song ep"]


def test_health_counts_the_lists_that_need_attention(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week)
    # Chart: an incomplete snapshot and no 3rd; Other: days without a snapshot
    assert chromium.text("#health .note").startswith("Lists that need attention: 2 of 4.")
    # Without the columns that say nothing about any list, such as drops and refusals
    assert chromium.texts("#health th") == [
        *("List", "Last snapshot", "Last outcome", "Snapshots"),
        *("Missing days", "Longest gap (days)", "Incomplete", "Empty rows"),
    ]


def test_an_item_of_an_unknown_shape_needs_attention(chromium: Browser, tmp_path: Path) -> None:
    tables = snapshots("a", {1: "A -"})
    chromium.open(report(tmp_path / "null", tables))
    assert chromium.text("#health .note").startswith("Every list is read. None has missing days")
    tables["rejects"][0]["reason"] = "unknown_shape"
    chromium.open(report(tmp_path / "unknown", tables))
    assert chromium.text("#health .note").startswith("Lists that need attention: 1 of 1.")


def test_a_stay_is_shown_up_to_the_chosen_date_in_every_time_zone(
    chromium: Browser, tmp_path: Path
) -> None:
    tables = together(
        snapshots("a", {1: "A B", 2: "A B", 3: "B A"}),
        playlist_stays=[
            stay("a", "A", 1, (1, 3, None), (1, 1, 2), is_old=True, seen=3),
            stay("a", "B", 1, (1, 3, None), (2, 1, 1), is_old=True, best_on=3, seen=3),
        ],
    )
    chromium.set_time_zone("America/Los_Angeles")
    chromium.open(report(tmp_path, tables), list_address("a"))

    whole = [
        f"Song {item}\nArtist {item}, Guest\n"
        "2026-01-01 to 2026-01-03: at least 3 days, seen 3 times\nbest position 1"
        for item in "AB"
    ]
    assert tips(chromium, "stays") == whole
    chromium.choose("to", "2026-01-02")
    # B reached position 1 only on the 3rd
    assert tips(chromium, "stays") == [
        f"Song {item}\nArtist {item}, Guest\n"
        f"2026-01-01 to 2026-01-02: at least 2 days, seen 2 times\nbest position {best}"
        for item, best in (("A", 1), ("B", 2))
    ]
    chromium.set_time_zone("UTC")
    chromium.open(report(tmp_path / "utc", tables), list_address("a"))
    assert tips(chromium, "stays") == whole


def test_two_lists_with_one_name_have_different_titles(chromium: Browser, tmp_path: Path) -> None:
    lists = snapshots("one", {1: "A B"}, "Same"), snapshots("two", {1: "A C D E"}, "Same")
    stays = [
        stay(playlist_id, item, 1, (1, 1, None), is_old=True)
        for playlist_id, items in (("one", "AB"), ("two", "ACDE"))
        for item in items
    ]
    chromium.open(report(tmp_path, together(*lists, playlist_stays=stays)), list_address("one"))
    assert chromium.texts("#list option") == ["Same (one)", "Same (two)"]
    # One of the two items is shared; from the other list, one of four
    assert bar_texts(chromium, "overlap") == ["Same (two) 50.0 %"]
    assert [row[0] for row in table_rows(chromium, "#overlap .table")] == ["Same (two)"]
    chromium.choose("list", "Same (two)")
    assert bar_texts(chromium, "overlap") == ["Same (one) 25.0 %"]
    chromium.go_to("#/lists")
    assert [row[0] for row in table_rows(chromium, "#health")] == ["Same (one)", "Same (two)"]


@pytest.mark.parametrize(
    ("items", "incomplete", "note"),
    [
        ("A B", (), "All 2 items."),
        ("A -", (), "Usable: 1 of 2 items."),
        ("- -", (), "Usable: 0 of 2 items."),
        ("A B", (1,), "Incomplete: 2 of 2 items were read. Move"),
    ],
)
def test_the_note_counts_read_and_usable_items(
    chromium: Browser, tmp_path: Path, items: str, incomplete: tuple[int, ...], note: str
) -> None:
    path = report(tmp_path, snapshots("a", {1: items}, incomplete=incomplete))
    chromium.open(path, list_address("a"))
    assert chromium.text("#chart .note").startswith(note)


def test_a_list_beside_an_empty_one_has_no_overlap(chromium: Browser, tmp_path: Path) -> None:
    tables = together(
        snapshots("a", {1: "A"}),
        snapshots("b", {1: ""}, "No"),
        playlist_stays=[stay("a", "A", 1, (1, 1, None), is_old=True)],
    )
    chromium.open(report(tmp_path, tables), list_address("a"))
    assert chromium.text("#overlap .empty") == "No other list had items on these dates."
    chromium.choose("list", "No")
    assert chromium.text("#overlap .empty") == "The list had no items on these dates."
    assert "No usable item" in chromium.text("#stays .empty")


def test_lists_are_sorted_by_number_and_without_case(chromium: Browser, tmp_path: Path) -> None:
    names = ["List 10", "list 9", "Über", "Zoo"]
    parts = [snapshots(f"id{at}", {1: "A"}, name) for at, name in enumerate(names)]
    stays = [stay(f"id{at}", "A", 1, (1, 1, None), is_old=True) for at in range(len(names))]
    chromium.open(report(tmp_path, together(*parts, playlist_stays=stays)))
    assert chromium.texts(".card h2") == ["list 9", "List 10", "Über", "Zoo"]
    chromium.go_to(list_address("id0"))
    ordered = ["list 9", "List 10", "Über", "Zoo"]
    assert chromium.texts("#list option") == ordered
    chromium.go_to("#/lists")
    assert [row[0] for row in table_rows(chromium, "#health")] == ordered


def test_explicit_shares_are_shown_by_position(chromium: Browser, tmp_path: Path) -> None:
    items = [f"s{number}" for number in range(1, 121)]
    loud = {"s1", "s11", "s12", "s101", "s102", "s103", "s104", "s105"}
    tables = snapshots("a", {1: " ".join(items)})
    tables["songs"] = [
        {"snapshot_date": day(1), "song_id": item, "is_explicit": item in loud} for item in items
    ]
    tables["playlist_stays"] = [stay("a", item, 1, (1, 1, None), is_old=True) for item in items]
    chromium.open(report(tmp_path, tables), list_address("a"))
    # 1 of 10, 2 of 40, none of 50; the report has the first 100 positions
    assert bar_texts(chromium, "composition")[-3:] == ["1-10 10.0 %", "11-50 5.0 %", "51-100 0.0 %"]


def test_shares_follow_the_chosen_dates(chromium: Browser, tmp_path: Path) -> None:
    drawn = {1: "A B", 2: "A C", 3: "C D"}
    tables = together(
        snapshots("a", drawn),
        playlist_stays=[
            stay("a", "A", 1, (1, 2, 3), is_old=True, seen=2),
            stay("a", "B", 1, (1, 1, 2), (2, 2, 2), is_old=True),
            stay("a", "C", 1, (2, 3, None), (2, 1, 1), best_on=3, seen=2),
            stay("a", "D", 1, (3, 3, None), (2, 2, 2)),
        ],
    )
    for row in tables["playlist_entries"]:
        row["artist_names"] = [f"Artist {row['song_id']}"]
    chromium.open(report(tmp_path, tables), list_address("a"))
    # Six entries on three dates
    assert bar_texts(chromium, "artists") == [
        "Artist A 33.3 %",
        "Artist C 33.3 %",
        "Artist B 16.7 %",
        "Artist D 16.7 %",
    ]
    chromium.choose("from", "2026-01-03")
    assert bar_texts(chromium, "artists") == ["Artist C 50.0 %", "Artist D 50.0 %"]
    assert chromium.texts("#artists tbody .detail") == ["1 song", "1 song"]
    assert "on 2026-01-03" in chromium.text("#composition .note")
