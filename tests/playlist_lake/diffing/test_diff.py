"""What changed between two dates, as `diff` tells it."""

import csv
import json
from pathlib import Path

import pytest

from tests.playlist_lake.conftest import Command
from tests.playlist_lake.diffing.conftest import CHART
from tests.support.tiny_lakes import write_lake
from tests.support.tiny_lists import snapshots, stay, together

TITLE = "Chart of to\N{REPLACEMENT CHARACTER}day"


def test_all_lists_are_compared_on_the_newest_date_in_a_few_lines(diff: Command) -> None:
    assert diff() == (
        0,
        [
            f"{TITLE}  2026-01-02 to 2026-01-04, 2 items",
            f"New name         Chart → {TITLE}",
            "New description  none any more",
            "Entered 1        Song D (at 2)",
            "Left 1           Song C (was 2)",
            "Renamed 1        Song A → Song A <Live> & more",
            "",
            "Nothing changed: Calm",
        ],
        ["Gone has no snapshot of 2026-01-04; the nearest date is 2026-01-02"],
    )


def test_a_list_has_a_row_per_change(diff: Command) -> None:
    status, out, err = diff("chart of")
    assert (status, err) == (0, [])
    assert out[0] == f"{TITLE}  2026-01-02 to 2026-01-04, 2 items"
    assert changed(out) == [
        f"New name Chart → {TITLE}",
        "New description none any more",
        "Entered 2 Song D Artist D, Guest",
        "Left 2 Song C Artist C, Guest",
        "Renamed 1 1 Song A → Song A <Live> & more Artist A, Guest",
    ]


def changed(out: list[str]) -> list[str]:
    """The rows of the table of a list, with one blank between words."""
    assert out[1].split() == ["Change", "Was", "Now", "Name", "Artists"]
    return [" ".join(line.split()) for line in out[2:]]


def test_of_two_dates_only_the_difference_counts(diff: Command) -> None:
    status, out, err = diff(CHART, "2026-01-04", "2026-01-01")
    assert (status, err) == (0, [])
    assert out[0].endswith("  2026-01-01 to 2026-01-04, 2 items")
    kinds = [row.split()[0] for row in changed(out)]
    assert kinds == ["New", "New", "Entered", "Left", "Renamed"]
    assert changed(out)[3] == "Left 2 Song B Artist B, Guest"


def test_one_date_is_compared_with_the_snapshot_before(diff: Command) -> None:
    assert changed(diff(CHART, "2026-01-02")[1]) == [
        "Entered 2 Song C Artist C, Guest",
        "Left 2 Song B Artist B, Guest",
    ]
    status, out, err = diff("2026-01-02")
    assert [line.split("  ")[0] for line in out] == [
        *(TITLE, "Entered 1", "Left 1", ""),
        *("Gone", "Entered 1", "", "Nothing changed: Calm"),
    ]
    assert (status, err) == (0, [])


def test_a_date_without_a_snapshot_means_the_snapshot_before_it(diff: Command) -> None:
    status, out, err = diff("2025-12-01", "2026-01-03")
    assert status == 0
    assert [line for line in out if "2026" in line] == [
        f"{TITLE}  2026-01-01 to 2026-01-02, 2 items",
        "Gone  2026-01-01 to 2026-01-02, 2 items",
    ]
    assert err == [
        f"Calm, {TITLE}, Gone have no snapshot of 2025-12-01; that of 2026-01-01 is compared",
        f"Calm, {TITLE}, Gone have no snapshot of 2026-01-03; that of 2026-01-02 is compared",
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["gone", "2026-01-03"], "Gone has no snapshot of 2026-01-03; the nearest date is 2026-01"),
        (["calm", "2026-01-03"], "Calm has no snapshot of 2026-01-03; the nearest dates are 2026"),
        (
            ["gone", "2026-01-02", "2026-01-09"],
            "Gone has only the snapshot of 2026-01-02 for 2026-01-02 and 2026-01-09",
        ),
        (
            ["gone", "2025-01-01", "2025-12-31"],
            "Gone has no snapshot of 2025-12-31; the nearest date is 2026-01-01",
        ),
        (["2026-02-30"], "'2026-02-30' is not a date; write YYYY-MM-DD"),
        (
            ["chart", "of"],
            "'of' is not a date; write YYYY-MM-DD, and a name of several words in qu",
        ),
        (
            ["2026-01-01", "2026-01-02", "2026-01-04"],
            "'2026-01-04' is one too many; diff takes a list and two dates at most",
        ),
        (["calm", "2026-01-01", "2026-01-01"], "2026-01-01 is there twice; name two dates, or one"),
        (["nope"], "the lake has no list 'nope'; its lists: Calm (calm); Chart of"),
        ([""], "the lake has no list ''; its lists: Calm (calm); Chart of"),
        (
            ["2026-01-01", "--format", "atom"],
            "a feed has the changes of the last 30 dates; leave the dates out",
        ),
    ],
)
def test_a_wrong_question_gives_one_sentence(
    diff: Command, arguments: list[str], sentence: str
) -> None:
    status, out, err = diff(*arguments)
    assert (status, out, len(err)) == (2, [], 1)
    assert err[0].startswith(f"error: {sentence}")


