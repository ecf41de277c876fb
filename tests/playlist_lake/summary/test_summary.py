"""The summary of each list: its last chart, what entered and left, and whether it is still read."""

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from playlist_lake import connect
from playlist_lake.summary.printing import print_charts, print_ending, print_never_read
from playlist_lake.summary.states import list_states, never_read
from tests.support.tiny_lakes import Row, write_lake
from tests.support.tiny_lists import day, snapshots, stay, together

Tables = dict[str, list[Row]]


def printed(
    folder: Path, capsys: pytest.CaptureFixture[str], tables: Tables, *playlist_ids: str
) -> list[str]:
    """What is printed of a lake with these rows."""
    for row in tables["playlists"]:
        row.setdefault("source", "import")
    with connect(write_lake(folder, **tables)) as con:
        print_charts(con, list_states(con, playlist_ids))
        print_never_read(never_read(con, playlist_ids), {"c": "Hits of\ttoday"})
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def below_chart(lines: list[str]) -> list[str]:
    """What stands below the rows of the first chart; a line that was broken is one again."""
    below: list[str] = []
    chart = next(at for at, line in enumerate(lines) if line.lstrip().startswith("#"))
    for line in lines[chart + 1 : lines.index("", chart)]:
        if line.startswith("    "):
            below[-1] += f" {line.strip()}"
        elif not line.lstrip()[:1].isdigit():
            below.append(" ".join(line.split()))
    return below


def outcome(playlist_id: str, number: int, word: str) -> Row:
    """A row of the table outcomes."""
    return {
        "snapshot_date": day(number),
        "playlist_id": playlist_id,
        "outcome": word,
        "reason": f"a sentence on {word}",
        "items": None,
        "attempted_at": datetime.combine(day(number), datetime.min.time(), UTC),
    }


def test_a_summary_shows_moves_entries_and_exits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = {1: "One Two Three Gone Old Back", 2: "One Two Three Gone", 5: "One Three Two New Back"}
    tables = together(
        snapshots("a", drawn, "List a"),
        playlist_stays=[
            *(
                stay("a", item, 1, (1, 5, None), (at, at, last), is_old=True, seen=3)
                for item, at, last in (("One", 1, 1), ("Two", 2, 3), ("Three", 3, 2))
            ),
            stay("a", "Gone", 1, (1, 2, 5), (4, 4, 4), is_old=True, seen=2),
            # Left before the last snapshot, so it is not listed
            stay("a", "Old", 1, (1, 1, 2), (5, 5, 5), is_old=True),
            stay("a", "Back", 1, (1, 1, 2), (6, 6, 6), is_old=True),
            stay("a", "Back", 2, (5, 5, None), (5, 5, 5)),
            stay("a", "New", 1, (5, 5, None), (4, 4, 4)),
        ],
    )
    assert [line.split() for line in printed(tmp_path, capsys, tables)] == [
        ["List", "a", "2026-01-05,", "5", "items"],
        ["#", "Move", "Song", "Artists", "Days", "Seen"],
        ["1", "=", "Song", "One", "Artist", "One,", "Guest", "5", "3"],
        ["2", "▲", "1", "Song", "Three", "Artist", "Three,", "Guest", "5", "3"],
        ["3", "▼", "1", "Song", "Two", "Artist", "Two,", "Guest", "5", "3"],
        ["4", "new", "Song", "New", "Artist", "New,", "Guest", "1", "1"],
        ["5", "back", "Song", "Back", "Artist", "Back,", "Guest", "2", "2"],
        ["Entered", "2", "Song", "New", "(at", "4),", "Song", "Back", "(back", "at", "5)"],
        ["Left", "1", "Song", "Gone", "(was", "4)"],
        [],
    ]


def test_a_drop_names_what_is_missing_until_the_next_snapshot_settles_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = [f"s{number}" for number in range(1, 11)]
    kept = [stay("a", item, 1, (1, 2, None), is_old=True) for item in ("s1", "s2", "s3")]
    entered = stay("a", "new", 1, (2, 2, None), (4, 4, 4))
    gone = [
        stay("a", item, 1, (1, 1, None), (at, at, at), is_old=True) | {"missing_since": day(2)}
        for at, item in enumerate(whole[3:], 4)
    ]
    drawn = {1: " ".join(whole), 2: "s1 s2 s3 new"}
    dropped = snapshots("a", drawn, drops=(2,))
    dropped |= {"playlist_stays": [*kept, *gone, entered]}
    names = [f"Song {item} (was {at})" for at, item in enumerate(whole, 1)]
    assert below_chart(printed(tmp_path / "dropped", capsys, dropped)) == [
        "The list shrank from 10 to 4 items; the next snapshot shows what left.",
        "Entered 1 Song new (at 4)",
        f"Missing 7 since 2026-01-02: {', '.join(names[3:])}",
    ]
    # s4 is back on the 3rd, and never left. What entered with the drop, left again
    ended = {"exited_on": day(2), "missing_since": None, "is_current": False}
    back, *left = [row | ended for row in gone]
    back |= {"last_seen_on": day(3), "exited_on": None, "is_current": True}
    left_on_3 = {"exited_on": day(3), "is_current": False}
    settled = snapshots("a", drawn | {3: "s1 s2 s3 s4"}, drops=(2,))
    settled |= {"playlist_stays": [*kept, back, *left, entered | left_on_3]}
    assert below_chart(printed(tmp_path / "settled", capsys, settled)) == [
        "Entered 1 Song new (at 4)",
        f"Left 7 Song new (was 4), {', '.join(names[4:])}",
    ]


