"""The genres objects: their bytes, and which of them can be read."""

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from lake.genre_answers import GenreCall
from lake.genres import (
    GenresUnreadable,
    as_gzip_lines,
    genres_key,
    genres_keys,
    parse_genre_calls,
    read_genre_calls,
)
from lake.storage import open_storage

DAY = date(2026, 11, 29)
KEY = "genres/fetched_on=2026-11-29/20261129T060708Z-0a1b2c-001.jsonl.gz"
ARTIST = "6liAMWkVf5LH7YR9yfFy1Y"
MBID = "8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11"
# What the calls write, and the jobs read
LINES = (
    b'{"format_version": 1, "service": "musicbrainz", "fetched_at": "2026-11-29T06:07:08.009Z", '
    b'"asked": ["6liAMWkVf5LH7YR9yfFy1Y"], "status": 404, "answer": {"error": "Not Found"}}\n'
    b'{"format_version": 1, "service": "listenbrainz", "fetched_at": "2026-11-29T06:07:09.000Z", '
    b'"asked": ["8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11"], "status": 200, "answer": []}\n'
)
CALLS = [
    GenreCall(
        "musicbrainz",
        datetime(2026, 11, 29, 6, 7, 8, 9000, tzinfo=UTC),
        (ARTIST,),
        404,
        {"error": "Not Found"},
    ),
    GenreCall("listenbrainz", datetime(2026, 11, 29, 6, 7, 9, tzinfo=UTC), (MBID,), 200, []),
]


def test_the_documented_lines_are_written() -> None:
    assert genres_key(DAY, "20261129T060708Z-0a1b2c", 1) == KEY
    assert gzip.decompress(as_gzip_lines(CALLS)) == LINES
    assert as_gzip_lines(CALLS) == as_gzip_lines(CALLS)


def test_the_documented_lines_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "genres/fetched_on=2026-11-29"
    folder.mkdir(parents=True)
    (tmp_path / KEY).write_bytes(gzip.compress(LINES))
    (folder / "any_run.jsonl.gz").write_bytes(gzip.compress(LINES))
    (folder / "notes.txt").write_text("mine")
    storage = open_storage(tmp_path)

    assert genres_keys(storage) == [KEY, "genres/fetched_on=2026-11-29/any_run.jsonl.gz"]
    assert read_genre_calls(storage, KEY) == CALLS


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format_version": 2}, "its format_version is 2"),
        ({"service": "lastfm"}, "its service 'lastfm' is unknown"),
        ({"fetched_at": "2026-11-30T00:00:00.000Z"}, "it has the lines of another date"),
        ({"fetched_at": "2026-11-29T06:07:08"}, "its fetched_at has no time zone"),
        ({"asked": ["abc"]}, "it asked for something that is not an id"),
        ({"asked": []}, "it asked for something that is not an id"),
        ({"asked": None}, "not iterable"),
        ({"status": 503}, "its status is 503"),
        ({"answer": []}, "a part is not a JSON object"),
    ],
)
def test_an_unreadable_object_is_named_with_the_reason(change: dict[str, Any], reason: str) -> None:
    values = {**json.loads(LINES.splitlines()[0]), **change}

    with pytest.raises(GenresUnreadable) as caught:
        parse_genre_calls(KEY, gzip.compress(json.dumps(values).encode() + b"\n"))

    assert str(caught.value).startswith(f"{KEY} cannot be read (")
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        LINES,
        gzip.compress(LINES, mtime=0)[:-4],
        gzip.compress(LINES, mtime=0)[:60],
        gzip.compress(LINES[:-1], mtime=0),
        gzip.compress(b"\n", mtime=0),
        gzip.compress(b"{}\n", mtime=0),
        gzip.compress(b"\xff\n", mtime=0),
        gzip.compress(b"[" * 9999 + b"\n", mtime=0),
    ],
)
def test_a_damaged_object_is_unreadable(content: bytes) -> None:
    with pytest.raises(GenresUnreadable):
        parse_genre_calls(KEY, content)
