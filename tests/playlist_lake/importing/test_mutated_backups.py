"""Mutated backups: every row becomes an entry or a reject with a reason, or the file is refused."""

import csv
import io
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.accounting import raw_snapshots
from tests.support.mutations import mutate
from tests.support.oracle import expected_tables
from tests.support.saved_responses import run

ID = "4uLU6hMCjMI75M1A2tKUQC"
LINK = f"https://open.spotify.com/track/{ID}"
TRACK: dict[str, Any] = {
    "id": ID,
    "uri": f"spotify:track:{ID}",
    "name": "Rain",
    "artists": [{"name": "Ann"}],
}
ACCOUNT_ROW = {
    "track": {"trackName": "Rain", "artistName": "Ann", "trackUri": f"spotify:track:{ID}"},
    "episode": None,
    "localTrack": None,
    "addedDate": "2026-09-01",
}
ARCHIVED = {
    "added_at": "2025-09-14 13:28:21",
    "album": {"name": "Weather", "url": LINK.replace("track", "album")},
    "artists": [{"name": "Ann", "url": LINK.replace("track", "artist")}],
    "duration_ms": 200000,
    "name": "Rain",
    "url": LINK,
}
SHELVES: dict[str, Any] = {"albums": [], "shows": [], "artists": []}
# By the name of the file
BACKUPS: dict[str, Any] = {
    f"{ID}.json": {"original_name": "Mine", "num_followers": 1, "tracks": [ARCHIVED] * 4},
    "Playlist1.json": {
        "playlists": [
            {"name": "Mine", "lastModifiedDate": "2026-09-30", "items": [ACCOUNT_ROW] * 4}
        ]
    },
    "YourLibrary.json": {
        "tracks": [{"artist": "Ann", "album": "A", "track": "Rain", "uri": TRACK["uri"]}] * 4
    }
    | SHELVES,
    "spotify-backup.json": {
        "playlists": [
            {
                "name": "Liked Songs",
                "tracks": [{"added_at": "2026-09-01T00:00:00Z", "track": TRACK}],
            },
            {"id": ID, "name": "Mine", "tracks": [{"track": TRACK}] * 4},
        ],
        "albums": [],
    },
}
VALUES: list[Any] = [
    *(None, True, 0, -1, 2**63, 0.5, "", " ", "null", "\0", "\r\n", "\u202e", "\ud83d", "x" * 9000),
    *([], {}, [None], {"id": None}, {"uri": []}, "spotify:track:", f"spotify:episode:{ID}", LINK),
    *("1970-01-01 00:00:00", "2026-09-01", "spotify:local:a:b:c:1", {"track": TRACK}, ARCHIVED),
]
HEADER = [
    *("Track URI", "Track Name", "Artist URI(s)", "Artist Name(s)", "Album URI", "Added At"),
    "ISRC",
]
ROW = [TRACK["uri"], 'Rain, "x"\n', "spotify:artist:1, ", "Ann, Bo", "", "2026-09-01T00:00:00Z", ""]
CELLS = [
    "",
    "null",
    "undefined",
    "x",
    '"',
    "\0",
    "\n",
    "\r",
    "שלום",
    ",",
    ";",
    "\\,",
    "spotify:track:",
]
RANDOMS = st.randoms(use_true_random=True)


def written_counts(lake: Path) -> Iterator[int]:
    """The number of items of each list, all of which are entries or rejects."""
    for snapshot in raw_snapshots(lake):
        tables = expected_tables([snapshot])
        entries, rejects = tables["playlist_entries"], tables["rejects"]
        assert all(row[3] for row in rejects)
        assert sorted(row[2] for row in (*entries, *rejects)) == sorted(snapshot.rows)
        yield len(snapshot.rows)


def check(folder: Path, name: str, content: bytes, counts: set[int]) -> None:
    """Import a file: its lists have as many items as rows, or the file is refused."""
    path = folder / name
    path.write_bytes(content)

    report = run(folder / "lake", path)

    found = list(written_counts(folder / "lake"))
    assert len(found) == len(report.written)
    assert set(found) <= counts
    assert found or report.failures
    for failure in report.failures:
        assert failure.message.startswith(str(path))
        assert "\n" not in failure.message


def lengths(document: Any) -> set[int]:
    """The lengths of all arrays in a document."""
    if not isinstance(document, list | dict):
        return set()
    inner = document.values() if isinstance(document, dict) else document
    own = {len(document)} if isinstance(document, list) else set()
    return own.union(*map(lengths, inner))


@pytest.mark.parametrize("name", BACKUPS)
@given(rng=RANDOMS, changes=st.integers(0, 12))
def test_a_mutated_json_backup_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, name: str, rng: random.Random, changes: int
) -> None:
    document = json.loads(json.dumps(BACKUPS[name]))
    for _ in range(changes):
        mutate(document, VALUES, rng)
    content = json.dumps(document, ensure_ascii=rng.random() < 0.5)

    check(
        tmp_path_factory.mktemp("backup"),
        name,
        content.encode("utf-8", "backslashreplace"),
        lengths(json.loads(content)),
    )


@given(rng=RANDOMS, changes=st.integers(0, 6), delimiter=st.sampled_from(",;\t"))
def test_a_mutated_exportify_file_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, rng: random.Random, changes: int, delimiter: str
) -> None:
    rows = [list(row) for row in (HEADER, *[ROW] * 5)]
    for _ in range(changes):
        row = rng.choice(rows)
        index = rng.randrange(len(row) + 1)
        if rng.random() < 0.2:
            row[index:index] = rng.choice(([rng.choice(CELLS)], []))
        else:
            row[index : index + 1] = [rng.choice([*CELLS, *ROW, *HEADER])]
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    content = stream.getvalue()
    if rng.random() < 0.1:
        content = content[: rng.randrange(len(content))]
    encoding = rng.choice(("utf-8", "utf-8-sig", "utf-16"))

    check(
        tmp_path_factory.mktemp("exportify"),
        "mine.csv",
        content.encode(encoding),
        {row_count(content, delimiter)},
    )


def row_count(text: str, delimiter: str) -> int:
    """The number of rows below the header."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return sum(1 for row in reader if row) - 1