def test_songs_that_are_missing_since_different_dates_have_a_line_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = [f"s{number}" for number in range(1, 11)]
    drawn = {1: " ".join(whole * 3), 2: " ".join(whole), 3: "s1"}
    stays = [stay("a", "s1", 1, (1, 3, None), is_old=True)]
    stays += [
        stay("a", item, 1, (1, since - 1, None), is_old=True) | {"missing_since": day(since)}
        for item, since in (("s9", 3), ("gone", 2))
    ]
    tables = snapshots("a", drawn, drops=(2, 3)) | {"playlist_stays": stays}
    lines = below_chart(printed(tmp_path, capsys, tables))
    assert lines == [
        "The list shrank from 30 to 1 item; the next snapshot shows what left.",
        "Missing 1 since 2026-01-02: ? (was 1)",
        "Missing 1 since 2026-01-03: Song s9 (was 1)",
    ]


def test_a_song_that_is_issued_again_neither_leaves_nor_enters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = snapshots("a", {1: "A Old", 2: "New A"})
    tables["playlist_stays"] = [
        stay("a", "A", 1, (1, 2, None), (1, 1, 2), is_old=True, seen=2),
        stay("a", "Old", 1, (1, 1, 2), (2, 2, 2), is_old=True)
        | {"continued_by_uri": "spotify:track:New"},
        stay("a", "New", 1, (2, 2, None), (1, 1, 1), chain=("Old", 1))
        | {"continues_uri": "spotify:track:Old"},
    ]
    lines = printed(tmp_path, capsys, tables)
    assert lines[2].split() == ["1", "▲", "1", "Song", "New", "Artist", "New,", "Guest", "2", "2"]
    assert below_chart(lines) == ["Entered 0", "Re-issued 1 Song New (at 1)", "Left 0"]


def test_what_an_incomplete_snapshot_has_entered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = snapshots("a", {1: "A B", 2: "A . C"}, incomplete=(2,))
    tables["playlist_stays"] = [
        stay("a", "A", 1, (1, 2, None), is_old=True),
        stay("a", "B", 1, (1, 1, None), is_old=True),
        stay("a", "C", 1, (2, 2, None), (3, 3, 3)),
    ]
    lines = printed(tmp_path, capsys, tables)
    assert lines[0] == "Chart  2026-01-02, incomplete, 2 of 3 items"
    assert below_chart(lines) == [
        "An incomplete snapshot does not show what left.",
        "Entered 1 Song C (at 3)",
    ]


def test_first_incomplete_and_unchanged_snapshots_are_marked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = together(
        snapshots("first", {5: "One"}, "List first"),
        snapshots("part", {1: "One", 5: "One ."}, "List part", incomplete=(5,)),
        snapshots("same", {1: "One", 5: "One"}, "List same"),
        playlist_stays=[
            stay(name, "One", 1, (5 if name == "first" else 1, 5, None), is_old=True)
            for name in ("first", "part", "same")
        ],
    )
    lines = printed(tmp_path / "all", capsys, tables)
    assert [*lines[:1], *lines[3:6], *lines[8:11], *lines[13:]] == [
        "List first  2026-01-05, 1 item",
        "This is the list's first complete snapshot; the next one shows what moved.",
        "",
        "List part  2026-01-05, incomplete, 1 of 2 items",
        "An incomplete snapshot does not show what left.",
        "",
        "List same  2026-01-05, 1 item",
        "Nothing entered or left.",
        "",
    ]
    only = printed(tmp_path / "one", capsys, tables, "part")
    assert (only[0], len(only)) == ("List part  2026-01-05, incomplete, 1 of 2 items", 5)


def test_a_list_that_is_not_read_is_marked_and_one_that_never_was_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = together(
        snapshots("a", {1: "A", 2: "A"}, "Gone"),
        snapshots("b", {2: "A", 3: "A"}, "Read"),
        outcomes=[
            *(outcome("a", number, "forbidden") for number in (3, 4)),
            outcome("b", 3, "extracted"),
            outcome("c", 3, "failed"),
            *(outcome("c", number, "not_found") for number in (4, 5)),
            outcome("d", 5, "not_found"),
        ],
    )
    lines = printed(tmp_path / "all", capsys, tables)
    assert lines[:2] == [
        "Gone  2026-01-02, 1 item",
        "read until 2026-01-02, forbidden since 2026-01-03",
    ]
    assert lines[6] == "Read  2026-01-03, 1 item"
    assert lines[7].split()[0] == "#"
    assert lines[10:] == [
        "",
        "Hits of today: never read, not found since 2026-01-04",
        "d: never read, not found since 2026-01-05",
        "",
    ]
    # An import speaks of its own lists only
    assert printed(tmp_path / "one", capsys, tables, "b")[0] == "Read  2026-01-03, 1 item"
    assert printed(tmp_path / "never", capsys, tables, "c") == [*lines[11:12], ""]


