"""Objects of genres/ for tests, and what their answers say, read in plain Python.

Nothing here uses lake/genres.py, so the bytes and their meaning are stated twice.
"""

import gzip
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from lake.storage import Storage
from tests.support.oracle import Row

MATCH_COLUMNS = "artist_id mbid outcome source fetched_on"
GENRE_COLUMNS = "artist_id genre genre_mbid votes share source fetched_on"

ENDED = "ended"
"""The MBID of a relation that has ended has this prefix."""


def artist_id(number: int) -> str:
    """A Spotify artist's id."""
    return f"{number:022}"


def mbid(number: int) -> str:
    """An id of MusicBrainz."""
    return f"{number:08x}-0000-4000-8000-000000000000"


def musicbrainz(at: str, found: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """An answer about artists: the MBIDs of each; none if MusicBrainz does not know the artist."""
    urls = [
        {
            "id": mbid(999),
            "resource": f"https://open.spotify.com/artist/{artist}",
            "relations": [_relation(one) for one in mbids],
        }
        for artist, mbids in sorted(found.items())
        if mbids
    ]
    answer = {"url-count": len(urls), "url-offset": 0, "urls": urls}
    return _line("musicbrainz", at, list(found), answer)


def listenbrainz(
    at: str, asked: Iterable[str], tags: Mapping[str, Iterable[tuple[str, int, str | None]]]
) -> dict[str, Any]:
    """An answer about MBIDs: name, votes and genre's id of each tag; the id is None if free."""
    answer = [
        {"artist_mbid": one, "name": "…", "tag": {"artist": [_tag(one, *tag) for tag in of_artist]}}
        for one, of_artist in tags.items()
    ]
    return _line("listenbrainz", at, list(asked), answer)


def put_calls(storage: Storage, name: str, *lines: dict[str, Any]) -> str:
    """Put an object with these lines; its date is that of the first one. Returns the key."""
    key, content = object_of(name, *lines)
    storage.write(key, content)
    return key


def object_of(name: str, *lines: dict[str, Any]) -> tuple[str, bytes]:
    """The key and the content of an object with these lines."""
    key = f"genres/fetched_on={lines[0]['fetched_at'][:10]}/{name}.jsonl.gz"
    return key, gzip.compress("".join(json.dumps(one) + "\n" for one in lines).encode())


def expected_rows(storage: Storage) -> tuple[list[Row], list[Row]]:
    """The rows of artist_matches and artist_genres, by the newest line about each id."""
    lines = []
    for stored in storage.list_objects("genres/"):
        text = gzip.decompress(storage.read(stored.key) or b"").decode()
        lines += [json.loads(line) for line in text.splitlines()]
    newest: dict[str, dict[str, Any]] = {}
    for line in sorted(lines, key=lambda line: str(line["fetched_at"])):
        newest |= dict.fromkeys(line["asked"], line)
    matches, genres = [], []
    for one in sorted(newest):
        if len(one) != len(artist_id(0)):
            continue
        mbids = _mbids(newest[one]["answer"], one)
        match = next(iter(mbids)) if len(mbids) == 1 else None
        outcome = "found" if match else "ambiguous" if mbids else "unknown"
        matches.append((one, match, outcome, "musicbrainz", _day(newest[one])))
        if match in newest:
            tags = _genres(newest[match]["answer"], match)
            total = sum(votes for _, votes in tags.values())
            genres += [
                (one, name, tag_mbid, votes, votes / total, "listenbrainz", _day(newest[match]))
                for name, (tag_mbid, votes) in sorted(tags.items())
            ]
    return matches, genres


def _relation(one: str) -> dict[str, Any]:
    is_ended = one.startswith(ENDED)
    artist = {"id": one.removeprefix(ENDED), "name": "…", "type": "Group"}
    return {"type": "free streaming", "target-type": "artist", "ended": is_ended, "artist": artist}


def _tag(one: str, name: str, votes: int, genre: str | None) -> dict[str, Any]:
    tag = {"artist_mbid": one, "tag": name, "count": votes}
    return tag | ({"genre_mbid": genre} if genre else {})


def _line(service: str, at: str, asked: list[str], answer: Any) -> dict[str, Any]:
    fixed = {"format_version": 1, "service": service, "status": 200}
    return fixed | {"fetched_at": at, "asked": asked, "answer": answer}


def _mbids(answer: Any, artist: str) -> set[str]:
    return {
        relation["artist"]["id"]
        for url in answer["urls"]
        if url["resource"].endswith(f"/{artist}")
        for relation in url["relations"]
        if not relation["ended"]
    }


def _genres(answer: Any, one: str) -> dict[str, tuple[str, int]]:
    return {
        tag["tag"]: (tag["genre_mbid"], tag["count"])
        for artist in answer
        if artist["artist_mbid"] == one
        for tag in artist["tag"]["artist"]
        if "genre_mbid" in tag and tag["count"] > 0
    }


def _day(line: dict[str, Any]) -> date:
    return datetime.fromisoformat(line["fetched_at"]).date()
