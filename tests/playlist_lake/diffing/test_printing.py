"""The short form of a list's changes keeps to its lines, whatever changed and however wide."""

import io
import sys

import pytest
from rich.console import Console

from playlist_lake.diffing.changes import KINDS, Change
from playlist_lake.diffing.comparisons import Comparison, Snapshot
from playlist_lake.diffing.printing import MAX_LINES, print_commands, print_short
from tests.support.tiny_lists import day

BEFORE = Snapshot(day(1), 50, 50, is_complete=True, is_drop=False, previous_date=None)
COMPARISON = Comparison("a", "Chart", BEFORE._replace(snapshot_date=day(2)), BEFORE)


def lines(kinds: tuple[str, ...], number: int, width: int, name: str = "A title") -> list[str]:
    """What is printed of a list with so many changes of each of these kinds."""
    changes = [
        Change(
            *("a", "Chart", day(2), day(1), kind, f"uri {position}", f"{name}, {position}"),
            *("Artist", position, position + 20, "Now", "Was"),
        )
        for kind in kinds
        for position in range(1, number + 1)
    ]
    text = io.StringIO()
    console = Console(file=text, width=width, highlight=False)
    cut = print_short([COMPARISON], {"a": changes}, console)
    assert cut == ([COMPARISON] if number > 3 or len(kinds) > MAX_LINES else [])
    return text.getvalue().splitlines()[:-1]


@pytest.mark.parametrize("width", [30, 80, 200])
@pytest.mark.parametrize("kinds", [KINDS[3:4], KINDS[3:6], KINDS])
def test_a_list_has_ten_lines_at_most(kinds: tuple[str, ...], width: int) -> None:
    assert len(lines(kinds, 40, width)) <= MAX_LINES


def test_kinds_that_do_not_fit_are_counted() -> None:
    assert lines(KINDS, 1, 80)[-3:] == [
        "Moved 1          A title, 1 (21 → 1)",
        "Re-issued 1      A title, 1 (at 1)",
        "Also             Unavailable 1, Available again 1, Renamed 1",
    ]


@pytest.mark.parametrize("width", range(42, 56))
def test_words_of_wide_characters_are_not_cut(width: int) -> None:
    shown = "".join(lines(KINDS[3:4], 1, width, "A long title that has words and 水面")[1:])
    assert "".join(shown.split()) == "Entered1Alongtitlethathaswordsand水面,1(at1)"


def test_the_commands_of_the_first_lists_are_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["./playlist-lake"])
    now = BEFORE._replace(snapshot_date=day(2), previous_date=day(1))
    cut = [Comparison(id_, "Chart", now, BEFORE) for id_ in "abcde"]
    print_commands([cut[0]._replace(now=now._replace(previous_date=None)), *cut[1:]], "lake")
    assert capsys.readouterr().out.splitlines() == [
        f"More: ./playlist-lake diff a {day(1)} {day(2)} --lake lake",
        f"      ./playlist-lake diff b {day(2)} --lake lake",
        f"      ./playlist-lake diff c {day(2)} --lake lake",
        "      and so on for 2 other lists",
    ]
