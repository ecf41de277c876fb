"""The summary of each list: its last chart, and what entered and left."""

import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from playlist_lake import connect, summary
from tests.support.tiny_lakes import Row, write_lake

MONDAY, TUESDAY, FRIDAY = date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 9)


def snapshot(on: date, playlist_id: str, count: int, **more: object) -> Row:
    return {
        "snapshot_date": on,
        "playlist_id": playlist_id,
        "name": f"List {playlist_id}",
        "item_count": count,
        "total": count,
        "is_complete": True,
        "source": "import",
        **more,
    }


def entries(on: date, playlist_id: str, names: list[str]) -> list[Row]:
    return [
        {
            "snapshot_date": on,
            "playlist_id": playlist_id,
            "position": position,
            "item_type": "song",
            "item_uri": f"spotify:track:{name}",
            "linked_from_uri": None,
            "name": name,
            "artist_names": ["Otter", "Newt"],
            "song_id": name,
        }
        for position, name in enumerate(names, 1)
    ]


def stays(playlist_id: str, names: list[str], entered: date, **more: object) -> list[Row]:
    return [
        {
            "playlist_id": playlist_id,
            "item_uri": f"spotify:track:{name}",
            "stay_number": 1,
            "entered_on": entered,
            "last_seen_on": FRIDAY,
            "exited_on": None,
            "days_spanned": 1,
            "last_position": position,
            "starts_before_history": entered == MONDAY,
            **more,
        }
        for position, name in enumerate(names, 1)
    ]


def printed(
    con: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str], *playlist_ids: str
) -> list[str]:
    summary.print_charts(con, summary.list_states(con, playlist_ids))
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def test_a_summary_shows_moves_entries_and_exits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = stays("a", ["Gone"], MONDAY, last_seen_on=TUESDAY, exited_on=FRIDAY, last_position=4)
    # Left before the last snapshot, so it is not listed
    long_gone = stays("a", ["Old"], MONDAY, last_seen_on=MONDAY, exited_on=TUESDAY, last_position=5)
    back = stays("a", ["Back"], FRIDAY, stay_number=2)
    before = stays("a", ["Back"], MONDAY, last_seen_on=MONDAY, exited_on=TUESDAY, last_position=6)
    con = connect(
        write_lake(
            tmp_path,
            playlists=[
                snapshot(MONDAY, "a", 6),
                snapshot(TUESDAY, "a", 4),
                snapshot(FRIDAY, "a", 5),
            ],
            playlist_entries=[
                *entries(MONDAY, "a", ["One", "Two", "Three", "Gone", "Old", "Back"]),
                *entries(TUESDAY, "a", ["One", "Two", "Three", "Gone"]),
                *entries(FRIDAY, "a", ["One", "Three", "Two", "New", "Back"]),
            ],
            playlist_stays=[
                *stays("a", ["One", "Two", "Three"], MONDAY),
                *stays("a", ["New"], FRIDAY),
                *gone,
                *long_gone,
                *before,
                *back,
            ],
        )
    )
    assert [line.split() for line in printed(con, capsys)] == [
        ["List", "a", "2026-01-09,", "5", "items"],
        ["#", "Move", "Song", "Artists", "Days"],
        ["1", "=", "One", "Otter,", "Newt", "5"],
        ["2", "▲", "1", "Three", "Otter,", "Newt", "5"],
        ["3", "▼", "1", "Two", "Otter,", "Newt", "5"],
        ["4", "new", "New", "Otter,", "Newt", "1"],
        ["5", "back", "Back", "Otter,", "Newt", "2"],
        ["Entered", "2", "New", "(at", "4),", "Back", "(back", "at", "5)"],
        ["Left", "1", "Gone", "(was", "4)"],
        [],
    ]


def test_a_summary_is_limited_to_ten_rows_and_eight_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [f"S{number}" for number in range(1, 13)]
    con = connect(
        write_lake(
            tmp_path,
            playlists=[snapshot(MONDAY, "a", 1), snapshot(FRIDAY, "a", 12)],
            playlist_entries=entries(FRIDAY, "a", names),
            playlist_stays=stays("a", names, FRIDAY),
        )
    )
    lines = printed(con, capsys)
    assert lines[11].split()[:3] == ["10", "new", "S10"]
    assert " ".join(" ".join(lines[12:14]).split()) == (
        "Entered 12 S1 (at 1), S2 (at 2), S3 (at 3), S4 (at 4), S5 (at 5), S6 (at 6), "
        "S7 (at 7), S8 (at 8), and 4 more"
    )


