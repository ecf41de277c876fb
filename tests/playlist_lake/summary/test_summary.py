"""The summary: what changed on each list, and whether it is still read."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.cells import cell_len

from playlist_lake import connect
from playlist_lake.diffing.printing import MAX_LINES
from playlist_lake.summary.printing import print_summary
from playlist_lake.summary.states import list_states, never_read
from tests.support.tiny_lakes import Row, write_lake
from tests.support.tiny_lists import day, snapshots, stay, together

Tables = dict[str, list[Row]]
SOURCE = "Data from Spotify."


def printed(
    folder: Path, capsys: pytest.CaptureFixture[str], tables: Tables, *playlist_ids: str
) -> list[str]:
    """What is printed of a lake with these rows, without the line on the source."""
    for row in tables["playlists"]:
        row.setdefault("source", "import")
    with connect(write_lake(folder, **tables)) as con:
        states, never = list_states(con, playlist_ids), never_read(con, playlist_ids)
        print_summary(con, "my lake", states, never, {"c": "Hits of\ttoday"})
    return [line for line in capsys.readouterr().out.splitlines() if line != SOURCE]


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


def test_a_summary_shows_what_entered_left_and_moved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = [f"s{number}" for number in range(1, 12)]
    drawn = {1: " ".join([*old, "Gone"]), 5: " ".join(["s11", *old[:10], "New"])}
    tables = snapshots("a", drawn, "List a")
    tables["playlist_stays"] = [
        *(stay("a", item, 1, (1, 5, None), is_old=True) for item in old),
        stay("a", "Gone", 1, (1, 1, 5), (12, 12, 12), is_old=True),
        stay("a", "New", 1, (5, 5, None), (12, 12, 12)),
    ]
    assert printed(tmp_path, capsys, tables) == [
        "List a  2026-01-01 to 2026-01-05, 12 items",
        "Entered 1  Song New (at 12)",
        "Left 1     Song Gone (was 12)",
        # Each of the others moved by one, and s10 crossed the tenth position
        "Moved 2    Song s11 (11 → 1), Song s10 (10 → 11)",
        "",
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
    lines = printed(tmp_path / "dropped", capsys, dropped)
    assert joined(lines) == [
        "Chart 2026-01-01 to 2026-01-02, 4 items",
        "The list shrank from 10 to 4 items; the next snapshot shows what left.",
        "Entered 1 Song new (at 4)",
        f"Missing 7 {', '.join(names[3:])}",
    ]
    # s4 is back on the 3rd, and never left. What entered with the drop, left again
    ended = {"exited_on": day(2), "missing_since": None, "is_current": False}
    back, *left = [row | ended for row in gone]
    back |= {"last_seen_on": day(3), "exited_on": None, "is_current": True}
    left_on_3 = {"exited_on": day(3), "is_current": False}
    settled = snapshots("a", drawn | {3: "s1 s2 s3 s4"}, drops=(2,))
    settled |= {"playlist_stays": [*kept, back, *left, entered | left_on_3]}
    assert joined(printed(tmp_path / "settled", capsys, settled)) == [
        "Chart 2026-01-01 to 2026-01-03, 4 items",
        f"Left 6 {', '.join(names[4:])}",
    ]


def joined(lines: list[str]) -> list[str]:
    """The lines of the first list; a line that was broken is one again."""
    found: list[str] = []
    for line in lines[: lines.index("")]:
        if line.startswith("   "):
            found[-1] += f" {line.strip()}"
        else:
            found.append(" ".join(line.split()))
    return found


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
    assert printed(tmp_path, capsys, tables)[1:] == ["Re-issued 1  Song New (at 1)", ""]


def test_an_incomplete_snapshot_shows_what_entered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = snapshots("a", {1: "A B", 2: "A . C"}, incomplete=(2,))
    tables["playlist_stays"] = [
        stay("a", "A", 1, (1, 2, None), is_old=True),
        stay("a", "B", 1, (1, 1, None), is_old=True),
        stay("a", "C", 1, (2, 2, None), (3, 3, 3)),
    ]
    assert printed(tmp_path, capsys, tables) == [
        "Chart  2026-01-01 to 2026-01-02, incomplete, 2 of 3 items",
        "An incomplete snapshot does not show what left.",
        "Entered 1  Song C (at 3)",
        "",
    ]


def test_lists_without_changes_have_a_line_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = together(
        snapshots("first", {5: "One"}, "List first"),
        snapshots("same", {1: "One", 5: "One"}, "List same"),
        snapshots("too", {1: "One", 5: "One"}, None),
        playlist_stays=[
            stay(name, "One", 1, (5 if name == "first" else 1, 5, None), is_old=True)
            for name in ("first", "same", "too")
        ],
    )
    assert printed(tmp_path / "all", capsys, tables) == [
        "Nothing to compare yet: List first",
        "Nothing changed: List same, too",
    ]
    # An import speaks of its own lists only
    assert printed(tmp_path / "one", capsys, tables, "same") == ["Nothing changed: List same"]


def test_a_list_that_is_not_read_or_never_was_has_a_line(
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
    never = [
        "Hits of today: never read, not found since 2026-01-04",
        "d: never read, not found since 2026-01-05",
    ]
    assert printed(tmp_path / "all", capsys, tables) == [
        "Nothing changed: Read",
        "Gone: read until 2026-01-02, forbidden since 2026-01-03",
        *never,
    ]
    assert printed(tmp_path / "never", capsys, tables, "c") == never[:1]


def test_a_list_has_ten_lines_at_most_and_the_command_for_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "argv", [".venv/bin/playlist-lake", "run"])
    olds, news = ([f"{kind}{number}" for number in range(30)] for kind in ("old", "new"))
    tables = snapshots("a", {1: " ".join(olds), 5: " ".join(news)})
    for row in tables["playlist_entries"]:
        row["name"] = f"A title of {row['name']}, quite long"
    tables["playlist_stays"] = [
        *(stay("a", old, 1, (1, 1, 5), is_old=True) for old in olds),
        *(stay("a", new, 1, (5, 5, None)) for new in news),
    ]
    lines = printed(tmp_path / "lake", capsys, tables)
    end = lines.index("")
    assert end == 7 <= MAX_LINES
    assert lines[1].startswith("Entered 30  A title of Song new0, quite long (at 1), ")
    assert lines[3].endswith(", and 26 more")
    assert lines[end + 1 :] == ["More: .venv/bin/playlist-lake diff a 2026-01-05 --lake 'my lake'"]


def test_names_are_the_last_known_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables = snapshots("a", {1: "S", 2: "S", 5: ""}, "List a")
    tables["playlist_stays"] = [stay("a", "S", 1, (1, 2, 5), is_old=True)]
    for row in tables["playlists"][1:]:
        row["name"] = None
    tables["playlist_entries"][1] |= {"name": None, "artist_names": None}
    assert printed(tmp_path, capsys, tables) == [
        "List a  2026-01-02 to 2026-01-05, 0 items",
        "Left 1  Song S (was 1)",
        "",
    ]


def test_long_names_and_names_with_line_breaks_are_cut(
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
    assert lines[0] == "A B  2026-01-01 to 2026-01-05, 3 items"
    assert lines[1:3] == [
        "New name   Chart → A B",
        f"Entered 3  a b [bold]c\N{REPLACEMENT CHARACTER}[2J (at 1), {'x' * 39}… (at",
    ]
    assert all(cell_len(line) <= 80 for line in lines)


def test_the_source_of_the_data_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = snapshots("a", {5: ""})
    for source, sentence in (
        ("127.0.0.1", "Simulated data: lists, songs and artists are invented."),
        ("import", SOURCE),
    ):
        tables["playlists"][0]["source"] = source
        with connect(write_lake(tmp_path / source, **tables)) as con:
            print_summary(con, "my lake", list_states(con))
        assert capsys.readouterr().out.splitlines()[-1] == sentence
