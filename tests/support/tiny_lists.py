"""Lists drawn as text, for tiny lakes; their stays are written by hand beside them."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from playlist_lake import connect
from playlist_lake.answers.sql_files import named_query
from tests.support.tiny_lakes import Row, write_lake

NULL_ROW = "-"
EMPTY = "."


def day(number: int) -> date:
    """The date of a day; 1 is the first of January 2026."""
    return date(2025, 12, 31) + timedelta(days=number)


def uri(item: str) -> str:
    """The URI of an item: `loc…` is a local file, `ep…` an episode, the others are songs."""
    if item.startswith("loc"):
        return f"spotify:local:::{item}:41"
    return f"spotify:{'episode' if item.startswith('ep') else 'track'}:{item}"


def snapshots(
    playlist_id: str,
    drawn: Mapping[int, str],
    name: str | None = "Chart",
    incomplete: tuple[int, ...] = (),
    drops: tuple[int, ...] = (),
) -> dict[str, list[Row]]:
    """Rows of a list whose items are the letters of each day's text, in order of position.

    `-` is a null row, `.` a position that is empty otherwise: without an entry or a reject. The
    days of `drops` are drops, however many items they have.
    """
    tables = ("playlists", "playlist_entries", "rejects", "list_snapshots")
    rows: dict[str, list[Row]] = {table: [] for table in tables}
    previous = None
    for number, text in sorted(drawn.items()):
        of_list = {"snapshot_date": day(number), "playlist_id": playlist_id}
        items = text.split()
        read = {"item_count": len(items) - items.count(EMPTY), "total": len(items)}
        read["is_complete"] = number not in incomplete
        rows["playlists"].append({**of_list, **read, "name": name})
        compared = {"is_drop": number in drops, "previous_date": previous}
        rejects = {"reject_count": items.count(NULL_ROW)}
        rows["list_snapshots"].append({**of_list, **read, **rejects, **compared, "name": name})
        if number not in (*incomplete, *drops):
            previous = day(number)
        for position, item in enumerate(items, 1):
            at = {**of_list, "position": position}
            if item == NULL_ROW:
                rows["rejects"].append({**at, "reason": "null_item"})
            elif item != EMPTY:
                rows["playlist_entries"].append({**at, **entry(item)})
    return rows


def entry(item: str) -> Row:
    """What an entry says of its item."""
    item_type = uri(item).split(":")[1].replace("track", "song")
    return {
        "item_type": item_type,
        "item_uri": uri(item),
        "linked_from_uri": None,
        "name": f"Song {item}",
        "artist_names": None if item_type == "episode" else [f"Artist {item}", "Guest"],
        "song_id": item if item_type == "song" else None,
    }


def stay(
    playlist_id: str,
    item: str,
    number: int,
    days: tuple[int, int, int | None],
    positions: tuple[int, int, int] = (1, 1, 1),
    *,
    is_old: bool = False,
    best_on: int | None = None,
    seen: int = 1,
    chain: tuple[str, int] | None = None,
) -> Row:
    """A stay: entered, last seen and exited; entry, best and last position.

    `seen` counts its snapshots. `chain` is the first item of its chain and the day on which the
    chain began, if the stay continues another one.
    """
    entered, last_seen, exited = days
    return {
        "playlist_id": playlist_id,
        "item_uri": uri(item),
        "stay_number": number,
        "entered_on": day(entered),
        "last_seen_on": day(last_seen),
        "exited_on": day(exited) if exited else None,
        "days_spanned": last_seen - entered + 1,
        "snapshots_seen": seen,
        "entry_position": positions[0],
        "best_position": positions[1],
        "best_position_on": day(best_on or entered),
        "last_position": positions[2],
        "is_current": exited is None,
        "starts_before_history": is_old,
        "listed_since": day(chain[1] if chain else entered),
        "first_uri": uri(chain[0] if chain else item),
    }


def credited(number: int, song: str, *artists: str) -> list[Row]:
    """The artists of a song on a date."""
    return [
        {"snapshot_date": day(number), "song_id": song, "artist_id": a, "artist_position": i}
        for i, a in enumerate(artists, 1)
    ]


def artist_genres(artist: str, **votes: int) -> list[Row]:
    """The genres of an artist; the MBID of a genre is its first letter."""
    return [
        {
            "artist_id": artist,
            "genre": genre.replace("_", " "),
            "genre_mbid": genre[0],
            "votes": number,
            "share": number / sum(votes.values()),
            "source": "listenbrainz",
            "fetched_on": day(9),
        }
        for genre, number in votes.items()
    ]


def together(*parts: dict[str, list[Row]], **more: list[Row]) -> dict[str, list[Row]]:
    """The rows of several lists, table by table."""
    tables: dict[str, list[Row]] = {}
    for part in (*parts, more):
        for table, rows in part.items():
            tables.setdefault(table, []).extend(rows)
    return tables


def week() -> dict[str, list[Row]]:
    """Four lists with what lists do.

    Chart has no 3rd, an incomplete 4th which alone has E, C that comes back, B behind a null row
    on the 6th, A twice. Other is read every few days. Voice is one local file on one date. The
    last has neither name nor items.
    """
    chart = {
        1: "A B C loc",
        2: "B A D loc",
        4: ". . A E",
        5: "C B A A ep",
        6: "C - A ep A",
        7: "A B C ep",
    }
    return together(
        snapshots("chart", chart, incomplete=(4,)),
        snapshots("other", {2: "A F", 5: "F D", 7: "D F"}, "Other"),
        snapshots("voice", {7: "loc2"}, "Voice"),
        snapshots("empty", {6: "", 7: ""}, None),
        playlist_stays=[
            stay("chart", "A", 1, (1, 7, None), (1, 1, 1), is_old=True, seen=6),
            stay("chart", "B", 1, (1, 7, None), (2, 1, 2), is_old=True, best_on=2, seen=4),
            stay("chart", "C", 1, (1, 1, 2), (3, 3, 3), is_old=True),
            stay("chart", "C", 2, (5, 7, None), (1, 1, 3), seen=3),
            stay("chart", "D", 1, (2, 2, 5), (3, 3, 3)),
            stay("chart", "E", 1, (4, 4, 5), (4, 4, 4)),
            stay("chart", "loc", 1, (1, 2, 5), (4, 4, 4), is_old=True, seen=2),
            stay("chart", "ep", 1, (5, 7, None), (5, 4, 4), best_on=6, seen=3),
            stay("other", "A", 1, (2, 2, 5), (1, 1, 1), is_old=True),
            stay("other", "F", 1, (2, 7, None), (2, 1, 2), is_old=True, best_on=5, seen=3),
            stay("other", "D", 1, (5, 7, None), (2, 1, 1), best_on=7, seen=2),
            stay("voice", "loc2", 1, (7, 7, None), is_old=True),
        ],
    )


def answered(
    folder: Path, tables: dict[str, list[Row]], query: str, columns: str
) -> list[tuple[Any, ...]]:
    """Some columns of a named query's answer, in its order, over a lake of these rows."""
    with connect(write_lake(folder, **tables)) as con:
        result = con.sql(named_query(query))
        return result.select(*columns.split()).fetchall()