def test_a_summary_is_limited_to_ten_rows_and_eight_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [f"s{number}" for number in range(1, 13)]
    tables = snapshots("a", {1: "A", 5: " ".join(names)})
    tables["playlist_stays"] = [
        stay("a", name, 1, (5, 5, None), (at, at, at)) for at, name in enumerate(names, 1)
    ]
    lines = printed(tmp_path, capsys, tables)
    assert lines[11].split()[:4] == ["10", "new", "Song", "s10"]
    entered = ", ".join(f"Song s{number} (at {number})" for number in range(1, 9))
    assert below_chart(lines) == [f"Entered 12 {entered}, and 4 more", "Left 0"]


def test_names_are_the_last_known_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables = together(
        snapshots("a", {1: "S", 2: "S", 5: ""}, "List a"), snapshots("never", {5: ""}, None)
    )
    tables["playlist_stays"] = [stay("a", "S", 1, (1, 2, 5), is_old=True)]
    for row in tables["playlists"][1:3]:
        row["name"] = None
    tables["playlist_entries"][1] |= {"name": None, "artist_names": None}
    lines = printed(tmp_path, capsys, tables)
    assert lines[0] == "List a  2026-01-05, 0 items"
    assert lines[3] == "Left 1     Song S (was 1)"
    # A list that never had a name is shown by its id
    assert lines[5] == "never  2026-01-05, 0 items"


def test_a_snapshot_without_an_item_has_a_sentence_instead_of_a_chart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = together(
        snapshots("a", {1: ""}, "Empty"),
        snapshots("b", {1: ". ."}, "Not read", incomplete=(1,)),
        snapshots("c", {1: "- -"}, "Null rows"),
    )
    lines = printed(tmp_path, capsys, tables)
    assert not any(line.lstrip().startswith("#") for line in lines)
    assert lines[1::4] == [
        "The list is empty.",
        "No item was read.",
        "No item could be read; each of them is a reject.",
    ]


def test_long_names_and_names_with_line_breaks_fit_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = ["a\nb\t[bold]c\x1b[2J", "x" * 10_000, "🦆" * 99]
    tables = snapshots("a", {1: "Z", 5: "A B C"})
    tables["playlists"][1]["name"] = "A\nB"
    for row, name in zip(tables["playlist_entries"][1:], odd, strict=True):
        row["name"] = name
    tables["playlist_stays"] = [
        stay("a", item, 1, (5, 5, None), (at, at, at)) for at, item in enumerate("ABC", 1)
    ]
    lines = printed(tmp_path, capsys, tables)
    assert lines[0] == "A B  2026-01-05, 3 items"
    assert "a b [bold]c\N{REPLACEMENT CHARACTER}[2J" in lines[2]
    assert "x" * 20 + "…" in lines[3].replace("x" * 21, "x" * 20)
    assert lines[4].startswith("3")
    assert all(len(line) <= 80 for line in lines)
    assert f"{'x' * 39}… (at 2)" in below_chart(lines)[0]


def test_the_next_command_is_called_as_this_one_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "argv", [".venv/bin/playlist-lake", "demo"])
    print_ending([], "lake")

    assert capsys.readouterr().out.startswith("Next: .venv/bin/playlist-lake query --lake lake ")


def test_the_ending_names_the_source_and_the_next_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = snapshots("a", {5: ""})
    for source, sentence in (
        ("127.0.0.1", "Simulated data: lists, songs and artists are invented."),
        ("import", "Data from Spotify."),
    ):
        tables["playlists"][0]["source"] = source
        with connect(write_lake(tmp_path / source, **tables)) as con:
            print_ending(list_states(con), "my lake")
        lines = capsys.readouterr().out.splitlines()
        assert lines[0] == sentence
        assert lines[1].startswith("Next: playlist-lake query --lake 'my lake' \"SELECT ")


def test_the_next_command_names_days_and_times_seen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = snapshots("a", {1: "A", 5: "A"})
    tables["playlist_stays"] = [stay("a", "A", 1, (1, 5, None), is_old=True, seen=2)]
    print_ending([], "lake")
    (question,) = re.findall('"(.*)"', capsys.readouterr().out)
    with connect(write_lake(tmp_path, **tables)) as con:
        assert con.execute(question).fetchall() == [("Song A", 5, 2)]
