"""Odd lists for the report: dense, sparse and short histories, odd items and odd names."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from tests.support.tiny_lakes import Row
from tests.support.tiny_lists import EMPTY, NULL_ROW, snapshots, stay, together

Tables = dict[str, list[Row]]

MARKUP = "<img src=x onerror='window.broken = 1'><b>bold</b> &amp; {{ 7 * 7 }}"
LONG = "A very long name that does not end " * 9 + "Unbrokenwordwithoutanyspace" * 9
ODD_NAMES = (
    MARKUP,
    "Turned \u202e around",
    LONG,
    "👩‍🚀 종이배 🎣",
    "قارب ورقي",
    "Two\nlines",
    None,
)

# Fifteen dates in three years; two pairs of them are neighbours
SPARSE_DAYS = (1, 2, 90, 171, 260, 333, 401, 402, 520, 590, 671, 760, 842, 1000, 1090)


def odd_lists() -> dict[str, Tables]:
    """The rows of each list, by the id of the list."""
    year = {number: _rotated(number) for number in range(1, 366) if number not in (100, 101)}
    year[200] = f"{NULL_ROW} {NULL_ROW} {year[200]}"
    return {
        "dense": _list("dense", year, incomplete=(340, 341)),
        "sparse": _list("sparse", {number: _rotated(number // 30) for number in SPARSE_DAYS}),
        "weekly": _list("weekly", {number: _rotated(number) for number in range(1, 60, 7)}),
        "one-date": _list("one-date", {9: "A B C loc ep"}),
        "one-song": _list("one-song", {1: "A", 2: "A"}),
        "local-files": _list("local-files", {1: "loc1 loc2", 2: "loc2 loc3"}),
        "episodes": _list("episodes", {1: "ep1 ep2", 3: "ep2 ep3"}),
        "others": _with_other_items(_list("others", {1: "A B", 2: "B C"})),
        "unusable": _list("unusable", {1: f"{NULL_ROW} {NULL_ROW}", 2: NULL_ROW}),
        "incomplete": _list("incomplete", {1: f"A {EMPTY}", 2: f"{EMPTY} B"}, incomplete=(1, 2)),
        "empty": _list("empty", {1: "", 2: ""}),
        "odd-names": _with_odd_names(_list("odd-names", {1: "A B C D", 2: "B A D C E F G"})),
    }


def one_lake(lists: Iterable[Tables]) -> Tables:
    """The rows of several lists, with the songs that they name."""
    tables = together(*lists)
    found = {(row["snapshot_date"], row["song_id"]): row for row in tables["playlist_entries"]}
    tables["songs"] = [
        {
            "snapshot_date": on,
            "song_id": song,
            "name": row["name"],
            "duration_ms": 61_000 * row["position"],
            "is_explicit": row["position"] % 3 == 0,
        }
        for (on, song), row in found.items()
        if song
    ]
    return tables


def _rotated(number: int) -> str:
    """Twelve items: `A`, and eleven others that move and are replaced after some time."""
    items = [f"s{(number + at) // 12}x{at}" for at in range(11)]
    turn = number % 11
    return " ".join([*items[turn:], "A", *items[:turn]])


def _list(playlist_id: str, drawn: Mapping[int, str], incomplete: tuple[int, ...] = ()) -> Tables:
    """The snapshots and stays of a list whose name is its id."""
    complete = {number: text.split() for number, text in drawn.items() if number not in incomplete}
    tables = snapshots(playlist_id, drawn, playlist_id, incomplete)
    return tables | {"playlist_stays": _stays(playlist_id, complete)}


def _stays(playlist_id: str, items: Mapping[int, list[str]]) -> list[Row]:
    """The stays of a list with these items in its complete snapshots, by day."""
    positions: dict[str, list[dict[int, int]]] = {}
    following = dict(pairwise([*items, None]))
    for number, of_day in items.items():
        for item in dict.fromkeys(of_day):
            of_item = positions.setdefault(item, [])
            if not of_item or following[max(of_item[-1])] != number:
                of_item.append({})
            of_item[-1][number] = of_day.index(item) + 1
    return [
        stay(
            playlist_id,
            item,
            count,
            (min(at), max(at), following[max(at)]),
            (at[min(at)], min(at.values()), at[max(at)]),
            is_old=min(at) == min(items),
        )
        for item, of_item in positions.items()
        if item != NULL_ROW
        for count, at in enumerate(of_item, 1)
    ]


def _with_other_items(tables: Tables) -> Tables:
    """The same list of items that are neither songs nor episodes nor local files."""
    for row in tables["playlist_entries"]:
        chapter = f"spotify:chapter:{row['song_id']}"
        row |= {"item_type": "other", "item_uri": chapter, "song_id": None, "artist_names": None}
    for row in tables["playlist_stays"]:
        row["item_uri"] = row["item_uri"].replace("track", "chapter")
    return tables


def _with_odd_names(tables: Tables) -> Tables:
    """The same list under an odd name; each of its items has another one."""
    for row in tables["playlists"]:
        row["name"] = MARKUP
    for row in tables["playlist_entries"]:
        name = ODD_NAMES["ABCDEFG".index(row["song_id"])]
        row |= {"name": name, "artist_names": None if name is None else [name, name]}
    return tables
