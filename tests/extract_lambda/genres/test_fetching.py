"""What a run asks for, how long it waits, and what is in the lake afterwards."""

from collections import Counter
from datetime import timedelta

import pytest

from extract_lambda.genres.index import INDEX_KEY, GenreIndex
from lake import VERSION
from lake.genre_answers import Genre
from lake.genres import genres_keys
from simulator.world.genres import Link, Tag
from tests.extract_lambda.genres.conftest import NOON, ROCK, Genres, artist, mbid


def test_answers_are_stored_with_what_was_asked(genres: Genres) -> None:
    genres.know(1, 2)

    report = genres.run([artist(1), artist(2), artist(3)])

    assert report.states == Counter({"with genres": 2, "unknown": 1})
    assert (report.artists, report.answers, report.waiting, report.problems) == (3, 2, 0, ())
    assert genres.matches() == {artist(1): (mbid(1),), artist(2): (mbid(2),), artist(3): ()}
    rock = [Genre("rock", ROCK, 3)]
    assert genres.genres() == {mbid(1): rock, mbid(2): rock}
    (key,) = genres_keys(genres.storage)
    assert key.startswith("genres/fetched_on=2026-11-29/20261129T120000Z-")
    assert [call.fetched_at for call in genres.calls()] == [NOON, NOON]
    assert genres.waits == []


def test_the_services_get_the_documented_parameters(genres: Genres) -> None:
    genres.know(1, 2)

    genres.run([artist(1), artist(2)])

    (to_musicbrainz,) = genres.musicbrainz.requests
    assert to_musicbrainz.user_agent == f"playlist-lake/{VERSION} ( you@example.org )"
    assert to_musicbrainz.path == "/ws/2/url"
    assert to_musicbrainz.values == (
        ("resource", f"https://open.spotify.com/artist/{artist(1)}"),
        ("resource", f"https://open.spotify.com/artist/{artist(2)}"),
        ("inc", "artist-rels"),
        ("fmt", "json"),
    )
    (to_listenbrainz,) = genres.listenbrainz.requests
    assert to_listenbrainz.path == "/1/metadata/artist/"
    assert dict(to_listenbrainz.values) == {
        "artist_mbids": f"{mbid(1)},{mbid(2)}",
        "inc": "tag",
    }


@pytest.mark.parametrize("is_known", [True, False])
def test_one_artist_is_answered_without_a_list(genres: Genres, is_known: bool) -> None:
    if is_known:
        genres.know(1)

    report = genres.run([artist(1)])

    assert genres.statuses() == (([200], [200]) if is_known else ([404], []))
    assert genres.matches() == {artist(1): (mbid(1),) if is_known else ()}
    assert report.problems == ()


def test_two_artists_of_one_url_are_ambiguous_and_ended_relations_do_not_count(
    genres: Genres,
) -> None:
    genres.know(1, 2, 3)
    genres.directory.links[artist(1)].append(Link(mbid(9), "another"))
    genres.directory.links[artist(2)].append(Link(mbid(9), "before", ended=True))
    genres.directory.links[artist(3)].append(Link(mbid(3), "artist 3", kind="streaming"))

    report = genres.run([artist(1), artist(2), artist(3)])

    assert report.states == Counter({"with genres": 2, "ambiguous": 1})
    assert genres.matches()[artist(1)] == (mbid(1), mbid(9))
    assert genres.genres().keys() == {mbid(2), mbid(3)}


def test_merged_mbids_and_missing_tags_are_artists_without_genres(genres: Genres) -> None:
    genres.know(1, 2, 3, 4, 5)
    del genres.directory.tags[mbid(1)]
    genres.directory.tags[mbid(2)] = None
    genres.directory.tags[mbid(3)] = []
    genres.directory.tags[mbid(4)] = [Tag("seen live", 9), Tag("jazz", 0, ROCK)]

    report = genres.run([artist(number) for number in range(1, 6)])

    assert report.states == Counter({"without genres": 4, "with genres": 1})
    assert genres.genres() == {
        **{key: [] for key in map(mbid, (1, 2, 3, 4))},
        mbid(5): [Genre("rock", ROCK, 3)],
    }


def test_odd_names_are_stored_as_they_come(genres: Genres) -> None:
    genres.know(1)
    genres.directory.links[artist(1)] = [Link(mbid(1), 'O\'Brien "née" \\ 水\n')]
    genres.directory.tags[mbid(1)] = [Tag('"' * 300, 1, ROCK)]

    genres.run([artist(1)])

    answer = genres.calls()[0].answer
    assert answer["relations"][0]["artist"]["name"] == 'O\'Brien "née" \\ 水\n'
    assert genres.genres() == {mbid(1): [Genre('"' * 300, ROCK, 1)]}


