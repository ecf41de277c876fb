"""Lists of which Spotify leaves items out, or sends more on a page than was asked for."""

from typing import Any

from simulator.spotify import faults, library
from tests.extract_lambda.extractor import Changed, Extractor

ITEMS = "/v1/playlists/*/items"
# The two pages of a list of 100 items
A_READING = 2


def offsets(extractor: Extractor, playlist_id: str) -> list[tuple[int, int]]:
    """Offset and number of items of each page in the raw zone."""
    pages = extractor.records(playlist_id)[1:-1]
    return [(page["offset"], len(page["page"]["items"])) for page in pages]


def test_a_list_without_one_of_its_items_is_kept_after_two_equal_readings(
    extractor: Extractor,
) -> None:
    fresh = extractor.spotify.playlist_ids[1]
    extractor.spotify.fault(faults.LeftOut(index=20), path=ITEMS, times=None)

    report = extractor.run(fresh)

    (outcome,) = report.outcomes
    assert (outcome.outcome, outcome.items, outcome.calls) == ("incomplete", 99, 2 * 4)
    assert outcome.sentence == (
        f"playlist {fresh} was read incompletely: Spotify lists 100 items and leaves 1 out"
    )
    assert not report.is_failure
    assert extractor.waits == []
    # The second page begins at its own offset
    assert offsets(extractor, fresh) == [(0, 49), (50, 50)]
    end = extractor.records(fresh)[-1]
    assert (end["item_count"], end["total"], end["page_count"]) == (99, 100, 2)


def test_items_missing_at_the_end_are_left_out_too(extractor: Extractor) -> None:
    # Three pages, and 3 items less than the total
    outcome = extractor.run_one(library.WRONG_TOTAL_ID)

    assert (outcome.outcome, outcome.items, outcome.calls) == ("incomplete", 120, 2 * 5)
    assert outcome.sentence.endswith("Spotify lists 123 items and leaves 3 out")
    assert offsets(extractor, library.WRONG_TOTAL_ID) == [(0, 50), (50, 50), (100, 20)]


def test_an_item_that_is_missing_once_costs_a_second_reading(extractor: Extractor) -> None:
    fresh = extractor.spotify.playlist_ids[1]
    extractor.spotify.fault(faults.LeftOut(index=20), path=ITEMS, times=A_READING)

    outcome = extractor.run_one(fresh)

    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", 100, 4 + 4)


def test_two_of_four_readings_must_be_equal_one_after_the_other(extractor: Extractor) -> None:
    fresh = extractor.spotify.playlist_ids[1]
    extractor.spotify.fault(faults.LeftOut(index=20), path=ITEMS, times=A_READING)
    extractor.spotify.fault(faults.LeftOut(index=21), path=ITEMS, times=None)

    outcome = extractor.run_one(fresh)

    assert (outcome.outcome, outcome.items, outcome.calls) == ("incomplete", 99, 3 * 4)


def test_a_list_that_misses_other_items_in_each_reading_is_not_kept(extractor: Extractor) -> None:
    fresh = extractor.spotify.playlist_ids[1]
    for index in range(4):
        extractor.spotify.fault(faults.LeftOut(index), path=ITEMS, times=A_READING)

    outcome = extractor.run_one(fresh)

    assert (outcome.outcome, outcome.cause, outcome.calls) == ("failed", "answers_disagree", 4 * 4)
    assert outcome.sentence == (
        f"Spotify's answers about playlist {fresh} do not agree after 4 readings: the last reading "
        "has 99 of 100 items, and the reading before is not equal; nothing was stored, run again "
        "later"
    )
    assert extractor.files == []


def test_a_page_with_more_items_than_its_limit_is_taken_and_the_next_follows_it(
    extractor: Extractor,
) -> None:
    mixtape = extractor.spotify.playlist_ids[2]
    extractor.run(mixtape)
    rows = extractor.items(mixtape)

    def twice_as_many(body: dict[str, Any]) -> None:
        body["items"] = rows[body["offset"] : body["offset"] + 100]

    extractor.spotify.fault(Changed(twice_as_many), path=ITEMS, times=None)

    (outcome,) = extractor.run(mixtape, refresh=True).outcomes

    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", 400, 4 + 2)
    assert offsets(extractor, mixtape) == [(0, 100), (100, 100), (200, 100), (300, 100)]
    assert extractor.items(mixtape) == rows