def test_of_many_lists_without_the_date_only_the_first_are_named(
    tmp_path: Path, diff: Command
) -> None:
    old = [snapshots(f"old{n}", {1: "A", 2: "A"}, f"Old {n:02}") for n in range(12)]
    tables = together(snapshots("new", {2: "A", 3: "A"}, "New"), *old)
    lake = write_lake(tmp_path / "lake", **tables, playlist_stays=[])
    names = ", ".join(f"Old {n:02}" for n in range(10))
    assert diff("--lake", lake) == (
        0,
        ["Nothing changed: New"],
        [f"{names}, and 2 more have no snapshot of 2026-01-03; the nearest date is 2026-01-02"],
    )


def test_an_item_without_a_name_is_shown_by_its_uri(tmp_path: Path, diff: Command) -> None:
    tables = snapshots("a", {1: "A", 2: "A loc"})
    tables["playlist_entries"][-1] |= {"name": None, "artist_names": None}
    tables["playlist_stays"] = [
        stay("a", "A", 1, (1, 2, None), is_old=True),
        stay("a", "loc", 1, (2, 2, None), (2, 2, 2)),
    ]
    lake = write_lake(tmp_path / "lake", **tables)
    assert diff("--lake", lake)[1][1] == "Entered 1  spotify:local:::loc:41 (at 2)"
    assert changed(diff("a", "--lake", lake)[1]) == ["Entered 2 spotify:local:::loc:41"]


def test_the_first_snapshot_and_a_drop_are_explained(tmp_path: Path, diff: Command) -> None:
    whole = " ".join(f"s{number}" for number in range(12))
    tables = snapshots("a", {1: whole, 2: "s0"}, drops=(2,))
    tables["playlist_stays"] = [
        stay("a", f"s{number}", 1, (1, 2 if number == 0 else 1, None), is_old=True)
        | ({"missing_since": tables["playlists"][1]["snapshot_date"]} if number else {})
        for number in range(12)
    ]
    lake = write_lake(tmp_path / "lake", **tables)
    status, out, err = diff("--lake", lake)
    assert (status, err) == (0, [])
    assert out[:2] == [
        "Chart  2026-01-01 to 2026-01-02, 1 item",
        "The list shrank from 12 to 1 item; the next snapshot shows what left.",
    ]
    assert out[2].startswith("Missing 11  Song s1 (was 2), Song s2 (was 3), ")
    assert diff("2026-01-01", "--lake", lake)[1] == ["Nothing to compare yet: Chart"]
    assert diff("a", "2026-01-01", "--lake", lake)[1] == [
        "Chart  2026-01-01, 12 items",
        "No complete snapshot is before this one, so there is nothing to compare yet.",
    ]


def test_what_an_incomplete_earlier_snapshot_does_not_show_is_said(
    tmp_path: Path, diff: Command
) -> None:
    tables = snapshots("a", {1: "A", 2: "A .", 3: "A B"}, incomplete=(2,))
    tables["playlist_stays"] = [
        stay("a", "A", 1, (1, 3, None), is_old=True),
        stay("a", "B", 1, (3, 3, None), (2, 2, 2)),
    ]
    lake = write_lake(tmp_path / "lake", **tables)
    entered = "Entered 1  Song B (at 2)"
    title = "Chart  2026-01-02 to 2026-01-03, 2 items"
    limit = "The snapshot of 2026-01-02 is incomplete: what entered may not be new."
    assert diff("2026-01-02", "2026-01-03", "--lake", lake)[1] == [title, limit, entered, ""]
    # Compared with the complete snapshot before
    assert diff("--lake", lake)[1] == [title.replace("-02 to", "-01 to"), entered, ""]


def test_json_and_csv_have_the_columns_of_the_view_and_the_name(
    diff: Command, tmp_path: Path
) -> None:
    rows = json.loads("\n".join(diff(CHART, "--format", "json")[1]))
    assert rows[3] == {
        "playlist_id": CHART,
        "playlist_name": "Chart of\nto\x07day",
        "snapshot_date": "2026-01-04",
        "previous_date": "2026-01-02",
        "change": "left",
        "item_uri": "spotify:track:C",
        "name": "Song C",
        "artists": "Artist C, Guest",
        "position": None,
        "previous_position": 2,
        "value": None,
        "previous_value": None,
    }
    assert diff("-o", tmp_path / "x.csv")[:2] == (0, [])
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as file:
        assert [row["change"] for row in csv.DictReader(file)] == [row["change"] for row in rows]


def test_a_text_file_has_what_is_printed(diff: Command, tmp_path: Path) -> None:
    assert diff("2026-01-02", "-o", tmp_path / "x.txt")[:2] == (0, [])
    assert (tmp_path / "x.txt").read_text(encoding="utf-8").splitlines() == diff("2026-01-02")[1]