def test_first_incomplete_and_unchanged_snapshots_are_marked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    con = connect(
        write_lake(
            tmp_path,
            playlists=[
                snapshot(FRIDAY, "first", 1),
                snapshot(MONDAY, "part", 1),
                snapshot(FRIDAY, "part", 1, total=9, is_complete=False),
                snapshot(MONDAY, "same", 1),
                snapshot(FRIDAY, "same", 1),
            ],
            playlist_entries=[
                *entries(FRIDAY, "first", ["One"]),
                *entries(FRIDAY, "part", ["One"]),
                *entries(MONDAY, "same", ["One"]),
                *entries(FRIDAY, "same", ["One"]),
            ],
            playlist_stays=[
                *stays("first", ["One"], FRIDAY, starts_before_history=True),
                *stays("same", ["One"], MONDAY),
            ],
        )
    )
    lines = printed(con, capsys)
    assert lines[0] == "List first  2026-01-09, 1 item"
    assert lines[3] == "This is the list's first snapshot; the next one shows what moved."
    assert lines[5] == "List part  2026-01-09, incomplete, 1 of 9 items"
    assert lines[8] == "An incomplete snapshot does not show what entered or left."
    assert lines[10] == "List same  2026-01-09, 1 item"
    assert lines[13] == "Nothing entered or left."
    only = printed(con, capsys, "part")
    assert only[0] == "List part  2026-01-09, incomplete, 1 of 9 items"
    assert len(only) == 5


def test_names_are_the_last_known_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    emptied = [row | {"name": None, "artist_names": None} for row in entries(TUESDAY, "a", ["S"])]
    gone = stays("a", ["S"], MONDAY, last_seen_on=TUESDAY, exited_on=FRIDAY)
    con = connect(
        write_lake(
            tmp_path,
            playlists=[
                snapshot(MONDAY, "a", 1),
                snapshot(TUESDAY, "a", 1, name=None),
                snapshot(FRIDAY, "a", 0, name=None),
                snapshot(FRIDAY, "never", 0, name=None),
            ],
            playlist_entries=[*entries(MONDAY, "a", ["S"]), *emptied],
            playlist_stays=gone,
        )
    )
    lines = printed(con, capsys)
    assert lines[0] == "List a  2026-01-09, 0 items"
    assert lines[3].split() == ["Left", "1", "S", "(was", "1)"]
    # A list that never had a name is shown by its id
    assert lines[5] == "never  2026-01-09, 0 items"


def test_long_names_and_names_with_line_breaks_fit_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = ["a\nb\t[bold]c\x1b[2J", "x" * 10_000, "🦆" * 99]
    con = connect(
        write_lake(
            tmp_path,
            playlists=[snapshot(MONDAY, "a", 1), snapshot(FRIDAY, "a", 3, name="A\nB")],
            playlist_entries=entries(FRIDAY, "a", odd),
            playlist_stays=stays("a", odd, FRIDAY),
        )
    )
    lines = printed(con, capsys)
    assert lines[0] == "A B  2026-01-09, 3 items"
    assert "a b [bold]c\N{REPLACEMENT CHARACTER}[2J" in lines[2]
    assert "x" * 30 + "…" in lines[3].replace("x" * 31, "x" * 30)
    assert lines[4].startswith("3")
    assert all(len(line) <= 80 for line in lines)
    assert f"{'x' * 39}… (at 2)" in " ".join(" ".join(lines[5:]).split())


def test_the_next_command_is_called_as_this_one_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "argv", [".venv/bin/playlist-lake", "demo"])
    summary.print_ending([], "lake")

    assert capsys.readouterr().out.startswith("Next: .venv/bin/playlist-lake query --lake lake ")


def test_the_ending_names_the_source_and_the_next_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    simulated = snapshot(FRIDAY, "a", 0, source="127.0.0.1")
    states = summary.list_states(connect(write_lake(tmp_path / "x", playlists=[simulated])))
    summary.print_ending(states, "my lake")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Simulated data: lists, songs and artists are invented."
    assert lines[1].startswith("Next: playlist-lake query --lake 'my lake' \"SELECT ")
    real = [snapshot(FRIDAY, "a", 0)]
    summary.print_ending(summary.list_states(connect(write_lake(tmp_path, playlists=real))), "l")
    assert capsys.readouterr().out.splitlines()[0] == "Data from Spotify."
