"""Answers about a list that contradict each other: read again, and never kept."""

from typing import Any

import pytest

from simulator.spotify import faults
from simulator.spotify.faults import Fault
from tests.extract_lambda.extractor import Answer, Changed, Extractor, set_key

HEAD, ITEMS = "/v1/playlists/*", "/v1/playlists/*/items"


def next_with(before: str, after: str) -> Changed:
    return Changed(lambda body: body.update(next=body["next"].replace(before, after)))


@pytest.mark.parametrize(
    "fault",
    [
        faults.WrongNext("host"),
        faults.WrongNext("path"),
        *(
            next_with(before, after)
            for before, after in [
                ("http:", "https:"),
                ("127.0.0.1", "localhost"),
                ("http://", "http://user@"),
                ("http://", "http://example.org\\@"),
                ("http://127.0.0.1", "//127.0.0.1"),
                ("/v1/playlists/", "/v1/playlists/x"),
                ("offset=50", "offset=-50"),
                ("offset=50", "offset=5e1"),
                ("offset=50", "offset=50&offset=0"),
                ("offset=50&", ""),
                (":", ":x"),
            ]
        ),
        set_key("next", 50),
        set_key("next", {"offset": 50}),
        set_key("next", ["http"]),
    ],
)
def test_a_misleading_next_is_not_followed(extractor: Extractor, fault: Fault) -> None:
    fresh = extractor.spotify.playlist_ids[1]
    extractor.spotify.fault(fault, path=ITEMS)

    outcome = extractor.run_one(fresh)

    assert (outcome.outcome, outcome.cause, outcome.calls) == ("failed", "misleading_page", 2)
    assert (
        f"the page of playlist {fresh} at offset 0: its `next` is not a page of this list"
        in outcome.sentence
    )
    assert len(extractor.requests) == 2
    assert extractor.waits == []
    assert extractor.files == []


def test_a_next_in_another_spelling_is_followed(extractor: Extractor) -> None:
    extractor.spotify.fault(next_with("http://", "HTTP://"), path=ITEMS)

    assert extractor.run_one(extractor.spotify.playlist_ids[1]).outcome == "extracted"


SAYS_50 = "the playlist object says 50 items, and the page at offset 0 says "


@pytest.mark.parametrize(
    ("number", "path", "fault", "calls", "how"),
    [
        (0, ITEMS, Answer('{"items": [], "total": 0}'), 2, f"{SAYS_50}0"),
        (0, ITEMS, faults.WrongTotal(), 2, f"{SAYS_50}51"),
        (
            0,
            HEAD,
            faults.Shrunk(to=0),
            2,
            "the playlist object says 0 items, and the page at offset",
        ),
        (1, ITEMS, set_key("items", []), 2, "the page at offset 0 has a `next`, but no items"),
        (0, ITEMS, set_key("items", []), 2, "the page at offset 0 says 50 items, and none came"),
        (1, ITEMS, faults.EmptyPage(), 3, "the page at offset 50 has a `next`, but no items"),
        (1, ITEMS, faults.WrongNext("loop"), 2, "its `next` is the page at offset 0"),
        (1, ITEMS, next_with("offset=50", "offset=100"), 2, "its `next` is the page at offset 100"),
    ],
)
def test_a_contradiction_is_read_again_and_then_fails(
    extractor: Extractor, number: int, path: str, fault: Fault, calls: int, how: str
) -> None:
    read = extractor.spotify.playlist_ids[number]
    mixtape = extractor.spotify.playlist_ids[2]
    # An extractor that follows `next` without end gets an end
    extractor.spotify.fault(fault, path=path.replace("*", read), times=50)

    failed, extracted = extractor.run(read, mixtape).outcomes

    assert (failed.outcome, failed.cause, failed.items) == ("failed", "answers_disagree", None)
    assert failed.calls == 4 * calls
    assert failed.sentence.startswith(
        f"Spotify's answers about playlist {read} do not agree after 4 readings: "
    )
    assert how in failed.sentence
    assert failed.sentence.endswith("; nothing was stored, run again later")
    assert extracted.outcome == "extracted"
    assert extractor.waits == []
    assert extractor.files == [f"raw/snapshot_date=2026-10-03/{mixtape}.jsonl.gz"]


def test_a_page_that_is_empty_once_costs_a_second_reading(extractor: Extractor) -> None:
    fresh = extractor.spotify.playlist_ids[1]
    extractor.spotify.fault(faults.EmptyPage(), path=ITEMS, times=2)

    outcome = extractor.run_one(fresh)

    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", 100, 3 + 4)


