"""The files of a round: simulated and real lists in every shape that the import reads, mutated."""

import csv
import io
import json
import random
import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from simulator.world.catalogue import Generation, SimulatedCatalogue
from tests.fuzz.shapes import SHAPES
from tests.support.mutations import mutate

DATES = [date(2025, 3, 1) + timedelta(days) for days in (0, 1, 2, 5, 6)]
_REAL = Path(__file__).parents[3] / "shared/real"
_LISTS, _CHARTS = 60, 4
_EXPORTIFY_SHARE = 0.08
_SPOTIFY_ID = re.compile(r"\b[0-9A-Za-z]{22}\b")
_LIST_LINK = re.compile(r"/playlists/([0-9A-Za-z]+)")
_GENERATIONS: tuple[Generation, ...] = ("legacy", "transitional", "2026")

# What a mutation inserts: edges of types and columns, placeholders, odd texts, nested values
_ID = "4uLU6hMCjMI75M1A2tKUQC"
_VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1, 5.0, 0.5, -0.0, 1e300, 2**31 - 1, 2**31, 2**63 - 1, 2**63),
    *(2**64, -(2**63), 10**30, [], {}, [[]], [None], {"id": None}, {"uri": [], "id": 5}),
    *("", " ", "null", "\0", "\r\n", "\u202e", "\ud83d", "\udc00\ud800", "🎣", "x" * 20_000),
    *("0" * 22, _ID, "spotify:track:", "spotify:track:null", f"spotify:track:{'0' * 22}"),
    *(f"spotify:track:{_ID}", f"spotify:episode:{_ID}", f"spotify:chapter:{_ID}", "track"),
    *("spotify:local:::", "spotify:local:a:b:c:\ud800", "episode", "playlist", "artist"),
    *("0000", "1998", "2011-02-30", "2011-10", "day", "1970-01-01T00:00:00Z", "2020-01-02"),
    *("9999-12-31T23:59:59-14:00", "2020-02-03T04:05:06.789+02:00", "2019-05-06 07:08"),
    {"item": {"id": _ID, "name": "song", "type": "track"}},
    {"track": {"uri": f"spotify:episode:{_ID}"}, "item": None},
    {"id": _ID, "uri": f"spotify:track:{_ID}", "name": "flat", "artists": ["one", "two"]},
]
# Written as text, because Python's json refuses them
_TOKENS = {
    "<infinite>": "1e999",
    "<long>": "7" * 1200,
    "<NaN>": "NaN",
    **{f"<deep {levels}>": "[" * levels + "]" * levels for levels in (200, 450, 900, 5000)},
}
_CELLS = ("", "0", "-1", "1", "7", "5.0", "2147483647", "x", "\0", '"', "Ж", f"spotify:track:{_ID}")


class SavedFile(NamedTuple):
    """A file to import; `playlist_id` is for files that don't name their list."""

    path: Path
    playlist_id: str | None = None


def write_files(folder: Path, rng: random.Random) -> list[SavedFile]:
    """Write the files of a round: lists with a file or more per date, and charts."""
    folder.mkdir()
    saved = []
    for number in range(_LISTS):
        list_id = "".join(rng.choices("0123456789abcdefXYZ", k=22))
        source = rng.randrange(3) if number % 4 or not real_captures() else None
        for on in sorted(rng.sample(DATES, rng.randint(2, len(DATES)))):
            captures = real_captures() if source is None else _simulated(source, on)
            playlist, pages = json.loads(_of_other_songs(rng.choice(captures), number))
            for page in pages:
                _mutate_items(page, rng)
            if rng.random() < _EXPORTIFY_SHARE:
                path = folder / f"{list_id}-exportify-0-{on}.csv"
                path.write_bytes(_exportify(pages, rng).encode("utf-8", "replace"))
                saved.append(SavedFile(path, list_id))
                continue
            shape = rng.choice(SHAPES)
            for part, document in enumerate(shape.documents(playlist, pages)):
                path = folder / f"{list_id}-{shape.name}-{part}-{on}.json"
                text = _text(document, rng).replace(playlist["id"], list_id)
                path.write_bytes(text.encode("utf-8", "backslashreplace"))
                saved.append(SavedFile(path, None if shape.has_id else list_id))
    for number in range(_CHARTS):
        saved += [SavedFile(_write_chart(folder, number, on, rng)) for on in DATES]
    return saved