def test_a_thousand_artists_take_20_and_10_calls_and_21_seconds(genres: Genres) -> None:
    genres.know(*range(1000))
    ids = [artist(number) for number in range(1, 1001)]

    report = genres.run(ids)

    assert report.calls == Counter(musicbrainz=20, listenbrainz=10)
    assert genres.waits == [1.1] * 19
    # The simulated limits refused no call
    assert genres.statuses() == ([200] * 20, [200] * 10)
    assert report.states == Counter({"with genres": 999, "unknown": 1})
    # 20 calls an object
    assert len(genres_keys(genres.storage)) == 2


def test_fresh_answers_are_not_asked_again(genres: Genres) -> None:
    genres.know(1, 2)
    genres.directory.tags[mbid(2)] = []
    ids = [artist(number) for number in (1, 2, 3)]
    genres.run(ids)
    before = genres.statuses()

    assert genres.run(ids).calls == Counter()
    genres.now = NOON + timedelta(days=30)
    assert genres.run(ids).calls == Counter()
    assert genres.statuses() == before

    # A miss is asked again after 30 days: artist 3 of MusicBrainz, artist 2 of ListenBrainz
    genres.now = NOON + timedelta(days=31)
    assert genres.run(ids).calls == Counter(musicbrainz=1, listenbrainz=1)
    assert genres.asked()[-1] == [artist(3)]
    assert dict(genres.listenbrainz.requests[-1].values)["artist_mbids"] == mbid(2)

    genres.now = NOON + timedelta(days=91)
    genres.run(ids)
    assert genres.asked()[-1] == [artist(1), artist(2), artist(3)]


def test_the_second_day_asks_for_new_artists_only(genres: Genres) -> None:
    genres.know(*range(1, 61))
    genres.run([artist(number) for number in range(1, 60)])
    genres.now += timedelta(days=1)

    report = genres.run([artist(number) for number in range(1, 61)])

    assert report.calls == Counter(musicbrainz=1, listenbrainz=1)
    assert genres.asked()[-1] == [artist(60)]
    assert report.states == Counter({"with genres": 60})


def test_the_index_is_rebuilt_from_the_answers(genres: Genres) -> None:
    genres.know(1, 2)
    ids = [artist(1), artist(2)]
    genres.run(ids)
    written = genres.storage.read(INDEX_KEY)
    for content in (b"", b"{}", b'{"format_version": 1, "objects": {}, "artists": {"a": 5}}'):
        genres.storage.write(INDEX_KEY, content)
        assert genres.run(ids).calls == Counter()
        assert genres.storage.read(INDEX_KEY) == written


def test_answers_that_were_deleted_are_asked_again(genres: Genres) -> None:
    genres.know(1)
    genres.run([artist(1)])
    (key,) = genres_keys(genres.storage)
    # The storage itself deletes no answers
    (genres.lake / key).unlink()

    assert genres.run([artist(1)]).calls == Counter(musicbrainz=1, listenbrainz=1)


def test_a_damaged_object_is_ignored_and_its_artists_are_asked_again(
    genres: Genres, caplog: pytest.LogCaptureFixture
) -> None:
    genres.know(1)
    genres.run([artist(1)])
    (key,) = genres_keys(genres.storage)
    genres.storage.write(key, b"damaged")
    genres.storage.write(INDEX_KEY, b"damaged")

    assert genres.run([artist(1)]).calls == Counter(musicbrainz=1, listenbrainz=1)

    assert f"{key} cannot be read" in caplog.text
    assert GenreIndex.load(genres.storage).state(artist(1)) == "with genres"


def test_an_interrupted_run_loses_no_answer(genres: Genres) -> None:
    genres.know(*range(1, 200))
    ids = [artist(number) for number in range(1, 200)]
    started: list[str] = []

    def interrupt(step: str) -> None:
        started.append(step)
        if len(started) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        genres.run(ids, on_call=interrupt)
    # As after a kill, when the index was not written either
    genres.storage.write(INDEX_KEY, b"")
    assert [call.service for call in genres.calls()] == [
        "musicbrainz",
        "musicbrainz",
        "listenbrainz",
    ]

    report = genres.run(ids)

    assert report.calls == Counter(musicbrainz=2, listenbrainz=1)
    assert sorted(one for batch in genres.asked() for one in batch) == ids
    assert report.states == Counter({"with genres": 199})


def test_an_answer_after_midnight_is_in_the_folder_of_its_date(genres: Genres) -> None:
    genres.now = NOON.replace(hour=23, minute=59, second=59, microsecond=500_000)
    genres.run([artist(number) for number in range(1, 61)])

    assert [key.split("/")[1] for key in genres_keys(genres.storage)] == [
        "fetched_on=2026-11-29",
        "fetched_on=2026-11-30",
    ]
