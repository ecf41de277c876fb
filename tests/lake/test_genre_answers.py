"""What the answers of MusicBrainz and ListenBrainz say of artists."""

import copy
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from lake.genre_answers import (
    AnswerNotUnderstood,
    Genre,
    GenreCall,
    genres_of_mbids,
    matched_mbids,
)

NOW = datetime(2026, 11, 29, tzinfo=UTC)
A, B, C = ("0" * 21 + letter for letter in "ABC")
M1, M2 = (f"{number:08}-aaaa-bbbb-cccc-0123456789ab" for number in (1, 2))
TRIP_HOP, ROCK = (f"{number:08}-0000-0000-0000-000000000000" for number in (7, 8))


def _musicbrainz(answer: Any, *asked: str, status: int = 200) -> dict[str, tuple[str, ...]]:
    return matched_mbids(GenreCall("musicbrainz", NOW, asked, status, answer))


def _listenbrainz(answer: Any, *asked: str) -> dict[str, list[Genre]]:
    return genres_of_mbids(GenreCall("listenbrainz", NOW, asked, 200, answer))


def _url(artist: str, *relations: dict[str, Any]) -> dict[str, Any]:
    return {"resource": f"https://open.spotify.com/artist/{artist}", "relations": list(relations)}


def _relation(mbid: str, **more: Any) -> dict[str, Any]:
    return {"ended": False, "target-type": "artist", "artist": {"id": mbid}, **more}


def _artist(mbid: str, *tags: dict[str, Any]) -> dict[str, Any]:
    return {"artist_mbid": mbid, "tag": {"artist": list(tags)}}


def _tag(name: Any, count: Any, genre: str | None = None) -> dict[str, Any]:
    return {"tag": name, "count": count} | ({"genre_mbid": genre} if genre else {})


def test_missing_urls_are_unknown_and_two_artists_ambiguous() -> None:
    both = _url(C, _relation(M2), _relation(M1), _relation(M1, type="streaming"))
    answer = {"url-count": 2, "urls": [both, _url(A, _relation(M1))]}

    assert _musicbrainz(answer, A, B, C) == {A: (M1,), B: (), C: (M1, M2)}


def test_ended_relations_and_those_of_others_do_not_count() -> None:
    relations = (
        _relation(M1, ended=True),
        _relation(M2),
        {"target-type": "label", "label": {"id": M1}},
    )

    assert _musicbrainz({"urls": [_url(A, *relations)]}, A, B) == {A: (M2,), B: ()}


def test_one_resource_is_answered_without_a_list() -> None:
    assert _musicbrainz(_url(A, _relation(M1)), A) == {A: (M1,)}
    assert _musicbrainz({"urls": []}, A) == {A: ()}
    assert _musicbrainz({"error": "Not Found", "help": "…"}, A, status=404) == {A: ()}


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (None, 200),
        ([], 200),
        ({}, 200),
        ({"urls": None}, 200),
        ({"urls": [None]}, 200),
        ({"urls": [], "url-count": 2}, 200),
        ({"urls": [_url(C, _relation(M1))]}, 200),
        ({"urls": [{"resource": A, "relations": []}]}, 200),
        ({"urls": [{"resource": f"https://open.spotify.com/artist/{A}"}]}, 200),
        ({"urls": [_url(A, _relation("M1"))]}, 200),
        ({"urls": [_url(A, _relation(M1, artist=None))]}, 200),
        ({"urls": [_url(A, _relation(M1, ended="yes"))]}, 200),
        ({"error": "Not Found"}, 404),
    ],
)
def test_an_odd_answer_of_musicbrainz_is_not_understood(answer: Any, status: int) -> None:
    with pytest.raises(AnswerNotUnderstood):
        _musicbrainz(answer, A, B, status=status)


def test_genres_are_the_tags_with_an_id_and_votes() -> None:
    tags = (
        _tag("rock", 2, ROCK),
        _tag("bristol", 7),
        _tag("trip hop", 13, TRIP_HOP),
        _tag("jazz", 0, M1),
        _tag("rock", 3, ROCK),
    )

    assert _listenbrainz([_artist(M2, *tags)], M1, M2) == {
        M1: [],
        M2: [Genre("trip hop", TRIP_HOP, 13), Genre("rock", ROCK, 3)],
    }


@pytest.mark.parametrize(
    "tag", [{}, {"tag": None}, {"tag": {}}, {"tag": {"artist": None}}, {"tag": {"artist": []}}]
)
def test_an_artist_without_tags_has_no_genres(tag: dict[str, Any]) -> None:
    assert _listenbrainz([{"artist_mbid": M1, **tag}], M1) == {M1: []}


@pytest.mark.parametrize(("name", "read"), [('"' * 300, '"' * 300), ("a\ud800", "a?")])
def test_an_odd_name_of_a_genre_is_kept(name: str, read: str) -> None:
    assert _listenbrainz([_artist(M1, _tag(name, 1, ROCK))], M1) == {M1: [Genre(read, ROCK, 1)]}


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [None],
        [{"artist_mbid": None}],
        [_artist(M2)],
        [{"artist_mbid": M1, "tag": 5}],
        [_artist(M1, _tag("rock", "3", ROCK))],
        [_artist(M1, _tag("rock", True, ROCK))],
        [_artist(M1, _tag("rock", 2**31, ROCK))],
        [_artist(M1, _tag(" ", 1, ROCK))],
        [_artist(M1, _tag(None, 1, ROCK))],
        [_artist(M1, _tag("rock", 1, "ROCK"))],
    ],
)
def test_an_odd_answer_of_listenbrainz_is_not_understood(answer: Any) -> None:
    with pytest.raises(AnswerNotUnderstood):
        _listenbrainz(answer, M1)


def _changed(value: Any) -> Iterator[Any]:
    """The value with each of its parts replaced by odd values, and with each key dropped."""
    yield from (None, 5, 1.5, True, "x", "\ud800", [], [None], {}, {"artist": 5}, 2**99)
    if not isinstance(value, dict | list):
        return
    for key, part in list(value.items() if isinstance(value, dict) else enumerate(value)):
        for new in _changed(part):
            changed = copy.copy(value)
            changed[key] = new
            yield changed
        if isinstance(value, dict):
            yield {name: one for name, one in value.items() if name != key}


def test_no_odd_part_of_an_answer_raises_another_error() -> None:
    urls = {"url-count": 1, "urls": [_url(A, _relation(M1))]}
    for answer in _changed(urls):
        with suppress(AnswerNotUnderstood):
            _musicbrainz(answer, A, B)
    for answer in _changed(_url(A, _relation(M1))):
        for status in (200, 404):
            with suppress(AnswerNotUnderstood):
                _musicbrainz(answer, A, status=status)
    for answer in _changed([_artist(M1, _tag("rock", 1, ROCK))]):
        with suppress(AnswerNotUnderstood):
            for genre in _listenbrainz(answer, M1)[M1]:
                assert (type(genre.name), type(genre.mbid), type(genre.votes)) == (str, str, int)