def _mutate_items(page: dict[str, Any], rng: random.Random) -> None:
    """Change up to 150 nodes; mostly the page keeps its size, so that it fits to its list."""
    items = page["items"]
    size = len(items)
    for _ in range(rng.choice((0, 10, 50, 150))):
        mutate(items, _VALUES, rng)
    if rng.random() < 0.9:
        page["items"] = [*items, *[None] * size][:size]


@cache
def real_captures() -> list[str]:
    """Real lists as JSON, each a playlist object and its pages; none where they are absent."""
    found = []
    for path in sorted(_REAL.glob("*/*.json")):
        capture = json.loads(path.read_text(encoding="utf-8"))
        body = capture[0] if isinstance(capture, list) else capture
        page = body.get("tracks", body)
        playlist = {key: value for key, value in body.items() if key not in ("tracks", *page)}
        text = json.dumps([{"name": "real"} | playlist | {"id": _ID}, [page]])
        link = _LIST_LINK.search(text)
        found.append(text.replace(link[1], _ID) if link else text)
    return found


@cache
def _simulated(source: int, on: date) -> list[str]:
    """A simulated list as JSON, in each generation of the payload."""
    catalogue = SimulatedCatalogue(11)
    playlist_id = catalogue.playlist_ids[source]
    found = []
    for generation in _GENERATIONS:
        playlist = catalogue.playlist(playlist_id, on, generation)
        total = (playlist.pop("items", None) or playlist["tracks"])["total"]
        playlist.pop("tracks", None)
        offsets = range(0, total, 50)
        pages = [catalogue.items_page(playlist_id, on, generation, offset=one) for one in offsets]
        found.append(json.dumps([playlist, pages]))
    return found


def _of_other_songs(text: str, number: int) -> str:
    """The same with rotated ids: where few lists have a song, each mutation of it counts."""
    turn = number % 22
    return _SPOTIFY_ID.sub(lambda match: match[0][turn:] + match[0][:turn], text)


def _text(document: Any, rng: random.Random) -> str:
    """A document as JSON, half of the time with one or two mutations near its root."""
    values = [*_VALUES, *(_TOKENS if rng.random() < 0.1 else ())]
    for _ in range(rng.choice((0, 0, 1, 2))):
        mutate(document, values, rng)
    text = json.dumps(document, ensure_ascii=rng.random() < 0.5)
    for token, written in _TOKENS.items():
        text = text.replace(json.dumps(token), written)
    if rng.random() < 0.02:
        text = text[: rng.randrange(len(text))]
    return text if rng.random() < 0.95 else f"\ufeff{text}"


def _exportify(pages: list[dict[str, Any]], rng: random.Random) -> str:
    """A CSV file of Exportify, with a few cells replaced."""
    rows = [["Track URI", "Track Name", "Artist URI(s)", "Artist Name(s)", "Album URI", "Added At"]]
    for row in (row for page in pages for row in page["items"]):
        content = row.get("item") or row.get("track") if isinstance(row, dict) else None
        song = content if isinstance(content, dict) else {}
        artist = f"spotify:artist:{_ID}"
        rows.append([str(song.get("uri")), str(song.get("name")), artist, "Ann", "", "2025-02-28"])
    for _ in range(rng.choice((0, 0, 3, 9))):
        row = rng.choice(rows[1:] or rows)
        row[rng.randrange(len(row))] = rng.choice(_CELLS)
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return stream.getvalue()


def _write_chart(folder: Path, number: int, on: date, rng: random.Random) -> Path:
    """A chart file, with cells replaced, and lines repeated or deleted."""
    _, pages = json.loads(rng.choice(_simulated(0, on)))
    rows: list[list[Any]] = [["rank", "uri", "artist_names", "track_name", "streams"]]
    for page in pages:
        for item in page["items"]:
            song = item.get("item") or item.get("track") or {}
            names = ", ".join(artist["name"] for artist in song.get("artists", ()))
            rows.append([len(rows), song.get("uri"), names, song.get("name"), 1000 - len(rows)])
    for _ in range(rng.choice((0, 0, 1, 2))):
        index = rng.randrange(1, len(rows))
        match rng.choice(("cell", "repeat", "delete")):
            case "cell":
                rows[index] = [*rows[index]]
                rows[index][rng.randrange(5)] = rng.choice(_CELLS)
            case "repeat":
                rows.insert(index, rows[rng.randrange(1, len(rows))])
            case "delete":
                del rows[index]
    path = folder / f"chart-fuzz{number}-daily-{on}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path
