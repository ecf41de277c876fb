"""Whatever the services do: one sentence, nothing lost, and the next run asks for the rest."""

from collections import Counter
from typing import Any

import pytest

from extract_lambda.retries import CALL_MAX_S
from lake.genres import genres_keys
from simulator import metadata_faults as faults
from simulator.metadata_server import Fault
from tests.extract_lambda.genres.conftest import Genres, artist, mbid

FIVE = [artist(number) for number in range(1, 6)]
MANY = [artist(number) for number in range(1, 301)]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (faults.html_page(), "the response is empty, damaged or not JSON"),
        (faults.empty_body, "the response is empty, damaged or not JSON"),
        (faults.half_json, "the response is empty, damaged or not JSON"),
        (faults.torn, "no complete response"),
        (faults.cut, "no complete response"),
        (faults.html_page(500), "MusicBrainz answers GET /ws/2/url with 500"),
        (faults.html_page(404), "the response is empty, damaged or not JSON"),
    ],
)
def test_a_broken_answer_is_asked_four_times_and_ends_the_run(
    genres: Genres, fault: Fault, reason: str
) -> None:
    genres.know(*range(1, 6))
    genres.musicbrainz.fault(fault, times=4)

    report = genres.run(FIVE)

    (sentence,) = report.problems
    assert reason in sentence
    assert report.calls == Counter(musicbrainz=4)
    # The extraction's backoff; 0.1 s more, because calls to MusicBrainz are 1.1 s apart
    assert genres.waits == [1.0, 0.1, 2.0, 4.0]
    assert (report.answers, report.waiting, genres_keys(genres.storage)) == (0, 5, [])
    assert genres.run(FIVE).states == Counter({"with genres": 5})


def test_a_broken_answer_that_is_repeated_well_costs_one_wait(genres: Genres) -> None:
    genres.know(*range(1, 6))
    genres.listenbrainz.fault(faults.torn)

    report = genres.run(FIVE)

    assert report.calls == Counter(musicbrainz=1, listenbrainz=2)
    assert genres.waits == [1.0]
    assert (report.problems, report.states) == ((), Counter({"with genres": 5}))


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (faults.redirect, "MusicBrainz redirects GET /ws/2/url (302)"),
        (faults.html_page(403), "MusicBrainz refuses a call with 403; run again later"),
    ],
)
def test_a_refused_call_is_not_repeated(genres: Genres, fault: Fault, reason: str) -> None:
    genres.musicbrainz.fault(fault, times=None)

    report = genres.run(FIVE)

    (sentence,) = report.problems
    assert reason in sentence
    assert (report.calls, genres.waits, report.waiting) == (Counter(musicbrainz=1), [], 5)


def test_the_first_refusal_is_waited_for(genres: Genres) -> None:
    genres.know(*range(1, 6))
    genres.musicbrainz.fault(faults.refused(503, {"Retry-After": "7"}))

    report = genres.run(FIVE)

    assert report.calls == Counter(musicbrainz=2, listenbrainz=1)
    assert genres.waits == [8.5]
    assert (report.problems, report.waiting) == ((), 0)


@pytest.mark.parametrize(("headers", "wait_s"), [({}, 11.5), ({"X-RateLimit-Reset-In": "4"}, 5.5)])
def test_a_refusal_of_listenbrainz_says_how_long_to_wait(
    genres: Genres, headers: dict[str, str], wait_s: float
) -> None:
    genres.know(*range(1, 6))
    # Its other headers would say how many calls remain
    genres.listenbrainz.fault(faults.refused(429, headers))

    report = genres.run(FIVE)

    assert report.calls == Counter(musicbrainz=1, listenbrainz=2)
    assert genres.waits == [wait_s]
    assert report.states == Counter({"with genres": 5})


def test_a_run_ends_at_the_second_refusal_and_the_next_one_continues(genres: Genres) -> None:
    genres.know(*range(1, 301))
    genres.musicbrainz.fault(faults.refused(503), after=1)
    genres.listenbrainz.fault(faults.refused(429), times=None)

    report = genres.run(MANY)

    assert report.problems == (
        "ListenBrainz refuses more calls for now (429), for the second time in this run; run "
        "again another day",
    )
    assert genres.statuses() == ([200, 503, 200], [429])
    # The wait after the refusal is longer than the usual pause
    assert genres.waits == [1.1, 11.5]
    assert (report.answers, report.waiting) == (2, 300)

    genres.listenbrainz.clear_faults()
    report = genres.run(MANY)
    assert report.calls == Counter(musicbrainz=4, listenbrainz=3)
    assert (report.states, report.problems) == (Counter({"with genres": 300}), ())
    assert sorted(one for batch in genres.asked() for one in batch) == MANY


