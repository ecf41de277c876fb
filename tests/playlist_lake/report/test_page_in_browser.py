"""The report in a browser: what its sections show, and what a user can choose."""

from pathlib import Path

import pytest

from tests.playlist_lake.report.browser import Browser
from tests.playlist_lake.report.conftest import (
    bar_texts,
    labels,
    line_lengths,
    report,
    table_rows,
)
from tests.support.tiny_lists import day, snapshots, stay, together

pytestmark = pytest.mark.slow


def movement_bars(page: Browser) -> dict[str, str]:
    """The entries and exits in the bars, by date, such as `+2 -1`."""
    found: dict[str, str] = {}
    for text in bar_texts(page, "movement"):
        on, items, event = text.replace(":", "").split()
        if items != "0":
            sign = {"entered": "+", "left": "-"}[event]
            found[on] = f"{found.get(on, '')} {sign}{items}".strip()
    return found


def test_the_chart_shows_the_last_date(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week)
    assert chromium.text("#extent") == "4 lists, 6 dates from 2026-01-01 to 2026-01-07"
    assert chromium.texts("#list option") == ["Chart", "empty", "Other", "Voice"]
    assert chromium.text("#chart h2") == "The list on 2026-01-07"
    assert table_rows(chromium, "#chart") == [
        ["1", "▲ 2", "Song A", "7", "6", "1"],
        ["2", "", "Song B", "7", "4", "1"],
        ["3", "▼ 2", "Song C", "4", "4", "1"],
        ["4", "=", "Song ep", "3", "3", "4"],
    ]
    artists = ["Artist A, Guest", "Artist B, Guest", "Artist C, Guest", ""]
    assert chromium.texts("#chart td small") == artists


def test_the_charts_show_the_whole_week(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week)
    # A has three lines with 2, 1 and 3 points, because the 4th is incomplete. B has 2, 1 and 1,
    # because a null row hides it on the 6th. C has 1 and 3, the episode 3
    assert line_lengths(chromium) == [1, 1, 1, 1, 2, 2, 3, 3, 3]
    points = "return [...document.querySelectorAll('#positions .mark-symbol path')]"
    described = chromium.run(f"{points}.map((point) => point.ariaLabel)")
    assert len([text for text in described if text]) == 17
    assert described[-1] == "Song ep\n2026-01-07: position 4"
    assert movement_bars(chromium) == {
        "2026-01-02": "+1 -1",
        "2026-01-04": "+1",
        "2026-01-05": "+2 -3",
    }
    assert chromium.text("#movement .note").startswith("4 entries and 4 exits from 2026-01-01 to")
    # C and the episode entered on the 5th and were there on the 6th. E entered on the 4th and was
    # not there on the 5th. The other entries lack a next day
    assert "whole history: 66.7 % after 1 day." in chromium.text("#movement .note")
    assert labels(chromium, "#stays") == ["≥ 7 ▸", "≥ 7 ▸", "3 ▸", "3 ▸", "≥ 2", "≥ 1", "1", "1"]
    # Chart had A B C D E loc ep, Other A F D; D reached Other three days later
    assert labels(chromium, "#overlap") == ["28.6 %", "0.0 %"]
    assert table_rows(chromium, "#overlap") == [["Other", "2", "1", "3"], ["Voice", "0", "0", ""]]
    chromium.choose("list", "Other")
    assert labels(chromium, "#overlap") == ["66.7 %", "0.0 %"]
    assert table_rows(chromium, "#overlap") == [["Chart", "2", "0", ""], ["Voice", "0", "0", ""]]


