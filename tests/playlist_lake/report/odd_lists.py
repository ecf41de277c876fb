"""Odd lists for the report: dense, sparse and short histories, odd items and odd names."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from tests.support.tiny_lakes import Row
from tests.support.tiny_lists import EMPTY, NULL_ROW, day, snapshots, stay, together

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
        "chart-file": _from_chart_files(_list("chart-file", {1: "A B", 2: "B A C"})),
        "others": _with_other_items(_list("others", {1: "A B", 2: "B C"})),
        "unusable": _list("unusable", {1: f"{NULL_ROW} {NULL_ROW}", 2: NULL_ROW}),
        "incomplete": _list("incomplete", {1: f"A {EMPTY}", 2: f"{EMPTY} B"}, incomplete=(1, 2)),
        "empty": _list("empty", {1: "", 2: ""}),
        "odd-names": _with_odd_names(_list("odd-names", {1: "A B C D", 2: "B A D C E F G"})),
        "dropped": _dropped(),
        "settled": _settled(),
        "re-issued": _re_issued(),
        "stale": together(
            _list("stale", {1: "A B", 2: "B C"}),
            outcomes=[_outcome("stale", number, "forbidden") for number in (3, 4)],
        ),
        "never-read": together(
            _list("one-read", {1: "A"}), outcomes=[_outcome("never-read", 1, "not_found")]
        ),
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
    items = {number: text.split() for number, text in drawn.items()}
    tables = snapshots(playlist_id, drawn, playlist_id, incomplete)
    return tables | {"playlist_stays": _stays(playlist_id, items, incomplete)}


def _stays(
    playlist_id: str, items: Mapping[int, list[str]], incomplete: tuple[int, ...]
) -> list[Row]:
    """The stays of a list with these items in its snapshots, by day."""
    complete = [number for number in items if number not in incomplete]
    exits = {at: next((one for one in complete if one > at), None) for at in items}
    positions: dict[str, list[dict[int, int]]] = {}
    for number, of_day in items.items():
        for item in dict.fromkeys(of_day):
            of_item = positions.setdefault(item, [])
            # A complete snapshot without the item ends its stay
            if not of_item or (exits[max(of_item[-1])] or number) < number:
                of_item.append({})
            of_item[-1][number] = of_day.index(item) + 1
    return [
        stay(
            playlist_id,
            item,
            count,
            (min(at), max(at), exits[max(at)]),
            (at[min(at)], min(at.values()), at[max(at)]),
            is_old=min(at) <= min(complete, default=min(at)),
            seen=len(at),
            best_on=min(at, key=lambda number: (at[number], number)),
        )
        for item, of_item in positions.items()
        if item not in (NULL_ROW, EMPTY)
        for count, at in enumerate(of_item, 1)
    ]


def _dropped() -> Tables:
    """A list that shrank from twelve items to two, so that ten are missing."""
    whole = [f"d{number}" for number in range(12)]
    tables = snapshots("dropped", {1: " ".join(whole), 2: "d0 d1"}, "dropped", drops=(2,))
    kept = [stay("dropped", item, 1, (1, 2, None), is_old=True, seen=2) for item in whole[:2]]
    gone = [
        stay("dropped", item, 1, (1, 1, None), (at, at, at), is_old=True)
        for at, item in enumerate(whole[2:], 3)
    ]
    missing = [row | {"missing_since": day(2)} for row in gone]
    return tables | {"playlist_stays": kept + missing}


def _settled() -> Tables:
    """The same, and on the next day nine of them had left; d2 was back."""
    whole = [f"d{number}" for number in range(12)]
    drawn = {1: " ".join(whole), 2: "d0 d1", 3: "d0 d1 d2"}
    tables = snapshots("settled", drawn, "settled", drops=(2,))
    kept = [stay("settled", item, 1, (1, 3, None), is_old=True, seen=3) for item in whole[:2]]
    back = stay("settled", "d2", 1, (1, 3, None), is_old=True, seen=2)
    left = [
        stay("settled", item, 1, (1, 1, 2), (at, at, at), is_old=True)
        for at, item in enumerate(whole[3:], 4)
    ]
    return tables | {"playlist_stays": [*kept, back, *left]}


def _re_issued() -> Tables:
    """A was issued again as B and then as C; one day has a null row in its place."""
    drawn = {1: "A X", 2: "X A", 3: "X B", 4: f"X {NULL_ROW}", 5: "B X", 6: "C X"}
    tables = snapshots("re-issued", drawn, "re-issued")
    tables["playlist_stays"] = [
        stay("re-issued", "X", 1, (1, 6, None), (2, 1, 2), is_old=True, best_on=2, seen=6),
        stay("re-issued", "A", 1, (1, 2, 3), (1, 1, 2), is_old=True, seen=2),
        stay("re-issued", "B", 1, (3, 5, 6), (2, 1, 1), seen=2, chain=("A", 1)),
        stay("re-issued", "C", 1, (6, 6, None), (1, 1, 1), chain=("A", 1)),
    ]
    return tables


def _outcome(playlist_id: str, number: int, word: str) -> Row:
    return {
        "snapshot_date": day(number),
        "playlist_id": playlist_id,
        "outcome": word,
        "reason": f"Spotify says {word} {MARKUP}",
        "items": None,
        "attempted_at": datetime.combine(day(number), datetime.min.time(), UTC),
    }


def _from_chart_files(tables: Tables) -> Tables:
    """The same list, whose last day has streams, and a peak from before the history."""
    for row in tables["playlist_entries"]:
        if row["snapshot_date"] == day(2):
            row |= {"streams": 4_000_000 // row["position"], "peak_rank": 1, "days_on_chart": 90}
    return tables


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