def test_a_page_that_repeats_once_costs_a_second_reading(extractor: Extractor) -> None:
    fresh = extractor.spotify.playlist_ids[1]
    pages: list[Any] = []

    def repeat(body: dict[str, Any]) -> None:
        pages.append(body["items"])
        body["items"] = pages[0]

    extractor.spotify.fault(Changed(repeat), path=ITEMS, times=2)

    outcome = extractor.run_one(fresh)

    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", 100, 3 + 4)
    assert len({str(item) for item in extractor.items(fresh)}) == 100


def test_a_list_edited_between_pages_is_read_again(extractor: Extractor) -> None:
    fresh = extractor.spotify.playlist_ids[1]
    extractor.spotify.fault(faults.Edited(), path=ITEMS, after=1)

    outcome = extractor.run_one(fresh)

    # The playlist object and two pages with different totals; then all four calls
    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", 99, 7)
    assert extractor.waits == []
    assert extractor.records(fresh)[-1]["item_count"] == 99
    assert len({str(item) for item in extractor.items(fresh)}) == 99


def test_the_snapshot_id_reveals_an_edit_that_keeps_the_number_of_items(
    extractor: Extractor,
) -> None:
    fresh = extractor.spotify.playlist_ids[1]

    def other_songs(body: dict[str, Any]) -> None:
        body["items"].reverse()

    extractor.spotify.fault(Changed(other_songs), path=ITEMS, after=1)
    extractor.spotify.fault(faults.Edited(items=False), path=HEAD, after=1)

    outcome = extractor.run_one(fresh)

    assert (outcome.outcome, outcome.calls) == ("extracted", 8)
    records = extractor.records(fresh)
    assert records[-1]["spotify_snapshot_id"] == records[0]["playlist"]["snapshot_id"]


def test_a_list_edited_during_every_reading_fails_after_four_readings(extractor: Extractor) -> None:
    chart, fresh, _ = extractor.spotify.playlist_ids
    path = f"/v1/playlists/{fresh}/items"
    extractor.spotify.fault(faults.Edited(snapshot_id=False), path=path, times=None)

    failed, extracted = extractor.run(fresh, chart).outcomes

    # The first page is edited before it is read, so it has one item less than the playlist object
    assert (failed.outcome, failed.cause, failed.calls) == ("failed", "answers_disagree", 4 * 2)
    assert failed.sentence == (
        f"Spotify's answers about playlist {fresh} do not agree after 4 readings: the playlist "
        "object says 97 items, and the page at offset 0 says 96; nothing was stored, run again "
        "later"
    )
    assert extracted.outcome == "extracted"
    assert extractor.files == [f"raw/snapshot_date=2026-10-03/{chart}.jsonl.gz"]


def test_two_equal_readings_are_enough_if_the_snapshot_id_changes_with_every_call(
    extractor: Extractor,
) -> None:
    fresh = extractor.spotify.playlist_ids[1]
    extractor.spotify.fault(faults.Edited(items=False), path=HEAD, times=None)

    outcome = extractor.run_one(fresh)

    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", 100, 8)


def test_a_list_fails_if_items_and_snapshot_id_change_with_every_call(extractor: Extractor) -> None:
    fresh = extractor.spotify.playlist_ids[1]
    extractor.spotify.fault(faults.Edited(items=False), path=HEAD, times=None)
    readings = iter(range(100))

    def other_songs(body: dict[str, Any]) -> None:
        body["items"][0]["added_at"] = f"2026-01-01T00:00:{next(readings):02}Z"

    extractor.spotify.fault(Changed(other_songs), path=ITEMS, times=None)

    outcome = extractor.run_one(fresh)

    assert (outcome.outcome, outcome.cause, outcome.calls) == ("failed", "list_changed", 4 * 4)
    assert outcome.sentence == (
        f"playlist {fresh} was read 4 times and changed during the last reading; nothing was "
        "stored, run again later"
    )
    assert extractor.files == []


@pytest.mark.parametrize("by", [1, -1])
def test_a_total_that_is_wrong_once_causes_a_second_reading(extractor: Extractor, by: int) -> None:
    chart = extractor.spotify.playlist_ids[0]
    extractor.spotify.fault(faults.WrongTotal(by=by), path=ITEMS)

    outcome = extractor.run_one(chart)

    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", 50, 2 + 3)