def test_other_dates_can_be_chosen(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week)
    chromium.choose("to", "2026-01-05")
    chromium.choose("from", "2026-01-02")
    assert chromium.text("#chart h2") == "The list on 2026-01-05"
    assert [row[:3] for row in table_rows(chromium, "#chart")] == [
        ["1", "↩ back", "Song C"],
        ["2", "▼ 1", "Song B"],
        ["3", "▼ 1", "Song A"],
        ["4", "", "Song A"],
        ["5", "★ new", "Song ep"],
    ]
    # The 5th is compared with the 2nd; only the incomplete 4th had E
    assert table_rows(chromium, "#movement") == [
        ["★ new", "Song E", ""],
        ["↩ back", "Song C", ""],
        ["★ new", "Song ep", ""],
        ["✕ left", "Song D", "3"],
        ["✕ left", "Song loc", "4"],
        ["✕ left", "Song E", "4"],
    ]
    # Stays of A, B and C up to that date; D, E and the local file had left
    assert labels(chromium, "#stays") == ["≥ 5 ▸", "≥ 5 ▸", "≥ 2", "1 ▸", "1", "1", "1 ▸"]


def test_a_first_date_after_the_last_date_moves_the_last_date(
    chromium: Browser, a_week: Path
) -> None:
    chromium.open(a_week)
    chromium.choose("to", "2026-01-02")
    chromium.choose("from", "2026-01-06")
    assert chromium.text("#chart h2") == "The list on 2026-01-06"
    chromium.choose("to", "2026-01-02")
    assert chromium.run("return document.getElementById('from').value") == "2026-01-02"


def test_another_list_is_shown_on_its_own_last_date_until_dates_are_chosen(
    chromium: Browser, tmp_path: Path
) -> None:
    lists = snapshots("a", {1: "A", 2: "B A"}, "Older"), snapshots("b", {2: "A", 5: "A"}, "Newer")
    chromium.open(report(tmp_path, together(*lists)))
    chromium.choose("list", "Older")
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
    chromium.open(report(tmp_path, tables))
    assert line_lengths(chromium) == lengths


def test_an_incomplete_snapshot_is_marked(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week)
    chromium.choose("to", "2026-01-04")
    assert chromium.text("#chart .note").startswith("Incomplete: ")


def test_a_list_with_one_date_is_shown(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week)
    chromium.choose("list", "Voice")
    assert table_rows(chromium, "#chart") == [["1", "", "Song loc2", "1", "1", "1"]]
    assert "There is only one date" in chromium.text("#positions .note")
    assert chromium.text("#movement .empty") == "Nothing entered or left on these dates."
    assert labels(chromium, "#stays") == ["≥ 1 ▸"]
    assert labels(chromium, "#artists") == ["50.0 %", "50.0 %"]


def test_an_empty_list_has_notes_instead_of_charts(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week)
    chromium.choose("list", "empty")
    assert table_rows(chromium, "#chart") == []
    assert chromium.text("#chart .note") == "The list is empty."
    for section in ("positions", "movement", "stays", "artists", "make-up"):
        assert chromium.text(f"#{section} .empty")
        assert chromium.texts(f"#{section} svg") == []


def test_a_heading_sorts_its_column_in_both_directions(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week)

    def sorted_by(column: int) -> list[str]:
        chromium.run(f"document.querySelectorAll('#chart th button')[{column}].click()")
        return [row[2] for row in table_rows(chromium, "#chart")]

    assert sorted_by(3)[:2] == ["Song ep", "Song C"]
    assert chromium.texts("#chart th[aria-sort=ascending]") == ["Days"]
    assert sorted_by(3)[-2:] == ["Song C", "Song ep"]
    assert chromium.texts("#chart th[aria-sort=descending]") == ["Days"]
    assert sorted_by(2) == ["Song A", "Song B", "Song C", "Song ep"]


