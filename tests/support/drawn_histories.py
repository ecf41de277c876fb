"""Histories of lists drawn as text, and their stays as text, for tests of the rules of stays.

A snapshot is its rows from the top, parted by spaces:

    A           the song A, without an ISRC, by the artist X
    s1-50       the songs s1 to s50
    A=I1/Y+Z    the song A with the ISRC I1, by the artists Y and Z
    B<A         the song B, which Spotify plays instead of the song A that was added
    -           a null row; `-no_uri`, `-unknown_shape`, `-not_an_object` are other rejects
    .           a row that was not read, so the snapshot is incomplete
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from tests.support.oracle import Row, Snapshot
from tests.support.stays_inputs import LIST_SNAPSHOT_COLUMNS
from tests.support.walked_stay import STAY_COLUMNS

Days = Mapping[int, str]
"""The snapshots of a list by number of the day; 1 is the first of January 2026."""

_BEFORE = date(2025, 12, 31)
_SONG = re.compile(r"(?P<name>\w+)(<(?P<added>\w+))?(=(?P<isrc>[\w-]*))?(/(?P<artists>[\w+]+))?")
_REJECTS: dict[str, Any] = {
    "": None,
    "no_uri": {"track": {"name": "nameless"}},
    "unknown_shape": {"trackName": "nameless"},
    "not_an_object": "nameless",
}


def snapshots_of(days: Days, playlist_id: str, history: int) -> list[Snapshot]:
    """The snapshots of a list; only lists of the same history share songs."""
    return [
        _snapshot(_BEFORE + timedelta(day), playlist_id, text, f"{history:05}")
        for day, text in days.items()
    ]


def stay_lines(rows: Iterable[Row]) -> list[str]:
    """Rows of playlist_stays as lines: item, first and last day, and what became of it.

    `B 2-4 out 5 continues A since 1 as A`; `<1-` says that it may have begun before the history,
    `missing 3` that it has been missing since then.
    """
    return sorted(_stay_line(dict(zip(STAY_COLUMNS.split(), row, strict=True))) for row in rows)


def count_lines(rows: Iterable[Row]) -> list[str]:
    """The numbers of the same rows: `B 1: days 3, seen 2, at 5, best 1 on 2, last 4`."""
    return sorted(
        f"{_name(uri)} {number}: days {days}, seen {seen}, "
        f"at {at}, best {best} on {_day(best_on)}, last {last}"
        for _, uri, number, _, _, _, days, seen, at, best, best_on, last, *_ in rows
    )


def list_snapshot_lines(rows: Iterable[Row]) -> list[str]:
    """Rows of list_snapshots as lines: `3: 5 of 6, 1 rejects, incomplete, after 1`."""
    names = LIST_SNAPSHOT_COLUMNS.split()
    return sorted(_list_snapshot_line(dict(zip(names, row, strict=True))) for row in rows)


def expected_lines(text: str) -> list[str]:
    """Lines as they were written by hand, with every `s1-3` at the start written out."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        names, _, rest = line.partition(" ")
        found += [f"{name} {rest}" for name in _names(names)]
    return sorted(found)


def _stay_line(row: dict[str, Any]) -> str:
    before = "<" * row["starts_before_history"]
    words = [_name(row["item_uri"])]
    words.append(f"{before}{_day(row['entered_on'])}-{_day(row['last_seen_on'])}")
    if row["exited_on"]:
        words.append(f"out {_day(row['exited_on'])}")
    if row["missing_since"]:
        words.append(f"missing {_day(row['missing_since'])}")
    if row["continues_uri"]:
        words.append(f"continues {_name(row['continues_uri'])}")
    if row["continued_by_uri"]:
        words.append(f"continued by {_name(row['continued_by_uri'])}")
    if (row["first_uri"], row["listed_since"]) != (row["item_uri"], row["entered_on"]):
        words.append(f"since {_day(row['listed_since'])} as {_name(row['first_uri'])}")
    return " ".join(words)


def _list_snapshot_line(row: dict[str, Any]) -> str:
    words = [f"{_day(row['snapshot_date'])}: {row['item_count']} of {row['total']}"]
    if row["reject_count"]:
        words.append(f"{row['reject_count']} rejects")
    words += ["drop"] * row["is_drop"] + ["incomplete"] * (not row["is_complete"])
    if row["previous_date"]:
        words.append(f"after {_day(row['previous_date'])}")
    return ", ".join(words)


def _snapshot(on: date, playlist_id: str, text: str, history: str) -> Snapshot:
    rows = [row for word in text.split() for row in _rows(word, history)]
    # Each row is a page of its own, so that a row in the middle can be missing
    pages = [(offset, [row]) for offset, row in enumerate(rows) if row != "."]
    return Snapshot(on, playlist_id, pages, total=len(rows))


def _rows(word: str, history: str) -> Iterator[Any]:
    if word == ".":
        yield word
    elif word.startswith("-"):
        yield _REJECTS[word[1:]]
    else:
        for name in _names(word):
            yield {"track": _song(name, history)}


def _names(word: str) -> list[str]:
    """The names that `s1-3` stands for; any other word stands for itself."""
    if match := re.fullmatch(r"([a-z]+)(\d+)-(\d+)", word):
        return [f"{match[1]}{number}" for number in range(int(match[2]), int(match[3]) + 1)]
    return [word]


def _song(word: str, history: str) -> dict[str, Any]:
    match = _SONG.fullmatch(word)
    assert match, word
    song: dict[str, Any] = {"id": _id(match["name"], history), "name": match["name"]}
    artists = (match["artists"] or "X").split("+")
    song["artists"] = [{"id": _id(artist, history), "name": artist} for artist in artists]
    if match["isrc"]:
        short = re.fullmatch(r"I(\d+)", match["isrc"])
        song["external_ids"] = {"isrc": f"QZAAA{int(short[1]):07}" if short else match["isrc"]}
    if match["added"]:
        song["linked_from"] = {"uri": f"spotify:track:{_id(match['added'], history)}"}
    return song


def _id(name: str, history: str) -> str:
    return f"{history}{name:0>17}"


def _name(uri: str) -> str:
    return uri.removeprefix("spotify:track:")[5:].lstrip("0")


def _day(on: date) -> int:
    return (on - _BEFORE).days