def test_a_long_refusal_ends_the_run_at_once(genres: Genres) -> None:
    genres.musicbrainz.fault(faults.refused(503, {"Retry-After": "3600"}))

    report = genres.run(FIVE)

    assert report.problems == ("MusicBrainz refuses more calls for now (503); run again later",)
    assert (report.calls, genres.waits) == (Counter(musicbrainz=1), [])


@pytest.mark.parametrize(
    ("headers", "waits"),
    [
        # 100 MBIDs take two calls to MusicBrainz, 1.1 s apart
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-In": "9"}, [1.1, 1.1, 1.1, 6.8]),
        ({"X-RateLimit-Remaining": "1", "X-RateLimit-Reset-In": "9"}, [1.1, 1.1, 1.1]),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-In": "soon"}, [1.1, 1.1, 1.1]),
    ],
)
def test_a_used_up_limit_is_waited_for_before_the_next_call(
    genres: Genres, headers: dict[str, str], waits: list[float]
) -> None:
    genres.know(*range(1, 201))
    genres.listenbrainz.fault(faults.with_headers(headers))

    report = genres.run(MANY[:200])

    assert genres.waits == waits
    assert report.calls == Counter(musicbrainz=4, listenbrainz=2)


def test_a_limit_that_is_used_up_for_long_ends_the_run(genres: Genres) -> None:
    genres.know(*range(1, 201))
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-In": "3600"}
    genres.listenbrainz.fault(faults.with_headers(headers))

    report = genres.run(MANY[:200])

    (sentence,) = report.problems
    assert sentence.startswith("ListenBrainz accepts no calls for 3,59")
    assert report.calls == Counter(musicbrainz=4, listenbrainz=1)
    assert report.waiting == 100


def test_an_answer_that_is_not_understood_costs_only_its_artists(genres: Genres) -> None:
    genres.know(*range(1, 301))

    def change(body: Any) -> None:
        body["urls"][0]["relations"] = None

    genres.musicbrainz.fault(faults.changed(change), after=1)

    report = genres.run(MANY)

    (sentence,) = report.problems
    assert sentence.startswith(f"MusicBrainz about 50 artists, the first is {artist(51)}: ")
    assert report.states == Counter({"with genres": 250, "unasked": 50})
    assert report.calls["musicbrainz"] == 6
    assert genres.run(MANY).states == Counter({"with genres": 300})


def test_two_answers_in_a_row_that_are_not_understood_end_the_run(genres: Genres) -> None:
    genres.musicbrainz.fault(faults.changed(lambda body: body.update(urls={})), times=None)

    report = genres.run(MANY)

    assert report.calls == Counter(musicbrainz=2)
    assert len(report.problems) == 3
    assert report.waiting == 300


def test_urls_that_are_cut_off_are_not_taken_for_unknown_artists(genres: Genres) -> None:
    genres.know(*range(1, 6))
    genres.musicbrainz.fault(faults.changed(lambda body: body["urls"].pop()))

    report = genres.run(FIVE)

    (sentence,) = report.problems
    assert sentence.endswith("it has 4 of 5 URLs")
    assert report.states == Counter({"unasked": 5})


def test_a_run_ends_before_it_is_killed(genres: Genres) -> None:
    genres.know(*range(1, 301))
    left = iter([CALL_MAX_S + 100] * 8 + [CALL_MAX_S - 1] * 20)

    report = genres.run(MANY, time_left=lambda: next(left))

    assert report.problems == ()
    assert 0 < report.answers < 9
    assert 0 < report.waiting < 300
    assert genres.run(MANY).states == Counter({"with genres": 300})


def test_a_clock_that_is_set_back_prolongs_no_wait(genres: Genres) -> None:
    genres.know(*range(1, 101))

    def set_back(step: str) -> None:
        if step.startswith("MusicBrainz, 0"):
            genres.now = genres.now.replace(year=2025)

    genres.run(MANY[:100], on_call=set_back)

    assert genres.waits == [1.1]
    assert genres.genres().keys() == {mbid(number) for number in range(1, 101)}