def test_health_counts_the_lists_that_need_attention(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week)
    # Chart: an incomplete snapshot and no 3rd; Other: days without a snapshot
    assert chromium.text("#health .note").startswith("Lists that need attention: 2 of 4.")


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
            stay("a", "A", 1, (1, 3, None), is_old=True) | {"best_position": 1},
            stay("a", "B", 1, (1, 3, None), is_old=True) | {"best_position": 1},
        ],
    )
    chromium.set_time_zone("America/Los_Angeles")
    chromium.open(report(tmp_path, tables))

    whole = [
        f"Song {item}\nArtist {item}, Guest\n"
        "2026-01-01 to 2026-01-03: at least 3 days, seen 3 times\nbest position 1"
        for item in "AB"
    ]
    assert bar_texts(chromium, "stays") == whole
    chromium.choose("to", "2026-01-02")
    # B reached position 1 only on the 3rd
    assert bar_texts(chromium, "stays") == [
        f"Song {item}\nArtist {item}, Guest\n"
        f"2026-01-01 to 2026-01-02: at least 2 days, seen 2 times\nbest position {best}"
        for item, best in (("A", 1), ("B", 2))
    ]
    chromium.set_time_zone("UTC")
    chromium.open(report(tmp_path, tables))
    assert bar_texts(chromium, "stays") == whole


def test_two_lists_with_one_name_have_different_titles(chromium: Browser, tmp_path: Path) -> None:
    lists = snapshots("one", {1: "A B"}, "Same"), snapshots("two", {1: "A C D E"}, "Same")
    stays = [
        stay(playlist_id, item, 1, (1, 1, None), is_old=True)
        for playlist_id, items in (("one", "AB"), ("two", "ACDE"))
        for item in items
    ]
    chromium.open(report(tmp_path, together(*lists, playlist_stays=stays)))
    assert chromium.texts("#list option") == ["Same (one)", "Same (two)"]
    # One of the two items is shared; from the other list, one of four
    chromium.choose("list", "Same (one)")
    assert labels(chromium, "#overlap") == ["50.0 %"]
    assert [row[0] for row in table_rows(chromium, "#overlap")] == ["Same (two)"]
    chromium.choose("list", "Same (two)")
    assert labels(chromium, "#overlap") == ["25.0 %"]
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
    chromium.open(report(tmp_path, snapshots("a", {1: items}, incomplete=incomplete)))
    assert chromium.text("#chart .note").startswith(note)


def test_a_list_beside_an_empty_one_has_no_overlap(chromium: Browser, tmp_path: Path) -> None:
    chromium.open(
        report(tmp_path, together(snapshots("a", {1: "A"}), snapshots("b", {1: ""}, "No")))
    )
    assert chromium.text("#overlap .empty").startswith("At most one list had items")
    chromium.choose("list", "No")
    assert chromium.text("#positions .note") == ""
    assert "No usable item" in chromium.text("#stays .empty")


def test_lists_are_sorted_by_number_and_without_case(chromium: Browser, tmp_path: Path) -> None:
    names = ["List 10", "list 9", "Über", "Zoo"]
    parts = [snapshots(f"id{at}", {1: "A"}, name) for at, name in enumerate(names)]
    stays = [stay(f"id{at}", "A", 1, (1, 1, None), is_old=True) for at in range(len(names))]
    chromium.open(report(tmp_path, together(*parts, playlist_stays=stays)))
    ordered = ["list 9", "List 10", "Über", "Zoo"]
    assert chromium.texts("#list option") == ordered
    assert [row[0] for row in table_rows(chromium, "#health")] == ordered


def test_explicit_shares_are_shown_by_position(chromium: Browser, tmp_path: Path) -> None:
    items = [f"s{number}" for number in range(1, 121)]
    loud = {"s1", "s11", "s12", "s101", "s102", "s103", "s104", "s105"}
    tables = snapshots("a", {1: " ".join(items)})
    tables["songs"] = [
        {"snapshot_date": day(1), "song_id": item, "is_explicit": item in loud} for item in items
    ]
    tables["playlist_stays"] = [stay("a", item, 1, (1, 1, None), is_old=True) for item in items]
    chromium.open(report(tmp_path, tables))
    parts = chromium.texts("#make-up h3")
    part = f"#make-up .plots > div:nth-child({parts.index('explicit, by position') + 1})"
    assert chromium.texts(f"{part} .role-axis-label text") == [
        "1-10",
        "11-50",
        "51-100",
        "over 100",
    ]
    # 1 of 10, 2 of 40, none of 50, 5 of 20
    assert labels(chromium, part) == ["10.0 %", "5.0 %", "0.0 %", "25.0 %"]
